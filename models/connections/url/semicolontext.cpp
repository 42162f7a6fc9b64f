// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/url/urlbuilder.h"
#include "models/connections/url/urlparameters.h"
#include "models/connections/url/urlsyntax.h"

#include <QRegularExpression>

namespace headgate::UrlSyntax {

using namespace Qt::StringLiterals;
using namespace UrlText;

namespace {

struct Property {
    QString name;
    Piece value;
};

/// A value in braces holds anything, }} standing for }.
Piece bracedValue(const Piece &text, qsizetype *at)
{
    const qsizetype start = *at;
    QString value;
    for (++*at; *at < text.size(); ++*at) {
        if (text.text[*at] == u'}') {
            if (*at + 1 >= text.size() || text.text[*at + 1] != u'}') break;
            ++*at;
        }
        value += text.text[*at];
    }
    if (*at >= text.size()) refuse(u"A value without its closing brace."_s, text.offset + start, u"Write }} for a brace inside."_s);
    ++*at;
    while (*at < text.size() && text.text[*at].isSpace()) ++*at;
    if (*at < text.size() && text.text[*at] != u';') refuse(u"Something stands behind the closing brace."_s, text.offset + *at, u"Write }} for a brace inside."_s);
    return {value, text.offset + start};
}

QList<Property> readProperties(const Piece &text)
{
    QList<Property> properties;
    qsizetype at = 0;
    while (at < text.size()) {
        if (text.text[at] == u';' || text.text[at].isSpace()) {
            ++at;
            continue;
        }
        const qsizetype equals = text.text.indexOf(u'=', at);
        const qsizetype semicolon = text.text.indexOf(u';', at);
        if (equals <= at || (semicolon >= 0 && semicolon < equals))
            refuse(u"A name and = are expected here."_s, text.offset + at, u"Write Server=…;Port=…;Database=…;Uid=…"_s);
        const QString name = text.text.mid(at, equals - at).trimmed();
        at = equals + 1;
        while (at < text.size() && text.text[at] == u' ') ++at;
        if (at < text.size() && text.text[at] == u'{') {
            properties << Property{name, bracedValue(text, &at)};
            continue;
        }
        qsizetype end = text.text.indexOf(u';', at);
        if (end < 0) end = text.size();
        Piece value = text.mid(at, end - at);
        value.text = value.text.trimmed();
        properties << Property{name, value};
        at = end;
    }
    return properties;
}

QString propertyValue(const QString &text)
{
    static const QRegularExpression plain(u"^[^\\s\\[\\]{}(),;?*=!@'\"]([^\\[\\]{}(),;?*=!@]*[^\\s\\[\\]{}(),;?*=!@])?$"_s);
    if (plain.match(text).hasMatch()) return text;
    return u'{' + QString(text).replace(u'}', "}}"_L1) + u'}';
}

QString property(const QString &name, const QString &value) { return name + u'=' + propertyValue(value); }

/// No driver: an ADO.NET string, which is SQL Server's.
DatabaseType typeOfDriver(const QString &driver, qsizetype offset)
{
    const QString name = driver.toLower();
    if (name.contains("postgres"_L1) || name.contains("psqlodbc"_L1)) return DatabaseType::Postgresql;
    if (name.contains("mysql"_L1) || name.contains("mariadb"_L1)) return DatabaseType::Mysql;
    if (name.contains("sqlite"_L1)) return DatabaseType::Sqlite;
    if (name.isEmpty() || name.contains("sql server"_L1) || name.contains("tds"_L1) || name.contains("msodbcsql"_L1)) return DatabaseType::Sqlserver;
    refuse(u"The ODBC driver is of no known database."_s, offset, u"Name a driver of PostgreSQL, MySQL, MariaDB, SQL Server or SQLite."_s);
}

/// psqlodbc hands this to libpq: parameters without an address.
void readLibpqOptions(UrlBuilder &builder, const Piece &text)
{
    const ParsedUrl parsed = readKeywords(text);
    for (auto it = parsed.connection.config.begin(); it != parsed.connection.config.end(); ++it) builder.connection().config.insert(it.key(), *it);
}

QString libpqOptions(const Connection &c)
{
    QStringList words;
    for (const auto &[name, value] : urlParameters(c, UrlDialect::Keywords))
        if (name != "sslmode"_L1) words << name + u'=' + keywordValue(value);
    return words.join(u' ');
}

ParsedUrl readSqlite(const QList<Property> &properties, qsizetype offset)
{
    ParsedUrl parsed;
    parsed.connection.databaseType = DatabaseType::Sqlite;
    for (const Property &each : properties)
        if (each.name.compare("database"_L1, Qt::CaseInsensitive) == 0) parsed.connection.databaseName = each.value.text;
    if (parsed.connection.databaseName.isEmpty()) refuse(u"No file is named."_s, offset, u"Write Driver=SQLite3;Database=/path/to/file.db."_s);
    return parsed;
}

QString instanceOf(const Connection &c) { return c.config.value("options"_L1).toObject().value("instance"_L1).toString(); }

QString serverText(const Connection &c)
{
    QString server = c.host;
    if (const QString instance = instanceOf(c); !instance.isEmpty()) server += u'\\' + instance;
    return c.port ? server + u',' + QString::number(*c.port) : server;
}

QStringList addressProperties(const Connection &c)
{
    if (c.databaseType == DatabaseType::Sqlserver) return {property(u"Server"_s, serverText(c))};
    const bool socket = c.databaseType == DatabaseType::Mysql && c.host.startsWith(u'/');
    QStringList properties{property(socket ? u"Socket"_s : u"Server"_s, c.host)};
    if (c.port) properties << property(u"Port"_s, QString::number(*c.port));
    return properties;
}

}  // namespace

bool isOdbc(const QString &text)
{
    static const QRegularExpression first(
        u"^\\s*(?:driver|dsn|server|data source|addr|address|network address|uid|pwd|user id|database|initial catalog|trusted_connection|encrypt)\\s*="_s,
        QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression later(u";\\s*(?:driver|server|data source|uid|pwd)\\s*="_s, QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression libpq(u"^\\s*(?:host|hostaddr|dbname|user|password|sslmode)\\s*="_s);
    return first.match(text).hasMatch() || (later.match(text).hasMatch() && !libpq.match(text).hasMatch());
}

ParsedUrl readOdbc(const Piece &text)
{
    const QList<Property> properties = readProperties(text);
    const auto driver = std::find_if(properties.begin(), properties.end(), [](const Property &each) { return each.name.compare("driver"_L1, Qt::CaseInsensitive) == 0; });
    const bool named = driver != properties.end();
    const DatabaseType type = typeOfDriver(named ? driver->value.text : QString(), named ? driver->value.offset : text.offset);
    if (type == DatabaseType::Sqlite) return readSqlite(properties, text.offset);
    UrlBuilder builder(type);
    if (!named) builder.note(u"No driver is named: SQL Server is assumed."_s);
    for (const Property &each : properties) {
        if (each.name.compare("pqopt"_L1, Qt::CaseInsensitive) == 0) readLibpqOptions(builder, each.value);
        else if (type == DatabaseType::Sqlserver || each.name.compare("driver"_L1, Qt::CaseInsensitive) != 0) builder.parameter(each.name, each.value.text, each.value);
    }
    return builder.finish();
}

QString writeOdbc(const Connection &c)
{
    QStringList properties{"Driver={"_L1 + writtenOdbcDriver(c).replace(u'}', "}}"_L1) + u'}'};
    if (c.databaseType == DatabaseType::Sqlite) return (properties << property(u"Database"_s, c.databaseName)).join(u';');
    properties << addressProperties(c);
    if (!c.databaseName.isEmpty()) properties << property(u"Database"_s, c.databaseName);
    if (!c.username.isEmpty()) properties << property(u"Uid"_s, c.username);
    if (c.databaseType == DatabaseType::Postgresql) {
        if (const QString mode = c.config.value("sslmode"_L1).toString(); !mode.isEmpty()) properties << property(u"SSLmode"_s, mode);
        if (const QString options = libpqOptions(c); !options.isEmpty()) properties << property(u"pqopt"_s, options);
        return properties.join(u';');
    }
    for (const auto &[name, value] : urlParameters(c, UrlDialect::Odbc)) properties << property(name, value);
    return properties.join(u';');
}

ParsedUrl readSqlServerProperties(const Piece &rest)
{
    UrlBuilder builder(DatabaseType::Sqlserver);
    const qsizetype semicolon = rest.text.indexOf(u';');
    Piece address = semicolon < 0 ? rest : rest.left(semicolon);
    const qsizetype backslash = address.text.indexOf(u'\\');
    if (backslash >= 0) {
        const Piece instance = address.mid(backslash + 1);
        const qsizetype colon = instance.text.indexOf(u':');
        builder.setOption(u"instance"_s, instance.left(colon < 0 ? instance.size() : colon).text);
        const std::optional<int> port = colon < 0 ? std::nullopt : std::optional(number(instance.mid(colon + 1), 1, 65535, u"The port"_s));
        builder.setHost(address.left(backslash).text, port);
    } else {
        builder.addHosts(address);
    }
    if (semicolon >= 0)
        for (const Property &each : readProperties(rest.mid(semicolon))) builder.parameter(each.name, each.value.text, each.value);
    return builder.finish();
}

QString writeSqlServerProperties(const Connection &c)
{
    static const QRegularExpression plain(u"^[A-Za-z0-9._-]+$"_s);
    QStringList properties;
    QString address;
    if (plain.match(c.host).hasMatch()) address = c.host + (c.port ? u':' + QString::number(*c.port) : QString());
    else {
        properties << property(u"serverName"_s, c.host);
        if (c.port) properties << property(u"portNumber"_s, QString::number(*c.port));
    }
    if (const QString instance = instanceOf(c); !instance.isEmpty()) properties << property(u"instanceName"_s, instance);
    if (!c.databaseName.isEmpty()) properties << property(u"databaseName"_s, c.databaseName);
    if (!c.username.isEmpty()) properties << property(u"user"_s, c.username);
    for (const auto &[name, value] : urlParameters(c, UrlDialect::Jdbc)) properties << property(name, value);
    properties.prepend("jdbc:sqlserver://"_L1 + address);
    return properties.join(u';');
}

}  // namespace headgate::UrlSyntax
