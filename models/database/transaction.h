// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/query.h"

#include <QUuid>
#include <functional>
#include <vector>

namespace headgate {

class Session;

/// A scope guard: rolls back unless commit() returned. SQLite begins IMMEDIATE (a deferred one fails at once when a
/// foreign commit came between); PostgreSQL refuses to "commit" a failed transaction. Not nested: Exception(Internal).
/// Same thread as its session.
class Transaction {
public:
    enum class Mode { Read, Write };

    /// With an operation id the transaction is marked as Headgate's own, so that the triggers on the management tables
    /// do not record its changes as external, and a lost reply to COMMIT can be looked up.
    explicit Transaction(Session &session, Mode mode = Mode::Write, const QUuid &operationId = {});
    ~Transaction();
    Transaction(const Transaction &) = delete;
    Transaction &operator=(const Transaction &) = delete;

    Session &session() { return m_session; }
    const QUuid &operationId() const { return m_operationId; }

    /// Work that must come last, in the order given: the audit rows, whose head is the last lock taken.
    void beforeCommit(std::function<void(Transaction &)> work) { m_beforeCommit.push_back(std::move(work)); }
    /// Throws DbError (nothing was committed) or CommitUnknown (the reply was lost).
    void commit();
    void rollback();

    /// True once a row of `operations` was written for this operation id.
    bool operationRecorded() const { return m_operationRecorded; }
    void setOperationRecorded() { m_operationRecorded = true; }

private:
    Session &m_session;
    Mode m_mode;
    QUuid m_operationId;
    std::vector<std::function<void(Transaction &)>> m_beforeCommit;
    bool m_open = false;
    bool m_operationRecorded = false;
};

}  // namespace headgate
