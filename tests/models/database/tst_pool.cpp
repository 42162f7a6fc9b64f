// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/dberror.h"
#include "tests/models/database/bothdatabases.h"
#include "tests/support/testregistry.h"

#include <QTest>
#include <future>
#include <thread>

using namespace headgate;
using namespace headgate::test;

namespace {

/// Holds workers until it is opened.
class Barrier {
public:
    void open() { m_promise.set_value(); }
    void wait() const { m_future.wait(); }

private:
    std::promise<void> m_promise;
    std::shared_future<void> m_future = m_promise.get_future().share();
};

QString endlessQuery(const Dialect &dialect)
{
    return dialect.isSqlite() ? QStringLiteral("with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n where i < 0")
                              : QStringLiteral("select pg_sleep(30)");
}

int backend(Session &session) { return ask(session, QStringLiteral("select pg_backend_pid()")).toInt(); }

}  // namespace

class TstPool : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void answersReadsAndWrites_data() { BothDatabases::addRows(); }
    void answersReadsAndWrites();
    void turnsExceptionsIntoErrors_data() { BothDatabases::addRows(); }
    void turnsExceptionsIntoErrors();
    void opensTwoHundredAtOnce_data() { BothDatabases::addRows(); }
    void opensTwoHundredAtOnce();
    void writesOneAtATimeToAFile();
    void readsBesideTheWriter_data() { BothDatabases::addRows(); }
    void readsBesideTheWriter();
    void overflowsAndQueues();
    void shrinksWhenIdle();
    void opensAgainWhatIsOld();
    void pingsWhatWasIdle();
    void readsAgainOnANewConnection();
    void readsAgainOnMariaDb();
    void writesAgainOnANewConnection();
    void doesNotRepeatAWrongPassword();
    void cancelsQueuedWork();
    void cancelsRunningWork_data() { BothDatabases::addRows(); }
    void cancelsRunningWork();
    void answersQueuedWorkWhenItGoes_data() { BothDatabases::addRows(); }
    void answersQueuedWorkWhenItGoes();
    void stopsReadsWhenItGoes_data() { BothDatabases::addRows(); }
    void stopsReadsWhenItGoes();
    void takesWorkFromInsideWork_data() { BothDatabases::addRows(); }
    void takesWorkFromInsideWork();
    void handsOnACleanSession_data() { BothDatabases::addRows(); }
    void handsOnACleanSession();
    void retriesASerializationFailure();

private:
    Database database(PoolSettings settings = {}) const { return Database(m_databases->spec(), settings); }
    Database server(PoolSettings settings = {}) const { return Database(m_databases->postgresql(), settings); }
    std::unique_ptr<BothDatabases> m_databases;
};

void TstPool::initTestCase()
{
    m_databases = std::make_unique<BothDatabases>();
    const auto file = Session::open(m_databases->sqlite());
    file->execute(QStringLiteral("create table session_operation (op_id text not null)"));
    const auto server = Session::open(m_databases->postgresql());
    for (Session *session : {file.get(), server.get()}) session->execute(QStringLiteral("create table numbers (n integer)"));
}

void TstPool::answersReadsAndWrites()
{
    Database console = database();
    Session::open(m_databases->spec())->execute(QStringLiteral("delete from numbers"));
    const auto written = answer(console.write([](Transaction &transaction) {
        return Query(transaction.session(), QStringLiteral("insert into numbers values (:n)")).bind("n", 7).execOne();
    }));
    QVERIFY2(written.ok() && *written, written.ok() ? "" : qPrintable(written.error().text()));
    const auto read = answer(console.read([](Session &session) { return ask(session, QStringLiteral("select sum(n) from numbers")); }));
    QVERIFY(read.ok());
    QCOMPARE(*read, QStringLiteral("7"));
}

