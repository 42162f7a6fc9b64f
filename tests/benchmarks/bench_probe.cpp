// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/postgresqlprobe.h"
#include "tests/integration/connections/probesupport.h"
#include "tests/integration/connections/stubserver.h"
#include "tests/support/servers.h"
#include "tests/support/testregistry.h"

#include <QDir>
#include <QProcess>
#include <QTest>
#include <algorithm>
#include <libpq-fe.h>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int rounds = 60;
constexpr double maxRatio = 1.2;

double median(QList<double> values)
{
    std::sort(values.begin(), values.end());
    return values.at(values.size() / 2);
}

double milliseconds(const std::function<void()> &work)
{
    QElapsedTimer timer;
    timer.start();
    work();
    return double(timer.nsecsElapsed()) / 1e6;
}

int threads()
{
    return int(QDir(u"/proc/self/task"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size());
}

/// The same session in plain C, blocking.
void plainTest(const ProbeTarget &target)
{
    const QByteArray port = QByteArray::number(*target.connection.port);
    const QByteArray user = target.connection.username.toUtf8();
    const QByteArray database = target.connection.databaseName.toUtf8();
    const char *names[] = {"hostaddr", "host", "port", "user", "password", "dbname", "sslmode", "gssencmode", "client_encoding", nullptr};
    const char *values[] = {"127.0.0.1", "127.0.0.1", port.constData(), user.constData(), target.password.constData(), database.constData(), "require", "disable", "UTF8", nullptr};
    PGconn *connection = PQconnectdbParams(names, values, 0);
    if (PQstatus(connection) != CONNECTION_OK) qFatal("%s", PQerrorMessage(connection));
    for (const QByteArray &sql : PostgresqlProbe::statements()) {
        PGresult *result = PQexec(connection, sql.constData());
        if (PQresultStatus(result) != PGRES_TUPLES_OK) qFatal("%s", PQerrorMessage(connection));
        PQclear(result);
    }
    PQfinish(connection);
}

}  // namespace

/// A staged test against what the same costs without us, in one run; one line of JSON each.
class BenchProbe : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void liveTest();
    void manyWithBlackHoles();
};

void BenchProbe::liveTest()
{
    ProbeTarget target = targetFrom(QString::fromUtf8(serverVariable("HEADGATE_TEST_PG_SUPERUSER_URL")));  // reads the system identifier, too
    target.connection.config.insert(u"sslmode"_s, u"require"_s);
    const QString isReady = QString::fromUtf8(serverVariable("HEADGATE_TEST_PGBIN")) + u"/pg_isready"_s;
    const QStringList arguments{u"-q"_s, u"-h"_s, u"127.0.0.1"_s, u"-p"_s, QString::number(*target.connection.port)};
    ConnectionProbe probe;
    QList<double> ours, plain, process;
    for (int i = 0; i < rounds + 5; ++i) {
        ConnectionTest test;
        const double one = milliseconds([&] { test = Run(probe, target).wait(); });
        QVERIFY2(test.status == TestStatus::Success, describe(test).constData());
        const double two = milliseconds([&] { plainTest(target); });
        const double three = milliseconds([&] { QCOMPARE(QProcess::execute(isReady, arguments), 0); });
        if (i < 5) continue;  // caches warm
        ours << one;
        plain << two;
        process << three;
    }
    const double ratio = median(ours) / median(plain);
    std::printf("{\"benchmark\":\"connection_test\",\"ms\":%.2f,\"libpq_ms\":%.2f,\"ratio\":%.2f,\"pg_isready_ms\":%.2f,\"ratio_pg_isready\":%.2f}\n",
                median(ours), median(plain), ratio, median(process), median(ours) / median(process));
    std::fflush(stdout);
    QVERIFY2(ratio <= maxRatio, QByteArray::number(ratio).constData());
}

void BenchProbe::manyWithBlackHoles()
{
    constexpr int deadlineMs = 2000;
    constexpr int dead = 100;
    constexpr int alive = 200;
    const FullBacklog hole;
    const int before = threads();
    ConnectionProbe probe;
    const auto startAlive = [&](std::vector<std::unique_ptr<Run>> *runs) {
        for (int i = 0; i < alive; ++i) {
            ProbeTarget target = i % 2 ? postgresql() : mariadb();
            target.timeoutMs = 30'000;  // they are measured, not cut off
            runs->push_back(std::make_unique<Run>(probe, target));
        }
    };
    std::vector<std::unique_ptr<Run>> alone;
    const double aliveMs = milliseconds([&] {
        startAlive(&alone);
        for (const auto &run : alone) QVERIFY(run->wait().status != TestStatus::Failure);
    });
    std::vector<std::unique_ptr<Run>> black, live;
    int peak = 0;
    qint64 latest = 0;
    const double allMs = milliseconds([&] {
        for (int i = 0; i < dead; ++i) {
            ProbeTarget target = stub(i % 2 ? DatabaseType::Postgresql : DatabaseType::Mysql, hole.port());
            target.timeoutMs = deadlineMs;
            black.push_back(std::make_unique<Run>(probe, target));
        }
        startAlive(&live);
        peak = threads() - before;
        for (const auto &run : live) QVERIFY(run->wait().status != TestStatus::Failure);
        for (const auto &run : black) {
            const ConnectionTest test = run->wait();
            QCOMPARE(stageOf(test, TestStage::Tcp).status, StageStatus::Fail);
            latest = std::max(latest, run->elapsed());
            peak = std::max(peak, threads() - before);
        }
    });
    std::printf("{\"benchmark\":\"connection_tests_300\",\"deadline_ms\":%d,\"all_ms\":%.0f,\"latest_dead_ms\":%lld,\"live_alone_ms\":%.0f,\"threads\":%d}\n", deadlineMs,
                allMs, latest, aliveMs, peak);
    std::fflush(stdout);
    QVERIFY(latest <= deadlineMs + slackMs);
    QVERIFY(allMs <= deadlineMs + slackMs + aliveMs);
    QVERIFY2(peak <= 3, QByteArray::number(peak).constData());
}

HEADGATE_TEST(BenchProbe);
#include "bench_probe.moc"
