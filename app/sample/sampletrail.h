// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sample/sampleconnections.h"
#include "app/sample/samplerandom.h"
#include "models/audit/auditrecord.h"
#include "models/connections/connectiontest.h"
#include "models/workspace/workspacestore.h"

#include <vector>

namespace headgate {

/// Somebody who works with the sample workspace.
struct SamplePerson {
    User user;
    Actor actor;
    bool edits = true;  ///< a viewer looks only
};

/// The states of one connection from its making to now, each with the time from which it held. The last is what is stored.
struct SampleLife {
    std::vector<Connection> states;
    Timestamp removedAt;  ///< 0: it lives
};

/// Works backwards from the final state: an earlier one lacks a tag, a description, a stricter TLS mode …
/// Fills in versions and times. Pure.
SampleLife sampleLife(const SampleConnection &sample, Timestamp now, SampleRandom &random);
/// Connections that were made and removed again.
std::vector<SampleLife> sampleRemovedLives(Timestamp now);

/// What people did over the weeks, in order of time; none earlier than `begin`. Pure, any thread.
class SampleTrail {
public:
    struct Event {
        AuditEntry entry;
        bool essential = false;  ///< the making of something that is there: kept even where the rest does not fit
    };

    SampleTrail(std::vector<SamplePerson> people, Timestamp begin, Timestamp now, SampleRandom &random);

    void addUsers();
    void addLogins();
    void addExports();
    void addLife(const SampleLife &life);
    void addTests(const Connection &connection, const std::vector<ConnectionTest> &tests);
    void addFailures(const std::vector<SampleLife> &lives);
    /// Everyday looks at connections, at working hours.
    void addReads(const std::vector<SampleLife> &lives);
    /// What an auditor looks for: somebody from an address never seen, a password shown at night, a burst.
    void addUnusual(const std::vector<SampleLife> &lives);
    std::vector<Event> events() const;

private:
    AuditEntry entry(Timestamp at, const SamplePerson &who, const char *action, const char *type, const QString &id, const QString &name) const;
    void add(AuditEntry entry, bool essential = false) { m_events.push_back({std::move(entry), essential}); }
    const SamplePerson &editor();
    void addEdit(const Connection &before, const Connection &after);

    std::vector<SamplePerson> m_people;
    Timestamp m_begin;
    Timestamp m_now;
    SampleRandom &m_random;
    std::vector<Event> m_events;
    int m_edits = 0;
};

}  // namespace headgate
