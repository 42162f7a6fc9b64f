// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/session.h"
#include "models/database/watchdog.h"

#include <memory>
#include <mutex>

namespace headgate {

/// The part of a session that other threads may touch: how its running statement is stopped. Outlives the session
/// inside the watchdog; close() makes every later call do nothing. This is the one place where statements are stopped:
/// sqlite3_interrupt, PQcancel, KILL QUERY on a second connection.
struct Session::Control {
    /// Between BEGIN and its end, as the client library sees it.
    static bool inTransaction(Dialect::Kind kind, void *handle);

    Control(const ConnectSpec &spec, void *handle);
    ~Control();

    void interrupt();
    void kill();
    void close();
    /// A cancel still on its way would hit the next statement: waits for it, at most two seconds. Session's thread.
    void waitForLateCancel() const;

    std::shared_ptr<Watchdog> watchdog;

private:
    std::mutex m_mutex;
    Dialect::Kind m_kind;
    void *m_handle;
    std::shared_ptr<void> m_cancel;      ///< PGcancel: independent of the connection's life
    struct MysqlDoor;
    std::shared_ptr<MysqlDoor> m_door;   ///< MySQL: how to reach the server a second time
    std::shared_ptr<std::atomic<bool>> m_cancelRunning;
};

}  // namespace headgate
