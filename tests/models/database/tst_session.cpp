// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/dberror.h"
#include "models/database/walgate.h"
#include "tests/models/database/bothdatabases.h"
#include "tests/support/testregistry.h"

#include <QFile>
#include <QFileInfo>
#include <QTest>
#include <sqlite3.h>
#include <sys/stat.h>

using namespace headgate;
using namespace headgate::test;

class TstSession : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_databases = std::make_unique<BothDatabases>(); }
    void refusesASecondStatement_data() { BothDatabases::addRows(); }
    void refusesASecondStatement();
    void refusesASecondStatementOnMariaDb();
    void readsQueriesInTurn_data() { BothDatabases::addRows(); }
    void readsQueriesInTurn();
    void readsQueriesInTurnOnMariaDb();
    void preparesOnce();
    void forgetsWhatWasBound();
    void preparesAnewAfterAChangeOfTheTable();
    void keepsNoLargeAnswer();
    void finishesAnUnfinishedSelect();
    void keepsOthersUnlockedAfterTheJournalPragma();
    void refusesAGarbageFile();
    void doesNotCreateAMistypedPath();
    void takesOddPaths();
    void makesAFileForItsOwnerOnly();
    void setsEverySqliteConnection();
    void enforcesForeignKeys();
    void readsOnlyWhenAskedTo();
    void fixesPostgresqlSettings();
    void doesNotDoubleBackslashes();
    void keepsTheServersSearchPathWhenAskedTo();
    void tellsWhyItCannotConnect();
    void refusesASemicolonInAnOption();
    void neverTellsThePassword();
    void knowsItsErrors_data() { BothDatabases::addRows(); }
    void knowsItsErrors();
    void changesExactlyOneRow_data() { BothDatabases::addRows(); }
    void changesExactlyOneRow();

private:
    std::unique_ptr<BothDatabases> m_databases;
};

void TstSession::refusesASecondStatement()
{
    const auto session = Session::open(m_databases->spec());
    session->execute(QStringLiteral("create table multi (a integer)"));
    for (const char *sql : {"insert into multi values (1); insert into multi values (2)", "insert into multi values (3); select nosuch",
                            "insert into multi values (4) ; -- x\n delete from multi"}) {
        QVERIFY(errorOf([&] { session->execute(QLatin1String(sql)); }).what != u"nothing was thrown");
        QVERIFY(errorOf([&] { Query(*session, QLatin1String(sql)).exec(); }).what != u"nothing was thrown");
    }
    QCOMPARE(ask(*session, QStringLiteral("select count(*) from multi")), QStringLiteral("0"));
}

void TstSession::refusesASecondStatementOnMariaDb()
{
    const auto session = Session::open(mariadbSpec());
    QCOMPARE(errorOf([&] { session->execute(QStringLiteral("select 'it\\'s'; select 2")); }).kind, ErrorKind::Invalid);
    QCOMPARE(errorOf([&] { Query(*session, QStringLiteral("select 1; select 2")).exec(); }).kind, ErrorKind::Invalid);
    QCOMPARE(ask(*session, QStringLiteral("select ';'")), QStringLiteral(";"));
}

void TstSession::readsQueriesInTurn()
{
    const auto session = Session::open(m_databases->spec());
    session->execute(QStringLiteral("create table turns (a integer)"));
    Query(*session, QStringLiteral("insert into turns values (1), (2), (3)")).exec();
    Query outer(*session, QStringLiteral("select a from turns order by a"));
    outer.exec();
    int rows = 0;
    while (outer.next()) {
        Query inner(*session, QStringLiteral("select count(*) from turns where a >= :a"));
        QVERIFY(inner.bind("a", outer.get<int>(0)).first());
        QCOMPARE(inner.get<int>(0), 3 - rows);
        ++rows;
    }
    QCOMPARE(rows, 3);
}

void TstSession::readsQueriesInTurnOnMariaDb()
{
    const auto session = Session::open(mariadbSpec());
    Query outer(*session, QStringLiteral("select seq from seq_1_to_3"));
    outer.exec();
    int rows = 0;
    while (outer.next()) rows += ask(*session, QStringLiteral("select 1")).toInt();
    QCOMPARE(rows, 3);
}

