// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/query.h"
#include "tests/migrations/scratch.h"
#include "tests/support/testregistry.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace headgate;
using namespace headgate::test;
using Outcome = Migrator::Outcome;

/// One test for each outcome, and what a step's text may hold.
class TstMigrator : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void emptyThenCreatedThenCurrent_data() { addDialectRows(); }
    void emptyThenCreatedThenCurrent();
    void behindThenUpgradedThenDowngraded_data() { addDialectRows(); }
    void behindThenUpgradedThenDowngraded();
    void newerCompatible_data() { addDialectRows(); }
    void newerCompatible();
    void newerIncompatible_data() { addDialectRows(); }
    void newerIncompatible();
    void checksumMismatch_data() { addDialectRows(); }
    void checksumMismatch();
    void dirty_data() { addDialectRows(); }
    void dirty();
    void failedLeavesNothing_data() { addDialectRows(); }
    void failedLeavesNothing();
    void aStepMayNotEndItsTransaction_data() { addDialectRows(); }
    void aStepMayNotEndItsTransaction();
    void someoneElsesFile();
    void someoneElsesSchema();
    void theConsoleMayNotMigrate();
    void aCancelledStepLeavesNothing_data() { addDialectRows(); }
    void aCancelledStepLeavesNothing();
    void lineEndingsDoNotCount();
    void whatIsNoStepIsNamed();
    void gapsAreRefused();
    void statementsAreCutByTheDatabase_data() { addDialectRows(); }
    void statementsAreCutByTheDatabase();
    void aRebuiltTableKeepsItsChildren();
    void nothingHappensOnConnecting_data() { addDialectRows(); }
    void nothingHappensOnConnecting();

private:
    static Steps twoSteps(const QByteArray &head = {})
    {
        Steps steps;
        steps.add(QStringLiteral("more"), head + "CREATE TABLE more (i INTEGER);\n",
                  head + "CREATE TABLE headgate.more (i INTEGER);\n", "DROP TABLE more;\n");
        return steps;
    }
    static bool tableExists(Session &session, const char *name)
    {
        const char *sql = session.dialect().isSqlite() ? "select 1 from sqlite_master where name = :name"
                                                       : "select 1 from pg_class where relname = :name";
        return Query(session, QString::fromLatin1(sql)).bind("name", QString::fromLatin1(name)).first();
    }
};

void TstMigrator::emptyThenCreatedThenCurrent()
{
    QFETCH(Dialect::Kind, kind);
    const Scratch scratch(kind);
    const auto session = Session::open(scratch.admin());
    Migrator migrator(*session);
    QCOMPARE(migrator.check().outcome, Outcome::Empty);
    QCOMPARE(migrator.current(), 0);
    QCOMPARE(migrator.pending().size(), shippedSteps());
    const Migrator::Report report = migrator.upgrade();
    QVERIFY2(report.outcome == Outcome::Created, qPrintable(report.error.text()));
    QVERIFY(report.usable());
    QCOMPARE(report.from, 0);
    QCOMPARE(report.to, shippedSteps());
    QCOMPARE(report.steps.size(), shippedSteps());
    QCOMPARE(migrator.upgrade().outcome, Outcome::Current);
    QVERIFY(migrator.pending().isEmpty());
    QVERIFY(migrator.verify().isEmpty());
    const QList<SchemaEvent> history = migrator.history();
    QCOMPARE(history.size(), shippedSteps());
    QCOMPARE(history.first().action, QStringLiteral("apply"));
    QCOMPARE(history.first().checksum, migrator.known().steps.first().checksum);
    QVERIFY(!history.first().appliedBy.isEmpty());
    QVERIFY(std::abs(history.first().occurredAt.us - Timestamp::now().us) < 60'000'000);
}

