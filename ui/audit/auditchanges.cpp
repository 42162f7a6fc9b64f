// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/auditchanges.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QMap>

namespace headgate {

namespace {

QString text(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Null: return QStringLiteral("NULL");
    case QJsonValue::String: return value.toString();
    case QJsonValue::Bool: return value.toBool() ? QStringLiteral("true") : QStringLiteral("false");
    case QJsonValue::Double: return value.toVariant().toString();
    case QJsonValue::Array: return QString::fromUtf8(QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact));
    case QJsonValue::Object: return QStringLiteral("{}");
    case QJsonValue::Undefined: break;
    }
    return {};
}

void flatten(const QJsonObject &object, const QString &prefix, QMap<QString, QString> &into)
{
    for (auto it = object.begin(); it != object.end(); ++it) {
        const QString path = prefix + it.key();
        if (it->isObject() && !it->toObject().isEmpty())
            flatten(it->toObject(), path + QLatin1Char('.'), into);
        else
            into.insert(path, text(*it));
    }
}

QMap<QString, QString> flattened(const std::optional<QJsonObject> &object)
{
    QMap<QString, QString> values;
    if (object) flatten(*object, {}, values);
    return values;
}

std::optional<QString> find(const QMap<QString, QString> &values, const QString &path)
{
    const auto it = values.find(path);
    return it == values.end() ? std::nullopt : std::optional(*it);
}

}  // namespace

QList<ChangeLine> auditChanges(const std::optional<QJsonObject> &before, const std::optional<QJsonObject> &after)
{
    const QMap<QString, QString> old = flattened(before);
    const QMap<QString, QString> current = flattened(after);
    QMap<QString, QString> paths = old;
    paths.insert(current);
    QList<ChangeLine> changes;
    for (auto it = paths.keyBegin(); it != paths.keyEnd(); ++it) {
        const ChangeLine change{*it, find(old, *it), find(current, *it)};
        if (change.before != change.after) changes << change;
    }
    return changes;
}

}  // namespace headgate
