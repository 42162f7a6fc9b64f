// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/tasks.h"
#include "app/connections/connectionservice.h"
#include "app/audit/auditservice.h"
#include "models/connections/connectionurl.h"
#include "models/database/database.h"
#include "tests/gui/support/pagefixture.h"
#include "tests/integration/connections/stubserver.h"
#include "tests/support/servers.h"
#include "tests/support/testregistry.h"
#include "ui/connections/connectiontester.h"

#include <QSignalSpy>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTimer>
#include <algorithm>
#include <thread>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int deadlineMs = 2000;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool isInstrumented = true;
#else
constexpr bool isInstrumented = false;
#endif
constexpr int slackMs = isInstrumented ? 3000 : 300;  // instrumented code hashes and encrypts for hundreds of servers

/// The gaps between the beats of an event loop, and whether a plain thread beside it was late at the same time: then it
/// was the machine, not the window.
class Heartbeat {
public:
    Heartbeat()
    {
        m_control = std::thread([this] {
            while (!m_stop) {
                const auto before = std::chrono::steady_clock::now();
                std::this_thread::sleep_for(std::chrono::milliseconds(beatMs));
                const auto late = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - before).count() / 1000.0 - beatMs;
                if (late > 4) m_controlLate = std::max(m_controlLate.load(), late);
            }
        });
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { beat(); });
        m_timer.setTimerType(Qt::PreciseTimer);
        m_clock.start();
        m_timer.start(beatMs);
    }
    ~Heartbeat()
    {
        m_stop = true;
        m_control.join();
    }
    /// Stalls in ms beyond the beat, sorted.
    QList<double> stalls()
    {
        std::ranges::sort(m_stalls);
        return m_stalls;
    }
    int leftOut() const { return m_leftOut; }

private:
    static constexpr int beatMs = 2;
    void beat()
    {
        const double stall = double(m_clock.nsecsElapsed()) / 1e6 - beatMs;
        m_clock.restart();
        m_controlLate.exchange(0) > 0 ? void(++m_leftOut) : m_stalls.append(std::max(0.0, stall));
    }

    QTimer m_timer;
    QElapsedTimer m_clock;
    QList<double> m_stalls;
    int m_leftOut = 0;
    std::thread m_control;
    std::atomic<bool> m_stop = false;
    std::atomic<double> m_controlLate = 0;
};

struct Fixture : PageFixture {
    Fixture() : tester(workspace->connections(), jobs) {}

    void add(const QString &name, const Connection &like, const std::optional<QString> &password = {}, bool isActive = true)
    {
        ConnectionDraft draft{like, password};
        draft.connection.name = name;
        draft.connection.isActive = isActive;
        // What the live ones cost is measured; on a busy machine two hundred logins at once may take longer than the deadline.
        draft.connection.config.insert(u"connect_timeout"_s, name.startsWith(u"live") ? 30 : deadlineMs / 1000);
        (void)valueOf(workspace->connections().add(draft));
    }
    Connection file(const QString &name)
    {
        const QString path = folder.filePath(name);
        {
            auto database = QSqlDatabase::addDatabase(u"QSQLITE"_s, name);
            database.setDatabaseName(path);
            if (!database.open() || !QSqlQuery(database).exec(u"create table t (x)"_s)) qFatal("no file");
        }
        QSqlDatabase::removeDatabase(name);
        Connection c;
        c.databaseType = DatabaseType::Sqlite;
        c.databaseName = path;
        return c;
    }
    Connection silent(int port, DatabaseType type)
    {
        Connection c;
        c.databaseType = type;
        c.host = u"127.0.0.1"_s;
        c.port = port;
        c.databaseName = u"d"_s;
        c.username = u"u"_s;
        return c;
    }
    QList<Connection> all() { return valueOf(workspace->connections().page({}, {std::nullopt, 500})).rows; }
    qint64 auditRows()
    {
        return valueOf(workspace->database().read([](Session &session) {
            Query query(session, u"select count(*) from audit_logs"_s);
            query.first();
            return query.get<qint64>(0);
        }));
    }
    BatchSummary run(const QList<Connection> &which)
    {
        QSignalSpy finished(&tester, &ConnectionTester::batchFinished);
        BatchSummary summary;
        QObject::connect(&tester, &ConnectionTester::batchFinished, &tester, [&summary](const BatchSummary &s) { summary = s; });
        tester.testMany(which);
        if (finished.isEmpty() && !finished.wait(60'000)) qFatal("the batch did not end");
        QObject::disconnect(&tester, &ConnectionTester::batchFinished, &tester, nullptr);
        return summary;
    }

    ConnectionTester tester;
};

}  // namespace

class TstTestAll : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void threeHundredAtOnce();
    void cancelStopsAllAtOnce();
    void testsASelection();
};