void TstMigrator::behindThenUpgradedThenDowngraded()
{
    QFETCH(Dialect::Kind, kind);
    const Scratch scratch(kind);
    const auto session = scratch.migrated();
    const Steps steps = twoSteps();
    Migrator migrator(*session, optionsFor(steps.root()));
    QCOMPARE(migrator.check().outcome, Outcome::Behind);
    QVERIFY(!migrator.check().usable());
    QCOMPARE(migrator.pending().size(), 1);
    const Migrator::Report up = migrator.upgrade();
    QVERIFY2(up.outcome == Outcome::Upgraded, qPrintable(up.error.text()));
    QCOMPARE(up.to, shippedSteps() + 1);
    QVERIFY(tableExists(*session, "more"));
    const Migrator::Report down = migrator.downgrade(shippedSteps());
    QVERIFY2(down.outcome == Outcome::Downgraded, qPrintable(down.error.text()));
    QCOMPARE(down.to, shippedSteps());
    QVERIFY(!tableExists(*session, "more"));
    QCOMPARE(migrator.history().last().action, QStringLiteral("revert"));
    QCOMPARE(migrator.downgrade(shippedSteps()).outcome, Outcome::Behind);
    QCOMPARE(migrator.downgrade(shippedSteps() + 5).outcome, Outcome::Failed);
    QCOMPARE(migrator.upgrade(shippedSteps() + 9).outcome, Outcome::Failed);
}

void TstMigrator::newerCompatible()
{
    QFETCH(Dialect::Kind, kind);
    const Scratch scratch(kind);
    const auto session = Session::open(scratch.admin());
    const Steps steps = twoSteps(QByteArrayLiteral("-- min_compatible: ") + QByteArray::number(shippedSteps()) + "\n");
    QCOMPARE(Migrator(*session, optionsFor(steps.root())).upgrade().outcome, Outcome::Created);
    const Migrator::Report report = Migrator(*session).upgrade();
    QCOMPARE(report.outcome, Outcome::NewerCompatible);
    QVERIFY(report.usable());
    QCOMPARE(report.to, shippedSteps() + 1);
    QCOMPARE(Migrator(*session).downgrade(1).outcome, Outcome::Failed);  // this console does not know the way down
}

void TstMigrator::newerIncompatible()
{
    QFETCH(Dialect::Kind, kind);
    const Scratch scratch(kind);
    const auto session = Session::open(scratch.admin());
    const Steps steps = twoSteps();
    QCOMPARE(Migrator(*session, optionsFor(steps.root())).upgrade().outcome, Outcome::Created);
    for (const Migrator::Report &report :
         {Migrator(*session).check(), Migrator(*session).upgrade(), Migrator(*session).downgrade(0)}) {
        QCOMPARE(report.outcome, Outcome::NewerIncompatible);
        QVERIFY(!report.usable());
        QVERIFY(!report.error.hint.isEmpty());
    }
}

void TstMigrator::checksumMismatch()
{
    QFETCH(Dialect::Kind, kind);
    const Scratch scratch(kind);
    const auto session = scratch.migrated();
    Steps steps;
    const QString file = QStringLiteral("0001_initial/up.%1.sql").arg(session->dialect().name());
    QFile original(QStringLiteral(":/migrations/") + file);
    QVERIFY(original.open(QIODevice::ReadOnly));
    steps.write(file, original.readAll() + "-- edited\n");
    Migrator migrator(*session, optionsFor(steps.root()));
    const Migrator::Report report = migrator.upgrade();
    QCOMPARE(report.outcome, Outcome::ChecksumMismatch);
    QCOMPARE(report.error.kind, ErrorKind::Integrity);
    QCOMPARE(migrator.verify().size(), 1);
    QCOMPARE(migrator.verify().first().version, 1);
}

void TstMigrator::dirty()
{
    QFETCH(Dialect::Kind, kind);
    const Scratch scratch(kind);
    const auto session = scratch.migrated();
    session->execute(QStringLiteral("update schema_version set state = 'dirty'"));
    QCOMPARE(Migrator(*session).upgrade().outcome, Outcome::Dirty);
    QCOMPARE(Migrator(*session).downgrade(0).outcome, Outcome::Dirty);
}

