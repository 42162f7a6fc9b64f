// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/dberror.h"
#include "models/database/walgate.h"
#include "tests/models/database/bothdatabases.h"
#include "tests/support/testregistry.h"

#include <QTest>
#include <thread>

using namespace headgate;
using namespace headgate::test;

class TstTransaction : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_databases = std::make_unique<BothDatabases>(); }
    void commitsAndRollsBack_data() { BothDatabases::addRows(); }
    void commitsAndRollsBack();
    void commitsAndRollsBackOnMariaDb();
    void isNotNested_data() { BothDatabases::addRows(); }
    void isNotNested();
    void neverCommitsAFailedTransaction();
    void failsAtCommitWhenAConstraintWaitedForIt_data() { BothDatabases::addRows(); }
    void failsAtCommitWhenAConstraintWaitedForIt();
    void waitsForAnotherWriter();
    void saysThatAnotherWriterIsBusy();
    void doesNotUpgradeAStaleSnapshot();
    void noticesThatAFullDiskRolledBack();
    void rollsBackAfterACancel_data() { BothDatabases::addRows(); }
    void rollsBackAfterACancel();
    void doesWhatComesLastInOrder_data() { BothDatabases::addRows(); }
    void doesWhatComesLastInOrder();
    void marksItsOperation_data() { BothDatabases::addRows(); }
    void marksItsOperation();

private:
    std::unique_ptr<BothDatabases> m_databases;
};

void TstTransaction::commitsAndRollsBack()
{
    const auto session = Session::open(m_databases->spec());
    session->execute(QStringLiteral("create table t (a integer)"));
    {
        Transaction transaction(*session);
        session->execute(QStringLiteral("insert into t values (1)"));
        QVERIFY(session->inTransaction());
    }
    QVERIFY(!session->inTransaction());
    {
        Transaction transaction(*session);
        session->execute(QStringLiteral("insert into t values (2)"));
        transaction.commit();
    }
    QCOMPARE(ask(*session, QStringLiteral("select sum(a) from t")), QStringLiteral("2"));
}

void TstTransaction::commitsAndRollsBackOnMariaDb()
{
    const auto session = Session::open(mariadbSpec());
    session->execute(QStringLiteral("create or replace table t (a integer) engine=innodb"));
    {
        Transaction transaction(*session);
        session->execute(QStringLiteral("insert into t values (1)"));
    }
    QVERIFY(!session->inTransaction());
    Transaction transaction(*session);
    session->execute(QStringLiteral("insert into t values (2)"));
    transaction.commit();
    QCOMPARE(ask(*session, QStringLiteral("select sum(a) from t")), QStringLiteral("2"));
    session->execute(QStringLiteral("drop table t"));
}

void TstTransaction::isNotNested()
{
    const auto session = Session::open(m_databases->spec());
    Transaction outer(*session);
    QCOMPARE(errorOf([&] { Transaction inner(*session); }).kind, ErrorKind::Internal);
    QVERIFY(session->inTransaction());  // the outer one is untouched
    outer.commit();
}

void TstTransaction::neverCommitsAFailedTransaction()
{
    const auto session = Session::open(m_databases->postgresql());
    session->execute(QStringLiteral("create table failed (a integer)"));
    Transaction transaction(*session);
    session->execute(QStringLiteral("insert into failed values (1)"));
    QVERIFY(errorOf([&] { session->execute(QStringLiteral("select nosuch")); }).what != u"nothing was thrown");
    QVERIFY(session->transactionFailed());
    try {
        transaction.commit();  // the server would answer ROLLBACK, and the driver true
        QFAIL("committed");
    } catch (const DbError &error) {
        QCOMPARE(error.sqlState(), QStringLiteral("25P02"));
        QVERIFY(!error.isTransient());
    }
    transaction.rollback();
    QCOMPARE(ask(*session, QStringLiteral("select count(*) from failed")), QStringLiteral("0"));
}

void TstTransaction::failsAtCommitWhenAConstraintWaitedForIt()
{
    const auto session = Session::open(m_databases->spec());
    session->execute(QStringLiteral("create table parents (id integer primary key)"));
    session->execute(QStringLiteral("create table children (id integer references parents (id) deferrable initially deferred)"));
    {
        Transaction transaction(*session);
        session->execute(QStringLiteral("insert into children values (1)"));
        try {
            transaction.commit();
            QFAIL("committed");
        } catch (const DbError &error) {
            QVERIFY(error.isForeignKeyViolation());
        }
    }
    QVERIFY(!session->inTransaction());
    QCOMPARE(ask(*session, QStringLiteral("select count(*) from children")), QStringLiteral("0"));
}

void TstTransaction::waitsForAnotherWriter()
{
    const auto first = Session::open(m_databases->sqlite());
    first->execute(QStringLiteral("create table waits (a integer)"));
    auto holding = std::make_unique<Transaction>(*first);
    std::thread other([spec = m_databases->sqlite()] {
        const auto second = Session::open(spec);
        Transaction transaction(*second);
        second->execute(QStringLiteral("insert into waits values (1)"));
        transaction.commit();
    });
    QTest::qWait(200);
    holding->commit();
    other.join();
    QCOMPARE(ask(*first, QStringLiteral("select count(*) from waits")), QStringLiteral("1"));
}

