// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/flapping.h"

namespace headgate {

Flapping flappingOf(const QList<TestStatus> &newestFirst)
{
    Flapping found;
    bool failedBefore = false;
    for (const TestStatus status : newestFirst) {
        if (status == TestStatus::Cancelled) continue;
        if (found.tests == Flapping::WindowTests) break;
        const bool failed = status == TestStatus::Failure;
        if (found.tests > 0 && failed != failedBefore) ++found.changes;
        failedBefore = failed;
        ++found.tests;
    }
    return found;
}

}  // namespace headgate