/// Names on the server, in the order in which they were prepared.
static QString preparedStatements(Session &session)
{
    return ask(session, QStringLiteral("select coalesce(string_agg(name, ' ' order by prepare_time), '') from pg_prepared_statements"));
}

void TstSession::preparesOnce()
{
    const auto session = Session::open(m_databases->postgresql());
    const auto sum = [&](int value) {
        Query query(*session, QStringLiteral("select cast(:a as int) + 1"));
        return query.bind("a", value).first() ? query.get<int>(0) : 0;
    };
    QCOMPARE(sum(1), 2);
    const QString name = preparedStatements(*session);
    QVERIFY(!name.isEmpty() && !name.contains(u' '));
    QCOMPARE(sum(41), 42);
    QCOMPARE(preparedStatements(*session), name);
    // Two at a time need two; one of them is kept.
    Query first(*session, QStringLiteral("select cast(:a as int) + 1"));
    Query second(*session, QStringLiteral("select cast(:a as int) + 1"));
    QVERIFY(first.bind("a", 1).first() && second.bind("a", 2).first());
    QCOMPARE(first.get<int>(0), 2);
    QCOMPARE(second.get<int>(0), 3);
}

void TstSession::forgetsWhatWasBound()
{
    const auto session = Session::open(m_databases->postgresql());
    const QString sql = QStringLiteral("select cast(:secret as text), cast(:other as text)");
    QVERIFY(Query(*session, sql).bind("secret", QStringLiteral("old")).bind("other", QStringLiteral("x")).first());
    Query again(*session, sql);
    QVERIFY(again.bind("other", QStringLiteral("y")).first());
    QVERIFY(again.isNull(0));
    QCOMPARE(again.get<QString>(1), QStringLiteral("y"));
}

void TstSession::preparesAnewAfterAChangeOfTheTable()
{
    Database database(m_databases->postgresql());
    const auto other = Session::open(m_databases->postgresql());
    other->execute(QStringLiteral("create table shapes (id integer, value integer)"));
    other->execute(QStringLiteral("insert into shapes values (1, 7)"));
    const auto columns = [](Session &session) {
        Query query(session, QStringLiteral("select * from shapes where id = :id"));
        return query.bind("id", 1).first() ? query.columnCount() : 0;
    };
    const auto written = [columns](Transaction &transaction) { return columns(transaction.session()); };
    const auto session = Session::open(m_databases->postgresql());
    QCOMPARE(columns(*session), 2);
    QCOMPARE(answer(database.write(written)).value(), 2);
    other->execute(QStringLiteral("alter table shapes add column third text"));
    QCOMPARE(columns(*session), 3);
    // In a transaction the failure has spoilt it: the whole of it is repeated.
    QCOMPARE(answer(database.write(written)).value(), 3);
}

void TstSession::keepsNoLargeAnswer()
{
    const auto session = Session::open(m_databases->postgresql());
    QVERIFY(Query(*session, QStringLiteral("select repeat('x', :bytes)")).bind("bytes", 4 << 20).first());
    QCOMPARE(preparedStatements(*session), QString());
    for (int i = 0; i < 300; ++i) {
        Query query(*session, QStringLiteral("select cast(:a as int) + %1").arg(i));
        QVERIFY(query.bind("a", 1).first());
    }
    const auto kept = preparedStatements(*session).split(u' ').size();
    QVERIFY2(kept > 64 && kept <= 128, qPrintable(QString::number(kept)));
}

void TstSession::finishesAnUnfinishedSelect()
{
    // In the rollback journal a reader's lock keeps the writer's COMMIT out.
    ConnectSpec spec = m_databases->freshFile();
    spec.management = false;
    spec.busyTimeoutMs = 50;
    const auto writer = Session::open(spec);
    const auto reader = Session::open(spec);
    writer->execute(QStringLiteral("create table t (a integer)"));
    writer->execute(QStringLiteral("insert into t values (1), (2)"));
    {
        Query half(*reader, QStringLiteral("select a from t"));
        QVERIFY(half.first());
        QCOMPARE(errorOf([&] { writer->execute(QStringLiteral("insert into t values (3)")); }).kind, ErrorKind::Locked);
    }
    writer->execute(QStringLiteral("insert into t values (3)"));
    Query whole(*reader, QStringLiteral("select a from t"));
    whole.exec();
    while (whole.next()) {}
    writer->execute(QStringLiteral("insert into t values (4)"));  // read to the end, the statement holds nothing either
}

