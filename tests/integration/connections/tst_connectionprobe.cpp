// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/connectionprobe.h"
#include "models/connections/connectionurl.h"
#include "models/database/native/pgconnection.h"
#include "tests/integration/connections/stubserver.h"
#include "tests/support/servers.h"
#include "tests/support/testregistry.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <future>
#include <libpq-fe.h>
#include <sqlite3.h>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int shortMs = 700;
// A MariaDB greeting that offers TLS, as 10.11 sends it.
const QByteArray mysqlGreeting = QByteArray::fromHex(
    "6c0000000a31302e31312e342d4d617269614442000800000041424344454647480"
    "0fefe2d0200ff8115000000000000"
    "1d000000494a4b4c4d4e4f505152535455006d7973716c5f6e61746976655f70617373776f726400");

ProbeTarget targetFrom(const QString &url)
{
    const auto parsed = parseConnectionUrl(url);
    ProbeTarget target;
    target.connection = parsed.orThrow().connection;
    target.hasPassword = parsed->password.has_value();
    target.password = parsed->password.value_or(QString()).toUtf8();
    target.timeoutMs = 5000;
    return target;
}

ProbeTarget postgresql()
{
    return targetFrom(QString::fromUtf8(serverVariable("HEADGATE_TEST_PG_URL")));
}

ProbeTarget mariadb()
{
    return targetFrom(QString::fromUtf8(serverVariable("HEADGATE_TEST_MARIADB_URL")));
}

ProbeTarget of(DatabaseType type)
{
    return type == DatabaseType::Postgresql ? postgresql() : mariadb();
}

/// A target that reaches the port of a stub.
ProbeTarget stub(DatabaseType type, int port, const QString &sslmode = u"prefer"_s)
{
    ProbeTarget target;
    target.connection.databaseType = type;
    target.connection.host = u"127.0.0.1"_s;
    target.connection.port = port;
    target.connection.databaseName = u"shop"_s;
    target.connection.username = u"anna"_s;
    target.connection.config.insert(u"sslmode"_s, sslmode);
    target.password = "canary-secret";
    target.hasPassword = true;
    target.timeoutMs = shortMs;
    return target;
}

ProbeTarget sqlite(const QString &path)
{
    ProbeTarget target;
    target.connection.databaseType = DatabaseType::Sqlite;
    target.connection.databaseName = path;
    target.timeoutMs = 2000;
    return target;
}

