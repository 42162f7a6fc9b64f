// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/connections/connection.h"

#include <QList>
#include <optional>

namespace headgate {

/// The ways in which other programs write an address.
enum class UrlDialect {
    Url,         ///< postgresql://, mysql://, sqlserver:// (go-mssqldb's too), sqlite:///
    Keywords,    ///< libpq: host=… dbname=…
    Jdbc,        ///< jdbc:postgresql://, jdbc:mysql://, jdbc:sqlserver://…;name=value, jdbc:sqlite:
    SqlAlchemy,  ///< postgresql+psycopg://, mysql+pymysql://, mssql+pyodbc://, sqlite+pysqlite:///
    Odbc,        ///< Driver={…};Server=…
    GoDsn,       ///< user@tcp(host:port)/database
    FileUri,     ///< file:/path?mode=ro
};

/// What a pasted text says about a connection.
struct ParsedUrl {
    Connection connection;
    std::optional<QString> password;  ///< an empty one is a password too
    QStringList notes;                ///< what was assumed, kept aside or left out, one sentence each
};

/// Reads, any thread, without touching network or disk, every dialect above, and besides
///   postgres://, mariadb://, mssql://, jdbc:mariadb:, any +driver, ?odbc_connect=…, ADO.NET strings, sqlite:path, file:path.
/// The Error says what is wrong, where (the offset of the character) and how to write it; it never repeats the text.
/// Parameters without a field of their own end up in config.options; secrets among them are left out, with a note.
Result<ParsedUrl> parseConnectionUrl(const QString &text);

/// The dialects that fit a type, the usual one first.
QList<UrlDialect> urlDialects(DatabaseType type);
/// "JDBC", "ODBC" …: a name that is not translated.
QString urlDialectLabel(UrlDialect dialect);

/// The connection in a dialect of its type, as parseConnectionUrl() reads it back; never holds a password.
QString formatConnectionUrl(const Connection &connection, UrlDialect dialect = UrlDialect::Url);

/// The text with every password that it could hold replaced by ••••; also for texts that cannot be parsed.
QString redactUrl(const QString &text);

/// Whether redactUrl() would hide something.
bool urlHasPassword(const QString &text);

}  // namespace headgate
