// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/tasks.h"
#include "app/connections/connectionservice.h"
#include "app/connections/healthscheduler.h"
#include "app/vault/vault.h"
#include "models/audit/auditstore.h"
#include "models/workspace/workspacestore.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

#include <QFile>
#include <QSignalSpy>
#include <QTest>
#include <set>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 second = 1'000'000;

/// A workspace, a service that tests real files, and a time that the test turns.
struct Bench {
    explicit Bench(const TestDatabase &where)
        : folder(where.folder()), database(where.spec()), vault(database, where.folder() + u"/keys"_s, {u"tester"_s, false}),
          service(database, vault, probe, [] { return Actor{UserId{1}, u"tester"_s, {}, u"test"_s}; })
    {
    }

    Connection add(const QString &name, const HealthRule &rule, bool isActive = true)
    {
        ConnectionDraft draft;
        draft.connection.name = name;
        draft.connection.databaseType = DatabaseType::Sqlite;
        draft.connection.databaseName = folder + u'/' + name;
        draft.connection.isActive = isActive;
        draft.connection.config = rule.putInto({});
        makeFile(name);
        return valueOf(service.add(draft));
    }
    void makeFile(const QString &name) const
    {
        ConnectSpec spec;
        spec.path = folder + u'/' + name;
        spec.createFile = true;
        spec.management = false;
        execute(*Session::open(spec), {u"create table if not exists t (x)"_s});
    }
    void removeFile(const QString &name) const { QVERIFY(QFile::remove(folder + u'/' + name)); }

    QString folder;
    Database database;
    Vault vault;
    ConnectionProbe probe;
    ConnectionService service;
    Timestamp now = Timestamp::now();
};

/// A scheduler whose rounds end when the test says so.
struct Watch {
    explicit Watch(Bench &bench) : bench(bench), scheduler(bench.service, nullptr, [&bench] { return bench.now; })
    {
        QSignalSpy loaded(&scheduler, &HealthScheduler::loaded);
        scheduler.reload();
        if (loaded.isEmpty() && !loaded.wait(10'000)) qFatal("the rules were not read");
        QObject::connect(&scheduler, &HealthScheduler::tested, &scheduler, [this] { ++tested; });
        QObject::connect(&scheduler, &HealthScheduler::stateChanged, &scheduler,
                         [this](const Connection &connection, HealthState state) { changes << connection.name + u' ' + healthStates.name(state); });
    }
    /// Time passes; what is due runs to its end.
    void pass(int seconds, int expectedTests)
    {
        bench.now.us += seconds * second;
        tested = 0;
        scheduler.tick();
        QTRY_COMPARE_WITH_TIMEOUT(tested, expectedTests, 10'000);
        QTest::qWait(150);  // nothing more comes, and the states are read
        QCOMPARE(tested, expectedTests);
    }

    Bench &bench;
    HealthScheduler scheduler;
    QStringList changes;
    int tested = 0;
};

}  // namespace

/// Real tests of real files, by a clock that the test turns.
class TstHealthScheduler : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addDatabaseRows(); }
    void init();
    void runsWhatIsDue();
    void countsFailuresAndRecovers();
    void survivesARestart();
    void spreadsManyRules();
    void leavesAConnectionAloneThatIsTested();

private:
    qint64 audited(const QString &action)
    {
        return number(*m_session, u"select count(*) from audit_logs where action = '%1'"_s.arg(action));
    }

    std::unique_ptr<TestDatabase> m_database;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<Bench> m_bench;
};

void TstHealthScheduler::init()
{
    QFETCH_GLOBAL(int, kind);
    m_bench.reset();
    m_session.reset();
    m_database = std::make_unique<TestDatabase>(Dialect::Kind(kind));
    m_session = m_database->open();
    m_bench = std::make_unique<Bench>(*m_database);
}