/// One test as its caller sees it.
class Run {
public:
    Run(ConnectionProbe &probe, const ProbeTarget &target, const CancelToken &cancel = {}, ConnectionProbe::StageCallback onStage = {})
    {
        m_clock.start();
        probe.start(
            target,
            [this, onStage](const StageResult &stage) {
                m_seen.push_back(stage);
                if (onStage) onStage(stage);
            },
            [this](const ConnectionTest &test) {
                m_elapsed = m_clock.elapsed();
                ++m_done;
                m_promise.set_value(test);
            },
            cancel);
    }
    ConnectionTest wait() { return m_future.get(); }
    qint64 elapsed() const { return m_elapsed; }
    const std::vector<StageResult> &seen() const { return m_seen; }

private:
    QElapsedTimer m_clock;
    std::atomic<qint64> m_elapsed = 0;
    std::atomic<int> m_done = 0;
    std::vector<StageResult> m_seen;
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

bool executeSql(const QString &path, const char *sql)
{
    sqlite3 *handle = nullptr;
    const bool ok = sqlite3_open(path.toUtf8().constData(), &handle) == SQLITE_OK && sqlite3_exec(handle, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
    sqlite3_close(handle);
    return ok;
}

}  // namespace

/// The test ended with a failure at `stage`: all before passed or were skipped, all after were skipped, in time, with advice.
#define VERIFY_FAILS_AT(test, at, timeoutMs)                                                                         \
    do {                                                                                                             \
        const ConnectionTest &t = (test);                                                                            \
        QVERIFY2(t.stages.size() == 8, describe(t).constData());                                                     \
        QCOMPARE(t.status, TestStatus::Failure);                                                                     \
        for (const StageResult &s : t.stages) {                                                                      \
            if (s.stage < (at)) QVERIFY2(s.status != StageStatus::Fail, describe(t).constData());                    \
            if (s.stage == (at)) QVERIFY2(s.status == StageStatus::Fail, describe(t).constData());                   \
            if (s.stage == (at)) QVERIFY2(!s.message.isEmpty() && !s.hint.isEmpty(), describe(t).constData());       \
            if (s.stage > (at)) QVERIFY2(s.status == StageStatus::Skipped, describe(t).constData());                 \
        }                                                                                                            \
        QVERIFY2(t.responseTimeMs < (timeoutMs) + 1000, describe(t).constData());                                    \
        QVERIFY2(!describe(t).contains("canary"), describe(t).constData());                                          \
    } while (false)

class TstConnectionProbe : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void goodServers_data();
    void goodServers();
    void sslModes_data();
    void sslModes();
    void refusals_data();
    void refusals();
    void silentServers_data();
    void silentServers();
    void tlsAbsent_data();
    void tlsAbsent();
    void wrongCertificate_data();
    void wrongCertificate();
    void tooManyConnections();
    void stoppedServer();
    void deadAddressFirst();
    void unixSockets();
    void nothingReadable();
    void cancelAfterEachStage_data();
    void cancelAfterEachStage();
    void cancelWhileWaiting_data();
    void cancelWhileWaiting();
    void manyAtOnce();
    void destroyedWhileRunning();
    void goodFile();
    void writeAheadLog();
    void badFiles_data();
    void badFiles();
    void lockedFile();
    void unreadableFile();
    void storedForm();
};

void TstConnectionProbe::goodServers_data()
{
    QTest::addColumn<int>("type");
    QTest::newRow("postgresql") << int(DatabaseType::Postgresql);
    QTest::newRow("mariadb") << int(DatabaseType::Mysql);
}

void TstConnectionProbe::goodServers()
{
    QFETCH(int, type);
    ConnectionProbe probe;
    Run run(probe, of(DatabaseType(type)));
    const ConnectionTest test = run.wait();
    QVERIFY2(test.status != TestStatus::Failure, describe(test).constData());
    QCOMPARE(run.seen(), test.stages);
    QCOMPARE(test.stages.size(), size_t(8));
    for (const StageResult &stage : test.stages) QVERIFY2(!stage.message.isEmpty(), describe(test).constData());
    QVERIFY(test.identity);
    QVERIFY(!test.identity->systemIdentifier.isEmpty());
    QCOMPARE(test.identity->certificateFingerprint.size(), 64);
    QCOMPARE(test.identity->inRecovery, std::optional(false));
    QCOMPARE(test.identity->port, *of(DatabaseType(type)).connection.port);
    QVERIFY2(test.serverVersion.contains(type == int(DatabaseType::Postgresql) ? u"PostgreSQL 1"_s : u"-MariaDB"_s), qPrintable(test.serverVersion));
}

void TstConnectionProbe::sslModes_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<QString>("mode");
    QTest::addColumn<int>("status");
    for (const auto type : {DatabaseType::Postgresql, DatabaseType::Mysql})
        for (const char *mode : {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}) {
            const bool clear = qstrcmp(mode, "allow") == 0 && type == DatabaseType::Postgresql;
            const StageStatus status = qstrcmp(mode, "disable") == 0 ? StageStatus::Skipped : clear ? StageStatus::Warn : StageStatus::Pass;
            QTest::addRow("%s %s", qPrintable(databaseTypes.name(type)), mode) << int(type) << QString::fromLatin1(mode) << int(status);
        }
}

