// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/connectionjson.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace headgate::ConnectionJson {

namespace {

QJsonValue textOrNull(const QString &text) { return text.isEmpty() ? QJsonValue() : QJsonValue(text); }

}  // namespace

QJsonObject toJson(const Connection &c)
{
    return {
        {QStringLiteral("id"), qint64(c.id.value)},
        {QStringLiteral("name"), c.name},
        {QStringLiteral("connection_type"), connectionRoles.name(c.role)},
        {QStringLiteral("database_type"), databaseTypes.name(c.databaseType)},
        {QStringLiteral("host"), textOrNull(c.host)},
        {QStringLiteral("port"), c.port ? QJsonValue(*c.port) : QJsonValue()},
        {QStringLiteral("database_name"), c.databaseName},
        {QStringLiteral("username"), textOrNull(c.username)},
        {QStringLiteral("password"), c.hasSecret ? QJsonValue(QStringLiteral("set")) : QJsonValue()},
        {QStringLiteral("config"), c.config},
        {QStringLiteral("environment"), environments.name(c.environment)},
        {QStringLiteral("is_read_only"), c.isReadOnly},
        {QStringLiteral("is_active"), c.isActive},
        {QStringLiteral("description"), textOrNull(c.description)},
        {QStringLiteral("tags"), QJsonArray::fromStringList(c.tags)},
        {QStringLiteral("owner_user_id"), c.ownerUserId ? QJsonValue(qint64(c.ownerUserId->value)) : QJsonValue()},
        {QStringLiteral("version"), c.version},
    };
}

QStringList fields()
{
    return {QStringLiteral("name"),        QStringLiteral("database_type"), QStringLiteral("connection_type"), QStringLiteral("host"),
            QStringLiteral("port"),        QStringLiteral("database_name"), QStringLiteral("username"),        QStringLiteral("password"),
            QStringLiteral("environment"), QStringLiteral("is_read_only"),  QStringLiteral("is_active"),       QStringLiteral("description"),
            QStringLiteral("tags"),        QStringLiteral("config")};
}

QString display(const QJsonValue &value)
{
    if (value.isNull() || value.isUndefined()) return QStringLiteral("NULL");
    if (value.isArray()) return QString::fromUtf8(QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact));
    if (value.isObject()) return QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
    return value.toVariant().toString();
}

}  // namespace headgate::ConnectionJson
