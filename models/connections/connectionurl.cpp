// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/connectionurl.h"

#include "models/connections/url/urlsyntax.h"

#include <QRegularExpression>

namespace headgate {

using namespace Qt::StringLiterals;
using UrlText::Piece;

namespace {

struct SchemeRow {
    const char *name;
    DatabaseType type;
};

constexpr SchemeRow schemes[] = {
    {"postgresql", DatabaseType::Postgresql}, {"postgres", DatabaseType::Postgresql}, {"mysql", DatabaseType::Mysql}, {"mariadb", DatabaseType::Mysql},
    {"sqlserver", DatabaseType::Sqlserver},   {"mssql", DatabaseType::Sqlserver},     {"sqlite", DatabaseType::Sqlite}, {"file", DatabaseType::Sqlite},
};

std::optional<DatabaseType> typeOfScheme(const QString &scheme)
{
    for (const SchemeRow &row : schemes)
        if (scheme == QLatin1StringView(row.name)) return row.type;
    return std::nullopt;
}

/// Prisma and ADO write their properties behind sqlserver:// too.
bool hasProperties(const UrlSyntax::Scheme &scheme, const QString &rest)
{
    static const QRegularExpression properties(u"^//[^/?@;]*;"_s);
    return scheme.name == "sqlserver"_L1 && (scheme.jdbc || properties.match(rest).hasMatch());
}

ParsedUrl parse(const QString &original)
{
    static const QRegularExpression schemePattern(u"^\\s*(jdbc:)?([A-Za-z][A-Za-z0-9]*)(\\+[A-Za-z0-9_]+)?:"_s);
    static const QRegularExpression keywordPattern(u"^\\s*[A-Za-z_]+\\s*="_s);
    QString text = original;
    while (!text.isEmpty() && text.back().isSpace()) text.chop(1);
    const auto match = schemePattern.match(text);
    const UrlSyntax::Scheme scheme{match.captured(2).toLower(), match.captured(3).mid(1), match.capturedLength(1) > 0};
    const std::optional<DatabaseType> type = typeOfScheme(scheme.name);
    const Piece rest = Piece{text, 0}.mid(match.hasMatch() ? match.capturedEnd() : 0);
    const bool slashes = rest.text.startsWith("//"_L1);
    if (type == DatabaseType::Sqlite) return UrlSyntax::readFileUrl(scheme, rest);
    if (type && slashes)
        return hasProperties(scheme, rest.text) ? UrlSyntax::readSqlServerProperties(rest.mid(2)) : UrlSyntax::readServerUrl(*type, scheme, rest.mid(2));
    if (UrlSyntax::isGoDsn(text)) return UrlSyntax::readGoDsn({text, 0});
    if (!match.hasMatch() && UrlSyntax::isOdbc(text)) return UrlSyntax::readOdbc({text, 0});
    if (!match.hasMatch() && keywordPattern.match(text).hasMatch()) return UrlSyntax::readKeywords({text, 0});
    if (type) UrlText::refuse(u"Two slashes are expected here."_s, rest.offset, u"Write %1://host/database."_s.arg(scheme.name));
    UrlText::refuse(u"This is not a connection URL of a known kind."_s, match.hasMatch() ? match.capturedStart(2) : 0,
                    u"Write postgresql://user@host:5432/database, mysql://user@host/database, sqlserver://user@host?database=name or "
                    "sqlite:////path/to/file.db."_s);
}

}  // namespace

Result<ParsedUrl> parseConnectionUrl(const QString &text)
{
    try {
        return parse(text);
    } catch (const Exception &exception) {
        return exception.error();
    }
}

QList<UrlDialect> urlDialects(DatabaseType type)
{
    switch (type) {
    case DatabaseType::Postgresql: return {UrlDialect::Url, UrlDialect::Keywords, UrlDialect::Jdbc, UrlDialect::SqlAlchemy, UrlDialect::Odbc};
    case DatabaseType::Mysql: return {UrlDialect::Url, UrlDialect::Jdbc, UrlDialect::SqlAlchemy, UrlDialect::Odbc, UrlDialect::GoDsn};
    case DatabaseType::Sqlserver: return {UrlDialect::Url, UrlDialect::Jdbc, UrlDialect::SqlAlchemy, UrlDialect::Odbc};
    case DatabaseType::Sqlite: return {UrlDialect::Url, UrlDialect::Jdbc, UrlDialect::SqlAlchemy, UrlDialect::Odbc, UrlDialect::FileUri};
    case DatabaseType::KafkaConnect: break;
    }
    return {UrlDialect::Url};
}

QString urlDialectLabel(UrlDialect dialect)
{
    switch (dialect) {
    case UrlDialect::Url: return u"URL"_s;
    case UrlDialect::Keywords: return u"libpq keywords"_s;
    case UrlDialect::Jdbc: return u"JDBC"_s;
    case UrlDialect::SqlAlchemy: return u"SQLAlchemy"_s;
    case UrlDialect::Odbc: return u"ODBC"_s;
    case UrlDialect::GoDsn: return u"Go DSN"_s;
    case UrlDialect::FileUri: return u"file: URI"_s;
    }
    return {};
}

QString formatConnectionUrl(const Connection &connection, UrlDialect dialect)
{
    if (dialect == UrlDialect::Odbc) return UrlSyntax::writeOdbc(connection);
    if (connection.databaseType == DatabaseType::Sqlite) return UrlSyntax::writeFileUrl(connection, dialect);
    if (dialect == UrlDialect::Keywords) return UrlSyntax::writeKeywords(connection);
    if (dialect == UrlDialect::GoDsn) return UrlSyntax::writeGoDsn(connection);
    if (dialect == UrlDialect::Jdbc && connection.databaseType == DatabaseType::Sqlserver) return UrlSyntax::writeSqlServerProperties(connection);
    return UrlSyntax::writeServerUrl(connection, dialect);
}

}  // namespace headgate
