// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/native/mysqlgreeting.h"
#include "models/database/native/socketwait.h"
#include "models/database/native/textrow.h"
#include "models/database/native/tlsfacts.h"

#include <QByteArray>
#include <QList>
#include <functional>
#include <memory>
#include <optional>

struct st_mysql;

namespace headgate {

/// A libmariadb connection that waits through the SocketWait that it was given, by the library's own MARIADB_OPT_IO_WAIT.
/// Its non-blocking calls (mysql_real_connect_start and so on) are not used: they block during the TLS handshake.
/// One thread; call it on a Fiber. Local files are never sent, configuration files never read.
class MysqlConnection {
public:
    enum class Tls { Off, IfOffered, Required, VerifyCa, VerifyFull };
    /// How far connecting came.
    enum class Phase { Tcp, Greeting, Tls, Login, Open };
    enum class Outcome { Open, Refused, NotMysql, NoTls, Stopped };

    struct Options {
        QByteArray address;     ///< numeric, so that the library has nothing to resolve; or a path: a Unix socket
        QByteArray name;        ///< that VerifyFull wants the certificate to hold: a host name or an address
        int port = 3306;
        QByteArray user;
        QByteArray password;    ///< wiped with the connection; wiping the caller's copy is the caller's work
        QByteArray database;
        Tls tls = Tls::IfOffered;
        QByteArray ca;          ///< file; empty: the system's authorities
        QByteArray certificate;
        QByteArray key;
        int tcpMs = -1;         ///< limit for the TCP connection alone
        size_t maxReceived = 256 * 1024 * 1024;  ///< what the server may send for the login or a statement; then it is cut off
    };

    explicit MysqlConnection(SocketWait wait);
    ~MysqlConnection();
    MysqlConnection(const MysqlConnection &) = delete;
    MysqlConnection &operator=(const MysqlConnection &) = delete;

    /// Connects and logs in. `onPhase` is called as each phase begins (not for Tcp). When TLS is required and the server
    /// offers none, the answer is NoTls and nothing but the greeting has been exchanged.
    Outcome connect(const Options &options, const std::function<void(Phase)> &onPhase);
    Phase phase() const;
    /// Set once the handshake is over.
    const std::optional<TlsFacts> &tls() const;
    unsigned errorNumber() const;
    /// The server's own error, not one of the client library's.
    static bool isServerError(unsigned number);
    QString errorText() const;
    /// The server asked for a login method that is not carried out.
    bool refusedMethod() const;
    /// OpenSSL did not accept the server's certificate.
    bool refusedCertificate() const { return m_certificateError != 0; }
    /// What speaks there instead of MySQL ("an SSH server"), where its first bytes tell; else empty. For NotMysql.
    QString stranger() const { return m_stranger; }

    /// Runs one statement and keeps at most `maxRows` rows; a server that sends more is left. False when the work was stopped.
    bool query(const char *sql, TextResult *result, size_t maxRows = 1000);
    /// The same, prepared, with its values bound as text to the question marks.
    bool execute(const QByteArray &sql, const QList<QByteArray> &values, TextResult *result, size_t maxRows);
    /// The server's number of this session, for KILL QUERY on another one.
    unsigned long threadId() const;

private:
    friend struct MysqlTlsHook;
    static int ioWait(int socket, char isRead, int ms);
    void prepareTls(void *session);
    void giveUpTls();
    static void onTransfer(int mode, st_mysql *mysql, const unsigned char *buffer, size_t length);
    WaitResult onWait(int socket, bool isRead);
    WaitResult awaitGreeting(int socket);
    WaitResult refuse(Outcome outcome);
    void watchHandshake();
    void catchUp();
    void enter(Phase phase);
    void configure(const Options &options);
    void leave();
    /// Ends a statement: what went wrong, if anything did. False when the work was stopped.
    bool finish(unsigned error, const char *text, TextResult *result) const;

    SocketWait m_wait;
    std::unique_ptr<st_mysql> m_mysql;
    std::function<void(Phase)> m_onPhase;
    Options m_options;
    Phase m_phase = Phase::Tcp;
    Outcome m_refusal = Outcome::Refused;
    bool m_stopped = false;
    size_t m_received = 0;
    int m_certificateError = 0;  ///< OpenSSL's, of the verification
    int m_socketError = 0;  ///< why the port was not reached
    QString m_stranger;
    MysqlGreeting m_greeting;
    std::optional<TlsFacts> m_tls;
};

}  // namespace headgate
