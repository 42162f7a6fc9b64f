// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/url/urlbuilder.h"
#include "models/connections/url/urlparameters.h"
#include "models/connections/url/urlsyntax.h"

namespace headgate::UrlSyntax {

using namespace Qt::StringLiterals;
using namespace UrlText;

namespace {

void readOption(ParsedUrl &parsed, QJsonObject &options, const Piece &pair)
{
    if (pair.text.isEmpty()) return;
    const qsizetype equals = pair.text.indexOf(u'=');
    if (equals < 0) refuse(u"A parameter without a value."_s, pair.offset, u"Write name=value, joined by &."_s);
    const QString name = decode(pair.left(equals));
    const QString value = decode(pair.mid(equals + 1));
    if (name == "mode"_L1 && value == "ro"_L1) parsed.connection.isReadOnly = true;
    else if (isSecretName(name)) parsed.notes.append(u"%1 is a secret and was left out."_s.arg(name));
    else if (name != "uri"_L1) options.insert(name, value);
}

QString queryText(const Connection &connection)
{
    QStringList pairs;
    const QJsonObject options = connection.config.value("options"_L1).toObject();
    for (auto it = options.begin(); it != options.end(); ++it)
        if (!isSecretName(it.key())) pairs << encode(it.key()) + u'=' + encode(it->toVariant().toString(), "/");
    if (connection.isReadOnly) pairs << u"mode=ro"_s;
    return pairs.join(u'&');
}

/// The path behind the slashes, and whether it is percent-encoded.
Piece pathPart(const Scheme &scheme, Piece rest)
{
    if (!rest.text.startsWith("//"_L1)) return rest;
    if (!rest.text.startsWith("///"_L1) && rest.size() > 2)
        refuse(u"A file has no host."_s, rest.offset + 2, u"Write sqlite:///relative/path or sqlite:////absolute/path."_s);
    // SQLAlchemy's third slash ends the empty host; in file: it begins the path.
    return rest.mid(scheme.name == "file"_L1 ? 2 : 3);
}

}  // namespace

ParsedUrl readFileUrl(const Scheme &scheme, const Piece &whole)
{
    const qsizetype question = whole.text.indexOf(u'?');
    const Piece query = question < 0 ? Piece{} : whole.mid(question + 1);
    Piece path = question < 0 ? whole : whole.left(question);
    if (!scheme.jdbc) path = pathPart(scheme, path);
    // SQLite itself decodes what begins with file:, and drivers that take a bare path decode nothing.
    if (scheme.name != "file"_L1 && path.text.startsWith("file:"_L1)) return readFileUrl({u"file"_s, {}, false}, whole.mid(path.offset - whole.offset + 5));
    ParsedUrl parsed;
    Connection &c = parsed.connection;
    c.databaseType = DatabaseType::Sqlite;
    c.databaseName = scheme.jdbc || !scheme.driver.isEmpty() ? path.text : decode(path);
    if (c.databaseName.isEmpty() || c.databaseName == ":memory:"_L1)
        refuse(u"No file is named: a database in memory cannot be shared."_s, whole.offset, u"Write sqlite:////path/to/file.db."_s);
    if (!c.databaseName.startsWith(u'/')) parsed.notes.append(u"The path is relative: it depends on the folder the program is started in."_s);
    QJsonObject options;
    for (const Piece &pair : split(query, u'&')) readOption(parsed, options, pair);
    for (const QString &name : options.keys()) parsed.notes.append(u"%1 is kept as an option."_s.arg(name));
    if (!options.isEmpty()) c.config.insert(u"options"_s, options);
    return parsed;
}

QString writeFileUrl(const Connection &connection, UrlDialect dialect)
{
    const QString query = queryText(connection);
    const QString tail = query.isEmpty() ? QString() : u'?' + query;
    // A path that begins with two slashes would be taken for a host.
    const QString slashes = connection.databaseName.startsWith("//"_L1) ? u"//"_s : QString();
    const QString file = "file:"_L1 + slashes + encode(connection.databaseName, "/");
    switch (dialect) {
    case UrlDialect::FileUri: return file + tail;
    case UrlDialect::Jdbc: return "jdbc:sqlite:"_L1 + file + tail;
    case UrlDialect::SqlAlchemy: return "sqlite+pysqlite:///"_L1 + file + u'?' + (query.isEmpty() ? QString() : query + u'&') + "uri=true"_L1;
    default: return "sqlite:///"_L1 + encode(connection.databaseName, "/") + tail;
    }
}

}  // namespace headgate::UrlSyntax
