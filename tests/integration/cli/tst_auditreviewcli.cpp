// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/cli/console.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

#include <QJsonArray>
#include <QTest>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

class TstAuditReviewCli : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addDatabaseRows(); }
    void tellsAndRestoresAState();
    void refusesWhatItCannot();
};

namespace {

/// A connection whose host was changed once; the events of both acts.
struct Edited {
    qint64 made = 0;
    qint64 changed = 0;
};

qint64 newestEvent(const Console &console)
{
    return console.run({u"audit"_s, u"list"_s, u"--limit"_s, u"1"_s, u"--json"_s}).json()[u"audit_logs"][0][u"id"].toInteger();
}

Edited edited(const Console &console)
{
    Edited events;
    (void)console.run({u"connection"_s, u"add"_s, u"--name"_s, u"orders"_s, u"postgresql://app@one.example.test/app"_s});
    events.made = newestEvent(console);
    (void)console.run({u"connection"_s, u"edit"_s, u"orders"_s, u"--url"_s, u"postgresql://app@two.example.test/app"_s});
    events.changed = newestEvent(console);
    return events;
}

}  // namespace

void TstAuditReviewCli::tellsAndRestoresAState()
{
    QFETCH_GLOBAL(int, kind);
    const Console console{Dialect::Kind(kind)};
    const Edited events = edited(console);
    QVERIFY(events.changed > events.made);
    const QString event = QString::number(events.made);

    Answer answer = console.run({u"audit"_s, u"state"_s, u"connection/orders"_s, u"--event"_s, event, u"--json"_s});
    QVERIFY2(answer.exitCode == 0, answer.text());
    const QJsonObject state = answer.json()[u"state"].toObject();
    QCOMPARE(state[u"fields"][u"host"].toString(), u"one.example.test"_s);
    QCOMPARE(state[u"last_event"].toInteger(), events.made);
    QCOMPARE(console.run({u"audit"_s, u"state"_s, u"connection/orders"_s, u"--at"_s, u"now"_s, u"--json"_s}).json()[u"state"][u"fields"][u"host"].toString(), u"two.example.test"_s);
    answer = console.run({u"audit"_s, u"show"_s, QString::number(events.changed), u"--json"_s});
    const QJsonArray changes = answer.json()[u"audit_log"][u"changes"].toArray();
    QVERIFY2(changes.contains(QJsonObject{{u"path"_s, u"host"_s}, {u"before"_s, u"one.example.test"_s}, {u"after"_s, u"two.example.test"_s}}), answer.text());

    const QStringList restore{u"audit"_s, u"restore"_s, u"connection/orders"_s, u"--event"_s, event, u"--field"_s, u"host"_s, u"--json"_s};
    answer = console.run(restore + QStringList{u"--dry-run"_s});
    QVERIFY2(answer.exitCode == 0, answer.text());
    QCOMPARE(answer.json()[u"restore"][u"restored"].toBool(), false);
    QCOMPARE(answer.json()[u"restore"][u"changes"].toArray().size(), 1);
    QCOMPARE(newestEvent(console), events.changed);
    answer = console.run(restore);
    QVERIFY2(answer.exitCode == 0, answer.text());
    QCOMPARE(answer.json()[u"restore"][u"restored"].toBool(), true);
    QCOMPARE(console.run({u"connection"_s, u"show"_s, u"orders"_s, u"--json"_s}).json()[u"connection"][u"host"].toString(), u"one.example.test"_s);
    answer = console.run({u"audit"_s, u"list"_s, u"--limit"_s, u"1"_s, u"--json"_s});
    QCOMPARE(answer.json()[u"audit_logs"][0][u"metadata"][u"restored_from"].toInteger(), events.made);
    answer = console.run({u"audit"_s, u"list"_s, u"--anomalies"_s, u"--json"_s});
    QVERIFY2(answer.exitCode == 0 && answer.json().contains(u"audit_logs"), answer.text());
}

void TstAuditReviewCli::refusesWhatItCannot()
{
    QFETCH_GLOBAL(int, kind);
    const Console console{Dialect::Kind(kind)};
    const Edited events = edited(console);
    const QString event = QString::number(events.made);
    QCOMPARE(console.run({u"audit"_s, u"state"_s, u"connection/orders"_s, u"--json"_s}).exitCode, 2);
    QCOMPARE(console.run({u"audit"_s, u"state"_s, u"connection/orders"_s, u"--at"_s, u"soon"_s, u"--json"_s}).errorCode(), u"invalid"_s);
    QCOMPARE(console.run({u"audit"_s, u"state"_s, u"connection/nobody"_s, u"--event"_s, event, u"--json"_s}).exitCode, 1);
    QCOMPARE(console.run({u"audit"_s, u"restore"_s, u"connection/orders"_s, u"--event"_s, event, u"--field"_s, u"password"_s, u"--json"_s}).exitCode, 2);
    QCOMPARE(console.run({u"audit"_s, u"restore"_s, u"workspace/1"_s, u"--event"_s, event, u"--json"_s}).exitCode != 0, true);
    QCOMPARE(newestEvent(console), events.changed);
}

HEADGATE_TEST(TstAuditReviewCli);
#include "tst_auditreviewcli.moc"
