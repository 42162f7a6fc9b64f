// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/error.h"
#include "models/connections/connectionprobe.h"
#include "models/connections/sqlserverbrowser.h"
#include "models/database/odbc/odbchelper.h"
#include "tests/integration/connections/tdsstandin.h"
#include "tests/support/sqlserverstandin.h"
#include "tests/support/testregistry.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonDocument>
#include <QProcess>
#include <QTest>
#include <csignal>
#include <future>
#include <sys/wait.h>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int shortMs = 900;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int slackMs = 1000;
#else
constexpr int slackMs = 300;
#endif

/// Real FreeTDS towards a port of this machine.
ProbeTarget freeTds(int port, const QString &sslmode = u"prefer"_s)
{
    ProbeTarget target;
    Connection &c = target.connection;
    c.databaseType = DatabaseType::Sqlserver;
    c.host = u"127.0.0.1"_s;
    c.port = port;
    c.databaseName = u"Sales"_s;
    c.username = u"anna"_s;
    c.config = {{u"odbc_driver"_s, u"FreeTDS"_s}, {u"sslmode"_s, sslmode}};
    target.password = "canary-secret";
    target.hasPassword = true;
    target.timeoutMs = shortMs;
    return target;
}

class Run {
public:
    Run(ConnectionProbe &probe, const ProbeTarget &target, const CancelToken &cancel = {})
    {
        m_clock.start();
        probe.start(target, {}, [this](const ConnectionTest &test) {
            m_elapsed = m_clock.elapsed();
            m_promise.set_value(test);
        }, cancel);
    }
    ConnectionTest wait() { return m_future.get(); }
    qint64 elapsed() const { return m_elapsed; }

private:
    QElapsedTimer m_clock;
    std::atomic<qint64> m_elapsed = 0;
    std::promise<ConnectionTest> m_promise;
    std::future<ConnectionTest> m_future = m_promise.get_future();
};

ConnectionTest testOf(const ProbeTarget &target)
{
    ConnectionProbe probe;
    return Run(probe, target).wait();
}

const StageResult &stageOf(const ConnectionTest &test, TestStage stage)
{
    return test.stages[size_t(stage)];
}

QByteArray describe(const ConnectionTest &test)
{
    return QJsonDocument(stagesToJson(test.stages)).toJson(QJsonDocument::Compact);
}

