// SPDX-License-Identifier: GPL-3.0-or-later
#include "migrations/engine/schemalog.h"

#include "models/database/query.h"
#include "models/database/session.h"

#include <pwd.h>
#include <unistd.h>

namespace headgate {

namespace {

/// "HGAT" in the header of the SQLite file, set by the first step.
constexpr qint64 kApplicationId = 0x48474154;

QString operatingSystemUser()
{
    const passwd *entry = getpwuid(geteuid());
    return entry ? QString::fromLocal8Bit(entry->pw_name) : QString::number(geteuid());
}

}  // namespace

SchemaLog::SchemaLog(Session &session, QString application)
    : m_session(session), m_application(std::move(application)), m_user(operatingSystemUser())
{
    if (!session.dialect().isPostgresql()) return;
    Query login(session, QStringLiteral("select cast(session_user as text)"));
    if (login.first()) m_user = QStringLiteral("%1 (%2)").arg(login.get<QString>(0), m_user);
}

bool SchemaLog::tableExists(const QString &name) const
{
    const QString sql =
        m_session.dialect().isSqlite()
            ? QStringLiteral("select 1 from sqlite_master where type = 'table' and name = :name")
            : QStringLiteral("select 1 from pg_class where relname = :name and relkind in ('r', 'p')"
                             " and relnamespace = (select oid from pg_namespace where nspname = 'headgate')");
    return Query(m_session, sql).bind("name", name).first();
}

SchemaLog::Found SchemaLog::found() const
{
    // One statement, one snapshot: between two of them somebody else may have made the workspace.
    if (m_session.dialect().isPostgresql()) {
        Query query(m_session, QStringLiteral("select count(*), count(*) filter (where relname = 'schema_version') from pg_class "
                                              "join pg_namespace on pg_namespace.oid = relnamespace where nspname = 'headgate'"));
        query.first();
        if (query.get<qint64>(1) > 0) return Found::Workspace;
        return query.get<qint64>(0) > 0 ? Found::SomethingElse : Found::Nothing;
    }
    Query query(m_session, QStringLiteral(R"(
        select application_id, exists (select 1 from sqlite_master where type = 'table' and name = 'schema_version'),
               exists (select 1 from sqlite_master where name <> 'sqlite_sequence')
        from pragma_application_id)"));
    query.first();
    const qint64 applicationId = query.get<qint64>(0);
    if (applicationId == kApplicationId && query.get<bool>(1)) return Found::Workspace;
    return applicationId != 0 || query.get<bool>(2) ? Found::SomethingElse : Found::Nothing;
}

QList<AppliedStep> SchemaLog::applied() const
{
    Query query(m_session, QStringLiteral(R"(
        select version, name, checksum, min_compatible, {us:applied_at}, applied_by, execution_ms, state
        from schema_version order by version)"));
    query.exec();
    QList<AppliedStep> rows;
    while (query.next())
        rows.append({query.get<int>(0), query.get<QString>(1), query.get<QString>(2), query.get<int>(3),
                     query.get<Timestamp>(4), query.get<QString>(5), query.get<qint64>(6), query.get<QString>(7)});
    return rows;
}

QList<SchemaEvent> SchemaLog::history() const
{
    Query query(m_session, QStringLiteral(R"(
        select id, version, name, action, checksum, {us:occurred_at}, applied_by, application, execution_ms, detail
        from schema_history order by id)"));
    query.exec();
    QList<SchemaEvent> rows;
    while (query.next())
        rows.append({query.get<qint64>(0), query.get<int>(1), query.get<QString>(2), query.get<QString>(3),
                     query.get<QString>(4), query.get<Timestamp>(5), query.get<QString>(6), query.get<QString>(7),
                     query.get<qint64>(8), query.getOptional<QString>(9).value_or(QString())});
    return rows;
}

void SchemaLog::addEvent(const SchemaStep &step, const char *action, qint64 executionMs, const QString &detail)
{
    Query(m_session, QStringLiteral(R"(
        insert into schema_history (version, name, action, checksum, applied_by, application, execution_ms, detail)
        values (:version, :name, :action, :checksum, :applied_by, :application, :execution_ms, :detail))"))
        .bind("version", step.version)
        .bind("name", step.name)
        .bind("action", QString::fromLatin1(action))
        .bind("checksum", step.checksum)
        .bind("applied_by", m_user)
        .bind("application", m_application)
        .bind("execution_ms", executionMs)
        .bind("detail", detail.isEmpty() ? std::nullopt : std::optional(detail))
        .exec();
}

void SchemaLog::recordApplied(const SchemaStep &step, qint64 executionMs)
{
    Query(m_session, QStringLiteral(R"(
        insert into schema_version (version, name, checksum, min_compatible, applied_by, execution_ms, state)
        values (:version, :name, :checksum, :min_compatible, :applied_by, :execution_ms, 'applied'))"))
        .bind("version", step.version)
        .bind("name", step.name)
        .bind("checksum", step.checksum)
        .bind("min_compatible", step.minCompatible)
        .bind("applied_by", m_user)
        .bind("execution_ms", executionMs)
        .exec();
    addEvent(step, "apply", executionMs, {});
}

void SchemaLog::recordReverted(const SchemaStep &step, qint64 executionMs)
{
    // The first step's way down takes these tables with it.
    if (!tableExists(QStringLiteral("schema_version"))) return;
    Query(m_session, QStringLiteral("delete from schema_version where version = :version"))
        .bind("version", step.version)
        .exec();
    addEvent(step, "revert", executionMs, {});
}

void SchemaLog::recordFailed(const SchemaStep &step, const QString &detail)
{
    if (tableExists(QStringLiteral("schema_history"))) addEvent(step, "fail", 0, detail);
}

}  // namespace headgate
