// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/identitychange.h"

namespace headgate {

/// One stage of two tests.
struct StageDifference {
    StageResult before;
    StageResult after;
    bool statusChanged() const { return before.status != after.status; }
    /// The round trip only says how long it took: its time is compared, not its words.
    bool messageChanged() const { return before.message != after.message && (statusChanged() || after.stage != TestStage::RoundTrip); }
};

/// What changed between the last good test and a later one, stage by stage.
struct TestDifference {
    Timestamp goodAt;
    Timestamp testedAt;
    std::vector<StageDifference> stages;  ///< all, in order; a test that lacks a stage has it as skipped
    QList<IdentityChange> identity;
};

/// Pure, any thread.
TestDifference differenceBetween(const ConnectionTest &good, const ConnectionTest &test);
/// {"last_good_at", "tested_at", "stages": [{"stage", "changed", "before": {…}, "after": {…}}], "identity": [{"field", "before", "after"}]}.
QJsonObject differenceToJson(const TestDifference &difference);

}  // namespace headgate
