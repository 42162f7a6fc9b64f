// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/odbcprobe.h"

#include "models/base/error.h"
#include "models/connections/sqlserverbrowser.h"
#include "models/connections/sqlserverlogin.h"
#include "models/connections/tlspromise.h"
#include "models/database/native/netsocket.h"

#include <QVariant>
#include <cerrno>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

// The run's own deadline comes first, with its verdict; this is for a run that would miss it.
constexpr int graceMs = 1'000;

// Not told to users without VIEW SERVER STATE.
constexpr char encryptedSql[] = "SELECT c.encrypt_option, c.auth_scheme FROM sys.dm_exec_connections c WHERE c.session_id = @@SPID";

constexpr char databaseSql[] =
    "SELECT DB_NAME(), CAST(DATABASEPROPERTYEX(DB_NAME(), 'Collation') AS varchar(128)),"
    " CAST(DATABASEPROPERTYEX(DB_NAME(), 'Updateability') AS varchar(20))";

// What the user has no right on is not in the catalogue views either.
constexpr char privilegesSql[] =
    "SELECT IS_SRVROLEMEMBER('sysadmin'), IS_MEMBER('db_owner'), IS_MEMBER('db_datareader'),"
    " HAS_PERMS_BY_NAME(NULL, NULL, 'VIEW SERVER STATE'), HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'SELECT'),"
    " (SELECT COUNT(*) FROM sys.tables), (SELECT COUNT(*) FROM sys.views)";

constexpr char identitySql[] =
    "SELECT CAST(SERVERPROPERTY('ProductVersion') AS varchar(128)), CAST(SERVERPROPERTY('Edition') AS varchar(128)),"
    " CAST(SERVERPROPERTY('ServerName') AS varchar(128)), CAST(SERVERPROPERTY('MachineName') AS varchar(128)),"
    " CAST(CONNECTIONPROPERTY('local_net_address') AS varchar(48)), CAST(CONNECTIONPROPERTY('local_tcp_port') AS varchar(10)), DB_NAME()";

// Each a statement of its own: rights or the edition may refuse it.
constexpr char replicaSql[] = "SELECT sys.fn_hadr_is_primary_replica(DB_NAME())";
constexpr char brokerSql[] = "SELECT CAST(service_broker_guid AS varchar(36)) FROM sys.databases WHERE name = DB_NAME()";

QStringList textList(const QJsonValue &array)
{
    return array.toVariant().toStringList();
}

}  // namespace

OdbcProbe::OdbcProbe(const ProbeTarget &target, ConnectionProbe::StageCallback onStage, ConnectionProbe::DoneCallback done)
    : ProbeRun(target, std::move(onStage), std::move(done)), m_helper(socketWait())
{
}

void OdbcProbe::probe()
{
    /// The process ends with the test, not with the object.
    struct Ending {
        OdbcHelper &helper;
        ~Ending() { helper.kill(); }
    } const ending{m_helper};
    reach();
    chooseDriver();
    login();
    readDatabase();
    readPrivileges();
    readIdentity();
    roundTrip();
}

// Each address gets its share of the time that is left, so that a dead one leaves room for those after it.
void OdbcProbe::reach()
{
    const std::vector<QHostAddress> candidates = resolveHost();
    bool refused = false;
    for (size_t i = 0; i < candidates.size(); ++i) {
        m_address = candidates[i].toString().toLatin1();
        m_port = connection().port || sqlServerInstance(connection()).isEmpty() ? port() : askBrowser(m_address);
        const QString where = u"%1 port %2"_s.arg(QLatin1String(m_address), QString::number(m_port));
        expect(where + (m_failures.isEmpty() ? QString() : u" ("_s + m_failures.join(u"; "_s) + u')'));
        const int ms = i + 1 < candidates.size() ? remainingMs() / int(candidates.size() - i) : -1;
        NetSocket socket;
        const int error = socket.connect(NetSocket::Kind::Tcp, m_address, m_port, ms, socketWait());
        if (isStopped()) throw Ended{};
        if (error == 0) return passTcp(where);
        refused = refused || error == ECONNREFUSED;
        m_slowAddress = m_slowAddress || error == ETIMEDOUT;
        m_failures.append(error == ETIMEDOUT && ms >= 0 ? u"%1: no answer within %2 ms"_s.arg(where).arg(ms) : u"%1: %2"_s.arg(where, qt_error_string(error)));
    }
    fail(TestStage::Tcp, m_failures.join(u"; "_s),
         refused ? advice::sqlServerPortClosed() : advice::hint(u"The network does not lead there: check address, route and firewall."_s));
}