void TstConnectionProbe::sslModes()
{
    QFETCH(int, type);
    QFETCH(QString, mode);
    ProbeTarget target = of(DatabaseType(type));
    target.connection.host = u"localhost"_s;
    target.connection.config.insert(u"sslmode"_s, mode);
    target.connection.config.insert(u"sslrootcert"_s, QString::fromUtf8(serverVariable("HEADGATE_TEST_CA")));
    const ConnectionTest test = testOf(target);
    QVERIFY2(test.status != TestStatus::Failure, describe(test).constData());
    QTEST(int(stageOf(test, TestStage::Tls).status), "status");
}

void TstConnectionProbe::refusals_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<QString>("change");
    QTest::addColumn<int>("stage");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("fix");
    const int pg = int(DatabaseType::Postgresql);
    const int my = int(DatabaseType::Mysql);
    QTest::newRow("pg wrong password") << pg << u"password"_s << int(TestStage::Authenticate) << u"28P01"_s << u"ALTER ROLE"_s;
    QTest::newRow("pg no password") << pg << u"no password"_s << int(TestStage::Authenticate) << QString() << u"password="_s;
    QTest::newRow("pg unknown user") << pg << u"user"_s << int(TestStage::Authenticate) << u"28P01"_s << u"ALTER ROLE \"no\"\"body\""_s;
    QTest::newRow("pg unknown database") << pg << u"database"_s << int(TestStage::Database) << u"3D000"_s << u"CREATE DATABASE \"no-such\";"_s;
    QTest::newRow("pg closed port") << pg << u"port"_s << int(TestStage::Tcp) << QString() << u"listen_addresses"_s;
    QTest::newRow("pg unknown host") << pg << u"host"_s << int(TestStage::Resolve) << QString() << u"host="_s;
    QTest::newRow("pg sslmode") << pg << u"sslmode"_s << int(TestStage::Resolve) << QString() << u"sslmode=prefer"_s;
    QTest::newRow("my wrong password") << my << u"password"_s << int(TestStage::Authenticate) << u"1045"_s << u"ALTER USER"_s;
    QTest::newRow("my no password") << my << u"no password"_s << int(TestStage::Authenticate) << u"1045"_s << u"ALTER USER"_s;
    QTest::newRow("my unknown user") << my << u"user"_s << int(TestStage::Authenticate) << u"1045"_s << u"ALTER USER 'no\"body'@'%'"_s;
    QTest::newRow("my unknown database") << my << u"database"_s << int(TestStage::Database) << u"1049"_s << u"CREATE DATABASE `no-such`;"_s;
    QTest::newRow("my closed port") << my << u"port"_s << int(TestStage::Tcp) << u"2002"_s << u"bind-address"_s;
    QTest::newRow("my unknown host") << my << u"host"_s << int(TestStage::Resolve) << QString() << u"host="_s;
}

void TstConnectionProbe::refusals()
{
    QFETCH(int, type);
    QFETCH(QString, change);
    QFETCH(int, stage);
    QFETCH(QString, fix);
    ProbeTarget target = of(DatabaseType(type));
    if (change == "password"_L1) target.password = "canary-wrong";
    if (change == "no password"_L1) target.password.clear();
    if (change == "no password"_L1) target.hasPassword = false;
    if (change == "user"_L1) target.connection.username = u"no\"body"_s;
    if (change == "database"_L1) target.connection.databaseName = u"no-such"_s;
    if (change == "port"_L1) target.connection.port = 1;
    if (change == "host"_L1) target.connection.host = u"no-such-host.invalid"_s;
    if (change == "sslmode"_L1) target.connection.config.insert(u"sslmode"_s, u"maybe"_s);
    const ConnectionTest test = testOf(target);
    VERIFY_FAILS_AT(test, TestStage(stage), target.timeoutMs);
    const StageResult &failed = stageOf(test, TestStage(stage));
    QTEST(failed.errorCode, "code");
    QCOMPARE(test.errorCode, failed.errorCode);
    QVERIFY2(failed.fixSql.startsWith(fix), qPrintable(failed.fixSql));
    QVERIFY(failed.fixKind != FixKind::None);
}

