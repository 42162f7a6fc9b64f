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
    /// Why the connection was given up from this side, before anything was answered.
    enum class Refusal { None, ClearPassword, Iterations, NoProof, Stranger, Endless };
    /// Rounds of SCRAM that a server may ask for: PostgreSQL's default is 4096; a hundred thousand keep the thread busy for
    /// some 0.1 s, and the library would also do two thousand million.
    static constexpr qint64 maxScramIterations = 100'000;
    /// libpq keywords and values. Give `hostaddr`: libpq resolves names blocking.
    using Parameters = std::vector<std::pair<QByteArray, QByteArray>>;

    explicit PgConnection(SocketWait wait);
    ~PgConnection();
    PgConnection(const PgConnection &) = delete;
    PgConnection &operator=(const PgConnection &) = delete;

    /// Whether a password may be sent readable over a connection without TLS, if the server wants it so.
    void allowClearPassword(bool allow) { m_clearPasswordAllowed = allow; }
    /// What the server may send for the login or for one statement; 256 MiB when not said.
    void limitAnswers(quint64 bytes) { m_maxReceived = bytes; }
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
    Refusal refusal() const { return m_refusal; }
    /// The server wanted the password itself, not a proof of it.
    bool clearPasswordWasAsked() const { return m_clearPasswordAsked; }
    /// What speaks there instead of PostgreSQL ("an SSH server"), where its first bytes tell; else empty.
    QString stranger() const { return m_stranger; }
    bool passwordWasAsked() const;
    bool passwordIsMissing() const;
    /// OpenSSL's `SSL *`, or null in clear.
    void *ssl() const;

private:
    template <typename Reached>
    Step poll(Reached reached, int ms);
    enum class Look { GoOn, Wait, GiveUp };
    Look lookAhead();
    Look judgeMessages(const QByteArray &data, bool hasEnded);
    Look judgeRequest(const QByteArray &message);
    Look giveUp(Refusal refusal);
    quint64 received() const;
    bool isEndless() const { return received() - m_receivedBefore > m_maxReceived; }
    int advance();
    Step flush();
    Step answer(bool sent, TextResult *result);
    static TextResult read(const void *result);

    SocketWait m_wait;
    pg_conn *m_connection = nullptr;
    bool m_wantsRead = false;
    bool m_tlsRefused = false;
    bool m_clearPasswordAllowed = true;
    bool m_clearPasswordAsked = false;
    bool m_proofIsDue = false;
    quint64 m_maxReceived = 256 * 1024 * 1024;
    quint64 m_receivedBefore = 0;
    int m_certificateError = 0;  ///< OpenSSL's, of the verification
    Refusal m_refusal = Refusal::None;
    QString m_stranger;
};

}  // namespace headgate