void TstMigrator::failedLeavesNothing()
{
    QFETCH(Dialect::Kind, kind);
    const Scratch scratch(kind);
    const auto session = scratch.migrated();
    Steps steps = twoSteps();
    steps.add(QStringLiteral("broken"),
              "CREATE TABLE third (i INTEGER);\n\n-- a comment; here\nINSERT INTO nowhere VALUES (1);\n",
              "CREATE TABLE headgate.third (i INTEGER);\n\n-- a comment; here\nINSERT INTO nowhere VALUES (1);\n",
              "SELECT 1;\n");
    Migrator migrator(*session, optionsFor(steps.root()));
    const Migrator::Report report = migrator.upgrade();
    QCOMPARE(report.outcome, Outcome::Failed);
    QCOMPARE(report.steps, QList<int>{shippedSteps() + 1});  // the step before stands
    QCOMPARE(report.to, shippedSteps() + 1);
    QVERIFY2(report.error.where.contains(QStringLiteral("step %1 broken, line 4, statement 2").arg(shippedSteps() + 2)),
             qPrintable(report.error.text()));
    QVERIFY(report.error.evidence.contains(QLatin1String("nowhere")));
    QVERIFY(!tableExists(*session, "third"));
    QCOMPARE(migrator.history().last().action, QStringLiteral("fail"));
    QVERIFY(migrator.history().last().detail.contains(QLatin1String("nowhere")));
    QCOMPARE(migrator.check().outcome, Outcome::Behind);
}

void TstMigrator::aStepMayNotEndItsTransaction()
{
    QFETCH(Dialect::Kind, kind);
    const Scratch scratch(kind);
    const auto session = scratch.migrated();
    Steps steps;
    steps.add(QStringLiteral("ends"), "SELECT 1;\nROLLBACK;\n");
    Migrator migrator(*session, optionsFor(steps.root()));
    const Migrator::Report report = migrator.upgrade();
    QCOMPARE(report.outcome, Outcome::Failed);
    QCOMPARE(report.error.kind, ErrorKind::Invalid);
    QCOMPARE(migrator.current(), shippedSteps());
}

void TstMigrator::someoneElsesFile()
{
    const Scratch scratch(Dialect::Kind::Sqlite);
    ConnectSpec spec = scratch.admin();
    spec.management = false;  // as an ordinary target: the journal mode of a foreign file is not ours to set
    const auto session = Session::open(spec);
    session->execute(QStringLiteral("create table songs (id integer)"));
    QCOMPARE(Migrator(*session).upgrade().outcome, Outcome::NotAWorkspace);
    session->execute(QStringLiteral("drop table songs"));
    session->execute(QStringLiteral("pragma application_id = 12345"));
    QCOMPARE(Migrator(*session).upgrade().outcome, Outcome::NotAWorkspace);
    session->execute(QStringLiteral("pragma application_id = 0x48474154"));
    QCOMPARE(Migrator(*session).upgrade().outcome, Outcome::NotAWorkspace);  // says it is one, and has no schema
    session->execute(QStringLiteral("pragma application_id = 0"));
    QCOMPARE(Migrator(*session).upgrade().outcome, Outcome::Created);
}

void TstMigrator::someoneElsesSchema()
{
    const PgDatabase database;
    const auto superuser = Session::open(database.superuser());
    superuser->execute(QStringLiteral("set headgate.maintenance = 'test'"));
    superuser->execute(QStringLiteral("create schema headgate"));
    superuser->execute(QStringLiteral("create table headgate.water (level integer)"));
    superuser->execute(QStringLiteral("grant usage on schema headgate to public"));
    const auto session = Session::open(database.admin());
    QCOMPARE(Migrator(*session).upgrade().outcome, Outcome::NotAWorkspace);
}

void TstMigrator::theConsoleMayNotMigrate()
{
    const Scratch scratch(Dialect::Kind::Postgresql);
    const auto admin = scratch.migrated();
    const auto console = Session::open(scratch.console());
    const Steps steps = twoSteps();
    Migrator migrator(*console, optionsFor(steps.root()));
    QCOMPARE(migrator.check().outcome, Outcome::Behind);
    const Migrator::Report report = migrator.upgrade();
    QCOMPARE(report.outcome, Outcome::Failed);
    QCOMPARE(report.error.kind, ErrorKind::Denied);
    QCOMPARE(migrator.current(), shippedSteps());
}