void TstTransaction::saysThatAnotherWriterIsBusy()
{
    ConnectSpec spec = m_databases->sqlite();
    spec.busyTimeoutMs = 100;
    const auto first = Session::open(spec);
    const auto second = Session::open(spec);
    const Transaction holding(*first);
    try {
        Transaction waiting(*second);
        QFAIL("two writers");
    } catch (const DbError &error) {
        QVERIFY(error.isTransient());
        QCOMPARE(error.error().kind, ErrorKind::Locked);
    }
}

void TstTransaction::doesNotUpgradeAStaleSnapshot()
{
    const auto mine = Session::open(m_databases->sqlite());
    const auto foreign = Session::open(m_databases->sqlite());
    mine->execute(QStringLiteral("create table stale (a integer)"));
    const auto commitElsewhere = [&] {
        Transaction transaction(*foreign);
        foreign->execute(QStringLiteral("insert into stale values (1)"));
        transaction.commit();
    };
    // What a deferred transaction would do: 517 at once, however long the busy timeout.
    mine->execute(QStringLiteral("BEGIN"));
    ask(*mine, QStringLiteral("select count(*) from stale"));
    commitElsewhere();
    try {
        mine->execute(QStringLiteral("insert into stale values (2)"));
        QFAIL("no SQLITE_BUSY_SNAPSHOT");
    } catch (const DbError &error) {
        QCOMPARE(error.nativeCode(), QStringLiteral("517"));
        QVERIFY(error.isTransient());
    }
    mine->execute(QStringLiteral("ROLLBACK"));
    // IMMEDIATE: nobody commits between the read and the write.
    Transaction transaction(*mine);
    ask(*mine, QStringLiteral("select count(*) from stale"));
    mine->execute(QStringLiteral("insert into stale values (3)"));
    transaction.commit();
}

void TstTransaction::noticesThatAFullDiskRolledBack()
{
    const auto session = Session::open(m_databases->freshFile());
    session->execute(QStringLiteral("create table t (a text)"));
    session->execute(QStringLiteral("pragma max_page_count=10"));
    Transaction transaction(*session);
    session->execute(QStringLiteral("insert into t values ('small')"));
    try {
        Query(*session, QStringLiteral("insert into t values (:a)")).bind("a", QString(1'000'000, u'x')).exec();
        QFAIL("the disk is not full");
    } catch (const DbError &error) {
        QCOMPARE(error.sqliteCode(), 13);
        QVERIFY(!error.isTransient());
        QVERIFY2(error.error().hint.contains(QLatin1String("full")), qPrintable(error.error().text()));
    }
    QVERIFY(!session->inTransaction());
    QVERIFY(errorOf([&] { transaction.commit(); }).what != u"nothing was thrown");
    transaction.rollback();
    QCOMPARE(ask(*session, QStringLiteral("select count(*) from t")), QStringLiteral("0"));
}

void TstTransaction::rollsBackAfterACancel()
{
    const auto session = Session::open(m_databases->spec());
    session->execute(QStringLiteral("create table cancelled (a integer)"));
    const CancelToken token;
    {
        Transaction transaction(*session);
        session->execute(QStringLiteral("insert into cancelled values (1)"));
        session->setCancelToken(token);
        token.cancel();
        QCOMPARE(errorOf([&] { session->execute(QStringLiteral("insert into cancelled values (2)")); }).kind, ErrorKind::Cancelled);
    }
    QVERIFY(!session->inTransaction());
    session->setCancelToken({});
    QCOMPARE(ask(*session, QStringLiteral("select count(*) from cancelled")), QStringLiteral("0"));
    // The gate is free again: somebody else may checkpoint.
    if (session->walGate()) {
        const auto other = Session::open(m_databases->spec());
        QVERIFY(other->walGate()->tryCheckpoint(static_cast<sqlite3 *>(other->nativeHandle())));
    }
}

void TstTransaction::doesWhatComesLastInOrder()
{
    const auto session = Session::open(m_databases->spec());
    QStringList order;
    Transaction transaction(*session);
    transaction.beforeCommit([&](Transaction &) { order << QStringLiteral("first"); });
    transaction.beforeCommit([&](Transaction &last) {
        QVERIFY(last.session().inTransaction());
        order << QStringLiteral("second");
    });
    transaction.commit();
    QCOMPARE(order, (QStringList{QStringLiteral("first"), QStringLiteral("second")}));
}

void TstTransaction::marksItsOperation()
{
    const auto session = Session::open(m_databases->spec());
    if (session->dialect().isSqlite()) session->execute(QStringLiteral("create table session_operation (op_id text)"));
    const QString marked = session->dialect().isSqlite() ? QStringLiteral("select op_id from session_operation")
                                                         : QStringLiteral("select current_setting('headgate.op_id', true)");
    const QUuid id = QUuid::createUuid();
    {
        Transaction transaction(*session, Transaction::Mode::Write, id);
        QCOMPARE(ask(*session, marked), id.toString(QUuid::WithoutBraces));
        transaction.commit();
    }
    QVERIFY(!ask(*session, marked).contains(id.toString(QUuid::WithoutBraces)));
}

HEADGATE_TEST(TstTransaction);
#include "tst_transaction.moc"
