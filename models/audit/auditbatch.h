// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/auditpayload.h"
#include "models/audit/auditrows.h"
#include "models/database/rowwriter.h"
#include "models/database/transaction.h"

#include <QElapsedTimer>

namespace headgate {

/// Appends entries to the end of the chain: the one way in which rows of the trail are written. It locks audit_head when
/// made, which is the last lock a transaction takes; the rows follow; finish() moves the head to the last of them, where
/// the database checks the stretch and derives what it keeps of it. Nothing else may run on the session in between.
/// Session's thread; throws DbError, and the transaction has failed then.
class AuditBatch {
public:
    /// The transaction must have an operation id, which all rows carry.
    explicit AuditBatch(Transaction &transaction);

    /// Redacts, hashes and writes the entry; returns the id under which it stands.
    AuditId add(const AuditEntry &entry);
    /// Without a call, and without an add() before it, nothing is changed.
    void finish();

private:
    void insert(const AuditRecord &record, const AuditPayload::Json &json);
    void moveHead();
    void recordOperation();

    Transaction &m_transaction;
    AuditRows::Head m_before;
    AuditRows::Head m_head;
    Timestamp m_firstAt;
    QElapsedTimer m_since;  ///< since the head was locked
    QByteArray m_operation;
    std::unique_ptr<RowWriter> m_rows;
};

}  // namespace headgate
