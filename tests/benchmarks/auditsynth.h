// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/auditrecord.h"

#include <array>
#include <vector>

namespace headgate::test {

/// A large trail, the same on every run: row i of `rows` is computed from i alone. 5,000 users and 24 actions, few of
/// them busy; 16 things for 100 rows; some 212 bytes of JSON a row; 2 % failures; times that only grow.
class AuditSynth {
public:
    AuditSynth(qint64 rows, Timestamp from, Timestamp to);

    AuditEntry entry(qint64 i) const;
    qint64 rows() const { return m_rows; }

    static constexpr int users = 5'000;
    static constexpr int actions = 24;
    /// Part of the names of five things, and of no other.
    static QString rareName() { return QStringLiteral("zephyr"); }
    /// Part of the names of every eighth thing.
    static QString commonName() { return QStringLiteral("orders"); }
    /// The address of one row in a million.
    static QString rareAddress() { return QStringLiteral("203.0.113.77"); }
    QString actor(int user) const { return m_actors[size_t(user)].name; }
    QString action(int action) const { return m_actions[size_t(action)]; }

private:
    void describeThing(AuditEntry &entry, quint64 random) const;
    void describeChange(AuditEntry &entry, quint64 random) const;

    qint64 m_rows;
    Timestamp m_from;
    qint64 m_step;
    qint64 m_things;
    std::vector<Actor> m_actors;
    std::vector<QString> m_actions;
};

}  // namespace headgate::test
