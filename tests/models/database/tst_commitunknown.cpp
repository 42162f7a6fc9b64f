// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/dberror.h"
#include "tests/models/database/bothdatabases.h"
#include "tests/models/database/pgproxy.h"
#include "tests/support/testregistry.h"

#include <QTest>

using namespace headgate;
using namespace headgate::test;
using OnCommit = PgProxy::OnCommit;
Q_DECLARE_METATYPE(PgProxy::OnCommit)

namespace {

int s_number = 0;

/// A change with its operation row, as the audit trail writes it.
int change(Transaction &transaction, bool record, std::atomic<int> &runs)
{
    ++runs;
    Session &session = transaction.session();
    Query(session, QStringLiteral("insert into changes (number) values (:n)")).bind("n", s_number).exec();
    if (!record) return 0;
    Query(session, QStringLiteral("insert into operations (op_id, audit_id, occurred_at) values ({uuid_in:op}, 1, {now})"))
        .bind("op", transaction.operationId())
        .exec();
    transaction.setOperationRecorded();
    return s_number;
}

}  // namespace

/// The reply to COMMIT is lost: what the writer answers is what the database holds, and nothing is done twice.
class TstCommitUnknown : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void learnsTheOutcome_data();
    void learnsTheOutcome();
    void doesNotRepeatWhatItCannotLookUp();
    void saysThatItDoesNotKnow();
    void doesNotCallItCancelled();

private:
    std::unique_ptr<Database> database(int statementTimeoutMs = 30'000) const;
    QString count() const;

    std::unique_ptr<BothDatabases> m_databases;
    std::unique_ptr<PgProxy> m_proxy;
    std::unique_ptr<Session> m_direct;
};

void TstCommitUnknown::initTestCase()
{
    m_databases = std::make_unique<BothDatabases>();
    const ConnectSpec spec = m_databases->postgresql();
    m_direct = Session::open(spec);
    m_direct->execute(QStringLiteral("create table changes (number integer)"));
    m_direct->execute(QStringLiteral("create table operations (op_id uuid primary key, audit_id bigint, occurred_at timestamptz)"));
    m_proxy = std::make_unique<PgProxy>(spec.host, spec.port.toUShort());
}

std::unique_ptr<Database> TstCommitUnknown::database(int statementTimeoutMs) const
{
    ConnectSpec spec = m_databases->postgresql();
    spec.port = QString::number(m_proxy->port());
    spec.options.insert(QStringLiteral("sslmode"), QStringLiteral("disable"));
    spec.options.insert(QStringLiteral("gssencmode"), QStringLiteral("disable"));
    spec.statementTimeoutMs = statementTimeoutMs;
    return std::make_unique<Database>(spec);
}

QString TstCommitUnknown::count() const
{
    return ask(*m_direct, QStringLiteral("select count(*) from changes where number = %1").arg(s_number));
}

void TstCommitUnknown::learnsTheOutcome_data()
{
    QTest::addColumn<PgProxy::OnCommit>("what");
    QTest::addColumn<int>("runs");
    QTest::newRow("passes") << OnCommit::Pass << 1;
    QTest::newRow("never arrived") << OnCommit::CutBefore << 2;
    QTest::newRow("arrived, answer lost") << OnCommit::CutAfter << 1;
    QTest::newRow("arrives after the look-up") << OnCommit::CutLate << 2;
    QTest::newRow("arrived, silence") << OnCommit::Swallow << 1;
}

void TstCommitUnknown::learnsTheOutcome()
{
    QFETCH(PgProxy::OnCommit, what);
    QFETCH(int, runs);
    ++s_number;
    const auto console = database(what == OnCommit::Swallow ? 300 : 30'000);
    std::atomic<int> ran = 0;
    m_proxy->onNextCommit(what);
    const auto result = answer(console->write([&](Transaction &transaction) { return change(transaction, true, ran); }));
    QVERIFY2(result.ok(), result.ok() ? "" : qPrintable(result.error().text()));
    QCOMPARE(*result, s_number);
    QCOMPARE(count(), QStringLiteral("1"));
    QVERIFY(ran >= 1 && ran <= runs);
    if (what != OnCommit::CutLate) QCOMPARE(ran, runs);
}

void TstCommitUnknown::doesNotRepeatWhatItCannotLookUp()
{
    for (const OnCommit what : {OnCommit::CutBefore, OnCommit::CutAfter}) {
        ++s_number;
        const auto console = database();
        std::atomic<int> ran = 0;
        m_proxy->onNextCommit(what);
        const auto result = answer(console->write([&](Transaction &transaction) { return change(transaction, false, ran); }));
        QVERIFY(!result.ok());
        QCOMPARE(result.error().kind, ErrorKind::Unknown);
        QCOMPARE(ran, 1);
        QCOMPARE(count(), what == OnCommit::CutBefore ? QStringLiteral("0") : QStringLiteral("1"));
    }
}

void TstCommitUnknown::saysThatItDoesNotKnow()
{
    ++s_number;
    const auto console = database();
    std::atomic<int> ran = 0;
    // The table that would tell is gone with the same COMMIT.
    const auto result = answer(console->write([&](Transaction &transaction) {
        const int number = change(transaction, true, ran);
        transaction.session().execute(QStringLiteral("alter table operations rename to away"));
        m_proxy->onNextCommit(OnCommit::CutAfter);
        return number;
    }));
    m_direct->execute(QStringLiteral("alter table away rename to operations"));
    QVERIFY(!result.ok());
    QCOMPARE(result.error().kind, ErrorKind::Unknown);
    QVERIFY2(result.error().hint.contains(QLatin1String("operation")), qPrintable(result.error().text()));
    QCOMPARE(ran, 1);
}

/// Stopped after a COMMIT that may still arrive: "cancelled" would say that nothing was saved.
void TstCommitUnknown::doesNotCallItCancelled()
{
    ++s_number;
    const auto console = database();
    const CancelToken token;
    std::atomic<int> ran = 0;
    m_proxy->onNextCommit(OnCommit::CutBefore);
    const auto result = answer(console->write(
        [&](Transaction &transaction) {
            if (ran == 1) token.cancel();
            return change(transaction, true, ran);
        },
        QUuid::createUuid(), token));
    QVERIFY(!result.ok());
    QCOMPARE(result.error().kind, ErrorKind::Unknown);
    QVERIFY2(result.error().hint.contains(QLatin1String("operation")), qPrintable(result.error().text()));
    QCOMPARE(count(), QStringLiteral("0"));
}

HEADGATE_TEST(TstCommitUnknown);
#include "tst_commitunknown.moc"