void TstPool::turnsExceptionsIntoErrors()
{
    Database console = database();
    const auto refused = answer(console.read([](Session &session) { return ask(session, QStringLiteral("select nosuch")); }));
    QVERIFY(!refused.ok());
    QVERIFY(refused.error().evidence.contains(QLatin1String("nosuch")));
    const auto thrown = answer(console.write([](Transaction &) -> int { throw std::runtime_error("surprise"); }));
    QCOMPARE(thrown.error().kind, ErrorKind::Internal);
    QCOMPARE(thrown.error().evidence, QStringLiteral("surprise"));
    const auto own = answer(console.write([](Transaction &) -> int { throw Exception({ErrorKind::Conflict, {}, {}, {}, {}}); }));
    QCOMPARE(own.error().kind, ErrorKind::Conflict);
}

void TstPool::opensTwoHundredAtOnce()
{
    std::atomic<int> good = 0;
    std::vector<std::thread> threads;
    const Database driverLoaded = database();
    for (int thread = 0; thread < 8; ++thread)
        threads.emplace_back([&, spec = m_databases->spec()] {
            for (int i = 0; i < 25; ++i) good += ask(*Session::open(spec), QStringLiteral("select 1")) == u"1";
        });
    for (auto &thread : threads) thread.join();
    QCOMPARE(good, 200);
}

void TstPool::writesOneAtATimeToAFile()
{
    Database console(m_databases->sqlite());
    std::atomic<int> inside = 0;
    std::atomic<int> most = 0;
    QList<QFuture<Result<int>>> futures;
    for (int i = 0; i < 20; ++i)
        futures << console.write([&](Transaction &) {
            most = std::max(most.load(), ++inside);
            QThread::msleep(2);
            return --inside;
        });
    for (const auto &future : futures) QVERIFY(answer(future).ok());
    QCOMPARE(most, 1);
}

void TstPool::readsBesideTheWriter()
{
    Database console = database();
    Barrier barrier;
    auto writing = console.write([&](Transaction &transaction) {
        Query(transaction.session(), QStringLiteral("insert into numbers values (1)")).exec();
        barrier.wait();
        return 0;
    });
    QVERIFY(answer(console.read([](Session &session) { return ask(session, QStringLiteral("select count(*) from numbers")); })).ok());
    barrier.open();
    QVERIFY(answer(writing).ok());
}

void TstPool::overflowsAndQueues()
{
    PoolSettings settings;
    settings.size = 2;
    settings.overflow = 1;
    Database console = server(settings);
    Barrier barrier;
    QList<QFuture<Result<int>>> futures;
    for (int i = 0; i < 5; ++i)
        futures << console.read([&](Session &) {
            barrier.wait();
            return 0;
        });
    QTRY_COMPARE(console.stats().inUse, 3);
    QCOMPARE(console.stats().waiting, 2);
    QCOMPARE(console.stats().open, 3);
    QCOMPARE(console.stats().capacity, 3);
    QCOMPARE(console.stats().utilisation(), 1.0);
    barrier.open();
    for (const auto &future : futures) QVERIFY(answer(future).ok());
    QTRY_COMPARE(console.stats().inUse, 0);
}

