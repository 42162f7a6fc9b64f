// SPDX-License-Identifier: GPL-3.0-or-later
#include "migrations/engine/migrator.h"
#include "models/database/query.h"
#include "tests/integration/connections/stubserver.h"
#include "tests/integration/faults/editor.h"
#include "tests/integration/faults/journal.h"
#include "tests/integration/faults/privateservers.h"
#include "tests/migrations/scratch.h"
#include "tests/support/testregistry.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QRandomGenerator>
#include <QTest>
#include <QUrl>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

/// Consoles that start all at once, or while their server is away or going.
class TstStarts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void manyAtOnce_data() { addDialectRows(); }
    void manyAtOnce();
    void halfMade();
    void serverAway_data();
    void serverAway();
    void serverLost();
};

/// Nobody has started anything before: one workspace, one person, one chain, whoever comes first.
void TstStarts::manyAtOnce()
{
    QFETCH(Dialect::Kind, kind);
    const Console console(kind, kind == Dialect::Kind::Sqlite ? Console::Make::Later : Console::Make::Now);
    std::vector<std::unique_ptr<QProcess>> starting;
    for (int i = 0; i < 20; ++i) starting.push_back(console.start({u"connection"_s, u"list"_s, u"--json"_s}));
    for (const auto &process : starting) {
        const Answer answer = Console::finish(*process);
        QVERIFY2(answer.exitCode == 0, answer.text());
        QVERIFY2(answer.json()[u"connections"].isArray(), answer.text());
        QVERIFY2(answer.err.isEmpty(), answer.text());
    }
    const auto session = Session::open(console.spec());
    const auto count = [&session](const char *what) {
        Query query(*session, u"select count(*) from "_s + QLatin1String(what));
        return query.first() ? query.get<int>(0) : -1;
    };
    QCOMPARE(count("workspace"), 1);
    QCOMPARE(count("users"), kind == Dialect::Kind::Sqlite ? 1 : 2);  // the administrator made the one on PostgreSQL
    QCOMPARE(count("audit_logs where entity_type = 'workspace'"), 1);
    QCOMPARE(count("audit_logs where action = 'MIGRATE'"), 1);
    QCOMPARE(count("users where role = 'admin'"), 1);
    const QString fault = faultOfWorkspace(console);
    QVERIFY2(fault.isEmpty(), qPrintable(fault));
}

/// A console was killed between two steps of making its own workspace: the next one goes on. One that somebody lives in
/// is upgraded by nobody but a person.
void TstStarts::halfMade()
{
    const Console console(Dialect::Kind::Sqlite, Console::Make::Later);
    ConnectSpec spec = console.spec();
    spec.createFile = true;
    QVERIFY(QDir().mkpath(QFileInfo(spec.path).path()));
    QCOMPARE(Migrator(*Session::open(spec)).upgrade(1).to, 1);
    const Answer first = console.run({u"connection"_s, u"list"_s, u"--json"_s});
    QVERIFY2(first.exitCode == 0, first.text());
    const QString fault = faultOfWorkspace(console);
    QVERIFY2(fault.isEmpty(), qPrintable(fault));
    QCOMPARE(Migrator(*Session::open(spec)).downgrade(1).to, 1);
    const Answer behind = console.run({u"connection"_s, u"list"_s, u"--json"_s});
    QVERIFY2(behind.exitCode == 3 && behind.errorCode() == u"unreachable", behind.text());
}

void TstStarts::serverAway_data()
{
    QTest::addColumn<QString>("how");
    for (const char *how : {"closed port", "full backlog", "never answers", "unresolvable name", "wrong password", "unknown database", "no workspace"})
        QTest::newRow(how) << QString::fromLatin1(how);
}

/// Exit code 3, a JSON error that says what and what to do, within the connect timeout and a second.
void TstStarts::serverAway()
{
    QFETCH(QString, how);
    const FullBacklog backlog;
    const StubServer silent([](int) {});
    Console console(Dialect::Kind::Postgresql, Console::Make::Later);
    QUrl url(console.environment().value(u"DATABASE_URL"_s));
    if (how == u"closed port") url.setPort(1);
    if (how == u"full backlog") url.setPort(backlog.port());
    if (how == u"never answers") url.setPort(silent.port());
    if (how == u"unresolvable name") url.setHost(u"no-such-host.invalid"_s);
    if (how == u"wrong password") url.setPassword(u"canary"_s);
    if (how == u"unknown database") url.setPath(u"/no-such"_s);
    console.environment().insert(u"DATABASE_URL"_s, url.toString(QUrl::FullyEncoded));
    console.environment().insert(u"DB_CONNECT_TIMEOUT"_s, u"2"_s);
    const Answer answer = console.run({u"connection"_s, u"list"_s, u"--json"_s});
    QVERIFY2(answer.exitCode == 3, answer.text());
    QVERIFY2(answer.errorCode() == u"unreachable", answer.text());
    QVERIFY2(!answer.json()[u"error"][u"message"].toString().isEmpty() && !answer.json()[u"error"][u"hint"].toString().isEmpty(), answer.text());
    QVERIFY2(answer.ms < 3000, answer.text());
    QVERIFY2(!(answer.out + answer.err).contains("canary") && !(answer.out + answer.err).contains(url.password().toUtf8()), answer.text());
    if (answer.ms > 1000) return;  // the same wait again would show nothing new
    const Answer spoken = console.run({u"connection"_s, u"list"_s});
    QCOMPARE(spoken.exitCode, 3);
    QVERIFY2(spoken.out.isEmpty() && !spoken.err.isEmpty(), spoken.text());
}

/// The server dies in the middle of edits and comes back; the same process goes on.
void TstStarts::serverLost()
{
    QRandomGenerator random(announcedSeed());
    const int rounds = (roundsOr(6) + 1) / 2;
    PrivateServers servers({u"--pg"_s});
    const Console console(servers.variable("HEADGATE_TEST_PG_URL"), servers.variable("HEADGATE_TEST_PG_ADMIN_URL"));
    Journal journal;
    for (int round = 0; round < rounds; ++round) {
        Editor editor(console, u"edit"_s, u"a%1"_s.arg(round), random.generate());
        QVERIFY(editor.waitFor("ack"));
        QTest::qSleep(int(random.bounded(200)));
        servers.stopPostgresql(random.bounded(2) ? SIGQUIT : SIGINT);
        const Answer away = console.run({u"connection"_s, u"list"_s, u"--json"_s});
        QVERIFY2(away.exitCode == 3 && away.errorCode() == u"unreachable", away.text());
        servers.startPostgresql();
        // Two answers that were not said before: the process has its connections again.
        editor.skipWhatWasSaid();
        QVERIFY(editor.waitFor("ack"));
        QVERIFY(editor.waitFor("ack"));
        journal.add(editor.kill());
        const QString fault = journal.fault(console);
        QVERIFY2(fault.isEmpty(), qPrintable(u"round %1: %2"_s.arg(round).arg(fault)));
    }
    qInfo("%d rounds: %d acts tried, %d acknowledged, %d in doubt", rounds, journal.tried(), journal.acknowledged(), journal.inDoubt());
}

HEADGATE_TEST(TstStarts);
#include "tst_starts.moc"
