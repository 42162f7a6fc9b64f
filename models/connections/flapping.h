// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/connection.h"

#include <QList>

namespace headgate {

/// How often a connection changed between answering (success, warning) and failing in its newest tests; cancelled tests
/// say nothing and are left out. It flaps when a fifth of the steps between 21 tests are changes: the window and the upper
/// threshold of Nagios' flap detection (21 checks, 20 %), without its weights. One outage is two changes and no flapping.
struct Flapping {
    static constexpr int WindowTests = 21;
    static constexpr int LeastChanges = 4;

    int tests = 0;    ///< looked at, at most WindowTests
    int changes = 0;
    bool isFlapping() const { return changes >= LeastChanges; }
    bool operator==(const Flapping &) const = default;
};

/// Pure, any thread.
Flapping flappingOf(const QList<TestStatus> &newestFirst);

}  // namespace headgate