void TstConnectionProbe::silentServers_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<QString>("behaviour");
    QTest::addColumn<QString>("sslmode");
    QTest::addColumn<int>("stage");
    QTest::addColumn<bool>("waits");
    const int tls = int(TestStage::Tls);
    const int login = int(TestStage::Authenticate);
    for (const auto type : {int(DatabaseType::Postgresql), int(DatabaseType::Mysql)}) {
        const char *name = type == int(DatabaseType::Postgresql) ? "pg" : "my";
        QTest::addRow("%s full backlog", name) << type << u"backlog"_s << u"prefer"_s << int(TestStage::Tcp) << true;
        QTest::addRow("%s never answers", name) << type << u"silent"_s << u"require"_s << tls << true;
        QTest::addRow("%s never answers, no TLS", name) << type << u"silent"_s << u"disable"_s << (type == int(DatabaseType::Postgresql) ? login : tls) << true;
        QTest::addRow("%s closes", name) << type << u"close"_s << u"require"_s << tls << false;
        QTest::addRow("%s closes, no TLS", name) << type << u"close"_s << u"disable"_s << login << false;
        QTest::addRow("%s garbage", name) << type << u"garbage"_s << u"require"_s << tls << false;
        QTest::addRow("%s garbage, no TLS", name) << type << u"garbage"_s << u"disable"_s << login << false;
        QTest::addRow("%s stops in the handshake", name) << type << u"handshake"_s << u"require"_s << tls << true;
    }
}

void TstConnectionProbe::silentServers()
{
    QFETCH(int, type);
    QFETCH(QString, behaviour);
    QFETCH(QString, sslmode);
    QFETCH(int, stage);
    QFETCH(bool, waits);
    const bool isPg = type == int(DatabaseType::Postgresql);
    const FullBacklog backlog;
    const StubServer server([&](int socket) {
        if (behaviour == "close"_L1) ::shutdown(socket, SHUT_RDWR);
        if (behaviour == "garbage"_L1) StubServer::send(socket, "HTTP/1.1 400 Bad Request\r\nServer: nobody\r\n\r\n");
        if (behaviour == "handshake"_L1 && !isPg) StubServer::send(socket, mysqlGreeting);
        if (behaviour == "handshake"_L1 && isPg && !StubServer::receive(socket).isEmpty()) StubServer::send(socket, "S");
    });
    const ProbeTarget target = stub(DatabaseType(type), behaviour == "backlog"_L1 ? backlog.port() : server.port(), sslmode);
    const ConnectionTest test = testOf(target);
    VERIFY_FAILS_AT(test, TestStage(stage), target.timeoutMs);
    QVERIFY2((test.responseTimeMs >= target.timeoutMs - 1) == waits, describe(test).constData());
    QVERIFY2(test.responseTimeMs < target.timeoutMs + 300, describe(test).constData());
}

void TstConnectionProbe::tlsAbsent_data()
{
    goodServers_data();
}

void TstConnectionProbe::tlsAbsent()
{
    QFETCH(int, type);
    const bool isPg = type == int(DatabaseType::Postgresql);
    QByteArray plain = mysqlGreeting;
    plain[plain.indexOf('\0', 5) + 1 + 4 + 8 + 1 + 1] = char(0xf6);  // without the flag for TLS
    std::atomic<int> received = 0;
    const StubServer server([&](int socket) {
        if (!isPg) StubServer::send(socket, plain);
        const QByteArray asked = StubServer::receive(socket);
        if (isPg) StubServer::send(socket, "N");
        received += int(isPg ? StubServer::receive(socket).size() : asked.size());
    });
    for (const QString &mode : {u"require"_s, u"verify-full"_s}) {
        const ConnectionTest test = testOf(stub(DatabaseType(type), server.port(), mode));
        VERIFY_FAILS_AT(test, TestStage::Tls, shortMs);
        const StageResult &stage = stageOf(test, TestStage::Tls);
        QCOMPARE(stage.fixKind, FixKind::ServerConfig);
        QVERIFY(stage.fixSql.startsWith(isPg ? u"ssl = on"_s : u"ssl-cert"_s));
    }
    QCOMPARE(received.load(), 0);  // nothing of the login went out in clear
    const ConnectionTest clear = testOf(stub(DatabaseType(type), server.port(), u"prefer"_s));
    QCOMPARE(stageOf(clear, TestStage::Tls).status, StageStatus::Warn);
}

