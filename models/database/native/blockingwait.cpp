// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/native/blockingwait.h"

#include <algorithm>
#include <poll.h>

namespace headgate {

namespace {

constexpr qint64 sliceMs = 20;
constexpr int graceMs = 2'000;

}  // namespace

void BlockingWait::begin(const CancelToken &cancel, int ms, std::function<void()> interrupt)
{
    m_cancel = cancel;
    m_deadline = QDeadlineTimer(std::max(1, ms), Qt::PreciseTimer);
    m_interrupt = std::move(interrupt);
    m_stop = Stop::None;
}

bool BlockingWait::isOver()
{
    if (m_stop == Stop::None) {
        if (m_cancel.isCancelled()) m_stop = Stop::Cancelled;
        else if (m_deadline.hasExpired()) m_stop = Stop::TimedOut;
        else return false;
        m_deadline = QDeadlineTimer(graceMs);
        if (m_interrupt) m_interrupt();
    }
    return !m_interrupt || m_deadline.hasExpired();
}

WaitResult BlockingWait::wait(int socket, bool forWriting, int ms)
{
    const QDeadlineTimer limit = ms < 0 ? QDeadlineTimer(QDeadlineTimer::Forever) : QDeadlineTimer(ms, Qt::PreciseTimer);
    while (!isOver()) {
        pollfd entry{socket, short(forWriting ? POLLOUT : POLLIN), 0};
        const qint64 slice = std::min({sliceMs, m_deadline.remainingTime(), limit.isForever() ? sliceMs : limit.remainingTime()});
        if (::poll(&entry, 1, int(std::max<qint64>(slice, 0))) > 0) return WaitResult::Ready;
        if (limit.hasExpired()) return WaitResult::TimedOut;
    }
    return WaitResult::Stopped;
}

SocketWait BlockingWait::function()
{
    return [this](int socket, bool forWriting, int ms) { return wait(socket, forWriting, ms); };
}

}  // namespace headgate
