// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/native/sqlitewriter.h"

#include "models/database/dberror.h"
#include "models/database/session.h"
#include "models/database/statementguard.h"

#include <QSqlError>
#include <QStringList>
#include <sqlite3.h>

namespace headgate {

namespace {

/// A guard costs as much as a row; a thousand rows take some 20 ms.
constexpr qint64 kRowsPerGuard = 1'000;

QString insertStatement(const char *table, const std::vector<RowWriter::Column> &columns)
{
    QStringList names;
    for (const RowWriter::Column &column : columns) names << QLatin1String(column.name);
    const QStringList marks(names.size(), QStringLiteral("?"));
    return QStringLiteral("insert into %1 (%2) values (%3)").arg(QLatin1String(table), names.join(u", "), marks.join(u", "));
}

}  // namespace

SqliteWriter::SqliteWriter(Session &session, const char *table, const std::vector<Column> &columns)
    : m_session(session), m_handle(static_cast<sqlite3 *>(session.nativeHandle())), m_sql(insertStatement(table, columns)), m_columns(columns)
{
    guard();
    const QByteArray sql = m_sql.toUtf8();
    if (sqlite3_prepare_v2(m_handle, sql.constData(), int(sql.size()), &m_statement, nullptr) != SQLITE_OK) fail();
}

SqliteWriter::~SqliteWriter() { sqlite3_finalize(m_statement); }

void SqliteWriter::guard()
{
    m_guard.reset();
    m_guard = std::make_unique<StatementGuard>(m_session);
}

void SqliteWriter::fail() const
{
    m_guard->throwIfStopped(m_sql);
    throw m_session.failure(QSqlError(QString(), QString::fromUtf8(sqlite3_errmsg(m_handle)), QSqlError::StatementError,
                                      QString::number(sqlite3_extended_errcode(m_handle))),
                            m_sql);
}

void SqliteWriter::null() { sqlite3_bind_null(m_statement, ++m_column); }
void SqliteWriter::number(qint64 value) { sqlite3_bind_int64(m_statement, ++m_column, value); }

void SqliteWriter::bytes(QByteArrayView value)
{
    const bool blob = m_columns[size_t(m_column)].type == Type::Bytes;
    ++m_column;
    // Data without an address would be NULL.
    const char *data = value.data() ? value.data() : "";
    blob ? sqlite3_bind_blob64(m_statement, m_column, data, sqlite3_uint64(value.size()), SQLITE_STATIC)
         : sqlite3_bind_text64(m_statement, m_column, data, sqlite3_uint64(value.size()), SQLITE_STATIC, SQLITE_UTF8);
}

void SqliteWriter::endRow()
{
    if (sqlite3_step(m_statement) != SQLITE_DONE) {
        sqlite3_reset(m_statement);
        fail();
    }
    sqlite3_reset(m_statement);
    m_column = 0;
    if (++m_rows % kRowsPerGuard != 0) return;
    m_guard->throwIfStopped(m_sql);
    guard();
}

qint64 SqliteWriter::finish()
{
    m_guard->throwIfStopped(m_sql);
    m_guard.reset();
    return m_rows;
}

}  // namespace headgate
