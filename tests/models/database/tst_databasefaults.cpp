// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/dberror.h"
#include "tests/models/database/bothdatabases.h"
#include "tests/models/database/pgproxy.h"
#include "tests/support/testregistry.h"

#include <QRandomGenerator>
#include <QTest>
#include <signal.h>
#include <thread>

using namespace headgate;
using namespace headgate::test;

/// What takes long or throws everybody off the server. Every answer is compared with what the database holds.
class TstDatabaseFaults : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_databases.reset(); }
    void countsWhatItAcknowledged();
    void survivesAKilledBackend();

private:
    std::unique_ptr<BothDatabases> m_databases;
};

namespace {

int add(Transaction &transaction)
{
    Session &session = transaction.session();
    Query(session, QStringLiteral("insert into changes (op_id) values ({uuid_in:op})")).bind("op", transaction.operationId()).exec();
    Query(session, QStringLiteral("insert into operations (op_id) values ({uuid_in:op})")).bind("op", transaction.operationId()).exec();
    transaction.setOperationRecorded();
    return 0;
}

}  // namespace

void TstDatabaseFaults::init()
{
    m_databases = std::make_unique<BothDatabases>();
    const auto session = Session::open(m_databases->postgresql());
    session->execute(QStringLiteral("create table changes (op_id uuid)"));
    session->execute(QStringLiteral("create table operations (op_id uuid primary key)"));
}

void TstDatabaseFaults::countsWhatItAcknowledged()
{
    const quint32 seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    ConnectSpec spec = m_databases->postgresql();
    PgProxy proxy(spec.host, spec.port.toUShort());
    spec.port = QString::number(proxy.port());
    spec.options.insert(QStringLiteral("sslmode"), QStringLiteral("disable"));
    spec.options.insert(QStringLiteral("gssencmode"), QStringLiteral("disable"));
    Database console(spec);
    int acknowledged = 0;
    for (int i = 0; i < 40; ++i) {
        proxy.onNextCommit(PgProxy::OnCommit(random.bounded(4)));
        const auto result = answer(console.write(add));
        QVERIFY2(result.ok(), result.ok() ? "" : qPrintable(result.error().text()));
        ++acknowledged;
    }
    const auto direct = Session::open(m_databases->postgresql());
    QCOMPARE(ask(*direct, QStringLiteral("select count(*) from changes")).toInt(), acknowledged);
    QCOMPARE(ask(*direct, QStringLiteral("select count(distinct op_id) from changes")).toInt(), acknowledged);
}

void TstDatabaseFaults::survivesAKilledBackend()
{
    Database console(m_databases->postgresql());
    std::atomic<int> runs = 0;
    std::thread killer;
    const auto result = answer(console.write([&](Transaction &transaction) {
        add(transaction);
        // The deferred trigger sleeps inside COMMIT; the backend dies there.
        if (++runs == 1) {
            Session &session = transaction.session();
            session.execute(QStringLiteral("create function pg_temp.slow() returns trigger language plpgsql as "
                                           "$$ begin perform pg_sleep(5); return null; end $$"));
            session.execute(QStringLiteral("create constraint trigger slow after insert on changes deferrable initially deferred "
                                           "for each row execute function pg_temp.slow()"));
            Query(session, QStringLiteral("insert into changes (op_id) values (null)")).exec();
            const int pid = ask(session, QStringLiteral("select pg_backend_pid()")).toInt();
            killer = std::thread([pid] {
                std::this_thread::sleep_for(std::chrono::milliseconds(300));
                ::kill(pid, SIGKILL);
            });
        }
        return 0;
    }));
    killer.join();
    QVERIFY2(result.ok(), result.ok() ? "" : qPrintable(result.error().text()));
    QCOMPARE(runs, 2);
    QCOMPARE(ask(*Session::open(m_databases->postgresql()), QStringLiteral("select count(*) from changes")), QStringLiteral("1"));
}

HEADGATE_TEST(TstDatabaseFaults);
#include "tst_databasefaults.moc"