/// 300 connections, a third of them to a black hole: a listener whose queue is full, so that nothing answers at all.
void TstTestAll::threeHundredAtOnce()
{
    Fixture f;
    FullBacklog hole;
    const auto pg = parseConnectionUrl(QString::fromUtf8(serverVariable("HEADGATE_TEST_PG_URL"))).orThrow();
    const auto maria = parseConnectionUrl(QString::fromUtf8(serverVariable("HEADGATE_TEST_MARIADB_URL"))).orThrow();
    for (int i = 0; i < 50; ++i) {
        f.add(u"hole-pg-%1"_s.arg(i), f.silent(hole.port(), DatabaseType::Postgresql));
        f.add(u"hole-my-%1"_s.arg(i), f.silent(hole.port(), DatabaseType::Mysql));
    }
    for (int i = 0; i < 60; ++i) f.add(u"live-pg-%1"_s.arg(i), pg.connection, pg.password);
    for (int i = 0; i < 60; ++i) f.add(u"live-my-%1"_s.arg(i), maria.connection, maria.password);
    const Connection file = f.file(u"live.db"_s);
    for (int i = 0; i < 80; ++i) f.add(u"live-file-%1"_s.arg(i), file);
    const QList<Connection> all = f.all();
    QCOMPARE(all.size(), 300);
    QList<Connection> live = all;
    live.removeIf([](const Connection &c) { return c.name.startsWith(u"hole"); });

    const qint64 audited = f.auditRows();
    (void)f.run(live.mid(0, 20));  // drivers and certificates are loaded once
    const BatchSummary alone = f.run(live);
    QCOMPARE(alone.failure, 0);
    BatchSummary summary;
    double p999 = 0, worst = 0;
    int runs = 0;
    // Two cores that serve 200 logins now and then keep the window waiting; what the window itself does wrong comes every
    // time. The rule of 16 and 50 ms is for a quiet machine; a window that waits for one server misses either by far.
    const bool isQuiet = qEnvironmentVariableIsSet("HEADGATE_TEST_QUIET");
    const double mostP999 = isQuiet ? 16 : 50, mostOnce = isQuiet ? 50 : 250;
    for (bool isWithin = false; !isWithin && runs < 9;) {
        Heartbeat heart;
        for (int i = 0; i < 3; ++i, ++runs) {
            summary = f.run(all);
            QVERIFY(summary.elapsedMs <= deadlineMs + slackMs + alone.elapsedMs);
        }
        const QList<double> stalls = heart.stalls();
        p999 = stalls[qMin(stalls.size() - 1, qsizetype(double(stalls.size()) * 0.999))];
        worst = stalls.last();
        isWithin = isInstrumented || (p999 <= mostP999 && worst <= mostOnce);
        qInfo("300 connections, 100 of them silent, deadline %d ms: %lld ms; the 200 live ones alone: %lld ms", deadlineMs, summary.elapsedMs, alone.elapsedMs);
        qInfo("heartbeat: %lld beats, p99.9 %.1f ms, worst %.1f ms, %d left out", qint64(stalls.size()), p999, worst, heart.leftOut());
    }

    QCOMPARE(summary.total, 300);
    QCOMPARE(summary.failure, 100);
    QCOMPARE(summary.success + summary.warning, 200);
    for (const Connection &c : f.all()) {
        const bool isHole = c.name.startsWith(u"hole");
        QCOMPARE(*c.lastTestStatus == TestStatus::Failure, isHole);
        if (isHole) QVERIFY2(*c.lastResponseMs < deadlineMs + slackMs + double(alone.elapsedMs), qPrintable(QString::number(*c.lastResponseMs)));
    }
    const qint64 rows = f.auditRows();
    QCOMPARE(rows - audited, 20 + 200 + runs * 300);
    QVERIFY(valueOf(f.workspace->audit().verify()).ok());
    QVERIFY2(isInstrumented || (p999 <= mostP999 && worst <= mostOnce), qPrintable(u"p99.9 %1, worst %2"_s.arg(p999).arg(worst)));
}

void TstTestAll::cancelStopsAllAtOnce()
{
    Fixture f;
    FullBacklog hole;
    for (int i = 0; i < 100; ++i) f.add(u"hole-%1"_s.arg(i), f.silent(hole.port(), i % 2 == 0 ? DatabaseType::Postgresql : DatabaseType::Mysql));
    f.add(u"asleep"_s, f.silent(hole.port(), DatabaseType::Mysql), {}, false);
    QSignalSpy finished(&f.tester, &ConnectionTester::batchFinished);
    BatchSummary summary;
    connect(&f.tester, &ConnectionTester::batchFinished, this, [&summary](const BatchSummary &s) { summary = s; });
    f.tester.testAll();
    QTest::qWait(400);
    QCOMPARE(f.jobs.jobs().size(), 1);
    QElapsedTimer clock;
    clock.start();
    f.jobs.cancel(f.jobs.jobs().first().id);
    QVERIFY(finished.wait(5000));
    qInfo("100 tests were cancelled within %lld ms", clock.elapsed());
    QVERIFY(clock.elapsed() < 1000);
    QCOMPARE(summary.total, 100);
    QCOMPARE(summary.cancelled, 100);
    QTRY_VERIFY(f.jobs.jobs().isEmpty());
    QVERIFY(!f.tester.isTestingMany());
}

void TstTestAll::testsASelection()
{
    Fixture f;
    for (const QString &name : {u"a"_s, u"b"_s, u"c"_s}) f.add(name, f.file(name));
    Connection gone = f.file(u"gone"_s);
    f.add(u"gone"_s, gone);
    QVERIFY(QFile::remove(gone.databaseName));
    QList<Connection> some = f.all();
    some.removeIf([](const Connection &c) { return c.name == u"b"; });
    const BatchSummary summary = f.run(some);
    QCOMPARE(summary.total, 3);
    QCOMPARE(summary.success, 2);
    QCOMPARE(summary.failure, 1);
    for (const Connection &c : f.all()) QCOMPARE(c.lastTestStatus.has_value(), c.name != u"b");
}

HEADGATE_TEST(TstTestAll);
#include "tst_testall.moc"
