// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/workspace/workspacestore.h"

#include "models/database/query.h"

namespace headgate::WorkspaceStore {

std::optional<WorkspaceInfo> info(Session &session)
{
    Query query(session, QStringLiteral("select {uuid:uuid}, name, environment from workspace"));
    if (!query.first()) return std::nullopt;
    return WorkspaceInfo{query.get<QUuid>(0), query.get<QString>(1),
                         environments.value(query.get<QString>(2)).value_or(Environment::Production)};
}

bool insert(Transaction &transaction, const WorkspaceInfo &info)
{
    return Query(transaction.session(), QStringLiteral("insert into workspace (id, uuid, name, environment) values (1, {uuid_in:uuid}, :name, :environment) "
                                                       "on conflict do nothing"))
        .bind("uuid", info.uuid)
        .bind("name", info.name)
        .bind("environment", environments.name(info.environment))
        .execOne();
}

std::optional<User> user(Session &session, const QString &username)
{
    Query query(session, QStringLiteral("select id, username, role, is_active, full_name, email from users where username = :name"));
    if (!query.bind("name", username).first()) return std::nullopt;
    return User{query.getId<UserId>(0), query.get<QString>(1), query.get<QString>(2), query.get<bool>(3),
                query.getOptional<QString>(4).value_or(QString()), query.getOptional<QString>(5).value_or(QString())};
}

int userCount(Session &session)
{
    Query query(session, QStringLiteral("select count(*) from users"));
    query.first();
    return query.get<int>(0);
}

std::optional<UserId> insertUser(Transaction &transaction, const User &user, std::optional<Timestamp> createdAt)
{
    const auto textOrNull = [](const QString &text) { return text.isEmpty() ? std::nullopt : std::optional(text); };
    const Timestamp made = createdAt.value_or(Timestamp::now());
    Query query(transaction.session(), QStringLiteral("insert into users (username, role, is_active, full_name, email, created_at, updated_at) "
                                                      "values (:name, :role, :active, :full_name, :email, {ts:made}, {ts:made}) "
                                                      "on conflict (username) do nothing returning id"));
    query.bind("name", user.username)
        .bind("role", user.role)
        .bind("active", user.isActive)
        .bind("full_name", textOrNull(user.fullName))
        .bind("email", textOrNull(user.email))
        .bind("made", made);
    return query.first() ? std::optional(query.getId<UserId>(0)) : std::nullopt;
}

void ensurePartitions(Transaction &transaction, Timestamp from, Timestamp to)
{
    if (!transaction.session().dialect().isPostgresql()) return;
    Query(transaction.session(), QStringLiteral("select ensure_partitions(cast({ts:since} as date), cast({ts:until} as date))"))
        .bind("since", from)
        .bind("until", to)
        .first();
}

bool hasPartition(Session &session, Timestamp time)
{
    if (!session.dialect().isPostgresql()) return true;
    Query query(session, QStringLiteral("select to_regclass('headgate.audit_logs_' || to_char({ts:time} at time zone 'UTC', 'YYYY_MM')) is not null"));
    return query.bind("time", time).first() && query.get<bool>(0);
}

QString loginRole(Session &session)
{
    if (!session.dialect().isPostgresql()) return {};
    Query query(session, QStringLiteral("select cast(session_user as text)"));
    query.first();
    return query.get<QString>(0);
}

QString roleToAssume(Session &session)
{
    Query query(session, QStringLiteral("select r.rolname from pg_roles r where r.rolname = 'headgate_owner' and pg_has_role(session_user, r.oid, 'MEMBER') "
                                        "and not has_schema_privilege('headgate', 'USAGE')"));
    return query.first() ? query.get<QString>(0) : QString();
}

QString clientAddress(Session &session)
{
    if (!session.dialect().isPostgresql()) return {};
    Query query(session, QStringLiteral("select host(inet_client_addr())"));
    query.first();
    return query.getOptional<QString>(0).value_or(QString());
}

QString serverDescription(Session &session)
{
    if (session.dialect().isSqlite()) {
        Query query(session, QStringLiteral("select sqlite_version()"));
        query.first();
        return QStringLiteral("SQLite ") + query.get<QString>(0);
    }
    Query query(session, QStringLiteral("select split_part(current_setting('server_version'), ' ', 1), pg_is_in_recovery()"));
    query.first();
    return QStringLiteral("PostgreSQL %1 %2").arg(query.get<QString>(0), query.get<bool>(1) ? QStringLiteral("standby") : QStringLiteral("primary"));
}

}  // namespace headgate::WorkspaceStore