void TstHealthScheduler::runsWhatIsDue()
{
    Bench &bench = *m_bench;
    const HealthRule minute{true, 60, 2, 3};
    const Connection one = bench.add(u"one"_s, minute);
    (void)bench.add(u"asleep"_s, minute, false);
    (void)bench.add(u"off"_s, {false, 60, 2, 3});
    (void)bench.add(u"none"_s, {});
    Watch watch(bench);
    QCOMPARE(watch.scheduler.size(), 1);
    watch.pass(31, 1);
    watch.pass(50, 0);
    watch.pass(20, 1);
    QCOMPARE(valueOf(bench.service.history(one.id)).size(), 2);
    QCOMPARE(valueOf(bench.service.history(one.id)).first().testedByUserId, std::nullopt);
    QCOMPARE(watch.scheduler.state(one.id), HealthState::Up);
    // Switched off meanwhile: the rules are read anew after a minute.
    (void)valueOf(bench.service.setHealthRule(one.id, {false, 60, 2, 3}));
    QSignalSpy loaded(&watch.scheduler, &HealthScheduler::loaded);
    bench.now.us += 10 * second;
    watch.scheduler.reload();
    QVERIFY(loaded.wait(10'000));
    watch.pass(600, 0);
}

void TstHealthScheduler::countsFailuresAndRecovers()
{
    Bench &bench = *m_bench;
    const Connection one = bench.add(u"one"_s, {true, 60, 2, 3});
    Watch watch(bench);
    watch.pass(31, 1);
    bench.removeFile(u"one"_s);
    watch.pass(70, 1);
    watch.pass(70, 1);
    QCOMPARE(watch.scheduler.state(one.id), HealthState::Failing);
    QCOMPARE(watch.changes, QStringList());
    QCOMPARE(audited(u"TEST"_s), 0);
    watch.pass(70, 1);
    QCOMPARE(watch.changes, QStringList({u"one down"_s}));
    QCOMPARE(audited(u"TEST"_s), 1);
    watch.pass(70, 1);
    QCOMPARE(watch.changes.size(), 1);
    bench.makeFile(u"one"_s);
    watch.pass(70, 1);
    QCOMPARE(watch.changes, QStringList({u"one down"_s, u"one up"_s}));
    QCOMPARE(audited(u"TEST"_s), 2);
    const AuditRecord row = AuditStore::records(*m_session, {}, {std::nullopt, 1}).rows.value(0);
    QCOMPARE(row.metadata.value(u"health_before"_s).toString(), u"down"_s);
    QCOMPARE(row.metadata.value(u"health_after"_s).toString(), u"up"_s);
    QCOMPARE(valueOf(bench.service.history(one.id)).size(), 6);
}

void TstHealthScheduler::survivesARestart()
{
    Bench &bench = *m_bench;
    const Connection one = bench.add(u"one"_s, {true, 60, 2, 2});
    bench.removeFile(u"one"_s);
    {
        Watch watch(bench);
        watch.pass(31, 1);
        watch.pass(70, 1);
        QCOMPARE(watch.changes, QStringList({u"one down"_s}));
    }
    Watch again(bench);
    QCOMPARE(again.scheduler.state(one.id), HealthState::Down);
    again.pass(70, 1);
    QCOMPARE(again.changes, QStringList());  // told already, before the restart
    bench.makeFile(u"one"_s);
    again.pass(70, 1);
    QCOMPARE(again.changes, QStringList({u"one up"_s}));
}

void TstHealthScheduler::spreadsManyRules()
{
    Bench &bench = *m_bench;
    QList<Connection> all;
    for (int i = 0; i < 40; ++i) all << bench.add(u"c%1"_s.arg(i), {true, 600, 2, 3});
    Watch watch(bench);
    std::set<qint64> moments;
    for (const Connection &c : all) {
        const qint64 wait = watch.scheduler.nextDue(c.id).us - bench.now.us;
        QVERIFY(wait >= 0 && wait <= HealthScheduler::CatchUpSeconds * second);
        moments.insert(wait / second);
    }
    QVERIFY2(moments.size() >= 10, qPrintable(QString::number(moments.size())));
    bench.now.us += 30 * second;
    watch.scheduler.tick();
    // A bounded number at once; the rest in the next rounds.
    QTRY_COMPARE_WITH_TIMEOUT(watch.tested, HealthScheduler::MostAtOnce, 20'000);
    watch.pass(1, 40 - HealthScheduler::MostAtOnce);
    for (const Connection &c : all) {
        const qint64 wait = watch.scheduler.nextDue(c.id).us - bench.now.us;
        QVERIFY(wait >= 560 * second && wait <= 640 * second);
    }
}

void TstHealthScheduler::leavesAConnectionAloneThatIsTested()
{
    Bench &bench = *m_bench;
    const Connection one = bench.add(u"one"_s, {true, 60, 2, 3});
    Watch watch(bench);
    bench.now.us += 31 * second;
    const auto manual = bench.service.test(one.id);
    QVERIFY(bench.service.isTesting(one.id));
    watch.scheduler.tick();
    watch.scheduler.tick();
    (void)valueOf(manual);
    QTRY_VERIFY(!bench.service.isTesting(one.id));
    QTest::qWait(100);
    QCOMPARE(watch.tested, 0);
    QCOMPARE(valueOf(bench.service.history(one.id)).size(), 1);
    watch.pass(1, 1);
}

HEADGATE_TEST(TstHealthScheduler);
#include "tst_healthscheduler.moc"
