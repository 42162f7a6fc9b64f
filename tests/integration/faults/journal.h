// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/integration/cli/console.h"

#include <QByteArrayList>
#include <QHash>

namespace headgate::test {

/// What editors said they did, held against what the workspace holds.
class Journal {
public:
    void add(const QByteArrayList &lines);
    int tried() const { return int(m_acts.size()); }
    int acknowledged() const { return count(State::Acknowledged); }
    /// Acts that ended without an answer, or with "unknown_outcome".
    int inDoubt() const { return count(State::Tried); }

    /// Every acknowledged act has exactly one audit row; a refused one has none; one in doubt has one or none, and no
    /// other act has any. The audit rows, replayed, give the connections as they are, versions and passwords included.
    /// Every operation is there, nothing counts as external, no transaction has left anything, the file is sound, and
    /// `audit verify` passes. Returns the first thing that is wrong.
    QString fault(const Console &console) const;

private:
    enum class State { Tried, Acknowledged, Refused };
    int count(State state) const { return int(std::count(m_acts.cbegin(), m_acts.cend(), state)); }
    QString faultOfTrail(Session &session) const;

    QHash<QString, State> m_acts;
};

/// The first thing that is wrong with a workspace nobody edits from outside, whatever was done in it.
QString faultOfWorkspace(const Console &console);

}  // namespace headgate::test
