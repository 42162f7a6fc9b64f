// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/connectionurl.h"

#include <QJsonArray>
#include <QRegularExpression>
#include <QUrl>
#include <algorithm>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1StringView sslModeNames[] = {"disable"_L1, "allow"_L1, "prefer"_L1, "require"_L1, "verify-ca"_L1, "verify-full"_L1};

/// A piece of the text that knows where it stands in it.
struct Piece {
    QString text;
    qsizetype offset = 0;

    Piece mid(qsizetype from, qsizetype length = -1) const { return {text.mid(from, length), offset + from}; }
    Piece left(qsizetype length) const { return {text.left(length), offset}; }
};

[[noreturn]] void refuse(const QString &what, qsizetype offset, const QString &hint)
{
    throw Exception({ErrorKind::Invalid, what, u"at character %1"_s.arg(offset + 1), {}, hint});
}

std::vector<Piece> split(const Piece &piece, QChar separator)
{
    std::vector<Piece> parts;
    qsizetype from = 0;
    while (true) {
        const qsizetype to = piece.text.indexOf(separator, from);
        parts.push_back(piece.mid(from, to < 0 ? -1 : to - from));
        if (to < 0) return parts;
        from = to + 1;
    }
}

QString decode(const Piece &piece)
{
    static const QRegularExpression broken(u"%(?![0-9A-Fa-f]{2})"_s);
    if (const auto match = broken.match(piece.text); match.hasMatch())
        refuse(u"A percent sign without two hexadecimal digits."_s, piece.offset + match.capturedStart(), u"Write %25 for a percent sign."_s);
    const QByteArray bytes = QByteArray::fromPercentEncoding(piece.text.toUtf8());
    if (bytes.contains('\0')) refuse(u"A zero character."_s, piece.offset, u"Leave %00 out."_s);
    return QString::fromUtf8(bytes);
}

QString encode(const QString &text, const QByteArray &keep = {})
{
    return QString::fromLatin1(QUrl::toPercentEncoding(text, keep));
}

int number(const Piece &piece, int least, int most, const QString &name)
{
    bool ok = false;
    const int value = piece.text.toInt(&ok);
    if (!ok || value < least || value > most)
        refuse(u"%1 is not a number from %2 to %3."_s.arg(name).arg(least).arg(most), piece.offset, u"Correct the number."_s);
    return value;
}

bool isSecretName(const QString &name)
{
    static const QRegularExpression pattern(u"passw|passphrase|pwd|secret|token"_s, QRegularExpression::CaseInsensitiveOption);
    return pattern.match(name).hasMatch();
}

/// The names that MySQL's clients have for libpq's modes.
QString sslModeFrom(const QString &value)
{
    const QString mode = value.toLower().replace(u'_', u'-');
    if (mode == "disabled"_L1) return u"disable"_s;
    if (mode == "preferred"_L1) return u"prefer"_s;
    if (mode == "required"_L1) return u"require"_s;
    return mode == "verify-identity"_L1 ? u"verify-full"_s : mode;
}

QString hostText(const QString &host, std::optional<int> port)
{
    const QString text = host.contains(u':') && !host.startsWith(u'/') ? u'[' + encode(host, ":") + u']' : encode(host);
    return port ? u"%1:%2"_s.arg(text).arg(*port) : text;
}

/// Puts hosts and parameters into a connection.
class Builder {
public:
    explicit Builder(DatabaseType type) { m_parsed.connection.databaseType = type; }

    Connection &connection() { return m_parsed.connection; }
    void setPassword(const QString &password) { m_parsed.password = password; }
    void note(const QString &text) { m_parsed.notes.append(text); }

    void addHosts(const Piece &list)
    {
        for (const Piece &entry : split(list, u','))
            if (!entry.text.isEmpty()) addHost(entry);
    }
    void addHostName(const QString &host) { m_hosts.append({host, std::nullopt}); }
    void setPorts(const Piece &list)
    {
        qsizetype index = 0;
        for (const Piece &entry : split(list, u',')) {
            if (index == m_hosts.size()) m_hosts.append({QString(), std::nullopt});
            if (!entry.text.isEmpty()) m_hosts[index].second = number(entry, 1, 65535, u"The port"_s);
            ++index;
        }
    }

