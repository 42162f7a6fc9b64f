// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/native/rowstream.h"

#include "models/database/dberror.h"
#include "models/database/session.h"
#include "models/database/statementguard.h"

#include <QSqlError>
#include <QtEndian>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <vector>

namespace headgate {

class RowStream::Source {
public:
    virtual ~Source() = default;
    virtual bool next() = 0;
    virtual bool isNull(int column) const = 0;
    virtual qint64 integer(int column) const = 0;
    virtual Timestamp time(int column) const = 0;
    virtual QByteArrayView bytes(int column) const = 0;
};

// SQLite ----------------------------------------------------------------------------------------------------------------

class RowStream::SqliteSource final : public RowStream::Source {
public:
    SqliteSource(Session &session, const QString &sql)
        : m_session(session), m_sql(sql), m_handle(static_cast<sqlite3 *>(session.nativeHandle())), m_guard(session)
    {
        const QByteArray text = sql.toUtf8();
        if (sqlite3_prepare_v2(m_handle, text.constData(), int(text.size()), &m_statement, nullptr) != SQLITE_OK) fail();
        m_guard.setRunning(false);
    }
    ~SqliteSource() override { sqlite3_finalize(m_statement); }

    bool next() override
    {
        m_guard.setRunning(true);
        const int code = sqlite3_step(m_statement);
        m_guard.setRunning(false);
        if (code == SQLITE_ROW) return true;
        if (code != SQLITE_DONE) fail();
        m_guard.throwIfStopped(m_sql);
        return false;
    }
    bool isNull(int column) const override { return sqlite3_column_type(m_statement, column) == SQLITE_NULL; }
    qint64 integer(int column) const override { return sqlite3_column_int64(m_statement, column); }
    Timestamp time(int column) const override { return {integer(column)}; }
    QByteArrayView bytes(int column) const override
    {
        const void *data = sqlite3_column_blob(m_statement, column);
        return {static_cast<const char *>(data), data ? sqlite3_column_bytes(m_statement, column) : 0};
    }

private:
    [[noreturn]] void fail()
    {
        m_guard.throwIfStopped(m_sql);
        throw m_session.failure(QSqlError({}, QString::fromUtf8(sqlite3_errmsg(m_handle)), QSqlError::StatementError,
                                          QString::number(sqlite3_extended_errcode(m_handle))),
                                m_sql);
    }

    Session &m_session;
    QString m_sql;
    sqlite3 *m_handle;
    sqlite3_stmt *m_statement = nullptr;
    StatementGuard m_guard;
};

// PostgreSQL --------------------------------------------------------------------------------------------------------------

namespace {

/// timestamptz on the wire: microseconds since 2000-01-01.
constexpr qint64 kPgEpochUs = 946'684'800'000'000;
/// "PGCOPY\n\377\r\n\0", flags, length of an extension that nobody has made yet.
constexpr int kCopyHead = 11 + 4 + 4;

}  // namespace

class RowStream::PgSource final : public RowStream::Source {
public:
    PgSource(Session &session, const QString &sql)
        : m_session(session), m_sql(QStringLiteral("COPY (%1) TO STDOUT (FORMAT binary)").arg(sql)), m_handle(static_cast<PGconn *>(session.nativeHandle())), m_guard(session)
    {
        PGresult *result = PQexec(m_handle, m_sql.toUtf8().constData());
        m_open = PQresultStatus(result) == PGRES_COPY_OUT;
        if (!m_open) failWith(result);
        PQclear(result);
        m_first = true;
    }
    ~PgSource() override
    {
        // Left before its end: the server is told to stop, and what is on its way is dropped.
        if (m_open && PQstatus(m_handle) == CONNECTION_OK) m_session.interrupt();
        while (m_open && fetch()) {}
        while (PGresult *rest = m_open ? PQgetResult(m_handle) : nullptr) PQclear(rest);
        PQfreemem(m_buffer);
    }

    bool next() override
    {
        if (!m_open) return false;
        if (!fetch() || !parse()) return end();
        return true;
    }
    bool isNull(int column) const override { return m_fields[size_t(column)].size < 0; }
    qint64 integer(int column) const override { return isNull(column) ? 0 : qFromBigEndian<qint64>(m_fields[size_t(column)].data); }
    Timestamp time(int column) const override { return {integer(column) + kPgEpochUs}; }
    QByteArrayView bytes(int column) const override
    {
        const Field &field = m_fields[size_t(column)];
        return {field.data, std::max(field.size, 0)};
    }

private:
    struct Field {
        const char *data;
        int size;
    };

    bool fetch()
    {
        PQfreemem(m_buffer);
        m_buffer = nullptr;
        m_length = PQgetCopyData(m_handle, &m_buffer, 0);
        return m_length > 0;
    }
    /// False at the trailer.
    bool parse()
    {
        const char *at = m_buffer + (m_first ? kCopyHead : 0);
        m_first = false;
        const int count = qFromBigEndian<qint16>(at);
        at += sizeof(qint16);
        if (count < 0) return false;
        m_fields.resize(size_t(count));
        for (Field &field : m_fields) {
            field.size = qFromBigEndian<qint32>(at);
            field.data = at + sizeof(qint32);
            at = field.data + std::max(field.size, 0);
        }
        return true;
    }
    bool end()
    {
        while (m_length > 0) fetch();
        m_open = false;
        PGresult *result = PQgetResult(m_handle);
        const bool good = m_length == -1 && PQresultStatus(result) == PGRES_COMMAND_OK;
        if (!good) failWith(result);
        PQclear(result);
        while (PGresult *rest = PQgetResult(m_handle)) PQclear(rest);
        m_guard.throwIfStopped(m_sql);
        return false;
    }
    [[noreturn]] void failWith(PGresult *result)
    {
        const char *field = PQresultErrorField(result, PG_DIAG_SQLSTATE);
        const QString state = QString::fromLatin1(field ? field : "");
        const QString text = QString::fromUtf8(PQerrorMessage(m_handle)).trimmed();
        PQclear(result);
        while (PGresult *rest = PQgetResult(m_handle)) PQclear(rest);
        m_guard.throwIfStopped(m_sql);
        throw m_session.failure(QSqlError({}, text, QSqlError::StatementError, state), m_sql);
    }

    Session &m_session;
    QString m_sql;
    PGconn *m_handle;
    StatementGuard m_guard;
    char *m_buffer = nullptr;
    int m_length = 0;
    bool m_open = false;
    bool m_first = false;
    std::vector<Field> m_fields;
};

// Either --------------------------------------------------------------------------------------------------------------------

RowStream::RowStream(Session &session, const QString &select)
{
    const QString sql = session.dialect().expand(select);
    if (session.dialect().isPostgresql())
        m_source = std::make_unique<PgSource>(session, sql);
    else
        m_source = std::make_unique<SqliteSource>(session, sql);
}

RowStream::~RowStream() = default;

bool RowStream::next() { return m_source->next(); }
bool RowStream::isNull(int column) const { return m_source->isNull(column); }
qint64 RowStream::integer(int column) const { return m_source->integer(column); }
Timestamp RowStream::time(int column) const { return m_source->time(column); }
QByteArrayView RowStream::bytes(int column) const { return m_source->bytes(column); }

WithoutDeadline::WithoutDeadline(Session &session) : m_session(session), m_before(session.statementTimeout())
{
    m_session.setStatementTimeout(0);
}

WithoutDeadline::~WithoutDeadline()
{
    try {
        m_session.setStatementTimeout(m_before);
    } catch (const Exception &) {
        // The connection is lost; the pool notices and opens another.
    }
}

}  // namespace headgate
