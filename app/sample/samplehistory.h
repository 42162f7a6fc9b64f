// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sample/sampleconnections.h"
#include "models/connections/connectiontest.h"

#include <vector>

namespace headgate {

/// Weeks of tests of one connection, oldest first, the last one shortly before `now`: four a day by schedule and a few by
/// hand (`testers` in turn; those have a tester). The same seed gives the same history. Pure, any thread.
std::vector<ConnectionTest> sampleHistory(const SampleConnection &sample, Timestamp now, const std::vector<UserId> &testers, quint32 seed);

}  // namespace headgate
