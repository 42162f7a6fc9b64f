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

namespace {

/// description and version of the connection "shared", with what every audit row says they became, in order.
struct Shared {
    QStringList parts;
    int version = 0;
    QList<std::pair<int, QString>> history;
};

Shared readShared(const Console &console)
{
    const auto session = Session::open(console.spec());
    Shared shared;
    Query row(*session, u"select description, version from connections where name = 'shared'"_s);
    if (row.first()) {
        shared.parts = row.get<QString>(0).split(u',');
        shared.version = row.get<int>(1);
    }
    Query trail(*session, u"select {json:new_values} from audit_logs where entity_name = 'shared' and action <> 'DELETE' order by id"_s);
    trail.exec();
    while (trail.next()) {
        const QJsonObject values = trail.get<QJsonObject>(0);
        shared.history << std::pair(values[u"version"].toInt(), values[u"description"].toString());
    }
    return shared;
}

Answer addShared(const Console &console, const QString &name = u"shared"_s)
{
    return console.run({u"connection"_s, u"add"_s, u"--name"_s, name, u"--description"_s, u"0"_s, u"postgresql://u@h/d"_s});
}

}  // namespace

/// Two real processes and the same rows.
class TstRaces : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void bothReadTheSameVersion_data() { addDialectRows(); }
    void bothReadTheSameVersion();
    void bothAppendAsFastAsTheyCan_data() { addDialectRows(); }
    void bothAppendAsFastAsTheyCan();
    void conflictsShowTheThreeVersions_data() { addDialectRows(); }
    void conflictsShowTheThreeVersions();
    void commandsOfTwoPeople_data() { addDialectRows(); }
    void commandsOfTwoPeople();
};

/// Each round both read one version and then edit at once, in some rounds one removes: exactly one wins, the other is told.
void TstRaces::bothReadTheSameVersion()
{
    QFETCH(Dialect::Kind, kind);
    QRandomGenerator random(announcedSeed());
    const int rounds = roundsOr(15);
    const Console console(kind);
    QCOMPARE(addShared(console).exitCode, 0);
    Editor editors[] = {{console, u"obey"_s, u"a"_s}, {console, u"obey"_s, u"b"_s}};
    for (Editor &editor : editors) QVERIFY(editor.waitFor("ready"));
    QStringList expected{u"0"_s};
    int version = 1;
    int wins[2] = {0, 0};
    int removals = 0;
    for (int round = 0; round < rounds; ++round) {
        for (Editor &editor : editors) {
            editor.say("get shared");
            QCOMPARE(editor.nextLine(), u"read %1 %2"_s.arg(version).arg(expected.join(u',')).toUtf8());
        }
        const bool removing = random.bounded(10) == 0;
        const QByteArray token = QByteArray::number(round);
        const int starter = int(random.bounded(2));
        editors[starter].say("append a" + token);
        editors[1 - starter].say(removing ? QByteArray("remove") : "append b" + token);
        const QByteArray one = editors[starter].nextLine();
        const QByteArray other = editors[1 - starter].nextLine();
        const bool oneWon = one == "ack a" + token;
        const bool otherWon = other == (removing ? QByteArray("ack remove") : "ack b" + token);
        QVERIFY2(oneWon != otherWon, one + " / " + other);
        const bool removed = removing && otherWon;
        const QByteArray refusal = oneWon ? other : one;
        QVERIFY2(refusal.startsWith(removed ? "err not_found " : "err conflict "), refusal);
        ++wins[oneWon ? starter : 1 - starter];
        if (removed) {
            ++removals;
            QCOMPARE(addShared(console).exitCode, 0);
            expected = {u"0"_s};
            version = 1;
            continue;
        }
        expected << QString::fromLatin1((oneWon ? "a" : "b") + token);
        ++version;
    }
    const Shared shared = readShared(console);
    QCOMPARE(shared.parts, expected);
    QCOMPARE(shared.version, version);
    QCOMPARE(shared.history.size(), qsizetype(rounds + 1));
    const QString fault = faultOfWorkspace(console);
    QVERIFY2(fault.isEmpty(), qPrintable(fault));
    qInfo("%d rounds: %d won by one, %d by the other, %d conflicts reported, %d removals", rounds, wins[0], wins[1], rounds - removals, removals);
}

/// Without any step between them; every conflict is answered by reading again.
void TstRaces::bothAppendAsFastAsTheyCan()
{
    QFETCH(Dialect::Kind, kind);
    const int each = roundsOr(15);
    const Console console(kind);
    QCOMPARE(addShared(console).exitCode, 0);
    QByteArrayList lines;
    {
        Editor editors[] = {{console, u"append"_s, u"a"_s}, {console, u"append"_s, u"b"_s}};
        for (Editor &editor : editors) QVERIFY(editor.waitFor("ready"));
        for (int i = 0; i < each; ++i) {
            editors[0].say("shared a" + QByteArray::number(i));
            editors[1].say("shared b" + QByteArray::number(i));
        }
        for (Editor &editor : editors) lines += editor.finish();
    }
    const qsizetype acknowledged = std::count_if(lines.cbegin(), lines.cend(), [](const QByteArray &line) { return line.startsWith("ack "); });
    const qsizetype conflicts = std::count_if(lines.cbegin(), lines.cend(), [](const QByteArray &line) { return line.startsWith("err conflict "); });
    const qsizetype others = std::count_if(lines.cbegin(), lines.cend(), [](const QByteArray &line) { return line.startsWith("err "); }) - conflicts;
    QCOMPARE(others, 0);
    QCOMPARE(acknowledged, qsizetype(2 * each));
    const Shared shared = readShared(console);
    QCOMPARE(shared.version, 1 + 2 * each);
    QCOMPARE(shared.parts.size(), qsizetype(1 + 2 * each));
    QCOMPARE(QSet<QString>(shared.parts.cbegin(), shared.parts.cend()).size(), shared.parts.size());
    QCOMPARE(shared.history.size(), shared.parts.size());
    for (qsizetype i = 0; i < shared.history.size(); ++i)  // each version is the one before and one part more
        QCOMPARE(shared.history.at(i), std::pair(int(i + 1), shared.parts.mid(0, i + 1).join(u',')));
    const QString fault = faultOfWorkspace(console);
    QVERIFY2(fault.isEmpty(), qPrintable(fault));
    qInfo("%d edits acknowledged, %d conflicts reported", int(acknowledged), int(conflicts));
}

