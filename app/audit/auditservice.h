// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/auditrecord.h"
#include "models/base/canceltoken.h"
#include "models/base/facet.h"
#include "models/base/listquery.h"
#include "models/base/result.h"

#include <QFuture>
#include <functional>

namespace headgate {

class Database;

/// The door to the audit trail. Any thread; answers come as futures (attach() brings them to a QObject's thread).
class AuditService {
public:
    AuditService(Database &database, std::function<Actor()> actor);

    /// Newest first unless the query says otherwise. filterColumns() are the columns to filter on; id is the time order.
    /// Search matches entity names (substring). Rows hold what a list shows.
    QFuture<Result<ListPage<AuditRecord>>> page(const ListQuery &query, const ListCursor &cursor, const CancelToken &cancel = {});
    /// The same rows with all their values: for exports, not for lists.
    QFuture<Result<ListPage<AuditRecord>>> records(const ListQuery &query, const ListCursor &cursor, const CancelToken &cancel = {});
    QFuture<Result<qint64>> count(const ListQuery &query, const CancelToken &cancel = {});
    static QList<FilterColumn> filterColumns();
    /// Everything done to that kind of thing: by Headgate ("connection") and outside of it (the table, "connections").
    static ColumnFilter ofType(const QString &entityType);
    /// The values of a column among the rows that match, the most frequent first, whatever the query says of that column
    /// alone. At once without other conditions than a time range; otherwise it may take long: cancel it when nobody waits.
    QFuture<Result<QList<FacetCount>>> facets(const ListQuery &query, const QString &column, const CancelToken &cancel = {});
    /// As AuditStore::estimate(), rank() and rankAt() tell it.
    QFuture<Result<qint64>> estimate(const ListQuery &query, const CancelToken &cancel = {});
    QFuture<Result<qint64>> rank(const ListQuery &query, const QVariantList &key, const CancelToken &cancel = {});
    QFuture<Result<std::optional<qint64>>> rankAt(const ListQuery &query, Timestamp time, const CancelToken &cancel = {});
    QFuture<Result<AuditRecord>> get(AuditId id);
    /// Writes an EXPORT event: that events left the workspace, and which. `facts` goes into its metadata.
    QFuture<Result<Done>> recordExport(const QJsonObject &facts);
    /// Recomputes the chain, whole or after `from`; progress in rows. External changes are sealed first; why that
    /// failed stands in the remark. What this computer remembers of the trail is IntegrityService's.
    QFuture<Result<AuditVerification>> verify(std::function<void(qint64 done, qint64 total)> progress = {}, const CancelToken &cancel = {},
                                              const std::optional<TrailPoint> &from = {});
    /// Seals changes made outside Headgate into the chain; the number of rows sealed. Nothing is written when there are
    /// none, so that a standby without any is no failure.
    QFuture<Result<int>> sealExternalChanges();

private:
    Database &m_database;
    std::function<Actor()> m_actor;
};

}  // namespace headgate