void TstSession::keepsOthersUnlockedAfterTheJournalPragma()
{
    const ConnectSpec spec = m_databases->freshFile();
    const auto first = Session::open(spec);
    QVERIFY(elapsed([&] {
                const auto second = Session::open(spec);
                Transaction transaction(*second);
                transaction.commit();
            }) < 1'000);
}

void TstSession::refusesAGarbageFile()
{
    const ConnectSpec spec = m_databases->freshFile();
    QFile file(spec.path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    const QByteArray garbage(8192, 'x');
    file.write(garbage);
    file.close();
    const Error error = errorOf([&] { Session::open(spec); });
    QCOMPARE(error.kind, ErrorKind::Unreachable);
    QVERIFY2(error.hint.contains(QLatin1String("not an SQLite database")), qPrintable(error.text()));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), garbage);
}

void TstSession::doesNotCreateAMistypedPath()
{
    ConnectSpec spec = m_databases->freshFile();
    spec.createFile = false;
    const Error error = errorOf([&] { Session::open(spec); });
    QCOMPARE(error.kind, ErrorKind::Unreachable);
    QCOMPARE(error.where, spec.path);
    QVERIFY(!QFile::exists(spec.path));
    QVERIFY(!QFile::exists(spec.path + QStringLiteral(".lock")));
}

void TstSession::takesOddPaths()
{
    ConnectSpec spec = m_databases->freshFile();
    spec.path = m_databases->directory() + QStringLiteral("/sub dir/a?b#c%20d;é'x.headgate");
    Session::open(spec)->execute(QStringLiteral("create table t (a integer)"));
    QVERIFY(QFileInfo(spec.path).size() > 0 || QFileInfo(spec.path + QStringLiteral("-wal")).size() > 0);
    QCOMPARE(ask(*Session::open(spec), QStringLiteral("select count(*) from t")), QStringLiteral("0"));
}

void TstSession::makesAFileForItsOwnerOnly()
{
    const ConnectSpec spec = m_databases->freshFile();
    const mode_t previous = ::umask(0);
    const auto session = Session::open(spec);
    session->execute(QStringLiteral("create table t (a integer)"));
    ::umask(previous);
    for (const char *suffix : {"", "-wal", "-shm", ".lock"}) {
        struct stat status {};
        QCOMPARE(::stat(QFile::encodeName(spec.path + QLatin1String(suffix)).constData(), &status), 0);
        QCOMPARE(int(status.st_mode & 0777), 0600);
    }
}

void TstSession::setsEverySqliteConnection()
{
    const ConnectSpec spec = m_databases->freshFile();
    for (int i = 0; i < 2; ++i) {
        const auto session = Session::open(spec);
        const auto pragma = [&](const char *name) { return ask(*session, QStringLiteral("pragma %1").arg(QLatin1String(name))); };
        QCOMPARE(pragma("journal_mode"), QStringLiteral("wal"));
        QCOMPARE(pragma("synchronous"), QStringLiteral("2"));
        QCOMPARE(pragma("wal_autocheckpoint"), QStringLiteral("0"));
        QCOMPARE(pragma("foreign_keys"), QStringLiteral("1"));
        QCOMPARE(pragma("busy_timeout"), QString::number(spec.busyTimeoutMs));
        int kept = 0;
        sqlite3_db_config(static_cast<sqlite3 *>(session->nativeHandle()), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, -1, &kept);
        QCOMPARE(kept, 1);
        session->walGate()->tryCheckpoint(static_cast<sqlite3 *>(session->nativeHandle()));
        QCOMPARE(pragma("busy_timeout"), QString::number(spec.busyTimeoutMs));
    }
}

void TstSession::enforcesForeignKeys()
{
    const auto session = Session::open(m_databases->freshFile());
    session->execute(QStringLiteral("create table parent (id integer primary key)"));
    session->execute(QStringLiteral("create table child (id integer references parent)"));
    try {
        session->execute(QStringLiteral("insert into child values (1)"));
        QFAIL("accepted");
    } catch (const DbError &error) {
        QVERIFY(error.isForeignKeyViolation());
        QVERIFY(!error.isTransient());
    }
}

