// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/id.h"
#include "models/database/codec.h"
#include "models/database/session.h"
#include "models/database/transaction.h"

#include <QList>
#include <optional>

namespace headgate {

/// A legal hold: events that it covers are not removed, however old. An empty condition covers anything.
struct AuditHold {
    qint64 id = 0;
    QString name;
    QString reason;
    std::optional<Timestamp> from;  ///< from here on
    std::optional<Timestamp> to;    ///< before this
    QString entityType;
    QString entityId;
    QString actor;
    QString createdBy;
    Timestamp createdAt;
    QString releasedBy;
    std::optional<Timestamp> releasedAt;  ///< none: it holds
    bool operator==(const AuditHold &) const = default;
};

/// The SQL of the holds. Session's thread; throws DbError.
namespace HoldStore {

/// Those that hold first, then by name.
QList<AuditHold> all(Session &session);
std::optional<AuditHold> find(Session &session, const QString &name);
qint64 insert(Transaction &transaction, const AuditHold &hold);
/// The condition under which a hold `h` covers an event `a`; as in the schema's guard. A kind of thing is named as
/// Headgate names it ("connection"), and what was done outside under the table's name ("connections") is covered too.
QString covers();
/// The number of events that it covers, released or not. Reads the trail: seconds when it is long.
qint64 covered(Session &session, const QString &name);
/// False when there is none of that name that holds.
bool release(Transaction &transaction, const QString &name, const QString &by);

}  // namespace HoldStore
}  // namespace headgate
