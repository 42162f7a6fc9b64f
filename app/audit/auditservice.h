// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/auditrecord.h"
#include "models/base/canceltoken.h"
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

    /// Newest first unless the query says otherwise. Columns to filter and sort on: id (time order), actor, action,
    /// entity_type, entity_id, entity_name, status. Search matches entity names (substring).
    QFuture<Result<ListPage<AuditRecord>>> page(const ListQuery &query, const ListCursor &cursor, const CancelToken &cancel = {});
    QFuture<Result<qint64>> count(const ListQuery &query, const CancelToken &cancel = {});
    QFuture<Result<AuditRecord>> get(AuditId id);
    /// Recomputes the chain, whole or after `from`; progress in rows. External changes are sealed first. What this computer
    /// remembers of the trail is IntegrityService's.
    QFuture<Result<AuditVerification>> verify(std::function<void(qint64 done, qint64 total)> progress = {}, const CancelToken &cancel = {},
                                              const std::optional<TrailPoint> &from = {});
    /// Seals changes made outside Headgate into the chain; the number of rows sealed.
    QFuture<Result<int>> sealExternalChanges();

private:
    Database &m_database;
    std::function<Actor()> m_actor;
};

}  // namespace headgate
