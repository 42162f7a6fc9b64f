// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/retry.h"

#include <QRandomGenerator>
#include <algorithm>
#include <thread>

namespace headgate {

std::chrono::milliseconds RetryPolicy::wait(int n, double random) const
{
    const double ceiling = std::min<double>(double(cap.count()), double(base.count()) * double(1 << std::min(n, 20)));
    return std::chrono::milliseconds(qint64(ceiling * random));
}

bool RetryPolicy::sleep(int n, const CancelToken &cancel) const
{
    const auto until = std::chrono::steady_clock::now() + wait(n, QRandomGenerator::global()->generateDouble());
    while (std::chrono::steady_clock::now() < until) {
        if (cancel.isCancelled()) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return !cancel.isCancelled();
}

}  // namespace headgate
