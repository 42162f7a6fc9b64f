// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace headgate {

class Session;

/// Runs a text of many statements inside the transaction that is open on the session. The database's own parser finds
/// where a statement ends (sqlite3_prepare_v2 on the real handle, the server's multi-statement protocol): no cutting at
/// semicolons. Rows that statements return are discarded. Session's thread; the session's deadline and cancel token
/// apply to the whole text. Throws DbError naming the line or the number of the statement that failed, and
/// Exception(Invalid) when the text ends the transaction itself.
void runScript(Session &session, const QByteArray &text);

}  // namespace headgate
