// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

namespace headgate {

enum class WaitResult { Ready, TimedOut, Stopped };

/// How a native connection waits: returns when `socket` can be read (or written), when `ms` have passed (negative: no
/// limit of its own), or when the work was stopped. A socket of -1 waits for the time alone. Whoever runs the connection
/// supplies it, usually with a Fiber.
using SocketWait = std::function<WaitResult(int socket, bool forWriting, int ms)>;

}  // namespace headgate
