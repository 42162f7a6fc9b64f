// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/connectiontest.h"

namespace headgate {

/// What to do about a stage that failed: words, and one statement or configuration line where there is one.
struct ProbeAdvice {
    QString hint;
    FixKind kind = FixKind::None;
    QString fix;
};

namespace advice {

ProbeAdvice hint(const QString &text);
/// By SQLSTATE of a refused PostgreSQL session; `serverText` is searched for what the code leaves open.
ProbeAdvice forSqlState(const QString &sqlState, const QString &serverText, const Connection &connection);
/// By error number of a MySQL/MariaDB server.
ProbeAdvice forMysqlError(unsigned number, const QString &serverText, const Connection &connection);
/// By primary SQLite result code.
ProbeAdvice forSqliteError(int code, const QString &path);
/// The stage did not end within the time of the test.
ProbeAdvice forDeadline(TestStage stage, const Connection &connection);
ProbeAdvice nameNotFound(const QString &host);
ProbeAdvice portClosed(const Connection &connection);
/// No connection, for another reason than a closed port; `text` says which.
ProbeAdvice notReached(const QString &text);
ProbeAdvice passwordMissing();
/// A server that does not know the password took the login.
ProbeAdvice noProof();
/// TLS is asked for and the server has none.
ProbeAdvice tlsAbsent(const Connection &connection);
/// The handshake failed: certificate, authority, name or protocol, as OpenSSL's `text` says.
ProbeAdvice tlsFailed(const Connection &connection, const QString &text);
/// Something else than the database speaks at the port.
ProbeAdvice wrongPort(const Connection &connection);
/// The server wants the password itself where others may see it.
ProbeAdvice passwordShown(const Connection &connection);
/// The server asks for more rounds of SCRAM than are calculated.
ProbeAdvice tooManyRounds(const Connection &connection);
ProbeAdvice fileMissing();
/// The session is in clear although TLS was wished for.
ProbeAdvice inClear(const Connection &connection);
/// The user reads nothing in this database.
ProbeAdvice nothingReadable(const Connection &connection);

/// `name` quoted as an identifier of that type of database.
QString quoted(DatabaseType type, const QString &name);

}  // namespace advice
}  // namespace headgate
