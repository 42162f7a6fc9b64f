// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/native/socketwait.h"
#include "models/database/odbc/odbcprotocol.h"

#include <sys/types.h>

namespace headgate {

/// A process of its own in which ODBC calls run: a call that hangs cannot be stopped in any other way. It is killed when
/// this object goes, and goes by itself when this process does. One thread at a time; nothing here blocks but the waits
/// that the owner supplies. The password goes through a socket, never through an argument or the environment.
class OdbcHelper {
public:
    /// At most this many run at a time in the whole process; who comes later waits for a place within its own time.
    static constexpr int maxRunning = 24;

    enum class Outcome { Answered, TimedOut, Stopped, Died };
    struct Reply {
        Outcome outcome = Outcome::Died;
        QJsonObject json;
    };

    explicit OdbcHelper(SocketWait wait);
    ~OdbcHelper();
    OdbcHelper(const OdbcHelper &) = delete;
    OdbcHelper &operator=(const OdbcHelper &) = delete;

    /// Waits for a place, then starts the process. Throws Exception when the program is missing or cannot be started.
    WaitResult start(int ms);
    /// Sends a request (with the password, for "open") and waits for the reply, `ms` at most. Without an answer the
    /// request still runs: kill() it, or let this object go.
    Reply ask(const QJsonObject &request, int ms, const QByteArray &password = {});
    /// Asks the driver to stop what runs; the reply still comes, or does not. Does not wait.
    void requestCancel();
    void kill();

    bool isRunning() const { return m_pid > 0; }
    /// How the process ended: "signal 9 (Killed)", "code 1".
    QString end() const { return m_end; }

    /// ../lib/headgate/headgate-odbc beside the running executable, where build and installation put it.
    static QString program();

private:
    bool awaitPlace(int ms, WaitResult *result);
    Outcome send(const QByteArray &bytes, int ms);
    Reply receive(int ms);
    Outcome failed();

    SocketWait m_wait;
    bool m_hasPlace = false;
    pid_t m_pid = 0;
    int m_socket = -1;
    QByteArray m_received;
    QString m_end;
};

}  // namespace headgate
