// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/native/socketwait.h"
#include "models/database/native/textrow.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <utility>
#include <vector>

struct pg_conn;

namespace headgate {

/// A libpq connection that never blocks: it waits through the SocketWait that it was given. One thread.
/// Connecting goes by milestones, so that each can be timed and judged by itself.
class PgConnection {
public:
    enum class Step { Reached, Failed, TimedOut, Stopped };
    /// libpq keywords and values. Give `hostaddr`: libpq resolves names blocking.
    using Parameters = std::vector<std::pair<QByteArray, QByteArray>>;

    explicit PgConnection(SocketWait wait);
    ~PgConnection();
    PgConnection(const PgConnection &) = delete;
    PgConnection &operator=(const PgConnection &) = delete;

    /// Begins; an earlier connection is closed.
    void begin(const Parameters &parameters);
    /// The server's port has accepted. `ms`: limit for this step alone.
    Step awaitTcp(int ms);
    /// The TLS handshake is over, or there is to be none.
    Step awaitTls();
    /// Logged in and ready for statements.
    Step awaitOpen();

    /// Runs one statement. Stopped: the result is empty and the connection of no more use.
    Step query(const char *sql, TextResult *result);
    /// The same with its values bound as text to $1… (no NUL in them).
    Step query(const QByteArray &sql, const QList<QByteArray> &values, TextResult *result);
    /// Asks the server to stop the statement that runs. Blocks until the server has heard it; for another thread, at any
    /// time, also when this object is gone.
    std::function<void()> canceller() const;
    /// Open, as far as the library knows without asking.
    bool isOpen() const;

    /// What libpq or the server said last, without source positions; `sqlState` is empty when the server did not speak.
    QString errorText() const;
    QString sqlState() const;
    /// The server answered the request for TLS with "no".
    bool tlsWasRefused() const { return m_tlsRefused; }
    bool passwordWasAsked() const;
    bool passwordIsMissing() const;
    /// OpenSSL's `SSL *`, or null in clear.
    void *ssl() const;

private:
    template <typename Reached>
    Step poll(Reached reached, int ms);
    void watchTlsAnswer();
    Step flush();
    Step answer(bool sent, TextResult *result);
    static TextResult read(const void *result);

    SocketWait m_wait;
    pg_conn *m_connection = nullptr;
    bool m_wantsRead = false;
    bool m_tlsRefused = false;
};

}  // namespace headgate
