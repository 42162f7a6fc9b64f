// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/query.h"
#include "tests/integration/faults/editor.h"
#include "tests/integration/faults/journal.h"
#include "tests/migrations/scratch.h"
#include "tests/support/testregistry.h"

#include <QRandomGenerator>
#include <QTest>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

/// kill -9 at random moments. HEADGATE_TEST_ROUNDS and HEADGATE_TEST_SEED choose how often and when.
class TstKilled : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whileEditing_data() { addDialectRows(); }
    void whileEditing();
    void whileBeginning_data() { addDialectRows(); }
    void whileBeginning();
};

/// Two editors at a time, each killed at a moment of its own.
void TstKilled::whileEditing()
{
    QFETCH(Dialect::Kind, kind);
    QRandomGenerator random(announcedSeed());
    const int rounds = roundsOr(6);
    const auto between = [&random](int least, int most) { return least + int(random.bounded(quint32(most - least))); };
    int tried = 0, acknowledged = 0, inDoubt = 0;
    std::unique_ptr<Console> console;
    Journal journal;
    const auto sum = [&] {
        tried += journal.tried();
        acknowledged += journal.acknowledged();
        inDoubt += journal.inDoubt();
    };
    for (int round = 0; round < rounds; ++round) {
        if (round % 20 == 0) {  // a long trail would make every check slow
            sum();
            journal = {};
            console = std::make_unique<Console>(kind);
        }
        Editor first(*console, u"edit"_s, u"a%1"_s.arg(round), random.generate());
        Editor second(*console, u"edit"_s, u"b%1"_s.arg(round), random.generate());
        QVERIFY(first.waitFor("ack"));
        QTest::qSleep(between(1, 150));
        journal.add(first.kill());
        QTest::qSleep(between(1, 50));
        journal.add(second.kill());
        const QString fault = journal.fault(*console);
        QVERIFY2(fault.isEmpty(), qPrintable(u"round %1: %2"_s.arg(round).arg(fault)));
    }
    sum();
    qInfo("%d rounds: %d acts tried, %d acknowledged, %d without an answer", rounds, tried, acknowledged, inDoubt);
    QVERIFY(acknowledged > rounds);
}

/// The first start makes schema, workspace, user and, with the first password, the vault and its key file.
void TstKilled::whileBeginning()
{
    QFETCH(Dialect::Kind, kind);
    QRandomGenerator random(announcedSeed());
    const int rounds = (roundsOr(6) + 1) / 2;
    int untouched = 0;
    for (int round = 0; round < rounds; ++round) {
        // On PostgreSQL an administrator makes the schema; the person and the vault come with the console's first start.
        const Console console(kind, kind == Dialect::Kind::Sqlite ? Console::Make::Later : Console::Make::Now);
        Journal journal;
        {
            Editor editor(console, u"edit"_s, u"a%1"_s.arg(round), random.generate());
            QVERIFY(editor.waitFor("begin"));
            QTest::qSleep(int(random.bounded(160)));
            journal.add(editor.kill());
        }
        untouched += journal.tried() == 0;
        const Answer added = console.run({u"connection"_s, u"add"_s, u"--name"_s, u"after"_s, u"--password-stdin"_s, u"--json"_s, u"postgresql://u@h/d"_s}, "pw\n");
        QVERIFY2(added.exitCode == 0, added.text());
        const Answer removed = console.run({u"connection"_s, u"remove"_s, u"after"_s});
        QVERIFY2(removed.exitCode == 0, removed.text());
        journal.add({"ack CREATE after ", "ack DELETE after -"});
        const QString fault = journal.fault(console);
        QVERIFY2(fault.isEmpty(), qPrintable(u"round %1: %2"_s.arg(round).arg(fault)));
        const auto session = Session::open(console.spec());
        for (const char *table : {"workspace", "users"}) {
            Query query(*session, u"select count(*) from %1"_s.arg(QLatin1String(table)));
            QVERIFY(query.first());
            const bool two = kind == Dialect::Kind::Postgresql && qstrcmp(table, "users") == 0;  // the administrator is one
            QCOMPARE(query.get<int>(0), two ? 2 : 1);
        }
    }
    qInfo("%d rounds, %d killed before the first edit", rounds, untouched);
}

HEADGATE_TEST(TstKilled);
#include "tst_killed.moc"