    /// `name` in any spelling that a client uses; `raw` is where the value stands.
    void parameter(const QString &name, const QString &value, const Piece &raw);
    ParsedUrl finish();

private:
    void addHost(const Piece &entry);
    void setSslMode(const QString &value, const Piece &raw);
    bool setField(const QString &name, const QString &value, const Piece &raw);

    ParsedUrl m_parsed;
    QList<std::pair<QString, std::optional<int>>> m_hosts;
    std::optional<Piece> m_ports;
};

void Builder::addHost(const Piece &entry)
{
    qsizetype end = entry.text.indexOf(u':');
    QString host;
    if (entry.text.startsWith(u'[')) {
        const qsizetype bracket = entry.text.indexOf(u']');
        if (bracket < 0) refuse(u"An IPv6 address without its closing bracket."_s, entry.offset, u"Write [::1]."_s);
        host = decode(entry.mid(1, bracket - 1));
        end = bracket + 1;
        if (end < entry.text.size() && entry.text[end] != u':')
            refuse(u"Something stands between the bracket and the port."_s, entry.offset + end, u"Write [::1]:5432."_s);
    } else {
        host = decode(entry.left(end < 0 ? entry.text.size() : end));
    }
    std::optional<int> port;
    if (end >= 0 && end + 1 < entry.text.size()) port = number(entry.mid(end + 1), 1, 65535, u"The port"_s);
    m_hosts.append({host, port});
}

void Builder::setSslMode(const QString &value, const Piece &raw)
{
    const QString mode = sslModeFrom(value);
    if (std::find(std::begin(sslModeNames), std::end(sslModeNames), mode) == std::end(sslModeNames))
        refuse(u"The value of sslmode is not known."_s, raw.offset, u"Use disable, allow, prefer, require, verify-ca or verify-full."_s);
    connection().config.insert(u"sslmode"_s, mode);
}

bool Builder::setField(const QString &name, const QString &value, const Piece &raw)
{
    if (name == "user"_L1 || name == "username"_L1) connection().username = value;
    else if (name == "password"_L1) setPassword(value);
    else if (name == "dbname"_L1 || name == "database"_L1) connection().databaseName = value;
    else if (name == "port"_L1) m_ports = Piece{value, raw.offset};
    else if (name == "host"_L1) {
        m_hosts.clear();
        for (const QString &host : value.split(u',')) addHostName(host);
    } else if (name == "unix_socket"_L1) {
        m_hosts = {{value, std::nullopt}};
    } else if (name == "sslmode"_L1 || name == "ssl-mode"_L1 || name == "ssl_mode"_L1) {
        setSslMode(value, raw);
    } else if (name == "connect_timeout"_L1) {
        connection().config.insert(u"connect_timeout"_s, number({value, raw.offset}, 0, 86400, u"connect_timeout"_s));
    } else {
        return false;
    }
    return true;
}

void Builder::parameter(const QString &name, const QString &value, const Piece &raw)
{
    const QString folded = name == "sslMode"_L1 ? u"sslmode"_s : name;
    if (setField(folded, value, raw)) return;
    for (const auto &[field, names] : {std::pair{"sslrootcert", QStringList{u"sslrootcert"_s, u"ssl_ca"_s, u"ssl-ca"_s}},
                                       std::pair{"sslcert", QStringList{u"sslcert"_s, u"ssl_cert"_s, u"ssl-cert"_s}},
                                       std::pair{"sslkey", QStringList{u"sslkey"_s, u"ssl_key"_s, u"ssl-key"_s}}})
        if (names.contains(folded)) {
            connection().config.insert(QLatin1String(field), value);
            return;
        }
    if (isSecretName(name)) return note(u"%1 is a secret and was left out."_s.arg(name));
    QJsonObject options = connection().config.value("options"_L1).toObject();
    options.insert(name, value);
    connection().config.insert(u"options"_s, options);
    note(u"%1 is kept as an option."_s.arg(name));
}

