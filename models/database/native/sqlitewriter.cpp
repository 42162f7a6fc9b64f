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
/// Pages that a large batch changes in many indexes would go to disk and back again and again with the usual 2 MB. Taken
/// only as it is needed; the session keeps it.
constexpr char kWideCache[] = "pragma cache_size=-262144";

QString insertStatement(const char *table, const std::vector<RowWriter::Column> &columns)
{
    QStringList names;
    for (const RowWriter::Column &column : columns) names << QLatin1String(column.name);
    const QStringList marks(names.size(), QStringLiteral("?"));
    return QStringLiteral("insert into %1 (%2) values (%3)").arg(QLatin1String(table), names.join(u", "), marks.join(u", "));
}

void enableTriggers(sqlite3 *handle, bool enabled)
{
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, enabled ? 1 : 0, nullptr);
}

}  // namespace

SqliteWriter::SqliteWriter(Session &session, const char *table, const std::vector<Column> &columns, Triggers triggers)
    : m_session(session), m_handle(static_cast<sqlite3 *>(session.nativeHandle())), m_sql(insertStatement(table, columns)), m_columns(columns),
      m_triggersSpared(triggers == Triggers::Spared)
{
    guard();
    if (m_triggersSpared) enableTriggers(m_handle, false);
    const QByteArray sql = m_sql.toUtf8();
    if (sqlite3_prepare_v2(m_handle, sql.constData(), int(sql.size()), &m_statement, nullptr) == SQLITE_OK) return;
    end();
    fail();
}

SqliteWriter::~SqliteWriter() { end(); }

void SqliteWriter::end()
{
    sqlite3_finalize(m_statement);
    m_statement = nullptr;
    if (m_triggersSpared) enableTriggers(m_handle, true);
}

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
    if (m_rows == kRowsPerGuard) sqlite3_exec(m_handle, kWideCache, nullptr, nullptr, nullptr);
    guard();
}

qint64 SqliteWriter::finish()
{
    m_guard->throwIfStopped(m_sql);
    end();
    m_guard.reset();
    return m_rows;
}

}  // namespace headgate
