// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/connectionurl.h"
#include "models/connections/url/urltext.h"

/// A reader and a writer for each way of writing an address; connectionurl.cpp knows which text is whose. Readers throw
/// Exception(Invalid), writers leave the password out.
namespace headgate::UrlSyntax {

using UrlText::Piece;

/// `rest` follows "scheme:" (and "jdbc:"); `driver` is SQLAlchemy's part behind the plus.
struct Scheme {
    QString name;
    QString driver;
    bool jdbc = false;
};

ParsedUrl readServerUrl(DatabaseType type, const Scheme &scheme, const Piece &rest);
QString writeServerUrl(const Connection &connection, UrlDialect dialect);

ParsedUrl readFileUrl(const Scheme &scheme, const Piece &rest);
QString writeFileUrl(const Connection &connection, UrlDialect dialect);

/// libpq: host=… port=… 'quoted values'
ParsedUrl readKeywords(const Piece &text);
QString writeKeywords(const Connection &connection);
/// The same inside a value, without an address of its own.
QString keywordValue(const QString &text);

/// Driver={…};Server=…;Pwd={…}
bool isOdbc(const QString &text);
ParsedUrl readOdbc(const Piece &text);
QString writeOdbc(const Connection &connection);
/// //host\instance:port;name=value;… behind jdbc:sqlserver:
ParsedUrl readSqlServerProperties(const Piece &rest);
QString writeSqlServerProperties(const Connection &connection);

/// user:password@tcp(host:port)/database?name=value
bool isGoDsn(const QString &text);
ParsedUrl readGoDsn(const Piece &text);
QString writeGoDsn(const Connection &connection);

}  // namespace headgate::UrlSyntax
