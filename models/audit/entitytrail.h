// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/entitystate.h"
#include "models/base/canceltoken.h"
#include "models/database/session.h"

namespace headgate {

/// One record's events in the trail. Each function runs on the session's thread and throws DbError.
namespace EntityTrail {

/// Newest first, older than `before` when it is valid.
QList<AuditRecord> life(Session &session, const EntityKey &entity, AuditId before, int limit);
qint64 count(Session &session, const EntityKey &entity);
/// The events that tell of its fields, oldest first; the newest `limit` of them.
struct Moment {
    AuditId id;
    Timestamp at;
    QString action;
    QString actor;
};
QList<Moment> moments(Session &session, const EntityKey &entity, int limit);
/// Rebuilds its state, reading its events in pages.
EntityState state(Session &session, const EntityKey &entity, const EntityMoment &moment, const CancelToken &cancel = {});
/// The record that "type/id" or "type/name" means; of several with that name the one told of last. Exception(NotFound)
/// when the trail knows none.
EntityKey resolve(Session &session, const QString &text);

}  // namespace EntityTrail
}  // namespace headgate
