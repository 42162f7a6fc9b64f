// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/canceltoken.h"

#include <QString>
#include <chrono>

namespace headgate {

/// Full jitter: the n-th wait is uniform in [0, min(cap, base · 2ⁿ)] (Brooker, "Exponential Backoff and Jitter", AWS
/// Architecture Blog, 2015). Only before COMMIT was sent, only for transient errors.
struct RetryPolicy {
    int attempts = 6;
    std::chrono::milliseconds base{250};
    std::chrono::milliseconds cap{30'000};

    /// The wait before attempt `n` (1 = first repetition), for a random number in [0, 1).
    std::chrono::milliseconds wait(int n, double random) const;
    /// Sleeps that wait on this thread; false when the token was cancelled meanwhile.
    bool sleep(int n, const CancelToken &cancel) const;
};

}  // namespace headgate
