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
ProbeAdvice forMysqlError(unsigned number, const Connection &connection);
/// By primary SQLite result code.
ProbeAdvice forSqliteError(int code, const QString &path);
/// The stage did not end within the time of the test.
ProbeAdvice forDeadline(TestStage stage, const Connection &connection);
ProbeAdvice nameNotFound(const QString &host);
ProbeAdvice portClosed(const Connection &connection);
ProbeAdvice passwordMissing();
/// TLS is asked for and the server has none.
ProbeAdvice tlsAbsent(const Connection &connection);
/// The handshake failed: certificate, authority, name or protocol.
ProbeAdvice tlsFailed(const Connection &connection);
/// The session is in clear although TLS was wished for.
ProbeAdvice inClear(const Connection &connection);
/// The user reads nothing in this database.
ProbeAdvice nothingReadable(const Connection &connection);

/// `name` quoted as an identifier of that type of database.
QString quoted(DatabaseType type, const QString &name);

}  // namespace advice
}  // namespace headgate
