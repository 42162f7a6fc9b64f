// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/benchmarks/rawquery.h"

#include "models/database/codec.h"

#include <libpq-fe.h>
#include <sqlite3.h>

namespace headgate::test {

namespace {

QList<QByteArrayList> sqliteRows(sqlite3 *handle, const QByteArray &sql)
{
    sqlite3_stmt *statement = nullptr;
    if (sqlite3_prepare_v2(handle, sql.constData(), -1, &statement, nullptr) != SQLITE_OK) qFatal("%s: %s", sql.constData(), sqlite3_errmsg(handle));
    QList<QByteArrayList> rows;
    while (sqlite3_step(statement) == SQLITE_ROW) {
        QByteArrayList row;
        for (int c = 0; c < sqlite3_column_count(statement); ++c)
            row << QByteArray(reinterpret_cast<const char *>(sqlite3_column_text(statement, c)), sqlite3_column_bytes(statement, c));
        rows << row;
    }
    sqlite3_finalize(statement);
    return rows;
}

QList<QByteArrayList> postgresqlRows(PGconn *connection, const QByteArray &sql)
{
    PGresult *result = PQexec(connection, sql.constData());
    if (PQresultStatus(result) != PGRES_TUPLES_OK) qFatal("%s: %s", sql.constData(), PQresultErrorMessage(result));
    QList<QByteArrayList> rows;
    for (int r = 0; r < PQntuples(result); ++r) {
        QByteArrayList row;
        for (int c = 0; c < PQnfields(result); ++c) row << QByteArray(PQgetvalue(result, r, c), PQgetlength(result, r, c));
        rows << row;
    }
    PQclear(result);
    return rows;
}

}  // namespace

QList<QByteArrayList> RawQuery::rows(const QByteArray &sql)
{
    void *handle = m_session->nativeHandle();
    return isSqlite() ? sqliteRows(static_cast<sqlite3 *>(handle), sql) : postgresqlRows(static_cast<PGconn *>(handle), sql);
}

QList<qint64> RawQuery::ids(const QByteArray &sql)
{
    QList<qint64> ids;
    for (const QByteArrayList &row : rows(sql)) ids << row.first().toLongLong();
    return ids;
}

qint64 RawQuery::number(const QByteArray &sql)
{
    const auto all = rows(sql);
    return all.isEmpty() ? 0 : all.first().first().toLongLong();
}

QByteArray RawQuery::time(qint64 us) const
{
    return isSqlite() ? QByteArray::number(us) : "timestamptz '" + Timestamp{us}.toIso().toUtf8() + "'";
}

}  // namespace headgate::test