void TstSession::readsOnlyWhenAskedTo()
{
    ConnectSpec spec = m_databases->freshFile();
    const auto writer = Session::open(spec);
    writer->execute(QStringLiteral("create table t (a integer)"));
    spec.readOnly = true;
    spec.createFile = false;
    const auto reader = Session::open(spec);
    QCOMPARE(ask(*reader, QStringLiteral("select count(*) from t")), QStringLiteral("0"));
    QVERIFY(errorOf([&] { reader->execute(QStringLiteral("insert into t values (1)")); }).what != u"nothing was thrown");
    const auto server = Session::open(m_databases->postgresql());
    server->execute(QStringLiteral("create table readonly (a integer)"));
    const Transaction reading(*server, Transaction::Mode::Read);
    QCOMPARE(errorOf([&] { server->execute(QStringLiteral("insert into readonly values (1)")); }).kind, ErrorKind::Denied);
}

void TstSession::fixesPostgresqlSettings()
{
    // A role that a person has set up otherwise.
    const auto admin = Session::open(m_databases->postgresql());
    admin->execute(QStringLiteral("create role odd login superuser password 'odd'"));
    for (const char *setting : {"datestyle = 'German'", "timezone = 'America/New_York'", "search_path = 'nowhere'",
                                "bytea_output = 'escape'", "intervalstyle = 'sql_standard'", "extra_float_digits = -15"})
        admin->execute(QStringLiteral("alter role odd set ") + QLatin1String(setting));
    ConnectSpec spec = m_databases->postgresql();
    spec.user = QStringLiteral("odd");
    spec.password = "odd";
    spec.statementTimeoutMs = 4'321;
    {
        const auto session = Session::open(spec);
        const auto show = [&](const char *name) { return ask(*session, QStringLiteral("select current_setting('%1')").arg(QLatin1String(name))); };
        QCOMPARE(show("search_path"), QStringLiteral("\"public\""));
        QCOMPARE(show("datestyle"), QStringLiteral("ISO, YMD"));
        QCOMPARE(show("timezone"), QStringLiteral("UTC"));
        QCOMPARE(show("standard_conforming_strings"), QStringLiteral("on"));
        QCOMPARE(show("client_encoding"), QStringLiteral("UNICODE"));
        QCOMPARE(show("statement_timeout"), QStringLiteral("4321ms"));
        QCOMPARE(show("client_connection_check_interval"), QStringLiteral("1s"));
        QCOMPARE(ask(*session, QStringLiteral("select cast(timestamptz '2026-11-21 09:14:53.000123+00' as text)")),
                 QStringLiteral("2026-11-21 09:14:53.000123+00"));
        session->setStatementTimeout(0);
        QCOMPARE(show("statement_timeout"), QStringLiteral("0"));
    }
    admin->execute(QStringLiteral("drop role odd"));
}

void TstSession::doesNotDoubleBackslashes()
{
    const auto admin = Session::open(m_databases->postgresql());
    admin->execute(QStringLiteral("create role oldstyle login superuser password 'old'"));
    admin->execute(QStringLiteral("alter role oldstyle set standard_conforming_strings = off"));
    ConnectSpec spec = m_databases->postgresql();
    spec.user = QStringLiteral("oldstyle");
    spec.password = "old";
    spec.options.insert(QStringLiteral("options"), QStringLiteral("-c lock_timeout=123"));
    {
        const auto session = Session::open(spec);
        QCOMPARE(ask(*session, QStringLiteral("select current_setting('standard_conforming_strings')")), QStringLiteral("on"));
        QCOMPARE(ask(*session, QStringLiteral("select current_setting('lock_timeout')")), QStringLiteral("123ms"));
        for (const char *text : {"a\\b", "a\\'; drop table x; --", "\\"}) {
            Query query(*session, QStringLiteral("select cast(:v as text)"));
            QVERIFY(query.bind("v", QString::fromLatin1(text)).first());
            QCOMPARE(query.get<QString>(0), QString::fromLatin1(text));
        }
    }
    admin->execute(QStringLiteral("drop role oldstyle"));
}

