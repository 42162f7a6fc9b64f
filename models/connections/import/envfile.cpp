// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/connectionurl.h"
#include "models/connections/import/importreaders.h"

#include <QFileInfo>
#include <QHash>
#include <QMap>
#include <QRegularExpression>

/// KEY=value as shells and dotenv read it: `export`, quotes, comments, ${OTHER}. What is a connection: variables that hold
/// a URL, libpq's PG*, and groups of one prefix (DB_HOST, DB_PORT …).
namespace headgate::ImportReaders {

using namespace Qt::StringLiterals;

namespace {

struct Variable {
    int line = 0;
    QString name;
    QString value;
};

/// What is set so far; later settings win, as in a shell.
class Variables {
public:
    explicit Variables(ImportFile &file) : m_file(file) {}
    void read(const QString &content);
    const QList<Variable> &all() const { return m_variables; }

private:
    void refuse(int line, const QString &name, const QString &why) { m_file.problems << ImportProblem{line, name, why}; }
    std::optional<QString> valueOf(const Line &line, const QString &name, const QString &raw);
    std::optional<QString> expanded(const Line &line, const QString &name, const QString &text);

    ImportFile &m_file;
    QList<Variable> m_variables;
};

std::optional<QString> Variables::expanded(const Line &line, const QString &name, const QString &text)
{
    static const QRegularExpression reference(u"\\$\\{([A-Za-z_]\\w*)\\}"_s);
    QString result;
    qsizetype from = 0;
    for (const auto &match : reference.globalMatch(text)) {
        const auto named = std::find_if(m_variables.begin(), m_variables.end(), [&match](const Variable &each) { return each.name == match.captured(1); });
        if (named == m_variables.end()) {
            refuse(line.number, name, u"It refers to %1, which the file does not set before."_s.arg(match.captured(1)));
            return std::nullopt;
        }
        result += text.mid(from, match.capturedStart() - from) + named->value;
        from = match.capturedEnd();
    }
    return result + text.mid(from);
}

std::optional<QString> Variables::valueOf(const Line &line, const QString &name, const QString &raw)
{
    static const QRegularExpression comment(u"\\s+#.*$"_s);
    if (raw.isEmpty() || (raw[0] != u'"' && raw[0] != u'\'')) return expanded(line, name, QString(raw).remove(comment));
    const QChar quote = raw[0];
    QString value;
    for (qsizetype i = 1; i < raw.size(); ++i) {
        if (raw[i] == quote) return quote == u'"' ? expanded(line, name, value) : std::optional(value);
        if (quote == u'"' && raw[i] == u'\\' && i + 1 < raw.size() && u"\"\\$`"_s.contains(raw[i + 1])) ++i;
        value += raw[i];
    }
    refuse(line.number, name, u"Its closing quote is missing."_s);
    return std::nullopt;
}

void Variables::read(const QString &content)
{
    static const QRegularExpression assignment(u"^(?:export\\s+)?([A-Za-z_][A-Za-z0-9_.]*)\\s*=\\s*(.*)$"_s);
    for (const Line &line : linesOf(content, u"#"_s)) {
        const auto match = assignment.match(line.text);
        if (!match.hasMatch()) {
            refuse(line.number, u"line"_s, u"It is not NAME=value."_s);
            continue;
        }
        const std::optional<QString> value = valueOf(line, match.captured(1), match.captured(2));
        if (!value) continue;
        m_variables.removeIf([&match](const Variable &each) { return each.name == match.captured(1); });
        m_variables << Variable{line.number, match.captured(1), *value};
    }
}

QString nameFrom(QString prefix, const QString &otherwise)
{
    static const QRegularExpression general(u"_?(?:DATABASE|DB|POSTGRES(?:QL)?|MYSQL|MARIADB|MSSQL|SQLSERVER|SQL)$"_s, QRegularExpression::CaseInsensitiveOption);
    prefix.remove(general);
    const QString name = prefix.isEmpty() ? otherwise : prefix.toLower().replace(u'_', u'-');
    return name.isEmpty() ? u"database"_s : name;
}

QString nameOfDatabase(const Connection &c)
{
    return c.databaseType == DatabaseType::Sqlite ? QFileInfo(c.databaseName).completeBaseName() : c.databaseName.isEmpty() ? c.host : c.databaseName;
}

void addUrl(const Variable &variable, const QString &prefix, ImportFile &file)
{
    const Result<ParsedUrl> parsed = parseConnectionUrl(variable.value);
    if (!parsed.ok()) {
        file.problems << ImportProblem{variable.line, variable.name, parsed.error().what};
        return;
    }
    ImportedConnection found{parsed->connection, parsed->password, variable.name, variable.line, parsed->notes};
    found.connection.name = nameFrom(prefix, nameOfDatabase(found.connection));
    file.found << found;
}

/// The variables of one prefix, by what they say.
struct Group {
    int line = 0;
    QHash<QString, QString> values;
};

const QHash<QString, QString> &roles()
{
    static const QHash<QString, QString> roles{
        {u"HOST"_s, u"host"_s},         {u"HOSTNAME"_s, u"host"_s},      {u"SERVER"_s, u"host"_s},     {u"PORT"_s, u"port"_s},         {u"NAME"_s, u"database"_s},
        {u"DATABASE"_s, u"database"_s}, {u"DB"_s, u"database"_s},        {u"DBNAME"_s, u"database"_s}, {u"USER"_s, u"user"_s},         {u"USERNAME"_s, u"user"_s},
        {u"PASSWORD"_s, u"password"_s}, {u"PASS"_s, u"password"_s},      {u"TYPE"_s, u"type"_s},       {u"DRIVER"_s, u"type"_s},       {u"CONNECTION"_s, u"type"_s},
        {u"ENGINE"_s, u"type"_s},       {u"DIALECT"_s, u"type"_s},       {u"SSLMODE"_s, u"sslmode"_s}, {u"SSL_MODE"_s, u"sslmode"_s},  {u"SSLROOTCERT"_s, u"sslrootcert"_s},
        {u"SSLCERT"_s, u"sslcert"_s},   {u"SSLKEY"_s, u"sslkey"_s},      {u"CONNECT_TIMEOUT"_s, u"connect_timeout"_s}};
    return roles;
}

/// "BILLING_DB_HOST" is ("BILLING_DB", "host"); "PGSSLMODE" is ("PG", "sslmode").
std::optional<QPair<QString, QString>> rolesOf(const QString &name)
{
    if (name.startsWith("PG"_L1) && roles().contains(name.mid(2))) return qMakePair(u"PG"_s, roles().value(name.mid(2)));
    for (qsizetype cut = name.indexOf(u'_'); cut > 0; cut = name.indexOf(u'_', cut + 1))
        if (roles().contains(name.mid(cut + 1).toUpper())) return qMakePair(name.left(cut), roles().value(name.mid(cut + 1).toUpper()));
    return std::nullopt;
}

std::optional<DatabaseType> typeNamed(const QString &text)
{
    const QString name = text.toLower();
    if (name.contains("sqlite"_L1)) return DatabaseType::Sqlite;
    if (name.contains("mysql"_L1) || name.contains("maria"_L1)) return DatabaseType::Mysql;
    if (name.contains("mssql"_L1) || name.contains("sqlserver"_L1) || name.contains("sqlsrv"_L1)) return DatabaseType::Sqlserver;
    if (name.contains("postgres"_L1) || name.startsWith("pg"_L1) || name.contains("pgsql"_L1)) return DatabaseType::Postgresql;
    return std::nullopt;
}

/// By what it says, by its prefix, by its port; a group that only calls itself a database is PostgreSQL's.
std::optional<DatabaseType> typeOf(const QString &prefix, const Group &group, QStringList &notes)
{
    if (const auto named = typeNamed(group.values.value(u"type"_s))) return named;
    if (const auto named = typeNamed(prefix)) return named;
    for (DatabaseType type : {DatabaseType::Postgresql, DatabaseType::Mysql, DatabaseType::Sqlserver})
        if (group.values.value(u"port"_s).toInt() == defaultPort(type)) return type;
    static const QRegularExpression database(u"(?:^|_)(?:DB|DATABASE)$"_s, QRegularExpression::CaseInsensitiveOption);
    if (!database.match(prefix).hasMatch()) return std::nullopt;
    notes << u"No kind of database is named: PostgreSQL is assumed."_s;
    return DatabaseType::Postgresql;
}

/// libpq's keywords are the names of all of them.
Result<ParsedUrl> parsedGroup(const Group &group)
{
    QStringList words;
    for (const char *name : {"host", "port", "user", "password", "sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout"})
        if (const QString value = group.values.value(QLatin1String(name)); !value.isEmpty())
            words << QLatin1String(name) + "='"_L1 + QString(value).replace(u'\\', "\\\\"_L1).replace(u'\'', "\\'"_L1) + u'\'';
    return parseConnectionUrl(words.isEmpty() ? u"host=localhost"_s : words.join(u' '));
}

void addGroup(const QString &prefix, const Group &group, ImportFile &file)
{
    const QString subject = prefix == "PG"_L1 ? u"PG*"_s : prefix + "_*"_L1;
    const bool isFile = typeNamed(group.values.value(u"type"_s)) == DatabaseType::Sqlite;
    if (!isFile && !group.values.contains(u"host"_s) && prefix != "PG"_L1) return;  // not an address: APP_NAME, LOG_TYPE
    QStringList notes;
    const auto type = typeOf(prefix, group, notes);
    const Result<ParsedUrl> parsed = parsedGroup(group);
    QString why;
    if (!type) why = u"Nothing says that this is a database."_s;
    else if (!parsed.ok()) why = parsed.error().what;
    else if (isFile && group.values.value(u"database"_s).isEmpty()) why = u"No file is named."_s;
    if (!why.isEmpty()) {
        file.problems << ImportProblem{group.line, subject, why};
        return;
    }
    ImportedConnection found{parsed->connection, parsed->password, subject, group.line, notes + parsed->notes};
    Connection &c = found.connection;
    c.databaseType = *type;
    c.databaseName = group.values.value(u"database"_s);
    if (isFile) {
        c.host.clear();
        c.port.reset();
        c.username.clear();
        c.config = {};
        found.password.reset();
    }
    c.name = nameFrom(prefix == "PG"_L1 ? QString() : prefix, nameOfDatabase(c));
    file.found << found;
}

}  // namespace

void readEnv(const QString &content, ImportFile &file)
{
    static const QRegularExpression url(u"^(.*?)_?(?:URL|URI|DSN)$"_s, QRegularExpression::CaseInsensitiveOption);
    Variables variables(file);
    variables.read(content);
    QMap<QString, Group> groups;
    for (const Variable &each : variables.all()) {
        if (const auto match = url.match(each.name); match.hasMatch()) {
            addUrl(each, match.captured(1), file);
        } else if (const auto role = rolesOf(each.name); role && !each.value.isEmpty()) {
            Group &group = groups[role->first];
            if (group.line == 0) group.line = each.line;
            if (!group.values.contains(role->second)) group.values.insert(role->second, each.value);
        }
    }
    for (auto it = groups.cbegin(); it != groups.cend(); ++it) addGroup(it.key(), *it, file);
}

}  // namespace headgate::ImportReaders
