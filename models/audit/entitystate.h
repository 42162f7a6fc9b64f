// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/auditrecord.h"

#include <QMap>
#include <QStringList>

namespace headgate {

/// Names one managed record as the trail does: {"connection", "42"}.
struct EntityKey {
    QString type;
    QString id;
    bool operator==(const EntityKey &) const = default;
    bool isValid() const { return !type.isEmpty() && !id.isEmpty(); }
    /// The types under which the trail tells of it: what Headgate did stands under "connection", what was done outside
    /// under the table's name, "connections". The first is Headgate's own.
    QStringList types() const;
};

/// A moment of a record's life: up to a time, or up to an event (inclusive).
struct EntityMoment {
    std::optional<Timestamp> time;
    std::optional<AuditId> event;
    bool includes(const AuditRecord &record) const;
};

/// A field as the trail knew it.
struct StateField {
    QJsonValue value;
    AuditId from;           ///< the event that tells it
    bool isLater = false;   ///< told by a later event, as its value before
    bool isHidden = false;  ///< a secret: the trail holds no more than a mask, or that there is one
    bool operator==(const StateField &) const = default;
};

/// A record at a moment, rebuilt from the trail.
struct EntityState {
    EntityKey entity;
    QString name;
    bool exists = false;       ///< it was there; its fields are those of its last moment otherwise
    bool isFromBegin = false;  ///< the trail tells of its making
    AuditId firstEvent;        ///< the oldest event that tells of its fields; invalid when none does
    AuditId lastEvent;         ///< the newest one that went in
    Timestamp lastAt;
    QMap<QString, StateField> fields;
    QStringList contradictions;  ///< what an event found that the events before do not explain

    /// What is known and no secret.
    QJsonObject values() const;
    /// What could not be known, a sentence each; empty when everything is.
    QStringList remarks() const;
};

/// Rebuilds the state of one record from its events, oldest first. Up to the moment each event's new values count; what
/// none of them mentions is taken from the first later event that tells the value before. Failed acts do not count.
/// A change from outside tells the whole row: of it only what differs counts, in the words of the trail (`secret` is
/// `password`, is_… are truth values, times and counters of the row itself are left out). Value type, any thread.
class EntityReplay {
public:
    EntityReplay(EntityKey entity, EntityMoment moment);
    void add(const AuditRecord &record);
    const EntityState &state() const { return m_state; }

private:
    void forward(const AuditRecord &record);
    void backward(const AuditRecord &record);
    void set(const QString &field, const QJsonValue &value, AuditId from, bool later);
    void compare(const AuditRecord &record, const QJsonObject &old);

    EntityMoment m_moment;
    EntityState m_state;
    bool m_isClosed = false;  ///< a later event made it anew: what it tells is of another life
};

}  // namespace headgate
