// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/query.h"
#include "tests/integration/faults/journal.h"
#include "tests/migrations/scratch.h"
#include "tests/support/testregistry.h"

#include <QJsonArray>
#include <QTest>
#include <sqlite3.h>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

/// Statements by somebody who does not use Headgate: sqlite3's own library, or psql as a superuser. What went wrong.
QByteArray outside(const Console &console, const QByteArray &statements)
{
    if (console.kind() == Dialect::Kind::Sqlite) {
        sqlite3 *handle = nullptr;
        char *message = nullptr;
        sqlite3_open(console.spec().path.toUtf8().constData(), &handle);
        sqlite3_exec(handle, statements.constData(), nullptr, nullptr, &message);
        const QByteArray error(message);
        sqlite3_free(message);
        sqlite3_close(handle);
        return error;
    }
    const ConnectSpec spec = console.superuser();
    QProcess psql;
    QProcessEnvironment environment = console.environment();
    environment.insert(u"PGPASSWORD"_s, QString::fromUtf8(spec.password));
    environment.insert(u"PGOPTIONS"_s, u"-c search_path=headgate"_s);
    psql.setProcessEnvironment(environment);
    psql.start(QString::fromLocal8Bit(serverVariable("HEADGATE_TEST_PGBIN")) + u"/psql"_s,
               {u"-XqAt"_s, u"-v"_s, u"ON_ERROR_STOP=1"_s, u"-h"_s, spec.host, u"-p"_s, spec.port, u"-U"_s, spec.user, spec.database});
    psql.write(statements);
    psql.closeWriteChannel();
    psql.waitForFinished();
    return psql.exitCode() == 0 ? QByteArray() : psql.readAllStandardError();
}

QJsonArray externalEvents(const Console &console)
{
    return console.run({u"audit"_s, u"list"_s, u"--action"_s, u"EXTERNAL"_s, u"--json"_s}).json()[u"audit_logs"].toArray();
}

QJsonObject verification(const Answer &answer) { return answer.json()[u"verification"].toObject(); }

}  // namespace

/// What is done to a workspace behind Headgate's back.
class TstOutside : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void changesAreSealedOnce_data() { addDialectRows(); }
    void changesAreSealedOnce();
    void manyAreSealedByOneCheck_data() { addDialectRows(); }
    void manyAreSealedByOneCheck();
    void forgeriesAreNamed_data();
    void forgeriesAreNamed();
};

void TstOutside::changesAreSealedOnce()
{
    QFETCH(Dialect::Kind, kind);
    const Console console(kind);
    for (const char *name : {"one", "two"})
        QCOMPARE(console.run({u"connection"_s, u"add"_s, u"--name"_s, QLatin1String(name), u"postgresql://u@h/d"_s}).exitCode, 0);
    QCOMPARE(outside(console, "update connections set host = 'moved' where name = 'one';"
                              "insert into connections (name, connection_type, database_type) values ('three', 'both', 'mysql');"
                              "delete from connections where name = 'two';"),
             QByteArray());
    const Answer first = console.run({u"audit"_s, u"verify"_s, u"--json"_s});
    QVERIFY2(first.exitCode == 0, first.text());
    QVERIFY2(verification(first)[u"unsealed_external_changes"].toInt(-1) == 0, first.text());
    const QJsonArray events = externalEvents(console);
    QCOMPARE(events.size(), 3);  // newest first
    const char *expected[][2] = {{"DELETE", "two"}, {"INSERT", "three"}, {"UPDATE", "one"}};
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(events[i][u"metadata"][u"operation"].toString(), QLatin1String(expected[i][0]));
        QCOMPARE(events[i][u"entity_name"].toString(), QLatin1String(expected[i][1]));
    }
    QCOMPARE(events[2][u"old_values"][u"host"].toString(), u"h"_s);
    QCOMPARE(events[2][u"new_values"][u"host"].toString(), u"moved"_s);

    // A later check, and many at once, seal nothing twice.
    QCOMPARE(outside(console, "update connections set host = 'back' where name = 'one';"), QByteArray());
    std::vector<std::unique_ptr<QProcess>> checks;
    for (int i = 0; i < 4; ++i) checks.push_back(console.start({u"audit"_s, u"verify"_s, u"--json"_s}));
    for (const auto &check : checks) {
        const Answer answer = Console::finish(*check);
        QVERIFY2(answer.exitCode == 0, answer.text());
    }
    QCOMPARE(externalEvents(console).size(), 4);
    // The record can still be edited: its version went on with the change from outside.
    const Answer edited = console.run({u"connection"_s, u"edit"_s, u"one"_s, u"--description"_s, u"x"_s});
    QVERIFY2(edited.exitCode == 0, edited.text());
}

