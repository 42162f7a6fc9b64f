// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/transaction.h"

#include "models/database/dberror.h"
#include "models/database/session.h"
#include "models/database/walgate.h"

#include <cstring>

namespace headgate {

namespace {

void markOperation(Session &session, const QUuid &id)
{
    if (session.dialect().isPostgresql())
        Query(session, QStringLiteral("select set_config('headgate.op_id', :id, true)")).bind("id", id.toString(QUuid::WithoutBraces)).first();
    else
        Query(session, QStringLiteral("insert into session_operation(op_id) values (:id)")).bind("id", id).exec();
}

void clearOperation(Session &session)
{
    if (session.dialect().isSqlite()) Query(session, QStringLiteral("delete from session_operation")).exec();
}

void enter(WalGate &gate, const ConnectSpec &spec)
{
    if (gate.enterWriter(spec.busyTimeoutMs)) return;
    if (gate.error() == 0)
        throw DbError({ErrorKind::Locked, QStringLiteral("The workspace is busy"), spec.display(),
                       QStringLiteral("another process is checkpointing the file"), QStringLiteral("Try again in a moment.")},
                      QStringLiteral("SQLITE"), QStringLiteral("5"));
    // No waiting mends this: it is not to be tried again.
    throw Exception({ErrorKind::Denied, QStringLiteral("The lock file of the workspace cannot be used"), spec.path + QStringLiteral(".lock"),
                     QString::fromLocal8Bit(std::strerror(gate.error())),
                     QStringLiteral("Whoever writes to the workspace needs the same rights on this file as on the workspace itself.")});
}

QString beginStatement(const Dialect &dialect, bool write)
{
    switch (dialect.kind()) {
    case Dialect::Kind::Sqlite: return write ? QStringLiteral("BEGIN IMMEDIATE") : QStringLiteral("BEGIN");
    case Dialect::Kind::Mysql: return write ? QStringLiteral("START TRANSACTION") : QStringLiteral("START TRANSACTION READ ONLY");
    default: return write ? QStringLiteral("BEGIN") : QStringLiteral("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    }
}

}  // namespace

Transaction::Transaction(Session &session, Mode mode, const QUuid &operationId)
    : m_session(session), m_mode(mode), m_operationId(operationId)
{
    // PostgreSQL would only warn, and the inner COMMIT end the outer transaction.
    if (session.inTransaction())
        throw Exception({ErrorKind::Internal, QStringLiteral("A transaction is open already"), session.spec().display(), {}, {}});
    const bool write = mode == Mode::Write;
    WalGate *gate = write ? session.walGate() : nullptr;
    if (gate) enter(*gate, session.spec());
    try {
        session.execute(beginStatement(session.dialect(), write));
        m_open = true;
        if (!operationId.isNull()) markOperation(session, operationId);
    } catch (...) {
        m_open = m_open || session.inTransaction();  // BEGIN went through and was stopped afterwards
        if (m_open) rollback();
        else if (gate) gate->leaveWriter();
        throw;
    }
}

Transaction::~Transaction() { rollback(); }

void Transaction::commit()
{
    for (const auto &work : m_beforeCommit) work(*this);
    if (!m_operationId.isNull()) clearOperation(m_session);
    // PostgreSQL answers COMMIT of a failed transaction with a ROLLBACK that looks like success; SQLite has already
    // rolled back by itself after a full disk or an I/O error.
    if (m_session.transactionFailed() || !m_session.inTransaction())
        throw DbError({ErrorKind::Internal, QStringLiteral("The transaction has failed before"), m_session.spec().display(), {}, {}},
                      QStringLiteral("25P02"));
    try {
        m_session.execute(QStringLiteral("COMMIT"));
    } catch (const DbError &error) {
        // SQLITE_IOERR: the frames may or may not have reached the disk.
        const bool unknown = error.isConnectionLost() || error.sqliteCode() == 10;
        if (!unknown) throw;
        if (!m_session.dialect().isSqlite()) m_open = false;
        throw CommitUnknown({ErrorKind::Unknown, QStringLiteral("The reply to COMMIT was lost"), m_session.spec().display(),
                             error.error().evidence, m_operationRecorded ? QStringLiteral("The operation id is looked up to learn the outcome.")
                                                                         : QStringLiteral("Look at the data before repeating the change.")},
                            m_operationRecorded);
    }
    m_open = false;
    if (WalGate *gate = m_mode == Mode::Write ? m_session.walGate() : nullptr) gate->leaveWriter();
}

void Transaction::rollback()
{
    if (!m_open) return;
    m_open = false;
    const CancelToken token = m_session.cancelToken();
    m_session.setCancelToken({});  // a cancelled unit of work must still be rolled back
    try {
        if (m_session.isOpen() && m_session.inTransaction()) m_session.execute(QStringLiteral("ROLLBACK"));
    } catch (const std::exception &) {
        m_session.kill();  // never hand on a session with a transaction open
    }
    m_session.setCancelToken(token);
    if (WalGate *gate = m_mode == Mode::Write ? m_session.walGate() : nullptr) gate->leaveWriter();
}

}  // namespace headgate
