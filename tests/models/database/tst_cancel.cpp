// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/dberror.h"
#include "tests/models/database/bothdatabases.h"
#include "tests/support/testregistry.h"

#include <QDir>
#include <QFile>
#include <QTest>
#include <signal.h>
#include <thread>

using namespace headgate;
using namespace headgate::test;

namespace {

/// Runs for much longer than any test waits.
QString endless(const Dialect &dialect)
{
    switch (dialect.kind()) {
    case Dialect::Kind::Sqlite:
        return QStringLiteral("with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n where i < 0");
    case Dialect::Kind::Postgresql: return QStringLiteral("select pg_sleep(60)");
    default: return QStringLiteral("select sleep(60)");
    }
}

/// Cancels after a while, from another thread.
class Later {
public:
    Later(const CancelToken &token, int ms)
        : m_thread([token, ms] {
              std::this_thread::sleep_for(std::chrono::milliseconds(ms));
              token.cancel();
          })
    {
    }
    ~Later() { m_thread.join(); }

private:
    std::thread m_thread;
};

/// A backend that answers nothing for as long as this lives.
class StoppedBackend {
public:
    explicit StoppedBackend(Session &session) : m_pid(ask(session, QStringLiteral("select pg_backend_pid()")).toInt()) {}
    ~StoppedBackend() { ::kill(m_pid, SIGCONT); }
    bool stop() const { return ::kill(m_pid, SIGSTOP) == 0; }

private:
    pid_t m_pid;
};

int threads()
{
    return int(QDir(QStringLiteral("/proc/self/task")).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size());
}

}  // namespace

class TstCancel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_databases = std::make_unique<BothDatabases>(); }
    void stopsARunningStatement_data() { addThree(); }
    void stopsARunningStatement();
    void stopsUnderTls();
    void stopsBetweenRows();
    void refusesToBeginWhenCancelled_data() { addThree(); }
    void refusesToBeginWhenCancelled();
    void neverHitsTheNextStatement_data() { addThree(); }
    void neverHitsTheNextStatement();
    void leavesOthersAloneWhileAQueryIsIdle_data() { BothDatabases::addRows(); }
    void leavesOthersAloneWhileAQueryIsIdle();
    void keepsTheDeadline_data() { addThree(); }
    void keepsTheDeadline();
    void leavesAHungServer();
    void pingsWithinASecond();
    void freesAStatementOfAHungServer();
    void endsTheWatchdogWithTheLastSession();

private:
    static void addThree();
    ConnectSpec spec() const;
    std::unique_ptr<BothDatabases> m_databases;
};

void TstCancel::addThree()
{
    BothDatabases::addRows();
    QTest::newRow("mariadb") << Dialect::Kind::Mysql;
}

ConnectSpec TstCancel::spec() const
{
    QFETCH(Dialect::Kind, kind);
    return kind == Dialect::Kind::Mysql ? mariadbSpec() : m_databases->spec();
}

void TstCancel::stopsARunningStatement()
{
    const auto session = Session::open(spec());
    const CancelToken token;
    session->setCancelToken(token);
    const Later later(token, 200);
    qint64 ms = 0;
    // On MariaDB the killed sleep() is a row and no error.
    const Error error = errorOf([&] { ms = -1; QElapsedTimer timer; timer.start();
        try { Query(*session, endless(session->dialect())).first(); } catch (...) { ms = timer.elapsed(); throw; } });
    QCOMPARE(error.kind, ErrorKind::Cancelled);
    QVERIFY2(ms >= 150 && ms < (session->dialect().isSqlite() ? 250 : 600), qPrintable(QString::number(ms)));
    session->setCancelToken({});
    QCOMPARE(ask(*session, QStringLiteral("select 1")), QStringLiteral("1"));
}

// The second connection, on which the statement is killed, has to come in by TLS, too: this account has no other way.
void TstCancel::stopsUnderTls()
{
    const auto admin = Session::open(mariadbSpec());
    admin->execute(QStringLiteral("create or replace user cancel_tls@'%' identified by 'canary-tls' require ssl"));
    ConnectSpec tls = mariadbSpec();
    tls.user = QStringLiteral("cancel_tls");
    tls.password = "canary-tls";
    tls.database.clear();
    tls.options.insert(QStringLiteral("SSL_CA"), QString::fromUtf8(serverVariable("HEADGATE_TEST_CA")));
    qint64 ms = 0;
    {
        const auto session = Session::open(tls);
        const CancelToken token;
        session->setCancelToken(token);
        const Later later(token, 200);
        QElapsedTimer timer;
        timer.start();
        (void)errorOf([&] { Query(*session, endless(session->dialect())).first(); });
        ms = timer.elapsed();
    }
    admin->execute(QStringLiteral("drop user cancel_tls@'%'"));
    QVERIFY2(ms >= 150 && ms < 1000, qPrintable(QString::number(ms)));
}

void TstCancel::stopsBetweenRows()
{
    const auto session = Session::open(m_databases->sqlite());
    const CancelToken token;
    session->setCancelToken(token);
    Query query(*session, QStringLiteral("with recursive n(i) as (select 1 union all select i + 1 from n) select i from n"));
    QVERIFY(query.first());
    token.cancel();
    QCOMPARE(errorOf([&] { while (query.next()) {} }).kind, ErrorKind::Cancelled);
}