QByteArray fileOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Process ids of the helpers that `parent` started, zombies included.
QList<pid_t> helpersOf(pid_t parent)
{
    QList<pid_t> found;
    for (const QString &name : QDir(u"/proc"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        const pid_t pid = name.toInt();
        if (pid <= 0) continue;
        const QByteArray stat = fileOf(u"/proc/%1/stat"_s.arg(pid));
        const QList<QByteArray> words = stat.mid(stat.lastIndexOf(')') + 2).split(' ');
        if (stat.contains("(headgate-odbc)") && words.value(1).toInt() == parent) found.append(pid);
    }
    return found;
}

QList<pid_t> ownHelpers()
{
    return helpersOf(::getpid());
}

bool isAlive(pid_t pid)
{
    return ::kill(pid, 0) == 0;
}

/// Waits by sleeping: for tests of what a helper does, which need no event loop.
SocketWait plainWait()
{
    return [](int socket, bool forWriting, int ms) {
        pollfd wait{socket, short(forWriting ? POLLOUT : POLLIN), 0};
        return ::poll(&wait, socket < 0 ? 0 : 1, ms) > 0 ? WaitResult::Ready : WaitResult::TimedOut;
    };
}

/// Opens a session at a port that never answers and keeps it, as a console that is about to be killed does.
int holdHelper(const QStringList &arguments)
{
    OdbcHelper helper(plainWait());
    helper.start(5000);
    helper.ask({{u"do"_s, u"open"_s}, {u"login_s"_s, 60},
                {u"parameters"_s, QJsonArray{QJsonArray{u"DRIVER"_s, u"FreeTDS"_s}, QJsonArray{u"SERVER"_s, u"127.0.0.1"_s}, QJsonArray{u"PORT"_s, arguments.value(0)}}}},
               60'000, "secret");
    return 0;
}

HEADGATE_TEST_HELPER(odbcHold, holdHelper);

}  // namespace

/// The test failed at `at`: all before did not, all after were skipped, in time, with advice, and left no process.
#define VERIFY_FAILS_AT(test, at)                                                                              \
    do {                                                                                                       \
        const ConnectionTest &t = (test);                                                                      \
        QVERIFY2(t.stages.size() == 8, describe(t).constData());                                               \
        for (const StageResult &s : t.stages) {                                                                \
            if (s.stage < (at)) QVERIFY2(s.status != StageStatus::Fail, describe(t).constData());              \
            if (s.stage == (at)) QVERIFY2(s.status == StageStatus::Fail, describe(t).constData());             \
            if (s.stage == (at)) QVERIFY2(!s.message.isEmpty() && !s.hint.isEmpty(), describe(t).constData()); \
            if (s.stage > (at)) QVERIFY2(s.status == StageStatus::Skipped, describe(t).constData());           \
        }                                                                                                      \
        QVERIFY2(!describe(t).contains("canary"), describe(t).constData());                                    \
        QTRY_VERIFY_WITH_TIMEOUT(ownHelpers().isEmpty(), 2000);                                                \
    } while (false)

class TstOdbcProbe : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_server.emplace(); }
    void cleanupTestCase() { m_server.reset(); }
    void standInPasses();
    void standInSaysWhatItEncrypts_data();
    void standInSaysWhatItEncrypts();
    void standInIsASecondaryReplica();
    void standInKeepsEveryPassword_data();
    void standInKeepsEveryPassword();
    void standInRefusesTheLogin_data();
    void standInRefusesTheLogin();
    void standInGetsWhatWasTyped_data();
    void standInGetsWhatWasTyped();
    void standInNeverSeesALoginWithoutTls();
    void standInTellsThePortOfAnInstance();
    void needsAPortOrABrowser();
    void endsAtHostileServers_data();
    void endsAtHostileServers();
    void failsAtClosedPort();
    void namesTheDriverThatIsMissing_data();
    void namesTheDriverThatIsMissing();
    void keepsThePasswordToItself();
    void saysThatTheHelperWasKilled();
    void cancelsAtOnce();
    void helperEndsWithItsParent();
    void helperEndsAtItsOwnDeadline();
    void manyDeadServersEndAtTheirDeadline();

private:
    std::optional<SqlServerStandIn> m_server;  ///< making one takes a second
};

void TstOdbcProbe::standInPasses()
{
    const SqlServerStandIn &server = *m_server;
    const ConnectionTest test = testOf(server.target());
    QCOMPARE(test.stages.size(), size_t(8));
    for (const StageResult &stage : test.stages) QVERIFY2(stage.status == StageStatus::Pass, describe(test).constData());
    QVERIFY(stageOf(test, TestStage::Tls).message.contains(u"The server says that the session is encrypted."_s));
    QVERIFY(stageOf(test, TestStage::Tls).message.contains(u"psqlodbcw.so"_s));
    QVERIFY(stageOf(test, TestStage::Tls).message.contains(u"One time for TLS and login"_s));
    QVERIFY2(stageOf(test, TestStage::Privileges).message == u"db_datareader, sees 2 tables and 0 views."_s, describe(test).constData());
    QVERIFY(test.identity);
    QCOMPARE(test.serverVersion, u"SQL Server 16.0.4135.4"_s);
    QCOMPARE(test.identity->address, u"10.1.2.3"_s);
    QCOMPARE(test.identity->port, 1433);
    QCOMPARE(test.identity->database, server.target().connection.databaseName);
    QCOMPARE(test.identity->systemIdentifier, u"server=STANDIN machine=STANDIN broker=6f1d2f3a-0000-4000-8000-5f5f5f5f5f5f"_s);
    QCOMPARE(test.identity->inRecovery, std::optional(false));
    QTRY_VERIFY_WITH_TIMEOUT(ownHelpers().isEmpty(), 2000);
    qInfo("whole test %.1f ms, of it TLS and login %.1f ms", test.responseTimeMs, stageOf(test, TestStage::Tls).ms);
}

