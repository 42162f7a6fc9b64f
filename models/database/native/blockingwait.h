// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/canceltoken.h"
#include "models/database/native/socketwait.h"

#include <QDeadlineTimer>

namespace headgate {

/// A SocketWait for code that may block its thread: waits in slices, so that a deadline and a cancel are noticed within
/// one. When one of them comes, `interrupt` is called once and the server gets a moment more to end its work in order;
/// without an `interrupt` the work ends at once. One thread.
class BlockingWait {
public:
    enum class Stop { None, Cancelled, TimedOut };

    /// A new piece of work.
    void begin(const CancelToken &cancel, int ms, std::function<void()> interrupt = {});
    WaitResult wait(int socket, bool forWriting, int ms);
    /// The work is to end without another wait. Looks at the clock and at the token.
    bool isOver();
    Stop stop() const { return m_stop; }
    int remainingMs() const { return int(m_deadline.remainingTime()); }
    /// Refers to this object.
    SocketWait function();

private:
    CancelToken m_cancel;
    QDeadlineTimer m_deadline;
    std::function<void()> m_interrupt;
    Stop m_stop = Stop::None;
};

}  // namespace headgate