void TstCancel::refusesToBeginWhenCancelled()
{
    const auto session = Session::open(spec());
    const CancelToken token;
    token.cancel();
    session->setCancelToken(token);
    QCOMPARE(errorOf([&] { session->execute(QStringLiteral("select 1")); }).kind, ErrorKind::Cancelled);
    QCOMPARE(errorOf([&] { ask(*session, QStringLiteral("select 1")); }).kind, ErrorKind::Cancelled);
    session->setCancelToken({});
    QVERIFY(session->ping());
}

void TstCancel::neverHitsTheNextStatement()
{
    const auto session = Session::open(spec());
    const QString next = session->dialect().isSqlite()
        ? QStringLiteral("with recursive n(i) as (select 1 union all select i + 1 from n limit 30000) select max(i) from n")
        : session->dialect().isPostgresql() ? QStringLiteral("select pg_sleep(0.002)") : QStringLiteral("select sleep(0.002)");
    int cancelled = 0;
    for (int i = 0; i < 200; ++i) {
        const CancelToken token;
        session->setCancelToken(token);
        std::thread canceller([&token, i] {
            std::this_thread::sleep_for(std::chrono::microseconds((i * 37) % 4'000));
            token.cancel();
        });
        const Error first = errorOf([&] { ask(*session, next); });
        cancelled += first.kind == ErrorKind::Cancelled;
        session->setCancelToken({});
        const Error second = errorOf([&] { ask(*session, next); });
        canceller.join();
        QVERIFY2(first.kind == ErrorKind::Cancelled || first.what == u"nothing was thrown", qPrintable(first.text()));
        QVERIFY2(second.what == u"nothing was thrown", qPrintable(second.text()));
    }
    QVERIFY(cancelled > 0);
}

void TstCancel::leavesOthersAloneWhileAQueryIsIdle()
{
    ConnectSpec quick = m_databases->spec();
    quick.statementTimeoutMs = 800;  // a busy machine must not make the statements themselves late
    const auto session = Session::open(quick);
    session->execute(QStringLiteral("create table idle (a integer)"));
    Query insert(*session, QStringLiteral("insert into idle values (:a)"));
    insert.bind("a", 1).exec();
    Query read(*session, QStringLiteral("select 1 union all select 2"));
    QVERIFY(read.first());
    QTest::qSleep(session->dialect().isSqlite() ? 900 : 2'900);  // both are older than any deadline, and run nothing
    const QString busy = session->dialect().isSqlite()
        ? QStringLiteral("with recursive n(i) as (select 1 union all select i + 1 from n limit 100000) select max(i) from n")
        : QStringLiteral("select pg_sleep(0.05)");
    for (int i = 0; i < 3; ++i) ask(*session, busy);
    insert.bind("a", 2).exec();
    QCOMPARE(ask(*session, QStringLiteral("select count(*) from idle")), QStringLiteral("2"));
}

void TstCancel::keepsTheDeadline()
{
    ConnectSpec quick = spec();
    quick.statementTimeoutMs = 300;
    const auto session = Session::open(quick);
    Error error;
    const qint64 ms = elapsed([&] { error = errorOf([&] { Query(*session, endless(session->dialect())).first(); }); });
    QCOMPARE(error.kind, ErrorKind::Timeout);
    QVERIFY2(error.hint.contains(QLatin1String("DB_QUERY_TIMEOUT")), qPrintable(error.text()));
    QVERIFY2(ms >= 280 && ms < 900, qPrintable(QString::number(ms)));
    QCOMPARE(ask(*session, QStringLiteral("select 1")), QStringLiteral("1"));
}

void TstCancel::leavesAHungServer()
{
    ConnectSpec quick = m_databases->postgresql();
    quick.statementTimeoutMs = 300;
    const auto session = Session::open(quick);
    const StoppedBackend backend(*session);
    QVERIFY(backend.stop());
    Error error;
    const qint64 ms = elapsed([&] { error = errorOf([&] { session->execute(QStringLiteral("select 1")); }); });
    QCOMPARE(error.kind, ErrorKind::Timeout);
    QVERIFY2(ms < 300 + 4'000 + 500, qPrintable(QString::number(ms)));
    QVERIFY(!session->isOpen());
}

void TstCancel::pingsWithinASecond()
{
    const auto session = Session::open(m_databases->postgresql());
    QVERIFY(session->ping());
    const StoppedBackend backend(*session);
    QVERIFY(backend.stop());
    QVERIFY(elapsed([&] { QVERIFY(!session->ping()); }) < 1'500);
    QVERIFY(!session->isOpen());
}

void TstCancel::freesAStatementOfAHungServer()
{
    ConnectSpec quick = m_databases->postgresql();
    quick.statementTimeoutMs = 300;
    const auto session = Session::open(quick);
    const StoppedBackend backend(*session);
    auto query = std::make_unique<Query>(*session, QStringLiteral("select 1"));
    QVERIFY(query->first());
    QVERIFY(backend.stop());
    QVERIFY(elapsed([&] { query.reset(); }) < 300 + 4'000 + 500);
}

void TstCancel::endsTheWatchdogWithTheLastSession()
{
    { const auto warmUp = Session::open(m_databases->sqlite()); }
    const int before = threads();
    {
        const auto one = Session::open(m_databases->sqlite());
        const auto two = Session::open(m_databases->sqlite());
        QCOMPARE(threads(), before + 1);  // one watchdog for all
    }
    QTRY_COMPARE(threads(), before);
}

HEADGATE_TEST(TstCancel);
#include "tst_cancel.moc"
