// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/connection.h"

#include <QList>

namespace headgate {

/// How often a connection is tested by itself; `config.health` of a connection. Value type.
struct HealthRule {
    static constexpr int MinInterval = 10;
    static constexpr int MaxInterval = 86'400;
    static constexpr int MaxTimeout = 600;
    static constexpr int MaxFailures = 10;

    bool isEnabled = false;
    int intervalSeconds = 300;
    int timeoutSeconds = 10;  ///< deadline of one test
    int failures = 3;         ///< in a row, until the connection counts as down

    bool operator==(const HealthRule &) const = default;
    /// Missing keys are the defaults.
    static HealthRule of(const QJsonObject &config);
    /// `config` with this rule; a default one that is off leaves nothing behind. Unknown keys of the rule are kept.
    QJsonObject putInto(QJsonObject config) const;
    /// What cannot be accepted, in words; empty when all is well.
    QString fault() const;
};

/// Failing: its last tests failed, but not yet often enough.
enum class HealthState { Unknown, Up, Failing, Down };
inline constexpr auto healthStates = makeEnumTable<HealthState>({{HealthState::Unknown, "unknown"},
                                                                 {HealthState::Up, "up"},
                                                                 {HealthState::Failing, "failing"},
                                                                 {HealthState::Down, "down"}});

/// The state after these tests, whoever asked for them: down after `failures` failed ones in a row, up again with the
/// first that answers (it proves the whole way, stage by stage). Cancelled tests say nothing. So the state needs no store
/// of its own: it is read from connection_tests after a restart. Pure, any thread.
HealthState healthState(const QList<TestStatus> &newestFirst, int failures);

}  // namespace headgate
