// SPDX-License-Identifier: GPL-3.0-or-later
#include "migrations/engine/migrationlock.h"
#include "models/database/query.h"
#include "tests/migrations/catalogue.h"
#include "tests/migrations/scratch.h"
#include "tests/support/testregistry.h"

#include <csignal>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QRandomGenerator>
#include <QTest>
#include <QThread>

using namespace headgate;
using namespace headgate::test;
using Outcome = Migrator::Outcome;

namespace {

/// A second real process, TstMigrationChild.
class Child {
public:
    Child(const QString &order, const QString &workspace, const QString &root = QStringLiteral(":/migrations"))
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("HEADGATE_CHILD_ORDER"), order);
        environment.insert(QStringLiteral("HEADGATE_CHILD_WORKSPACE"), workspace);
        environment.insert(QStringLiteral("HEADGATE_CHILD_ROOT"), root);
        m_process.setProcessEnvironment(environment);
        m_process.start(QCoreApplication::applicationFilePath(),
                        {QStringLiteral("TstMigrationChild"), QStringLiteral("-silent")});
    }
    ~Child() { kill(); }
    bool waitFor(const QByteArray &text)
    {
        while (!m_output.contains(text)) {
            if (!m_process.waitForReadyRead(30'000)) return false;
            m_output += m_process.readAllStandardOutput();
        }
        return true;
    }
    QByteArray finish()
    {
        m_process.waitForFinished(60'000);
        return m_output += m_process.readAllStandardOutput();
    }
    qint64 pid() const { return m_process.processId(); }
    void kill()
    {
        if (m_process.state() == QProcess::NotRunning) return;
        m_process.kill();  // SIGKILL
        m_process.waitForFinished();
    }

private:
    QProcess m_process;
    QByteArray m_output;
};

/// Makes a table, then is busy for a minute in the same step.
Steps slowSteps()
{
    Steps steps;
    steps.add(QStringLiteral("slow"),
              "CREATE TABLE half (i INTEGER);\nINSERT INTO half WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + "
              "1 FROM n WHERE i < 2000000000)"
              " SELECT max(i) FROM n;\n",
              "CREATE TABLE headgate.half (i integer);\nSELECT pg_sleep(60);\n", "DROP TABLE half;\n");
    return steps;
}

}  // namespace

class TstMigrationProcess : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aHeldLockIsNamed_data() { addDialectRows(); }
    void aHeldLockIsNamed();
    void aKilledStepLeavesTheOneBefore_data() { addDialectRows(); }
    void aKilledStepLeavesTheOneBefore();
    void killedAtAnyMoment();
    void twoProcessesMakeOneSchema_data() { addDialectRows(); }
    void twoProcessesMakeOneSchema();

private:
    static QString placeOf(const Scratch &scratch)
    {
        if (scratch.isSqlite()) return scratch.path();
        const ConnectSpec spec = scratch.admin();
        return QStringLiteral("postgresql://%1:%2@%3:%4/%5")
            .arg(spec.user, QString::fromUtf8(spec.password), spec.host, spec.port, spec.database);
    }
};