void TstConnectionProbe::wrongCertificate_data()
{
    goodServers_data();
}

void TstConnectionProbe::wrongCertificate()
{
    QFETCH(int, type);
    const auto verify = [type](const QString &host, const QByteArray &ca) {
        ProbeTarget target = of(DatabaseType(type));
        target.connection.host = host;
        target.connection.config.insert(u"sslmode"_s, u"verify-full"_s);
        target.connection.config.insert(u"sslrootcert"_s, QString::fromUtf8(ca));
        return testOf(target);
    };
    const QByteArray ca = serverVariable("HEADGATE_TEST_CA");
    const ConnectionTest name = verify(u"127.0.0.2"_s, ca);
    // Both listen on 127.0.0.1 only; the other loopback address is tried where the system leads it there.
    QVERIFY2(stageOf(name, TestStage::Tcp).status == StageStatus::Fail || stageOf(name, TestStage::Tls).status == StageStatus::Fail, describe(name).constData());

    QTemporaryDir folder;
    const QByteArray other = QFile::encodeName(folder.filePath(u"other.pem"_s));
    const QByteArray make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=other -keyout /dev/null -out " + other + " 2>/dev/null";
    QCOMPARE(std::system(make.constData()), 0);
    for (const QString &host : {u"localhost"_s, u"127.0.0.1"_s}) {
        const ConnectionTest unknown = verify(host, other);
        VERIFY_FAILS_AT(unknown, TestStage::Tls, 5000);
        QCOMPARE(stageOf(unknown, TestStage::Tls).fixKind, FixKind::ClientConfig);
    }
    // The machine's own name leads to its own address, where a loopback server does not listen; the alias is in the certificate's way.
    const ConnectionTest good = verify(u"localhost"_s, ca);
    QVERIFY2(good.status == TestStatus::Success, describe(good).constData());
}

void TstConnectionProbe::tooManyConnections()
{
    // A role of one's own with a limit of no session stands for a full server.
    const QByteArray url = serverVariable("HEADGATE_TEST_PG_SUPERUSER_URL");
    PGconn *admin = PQconnectdb(url.constData());
    PQclear(PQexec(admin, "DROP ROLE IF EXISTS probe_full"));
    PGresult *made = PQexec(admin, "CREATE ROLE probe_full LOGIN PASSWORD 'canary-full' CONNECTION LIMIT 0");
    const bool ok = PQresultStatus(made) == PGRES_COMMAND_OK;
    PQclear(made);
    ProbeTarget target = postgresql();
    target.connection.username = u"probe_full"_s;
    target.password = "canary-full";
    const ConnectionTest test = testOf(target);
    PQclear(PQexec(admin, "DROP ROLE probe_full"));
    PQfinish(admin);
    QVERIFY(ok);
    VERIFY_FAILS_AT(test, TestStage::Database, 5000);
    QCOMPARE(test.errorCode, u"53300"_s);
}

void TstConnectionProbe::stoppedServer()
{
    for (const auto &[type, variable] : {std::pair{DatabaseType::Postgresql, "HEADGATE_TEST_PG_PID"}, std::pair{DatabaseType::Mysql, "HEADGATE_TEST_MARIADB_PID"}}) {
        const pid_t pid = serverVariable(variable).toInt();
        ProbeTarget target = of(type);
        target.timeoutMs = shortMs;
        QCOMPARE(::kill(pid, SIGSTOP), 0);
        const ConnectionTest test = testOf(target);
        ::kill(pid, SIGCONT);
        VERIFY_FAILS_AT(test, TestStage::Tls, shortMs);
        QVERIFY2(test.responseTimeMs < shortMs + 300, describe(test).constData());
    }
}

