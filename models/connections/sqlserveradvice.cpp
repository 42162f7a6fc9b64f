// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/sqlserveradvice.h"

#include "models/connections/tlspromise.h"

#include <QJsonArray>
#include <QRegularExpression>
#include <QVariant>
#include <algorithm>
#include <iterator>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

// sys.messages: the login is right, the database cannot be used.
constexpr int databaseNumbers[] = {4060, 911, 916, 921, 922, 924, 926, 927, 942, 945, 976, 978, 979, 983, 4063, 4064, 40613};
// FreeTDS gives its own complaints (not the server's) numbers of this range.
constexpr int freeTdsFirst = 20'000;
constexpr int freeTdsLast = 20'999;

bool isDatabaseNumber(int number)
{
    return std::ranges::find(databaseNumbers, number) != std::end(databaseNumbers);
}

bool fromServer(const odbc::Message &message)
{
    const bool own = message.native >= freeTdsFirst && message.native <= freeTdsLast;
    return message.native >= 200 && !own && !message.state.startsWith("08"_L1);
}

bool speaksOfTls(const odbc::Message &message)
{
    static const QRegularExpression words(u"\\b(SSL|TLS|certificate|encryption|handshake)\\b"_s, QRegularExpression::CaseInsensitiveOption);
    return words.match(message.text).hasMatch();
}

/// The first message that `fits`; the message 0 (success with information) never counts.
template <typename F>
const odbc::Message *first(const QList<odbc::Message> &messages, F fits)
{
    const auto found = std::ranges::find_if(messages, fits);
    return found == messages.end() ? nullptr : &*found;
}

ProbeAdvice statement(const QString &hint, const QString &sql)
{
    return {hint, FixKind::Sql, sql};
}

ProbeAdvice loginRefused(const Connection &connection)
{
    return statement(u"Wrong password, no such login, or one that only comes from Windows: the server tells the reason in its error log alone "
                     "(the state number of error 18456). Correct the password here, or set it anew on the server."_s,
                     u"ALTER LOGIN %1 WITH PASSWORD = '…' UNLOCK;"_s.arg(advice::bracketed(connection.username)));
}

ProbeAdvice forNumber(int number, const Connection &connection)
{
    const QString login = advice::bracketed(connection.username);
    const QString database = advice::bracketed(connection.databaseName);
    switch (number) {
    case 18456: return loginRefused(connection);
    case 18452:
        return {u"The login would be one of Windows, and this one is not trusted: the server takes Windows logins only, or the name is one of a domain. "
                "Allow SQL Server logins there (mixed mode) and restart it."_s, FixKind::ServerConfig, u"LoginMode = 2"_s};
    case 18470: return statement(u"The login is disabled."_s, u"ALTER LOGIN %1 ENABLE;"_s.arg(login));
    case 18486: return statement(u"The login is locked after too many wrong passwords."_s, u"ALTER LOGIN %1 WITH PASSWORD = '…' UNLOCK;"_s.arg(login));
    case 18487: case 18488: return statement(u"The password has expired or must be changed."_s, u"ALTER LOGIN %1 WITH PASSWORD = '…';"_s.arg(login));
    case 17892: return advice::hint(u"A logon trigger of the server refuses this session: its owner knows the rule."_s);
    case 17809: return statement(u"The server is at its limit of sessions."_s, u"EXEC sp_configure 'user connections', 0;"_s);
    case 18401: return advice::hint(u"The server upgrades its own databases. Try again in a moment."_s);
    case 40615: case 40914: return advice::hint(u"The firewall of Azure SQL does not let this address in: add it there."_s);
    case 911: case 4060: case 4063: case 4064:
        return statement(u"The login is right, but this database is not there or the login has no user in it. Correct the name, or make the user there."_s,
                         u"USE %1; CREATE USER %2 FOR LOGIN %2;"_s.arg(database, login));
    case 916: return statement(u"The login has no user in this database."_s, u"USE %1; CREATE USER %2 FOR LOGIN %2;"_s.arg(database, login));
    case 976: case 979: case 978:
        return advice::hint(u"The database is a secondary replica that takes no such session: connect to the primary, or mark the connection read-only "
                            "(ApplicationIntent=ReadOnly) if the replica may be read."_s);
    case 983: return advice::hint(u"The availability replica is resolving its role. Try again in a moment."_s);
    case 922: case 927: case 926: case 945: case 942: case 924: case 921: case 40613:
        return statement(u"The database is not online: being restored, recovered, suspect, offline or single-user."_s,
                         u"SELECT name, state_desc, user_access_desc FROM sys.databases;"_s);
    case 229: case 230: case 262: case 297: case 300: case 371: return advice::sqlServerNothingReadable(connection);
    case 208: return advice::hint(u"A catalogue view that every SQL Server has is not there: is this SQL Server?"_s);
    case 1205: return advice::hint(u"The server chose this session as the victim of a deadlock. Test again."_s);
    case 1222: return advice::hint(u"Another session holds a lock for too long."_s);
    case -2: return advice::hint(u"The driver gave up waiting: the server is overloaded or hangs, or the time limit is too short."_s);
    default: return {};
    }
}

