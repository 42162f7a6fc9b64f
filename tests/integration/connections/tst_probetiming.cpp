// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/connections/probesupport.h"
#include "tests/integration/connections/stubserver.h"
#include "tests/support/servers.h"
#include "tests/support/testregistry.h"

#include <QElapsedTimer>
#include <QTest>
#include <csignal>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

class TstProbeTiming : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void silentServers_data();
    void silentServers();
    void stoppedServer();
    void cancelAfterEachStage_data();
    void cancelAfterEachStage();
    void cancelWhileWaiting_data();
    void cancelWhileWaiting();
    void manyAtOnce();
    void destroyedWhileRunning();
};

void TstProbeTiming::silentServers_data()
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
        QTest::addRow("%s never answers, no TLS", name) << type << u"silent"_s << u"disable"_s << login << true;
        QTest::addRow("%s closes", name) << type << u"close"_s << u"require"_s << tls << false;
        QTest::addRow("%s closes, no TLS", name) << type << u"close"_s << u"disable"_s << login << false;
        QTest::addRow("%s garbage", name) << type << u"garbage"_s << u"require"_s << tls << false;
        QTest::addRow("%s garbage, no TLS", name) << type << u"garbage"_s << u"disable"_s << login << false;
        QTest::addRow("%s stops in the handshake", name) << type << u"handshake"_s << u"require"_s << tls << true;
    }
}

void TstProbeTiming::silentServers()
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
        if (behaviour == "handshake"_L1 && !isPg) StubServer::send(socket, mysqlGreeting());
        if (behaviour == "handshake"_L1 && isPg && !StubServer::receive(socket).isEmpty()) StubServer::send(socket, "S");
    });
    const ProbeTarget target = stub(DatabaseType(type), behaviour == "backlog"_L1 ? backlog.port() : server.port(), sslmode);
    const ConnectionTest test = testOf(target);
    VERIFY_FAILS_AT(test, TestStage(stage), target.timeoutMs);
    QVERIFY2((test.responseTimeMs >= target.timeoutMs - 1) == waits, describe(test).constData());
    QVERIFY2(test.responseTimeMs < target.timeoutMs + slackMs, describe(test).constData());
}

void TstProbeTiming::stoppedServer()
{
    for (const auto &[type, variable] : {std::pair{DatabaseType::Postgresql, "HEADGATE_TEST_PG_PID"}, std::pair{DatabaseType::Mysql, "HEADGATE_TEST_MARIADB_PID"}}) {
        const pid_t pid = serverVariable(variable).toInt();
        ProbeTarget target = of(type);
        target.timeoutMs = shortMs;
        QCOMPARE(::kill(pid, SIGSTOP), 0);
        const ConnectionTest test = testOf(target);
        ::kill(pid, SIGCONT);
        VERIFY_FAILS_AT(test, TestStage::Tls, shortMs);
        QVERIFY2(test.responseTimeMs < shortMs + slackMs, describe(test).constData());
    }
}

void TstProbeTiming::cancelAfterEachStage_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<int>("stage");
    for (const auto type : {DatabaseType::Postgresql, DatabaseType::Mysql})
        for (int stage = 0; stage < 7; ++stage)
            QTest::addRow("%s %s", qPrintable(databaseTypes.name(type)), qPrintable(testStages.name(TestStage(stage)))) << int(type) << stage;
}

void TstProbeTiming::cancelAfterEachStage()
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

void TstProbeTiming::cancelWhileWaiting_data()
{
    QTest::addColumn<int>("type");
    QTest::newRow("postgresql") << int(DatabaseType::Postgresql);
    QTest::newRow("mariadb") << int(DatabaseType::Mysql);
}

void TstProbeTiming::cancelWhileWaiting()
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

void TstProbeTiming::manyAtOnce()
{
    constexpr int deadline = 3000;
    const FullBacklog backlog;
    const StubServer silent([](int) {});
    const StubServer handshake([](int socket) { StubServer::send(socket, mysqlGreeting()); });
    std::vector<std::unique_ptr<Run>> dead;
    std::vector<std::unique_ptr<Run>> alive;
    ConnectionProbe probe;
    for (int i = 0; i < 33; ++i) {
        const DatabaseType type = i % 2 ? DatabaseType::Mysql : DatabaseType::Postgresql;
        const int port = i % 3 == 0 ? backlog.port() : i % 3 == 1 ? silent.port() : handshake.port();
        ProbeTarget target = stub(i % 3 == 2 ? DatabaseType::Mysql : type, port, u"require"_s);
        target.timeoutMs = deadline;
        dead.push_back(std::make_unique<Run>(probe, target));
    }
    for (int i = 0; i < 67; ++i) {
        ProbeTarget target = i % 2 ? postgresql() : mariadb();
        target.timeoutMs = 30'000;  // a loaded machine is no failure of theirs
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
    QVERIFY2(latest <= deadline + slackMs, QByteArray::number(latest).constData());
}

void TstProbeTiming::destroyedWhileRunning()
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

HEADGATE_TEST(TstProbeTiming);
#include "tst_probetiming.moc"