void TstMigrator::aCancelledStepLeavesNothing()
{
    QFETCH(Dialect::Kind, kind);
    const Scratch scratch(kind);
    const auto session = scratch.migrated();
    Steps steps;
    steps.add(QStringLiteral("long"),
              "CREATE TABLE half (i INTEGER);\nWITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i "
              "< 2000000000) SELECT max(i) FROM n;\n",
              "CREATE TABLE headgate.half (i INTEGER);\nSELECT pg_sleep(60);\n", "DROP TABLE half;\n");
    const CancelToken token;
    session->setCancelToken(token);
    std::unique_ptr<QThread> later(QThread::create([token] {
        QThread::msleep(300);
        token.cancel();
    }));
    later->start();
    const Migrator::Report report = Migrator(*session, optionsFor(steps.root())).upgrade();
    later->wait();
    session->setCancelToken({});
    QCOMPARE(report.outcome, Outcome::Failed);
    QCOMPARE(report.error.kind, ErrorKind::Cancelled);
    QVERIFY(report.elapsedMs < 5'000);
    QVERIFY(!tableExists(*session, "half"));
    QCOMPARE(Migrator(*session).check().outcome, Outcome::Current);
}

void TstMigrator::lineEndingsDoNotCount()
{
    QCOMPARE(textChecksum("\xEF\xBB\xBFone\r\ntwo\rthree\n"), textChecksum("one\ntwo\nthree\n"));
    QVERIFY(textChecksum("a\nb") != textChecksum("ab"));
    const Scratch scratch(Dialect::Kind::Sqlite);
    const auto session = scratch.migrated();
    Steps steps;
    QFile original(QStringLiteral(":/migrations/0001_initial/up.sqlite.sql"));
    QVERIFY(original.open(QIODevice::ReadOnly));
    steps.write(QStringLiteral("0001_initial/up.sqlite.sql"),
                "\xEF\xBB\xBF" + original.readAll().replace('\n', "\r\n"));
    QCOMPARE(Migrator(*session, optionsFor(steps.root())).check().outcome, Outcome::Current);
}

void TstMigrator::whatIsNoStepIsNamed()
{
    Steps steps = twoSteps();
    steps.write(QStringLiteral("V003__flyway.sql"), "select 1");
    steps.write(QStringLiteral("3_short/up.sqlite.sql"), "select 1");
    const StepSet set = loadSteps(Dialect::of(Dialect::Kind::Sqlite), steps.root());
    QCOMPARE(set.head(), shippedSteps() + 1);
    QCOMPARE(set.ignored.size(), 2);
    QCOMPARE(set.ignored[0].file, QStringLiteral("3_short"));
    QCOMPARE(set.ignored[1].file, QStringLiteral("V003__flyway.sql"));
    QCOMPARE(loadSteps(Dialect::of(Dialect::Kind::Postgresql)).ignored.size(), 0);
}

void TstMigrator::gapsAreRefused()
{
    Steps gap = twoSteps();
    gap.write(QStringLiteral("%1_gap/up.sqlite.sql").arg(shippedSteps() + 3, 4, 10, QLatin1Char('0')), "select 1");
    QVERIFY_EXCEPTION_THROWN(loadSteps(Dialect::of(Dialect::Kind::Sqlite), gap.root()), Exception);
    Steps twice = twoSteps();
    twice.write(QStringLiteral("0002_other/up.sqlite.sql"), "select 1");
    QVERIFY_EXCEPTION_THROWN(loadSteps(Dialect::of(Dialect::Kind::Sqlite), twice.root()), Exception);
    Steps half = twoSteps();
    half.write(QStringLiteral("%1_half/up.sqlite.sql").arg(shippedSteps() + 2, 4, 10, QLatin1Char('0')), "select 1");
    QVERIFY_EXCEPTION_THROWN(loadSteps(Dialect::of(Dialect::Kind::Sqlite), half.root()), Exception);
}

void TstMigrator::statementsAreCutByTheDatabase()
{
    QFETCH(Dialect::Kind, kind);
    const Scratch scratch(kind);
    const auto session = scratch.migrated();
    Steps steps;
    steps.add(QStringLiteral("odd"), R"(-- a comment; with a semicolon
CREATE TABLE odd (a TEXT, "b;c" TEXT);;
/* another; one */ INSERT INTO odd VALUES ('it''s;', 'x');
CREATE TRIGGER odd_case AFTER INSERT ON odd BEGIN
    UPDATE odd SET a = CASE WHEN a = ';' THEN 'end' ELSE a END;
    DELETE FROM odd WHERE a = 'never;';
END;
INSERT INTO odd VALUES (';', '?:name')  -- no semicolon at the end)",
              R"(-- a comment; with a semicolon
CREATE TABLE headgate.odd (a TEXT, "b;c" TEXT);;
/* another; /* nested; */ one */ INSERT INTO odd VALUES ('it''s;', E'x\';');
CREATE FUNCTION headgate.odd_case() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF NEW.a = ';' THEN NEW.a := $$end$$; END IF;
    RETURN NEW;
END; $body$;
CREATE TRIGGER odd_case BEFORE INSERT ON odd FOR EACH ROW EXECUTE FUNCTION odd_case();
INSERT INTO odd VALUES (';', '?:name')  -- no semicolon at the end)",
              "DROP TABLE odd;\n");
    const Migrator::Report report = Migrator(*session, optionsFor(steps.root())).upgrade();
    QVERIFY2(report.outcome == Outcome::Upgraded, qPrintable(report.error.text()));
    if (kind == Dialect::Kind::Postgresql) session->execute(QStringLiteral("set role headgate_owner"));
    Query query(*session, QStringLiteral("select a from odd order by a"));
    query.exec();
    QVERIFY(query.next());
    QCOMPARE(query.get<QString>(0), QStringLiteral("end"));
    QVERIFY(query.next());
    QCOMPARE(query.get<QString>(0), QStringLiteral("it's;"));
}

