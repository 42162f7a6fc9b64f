// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/probeadvice.h"

#include <QHostAddress>
#include <QRegularExpression>
#include <algorithm>
#include <cerrno>

namespace headgate::advice {

using namespace Qt::StringLiterals;

namespace {

ProbeAdvice sql(const QString &hint, const QString &statement)
{
    return {hint, FixKind::Sql, statement};
}

ProbeAdvice server(const QString &hint, const QString &line)
{
    return {hint, FixKind::ServerConfig, line};
}

ProbeAdvice client(const QString &hint, const QString &line)
{
    return {hint, FixKind::ClientConfig, line};
}

/// Our address as the server names it in its message: it alone knows it behind a NAT.
QString addressIn(const QString &serverText)
{
    static const QRegularExpression word(u"[0-9a-fA-F:.]{3,}"_s);
    for (const auto &match : word.globalMatch(serverText)) {
        const QHostAddress address(match.captured());
        if (!address.isNull() && address.protocol() == QAbstractSocket::IPv4Protocol) return address.toString() + "/32"_L1;
        if (!address.isNull()) return address.toString() + "/128"_L1;
    }
    return u"samenet"_s;
}

/// A name in pg_hba.conf, quoted unless it is plain and no word of that file; empty when a line cannot hold it.
QString hbaName(const QString &name)
{
    static const QRegularExpression plain(u"^[a-z_][a-z0-9_]*$"_s);
    static const QStringList words{u"all"_s, u"sameuser"_s, u"samerole"_s, u"samegroup"_s, u"replication"_s};
    if (std::any_of(name.begin(), name.end(), [](QChar c) { return c.category() == QChar::Other_Control; })) return {};
    if (plain.match(name).hasMatch() && !words.contains(name)) return name;
    return u'"' + QString(name).replace(u'"', u"\"\""_s) + u'"';
}

ProbeAdvice notInHba(const QString &serverText, const Connection &connection)
{
    const QString database = hbaName(connection.databaseName);
    const QString user = hbaName(connection.username);
    const QString mode = connection.config.value("sslmode"_L1).toString();
    const bool clear = mode == "disable"_L1 || mode == "allow"_L1;
    const QString text = u"The server's pg_hba.conf refuses this client, user and database. Add a line, above any that rejects, and "
                         "reload the server; if it has a line for TLS only, set sslmode=require here."_s;
    if (database.isEmpty() || user.isEmpty()) return hint(text);
    return server(text, u"%1 %2 %3 %4 scram-sha-256"_s.arg(clear ? u"host"_s : u"hostssl"_s, database, user, addressIn(serverText)));
}

// The server's messages are in its own language; where the words are not known, the statement is the likeliest one.
ProbeAdvice roleRefused(const QString &serverText, const Connection &connection)
{
    const QString role = quoted(DatabaseType::Postgresql, connection.username);
    if (serverText.contains("pg_hba.conf"_L1)) return notInHba(serverText, connection);
    if (serverText.contains("not permitted to log in"_L1))
        return sql(u"The role is there, but it may not log in."_s, u"ALTER ROLE %1 LOGIN;"_s.arg(role));
    return sql(u"The server does not let this user log in: the role is missing, may not log in, or is not the one that the "
               "login method maps to."_s,
               u"CREATE ROLE %1 LOGIN PASSWORD '…';"_s.arg(role));
}

ProbeAdvice noSessionLeft(const QString &serverText, const Connection &connection)
{
    if (serverText.contains("for role"_L1))
        return sql(u"The role is at its limit of sessions. Close idle ones, or lift the limit."_s,
                   u"ALTER ROLE %1 CONNECTION LIMIT -1;"_s.arg(quoted(DatabaseType::Postgresql, connection.username)));
    if (serverText.contains("for database"_L1))
        return sql(u"The database is at its limit of sessions. Close idle ones, or lift the limit."_s,
                   u"ALTER DATABASE %1 CONNECTION LIMIT -1;"_s.arg(quoted(DatabaseType::Postgresql, connection.databaseName)));
    return sql(u"The server, the database or the role is at its limit of sessions. Close idle ones, use a pooler, or raise the "
               "server's limit; it must be restarted then."_s,
               u"ALTER SYSTEM SET max_connections = 200;"_s);
}

ProbeAdvice notAccepting(const QString &serverText)
{
    if (serverText.contains("standby mode is disabled"_L1, Qt::CaseInsensitive))
        return server(u"A standby that answers no queries: switch them on and restart it."_s, u"hot_standby = on"_s);
    return hint(u"The server is starting, stopping or recovering. Try again in a moment."_s);
}

/// 'user'@'%' with both parts quoted.
QString account(const Connection &connection)
{
    QString user = connection.username;
    return u'\'' + user.replace(u'\\', u"\\\\"_s).replace(u'\'', u"''"_s) + u"'@'%'"_s;
}

// In GRANT, unlike elsewhere, _ and % in the name of a database stand for any characters.
ProbeAdvice grantSelect(const QString &text, const Connection &connection)
{
    if (connection.databaseName.isEmpty()) return sql(text, u"GRANT SELECT ON *.* TO %1;"_s.arg(account(connection)));
    QString name = connection.databaseName;
    name.replace(u'\\', u"\\\\"_s).replace(u'_', u"\\_"_s).replace(u'%', u"\\%"_s);
    return sql(text, u"GRANT SELECT ON "_s + quoted(DatabaseType::Mysql, name) + u".* TO "_s + account(connection) + u';');
}

ProbeAdvice alterUser(const QString &text, const QString &change, const Connection &connection)
{
    return sql(text, u"ALTER USER "_s + account(connection) + u' ' + change + u';');
}

/// 1226 names the limit that was reached.
ProbeAdvice limitReached(const QString &serverText, const Connection &connection)
{
    for (const char *limit : {"max_queries_per_hour", "max_updates_per_hour", "max_connections_per_hour"})
        if (serverText.contains(QLatin1String(limit)))
            return alterUser(u"This user is at a limit of its account."_s, u"WITH "_s + QString::fromLatin1(limit).toUpper() + u" 0"_s, connection);
    return alterUser(u"This user is at its limit of sessions."_s, u"WITH MAX_USER_CONNECTIONS 0"_s, connection);
}

/// A path as one word of a shell.
QString shellQuoted(const QString &path)
{
    return u'\'' + QString(path).replace(u'\'', u"'\\''"_s) + u'\'';
}

struct Reason {
    const char *words;  ///< of OpenSSL's text
    const char *hint;
    FixKind kind;
    const char *postgresql;
    const char *mysql;
};

constexpr const char *newCertificatePg = "ssl_cert_file = '/path/to/server.pem'";
constexpr const char *newCertificateMy = "ssl-cert = /path/to/server.pem";
constexpr const char *newProtocolsPg = "ssl_min_protocol_version = 'TLSv1.2'";
constexpr const char *newProtocolsMy = "tls_version = TLSv1.2,TLSv1.3";
constexpr const char *otherAuthority = "sslrootcert=/path/to/ca.pem";
constexpr const char *otherName = "host=<a name in the certificate>";
constexpr const char *oldProtocol = "The server offers no TLS protocol that is still safe (1.2 or newer): allow it there.";
constexpr const char *unknownAuthority =
    "The server's certificate is not signed by an authority that is known here: give the file of the one that signed it.";

constexpr Reason reasons[] = {
    {"expired", "The server's certificate has expired: renew it.", FixKind::ServerConfig, newCertificatePg, newCertificateMy},
    {"not yet valid", "The server's certificate is not valid yet: renew it, or set the clocks.", FixKind::ServerConfig, newCertificatePg,
     newCertificateMy},
    {"host name", "The certificate is for another host: connect by a name that it holds, or renew it with this one.", FixKind::ClientConfig,
     otherName, otherName},
    {"mismatch", "The certificate is for another host: connect by a name that it holds, or renew it with this one.", FixKind::ClientConfig,
     otherName, otherName},
    {"self-signed", unknownAuthority, FixKind::ClientConfig, otherAuthority, otherAuthority},
    {"self signed", unknownAuthority, FixKind::ClientConfig, otherAuthority, otherAuthority},
    {"local issuer", unknownAuthority, FixKind::ClientConfig, otherAuthority, otherAuthority},
    {"unsupported protocol", oldProtocol, FixKind::ServerConfig, newProtocolsPg, newProtocolsMy},
    {"protocol version", oldProtocol, FixKind::ServerConfig, newProtocolsPg, newProtocolsMy},
    {"error response", "The server answered with an error before TLS could begin; it has no process or memory left, for one. Look at its log.", FixKind::None, "", ""},
    {"one letter", "Check the port: another program listens there.", FixKind::None, "", ""},
    {"wrong version number", "What answers is no TLS: another program listens there, or a proxy in between speaks.", FixKind::None, "", ""},
};

}  // namespace

QString quoted(DatabaseType type, const QString &name)
{
    const QChar mark = type == DatabaseType::Mysql ? u'`' : u'"';
    return mark + QString(name).replace(mark, QString(2, mark)) + mark;
}

ProbeAdvice hint(const QString &text)
{
    return {text, FixKind::None, {}};
}

ProbeAdvice forSqlState(const QString &sqlState, const QString &serverText, const Connection &connection)
{
    const QString role = quoted(DatabaseType::Postgresql, connection.username);
    const QString database = quoted(DatabaseType::Postgresql, connection.databaseName);
    if (sqlState == "28P01"_L1)
        return sql(u"Wrong password, no such user, or a password that is no longer valid: the server does not say which. Correct the "
                   "password here, or set it anew on the server."_s,
                   u"ALTER ROLE %1 PASSWORD '…' VALID UNTIL 'infinity';"_s.arg(role));
    if (sqlState == "28000"_L1) return roleRefused(serverText, connection);
    if (sqlState == "3D000"_L1)
        return sql(u"The login is right, the database is not there. Correct its name, or create it."_s,
                   u"CREATE DATABASE %1;"_s.arg(database));
    if (sqlState == "42501"_L1)
        return sql(u"The user may not connect to this database. Its owner can allow it."_s,
                   u"GRANT CONNECT ON DATABASE "_s + database + u" TO "_s + role + u';');
    if (sqlState == "55000"_L1)
        return sql(u"The database does not accept connections."_s, u"ALTER DATABASE %1 ALLOW_CONNECTIONS true;"_s.arg(database));
    if (sqlState == "53300"_L1) return noSessionLeft(serverText, connection);
    if (sqlState == "57P03"_L1) return notAccepting(serverText);
    if (sqlState.startsWith("57P"_L1)) return hint(u"The server ended the session: it is shutting down, or an administrator did."_s);
    if (sqlState == "57014"_L1) return hint(u"The server stopped the statement: its own time limit is shorter than that of the test."_s);
    if (sqlState.startsWith("08"_L1)) return hint(u"The server did not understand the protocol: is it PostgreSQL, and not a proxy?"_s);
    if (sqlState.startsWith("53"_L1)) return hint(u"The server is out of memory, disk or another resource: look at its log."_s);
    if (sqlState.startsWith("22"_L1) || sqlState.startsWith("42"_L1))
        return hint(u"The server does not accept a setting or statement of this connection: check its options."_s);
    return hint(u"The server's own words say what it refuses; its log tells more."_s);
}

ProbeAdvice forMysqlError(unsigned number, const QString &serverText, const Connection &connection)
{
    const QString newPassword = u"IDENTIFIED BY '…'"_s;
    switch (number) {
    case 1045: case 1698:
        return alterUser(u"Wrong user or password, or this user may not come from this machine: the server does not say which."_s, newPassword,
                         connection);
    case 1049:
        return sql(u"The login is right, the database is not there. Correct its name, or create it."_s,
                   u"CREATE DATABASE %1;"_s.arg(quoted(DatabaseType::Mysql, connection.databaseName)));
    case 1044: case 1142: case 1143: case 1227:
        return grantSelect(u"The login is right, but the user may not use this database."_s, connection);
    case 1130:
        return sql(u"No account of the server may come from this machine."_s, u"CREATE USER "_s + account(connection) + u" IDENTIFIED BY '…';"_s);
    case 1129:
        return sql(u"The server has blocked this machine after too many broken connections."_s, u"FLUSH HOSTS;"_s);
    case 1040:
        return sql(u"The server is at its limit of sessions. Close idle ones, or raise the limit."_s, u"SET GLOBAL max_connections = 300;"_s);
    case 1203:
        return sql(u"The server lets no user have more sessions than this one has. Close idle ones, or lift the limit."_s,
                   u"SET GLOBAL max_user_connections = 0;"_s);
    case 1226: return limitReached(serverText, connection);
    case 3118: case 4151: return alterUser(u"The account is locked."_s, u"ACCOUNT UNLOCK"_s, connection);
    case 3159: return client(u"The server takes sessions with TLS only."_s, u"sslmode=require"_s);
    case 1820: case 1862: return alterUser(u"The password has expired."_s, newPassword, connection);
    case 1251: case 1275: case 2049: case 2059: case 5010:
        return alterUser(u"The account uses a login method that is too old, that this client does not have, or that would show the password to "
                         "a server that is not verified. Give the account the server's usual method."_s, newPassword, connection);
    case 1053: return hint(u"The server is shutting down. Try again when it is up."_s);
    case 1021: case 1037: case 1038: return hint(u"The server is out of memory or disk: look at its log."_s);
    default:
        if (number >= 1152 && number <= 1161)
            return hint(u"What came does not follow the protocol: a proxy or the network garbles it, or it is not MySQL or MariaDB at all."_s);
        return hint(u"The server's own words say what it refuses; its log tells more."_s);
    }
}

ProbeAdvice forSqliteError(int code, const QString &path)
{
    const QString mayAccess = u"chmod u+rw -- "_s + shellQuoted(path);
    switch (code) {
    case 5: case 6:
        return server(u"Another program keeps the file locked. Find it and let it finish its transaction."_s, u"fuser -v -- "_s + shellQuoted(path));
    case 11: return sql(u"The file is damaged. Restore a copy, or recover what can be read."_s, u"PRAGMA integrity_check;"_s);
    case 14: return server(u"The file cannot be opened: check its permissions and those of the folders above it."_s, mayAccess);
    case 26:
        return client(u"This is not a SQLite database: another kind of file, or an encrypted one. Name the right file."_s, u"sqlite:///path/to/file.db"_s);
    case 8: return server(u"A change was cut off and must be rolled back by a program that may write the file."_s, mayAccess);
    default: return hint(u"Check the disk and the file system that hold the file."_s);
    }
}

ProbeAdvice fileMissing()
{
    return client(u"Check the path, and that its disk is mounted. The test never creates a file."_s, u"sqlite:///path/to/file.db"_s);
}

ProbeAdvice forDeadline(TestStage stage, const Connection &connection)
{
    const bool file = connection.databaseType == DatabaseType::Sqlite;
    switch (stage) {
    case TestStage::Resolve:
        return hint(file ? u"The file system does not answer: is it a network share that is away?"_s
                         : u"The name server does not answer: check the network, or use the numeric address."_s);
    case TestStage::Tcp:
        return hint(u"Nothing answers at this address and port: a firewall drops the packets, the machine is off, or its queue of "
                    "new connections is full."_s);
    case TestStage::Tls:
        if (connection.databaseType == DatabaseType::Mysql)
            return hint(u"The port accepts connections and then says nothing, where MySQL would speak first: the server hangs or is stopped, or "
                        "another program listens there, PostgreSQL for one."_s);
        return hint(u"The port accepts connections and then says nothing: the server hangs or is stopped, or another program "
                    "listens there."_s);
    case TestStage::Authenticate:
        return hint(u"The server took the login and does not answer: it hangs, or waits for its own directory service."_s);
    default: return hint(file ? u"The file system does not answer in time."_s : u"The server is overloaded or hangs: look at its log."_s);
    }
}

ProbeAdvice nameNotFound(const QString &host)
{
    return client(u"No name server knows %1. Correct the host, or give the numeric address."_s.arg(host), u"host=<address>"_s);
}

ProbeAdvice portClosed(const Connection &connection)
{
    const bool postgresql = connection.databaseType == DatabaseType::Postgresql;
    return server(u"The machine answers, but nothing listens at this port: the server is down, listens on another port, or only on "
                  "its own machine."_s,
                  postgresql ? u"listen_addresses = '*'"_s : u"bind-address = 0.0.0.0"_s);
}

ProbeAdvice notReached(const QString &text)
{
    if (text.contains(qt_error_string(ECONNRESET)))
        return hint(u"The port is open and the connection was torn down at once: by a firewall or proxy in between, or by a server with no room."_s);
    return hint(u"The network does not lead there: check address, route and firewall."_s);
}

ProbeAdvice noProof()
{
    return hint(u"A server that knows the password can show it. Something may stand in for it: check the address, look at its log, and verify "
                "its certificate (sslmode=verify-full)."_s);
}

ProbeAdvice passwordMissing()
{
    return client(u"The server asks for a password and none is kept with this connection. Enter it."_s, u"password=<the password>"_s);
}

ProbeAdvice tlsAbsent(const Connection &connection)
{
    const QString text = u"This connection requires TLS and the server offers none. Switch it on there (with a certificate and "
                         "key), or lower sslmode if the network may be trusted."_s;
    return server(text, connection.databaseType == DatabaseType::Postgresql ? u"ssl = on"_s : u"ssl-cert = /path/to/server-cert.pem"_s);
}

ProbeAdvice tlsFailed(const Connection &connection, const QString &text)
{
    const bool postgresql = connection.databaseType == DatabaseType::Postgresql;
    for (const Reason &reason : reasons)
        if (text.contains(QLatin1String(reason.words), Qt::CaseInsensitive))
            return {QString::fromLatin1(reason.hint), reason.kind, QString::fromLatin1(postgresql ? reason.postgresql : reason.mysql)};
    const QString mode = connection.config.value("sslmode"_L1).toString();
    if (!mode.startsWith("verify"_L1)) return hint(u"Client and server agree on no TLS protocol, or another program listens there."_s);
    return client(u"The server's certificate is not accepted: it must be signed by the authority in sslrootcert, be valid today and, "
                  "for verify-full, name this host."_s,
                  u"sslrootcert=/path/to/ca.pem"_s);
}

ProbeAdvice wrongPort(const Connection &connection)
{
    return client(u"Check the port: another program listens there."_s, u"port=%1"_s.arg(defaultPort(connection.databaseType)));
}

ProbeAdvice passwordShown(const Connection &connection)
{
    const bool clear = connection.config.value("sslmode"_L1).toString() != "disable"_L1;
    return server(u"Whoever reads the network, or stands in for the server, gets the password. Let the server ask for a proof instead (its "
                  "pg_hba.conf), and verify its certificate here (sslmode=verify-full)."_s +
                      (clear ? u" sslmode=disable sends the password nevertheless."_s : QString()),
                  u"hostssl all all all scram-sha-256"_s);
}

ProbeAdvice tooManyRounds(const Connection &connection)
{
    return sql(u"So many rounds keep this machine busy at each login; a server that does not mean well asks for them, too. Set the password "
               "anew with fewer."_s,
               u"ALTER ROLE %1 PASSWORD '…';"_s.arg(quoted(DatabaseType::Postgresql, connection.username)));
}

ProbeAdvice inClear(const Connection &connection)
{
    ProbeAdvice advice = tlsAbsent(connection);
    advice.hint = u"Everything, data included, goes over the network readable. Switch TLS on at the server and set sslmode=require "
                  "here."_s;
    return advice;
}

ProbeAdvice nothingReadable(const Connection &connection)
{
    const QString text = u"The user can log in but reads no table of this database."_s;
    if (connection.databaseType == DatabaseType::Mysql) return grantSelect(text, connection);
    return sql(text, u"GRANT pg_read_all_data TO %1;"_s.arg(quoted(DatabaseType::Postgresql, connection.username)));
}

}  // namespace headgate::advice