void TstOdbcProbe::standInSaysWhatItEncrypts_data()
{
    QTest::addColumn<QString>("told");
    QTest::addColumn<QString>("mode");
    QTest::addColumn<int>("status");
    QTest::newRow("in clear, wished for") << u"FALSE"_s << u"prefer"_s << int(StageStatus::Warn);
    QTest::newRow("in clear, required") << u"FALSE"_s << u"require"_s << int(StageStatus::Fail);
    QTest::newRow("in clear, not asked for") << u"FALSE"_s << u"disable"_s << int(StageStatus::Skipped);
    QTest::newRow("not told") << QString() << u"prefer"_s << int(StageStatus::Warn);
    QTest::newRow("not told, by a driver unknown here") << QString() << u"require"_s << int(StageStatus::Warn);
    QTest::newRow("encrypted") << u"TRUE"_s << u"require"_s << int(StageStatus::Pass);
}

void TstOdbcProbe::standInSaysWhatItEncrypts()
{
    QFETCH(QString, told);
    QFETCH(QString, mode);
    QFETCH(int, status);
    m_server->run({u"UPDATE sys.dm_exec_connections SET encrypt_option = nullif('%1', '')"_s.arg(told)});
    ProbeTarget target = m_server->target();
    target.connection.config.insert(u"sslmode"_s, mode);
    const ConnectionTest test = testOf(target);
    m_server->run({u"UPDATE sys.dm_exec_connections SET encrypt_option = 'TRUE'"_s});
    QVERIFY2(int(stageOf(test, TestStage::Tls).status) == status, describe(test).constData());
    if (StageStatus(status) == StageStatus::Fail) VERIFY_FAILS_AT(test, TestStage::Tls);
    else QVERIFY2(stageOf(test, TestStage::RoundTrip).status == StageStatus::Pass, describe(test).constData());
}

void TstOdbcProbe::standInIsASecondaryReplica()
{
    SqlServerStandIn server;
    server.run({u"CREATE OR REPLACE FUNCTION sys.fn_hadr_is_primary_replica(text) RETURNS int LANGUAGE sql AS $$ SELECT 0 $$"_s,
                u"UPDATE sys.server_properties SET value = NULL WHERE name LIKE 'local%'"_s, u"DELETE FROM sys.tables"_s,
                u"CREATE OR REPLACE FUNCTION public.is_member(role text) RETURNS int LANGUAGE sql AS $$ SELECT 0 $$"_s});
    const ConnectionTest test = testOf(server.target());
    QCOMPARE(test.identity->inRecovery, std::optional(true));
    QCOMPARE(test.identity->address, u"127.0.0.1"_s);
    QCOMPARE(test.identity->port, server.target().connection.port.value());
    QCOMPARE(stageOf(test, TestStage::Privileges).status, StageStatus::Warn);
    QCOMPARE(stageOf(test, TestStage::Privileges).fixSql, u"ALTER ROLE db_datareader ADD MEMBER [postgres];"_s);
}

void TstOdbcProbe::standInKeepsEveryPassword_data()
{
    QTest::addColumn<QString>("password");
    for (const char *text : {"}", "}}", "{x}", "a;b", "a};DRIVER={FreeTDS", "a}};UID=postgres;X={", "};SAVEFILE=/tmp/x.dsn;{", "%41+", "'\"\\", "=;=", " blank ", "äé😀"})
        QTest::newRow(text) << QString::fromUtf8(text);
}

void TstOdbcProbe::standInKeepsEveryPassword()
{
    QFETCH(QString, password);
    SqlServerStandIn &server = *m_server;
    ProbeTarget target = server.target();
    const QString role = target.connection.databaseName + u"_anna"_s;
    server.run({u"CREATE ROLE %1 LOGIN SUPERUSER PASSWORD '%2'"_s.arg(role, QString(password).replace(u'\'', u"''"_s))});
    target.connection.username = role;
    target.password = password.toUtf8();
    const ConnectionTest test = testOf(target);
    server.run({u"DROP ROLE "_s + role});
    QVERIFY2(test.status == TestStatus::Success, describe(test).constData());
    QVERIFY(!QFile::exists(u"/tmp/x.dsn"_s));
}