void TstSession::keepsTheServersSearchPathWhenAskedTo()
{
    ConnectSpec spec = m_databases->postgresql();
    spec.schema.clear();
    QCOMPARE(ask(*Session::open(spec), QStringLiteral("select current_setting('search_path')")), QStringLiteral("\"$user\", public"));
}

void TstSession::tellsWhyItCannotConnect()
{
    ConnectSpec spec = m_databases->postgresql();
    spec.password = "wrong";
    const Error denied = errorOf([&] { Session::open(spec); });
    QCOMPARE(denied.kind, ErrorKind::Unreachable);
    QCOMPARE(denied.where, spec.display());
    QVERIFY2(denied.evidence.contains(QLatin1String("password authentication failed")), qPrintable(denied.text()));
    spec.port = QStringLiteral("1");
    const Error refused = errorOf([&] { Session::open(spec); });
    QVERIFY2(refused.evidence.contains(QLatin1String("refused")), qPrintable(refused.text()));
    spec = m_databases->postgresql();
    spec.port = QStringLiteral("1,") + spec.port;  // the first host is down, the second answers
    spec.host = spec.host + u',' + spec.host;
    QCOMPARE(ask(*Session::open(spec), QStringLiteral("select 1")), QStringLiteral("1"));
}

void TstSession::refusesASemicolonInAnOption()
{
    ConnectSpec spec = m_databases->postgresql();
    spec.options.insert(QStringLiteral("application_name"), QStringLiteral("a;host=evil"));
    QCOMPARE(errorOf([&] { Session::open(spec); }).kind, ErrorKind::Invalid);
    spec.options.insert(QStringLiteral("application_name"), QStringLiteral("it's a \\ name"));
    QCOMPARE(ask(*Session::open(spec), QStringLiteral("select current_setting('application_name')")), QStringLiteral("it's a \\ name"));
}

void TstSession::neverTellsThePassword()
{
    ConnectSpec spec = m_databases->postgresql();
    spec.password = "s3cret-word' \\ ";
    const Error error = errorOf([&] { Session::open(spec); });
    QVERIFY(!error.text().contains(QLatin1String("s3cret")));
    QVERIFY(!spec.display().contains(QLatin1String("s3cret")));
}

void TstSession::knowsItsErrors()
{
    const auto session = Session::open(m_databases->spec());
    session->execute(QStringLiteral("create table unique_rows (a integer primary key, check (a < 10))"));
    session->execute(QStringLiteral("insert into unique_rows values (1)"));
    const auto failure = [&](const char *sql) -> DbError {
        try {
            session->execute(QLatin1String(sql));
        } catch (const DbError &error) {
            return error;
        }
        return {Error{}, {}, {}};
    };
    QVERIFY(failure("insert into unique_rows values (1)").isUniqueViolation());
    const DbError check = failure("insert into unique_rows values (10)");
    QVERIFY(!check.isUniqueViolation() && !check.isTransient() && !check.isConnectionLost());
    const DbError syntax = failure("selec 1");
    QVERIFY2(syntax.error().evidence.contains(QLatin1String("syntax error")), qPrintable(syntax.error().text()));
    QCOMPARE(syntax.error().where, QStringLiteral("selec 1"));
    QVERIFY(session->isOpen());
    // A mistake of the caller is not a lost connection.
    const Error unbound = errorOf([&] { Query(*session, QStringLiteral("select :a")).bind("nosuch", 1).bind("a", 1).exec(); });
    QVERIFY(unbound.kind != ErrorKind::Unreachable);
}

void TstSession::changesExactlyOneRow()
{
    const auto session = Session::open(m_databases->spec());
    session->execute(QStringLiteral("create table ones (a integer)"));
    session->execute(QStringLiteral("insert into ones values (1), (2), (2)"));
    const auto change = [&](int a) { return Query(*session, QStringLiteral("update ones set a = a where a = :a")).bind("a", a).execOne(); };
    QVERIFY(!change(7));
    QVERIFY(change(1));
    QCOMPARE(errorOf([&] { change(2); }).kind, ErrorKind::Integrity);
}

HEADGATE_TEST(TstSession);
#include "tst_session.moc"