ParsedUrl Builder::finish()
{
    if (m_ports) setPorts(*m_ports);
    if (m_hosts.isEmpty()) m_hosts.append({QString(), std::nullopt});
    if (m_hosts.first().first.isEmpty()) {
        m_hosts.first().first = u"localhost"_s;
        note(u"No host is given: localhost is assumed."_s);
    }
    connection().host = m_hosts.first().first;
    connection().port = m_hosts.first().second;
    QJsonArray others;
    for (qsizetype i = 1; i < m_hosts.size(); ++i)
        others.append(hostText(m_hosts[i].first, m_hosts[i].second));
    if (!others.isEmpty()) {
        connection().config.insert(u"other_hosts"_s, others);
        note(u"Only the first host is used; the others are kept in other_hosts."_s);
    }
    return std::move(m_parsed);
}

void readQuery(Builder *builder, const Piece &query)
{
    for (const Piece &pair : split(query, u'&')) {
        if (pair.text.isEmpty()) continue;
        const qsizetype equals = pair.text.indexOf(u'=');
        if (equals <= 0) refuse(u"A parameter without a name and a value."_s, pair.offset, u"Write name=value, joined by &."_s);
        const Piece raw = pair.mid(equals + 1);
        builder->parameter(decode(pair.left(equals)), decode(raw), raw);
    }
}

/// Where the user's part ends, at its '@'; -1 without one. A password with unescaped slashes is still recognised.
qsizetype userinfoEnd(const QString &text, qsizetype authority)
{
    static const QRegularExpression stop(u"[/?#\\s]"_s);
    static const QRegularExpression port(u"^[^:]*(:\\d*)?$"_s);
    qsizetype end = text.indexOf(stop, authority);
    if (end < 0) end = text.size();
    const qsizetype at = end > authority ? text.lastIndexOf(u'@', end - 1) : -1;
    if (at >= authority) return at;
    const QString host = text.mid(authority, end - authority);
    if (host.startsWith(u'[') || host.contains(u',') || port.match(host).hasMatch()) return -1;
    const qsizetype later = text.lastIndexOf(u'@');
    return later >= authority ? later : -1;
}

void readUserinfo(Builder *builder, const Piece &userinfo)
{
    const qsizetype colon = userinfo.text.indexOf(u':');
    builder->connection().username = decode(userinfo.left(colon < 0 ? userinfo.text.size() : colon));
    if (colon >= 0) builder->setPassword(decode(userinfo.mid(colon + 1)));
}

/// `rest`: what follows scheme://
ParsedUrl readServerUrl(DatabaseType type, const Piece &rest)
{
    Builder builder(type);
    const qsizetype at = userinfoEnd(rest.text, 0);
    if (at >= 0) readUserinfo(&builder, rest.left(at));
    const Piece tail = rest.mid(at + 1);
    const qsizetype question = tail.text.indexOf(u'?');
    const Piece address = question < 0 ? tail : tail.left(question);
    const qsizetype slash = address.text.indexOf(u'/');
    builder.addHosts(slash < 0 ? address : address.left(slash));
    if (slash >= 0) builder.connection().databaseName = decode(address.mid(slash + 1));
    if (question >= 0) readQuery(&builder, tail.mid(question + 1));
    return builder.finish();
}

