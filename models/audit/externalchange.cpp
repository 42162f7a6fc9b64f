// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/externalchange.h"

#include "models/audit/redaction.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

namespace headgate::ExternalChange {

namespace {

// As wide as the columns of audit_logs.
constexpr qsizetype kMostType = 100;
constexpr qsizetype kMostName = 255;
/// The payload holds the values one level down and is parsed again by whoever verifies: Qt reads 1024 levels.
constexpr int kDeepest = 500;
constexpr QLatin1String kUnreadable("unreadable");

bool isForbidden(QChar c) { return c.isNull() || c.isSurrogate() || c.unicode() >= 0xfffe; }

QString cleaned(QString text)
{
    for (qsizetype i = 0; i < text.size(); ++i) {
        const bool pair = text.at(i).isHighSurrogate() && i + 1 < text.size() && text.at(i + 1).isLowSurrogate();
        if (pair)
            ++i;
        else if (isForbidden(text.at(i)))
            text[i] = QChar::ReplacementCharacter;
    }
    return text;
}

/// Of a column of its own, where a database drops a byte order mark in front.
QString columnText(const std::optional<QString> &text, qsizetype most)
{
    QString result = cleaned(text.value_or(QString()).left(most));
    if (result.startsWith(QChar::ByteOrderMark)) result[0] = QChar::ReplacementCharacter;
    return result;
}

QJsonValue cleaned(const QJsonValue &value)
{
    if (value.isString()) return cleaned(value.toString());
    if (value.isArray()) {
        QJsonArray result;
        for (const QJsonValue &item : value.toArray()) result.append(cleaned(item));
        return result;
    }
    if (!value.isObject()) return value;
    QJsonObject result;
    const QJsonObject object = value.toObject();
    for (auto it = object.begin(); it != object.end(); ++it) result.insert(cleaned(it.key()), cleaned(it.value()));
    return result;
}

bool isTooDeep(const QString &json)
{
    int depth = 0;
    bool inString = false;
    for (qsizetype i = 0; i < json.size() && depth <= kDeepest; ++i) {
        const QChar c = json.at(i);
        if (inString && c == u'\\')
            ++i;
        else if (c == u'"')
            inString = !inString;
        else if (!inString && (c == u'{' || c == u'['))
            ++depth;
        else if (!inString && (c == u'}' || c == u']'))
            --depth;
    }
    return depth > kDeepest;
}

std::optional<QJsonObject> valuesOf(const std::optional<QString> &json)
{
    if (!json) return std::nullopt;
    // A number beyond a double, which both databases take for JSON, is none for Qt.
    const QJsonDocument document = isTooDeep(*json) ? QJsonDocument() : QJsonDocument::fromJson(json->toUtf8());
    if (document.isObject()) return cleaned(QJsonValue(document.object())).toObject();
    return QJsonObject{{kUnreadable, cleaned(*json)}};
}

/// The secret columns that the triggers call changed; also of a row that cannot be taken apart, which must hide no new
/// password.
QStringList setAnew(const QJsonObject &row)
{
    static const QRegularExpression words(QStringLiteral(R"re("(\w+)":\s*"changed")re"));
    QStringList found;
    for (const QString &column : row.keys())
        if (row.value(column).toString() == u"changed") found << column;
    for (auto it = words.globalMatch(row.value(kUnreadable).toString()); it.hasNext();) found << it.next().captured(1);
    found.removeIf([](const QString &column) { return !Redaction::isSecretName(column); });
    found.removeDuplicates();
    return found;
}

/// The redaction would make one mask of the triggers' words none, set and changed.
void emptyWhereNone(std::optional<QJsonObject> &values)
{
    if (!values) return;
    for (const QString &column : values->keys())
        if (Redaction::isSecretName(column) && values->value(column).toString() == u"none")
            values->insert(column, QJsonValue());
}

QString nameOf(const QJsonObject &row)
{
    for (const char *column : {"name", "username", "holder", "column_name", "table_name"})
        if (const QJsonValue name = row.value(QLatin1String(column)); name.isString()) return name.toString();
    return row.value(QLatin1String("profile_data")).toObject().value(QLatin1String("name")).toString();
}

}  // namespace

QString columns()
{
    return QStringLiteral("id, {us:changed_at}, table_name, row_id, operation, {json:old_values}, {json:new_values}, "
                          "db_user, application");
}

AuditEntry read(const Query &query, const Actor &sealer)
{
    AuditEntry entry;
    entry.actor.name = columnText(query.getOptional<QString>(7).value_or(QStringLiteral("external")), kMostName);
    entry.actor.userAgent = columnText(query.getOptional<QString>(8), kMostName);
    entry.action = QStringLiteral("EXTERNAL");
    entry.entityType = columnText(query.get<QString>(2), kMostType);
    entry.entityId = columnText(query.getOptional<QString>(3), kMostName);
    entry.oldValues = valuesOf(query.getOptional<QString>(5));
    entry.newValues = valuesOf(query.getOptional<QString>(6));
    emptyWhereNone(entry.oldValues);
    emptyWhereNone(entry.newValues);
    entry.entityName = columnText(nameOf(entry.newValues.value_or(entry.oldValues.value_or(QJsonObject()))), kMostName);
    entry.metadata = {{QStringLiteral("operation"), query.get<QString>(4)},
                      {QStringLiteral("changed_at"), query.get<Timestamp>(1).toIso()},
                      {QStringLiteral("external_change"), query.get<qint64>(0)},
                      {QStringLiteral("sealed_by"), sealer.name}};
    if (const QStringList anew = setAnew(entry.newValues.value_or(QJsonObject())); !anew.isEmpty()) {
        entry.metadata.insert(QStringLiteral("credentials_changed"), true);
        entry.metadata.insert(QStringLiteral("set_anew"), QJsonArray::fromStringList(anew));
    }
    return entry;
}

}  // namespace headgate::ExternalChange
