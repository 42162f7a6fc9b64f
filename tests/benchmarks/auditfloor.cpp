// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/benchmarks/auditfloor.h"

#include "models/database/transaction.h"

#include <QElapsedTimer>
#include <libpq-fe.h>
#include <sqlite3.h>

namespace headgate::test {

namespace {

constexpr int kColumns = 19;
constexpr char kTable[] =
    "create table floor (id %1, occurred_at %2, user_id %1, actor text, action text, entity_type text, entity_id text, entity_name text, "
    "status text, ip_address text, user_agent text, old_values %3, new_values %3, error_message text, metadata %3, op_id %4, payload %5, "
    "previous_hash %5, hash %5)";
const char *const kIndexes[] = {"occurred_at", "user_id, occurred_at", "user_id, action", "entity_type, entity_id, occurred_at", "action",
                                "status",      "actor, id",            "ip_address, id"};

void makeTable(Session &target, bool indexed)
{
    const bool pg = target.dialect().isPostgresql();
    target.execute(QStringLiteral("drop table if exists floor"));
    target.execute(pg ? QLatin1String(kTable).arg(QStringLiteral("bigint"), QStringLiteral("timestamptz"), QStringLiteral("jsonb"), QStringLiteral("uuid"), QStringLiteral("bytea"))
                      : QLatin1String(kTable).arg(QStringLiteral("integer"), QStringLiteral("integer"), QStringLiteral("text"), QStringLiteral("text"), QStringLiteral("blob"))
                            .replace(QLatin1String("id integer, occ"), QLatin1String("id integer primary key, occ")));
    if (!indexed) return;
    if (pg) target.execute(QStringLiteral("alter table floor add primary key (id, occurred_at)"));
    for (const char *columns : kIndexes) target.execute(QStringLiteral("create index on_%1 on floor (%2)").arg(qHash(QLatin1String(columns)), 0, 16).arg(QLatin1String(columns)));
}

sqlite3_stmt *prepared(sqlite3 *handle, const QByteArray &sql)
{
    sqlite3_stmt *statement = nullptr;
    if (sqlite3_prepare_v2(handle, sql.constData(), -1, &statement, nullptr) != SQLITE_OK) qFatal("%s", sqlite3_errmsg(handle));
    return statement;
}

}  // namespace

AuditFloor::AuditFloor(Session &source) { source.dialect().isSqlite() ? readSqlite(source) : readPostgresql(source); }

double AuditFloor::seconds(Session &target, bool indexed) const
{
    makeTable(target, indexed);
    QElapsedTimer timer;
    timer.start();
    Transaction transaction(target);
    target.dialect().isSqlite() ? writeSqlite(target) : writePostgresql(target);
    transaction.commit();
    const double taken = double(timer.nsecsElapsed()) / 1e9;
    target.execute(QStringLiteral("drop table floor"));
    return taken;
}

void AuditFloor::readSqlite(Session &source)
{
    sqlite3_stmt *rows = prepared(static_cast<sqlite3 *>(source.nativeHandle()), "select * from audit_logs order by id");
    while (sqlite3_step(rows) == SQLITE_ROW) {
        ++m_rows;
        for (int c = 0; c < kColumns; ++c) {
            const int type = sqlite3_column_type(rows, c);
            const auto *data = type == SQLITE_INTEGER ? nullptr : static_cast<const char *>(sqlite3_column_blob(rows, c));
            m_values.push_back({type, type == SQLITE_INTEGER ? sqlite3_column_int64(rows, c) : 0, QByteArray(data, sqlite3_column_bytes(rows, c))});
        }
    }
    sqlite3_finalize(rows);
}

void AuditFloor::writeSqlite(Session &target) const
{
    auto *handle = static_cast<sqlite3 *>(target.nativeHandle());
    sqlite3_stmt *insert = prepared(handle, "insert into floor values (?" + QByteArray(",?").repeated(kColumns - 1) + ")");
    for (auto value = m_values.begin(); value != m_values.end();) {
        for (int c = 1; c <= kColumns; ++c, ++value) {
            const int bytes = int(value->bytes.size());
            if (value->type == SQLITE_INTEGER) sqlite3_bind_int64(insert, c, value->number);
            else if (value->type == SQLITE_TEXT) sqlite3_bind_text(insert, c, value->bytes.constData(), bytes, SQLITE_STATIC);
            else if (value->type == SQLITE_BLOB) sqlite3_bind_blob(insert, c, value->bytes.constData(), bytes, SQLITE_STATIC);
            else sqlite3_bind_null(insert, c);
        }
        if (sqlite3_step(insert) != SQLITE_DONE) qFatal("%s", sqlite3_errmsg(handle));
        sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
}

void AuditFloor::readPostgresql(Session &source)
{
    auto *connection = static_cast<PGconn *>(source.nativeHandle());
    PQclear(PQexec(connection, "copy (select * from audit_logs order by id) to stdout (format binary)"));
    for (char *data = nullptr;;) {
        const int bytes = PQgetCopyData(connection, &data, 0);
        if (bytes <= 0) break;
        m_copied.emplace_back(data, bytes);
        PQfreemem(data);
    }
    while (PGresult *result = PQgetResult(connection)) {
        m_rows = std::max(m_rows, QByteArray(PQcmdTuples(result)).toLongLong());
        PQclear(result);
    }
}

void AuditFloor::writePostgresql(Session &target) const
{
    auto *connection = static_cast<PGconn *>(target.nativeHandle());
    PQclear(PQexec(connection, "copy floor from stdin (format binary)"));
    for (const QByteArray &data : m_copied) PQputCopyData(connection, data.constData(), int(data.size()));
    PQputCopyEnd(connection, nullptr);
    while (PGresult *result = PQgetResult(connection)) {
        if (PQresultStatus(result) != PGRES_COMMAND_OK) qFatal("%s", PQresultErrorMessage(result));
        PQclear(result);
    }
}

}  // namespace headgate::test