/// `rest`: what follows sqlite: or file:
ParsedUrl readFileUrl(const QString &scheme, Piece rest)
{
    ParsedUrl parsed;
    parsed.connection.databaseType = DatabaseType::Sqlite;
    const qsizetype question = rest.text.indexOf(u'?');
    const Piece query = question < 0 ? Piece{} : rest.mid(question + 1);
    if (question >= 0) rest = rest.left(question);
    if (rest.text.startsWith("//"_L1)) {
        if (!rest.text.startsWith("///"_L1) && rest.text.size() > 2)
            refuse(u"A file has no host."_s, rest.offset + 2, u"Write sqlite:///relative/path or sqlite:////absolute/path."_s);
        // SQLAlchemy's third slash ends the empty host; in file: it begins the path.
        rest = rest.mid(scheme == "file"_L1 ? 2 : 3);
    }
    parsed.connection.databaseName = decode(rest);
    if (parsed.connection.databaseName.isEmpty() || parsed.connection.databaseName == ":memory:"_L1)
        refuse(u"No file is named: a database in memory cannot be shared."_s, rest.offset, u"Write sqlite:////path/to/file.db."_s);
    if (!parsed.connection.databaseName.startsWith(u'/'))
        parsed.notes.append(u"The path is relative: it depends on the folder the program is started in."_s);
    QJsonObject options;
    for (const Piece &pair : split(query, u'&')) {
        const QString name = decode(pair.left(pair.text.indexOf(u'=')));
        const QString value = decode(pair.mid(pair.text.indexOf(u'=') + 1));
        if (pair.text.isEmpty()) continue;
        if (!pair.text.contains(u'=')) refuse(u"A parameter without a value."_s, pair.offset, u"Write name=value, joined by &."_s);
        if (name == "mode"_L1 && value == "ro"_L1) parsed.connection.isReadOnly = true;
        else if (isSecretName(name)) parsed.notes.append(u"%1 is a secret and was left out."_s.arg(name));
        else options.insert(name, value);
    }
    for (const QString &name : options.keys()) parsed.notes.append(u"%1 is kept as an option."_s.arg(name));
    if (!options.isEmpty()) parsed.connection.config.insert(u"options"_s, options);
    return parsed;
}

/// One value of a libpq keyword string, quotes and backslashes undone; moves `at` behind it.
QString readKeywordValue(const QString &text, qsizetype *at)
{
    QString value;
    const bool isQuoted = *at < text.size() && text[*at] == u'\'';
    const qsizetype start = *at;
    if (isQuoted) ++*at;
    while (*at < text.size()) {
        const QChar character = text[*at];
        if (isQuoted ? character == u'\'' : character.isSpace()) break;
        if (character == u'\\' && *at + 1 < text.size()) ++*at;
        value += text[(*at)++];
    }
    if (isQuoted && *at == text.size()) refuse(u"A quoted value without its closing quote."_s, start, u"Write \\' for a quote inside."_s);
    if (isQuoted) ++*at;
    return value;
}

ParsedUrl readKeywords(const QString &text)
{
    static const QRegularExpression keyword(u"\\G\\s*([A-Za-z_]+)\\s*=\\s*"_s);
    Builder builder(DatabaseType::Postgresql);
    qsizetype at = 0;
    while (at < text.size()) {
        const auto match = keyword.match(text, at);
        if (!match.hasMatch()) refuse(u"A keyword and = are expected here."_s, at, u"Write host=… port=… dbname=… user=…"_s);
        at = match.capturedEnd();
        const qsizetype start = at;
        const QString value = readKeywordValue(text, &at);
        builder.parameter(match.captured(1), value, {value, start});
        while (at < text.size() && text[at].isSpace()) ++at;
    }
    return builder.finish();
}

