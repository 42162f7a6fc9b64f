// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/probeadvice.h"

#include <QHostAddress>
#include <QRegularExpression>

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

/// A name in pg_hba.conf: plain when it has nothing that the file would read otherwise.
QString hbaName(const QString &name)
{
    static const QRegularExpression plain(u"^[a-z_][a-z0-9_]*$"_s);
    return plain.match(name).hasMatch() ? name : u'"' + QString(name).replace(u'"', u"\"\""_s) + u'"';
}

ProbeAdvice notInHba(const QString &serverText, const Connection &connection)
{
    return server(u"The server's pg_hba.conf has no line for this client, user and database. Add one, reload the server; if it "
                  "has a line for TLS only, set sslmode=require here."_s,
                  u"hostssl %1 %2 %3 scram-sha-256"_s.arg(hbaName(connection.databaseName), hbaName(connection.username),
                                                           addressIn(serverText)));
}

ProbeAdvice roleRefused(const QString &serverText, const Connection &connection)
{
    const QString role = quoted(DatabaseType::Postgresql, connection.username);
    if (serverText.contains("pg_hba.conf"_L1)) return notInHba(serverText, connection);
    return sql(u"The server does not let this user log in: the role is missing, may not log in, or is not the one that the "
               "login method maps to."_s,
               u"CREATE ROLE %1 LOGIN PASSWORD '…';"_s.arg(role));
}

/// 'user'@'%' with both parts quoted.
QString account(const Connection &connection)
{
    QString user = connection.username;
    return u"'%1'@'%'"_s.arg(user.replace(u'\\', u"\\\\"_s).replace(u'\'', u"''"_s));
}

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
        return sql(u"Wrong password, or no such user: the server does not say which. Correct the password here, or set it anew "
                   "on the server."_s,
                   u"ALTER ROLE %1 PASSWORD '…';"_s.arg(role));
    if (sqlState == "28000"_L1) return roleRefused(serverText, connection);
    if (sqlState == "3D000"_L1)
        return sql(u"The login is right, the database is not there. Correct its name, or create it."_s,
                   u"CREATE DATABASE %1;"_s.arg(database));
    if (sqlState == "42501"_L1)
        return sql(u"The user may not connect to this database. Its owner can allow it."_s,
                   u"GRANT CONNECT ON DATABASE %1 TO %2;"_s.arg(database, role));
    if (sqlState == "55000"_L1)
        return sql(u"The database does not accept connections."_s, u"ALTER DATABASE %1 ALLOW_CONNECTIONS true;"_s.arg(database));
    if (sqlState == "53300"_L1)
        return server(u"The server, the database or the role is at its limit of sessions. Close idle ones, use a pooler, or raise "
                      "the limit (the server must be restarted)."_s,
                      u"max_connections = 200"_s);
    if (sqlState == "57P03"_L1) return hint(u"The server is starting, stopping or recovering. Try again in a moment."_s);
    if (sqlState.startsWith("57P"_L1)) return hint(u"The server ended the session: it is shutting down, or an administrator did."_s);
    if (sqlState.startsWith("08"_L1)) return hint(u"The server did not understand the protocol: is it PostgreSQL, and not a proxy?"_s);
    return {};
}

ProbeAdvice forMysqlError(unsigned number, const Connection &connection)
{
    const QString user = account(connection);
    const QString database = quoted(DatabaseType::Mysql, connection.databaseName);
    switch (number) {
    case 1045: case 1698:
        return sql(u"Wrong user or password, or this user may not come from this machine: the server does not say which."_s,
                   u"ALTER USER %1 IDENTIFIED BY '…';"_s.arg(user));
    case 1049:
        return sql(u"The login is right, the database is not there. Correct its name, or create it."_s,
                   u"CREATE DATABASE %1;"_s.arg(database));
    case 1044: case 1142:
        return sql(u"The login is right, but the user may not use this database."_s, u"GRANT SELECT ON %1.* TO %2;"_s.arg(database, user));
    case 1130:
        return sql(u"No account of the server may come from this machine."_s, u"CREATE USER %1 IDENTIFIED BY '…';"_s.arg(user));
    case 1129:
        return sql(u"The server has blocked this machine after too many broken connections."_s, u"FLUSH HOSTS;"_s);
    case 1040:
        return sql(u"The server is at its limit of sessions. Close idle ones, or raise the limit."_s, u"SET GLOBAL max_connections = 300;"_s);
    case 1203: case 1226:
        return sql(u"This user is at its limit of sessions."_s, u"ALTER USER %1 WITH MAX_USER_CONNECTIONS 0;"_s.arg(user));
    case 3159: case 4151:
        return client(u"The server takes sessions with TLS only."_s, u"sslmode=require"_s);
    case 1862:
        return sql(u"The password has expired."_s, u"ALTER USER %1 IDENTIFIED BY '…';"_s.arg(user));
    case 1251: case 2059:
        return hint(u"The account uses a login method that this client does not have or does not use without a verified server."_s);
    default: return {};
    }
}

ProbeAdvice forSqliteError(int code, const QString &path)
{
    switch (code) {
    case 5: case 6:
        return hint(u"Another program keeps the file locked. Find it (lsof, fuser) and let it finish its transaction."_s);
    case 11: return sql(u"The file is damaged. Restore a copy, or recover what can be read."_s, u"PRAGMA integrity_check;"_s);
    case 14: return hint(u"The file cannot be opened: check its permissions and those of the folders above it (%1)."_s.arg(path));
    case 26: return hint(u"This is not a SQLite database: another kind of file, or an encrypted one."_s);
    case 8: return hint(u"A change was cut off and must be rolled back by a program that may write the file."_s);
    default: return hint(u"Check the disk and the file system that hold the file."_s);
    }
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

ProbeAdvice tlsFailed(const Connection &connection)
{
    const QString mode = connection.config.value("sslmode"_L1).toString();
    if (!mode.startsWith("verify"_L1)) return hint(u"Client and server agree on no TLS protocol, or another program listens there."_s);
    return client(u"The server's certificate is not accepted: it must be signed by the authority in sslrootcert, be valid today and, "
                  "for verify-full, name this host."_s,
                  u"sslrootcert=/path/to/ca.pem"_s);
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
    if (connection.databaseType == DatabaseType::Mysql)
        return sql(text, u"GRANT SELECT ON %1.* TO %2;"_s.arg(quoted(DatabaseType::Mysql, connection.databaseName), account(connection)));
    return sql(text, u"GRANT pg_read_all_data TO %1;"_s.arg(quoted(DatabaseType::Postgresql, connection.username)));
}

}  // namespace headgate::advice
