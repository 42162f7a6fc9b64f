// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/probeadvice.h"
#include "models/database/native/textrow.h"
#include "models/database/odbc/odbcprotocol.h"

namespace headgate {

/// What refused a SQL Server session or statement: the message that counts among those a driver gives, and its stage.
struct SqlServerRefusal {
    odbc::Message message;
    TestStage stage = TestStage::Tls;

    /// The server's number when it spoke, else the SQLSTATE.
    QString code() const;
};

/// Of a login: SQL Server sends several messages (4060, then 18456), drivers add their own around them.
SqlServerRefusal sqlServerRefusal(const QList<odbc::Message> &messages);

/// The helper's reply to "read" as rows, or as the refusal.
TextResult sqlServerResult(const QJsonObject &reply);

namespace advice {

/// By SQL Server number, else by ODBC SQLSTATE. `driver` is the one that was asked.
ProbeAdvice forSqlServer(const SqlServerRefusal &refusal, const QString &driver, const Connection &connection);
/// The driver is not in odbcinst.ini (`driver` empty: there is none at all); `installed` are those that are.
ProbeAdvice odbcDriverMissing(const QString &driver, const QStringList &installed);
ProbeAdvice sqlServerPortClosed();
ProbeAdvice sqlServerNothingReadable(const Connection &connection);
/// [name] with ] doubled.
QString bracketed(const QString &name);

}  // namespace advice
}  // namespace headgate