ProbeAdvice tlsRefused(const QString &driver, const Connection &connection)
{
    const QString mode = connection.config.value("sslmode"_L1).toString();
    if (!mode.startsWith("verify"_L1)) return advice::hint(u"Client and server agree on no TLS protocol, or another program listens there."_s);
    if (odbcDriverKind(driver) == OdbcDriverKind::FreeTds)
        return {u"The server's certificate is not accepted: it must be signed by the authority in sslrootcert (or of the system), be valid today and, "
                "for verify-full, name this host."_s, FixKind::ClientConfig, u"sslrootcert=/path/to/ca.pem"_s};
    return {u"The server's certificate is not accepted: Microsoft's driver takes the system's authorities. Install the authority there, or give the name "
            "in the certificate as driver option HostNameInCertificate."_s, FixKind::ClientConfig, u"HostNameInCertificate=<name in the certificate>"_s};
}

ProbeAdvice forState(const QString &state, const QString &driver)
{
    if (state == "IM002"_L1 || state == "IM003"_L1 || state == "IM004"_L1) return advice::odbcDriverMissing(driver, {});
    if (state == "HYT00"_L1 || state == "HYT01"_L1) return forNumber(-2, {});
    if (state == "28000"_L1) return advice::hint(u"The server refuses the login: correct user and password."_s);
    if (state == "01000"_L1) return advice::odbcDriverMissing(driver, {});
    if (state.startsWith("08"_L1))
        return advice::hint(u"The server broke off or did not understand the protocol: is it SQL Server, does it take this kind of TLS, and is it "
                            "running? Its error log may tell."_s);
    if (state == "HY024"_L1)
        return advice::hint(u"A value of the connection, or the password, cannot be given to this driver: look for line breaks, and for } with ; in it, or "
                            "use another driver."_s);
    return advice::hint(u"Look at the server's error log."_s);
}

}  // namespace

QString SqlServerRefusal::code() const
{
    return fromServer(message) ? QString::number(message.native) : message.state;
}

SqlServerRefusal sqlServerRefusal(const QList<odbc::Message> &messages)
{
    using odbc::Message;
    if (messages.isEmpty()) return {{u"HY000"_s, 0, u"The driver gives no reason."_s}, TestStage::Tls};
    if (const Message *m = first(messages, [](const Message &message) { return isDatabaseNumber(message.native); })) return {*m, TestStage::Database};
    if (const Message *m = first(messages, fromServer)) return {*m, TestStage::Authenticate};
    if (const Message *m = first(messages, [](const Message &message) { return message.state == "28000"_L1; })) return {*m, TestStage::Authenticate};
    if (const Message *m = first(messages, speaksOfTls)) return {*m, TestStage::Tls};
    return {messages.first(), TestStage::Tls};
}

TextResult sqlServerResult(const QJsonObject &reply)
{
    TextResult result;
    result.ok = reply.contains("rows"_L1);
    result.columns = reply.value("columns"_L1).toVariant().toStringList();
    for (const QJsonValue &row : reply.value("rows"_L1).toArray()) {
        TextRow cells;
        for (const QJsonValue &cell : row.toArray()) cells.push_back(cell.isString() ? std::optional(cell.toString()) : std::nullopt);
        result.rows.push_back(std::move(cells));
    }
    if (result.ok) return result;
    const SqlServerRefusal refusal = sqlServerRefusal(odbc::messagesFrom(reply, "errors"));
    result.errorCode = refusal.code();
    result.errorText = refusal.message.text;
    return result;
}

namespace advice {

QString bracketed(const QString &name)
{
    return u'[' + QString(name).replace(u']', u"]]"_s) + u']';
}

ProbeAdvice forSqlServer(const SqlServerRefusal &refusal, const QString &driver, const Connection &connection)
{
    if (fromServer(refusal.message) || refusal.message.native == -2)
        if (const ProbeAdvice known = forNumber(refusal.message.native, connection); !known.hint.isEmpty()) return known;
    const bool library = refusal.message.text.contains("Can't open lib"_L1);
    if (!library && refusal.stage == TestStage::Tls && speaksOfTls(refusal.message)) return tlsRefused(driver, connection);
    return forState(refusal.message.state, driver);
}

ProbeAdvice odbcDriverMissing(const QString &driver, const QStringList &installed)
{
    const bool microsoft = odbcDriverKind(driver) == OdbcDriverKind::Microsoft;
    const QString others = installed.isEmpty() ? QString() : u" Installed are: %1."_s.arg(installed.join(u", "_s));
    const QString which = microsoft ? u"Microsoft's driver is not installed or cannot be loaded: it comes from Microsoft's package archive."_s
                                    : u"The ODBC driver is not installed or cannot be loaded. For SQL Server install FreeTDS (or msodbcsql18 from "
                                      "Microsoft's package archive), or choose another one."_s;
    return {which + others, FixKind::ClientConfig, microsoft ? u"apt install msodbcsql%1"_s.arg(driver.section(u' ', 2, 2)) : u"apt install tdsodbc"_s};
}

ProbeAdvice sqlServerPortClosed()
{
    return {u"The machine answers, but nothing listens at this port: the server is down, listens on another port, or its TCP protocol is off (SQL "
            "Server Configuration Manager, or mssql-conf on Linux)."_s,
            FixKind::ServerConfig, u"network.tcpport = 1433"_s};
}

ProbeAdvice sqlServerNothingReadable(const Connection &connection)
{
    return statement(u"The user can log in but sees no table of this database."_s,
                     u"ALTER ROLE db_datareader ADD MEMBER %1;"_s.arg(bracketed(connection.username)));
}

}  // namespace advice
}  // namespace headgate
