// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/catalog/catalogtable.h"

#include <QJsonObject>

namespace headgate::chosentables {

using namespace Qt::StringLiterals;

namespace {

QString pattern(const QString &name)
{
    QString escaped;
    for (const QChar c : name) {
        if (c == u',' || c == u'\\' || c == u'^') escaped += u'\\' + c;
        else if (u".$|?*+()[]{}"_s.contains(c)) escaped += u'[' + c + u']';
        else escaped += c;
    }
    return escaped;
}

}  // namespace

QList<TableName> fromJson(const QJsonArray &json)
{
    QList<TableName> tables;
    for (const QJsonValue &value : json) {
        const TableName table{value["schema"_L1].toString(), value["table"_L1].toString()};
        if (!table.name.isEmpty()) tables.append(table);
    }
    return tables;
}

QJsonArray toJson(const QList<TableName> &tables)
{
    QJsonArray json;
    for (const TableName &table : tables) json.append(QJsonObject{{u"schema"_s, table.schema}, {u"table"_s, table.name}});
    return json;
}

QString includeList(const QList<TableName> &tables)
{
    QStringList patterns;
    for (const TableName &table : tables) patterns.append(pattern(table.schema) + u'.' + pattern(table.name));
    return patterns.join(u',');
}

}  // namespace headgate::chosentables
