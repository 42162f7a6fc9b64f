// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/anomaly.h"
#include "models/base/canceltoken.h"
#include "models/database/session.h"

namespace headgate {

/// Finds the anomalies of the trail, from audit_seen and the rows. Each function runs on the session's thread and throws
/// DbError.
namespace AnomalyStore {

using Anomalies = QHash<qint64, QList<Anomaly>>;  ///< by event; only those that have some

/// Of these events.
Anomalies of(Session &session, const QList<AuditId> &events);
/// Of all events of [from, to), newest first until `limit` events with some are found. `progress`: the time that it has come to.
Anomalies scan(Session &session, Timestamp from, Timestamp to, int limit, const std::function<void(Timestamp)> &progress, const CancelToken &cancel);

}  // namespace AnomalyStore
}  // namespace headgate
