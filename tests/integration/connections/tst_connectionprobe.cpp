// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/native/pgconnection.h"
#include "tests/integration/connections/probesupport.h"
#include "tests/integration/connections/stubserver.h"
#include "tests/support/servers.h"
#include "tests/support/testregistry.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <libpq-fe.h>
#include <poll.h>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

class TstConnectionProbe : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void goodServers_data();
    void goodServers();
    void sslModes_data();
    void sslModes();
    void refusals_data();
    void refusals();
    void tlsAbsent_data();
    void tlsAbsent();
    void wrongCertificate_data();
    void wrongCertificate();
    void wrongName();
    void tooManyConnections();
    void deadAddressFirst();
    void unixSockets();
    void nothingReadable();
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

void TstConnectionProbe::tlsAbsent_data()
{
    goodServers_data();
}

void TstConnectionProbe::tlsAbsent()
{
    QFETCH(int, type);
    const bool isPg = type == int(DatabaseType::Postgresql);
    QByteArray plain = mysqlGreeting();
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
    if (type == int(DatabaseType::Mysql)) {
        // Leads to 127.0.0.1, which the certificate names, but is not the name in it.
        const ConnectionTest name = verify(u"127.1"_s, ca);
        VERIFY_FAILS_AT(name, TestStage::Tls, 5000);
    }

    QTemporaryDir folder;
    const QByteArray other = QFile::encodeName(folder.filePath(u"other.pem"_s));
    const QByteArray make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=other -keyout /dev/null -out " + other + " 2>/dev/null";
    QCOMPARE(std::system(make.constData()), 0);
    for (const QString &host : {u"localhost"_s, u"127.0.0.1"_s}) {
        const ConnectionTest unknown = verify(host, other);
        VERIFY_FAILS_AT(unknown, TestStage::Tls, 5000);
        QCOMPARE(stageOf(unknown, TestStage::Tls).fixKind, FixKind::ClientConfig);
    }
    const ConnectionTest good = verify(u"localhost"_s, ca);
    QVERIFY2(good.status == TestStatus::Success, describe(good).constData());
}

// No other name of 127.0.0.1 is sure to exist, so this goes below the resolving, where libpq gets name and address apart.
void TstConnectionProbe::wrongName()
{
    const Connection server = postgresql().connection;
    PgConnection connection([](int socket, bool forWriting, int) {
        pollfd wait{socket, short(forWriting ? POLLOUT : POLLIN), 0};
        return ::poll(&wait, 1, 5000) == 1 ? WaitResult::Ready : WaitResult::TimedOut;
    });
    connection.begin({{"host", "other.example"}, {"hostaddr", "127.0.0.1"}, {"port", QByteArray::number(*server.port)}, {"sslmode", "verify-full"},
                      {"sslrootcert", serverVariable("HEADGATE_TEST_CA")}, {"user", "nobody"}});
    QCOMPARE(connection.awaitTcp(-1), PgConnection::Step::Reached);
    QCOMPARE(connection.awaitTls(), PgConnection::Step::Failed);
    QVERIFY2(connection.errorText().contains(u"other.example"_s), qPrintable(connection.errorText()));
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

void TstConnectionProbe::storedForm()
{
    const ConnectionTest test = testOf(postgresql());
    QCOMPARE(stagesFromJson(stagesToJson(test.stages)), test.stages);
    QCOMPARE(ServerIdentity::fromJson(test.identity->toJson()), *test.identity);
}

HEADGATE_TEST(TstConnectionProbe);
#include "tst_connectionprobe.moc"
