// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/tasks.h"
#include "app/connections/testkeeper.h"
#include "models/audit/auditstore.h"
#include "models/connections/connectionstore.h"
#include "models/connections/healthrule.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

#include <QElapsedTimer>
#include <QTest>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

ConnectionTest result(TestStatus status = TestStatus::Success)
{
    ConnectionTest test;
    test.status = status;
    test.responseTimeMs = 1;
    test.testedAt = Timestamp::now();
    return test;
}

}  // namespace

class TstTestKeeper : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addDatabaseRows(); }
    void init();
    void keepsMany();
    void losesNobodyForTheFaultOfOne();
    void waitsForWhatIsToBeWritten();

private:
    QList<Connection> add(int count);
    qint64 rows(const QString &table) { return number(*m_session, u"select count(*) from "_s + table); }

    std::unique_ptr<TestDatabase> m_where;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<TestKeeper> m_keeper;
};

void TstTestKeeper::init()
{
    QFETCH_GLOBAL(int, kind);
    m_keeper.reset();
    m_database.reset();
    m_session.reset();
    m_where = std::make_unique<TestDatabase>(Dialect::Kind(kind));
    m_session = m_where->open();
    m_database = std::make_unique<Database>(m_where->spec());
    m_keeper = std::make_unique<TestKeeper>(*m_database, [] { return Actor{UserId{1}, u"tester"_s, {}, u"test"_s}; });
}

QList<Connection> TstTestKeeper::add(int count)
{
    return write(*m_session, [&](Transaction &transaction) {
        QList<Connection> all;
        for (int i = 0; i < count; ++i) {
            Connection c;
            c.name = u"c%1"_s.arg(i);
            c.databaseType = DatabaseType::Sqlite;
            c.databaseName = u"/x"_s;
            c.id = ConnectionStore::insert(transaction, c);
            all << c;
        }
        return all;
    });
}

void TstTestKeeper::keepsMany()
{
    const QList<Connection> all = add(300);
    QElapsedTimer clock;
    clock.start();
    QList<QFuture<Result<ConnectionTest>>> kept;
    for (const Connection &c : all) kept << m_keeper->keep(c, result(), TestOrigin::Person);
    for (qsizetype i = 0; i < kept.size(); ++i) {
        const ConnectionTest test = valueOf(kept[i]);
        QVERIFY(test.id.isValid());
        QCOMPARE(test.connectionId, all[i].id);
        QCOMPARE(test.testedByUserId, std::optional(UserId{1}));
    }
    qInfo("300 results were kept within %lld ms", clock.elapsed());
    QCOMPARE(rows(u"connection_tests"_s), 300);
    QCOMPARE(rows(u"audit_logs"_s), 300);
    QCOMPARE(rows(u"connections where last_test_status = 'success'"_s), 300);
    QVERIFY(AuditStore::verify(*m_session, {}, {}).ok());
}

void TstTestKeeper::losesNobodyForTheFaultOfOne()
{
    QList<Connection> all = add(20);
    all[7].id = {999'999};  // removed while its test ran
    QList<QFuture<Result<ConnectionTest>>> kept;
    for (const Connection &c : all) kept << m_keeper->keep(c, result(TestStatus::Warning), TestOrigin::Person);
    for (qsizetype i = 0; i < kept.size(); ++i) QCOMPARE(kept[i].result().ok(), i != 7);
    QCOMPARE(rows(u"connection_tests"_s), 19);
    QCOMPARE(rows(u"audit_logs"_s), 19);
    QVERIFY(AuditStore::verify(*m_session, {}, {}).ok());
}

void TstTestKeeper::waitsForWhatIsToBeWritten()
{
    const QList<Connection> all = add(50);
    for (const Connection &c : all) (void)m_keeper->keep(c, result(), TestOrigin::HealthRule);
    m_keeper.reset();
    QCOMPARE(rows(u"connection_tests"_s), 50);
    QCOMPARE(rows(u"audit_logs"_s), 0);
}

HEADGATE_TEST(TstTestKeeper);
#include "tst_testkeeper.moc"
