// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/auditrecord.h"
#include "models/base/enumtable.h"

#include <QHash>
#include <deque>
#include <functional>

namespace headgate {

enum class AnomalyKind { NewAddress, OffHours, Burst, FirstDelete };
inline constexpr auto anomalyKinds = makeEnumTable<AnomalyKind>({{AnomalyKind::NewAddress, "new_address"},
                                                                 {AnomalyKind::OffHours, "off_hours"},
                                                                 {AnomalyKind::Burst, "burst"},
                                                                 {AnomalyKind::FirstDelete, "first_delete"}});

/// Why an event is worth a second look: one plain sentence with its evidence.
struct Anomaly {
    AnomalyKind kind = AnomalyKind::NewAddress;
    QString text;
    bool operator==(const Anomaly &) const = default;
};

/// The few words of a chip: "new address".
QString anomalyWords(AnomalyKind kind);

/// What the workspace has seen of one actor: rows of audit_seen.
struct ActorSeen {
    struct Value {
        QString value;
        qint64 firstId = 0;
        Timestamp firstAt;
        Timestamp lastAt;
        qint64 events = 0;
    };
    QList<Value> addresses;
    QList<Value> actions;
    QList<Value> hours;  ///< "0" to "23", UTC

    /// Those told by the hours, which every event has.
    qint64 events() const;
    Timestamp firstAt() const;
    Timestamp lastAt() const;
};

/// What the rules look at in an event; `withinMinute`: how many of the actor's events came in the minute that ends with it.
struct AuditFact {
    AuditId id;
    Timestamp at;
    QString actor;
    QString action;
    QString address;
    qint64 withinMinute = 1;
};

/// The rules, pure. An event is compared with all that its actor has done up to now, so it may cease to be unusual.
/// - new address: the actor's first event from there, after events from elsewhere;
/// - off hours: the hour of the day holds less than 1 % of the actor's events, and with its neighbours less than 5 %;
///   at least 100 events over at least 7 days are needed to know what is usual;
/// - burst: at least 20 events within a minute and ten times the actor's usual number, which is the mean over the
///   minutes of those hours of the day at which the actor works;
/// - first DELETE of an actor that has done something else before.
QList<Anomaly> anomaliesOf(const AuditFact &fact, const ActorSeen &seen);
/// The number of events within a minute from which it is a burst.
qint64 burstThreshold(const ActorSeen &seen);

/// Counts how many events of one actor came in the minute that ends with each. They are given newest first; `found` gets
/// each with its count once that is known, the last of them on finish().
class MinuteWindow {
public:
    explicit MinuteWindow(std::function<void(const AuditFact &)> found) : m_found(std::move(found)) {}
    void add(const AuditFact &fact);
    void finish();

private:
    void leave();
    std::function<void(const AuditFact &)> m_found;
    std::deque<AuditFact> m_open;
};

}  // namespace headgate