void TstConnectionProbe::deadAddressFirst()
{
    // "localhost" may have two addresses of which the servers use one; the test goes through whatever comes first.
    for (const auto type : {DatabaseType::Postgresql, DatabaseType::Mysql}) {
        ProbeTarget target = of(type);
        target.connection.host = u"localhost"_s;
        const ConnectionTest test = testOf(target);
        QVERIFY2(test.status != TestStatus::Failure, describe(test).constData());
        QVERIFY(stageOf(test, TestStage::Resolve).message.contains(u"127.0.0.1"_s));
    }
}

void TstConnectionProbe::unixSockets()
{
    const QString folder = QString::fromUtf8(serverVariable("HEADGATE_TEST_DIR")) + u"/run"_s;
    ProbeTarget pg = postgresql();
    pg.connection.host = folder;
    ProbeTarget my = mariadb();
    my.connection.host = folder + u"/mariadb.sock"_s;
    for (const ProbeTarget &target : {pg, my}) {
        const ConnectionTest test = testOf(target);
        QVERIFY2(test.status == TestStatus::Success, describe(test).constData());
        QCOMPARE(stageOf(test, TestStage::Tls).status, StageStatus::Skipped);
    }
    pg.connection.host = u"/no/such/folder"_s;
    my.connection.host = u"/no/such/socket"_s;
    for (const ProbeTarget &target : {pg, my}) VERIFY_FAILS_AT(testOf(target), TestStage::Tcp, 5000);
}

void TstConnectionProbe::nothingReadable()
{
    PGconn *admin = PQconnectdb(serverVariable("HEADGATE_TEST_PG_SUPERUSER_URL").constData());
    for (const char *sql : {"DROP TABLE IF EXISTS probe_hidden", "DROP ROLE IF EXISTS probe_blind", "CREATE TABLE probe_hidden (id int)",
                            "CREATE ROLE probe_blind LOGIN PASSWORD 'canary-blind'"})
        PQclear(PQexec(admin, sql));
    ProbeTarget target = targetFrom(QString::fromUtf8(serverVariable("HEADGATE_TEST_PG_SUPERUSER_URL")));
    target.connection.username = u"probe_blind"_s;
    target.password = "canary-blind";
    const ConnectionTest test = testOf(target);
    for (const char *sql : {"DROP TABLE probe_hidden", "DROP ROLE probe_blind"}) PQclear(PQexec(admin, sql));
    PQfinish(admin);
    QCOMPARE(test.status, TestStatus::Warning);
    QVERIFY2(stageOf(test, TestStage::Privileges).fixSql == u"GRANT pg_read_all_data TO \"probe_blind\";"_s, describe(test).constData());
}

void TstConnectionProbe::cancelAfterEachStage_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<int>("stage");
    for (const auto type : {DatabaseType::Postgresql, DatabaseType::Mysql})
        for (int stage = 0; stage < 7; ++stage)
            QTest::addRow("%s %s", qPrintable(databaseTypes.name(type)), qPrintable(testStages.name(TestStage(stage)))) << int(type) << stage;
}

void TstConnectionProbe::cancelAfterEachStage()
{
    QFETCH(int, type);
    QFETCH(int, stage);
    const CancelToken cancel;
    ConnectionProbe probe;
    QElapsedTimer sinceCancel;
    Run run(probe, of(DatabaseType(type)), cancel, [&](const StageResult &result) {
        if (int(result.stage) != stage || result.message == u"Not reached."_s) return;
        sinceCancel.start();
        cancel.cancel();
    });
    const ConnectionTest test = run.wait();
    const qint64 ms = sinceCancel.elapsed();
    // MySQL ends TLS and login in one step, so the next wait may be two stages on.
    QVERIFY2(test.status == TestStatus::Cancelled, describe(test).constData());
    QCOMPARE(test.stages.size(), size_t(8));
    QVERIFY2(ms <= 50, QByteArray::number(ms).constData());
}

void TstConnectionProbe::cancelWhileWaiting_data()
{
    goodServers_data();
}

