// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/native/copywriter.h"

#include "models/database/dberror.h"
#include "models/database/session.h"
#include "models/database/statementguard.h"

#include <QSqlError>
#include <QStringList>
#include <QUuid>
#include <QtEndian>
#include <libpq-fe.h>

namespace headgate {

namespace {

constexpr qsizetype kSendBytes = 256 * 1024;
/// Microseconds from 1970 to 2000, where PostgreSQL's clock begins.
constexpr qint64 kEpoch2000 = 946'684'800'000'000;
constexpr char kJsonbVersion = 1;

struct ClearResult {
    void operator()(PGresult *result) const { PQclear(result); }
};
using ResultPointer = std::unique_ptr<PGresult, ClearResult>;

template <typename Integer>
void appendInteger(QByteArray &out, Integer value)
{
    const Integer wire = qToBigEndian(value);
    out.append(reinterpret_cast<const char *>(&wire), sizeof wire);
}

QString copyStatement(const char *table, const std::vector<RowWriter::Column> &columns)
{
    QStringList names;
    for (const RowWriter::Column &column : columns) names << QLatin1String(column.name);
    return QStringLiteral("copy %1 (%2) from stdin (format binary)").arg(QLatin1String(table), names.join(u", "));
}

QByteArray signature()
{
    return QByteArray("PGCOPY\n\377\r\n\0", 11) + QByteArray(8, '\0');  // no flags, no extension
}

}  // namespace

CopyWriter::CopyWriter(Session &session, const char *table, std::vector<Column> columns)
    : m_session(session), m_connection(static_cast<PGconn *>(session.nativeHandle())), m_sql(copyStatement(table, columns)),
      m_columns(std::move(columns)), m_guard(std::make_unique<StatementGuard>(session))
{
    const ResultPointer result(PQexec(m_connection, m_sql.toUtf8().constData()));
    if (PQresultStatus(result.get()) != PGRES_COPY_IN) fail(result.get());
    m_copying = true;
    m_buffer.reserve(kSendBytes + 64 * 1024);
    m_buffer = signature();
}

CopyWriter::~CopyWriter()
{
    if (m_copying) end("given up");
    while (const ResultPointer left{PQgetResult(m_connection)}) continue;
}

void CopyWriter::end(const char *reason)
{
    m_copying = false;
    PQputCopyEnd(m_connection, reason);
}

void CopyWriter::fail(const pg_result *result) const
{
    m_guard->throwIfStopped(m_sql);
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
    const QString words = QString::fromUtf8(result ? PQresultErrorMessage(result) : PQerrorMessage(m_connection));
    throw m_session.failure(QSqlError(QString(), words, QSqlError::StatementError, QString::fromLatin1(state)), m_sql);
}

RowWriter::Type CopyWriter::nextType()
{
    if (m_column == 0) appendInteger(m_buffer, qint16(m_columns.size()));
    return m_columns[m_column++].type;
}

void CopyWriter::null()
{
    nextType();
    appendInteger(m_buffer, qint32(-1));
}

void CopyWriter::number(qint64 value)
{
    const bool time = nextType() == Type::Time;
    appendInteger(m_buffer, qint32(sizeof value));
    appendInteger(m_buffer, time ? value - kEpoch2000 : value);
}

void CopyWriter::bytes(QByteArrayView value)
{
    const Type type = nextType();
    if (type == Type::Uuid) {
        const QByteArray uuid = QUuid::fromString(QLatin1String(value)).toRfc4122();
        appendInteger(m_buffer, qint32(uuid.size()));
        m_buffer += uuid;
        return;
    }
    const bool json = type == Type::Json;
    appendInteger(m_buffer, qint32(value.size() + (json ? 1 : 0)));
    if (json) m_buffer += kJsonbVersion;
    m_buffer.append(value.data(), value.size());
}

void CopyWriter::endRow()
{
    m_column = 0;
    if (m_buffer.size() >= kSendBytes) send();
}

void CopyWriter::send()
{
    // A server that has stopped already reads on and says so at the end only.
    m_guard->throwIfStopped(m_sql);
    if (PQputCopyData(m_connection, m_buffer.constData(), int(m_buffer.size())) != 1) fail(nullptr);
    m_buffer.resize(0);
}

qint64 CopyWriter::finish()
{
    appendInteger(m_buffer, qint16(-1));
    send();
    end(nullptr);
    const ResultPointer result(PQgetResult(m_connection));
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) fail(result.get());
    while (const ResultPointer left{PQgetResult(m_connection)}) continue;
    m_guard->throwIfStopped(m_sql);
    m_guard.reset();
    return QByteArray(PQcmdTuples(result.get())).toLongLong();
}

}  // namespace headgate