/// Two consoles edit cells of the same rows: of each round one wins, the other is shown what it read, what it wanted and
/// what is there now, and saves its part on top. Nothing that anybody typed is lost.
void TstRaces::conflictsShowTheThreeVersions()
{
    QFETCH(Dialect::Kind, kind);
    QRandomGenerator random(announcedSeed());
    const int rounds = roundsOr(15);
    const Console console(kind);
    const QStringList names{u"row-1"_s, u"row-2"_s, u"row-3"_s};
    QMap<QString, QByteArray> expected;
    for (const QString &name : names) {
        QCOMPARE(addShared(console, name).exitCode, 0);
        expected[name] = "0";
    }
    Editor editors[] = {{console, u"obey"_s, u"a"_s}, {console, u"obey"_s, u"b"_s}};
    for (Editor &editor : editors) QVERIFY(editor.waitFor("ready"));
    QMap<QString, int> versions{{names[0], 1}, {names[1], 1}, {names[2], 1}};
    int wins[2] = {0, 0};
    for (int round = 0; round < rounds; ++round) {
        const QString name = names[random.bounded(3)];
        for (Editor &editor : editors) {
            editor.say("get " + name.toUtf8());
            QCOMPARE(editor.nextLine(), "read " + QByteArray::number(versions[name]) + ' ' + expected[name]);
        }
        const int starter = int(random.bounded(2));
        const QByteArray texts[] = {"a" + QByteArray::number(round), "b" + QByteArray::number(round)};
        for (const int each : {starter, 1 - starter}) editors[each].say("edit " + texts[each]);
        const QByteArray answers[] = {editors[0].nextLine(), editors[1].nextLine()};
        const int winner = answers[0] == "ack " + texts[0] ? 0 : 1;
        const int loser = 1 - winner;
        QCOMPARE(answers[winner], "ack " + texts[winner]);
        QCOMPARE(answers[loser], "conflict " + expected[name] + '|' + expected[name] + ',' + texts[loser] + '|' + expected[name] + ',' + texts[winner]);
        editors[loser].say("merge " + texts[loser]);
        QCOMPARE(editors[loser].nextLine(), "ack " + texts[loser]);
        expected[name] += ',' + texts[winner] + ',' + texts[loser];
        versions[name] += 2;
        ++wins[winner];
    }
    for (const QString &name : names) {
        editors[0].say("get " + name.toUtf8());
        QCOMPARE(editors[0].nextLine(), "read " + QByteArray::number(versions[name]) + ' ' + expected[name]);
    }
    for (Editor &editor : editors) editor.finish();
    const QString fault = faultOfWorkspace(console);
    QVERIFY2(fault.isEmpty(), qPrintable(fault));
    qInfo("%d rounds: %d won by one, %d by the other; %d conflicts, each with its three versions", rounds, wins[0], wins[1], rounds);
}

/// The verb: the loser's exit code is 1 and its JSON says "conflict".
void TstRaces::commandsOfTwoPeople()
{
    QFETCH(Dialect::Kind, kind);
    const Console console(kind);
    QCOMPARE(addShared(console).exitCode, 0);
    const int rounds = std::min(roundsOr(5), 25);
    for (int version = 1; version <= rounds; ++version) {
        const auto edit = [&](const QString &text) {
            return console.start({u"connection"_s, u"edit"_s, u"shared"_s, u"--if-version"_s, QString::number(version), u"--description"_s, text, u"--json"_s});
        };
        const auto first = edit(u"first"_s);
        const auto second = edit(u"second"_s);
        const Answer answers[] = {Console::finish(*first), Console::finish(*second)};
        QVERIFY2(answers[0].exitCode + answers[1].exitCode == 1, answers[0].text() + answers[1].text());
        const Answer &winner = answers[0].exitCode == 0 ? answers[0] : answers[1];
        const Answer &loser = answers[0].exitCode == 0 ? answers[1] : answers[0];
        QCOMPARE(winner.json()[u"connection"][u"version"].toInt(), version + 1);
        QCOMPARE(loser.errorCode(), u"conflict"_s);
        QVERIFY(!loser.json()[u"error"][u"hint"].toString().isEmpty());
    }
    const QString fault = faultOfWorkspace(console);
    QVERIFY2(fault.isEmpty(), qPrintable(fault));
}

HEADGATE_TEST(TstRaces);
#include "tst_races.moc"