ParsedUrl parse(const QString &original)
{
    static const QRegularExpression schemePattern(u"^\\s*(?:jdbc:)?([A-Za-z][A-Za-z0-9]*)(?:\\+[A-Za-z0-9_]+)?:"_s);
    static const QRegularExpression keywordPattern(u"^\\s*[A-Za-z_]+\\s*="_s);
    QString text = original;
    while (!text.isEmpty() && text.back().isSpace()) text.chop(1);
    const auto match = schemePattern.match(text);
    if (!match.hasMatch() && keywordPattern.match(text).hasMatch()) return readKeywords(text);
    const QString scheme = match.captured(1).toLower();
    const Piece rest = Piece{text, 0}.mid(match.hasMatch() ? match.capturedEnd() : 0);
    if (scheme == "sqlite"_L1 || scheme == "file"_L1) return readFileUrl(scheme, rest);
    const bool postgresql = scheme == "postgresql"_L1 || scheme == "postgres"_L1;
    if (!postgresql && scheme != "mysql"_L1 && scheme != "mariadb"_L1)
        refuse(u"This is not a connection URL of a known kind."_s, match.hasMatch() ? match.capturedStart(1) : 0,
               u"Write postgresql://user@host:5432/database, mysql://user@host/database or sqlite:////path/to/file.db."_s);
    if (!rest.text.startsWith("//"_L1)) refuse(u"Two slashes are expected here."_s, rest.offset, u"Write %1://host/database."_s.arg(scheme));
    return readServerUrl(postgresql ? DatabaseType::Postgresql : DatabaseType::Mysql, rest.mid(2));
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

QString hostsText(const Connection &connection)
{
    QStringList hosts{hostText(connection.host, connection.port)};
    for (const auto &other : connection.config.value("other_hosts"_L1).toArray()) hosts.append(other.toString());
    return hosts.join(u',');
}

QString queryText(const Connection &connection)
{
    QStringList pairs;
    const auto add = [&pairs](const QString &name, const QJsonValue &value) {
        const QString text = value.isDouble() ? QString::number(value.toInt()) : value.toString();
        if (!text.isEmpty() && !isSecretName(name)) pairs.append(encode(name) + u'=' + encode(text, "/"));
    };
    for (const char *name : {"sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout"})
        add(QLatin1String(name), connection.config.value(QLatin1String(name)));
    const QJsonObject options = connection.config.value("options"_L1).toObject();
    for (auto it = options.begin(); it != options.end(); ++it) add(it.key(), it.value());
    if (connection.databaseType == DatabaseType::Sqlite && connection.isReadOnly) pairs.append(u"mode=ro"_s);
    return pairs.isEmpty() ? QString() : u'?' + pairs.join(u'&');
}

/// Where the passwords stand: begin and length of each.
QList<std::pair<qsizetype, qsizetype>> passwordsIn(const QString &text)
{
    static const QRegularExpression parameter(
        u"(?:passw(?:or)?d|pwd|sslpassword)\\s*=\\s*('(?:\\\\.|[^'\\\\])*'?|(?:\\\\.|[^&\\s;#\\\\])+)"_s, QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression scheme(u"[A-Za-z][A-Za-z0-9+.-]*://"_s);
    QList<std::pair<qsizetype, qsizetype>> found;
    for (auto match : scheme.globalMatch(text)) {
        const qsizetype at = userinfoEnd(text, match.capturedEnd());
        const qsizetype colon = text.indexOf(u':', match.capturedEnd());
        if (at > 0 && colon >= 0 && colon + 1 < at) found.append({colon + 1, at - colon - 1});
    }
    for (const auto &match : parameter.globalMatch(text)) found.append({match.capturedStart(1), match.capturedLength(1)});
    std::sort(found.begin(), found.end());
    return found;
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

QString formatConnectionUrl(const Connection &connection)
{
    const QString query = queryText(connection);
    if (connection.databaseType == DatabaseType::Sqlite) return u"sqlite:///"_s + encode(connection.databaseName, "/") + query;
    const QString user = connection.username.isEmpty() ? QString() : encode(connection.username) + u'@';
    return schemeOf(connection.databaseType) + "://"_L1 + user + hostsText(connection) + u'/' + encode(connection.databaseName) + query;
}

QString redactUrl(const QString &text)
{
    QString redacted;
    qsizetype copied = 0;
    for (const auto &[start, length] : passwordsIn(text)) {
        if (start < copied) {
            copied = std::max(copied, start + length);
            continue;
        }
        redacted += text.mid(copied, start - copied) + u"••••"_s;
        copied = start + length;
    }
    return redacted + text.mid(copied);
}

bool urlHasPassword(const QString &text)
{
    return !passwordsIn(text).isEmpty();
}

}  // namespace headgate
