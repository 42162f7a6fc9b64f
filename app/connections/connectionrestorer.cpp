// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connections/connectionrestorer.h"

#include "app/base/tasks.h"
#include "app/connections/connectionservice.h"
#include "models/connections/connectionjson.h"

namespace headgate {

namespace {

StoredEntity entityOf(const Connection &connection)
{
    return {true, connection.name, ConnectionJson::toJson(connection), connection.version, environments.name(connection.environment)};
}

}  // namespace

QStringList ConnectionRestorer::fields() const
{
    QStringList fields = ConnectionJson::fields();
    fields.removeOne(QStringLiteral("password"));
    return fields;
}

QFuture<Result<StoredEntity>> ConnectionRestorer::stored(const QString &id)
{
    return m_service.get({id.toLongLong()}).then([](const Result<Connection> &connection) {
        if (connection.ok()) return Result<StoredEntity>(entityOf(*connection));
        return connection.error().kind == ErrorKind::NotFound ? Result<StoredEntity>(StoredEntity{}) : Result<StoredEntity>(connection.error());
    });
}

QFuture<Result<QString>> ConnectionRestorer::restore(const QString &id, int version, const QJsonObject &values, const QJsonObject &metadata)
{
    const auto save = [this, version, values, metadata](const Result<Connection> &stored) {
        const bool isGone = !stored.ok() && stored.error().kind == ErrorKind::NotFound;
        if (!stored.ok() && !isGone) return answered(stored);
        const Result<Connection> wanted = ConnectionJson::withValues(isGone ? Connection() : *stored, values);
        if (!wanted.ok()) return answered(wanted);
        ConnectionDraft draft{*wanted, std::nullopt, metadata};
        draft.connection.version = version;
        return isGone ? m_service.add(draft) : m_service.update(draft);
    };
    return m_service.get({id.toLongLong()}).then(save).unwrap().then([](const Result<Connection> &saved) {
        return saved.ok() ? Result<QString>(QString::number(saved->id.value)) : Result<QString>(saved.error());
    });
}

}  // namespace headgate
