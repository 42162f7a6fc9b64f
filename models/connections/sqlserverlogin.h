// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/connection.h"
#include "models/connections/targetoptions.h"
#include "models/database/odbc/odbcprotocol.h"

namespace headgate {

/// What the helper needs to open a SQL Server session, without the password.
struct SqlServerLogin {
    odbc::Parameters parameters;
    odbc::Braces braces = odbc::Braces::Doubled;
    QString freeTdsConf;  ///< empty for other drivers

    QJsonObject request(int loginMs, bool readOnly) const;
};

/// True for keywords of a connection string that fields of the connection hold (server, user, encryption …), that load
/// code, or that write what is sent into a file: an option may not have them.
bool isReservedOdbcKeyword(const QString &keyword);

/// For `driver` at `port`. Throws Exception(Invalid) for what the driver cannot be told without risk: a keyword that is
/// reserved or none, a host or path that the configuration of FreeTDS would read as something else.
SqlServerLogin sqlServerLogin(const Connection &connection, const QString &driver, int port, SslMode mode, bool readOnly);

}  // namespace headgate
