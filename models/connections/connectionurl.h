// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/connections/connection.h"

#include <optional>

namespace headgate {

/// What a pasted text says about a connection.
struct ParsedUrl {
    Connection connection;
    std::optional<QString> password;  ///< an empty one is a password too
    QStringList notes;                ///< what was assumed, kept aside or left out, one sentence each
};

/// Reads, any thread, without touching network or disk:
///   postgresql://, postgres:// (libpq: several hosts, percent-encoding, parameters, sockets), host=… port=… (libpq keywords),
///   postgresql+driver://, mysql+driver:// (SQLAlchemy), mysql://, mariadb://, jdbc: before any of these,
///   sqlite:path, sqlite:////absolute, sqlite:///relative, file:path.
/// The Error says what is wrong, where (the offset of the character) and how to write it; it never repeats the text.
/// Parameters without a field of their own end up in config.options; secrets among them are left out, with a note.
Result<ParsedUrl> parseConnectionUrl(const QString &text);

/// The connection as a URL that parseConnectionUrl() reads back; never holds a password.
QString formatConnectionUrl(const Connection &connection);

/// The text with every password that it could hold replaced by ••••; also for texts that cannot be parsed.
QString redactUrl(const QString &text);

/// Whether redactUrl() would hide something.
bool urlHasPassword(const QString &text);

}  // namespace headgate
