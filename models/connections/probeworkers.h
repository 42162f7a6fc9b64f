// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

namespace headgate::probeworkers {

/// Runs `work` on one of a few threads kept for calls that may never return (a file system that hangs). Work beyond
/// that waits its turn. Nobody ever waits for these threads, so `work` must own what it touches. Any thread.
void run(std::function<void()> work);

}  // namespace headgate::probeworkers
