// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/canceltoken.h"
#include "models/database/watchdog.h"

#include <QString>

namespace headgate {

class Session;

/// Watches one statement from its execution to its last row: deadline and cancel token. Session's thread.
class StatementGuard {
public:
    enum class Scope {
        Stoppable,  ///< deadline and token apply
        Commit,     ///< the token is not asked: a COMMIT on its way, what tidies up afterwards
        Ping,       ///< one second, then the socket is shut down
    };
    /// Throws Exception(Cancelled) when the token was cancelled already.
    explicit StatementGuard(Session &session, Scope scope = Scope::Stoppable);
    ~StatementGuard();
    StatementGuard(const StatementGuard &) = delete;
    StatementGuard &operator=(const StatementGuard &) = delete;

    /// Throws Exception(Cancelled) or Exception(Timeout) when the watchdog stopped the statement. MySQL ends a killed
    /// sleep() with a row and no error, so this is asked after success too.
    void throwIfStopped(const QString &statement) const;

    /// Between two rows nothing of this statement runs, and an interrupt would hit somebody else's.
    void setRunning(bool running) { m_watch->running = running; }

private:
    CancelToken m_token;
    int m_timeoutMs = 0;
    std::shared_ptr<Watchdog> m_watchdog;
    std::shared_ptr<Watchdog::Watch> m_watch;
    int m_key = 0;
    int m_callback = 0;
};

}  // namespace headgate