void TstConnectionProbe::cancelWhileWaiting()
{
    QFETCH(int, type);
    const FullBacklog backlog;
    const StubServer silent([](int) {});
    ConnectionProbe probe;
    for (const int port : {backlog.port(), silent.port()}) {
        const CancelToken cancel;
        ProbeTarget target = stub(DatabaseType(type), port);
        target.timeoutMs = 20'000;
        Run run(probe, target, cancel);
        QTest::qWait(100);
        QElapsedTimer clock;
        clock.start();
        cancel.cancel();
        const ConnectionTest test = run.wait();
        QCOMPARE(test.status, TestStatus::Cancelled);
        QVERIFY2(clock.elapsed() <= 50, QByteArray::number(clock.elapsed()).constData());
    }
}

void TstConnectionProbe::manyAtOnce()
{
    constexpr int deadline = 3000;
    const FullBacklog backlog;
    const StubServer silent([](int) {});
    const StubServer handshake([](int socket) { StubServer::send(socket, mysqlGreeting); });
    ConnectionProbe probe;
    std::vector<std::unique_ptr<Run>> dead;
    std::vector<std::unique_ptr<Run>> alive;
    for (int i = 0; i < 33; ++i) {
        const DatabaseType type = i % 2 ? DatabaseType::Mysql : DatabaseType::Postgresql;
        const int port = i % 3 == 0 ? backlog.port() : i % 3 == 1 ? silent.port() : handshake.port();
        ProbeTarget target = stub(i % 3 == 2 ? DatabaseType::Mysql : type, port, u"require"_s);
        target.timeoutMs = deadline;
        dead.push_back(std::make_unique<Run>(probe, target));
    }
    for (int i = 0; i < 67; ++i) {
        ProbeTarget target = i % 2 ? postgresql() : mariadb();
        target.timeoutMs = deadline;
        alive.push_back(std::make_unique<Run>(probe, target));
    }
    qint64 slowest = 0;
    for (const auto &run : alive) {
        const ConnectionTest test = run->wait();
        QVERIFY2(test.status != TestStatus::Failure, describe(test).constData());
        slowest = std::max(slowest, run->elapsed());
    }
    qint64 latest = 0;
    for (const auto &run : dead) {
        QCOMPARE(run->wait().status, TestStatus::Failure);
        latest = std::max(latest, run->elapsed());
    }
    qInfo("67 live tests ended after %lld ms, 33 dead ones after %lld ms (deadline %d ms)", slowest, latest, deadline);
    QVERIFY2(latest <= deadline + 300, QByteArray::number(latest).constData());
}

void TstConnectionProbe::destroyedWhileRunning()
{
    const StubServer silent([](int) {});
    std::vector<std::unique_ptr<Run>> runs;
    QElapsedTimer clock;
    {
        ConnectionProbe probe;
        for (int i = 0; i < 20; ++i) runs.push_back(std::make_unique<Run>(probe, stub(i % 2 ? DatabaseType::Mysql : DatabaseType::Postgresql, silent.port())));
        clock.start();
    }
    for (const auto &run : runs) QCOMPARE(run->wait().status, TestStatus::Cancelled);
    QVERIFY(clock.elapsed() < shortMs);
}

void TstConnectionProbe::goodFile()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(u"a #%b.db"_s);
    QVERIFY(executeSql(path, "PRAGMA application_id=4711; CREATE TABLE t (x)"));
    const ConnectionTest test = testOf(sqlite(path));
    QVERIFY2(test.status == TestStatus::Success, describe(test).constData());
    QVERIFY(test.identity->systemIdentifier.contains(u"application_id=4711"_s));
    QVERIFY(test.serverVersion.startsWith(u"SQLite 3."_s));
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 1);
}