void TstPool::shrinksWhenIdle()
{
    PoolSettings settings;
    settings.maxIdle = 1;
    settings.idleSeconds = 1;
    Database console = server(settings);
    Barrier barrier;
    QList<QFuture<Result<int>>> futures;
    for (int i = 0; i < 4; ++i)
        futures << console.read([&](Session &) {
            barrier.wait();
            return 0;
        });
    QTRY_COMPARE(console.stats().open, 4);
    barrier.open();
    for (const auto &future : futures) QVERIFY(answer(future).ok());
    QTRY_COMPARE_WITH_TIMEOUT(console.stats().open, 1, 4'000);
    QVERIFY(answer(console.read([](Session &session) { return backend(session); })).ok());
}

void TstPool::opensAgainWhatIsOld()
{
    PoolSettings settings;
    settings.recycleSeconds = 0;
    Database recycling = server(settings);
    Database keeping = server();
    const auto pid = [](Database &console) { return *answer(console.read([](Session &session) { return backend(session); })); };
    const int first = pid(recycling);
    QTest::qSleep(5);
    QVERIFY(pid(recycling) != first);
    const int kept = pid(keeping);
    QCOMPARE(pid(keeping), kept);
}

void TstPool::pingsWhatWasIdle()
{
    PoolSettings settings;
    settings.prePingIdleMs = 20;
    Database console = server(settings);
    const int first = *answer(console.read([](Session &session) { return backend(session); }));
    ask(*Session::open(m_databases->postgresql()), QStringLiteral("select pg_terminate_backend(%1, 5000)").arg(first));
    QTest::qSleep(30);
    int runs = 0;
    const auto second = answer(console.read([&](Session &session) {
        ++runs;
        return backend(session);
    }));
    QVERIFY(second.ok() && *second != first);
    QCOMPARE(runs, 1);  // the dead connection was found before the work saw it
}

void TstPool::readsAgainOnANewConnection()
{
    Database console = server();
    const int first = *answer(console.read([](Session &session) { return backend(session); }));
    const auto killer = Session::open(m_databases->postgresql());
    ask(*killer, QStringLiteral("select pg_terminate_backend(%1, 5000)").arg(first));
    const auto second = answer(console.read([](Session &session) { return backend(session); }));
    QVERIFY2(second.ok() && *second != first, second.ok() ? "" : qPrintable(second.error().text()));
    // In the middle of a statement.
    std::atomic<int> runs = 0;
    auto third = console.read([&](Session &session) { return ask(session, ++runs == 1 ? QStringLiteral("select pg_sleep(20)") : QStringLiteral("select 3")); });
    QTRY_COMPARE(runs, 1);
    QTest::qSleep(100);
    ask(*killer, QStringLiteral("select pg_terminate_backend(%1, 5000)").arg(*second));
    QCOMPARE(*answer(third), QStringLiteral("3"));
    QCOMPARE(runs, 2);
}

void TstPool::readsAgainOnMariaDb()
{
    Database console(mariadbSpec());
    const auto id = [&] { return answer(console.read([](Session &session) { return ask(session, QStringLiteral("select connection_id()")); })); };
    const QString first = *id();
    Session::open(mariadbSpec())->execute(QStringLiteral("kill ") + first);
    const auto second = id();
    QVERIFY2(second.ok() && *second != first, second.ok() ? "" : qPrintable(second.error().text()));
}

void TstPool::writesAgainOnANewConnection()
{
    Database console = server();
    const auto killer = Session::open(m_databases->postgresql());
    killer->execute(QStringLiteral("delete from numbers"));
    std::atomic<int> runs = 0;
    const auto result = answer(console.write([&](Transaction &transaction) {
        Session &session = transaction.session();
        Query(session, QStringLiteral("insert into numbers values (5)")).exec();
        if (++runs == 1)
            ask(*Session::open(session.spec()), QStringLiteral("select pg_terminate_backend(%1, 5000)").arg(backend(session)));
        return backend(session);
    }));
    QVERIFY2(result.ok(), result.ok() ? "" : qPrintable(result.error().text()));
    QCOMPARE(runs, 2);
    QCOMPARE(ask(*killer, QStringLiteral("select count(*) from numbers")), QStringLiteral("1"));
}

void TstPool::doesNotRepeatAWrongPassword()
{
    ConnectSpec spec = m_databases->postgresql();
    spec.password = "wrong";
    Database console(spec);
    Error error;
    QVERIFY(elapsed([&] { error = answer(console.write([](Transaction &) { return 0; })).error(); }) < 1'000);
    QCOMPARE(error.kind, ErrorKind::Unreachable);
}

void TstPool::cancelsQueuedWork()
{
    Database console(m_databases->sqlite());
    Barrier barrier;
    const CancelToken token;
    bool ran = false;
    auto holding = console.write([&](Transaction &) {
        barrier.wait();
        return 0;
    });
    auto queued = console.write([&](Transaction &) { return ran = true; }, QUuid::createUuid(), token);
    token.cancel();
    barrier.open();
    QVERIFY(answer(holding).ok());
    QCOMPARE(answer(queued).error().kind, ErrorKind::Cancelled);
    QVERIFY(!ran);
}

void TstPool::cancelsRunningWork()
{
    Database console = database();
    const CancelToken token;
    std::atomic<bool> running = false;
    const QString endless = endlessQuery(console.dialect());
    auto future = console.read([&](Session &session) {
        running = true;
        return ask(session, endless);
    }, token);
    QTRY_VERIFY(running);
    token.cancel();
    QVERIFY(elapsed([&] { QCOMPARE(answer(future).error().kind, ErrorKind::Cancelled); }) < 1'000);
    QVERIFY(answer(console.read([](Session &session) { return ask(session, QStringLiteral("select 1")); })).ok());
}

void TstPool::answersQueuedWorkWhenItGoes()
{
    PoolSettings settings;
    settings.size = 1;
    settings.overflow = 0;
    auto console = std::make_unique<Database>(m_databases->spec(), settings);
    Barrier barrier;
    std::atomic<bool> running = false;
    auto first = console->read([&](Session &session) {
        running = true;
        barrier.wait();
        return ask(session, QStringLiteral("select 1"));
    });
    QTRY_VERIFY(running);
    QList<QFuture<Result<int>>> queued;
    for (int i = 0; i < 50; ++i) queued << console->read([](Session &) { return 0; });
    std::thread opener([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        barrier.open();
    });
    console.reset();
    opener.join();
    QVERIFY(first.isFinished());
    QCOMPARE(first.result().error().kind, ErrorKind::Cancelled);  // by the first statement after that
    for (const auto &future : queued) {
        QVERIFY(future.isFinished());
        QCOMPARE(future.result().error().kind, ErrorKind::Cancelled);
    }
}

void TstPool::stopsReadsWhenItGoes()
{
    auto console = std::make_unique<Database>(m_databases->spec());
    Session::open(m_databases->spec())->execute(QStringLiteral("delete from numbers"));
    std::atomic<int> running = 0;
    auto reading = console->read([&, endless = endlessQuery(console->dialect())](Session &session) {
        ++running;
        return ask(session, endless);
    });
    auto writing = console->write([&](Transaction &transaction) {
        ++running;
        QThread::msleep(300);
        return Query(transaction.session(), QStringLiteral("insert into numbers values (1)")).execOne();
    });
    QTRY_COMPARE(running, 2);
    QVERIFY(elapsed([&] { console.reset(); }) < 3'000);
    QVERIFY(reading.isFinished() && writing.isFinished());
    QCOMPARE(reading.result().error().kind, ErrorKind::Cancelled);
    QVERIFY(writing.result().ok());  // a write is waited for
    QCOMPARE(ask(*Session::open(m_databases->spec()), QStringLiteral("select count(*) from numbers")), QStringLiteral("1"));
}

void TstPool::takesWorkFromInsideWork()
{
    Database console = database();
    const auto outer = answer(console.read([&](Session &) {
        return *answer(console.write([](Transaction &transaction) { return ask(transaction.session(), QStringLiteral("select 42")); }));
    }));
    QCOMPARE(*outer, QStringLiteral("42"));
}

void TstPool::handsOnACleanSession()
{
    PoolSettings settings;
    settings.size = 1;
    settings.overflow = 0;
    Database console = database(settings);
    QVERIFY(answer(console.read([](Session &session) {
        session.execute(QStringLiteral("BEGIN"));  // against the rules, and forgotten
        session.setStatementTimeout(1);
        return 0;
    })).ok());
    QCOMPARE(*answer(console.read([](Session &session) { return session.inTransaction(); })), false);
    QCOMPARE(*answer(console.read([](Session &session) { return session.statementTimeout(); })), 30'000);
}

void TstPool::retriesASerializationFailure()
{
    Database console = server();
    std::atomic<int> runs = 0;
    const auto result = answer(console.write([&](Transaction &transaction) {
        if (++runs == 1)
            transaction.session().execute(QStringLiteral("do $$ begin raise exception 'deadlock' using errcode = '40P01'; end $$"));
        return 0;
    }));
    QVERIFY2(result.ok(), result.ok() ? "" : qPrintable(result.error().text()));
    QCOMPARE(runs, 2);
}

HEADGATE_TEST(TstPool);
#include "tst_pool.moc"
