// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/enumtable.h"
#include "models/connections/connectionprobe.h"
#include "models/database/native/blockingwait.h"
#include "models/database/native/mysqlconnection.h"
#include "models/database/native/pgconnection.h"

namespace headgate {

/// The libpq names of how much TLS a connection wants, from none to all.
enum class SslMode { Disable, Allow, Prefer, Require, VerifyCa, VerifyFull };
inline constexpr auto sslModes = makeEnumTable<SslMode>({{SslMode::Disable, "disable"},
                                                         {SslMode::Allow, "allow"},
                                                         {SslMode::Prefer, "prefer"},
                                                         {SslMode::Require, "require"},
                                                         {SslMode::VerifyCa, "verify-ca"},
                                                         {SslMode::VerifyFull, "verify-full"}});

/// A connection in the words of the client libraries: the same for a test and for a session.
namespace targetoptions {

/// None when the connection names a mode that is not known; prefer when it names none.
std::optional<SslMode> sslMode(const Connection &connection);
/// The server is a Unix socket on this machine: a folder or an abstract name for libpq, a path for libmariadb.
bool isLocal(const Connection &connection);
/// Whether the password may go out readable: only where nobody wished for TLS, whose absence may be somebody's work.
bool mayShowPassword(const Connection &connection);
/// `mode` is libpq's sslmode; `address` numeric, not used for a Unix socket.
PgConnection::Parameters postgresql(const ProbeTarget &target, const QByteArray &mode, const QByteArray &address);
/// `address` numeric, or the path of a Unix socket; `ms` limits the TCP connection. The password shares the target's bytes.
MysqlConnection::Options mysql(const ProbeTarget &target, SslMode mode, const QByteArray &address, int ms);
/// The host's numeric addresses, in the resolver's order; for a Unix socket its path alone. Blocks, but no longer than
/// `wait` allows: empty then. Throws Exception(NotFound) when nobody knows the name.
QList<QByteArray> addresses(const Connection &connection, BlockingWait &wait);
/// Where an error happened: "orders (db.example:5432)".
QString place(const Connection &connection);

}  // namespace targetoptions
}  // namespace headgate