int OdbcProbe::askBrowser(const QByteArray &address)
{
    const QString instance = sqlServerInstance(connection());
    expect(u"SQL Server Browser at %1 port %2 to tell the port of instance %3"_s.arg(QLatin1String(address)).arg(SqlServerBrowser::defaultPort).arg(instance));
    const SqlServerBrowser answer = SqlServerBrowser::ask(address, instance, remainingMs() / 2, socketWait());
    if (isStopped()) throw Ended{};
    if (answer.outcome == SqlServerBrowser::Outcome::Found) return answer.port;
    if (answer.outcome == SqlServerBrowser::Outcome::NoTcp)
        fail(TestStage::Tcp, u"SQL Server Browser knows the instance %1, but it does not listen on TCP."_s.arg(instance), advice::sqlServerPortClosed());
    fail(TestStage::Tcp, u"SQL Server Browser at %1 (UDP port %2) does not tell the port of instance %3."_s.arg(QLatin1String(address)).arg(SqlServerBrowser::defaultPort).arg(instance),
         {u"The service is off, a firewall is between, or it knows no such instance. Start it, or give the instance's port here."_s, FixKind::ClientConfig,
          u"port=<port of the instance>"_s});
}

void OdbcProbe::passTcp(const QString &text)
{
    if (m_failures.isEmpty()) return pass(TestStage::Tcp, text + u" answers."_s);
    const QString all = text + u" answers. Before: "_s + m_failures.join(u"; "_s) + u'.';
    if (!m_slowAddress) return pass(TestStage::Tcp, all);
    warn(TestStage::Tcp, all, advice::hint(u"The name has an address that does not answer: every new session may wait for it."_s));
}

QJsonObject OdbcProbe::ask(const QJsonObject &request, const QByteArray &password)
{
    proceed();
    const OdbcHelper::Reply reply = m_helper.ask(request, remainingMs() + graceMs, password);
    if (reply.outcome == OdbcHelper::Outcome::Answered) return reply.json;
    if (reply.outcome != OdbcHelper::Outcome::Died || isStopped()) throw Ended{};
    fail(currentStage(), u"The helper process that runs the ODBC driver ended: %1."_s.arg(m_helper.end()),
         advice::hint(u"The driver crashed, or somebody ended the process. Test again; if it happens every time, use another driver or another version "
                      "of it."_s));
}

void OdbcProbe::chooseDriver()
{
    expect(u"one of %1 helper processes: all are busy with other tests"_s.arg(OdbcHelper::maxRunning));
    if (m_helper.start(remainingMs() + graceMs) != WaitResult::Ready) throw Ended{};
    expect(u"the list of ODBC drivers"_s);
    m_driver = odbcDriver(connection());
    if (!m_driver.isEmpty()) return;
    const QStringList installed = textList(ask({{u"do"_s, u"drivers"_s}}).value("drivers"_L1));
    m_driver = bestOdbcDriver(installed);
    if (m_driver.isEmpty())
        fail(TestStage::Tls, u"No ODBC driver for SQL Server is installed on this machine."_s, advice::odbcDriverMissing({}, installed));
}

void OdbcProbe::login()
{
    const std::optional<SqlServerLogin> wanted = [this]() -> std::optional<SqlServerLogin> {
        try {
            return sqlServerLogin(connection(), m_driver, m_port, sslMode(), connection().isReadOnly);
        } catch (const Exception &exception) {
            m_failures = {exception.error().what, exception.error().hint};
            return std::nullopt;
        }
    }();
    if (!wanted) fail(TestStage::Tls, m_failures.first() + u'.', advice::hint(m_failures.last()));
    expect(u"%1: TLS, login or database, which ODBC does not tell apart"_s.arg(m_driver));
    const QJsonObject reply = ask(wanted->request(remainingMs(), connection().isReadOnly), target().password);
    if (!reply.value("open"_L1).toBool()) failLogin(reply);
    judgeSession(reply, lap());
    pass(TestStage::Authenticate, u"%1 is logged in."_s.arg(connection().username));
}

// What the server said about the login it said after TLS, or in clear where none was asked for.
void OdbcProbe::failLogin(const QJsonObject &reply)
{
    const SqlServerRefusal refusal = sqlServerRefusal(odbc::messagesFrom(reply, "errors"));
    const ProbeAdvice hint = reply.contains("drivers"_L1) ? advice::odbcDriverMissing(m_driver, textList(reply.value("drivers"_L1)))
                                                          : advice::forSqlServer(refusal, m_driver, connection());
    const QString text = refusal.message.text + (refusal.message.state.isEmpty() ? QString() : u" (SQLSTATE %1)"_s.arg(refusal.message.state));
    if (refusal.stage == TestStage::Tls) fail(TestStage::Tls, text, hint, refusal.code());
    if (sslMode() == SslMode::Disable) skip(TestStage::Tls, tlsMessage());
    else pass(TestStage::Tls, u"The server answered the login. "_s + tlsMessage() + u" One time for both."_s);
    if (refusal.stage == TestStage::Authenticate) fail(TestStage::Authenticate, text, hint, refusal.code());
    pass(TestStage::Authenticate, u"%1 is logged in."_s.arg(connection().username));
    fail(TestStage::Database, text, hint, refusal.code());
}

QString OdbcProbe::tlsMessage() const
{
    return tlsPromise(DatabaseType::Sqlserver, m_driver, configText("sslmode"));
}

