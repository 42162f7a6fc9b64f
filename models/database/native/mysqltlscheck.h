// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/native/socketwait.h"
#include "models/database/native/tlsfacts.h"

#include <QByteArray>
#include <QString>

namespace headgate {

/// A TLS handshake with a MySQL server on a connection of its own that is then closed: checks the certificate against the
/// authority and the host name before any login. libmariadb cannot: it compares the certificate with the text that it
/// connects to, and that must be a number lest it resolve names blocking. The fingerprint then ties its connection to
/// the certificate that was seen here. Call it on a Fiber.
struct MysqlTlsCheck {
    enum class Outcome {
        Verified,
        Rejected,   ///< the handshake failed; `error` says why
        NotReached  ///< no connection, no greeting, no TLS, or stopped: connecting in earnest will tell
    };
    Outcome outcome = Outcome::NotReached;
    QString error;
    QByteArray fingerprint;  ///< SHA-1, hex, as MARIADB_OPT_TLS_PEER_FP wants it
    TlsFacts facts;

    /// `hostName` may be an address; empty: any name will do. `caFile` empty: the system's authorities. `ms`: limit for the TCP connection.
    /// `onConnected` is called when the port has accepted.
    static MysqlTlsCheck run(const QByteArray &address, int port, const QByteArray &hostName, const QByteArray &caFile, int ms,
                             const SocketWait &wait, const std::function<void()> &onConnected);
};

}  // namespace headgate
