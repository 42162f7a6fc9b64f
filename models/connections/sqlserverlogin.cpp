// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/sqlserverlogin.h"

#include "models/base/error.h"
#include "models/connections/tlspromise.h"

#include <QJsonArray>
#include <algorithm>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

constexpr const char *reserved[] = {"driver", "dsn", "filedsn", "savefile", "server", "servername", "address", "addr", "port", "database", "uid", "pwd",
                                    "user", "password", "encrypt", "encryption", "trustservercertificate", "servercertificate", "trusted_connection",
                                    "applicationintent", "dumpfile", "dumpfileappend", "debugflags", "attachdbfilename", "readonly", "dmenvattr",
                                    "dmconnattr", "dmstmtattr"};

// FreeTDS reads lines of 255 bytes, cuts a value at ; and # and joins blanks; a longer one would begin a new line.
constexpr qsizetype maxConfValue = 200;

QString confValue(const QString &value, const QString &what)
{
    const bool control = std::ranges::any_of(value, [](QChar c) { return c.category() == QChar::Other_Control; });
    if (!control && value.toUtf8().size() <= maxConfValue && !value.contains(u';') && !value.contains(u'#') && !value.contains("  "_L1)) return value;
    throw Exception({ErrorKind::Invalid, u"FreeTDS cannot take this %1"_s.arg(what), what, value.left(maxConfValue),
                     u"It may be %1 bytes long and hold no ; # or double blank."_s.arg(maxConfValue)});
}

QString encryption(SslMode mode)
{
    if (mode == SslMode::Disable) return u"off"_s;
    return mode == SslMode::Allow || mode == SslMode::Prefer ? u"request"_s : u"require"_s;
}

QString freeTdsConf(const Connection &connection, int port, SslMode mode)
{
    QString text = u"[headgate]\nhost = %1\nport = %2\ntds version = 7.4\nclient charset = UTF-8\ntext size = 2147483647\nencryption = %3\n"_s
                       .arg(confValue(connection.host, u"host"_s))
                       .arg(port)
                       .arg(encryption(mode));
    if (mode != SslMode::VerifyCa && mode != SslMode::VerifyFull) return text;
    const QString authority = connection.config.value("sslrootcert"_L1).toString();
    text += u"ca file = %1\n"_s.arg(authority.isEmpty() ? u"system"_s : confValue(authority, u"sslrootcert"_s));
    text += u"check certificate hostname = %1\n"_s.arg(mode == SslMode::VerifyFull ? u"yes"_s : u"no"_s);
    return text;
}

odbc::Parameters microsoftServer(const Connection &connection, int port, SslMode mode)
{
    const bool encrypt = mode >= SslMode::Require;
    return {{u"SERVER"_s, u"tcp:%1,%2"_s.arg(connection.host).arg(port)},
            {u"Encrypt"_s, encrypt ? u"yes"_s : u"no"_s},
            {u"TrustServerCertificate"_s, mode == SslMode::Require ? u"yes"_s : u"no"_s}};
}

odbc::Parameters serverParameters(OdbcDriverKind kind, const Connection &connection, int port, SslMode mode)
{
    if (kind == OdbcDriverKind::FreeTds) return {{u"SERVERNAME"_s, u"headgate"_s}};
    if (kind == OdbcDriverKind::Microsoft) return microsoftServer(connection, port, mode);
    return {{u"SERVER"_s, connection.host}, {u"PORT"_s, QString::number(port)}};
}

odbc::Parameters optionsOf(const Connection &connection)
{
    odbc::Parameters list;
    QJsonObject options = connection.config.value("options"_L1).toObject();
    options.remove("instance"_L1);  // is turned into a port
    for (auto it = options.begin(); it != options.end(); ++it) {
        if (!odbc::isKeyword(it.key()) || isReservedOdbcKeyword(it.key()))
            throw Exception({ErrorKind::Invalid, u"\"%1\" cannot be an option of the driver"_s.arg(it.key()), u"options"_s, {},
                             u"Fields of the connection hold it, or it is no keyword."_s});
        list.append({it.key(), it->toVariant().toString()});
    }
    return list;
}

}  // namespace

bool isReservedOdbcKeyword(const QString &keyword)
{
    const QString name = QString(keyword).remove(u' ');
    return std::ranges::any_of(reserved, [&name](const char *word) { return name.compare(QLatin1String(word), Qt::CaseInsensitive) == 0; });
}

QJsonObject SqlServerLogin::request(int loginMs, bool readOnly) const
{
    QJsonArray pairs;
    for (const auto &[keyword, value] : parameters) pairs.append(QJsonArray{keyword, value});
    return {{u"do"_s, u"open"_s},
            {u"parameters"_s, pairs},
            {u"braces_doubled"_s, braces == odbc::Braces::Doubled},
            {u"freetds_conf"_s, freeTdsConf},
            {u"login_s"_s, std::max(1, (loginMs + 999) / 1000)},
            {u"read_only"_s, readOnly}};
}

SqlServerLogin sqlServerLogin(const Connection &connection, const QString &driver, int port, SslMode mode, bool readOnly)
{
    const OdbcDriverKind kind = odbcDriverKind(driver);
    SqlServerLogin login;
    if (kind == OdbcDriverKind::FreeTds) {
        login.braces = odbc::Braces::UpToSemicolon;
        login.freeTdsConf = freeTdsConf(connection, port, mode);
    }
    login.parameters = {{u"DRIVER"_s, driver}};
    login.parameters += serverParameters(kind, connection, port, mode);
    login.parameters += {{u"DATABASE"_s, connection.databaseName}, {u"UID"_s, connection.username}};
    if (kind != OdbcDriverKind::Other) login.parameters.append({u"APP"_s, u"Headgate"_s});
    if (kind != OdbcDriverKind::Other && readOnly) login.parameters.append({u"ApplicationIntent"_s, u"ReadOnly"_s});
    login.parameters.removeIf([](const auto &pair) { return pair.second.isEmpty(); });
    login.parameters += optionsOf(connection);
    return login;
}

}  // namespace headgate