void TstOdbcProbe::standInRefusesTheLogin_data()
{
    QTest::addColumn<TdsStandIn::Errors>("errors");
    QTest::addColumn<int>("stage");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("fix");
    using Errors = TdsStandIn::Errors;
    const auto row = [](const char *name, const Errors &errors, TestStage stage, const char *code, const char *fix) {
        QTest::newRow(name) << errors << int(stage) << QString::fromLatin1(code) << QString::fromUtf8(fix);
    };
    row("wrong password", {{18456, u"Login failed for user 'anna'."_s}}, TestStage::Authenticate, "18456", "ALTER LOGIN [anna] WITH PASSWORD = '…' UNLOCK;");
    row("locked", {{18486, u"Login failed for user 'anna' because the account is currently locked out."_s}}, TestStage::Authenticate, "18486",
        "ALTER LOGIN [anna] WITH PASSWORD = '…' UNLOCK;");
    row("no such database", {{4060, u"Cannot open database \"Sales\" requested by the login. The login failed."_s}, {18456, u"Login failed for user 'anna'."_s}},
        TestStage::Database, "4060", "USE [Sales]; CREATE USER [anna] FOR LOGIN [anna];");
    row("secondary replica", {{976, u"The target database, 'Sales', is participating in an availability group and is currently not accessible for queries."_s}},
        TestStage::Database, "976", "");
    row("password repeated", {{18456, u"Login failed with canary-secret."_s}}, TestStage::Authenticate, "18456", "ALTER LOGIN [anna] WITH PASSWORD = '…' UNLOCK;");
}

void TstOdbcProbe::standInRefusesTheLogin()
{
    QFETCH(TdsStandIn::Errors, errors);
    QFETCH(int, stage);
    QFETCH(QString, code);
    QFETCH(QString, fix);
    TdsStandIn server(errors);
    ProbeTarget target = freeTds(server.port());
    target.timeoutMs = 5000;
    const ConnectionTest test = testOf(target);
    QCOMPARE(server.logins(), 1);
    VERIFY_FAILS_AT(test, TestStage(stage));
    QCOMPARE(test.errorCode, code);
    QCOMPARE(stageOf(test, TestStage(stage)).fixSql, fix);
}

void TstOdbcProbe::standInGetsWhatWasTyped_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<bool>("possible");
    for (const char *text : {"plain", "}", "}}", "{x}", "a;b", "x;UID=sa", "=;=", "äé😀", "a'b\"c", " blank ", "[](),?*!@%+"})
        QTest::newRow(text) << QString::fromUtf8(text) << true;
    // FreeTDS 1.3 would end the value at the brace and take the rest for keywords of their own.
    for (const char *text : {"a};SERVER=evil", "};Encryption=off;{", "};UID=sa"}) QTest::newRow(text) << QString::fromUtf8(text) << false;
}

// FreeTDS itself says who logs in where, with what: not a part of one value got into another.
void TstOdbcProbe::standInGetsWhatWasTyped()
{
    QFETCH(QString, typed);
    QFETCH(bool, possible);
    TdsStandIn server({{18456, u"Login failed."_s}});
    ProbeTarget target = freeTds(server.port());
    target.timeoutMs = 5000;
    target.connection.isReadOnly = true;
    target.connection.username = u"u"_s + typed;
    target.connection.databaseName = u"d"_s + typed;
    target.password = "p" + typed.toUtf8();
    const ConnectionTest test = testOf(target);
    QVERIFY2(server.logins() == (possible ? 1 : 0), describe(test).constData());
    if (!possible) {
        QCOMPARE(test.errorCode, u"HY024"_s);
        VERIFY_FAILS_AT(test, TestStage::Tls);
        return;
    }
    const TdsStandIn::Login login = server.login();
    QCOMPARE(login.user, target.connection.username);
    QCOMPARE(login.database, target.connection.databaseName);
    QCOMPARE(login.password.toUtf8(), target.password);
    QCOMPARE(login.application, u"Headgate"_s);
    QVERIFY(login.readOnlyIntent);
}

void TstOdbcProbe::standInNeverSeesALoginWithoutTls()
{
    for (const char *mode : {"require", "verify-ca", "verify-full"}) {
        TdsStandIn server({{18456, u"Login failed."_s}});
        ProbeTarget target = freeTds(server.port(), QLatin1String(mode));
        target.timeoutMs = 5000;
        const ConnectionTest test = testOf(target);
        VERIFY_FAILS_AT(test, TestStage::Tls);
        QVERIFY2(server.logins() == 0, mode);
    }
}

