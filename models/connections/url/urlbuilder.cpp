// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/url/urlbuilder.h"

#include <QHash>
#include <QJsonArray>
#include <QRegularExpression>
#include <algorithm>

namespace headgate {

using namespace Qt::StringLiterals;
using namespace UrlText;

namespace {

constexpr QLatin1StringView sslModeNames[] = {"disable"_L1, "allow"_L1, "prefer"_L1, "require"_L1, "verify-ca"_L1, "verify-full"_L1};

/// "User ID", "user_id" and "userId" are one name.
QString folded(const QString &name)
{
    QString plain = name.toLower();
    for (const QChar filler : {u' ', u'_', u'-'}) plain.remove(filler);
    return plain;
}

/// The names of MySQL's and MariaDB's clients for libpq's modes.
QString sslModeFrom(const QString &value)
{
    static const QHash<QString, QString> others{{u"disabled"_s, u"disable"_s}, {u"preferred"_s, u"prefer"_s}, {u"required"_s, u"require"_s},
                                                {u"trust"_s, u"require"_s}, {u"verify-identity"_s, u"verify-full"_s}};
    const QString mode = value.toLower().replace(u'_', u'-');
    return others.value(mode, mode);
}

bool isTrue(const QString &value)
{
    static const QStringList words{u"true"_s, u"yes"_s, u"1"_s, u"on"_s};
    return words.contains(value.toLower());
}

}  // namespace

void UrlBuilder::setOption(const QString &name, const QString &value)
{
    QJsonObject options = connection().config.value("options"_L1).toObject();
    options.insert(name, value);
    connection().config.insert(u"options"_s, options);
}

void UrlBuilder::addHosts(const Piece &list)
{
    for (const Piece &entry : split(list, u',')) {
        if (entry.text.isEmpty()) continue;
        qsizetype end = entry.text.indexOf(u':');
        QString host;
        if (entry.text.startsWith(u'[')) {
            const qsizetype bracket = entry.text.indexOf(u']');
            if (bracket < 0) refuse(u"An IPv6 address without its closing bracket."_s, entry.offset, u"Write [::1]."_s);
            host = decode(entry.mid(1, bracket - 1));
            end = bracket + 1;
            if (end < entry.size() && entry.text[end] != u':')
                refuse(u"Something stands between the bracket and the port."_s, entry.offset + end, u"Write [::1]:5432."_s);
        } else {
            host = decode(entry.left(end < 0 ? entry.size() : end));
        }
        std::optional<int> port;
        if (end >= 0 && end + 1 < entry.size()) port = number(entry.mid(end + 1), 1, 65535, u"The port"_s);
        m_hosts.append({host, port});
    }
}

void UrlBuilder::setServer(const Piece &server)
{
    static const QRegularExpression protocol(u"^\\s*(?:tcp|np|lpc|admin):"_s, QRegularExpression::CaseInsensitiveOption);
    Piece rest = server;
    if (const auto match = protocol.match(rest.text); match.hasMatch()) rest = rest.mid(match.capturedEnd());
    std::optional<int> port;
    if (const qsizetype comma = rest.text.lastIndexOf(u','); comma >= 0) {
        port = number(rest.mid(comma + 1), 1, 65535, u"The port"_s);
        rest = rest.left(comma);
    }
    if (const qsizetype backslash = rest.text.indexOf(u'\\'); backslash >= 0) {
        setOption(u"instance"_s, rest.text.mid(backslash + 1));
        rest = rest.left(backslash);
    }
    setHost(rest.text, port);
}

void UrlBuilder::setHosts(const QString &names)
{
    m_hosts.clear();
    for (const QString &host : names.split(u',')) m_hosts.append({host, std::nullopt});
}

void UrlBuilder::setPorts(const Piece &list)
{
    qsizetype index = 0;
    for (const Piece &entry : split(list, u',')) {
        if (index == m_hosts.size()) m_hosts.append({QString(), std::nullopt});
        if (!entry.text.isEmpty()) m_hosts[index].second = number(entry, 1, 65535, u"The port"_s);
        ++index;
    }
}

void UrlBuilder::setSslMode(const QString &value, const Piece &raw)
{
    const QString mode = sslModeFrom(value);
    if (std::find(std::begin(sslModeNames), std::end(sslModeNames), mode) == std::end(sslModeNames))
        refuse(u"The value of sslmode is not known."_s, raw.offset, u"Use disable, allow, prefer, require, verify-ca or verify-full."_s);
    setConfig(u"sslmode"_s, mode);
}

bool UrlBuilder::setField(const QString &name, const QString &value, const Piece &raw)
{
    static const QStringList users{u"user"_s, u"username"_s, u"uid"_s, u"userid"_s};
    static const QStringList databases{u"dbname"_s, u"database"_s, u"databasename"_s, u"initialcatalog"_s};
    static const QStringList servers{u"server"_s, u"servername"_s, u"datasource"_s, u"address"_s, u"addr"_s, u"networkaddress"_s};
    if (users.contains(name)) connection().username = value;
    else if (name == "password"_L1 || name == "pwd"_L1) setPassword(value);
    else if (databases.contains(name)) connection().databaseName = value;
    else if (name == "port"_L1 || name == "portnumber"_L1) m_ports = Piece{value, raw.offset};
    else if (name == "host"_L1) setHosts(value);
    else if (name == "unixsocket"_L1 || (name == "socket"_L1 && isType(DatabaseType::Mysql))) setHost(value);
    else if (servers.contains(name) && isType(DatabaseType::Sqlserver)) setServer({value, raw.offset});
    else if (name == "server"_L1 || name == "servername"_L1) setHosts(value);
    else if ((name == "instance"_L1 || name == "instancename"_L1) && isType(DatabaseType::Sqlserver)) setOption(u"instance"_s, value);
    else if (name == "driver"_L1 && isType(DatabaseType::Sqlserver)) setConfig(u"odbc_driver"_s, value);
    else return false;
    return true;
}

bool UrlBuilder::setTimeout(const QString &name, const QString &value, const Piece &raw)
{
    static const QStringList names{u"connecttimeout"_s, u"connectiontimeout"_s, u"logintimeout"_s, u"dialtimeout"_s};
    static const QRegularExpression seconds(u"^(\\d{1,5})s$"_s);
    const auto duration = seconds.match(value);
    if (name == "timeout"_L1 && isType(DatabaseType::Mysql) && duration.hasMatch()) {
        connection().config.insert(u"connect_timeout"_s, duration.captured(1).toInt());
        return true;
    }
    if (!names.contains(name)) return false;
    const int unit = m_milliseconds ? 1000 : 1;
    connection().config.insert(u"connect_timeout"_s, number({value, raw.offset}, 0, 86400 * unit, u"connect_timeout"_s) / unit);
    return true;
}

/// SQL Server's drivers say whether to encrypt and whether to trust, each on its own.
bool UrlBuilder::setServerTls(const QString &name, const QString &value)
{
    if (name == "encrypt"_L1 || name == "encryption"_L1) m_encrypt = value.toLower();
    else if (name == "trustservercertificate"_L1) m_trust = isTrue(value);
    else return false;
    return true;
}

bool UrlBuilder::setMysqlTls(const QString &name, const QString &value)
{
    const auto mode = [this](const QString &text) { setConfig(u"sslmode"_s, text); };
    static const QHash<QString, QString> go{{u"false"_s, u"disable"_s}, {u"preferred"_s, u"prefer"_s}, {u"skip-verify"_s, u"require"_s}, {u"true"_s, u"verify-full"_s}};
    if (name == "tls"_L1 && go.contains(value)) mode(go.value(value));
    else if (name == "ssldisabled"_L1) { if (isTrue(value)) mode(u"disable"_s); }
    else if (name == "sslcheckhostname"_L1) m_checkHost = isTrue(value);
    else if (name == "usessl"_L1) mode(isTrue(value) ? u"prefer"_s : u"disable"_s);
    else if (name == "forcetls"_L1) { if (isTrue(value)) mode(u"require"_s); }
    else if (name == "sslverify"_L1) { if (isTrue(value)) mode(u"verify-full"_s); }
    else return false;
    return true;
}

bool UrlBuilder::setTls(const QString &name, const QString &value, const Piece &raw)
{
    static const QHash<QString, QString> files{{u"sslrootcert"_s, u"sslrootcert"_s}, {u"sslca"_s, u"sslrootcert"_s}, {u"serversslcert"_s, u"sslrootcert"_s},
                                               {u"sslcert"_s, u"sslcert"_s}, {u"sslkey"_s, u"sslkey"_s}};
    if (name == "sslmode"_L1) setSslMode(value, raw);
    else if (files.contains(name)) setConfig(files.value(name), value);
    else if (name == "ssl"_L1 && isType(DatabaseType::Postgresql)) setConfig(u"sslmode"_s, isTrue(value) ? u"verify-full"_s : u"disable"_s);
    else if (isType(DatabaseType::Sqlserver)) return setServerTls(name, value);
    else return isType(DatabaseType::Mysql) && setMysqlTls(name, value);
    return true;
}

void UrlBuilder::parameter(const QString &name, const QString &value, const Piece &raw)
{
    const QString plain = folded(name);
    if (setField(plain, value, raw) || setTls(plain, value, raw) || setTimeout(plain, value, raw)) return;
    if (isSecretName(name)) return note(u"%1 is a secret and was left out."_s.arg(name));
    setOption(name, value);
    note(u"%1 is kept as an option."_s.arg(name));
}

void UrlBuilder::decideTls()
{
    const bool named = connection().config.contains("sslmode"_L1);
    if (m_checkHost && !named) {
        // PyMySQL verifies as soon as it is given a certificate authority, and cannot without one.
        const bool verifies = connection().config.contains("sslrootcert"_L1);
        setConfig(u"sslmode"_s, !verifies ? u"require"_s : *m_checkHost ? u"verify-full"_s : u"verify-ca"_s);
    }
    if (named || (!m_encrypt && !m_trust)) return;
    static const QStringList off{u"no"_s, u"false"_s, u"disable"_s, u"off"_s, u"0"_s};
    static const QStringList maybe{u"optional"_s, u"request"_s};
    const QString encrypt = m_encrypt.value_or(u"yes"_s);
    // FreeTDS has "require", which checks no certificate.
    const bool trusts = m_trust.value_or(encrypt == "require"_L1);
    setConfig(u"sslmode"_s, off.contains(encrypt) ? u"disable"_s : maybe.contains(encrypt) ? u"prefer"_s : trusts ? u"require"_s : u"verify-full"_s);
}

ParsedUrl UrlBuilder::finish()
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
    for (qsizetype i = 1; i < m_hosts.size(); ++i) others.append(hostText(m_hosts[i].first, m_hosts[i].second));
    if (!others.isEmpty()) {
        connection().config.insert(u"other_hosts"_s, others);
        note(u"Only the first host is used; the others are kept in other_hosts."_s);
    }
    decideTls();
    return std::move(m_parsed);
}

}  // namespace headgate