/// The way to change a column in SQLite drops the old table; with foreign keys on, the rows that refer to it would go.
void TstMigrator::aRebuiltTableKeepsItsChildren()
{
    const Scratch scratch(Dialect::Kind::Sqlite);
    const auto session = scratch.migrated();
    Steps steps;
    steps.add(QStringLiteral("family"),
              "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT);\n"
              "CREATE TABLE child (parent_id INTEGER REFERENCES parent (id) ON DELETE CASCADE);\n"
              "INSERT INTO parent VALUES (1, 'p');\nINSERT INTO child VALUES (1);\n");
    steps.add(
        QStringLiteral("rebuild"),
        "CREATE TABLE parent_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n"
        "INSERT INTO parent_new SELECT * FROM parent;\nDROP TABLE parent;\nALTER TABLE parent_new RENAME TO parent;\n");
    steps.add(QStringLiteral("orphan"), "DELETE FROM parent;\n");
    Migrator migrator(*session, optionsFor(steps.root()));
    QCOMPARE(migrator.upgrade(shippedSteps() + 2).outcome, Outcome::Upgraded);
    Query children(*session, QStringLiteral("select count(*) from child"));
    QVERIFY(children.first());
    QCOMPARE(children.get<int>(0), 1);
    const Migrator::Report orphans = migrator.upgrade(shippedSteps() + 3);
    QCOMPARE(orphans.outcome, Outcome::Failed);
    QCOMPARE(orphans.error.kind, ErrorKind::Integrity);
    QVERIFY2(
        failureOf(*session, QStringLiteral("insert into child values (99)")).contains(QLatin1String("FOREIGN KEY")),
        "foreign keys are off");
}

void TstMigrator::nothingHappensOnConnecting()
{
    QFETCH(Dialect::Kind, kind);
    const Scratch scratch(kind);
    const auto session = Session::open(scratch.admin());
    QVERIFY(Migrator(*session).check().outcome == Outcome::Empty);
    QVERIFY(!tableExists(*session, "schema_version"));
}

HEADGATE_TEST(TstMigrator);
#include "tst_migrator.moc"
