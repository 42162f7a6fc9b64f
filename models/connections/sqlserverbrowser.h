// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/native/socketwait.h"

#include <QByteArray>
#include <QString>

namespace headgate {

/// Which TCP port a named instance listens on, asked of the SQL Server Browser service (MS-SQLR 2.2.3,
/// CLNT_UCAST_INST). Blocks through the wait only.
struct SqlServerBrowser {
    static constexpr int defaultPort = 1434;

    enum class Outcome { Found, NoAnswer, NotUnderstood, NoTcp };
    Outcome outcome = Outcome::NoAnswer;
    int port = 0;

    /// A service that does not know the instance gives no answer either.
    static SqlServerBrowser ask(const QByteArray &address, const QString &instance, int ms, const SocketWait &wait, int browserPort = defaultPort);
    /// The datagram of an answer.
    static SqlServerBrowser parse(const QByteArray &answer);
};

}  // namespace headgate
