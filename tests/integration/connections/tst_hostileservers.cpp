// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/connections/hostilecases.h"
#include "tests/integration/connections/probesupport.h"
#include "tests/integration/connections/wirebytes.h"
#include "tests/support/testregistry.h"

#include <QFile>
#include <QTest>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

const QByteArray secret = "canary-secret";
constexpr int patientMs = 5000;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr qint64 maxGrowth = 256 * 1024 * 1024;  // a sanitizer keeps what was freed for a while
#else
constexpr qint64 maxGrowth = 24 * 1024 * 1024;
#endif

qint64 residentBytes()
{
    QFile file(u"/proc/self/statm"_s);
    return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ').value(1).toLongLong() * 4096 : 0;
}

QList<HostileCase> hostileCases()
{
    return hostilePostgresql() + hostileMysql();
}

}  // namespace

/// Servers that are broken or mean harm: each test says at which stage and why, in time, within memory, and gives no
/// password away. A script on a real socket plays them; no honest server can be made to do that.
class TstHostileServers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void brokenServers_data();
    void brokenServers();
    void passwordInClear_data();
    void passwordInClear();
    void roundsAreBounded();
    void others_data();
    void others();
};

void TstHostileServers::brokenServers_data()
{
    QTest::addColumn<int>("index");
    const QList<HostileCase> cases = hostileCases();
    for (int i = 0; i < cases.size(); ++i)
        QTest::addRow("%s: %s (%s)", cases[i].type == DatabaseType::Mysql ? "my" : "pg", cases[i].name.constData(), qPrintable(cases[i].sslmode)) << i;
}

void TstHostileServers::brokenServers()
{
    QFETCH(int, index);
    const HostileCase expected = hostileCases()[index];
    const ScriptedServer server(expected.script);
    const qint64 before = residentBytes();
    ConnectionProbe probe;
    ProbeTarget target = stub(expected.type, server.port(), expected.sslmode);
    // What has to end by itself has time for it on a busy machine too, so that its end is not the deadline's.
    if (!expected.untilDeadline) target.timeoutMs = patientMs;
    Run run(probe, target);
    const ConnectionTest test = run.wait();
    const bool missed = expected.mayMissTcp && stageOf(test, TestStage::Tcp).status == StageStatus::Fail;
    const TestStage at = missed ? TestStage::Tcp : expected.stage;
    VERIFY_FAILS_AT(test, at, target.timeoutMs);
    const StageResult &stage = stageOf(test, at);
    if (missed) QVERIFY2(stage.hint.contains(u"torn down"_s), describe(test).constData());
    QVERIFY2(stage.message.contains(expected.says), describe(test).constData());
    QVERIFY2(stage.hint.contains(expected.advises), describe(test).constData());
    QVERIFY2(stage.message.size() < 2100, "the message is too long");
    QVERIFY2((test.responseTimeMs >= target.timeoutMs - 1) == expected.untilDeadline, describe(test).constData());
    QVERIFY2(test.responseTimeMs < target.timeoutMs + slackMs, describe(test).constData());
    const qint64 growth = residentBytes() - before;
    QVERIFY2(growth < maxGrowth, QByteArray::number(growth).constData());
    QVERIFY(!server.receivedInClear().contains(secret));
    QVERIFY(!server.receivedInClear().contains("root:"));
    if (expected.type == DatabaseType::Mysql) QVERIFY(!server.receivedInTls().contains(secret));
}

void TstHostileServers::passwordInClear_data()
{
    QTest::addColumn<QString>("sslmode");
    QTest::addColumn<bool>("tls");
    QTest::newRow("sslmode=disable: sent, with a warning") << u"disable"_s << false;
    QTest::newRow("sslmode=require: through TLS only, with a warning") << u"require"_s << true;
}

// The two ways in which a person may want it so.
void TstHostileServers::passwordInClear()
{
    QFETCH(QString, sslmode);
    QFETCH(bool, tls);
    ServerScript script = tls ? ServerScript{await(), test::send("S"), test::tls()} : ServerScript{};
    for (const ServerStep &step : {await(), test::send(wire::pgAuth(3)), await(), test::send(wire::pgWelcome())}) script.push_back(step);
    const ScriptedServer server(script);
    const ConnectionTest test = testOf(stub(DatabaseType::Postgresql, server.port(), sslmode));
    QVERIFY2(stageOf(test, TestStage::Authenticate).status == StageStatus::Warn, describe(test).constData());
    QCOMPARE(server.receivedInClear().contains(secret), !tls);
    QCOMPARE(server.receivedInTls().contains(secret), tls);
}

// As many rounds as are calculated, and how long that keeps the thread: another test on it must still end in time.
void TstHostileServers::roundsAreBounded()
{
    QList<HostileCase> cases = hostilePostgresql();
    const auto one = std::find_if(cases.begin(), cases.end(), [](const HostileCase &c) { return c.name == "SCRAM with a wrong signature"; });
    QVERIFY(one != cases.end());
    one->script[3] = reply([](const QByteArray &first) {
        return wire::pgAuth(11, first.mid(first.indexOf("r=")) + "xyz,s=c2FsdHNhbHQ=,i=100000");
    });
    const ScriptedServer busy(one->script);
    const ScriptedServer quiet({await()});
    ConnectionProbe probe;
    ProbeTarget patient = stub(DatabaseType::Postgresql, busy.port(), u"disable"_s);
    patient.timeoutMs = 5000;
    Run rounds(probe, patient);
    Run beside(probe, stub(DatabaseType::Postgresql, quiet.port(), u"disable"_s));
    const ConnectionTest test = rounds.wait();
    QVERIFY2(stageOf(test, TestStage::Authenticate).message.contains(u"signature"_s), describe(test).constData());
    QVERIFY2(beside.wait().responseTimeMs < shortMs + slackMs, QByteArray::number(beside.elapsed()).constData());
    qInfo("a hundred thousand rounds: %.0f ms", stageOf(test, TestStage::Authenticate).ms);
}

void TstHostileServers::others_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<int>("target");
    QTest::newRow("PostgreSQL's test on MariaDB") << int(DatabaseType::Postgresql) << int(DatabaseType::Mysql);
    QTest::newRow("MySQL's test on PostgreSQL") << int(DatabaseType::Mysql) << int(DatabaseType::Postgresql);
}

void TstHostileServers::others()
{
    QFETCH(int, type);
    QFETCH(int, target);
    for (const QString &mode : {u"prefer"_s, u"require"_s, u"disable"_s}) {
        const ProbeTarget wrong = stub(DatabaseType(type), *of(DatabaseType(target)).connection.port, mode);
        const ConnectionTest test = testOf(wrong);
        VERIFY_FAILS_AT(test, mode == "disable"_L1 ? TestStage::Authenticate : TestStage::Tls, shortMs);
        const StageResult &stage = stageOf(test, mode == "disable"_L1 ? TestStage::Authenticate : TestStage::Tls);
        const QString words = stage.message + stage.hint;
        QVERIFY2(words.contains(u"MySQL"_s) || words.contains(u"PostgreSQL"_s) || words.contains(u"does not answer"_s), describe(test).constData());
    }
}

HEADGATE_TEST(TstHostileServers);
#include "tst_hostileservers.moc"