void TstConnectionProbe::writeAheadLog()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(u"wal.db"_s);
    QVERIFY(executeSql(path, "PRAGMA journal_mode=wal; CREATE TABLE t (x)"));
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files), QStringList{u"wal.db"_s});
    const ConnectionTest quiet = testOf(sqlite(path));
    QVERIFY2(quiet.status == TestStatus::Success, describe(quiet).constData());
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files), QStringList{u"wal.db"_s});

    sqlite3 *writer = nullptr;
    QCOMPARE(sqlite3_open(path.toUtf8().constData(), &writer), SQLITE_OK);
    QCOMPARE(sqlite3_exec(writer, "BEGIN IMMEDIATE; INSERT INTO t VALUES (1)", nullptr, nullptr, nullptr), SQLITE_OK);
    const ConnectionTest busy = testOf(sqlite(path));
    QCOMPARE(sqlite3_exec(writer, "COMMIT", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(writer);
    QVERIFY2(busy.status == TestStatus::Success, describe(busy).constData());
}

void TstConnectionProbe::badFiles_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("stage");
    QTest::newRow("missing") << u"missing.db"_s << int(TestStage::Resolve);
    QTest::newRow("folder") << QString() << int(TestStage::Resolve);
    QTest::newRow("garbage") << u"garbage.db"_s << int(TestStage::Database);
    QTest::newRow("memory") << u":memory:"_s << int(TestStage::Resolve);
}

void TstConnectionProbe::badFiles()
{
    QFETCH(QString, name);
    QFETCH(int, stage);
    QTemporaryDir folder;
    QFile garbage(folder.filePath(u"garbage.db"_s));
    QVERIFY(garbage.open(QIODevice::WriteOnly));
    garbage.write(QByteArray(8192, 'x'));
    garbage.close();
    VERIFY_FAILS_AT(testOf(sqlite(name.startsWith(u':') ? name : folder.filePath(name))), TestStage(stage), 2000);
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files), QStringList{u"garbage.db"_s});
}

void TstConnectionProbe::lockedFile()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(u"locked.db"_s);
    QVERIFY(executeSql(path, "CREATE TABLE t (x)"));
    sqlite3 *holder = nullptr;
    QCOMPARE(sqlite3_open(path.toUtf8().constData(), &holder), SQLITE_OK);
    QCOMPARE(sqlite3_exec(holder, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr), SQLITE_OK);
    const ConnectionTest test = testOf(sqlite(path));
    QCOMPARE(sqlite3_exec(holder, "COMMIT", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(holder);
    VERIFY_FAILS_AT(test, TestStage::Database, 2000);
    QCOMPARE(test.errorCode, u"5"_s);
}

void TstConnectionProbe::unreadableFile()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(u"secret.db"_s);
    QVERIFY(executeSql(path, "CREATE TABLE t (x)"));
    QVERIFY(QFile::setPermissions(folder.path(), QFile::Permissions(0x7755)));
    const bool isRoot = ::geteuid() == 0;
    QVERIFY(QFile::setPermissions(path, QFile::ReadOther | QFile::ReadOwner));
    // For root every file is readable; for the length of a test the process is nobody.
    if (isRoot) QCOMPARE(::seteuid(65534), 0);
    const ConnectionTest readOnly = testOf(sqlite(path));
    if (isRoot) QCOMPARE(::seteuid(0), 0);
    QVERIFY(QFile::setPermissions(path, QFile::Permissions()));
    if (isRoot) QCOMPARE(::seteuid(65534), 0);
    const ConnectionTest unreadable = testOf(sqlite(path));
    if (isRoot) QCOMPARE(::seteuid(0), 0);
    QVERIFY2(stageOf(readOnly, TestStage::Privileges).status == StageStatus::Warn, describe(readOnly).constData());
    VERIFY_FAILS_AT(unreadable, TestStage::Database, 2000);
    QCOMPARE(unreadable.errorCode, u"14"_s);
}

void TstConnectionProbe::storedForm()
{
    const ConnectionTest test = testOf(postgresql());
    QCOMPARE(stagesFromJson(stagesToJson(test.stages)), test.stages);
    QCOMPARE(ServerIdentity::fromJson(test.identity->toJson()), *test.identity);
}

HEADGATE_TEST(TstConnectionProbe);
#include "tst_connectionprobe.moc"
