// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/auditrecord.h"
#include "models/base/listquery.h"
#include "models/database/session.h"
#include "models/database/transaction.h"

#include <functional>

namespace headgate {

/// The SQL of the audit trail. Each function runs on the session's thread and throws DbError.
namespace AuditStore {

/// Adds entries to the transaction: they are redacted and appended just before COMMIT, when the lock on audit_head is
/// taken last of all. The transaction must have an operation id. Many in one call are many times as fast as call by call.
void record(Transaction &transaction, AuditEntry entry);
void record(Transaction &transaction, QList<AuditEntry> entries);

/// Newest first, or oldest first when `query.sortColumn` is "id" and not descending. The key of a page is the id.
ListPage<AuditRecord> page(Session &session, const ListQuery &query, const ListCursor &cursor);
qint64 count(Session &session, const ListQuery &query);
std::optional<AuditRecord> get(Session &session, AuditId id);
/// The time of the newest event; no later one may be earlier.
Timestamp headTime(Session &session);

/// Reads the trail straight through, in one snapshot and bounded memory: every hash and link recomputed, every column
/// compared with its payload, head, operations and rollups with the rows; `progress(done, total)` between batches.
/// Begins after the retired events, or after `from` when the trail still holds it (then without the rollups).
AuditVerification verify(Session &session, const std::function<void(qint64, qint64)> &progress, const CancelToken &cancel,
                         const std::optional<TrailPoint> &from = {});

/// Appends one EXTERNAL row for each unsealed row of external_changes (at most `limit`) to this transaction.
int sealExternalChanges(Transaction &transaction, const Actor &actor, int limit = 500);
qint64 unsealedExternalChanges(Session &session);

}  // namespace AuditStore
}  // namespace headgate
