// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/url/urlbuilder.h"
#include "models/connections/url/urlparameters.h"
#include "models/connections/url/urlsyntax.h"

#include <QJsonArray>

namespace headgate::UrlSyntax {

using namespace Qt::StringLiterals;
using namespace UrlText;

namespace {

void readQuery(UrlBuilder &builder, const Piece &query, bool plusIsBlank)
{
    for (const Piece &pair : split(query, u'&')) {
        if (pair.text.isEmpty()) continue;
        const qsizetype equals = pair.text.indexOf(u'=');
        if (equals <= 0) refuse(u"A parameter without a name and a value."_s, pair.offset, u"Write name=value, joined by &."_s);
        const Piece raw = pair.mid(equals + 1);
        builder.parameter(decode(pair.left(equals), plusIsBlank), decode(raw, plusIsBlank), raw);
    }
}

void readUserinfo(UrlBuilder &builder, const Piece &userinfo)
{
    const qsizetype colon = userinfo.text.indexOf(u':');
    builder.connection().username = decode(userinfo.left(colon < 0 ? userinfo.size() : colon));
    if (colon >= 0) builder.setPassword(decode(userinfo.mid(colon + 1)));
}

/// pyodbc's way round SQLAlchemy's URL: ?odbc_connect=Driver%3D…
std::optional<ParsedUrl> readOdbcConnect(const Piece &query)
{
    for (const Piece &pair : split(query, u'&'))
        if (pair.text.startsWith("odbc_connect="_L1, Qt::CaseInsensitive)) return readOdbc({decode(pair.mid(13), true), pair.offset + 13});
    return std::nullopt;
}

/// sqlserver://host/instance?database=…, but mssql://host/database.
void readPath(UrlBuilder &builder, const Scheme &scheme, const Piece &path)
{
    if (path.text.isEmpty()) return;
    if (scheme.name == "sqlserver"_L1) builder.setOption(u"instance"_s, decode(path));
    else builder.connection().databaseName = scheme.driver.isEmpty() ? decode(path) : path.text;  // SQLAlchemy leaves it as it is
}

QString schemeOf(DatabaseType type)
{
    switch (type) {
    case DatabaseType::Postgresql: return u"postgresql"_s;
    case DatabaseType::Mysql: return u"mysql"_s;
    case DatabaseType::Sqlserver: return u"sqlserver"_s;
    case DatabaseType::Sqlite: return u"sqlite"_s;
    case DatabaseType::KafkaConnect: return u"http"_s;
    }
    return {};
}

QString driverScheme(DatabaseType type)
{
    switch (type) {
    case DatabaseType::Postgresql: return u"postgresql+psycopg"_s;
    case DatabaseType::Mysql: return u"mysql+pymysql"_s;
    default: return u"mssql+pyodbc"_s;
    }
}

QString queryText(const QList<QPair<QString, QString>> &pairs)
{
    QStringList texts;
    for (const auto &[name, value] : pairs) texts << encode(name) + u'=' + encode(value, "/");
    return texts.isEmpty() ? QString() : u'?' + texts.join(u'&');
}

QString hostsText(const Connection &connection, bool several)
{
    QStringList hosts{hostText(connection.host, connection.port)};
    if (several)
        for (const auto &other : connection.config.value("other_hosts"_L1).toArray()) hosts << other.toString();
    return hosts.join(u',');
}

QString withUser(const Connection &connection, const QString &rest)
{
    return connection.username.isEmpty() ? rest : encode(connection.username) + u'@' + rest;
}

QString writeSqlAlchemy(const Connection &c, QList<QPair<QString, QString>> parameters)
{
    const bool socket = c.host.startsWith(u'/');
    // SQLAlchemy undoes no escapes there, so what would end or lose part of the name is said as a parameter.
    const bool raw = !c.databaseName.contains(u'?') && c.databaseName == c.databaseName.trimmed();
    if (!raw) parameters.prepend({c.databaseType == DatabaseType::Postgresql ? u"dbname"_s : u"database"_s, c.databaseName});
    if (socket && c.port) parameters.prepend({u"port"_s, QString::number(*c.port)});
    if (socket) parameters.prepend({c.databaseType == DatabaseType::Mysql ? u"unix_socket"_s : u"host"_s, c.host});
    QString host = socket ? QString() : hostText(c.host, c.port);
    const QString instance = c.config.value("options"_L1).toObject().value("instance"_L1).toString();
    if (c.databaseType == DatabaseType::Sqlserver && !instance.isEmpty()) parameters.append({u"instance"_s, instance});
    return driverScheme(c.databaseType) + "://"_L1 + withUser(c, host) + u'/' + (raw ? c.databaseName : QString()) + queryText(parameters);
}

}  // namespace

ParsedUrl readServerUrl(DatabaseType type, const Scheme &scheme, const Piece &rest)
{
    UrlBuilder builder(type);
    if (scheme.jdbc && type == DatabaseType::Mysql) builder.setTimeoutsInMilliseconds();
    const qsizetype at = userinfoEnd(rest.text, 0);
    if (at >= 0) readUserinfo(builder, rest.left(at));
    const Piece tail = rest.mid(at + 1);
    const qsizetype question = tail.text.indexOf(u'?');
    const Piece address = question < 0 ? tail : tail.left(question);
    const Piece query = question < 0 ? Piece{} : tail.mid(question + 1);
    if (type == DatabaseType::Sqlserver)
        if (auto odbc = readOdbcConnect(query)) return *std::move(odbc);
    const qsizetype slash = address.text.indexOf(u'/');
    builder.addHosts(slash < 0 ? address : address.left(slash));
    if (slash >= 0) readPath(builder, scheme, address.mid(slash + 1));
    const bool libpq = type == DatabaseType::Postgresql && scheme.driver.isEmpty() && !scheme.jdbc;
    readQuery(builder, query, !libpq);
    return builder.finish();
}

QString writeServerUrl(const Connection &c, UrlDialect dialect)
{
    auto parameters = urlParameters(c, dialect);
    if (dialect == UrlDialect::SqlAlchemy) return writeSqlAlchemy(c, std::move(parameters));
    if (dialect == UrlDialect::Jdbc) {
        if (!c.username.isEmpty()) parameters.prepend({u"user"_s, c.username});
        return "jdbc:"_L1 + schemeOf(c.databaseType) + "://"_L1 + hostsText(c, true) + u'/' + encode(c.databaseName) + queryText(parameters);
    }
    QString path = encode(c.databaseName);
    if (c.databaseType == DatabaseType::Sqlserver) {
        if (!c.databaseName.isEmpty()) parameters.prepend({u"database"_s, c.databaseName});
        path = encode(c.config.value("options"_L1).toObject().value("instance"_L1).toString());
    }
    const bool several = c.databaseType == DatabaseType::Postgresql || c.databaseType == DatabaseType::Mysql;
    return schemeOf(c.databaseType) + "://"_L1 + withUser(c, hostsText(c, several)) + u'/' + path + queryText(parameters);
}

}  // namespace headgate::UrlSyntax