// The driver's promise is one thing, what the server says of this session another.
void OdbcProbe::judgeSession(const QJsonObject &reply, double ms)
{
    const TextResult secured = run(encryptedSql);
    lap();
    const QString told = secured.text(0, 0).toUpper();
    const QString driver = u" Driver: %1 %2. One time for TLS and login: ODBC does not show where one ends."_s.arg(reply.value("driver"_L1).toString(),
                                                                                                     reply.value("driver_version"_L1).toString());
    if (told == "TRUE"_L1) return pass(TestStage::Tls, u"The server says that the session is encrypted. "_s + tlsMessage() + driver, ms);
    if (sslMode() == SslMode::Disable) return skip(TestStage::Tls, tlsMessage());
    if (told == "FALSE"_L1 && sslMode() >= SslMode::Require)
        fail(TestStage::Tls, u"TLS is required, and the server says that the session is in clear (sslmode=%1)."_s.arg(sslModes.name(sslMode())),
             advice::hint(u"The driver does not do what it was told: use another one, and change the password, which went in clear."_s));
    const ProbeAdvice clear{u"Require TLS here; SQL Server always has a certificate, if only one that it made itself."_s, FixKind::ClientConfig, u"sslmode=require"_s};
    if (told == "FALSE"_L1) return warn(TestStage::Tls, u"The session is in clear (sslmode=%1)."_s.arg(sslModes.name(sslMode())) + driver, clear, ms);
    const QString untold = u" Whether the session is encrypted is not told to this user."_s;
    if (sslMode() >= SslMode::Require && odbcDriverKind(m_driver) != OdbcDriverKind::Other) return pass(TestStage::Tls, tlsMessage() + untold + driver, ms);
    warn(TestStage::Tls, tlsMessage() + untold + driver, clear, ms);
}

TextResult OdbcProbe::run(const char *sql)
{
    expect(u"the answer to a query"_s);
    const QJsonObject request{{u"do"_s, u"read"_s}, {u"sql"_s, QString::fromLatin1(sql)}, {u"query_s"_s, std::max(1, (remainingMs() + 999) / 1000)}, {u"max_rows"_s, 100}};
    return sqlServerResult(ask(request));
}

TextResult OdbcProbe::query(TestStage stage, const char *sql)
{
    const TextResult result = run(sql);
    if (result.ok) return result;
    const SqlServerRefusal refusal{{result.errorCode, result.errorCode.toInt(), result.errorText}, stage};
    fail(stage, result.errorText, advice::forSqlServer(refusal, m_driver, connection()), result.errorCode);
}

void OdbcProbe::readDatabase()
{
    const TextResult result = query(TestStage::Database, databaseSql);
    const bool readOnly = result.text(0, 2) == "READ_ONLY"_L1;
    pass(TestStage::Database, u"%1 is open (%2, %3)."_s.arg(result.text(0, 0), result.text(0, 1), readOnly ? u"read only"_s : u"writable"_s));
}

void OdbcProbe::readPrivileges()
{
    const TextResult result = query(TestStage::Privileges, privilegesSql);
    constexpr const char *names[] = {"sysadmin", "db_owner", "db_datareader", "may view the server's state", "may read the whole database"};
    QStringList facts;
    for (size_t i = 0; i < std::size(names); ++i)
        if (result.text(0, i) == "1"_L1) facts.append(QLatin1String(names[i]));
    facts.append(u"sees %1 tables and %2 views"_s.arg(result.text(0, 5), result.text(0, 6)));
    const QString text = facts.join(u", "_s) + u'.';
    const bool nothing = facts.size() == 1 && result.text(0, 5) == "0"_L1 && result.text(0, 6) == "0"_L1;
    if (nothing) return warn(TestStage::Privileges, text, advice::sqlServerNothingReadable(connection()));
    pass(TestStage::Privileges, text);
}

void OdbcProbe::readIdentity()
{
    const TextResult basics = query(TestStage::Identity, identitySql);
    const QString replica = run(replicaSql).text(0, 0);
    const QString broker = run(brokerSql).text(0, 0);
    ServerIdentity &server = identity();
    server.version = u"SQL Server "_s + basics.text(0, 0);
    server.address = basics.text(0, 4).isEmpty() ? QString::fromLatin1(m_address) : basics.text(0, 4);
    server.port = basics.text(0, 5).isEmpty() ? m_port : basics.text(0, 5).toInt();
    server.database = basics.text(0, 6);
    server.systemIdentifier = u"server=%1 machine=%2"_s.arg(basics.text(0, 2), basics.text(0, 3));
    if (!broker.isEmpty()) server.systemIdentifier += u" broker="_s + broker;
    server.inRecovery = replica == "0"_L1;
    pass(TestStage::Identity, u"%1 (%2) at %3:%4, %5, %6."_s.arg(server.version, basics.text(0, 1), server.address, QString::number(server.port),
                                  *server.inRecovery ? u"secondary replica"_s : u"primary"_s, server.systemIdentifier));
}

void OdbcProbe::roundTrip()
{
    query(TestStage::RoundTrip, "SELECT 1");
    const double ms = lap();
    pass(TestStage::RoundTrip, u"SELECT 1 in %1 ms."_s.arg(ms, 0, 'f', 2), ms);
}

}  // namespace headgate
