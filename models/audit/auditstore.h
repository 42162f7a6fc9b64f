// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/auditrecord.h"
#include "models/base/facet.h"
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

/// A page of the list: newest first, or by a column of the list. Rows hold what a list shows (AuditRows::listColumns());
/// get() has the rest. Without a filter and in the order of time, rank and total come with each page and a skip is free.
ListPage<AuditRecord> page(Session &session, const ListQuery &query, const ListCursor &cursor);
/// The same rows whole: for verification and export, not for lists.
ListPage<AuditRecord> records(Session &session, const ListQuery &query, const ListCursor &cursor);
qint64 count(Session &session, const ListQuery &query);
/// The count as samples all along the trail tell it, in a few milliseconds at any size.
qint64 estimate(Session &session, const ListQuery &query);
/// The number of rows before the row of this key.
qint64 rank(Session &session, const ListQuery &query, const QVariantList &key);
/// The rank of the first row at or behind this time, in the list's direction; none when the list is in another order.
std::optional<qint64> rankAt(Session &session, const ListQuery &query, Timestamp time);
/// True for the columns that an index can sort by on both databases.
bool isSortIndexed(const QString &column);
/// What page() and count() filter on.
QList<FilterColumn> filterColumns();
/// The values of a column among the rows that match, whatever the query says of that column alone; the most frequent
/// first, then by value. From rollups when the rest of the query is a time range, else counted: slow, but stopped by the
/// session's token.
QList<FacetCount> facets(Session &session, const ListQuery &query, const QString &column, int limit = 100);
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
