// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/connectionjson.h"

#include <QJsonArray>
#include <QHash>
#include <QJsonDocument>
#include <functional>

namespace headgate::ConnectionJson {

namespace {

QJsonValue textOrNull(const QString &text) { return text.isEmpty() ? QJsonValue() : QJsonValue(text); }

using Setter = std::function<bool(Connection &, const QJsonValue &)>;

Setter text(QString Connection::*field)
{
    return [field](Connection &connection, const QJsonValue &value) {
        connection.*field = value.toString();
        return value.isString() || value.isNull();
    };
}

Setter truth(bool Connection::*field)
{
    return [field](Connection &connection, const QJsonValue &value) {
        connection.*field = value.toBool();
        return value.isBool();
    };
}

template <typename E, std::size_t N>
Setter word(E Connection::*field, const EnumTable<E, N> &table)
{
    return [field, &table](Connection &connection, const QJsonValue &value) {
        const std::optional<E> known = table.value(value.toString());
        if (known) connection.*field = *known;
        return known.has_value();
    };
}

bool setPort(Connection &connection, const QJsonValue &value)
{
    connection.port = value.isNull() ? std::nullopt : std::optional(value.toInt());
    return value.isNull() || value.isDouble();
}

bool setTags(Connection &connection, const QJsonValue &value)
{
    connection.tags = value.toVariant().toStringList();
    return value.isArray();
}

bool setConfig(Connection &connection, const QJsonValue &value)
{
    connection.config = value.toObject();
    return value.isObject();
}

const QHash<QString, Setter> &fieldSetters()
{
    static const QHash<QString, Setter> setters{
        {QStringLiteral("name"), text(&Connection::name)},
        {QStringLiteral("database_type"), word(&Connection::databaseType, databaseTypes)},
        {QStringLiteral("connection_type"), word(&Connection::role, connectionRoles)},
        {QStringLiteral("host"), text(&Connection::host)},
        {QStringLiteral("port"), setPort},
        {QStringLiteral("database_name"), text(&Connection::databaseName)},
        {QStringLiteral("username"), text(&Connection::username)},
        {QStringLiteral("environment"), word(&Connection::environment, environments)},
        {QStringLiteral("is_read_only"), truth(&Connection::isReadOnly)},
        {QStringLiteral("is_active"), truth(&Connection::isActive)},
        {QStringLiteral("description"), text(&Connection::description)},
        {QStringLiteral("tags"), setTags},
        {QStringLiteral("config"), setConfig},
    };
    return setters;
}

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

Result<Connection> withValues(Connection connection, const QJsonObject &values)
{
    const auto &setters = fieldSetters();
    for (auto it = values.begin(); it != values.end(); ++it) {
        const auto setter = setters.constFind(it.key());
        if (setter == setters.constEnd() || !(*setter)(connection, *it))
            return Error{ErrorKind::Invalid, QStringLiteral("A connection cannot be given this %1").arg(it.key()), it.key(), display(*it), {}};
    }
    return connection;
}

QString display(const QJsonValue &value)
{
    if (value.isNull() || value.isUndefined()) return QStringLiteral("NULL");
    if (value.isArray()) return QString::fromUtf8(QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact));
    if (value.isObject()) return QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
    return value.toVariant().toString();
}

}  // namespace headgate::ConnectionJson