void TstOdbcProbe::standInTellsThePortOfAnInstance()
{
    const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    QVERIFY(::bind(socket, reinterpret_cast<sockaddr *>(&address), length) == 0);
    ::getsockname(socket, reinterpret_cast<sockaddr *>(&address), &length);
    QByteArray asked(64, '\0');
    std::thread browser([&] {
        sockaddr_in from{};
        socklen_t size = sizeof from;
        asked.truncate(::recvfrom(socket, asked.data(), size_t(asked.size()), 0, reinterpret_cast<sockaddr *>(&from), &size));
        const QByteArray answer = QByteArray("\x05\x40\x00", 3) + "ServerName;S;InstanceName;SALES;IsClustered;No;Version;16.0.1000.6;tcp;51433;;";
        ::sendto(socket, answer.constData(), size_t(answer.size()), 0, reinterpret_cast<sockaddr *>(&from), size);
    });
    const SqlServerBrowser found = SqlServerBrowser::ask("127.0.0.1", u"SALES"_s, 2000, plainWait(), ntohs(address.sin_port));
    browser.join();
    ::close(socket);
    QCOMPARE(asked, QByteArray("\x04SALES", 7));
    QCOMPARE(found.outcome, SqlServerBrowser::Outcome::Found);
    QCOMPARE(found.port, 51433);
}

void TstOdbcProbe::needsAPortOrABrowser()
{
    ProbeTarget target = freeTds(1);
    target.connection.port.reset();
    target.connection.config.insert(u"options"_s, QJsonObject{{u"instance"_s, u"SALES"_s}});
    const ConnectionTest test = testOf(target);
    VERIFY_FAILS_AT(test, TestStage::Tcp);
    QVERIFY(stageOf(test, TestStage::Tcp).message.contains(u"SQL Server Browser"_s));
}

void TstOdbcProbe::endsAtHostileServers_data()
{
    QTest::addColumn<QByteArray>("behaviour");
    for (const char *behaviour : {"hangs", "closes", "garbage", "http", "half a header", "huge length", "answers and hangs", "answers and closes", "byte by byte",
                                  "closes after the login", "garbage after the login", "endless"})
        QTest::newRow(behaviour) << QByteArray(behaviour);
}