void TstOutside::manyAreSealedByOneCheck()
{
    QFETCH(Dialect::Kind, kind);
    const Console console(kind);
    const int changes = 1203;  // some batches and a rest
    QByteArray statements;
    for (int i = 0; i < changes; ++i)
        statements += "insert into connections (name, connection_type, database_type) values ('c" + QByteArray::number(i) + "', 'both', 'mysql');\n";
    QCOMPARE(outside(console, "begin;" + statements + "commit;"), QByteArray());
    const Answer check = console.run({u"audit"_s, u"verify"_s, u"--json"_s});
    QVERIFY2(check.exitCode == 0, check.text());
    QVERIFY2(verification(check)[u"unsealed_external_changes"].toInt(-1) == 0, check.text());
    const auto session = Session::open(console.spec());
    Query sealed(*session, u"select count(*), count(distinct sealed_audit_id) from external_changes where sealed_audit_id is not null"_s);
    QVERIFY(sealed.first());
    QCOMPARE(sealed.get<int>(0), changes);
    QCOMPARE(sealed.get<int>(1), changes);
}

void TstOutside::forgeriesAreNamed_data()
{
    QTest::addColumn<Dialect::Kind>("kind");
    QTest::addColumn<QByteArray>("forgery");
    QTest::addColumn<int>("id");
    QTest::addColumn<QString>("finding");
    for (const auto &[name, kind] : {std::pair("sqlite", Dialect::Kind::Sqlite), std::pair("postgresql", Dialect::Kind::Postgresql)}) {
        const auto add = [name = name, kind = kind](const char *what, const QByteArray &forgery, int id, const QString &finding) {
            QTest::addRow("%s %s", name, what) << kind << forgery << id << finding;
        };
        add("actor", "update audit_logs set actor = 'somebody' where id in (4, 6)", 4, u"payload"_s);
        add("payload", kind == Dialect::Kind::Sqlite ? "update audit_logs set payload = x'7b7d' where id = 4" : "update audit_logs set payload = '\\x7b7d' where id = 4", 4,
            u"hash"_s);
        add("removed", "delete from audit_logs where id = 4", 4, u"gap"_s);
        if (kind == Dialect::Kind::Postgresql) continue;  // the chain is one; a workspace takes a while to make
        add("new values", "update audit_logs set new_values = '{}' where id = 5", 5, u"payload"_s);
        add("hash", "update audit_logs set hash = previous_hash where id = 5", 5, u"hash"_s);
        add("first removed", "delete from audit_logs where id = 1", 1, u"gap"_s);
        add("tail removed", "delete from audit_logs where id >= 6", 5, u"head"_s);
        add("head", "update audit_head set last_id = 5", 6, u"head"_s);
    }
}

/// Whoever owns the tables can drop the guards; the chain says which row is the first that cannot be believed.
void TstOutside::forgeriesAreNamed()
{
    QFETCH(Dialect::Kind, kind);
    QFETCH(QByteArray, forgery);
    QFETCH(int, id);
    QFETCH(QString, finding);
    const Console console(kind);
    const auto session = Session::open(console.spec());
    const auto last = [&session] {
        Query query(*session, u"select max(id) from audit_logs"_s);
        return query.first() ? query.get<int>(0) : 0;
    };
    while (last() < 6) QCOMPARE(console.run({u"connection"_s, u"add"_s, u"--name"_s, u"c%1"_s.arg(last()), u"postgresql://u@h/d"_s}).exitCode, 0);
    QCOMPARE(last(), 6);
    QVERIFY2(!outside(console, forgery).isEmpty(), "the guards let it through");
    const Answer before = console.run({u"audit"_s, u"verify"_s, u"--json"_s});
    QVERIFY2(before.exitCode == 0, before.text());
    const QByteArray unguarded = kind == Dialect::Kind::Sqlite
                                     ? "drop trigger audit_logs_update; drop trigger audit_logs_delete; drop trigger audit_head_update;"
                                     : "alter event trigger headgate_refuse_ddl disable;"
                                       "alter table audit_logs disable trigger user; alter table audit_head disable trigger user;";
    QCOMPARE(outside(console, unguarded + forgery + ';'), QByteArray());
    const Answer after = console.run({u"audit"_s, u"verify"_s, u"--json"_s});
    QCOMPARE(after.exitCode, 1);
    const QJsonObject first = verification(after)[u"findings"][0].toObject();
    QVERIFY2(first[u"id"].toInt() == id, after.text());
    QVERIFY2(first[u"kind"].toString() == finding, after.text());
    QVERIFY2(!verification(after)[u"ok"].toBool(true), after.text());
    const Answer spoken = console.run({u"audit"_s, u"verify"_s});
    QCOMPARE(spoken.exitCode, 1);
    QVERIFY2(spoken.out.startsWith("event " + QByteArray::number(id) + ':'), spoken.text());
}

HEADGATE_TEST(TstOutside);
#include "tst_outside.moc"