void TstMigrationProcess::aHeldLockIsNamed()
{
    QFETCH(Dialect::Kind, kind);
    const Scratch scratch(kind);
    Child child(QStringLiteral("hold"), placeOf(scratch));
    QVERIFY(child.waitFor("ready"));
    const auto session = Session::open(scratch.admin());
    Migrator migrator(*session, optionsFor(QStringLiteral(":/migrations"), 400));
    const Migrator::Report report = migrator.upgrade();
    QCOMPARE(report.outcome, Outcome::Locked);
    QVERIFY2(report.elapsedMs < 2'000, qPrintable(QString::number(report.elapsedMs)));
    QVERIFY2(report.error.evidence.contains(QLatin1String("headgate child")), qPrintable(report.error.text()));
    QVERIFY2(report.error.evidence.contains(QLatin1String("since 20")), qPrintable(report.error.text()));
    QVERIFY2(report.error.evidence.contains(QStringLiteral("process %1").arg(child.pid())),
             qPrintable(report.error.text()));
    child.kill();
    QCOMPARE(migrator.upgrade().outcome, Outcome::Created);
    QVERIFY(!QFile::exists(MigrationLock::lockFile(scratch.path())));
}

void TstMigrationProcess::aKilledStepLeavesTheOneBefore()
{
    QFETCH(Dialect::Kind, kind);
    const Scratch scratch(kind);
    const auto session = scratch.migrated();
    const Steps steps = slowSteps();
    {
        Child child(QStringLiteral("upgrade"), placeOf(scratch), steps.root());
        QVERIFY(child.waitFor("ready"));
        if (kind == Dialect::Kind::Postgresql) {
            const auto superuser = Session::open(scratch.superuser());
            QTRY_VERIFY_WITH_TIMEOUT(
                Query(*superuser, QStringLiteral("select 1 from pg_stat_activity where wait_event = 'PgSleep'"))
                    .first(),
                20'000);
        } else {
            QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(MigrationLock::lockFile(scratch.path())), 20'000);
            QTest::qWait(300);
        }
        child.kill();
    }
    Migrator migrator(*session);
    QCOMPARE(migrator.check().outcome, Outcome::Current);
    QCOMPARE(migrator.current(), shippedSteps());
    QCOMPARE(difference(promisedCatalogue(kind), actualCatalogue(*session)), QString());
    Steps quick;
    quick.add(QStringLiteral("quick"), "CREATE TABLE half (i integer);\n", "CREATE TABLE headgate.half (i integer);\n",
              "DROP TABLE half;\n");
    QCOMPARE(Migrator(*session, optionsFor(quick.root())).upgrade().outcome, Outcome::Upgraded);
}

/// Whatever the moment: nothing, or whole steps.
void TstMigrationProcess::killedAtAnyMoment()
{
    const quint32 seed = qEnvironmentVariableIntValue("HEADGATE_TEST_SEED")
                             ? quint32(qEnvironmentVariableIntValue("HEADGATE_TEST_SEED"))
                             : QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    const auto untilReady = [](const Scratch &scratch) {
        auto child = std::make_unique<Child>(QStringLiteral("upgrade"), placeOf(scratch));
        return child->waitFor("ready") ? std::move(child) : nullptr;
    };
    int needed = 0;
    {
        const Scratch scratch(Dialect::Kind::Sqlite);
        const auto child = untilReady(scratch);
        QElapsedTimer timer;
        timer.start();
        QVERIFY(child && child->waitFor("created"));
        needed = int(timer.nsecsElapsed() / 1000);
    }
    int whole = 0;
    for (int round = 0; round < 20; ++round) {
        const Scratch scratch(Dialect::Kind::Sqlite);
        {
            const auto child = untilReady(scratch);
            QVERIFY(child);
            QThread::usleep(ulong(random.bounded(needed + needed / 4)));
            child->kill();
        }
        const auto session = Session::open(scratch.admin());
        Migrator migrator(*session);
        const Outcome outcome = migrator.check().outcome;
        const bool between = outcome == Outcome::Behind && difference(promisedCatalogue(Dialect::Kind::Sqlite), actualCatalogue(*session)) != QString();
        QVERIFY2(outcome == Outcome::Empty || outcome == Outcome::Current || between, qPrintable(outcomeName(outcome)));
        whole += outcome == Outcome::Current;
        QVERIFY(migrator.upgrade().usable());
        QCOMPARE(difference(promisedCatalogue(Dialect::Kind::Sqlite), actualCatalogue(*session)), QString());
    }
    qInfo("%d of 20 were whole", whole);
}

void TstMigrationProcess::twoProcessesMakeOneSchema()
{
    QFETCH(Dialect::Kind, kind);
    const Scratch scratch(kind);
    Session::open(scratch.admin());  // the file is there
    Child first(QStringLiteral("upgrade"), placeOf(scratch)), second(QStringLiteral("upgrade"), placeOf(scratch));
    const QByteArray outputs = first.finish() + second.finish();
    QVERIFY2(outputs.contains("created"), outputs);
    QVERIFY2(outputs.contains("current"), outputs);
    const auto session = Session::open(scratch.admin());
    QCOMPARE(Migrator(*session).history().size(), shippedSteps());
}

HEADGATE_TEST(TstMigrationProcess);
#include "tst_migrationprocess.moc"