void TstOdbcProbe::endsAtHostileServers()
{
    QFETCH(QByteArray, behaviour);
    std::atomic<bool> stop = false;
    StubServer server([&](int socket) {
        if (behaviour == "hangs") return;
        if (behaviour == "closes") return void(::shutdown(socket, SHUT_RDWR));
        StubServer::receive(socket);
        if (behaviour == "garbage") return StubServer::send(socket, QByteArray(512, '\x5a'));
        if (behaviour == "http") return StubServer::send(socket, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
        if (behaviour == "half a header") return StubServer::send(socket, QByteArray("\x04\x01\x00", 3));
        if (behaviour == "huge length") return StubServer::send(socket, QByteArray::fromHex("0401ffff00000100") + QByteArray(1000, '\0'));
        if (behaviour == "endless") {
            while (!stop && ::send(socket, QByteArray(4096, '\x04').constData(), 4096, MSG_NOSIGNAL | MSG_DONTWAIT) != 0) ::usleep(100);
            return;
        }
        if (behaviour == "byte by byte") {
            for (const char byte : TdsStandIn::prelogin().left(12)) {
                StubServer::send(socket, QByteArray(1, byte));
                ::usleep(100'000);
            }
            return;
        }
        StubServer::send(socket, TdsStandIn::prelogin());
        if (behaviour == "answers and hangs") return;
        if (behaviour == "answers and closes") return void(::shutdown(socket, SHUT_RDWR));
        StubServer::receive(socket);
        if (behaviour == "garbage after the login") StubServer::send(socket, QByteArray::fromHex("040100400000010000") + QByteArray(55, '\xee'));
        ::shutdown(socket, SHUT_RDWR);
    });
    ConnectionProbe probe;
    Run run(probe, freeTds(server.port()));
    const ConnectionTest test = run.wait();
    stop = true;
    VERIFY_FAILS_AT(test, TestStage::Tls);
    QVERIFY2(run.elapsed() < shortMs + slackMs, qPrintable(QString::number(run.elapsed())));
}

void TstOdbcProbe::failsAtClosedPort()
{
    int port = 0;
    ::close(StubServer::listenOn(&port, 1));
    const ConnectionTest test = testOf(freeTds(port));
    VERIFY_FAILS_AT(test, TestStage::Tcp);
    QCOMPARE(stageOf(test, TestStage::Tcp).fixKind, FixKind::ServerConfig);
    const FullBacklog silent;
    const ConnectionTest dead = testOf(freeTds(silent.port()));
    VERIFY_FAILS_AT(dead, TestStage::Tcp);
    QVERIFY(dead.responseTimeMs < shortMs + slackMs);
}

void TstOdbcProbe::namesTheDriverThatIsMissing_data()
{
    QTest::addColumn<QString>("driver");
    QTest::addColumn<QString>("fix");
    QTest::newRow("Microsoft's") << u"ODBC Driver 18 for SQL Server"_s << u"apt install msodbcsql18"_s;
    QTest::newRow("unknown") << u"Nosuch"_s << u"apt install tdsodbc"_s;
    // A path would load any file as code.
    QTest::newRow("a path") << u"/usr/lib/x86_64-linux-gnu/odbc/libtdsodbc.so"_s << u"apt install tdsodbc"_s;
}

void TstOdbcProbe::namesTheDriverThatIsMissing()
{
    QFETCH(QString, driver);
    QFETCH(QString, fix);
    const StubServer server([](int) {});
    ProbeTarget target = freeTds(server.port());
    target.connection.config.insert(u"odbc_driver"_s, driver);
    const ConnectionTest test = testOf(target);
    VERIFY_FAILS_AT(test, TestStage::Tls);
    QCOMPARE(stageOf(test, TestStage::Tls).fixSql, fix);
    QVERIFY(stageOf(test, TestStage::Tls).hint.contains(u"FreeTDS"_s));
    QCOMPARE(test.errorCode, u"IM002"_s);
}

void TstOdbcProbe::keepsThePasswordToItself()
{
    qputenv("DB_PASSWORD", "canary-in-the-environment");
    qputenv("TDSDUMP", "/tmp/canary.log");
    const StubServer server([](int) {});
    ConnectionProbe probe;
    Run run(probe, freeTds(server.port()));
    QTRY_COMPARE_WITH_TIMEOUT(ownHelpers().size(), 1, 2000);
    const pid_t pid = ownHelpers().first();
    QTRY_VERIFY_WITH_TIMEOUT(fileOf(u"/proc/%1/cmdline"_s.arg(pid)).contains("headgate-odbc"), 1000);
    QTest::qWait(200);  // FreeTDS waits for the answer now: the password arrived long ago
    for (const char *file : {"cmdline", "environ"}) {
        const QByteArray content = fileOf(u"/proc/%1/%2"_s.arg(pid).arg(QLatin1String(file)));
        QVERIFY(!content.isEmpty());
        QVERIFY2(!content.contains("canary"), content.constData());
        QVERIFY2(!content.contains("HEADGATE_TEST"), content.constData());
    }
    run.wait();
    QVERIFY(!QFile::exists(u"/tmp/canary.log"_s));
    qunsetenv("DB_PASSWORD");
    qunsetenv("TDSDUMP");
    QTRY_VERIFY_WITH_TIMEOUT(ownHelpers().isEmpty(), 2000);
}

void TstOdbcProbe::saysThatTheHelperWasKilled()
{
    const StubServer server([](int) {});
    ConnectionProbe probe;
    ProbeTarget target = freeTds(server.port());
    target.timeoutMs = 10'000;
    Run run(probe, target);
    QTRY_COMPARE_WITH_TIMEOUT(ownHelpers().size(), 1, 2000);
    QTest::qWait(200);
    ::kill(ownHelpers().first(), SIGKILL);
    const ConnectionTest test = run.wait();
    QVERIFY2(run.elapsed() < 3000, qPrintable(QString::number(run.elapsed())));
    VERIFY_FAILS_AT(test, TestStage::Tls);
    QVERIFY2(stageOf(test, TestStage::Tls).message.contains(u"signal 9"_s), describe(test).constData());
}

void TstOdbcProbe::cancelsAtOnce()
{
    const StubServer server([](int) {});
    ConnectionProbe probe;
    const CancelToken cancel;
    ProbeTarget target = freeTds(server.port());
    target.timeoutMs = 10'000;
    Run run(probe, target, cancel);
    QTRY_COMPARE_WITH_TIMEOUT(ownHelpers().size(), 1, 2000);
    QElapsedTimer clock;
    clock.start();
    cancel.cancel();
    QCOMPARE(run.wait().status, TestStatus::Cancelled);
    QVERIFY2(clock.elapsed() < slackMs, qPrintable(QString::number(clock.elapsed())));
    QTRY_VERIFY_WITH_TIMEOUT(ownHelpers().isEmpty(), 2000);
}

void TstOdbcProbe::helperEndsWithItsParent()
{
    const StubServer server([](int) {});
    QProcess parent;
    parent.start(QCoreApplication::applicationFilePath(), {u"--helper"_s, u"odbcHold"_s, QString::number(server.port())});
    QVERIFY(parent.waitForStarted());
    const auto parentPid = pid_t(parent.processId());
    QTRY_COMPARE_WITH_TIMEOUT(helpersOf(parentPid).size(), 1, 5000);
    const pid_t pid = helpersOf(parentPid).first();
    QTest::qWait(200);
    ::kill(pid, SIGSTOP);  // even one that cannot notice anything itself
    QVERIFY(isAlive(pid));
    parent.kill();
    QVERIFY(parent.waitForFinished());
    QTRY_VERIFY_WITH_TIMEOUT(!isAlive(pid) || fileOf(u"/proc/%1/stat"_s.arg(pid)).contains(") Z "), 2000);
}

void TstOdbcProbe::helperEndsAtItsOwnDeadline()
{
    const StubServer server([](int) {});
    OdbcHelper helper(plainWait());
    QCOMPARE(helper.start(2000), WaitResult::Ready);
    QElapsedTimer clock;
    clock.start();
    const QJsonArray parameters{QJsonArray{u"DRIVER"_s, u"FreeTDS"_s}, QJsonArray{u"SERVER"_s, u"127.0.0.1"_s}, QJsonArray{u"PORT"_s, QString::number(server.port())}};
    const QJsonObject request{{u"do"_s, u"open"_s}, {u"login_s"_s, 60}, {u"parameters"_s, parameters}};
    QCOMPARE(helper.ask(request, 400, "x").outcome, OdbcHelper::Outcome::TimedOut);
    const pid_t pid = ownHelpers().value(0);
    QVERIFY(pid > 0);
    QTRY_VERIFY_WITH_TIMEOUT(fileOf(u"/proc/%1/stat"_s.arg(pid)).contains(") Z "), 1000);
    QVERIFY(clock.elapsed() < 400 + 1000);
}

void TstOdbcProbe::manyDeadServersEndAtTheirDeadline()
{
    constexpr int many = 100;
    const StubServer server([](int) {});
    std::vector<std::unique_ptr<Run>> runs;
    ConnectionProbe probe;
    ProbeTarget target = freeTds(server.port());
    target.timeoutMs = 2000;
    for (int i = 0; i < many; ++i) runs.push_back(std::make_unique<Run>(probe, target));
    qsizetype most = 0;
    QElapsedTimer clock;
    for (clock.start(); clock.elapsed() < 1500; QTest::qWait(50)) most = std::max(most, ownHelpers().size());
    qint64 slowest = 0;
    int waiting = 0;
    for (const auto &run : runs) {
        const ConnectionTest test = run->wait();
        QVERIFY2(stageOf(test, TestStage::Tls).status == StageStatus::Fail, describe(test).constData());
        waiting += stageOf(test, TestStage::Tls).message.contains(u"helper processes"_s);
        slowest = std::max(slowest, run->elapsed());
    }
    qInfo("%d tests, at most %d helpers, %d never got one, slowest %lld ms of 2000", many, int(most), waiting, slowest);
    QVERIFY(most > 0 && most <= OdbcHelper::maxRunning);
    // As the deadlines come, a few may still get the place of one that has just ended.
    QVERIFY(waiting > many / 2 && waiting <= many - OdbcHelper::maxRunning);
    QVERIFY2(slowest < target.timeoutMs + slackMs, qPrintable(QString::number(slowest)));
    QTRY_VERIFY_WITH_TIMEOUT(ownHelpers().isEmpty(), 3000);
    // The places are free again.
    QVERIFY(testOf(m_server->target()).status == TestStatus::Success);
}

HEADGATE_TEST(TstOdbcProbe);
#include "tst_odbcprobe.moc"
