// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/connection.h"

namespace headgate {

/// Whose ODBC driver it is, as far as its options differ.
enum class OdbcDriverKind { FreeTds, Microsoft, Other };
/// By its name in odbcinst.ini: "FreeTDS", "ODBC Driver 18 for SQL Server".
OdbcDriverKind odbcDriverKind(const QString &driver);
/// config odbc_driver; empty: the best one that is installed is taken.
QString odbcDriver(const Connection &connection);
/// The named instance of a SQL Server (options.instance); not used when a port is given.
QString sqlServerInstance(const Connection &connection);
/// Microsoft's newest, else FreeTDS, else none.
QString bestOdbcDriver(const QStringList &installed);

/// One sentence: what the client does and really checks under this sslmode, for this type and (SQL Server) this driver.
/// An empty mode is the default one, prefer. Empty for a mode that is not known.
QString tlsPromise(DatabaseType type, const QString &driver, const QString &sslmode);

}  // namespace headgate
