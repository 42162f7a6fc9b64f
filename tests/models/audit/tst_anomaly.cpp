// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/anomalystore.h"
#include "models/audit/auditstore.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

#include <QRandomGenerator>
#include <QTest>
#include <algorithm>

using namespace headgate;
using namespace headgate::test;

namespace {

constexpr qint64 kSecond = 1'000'000;
constexpr qint64 kHour = 3600 * kSecond;
constexpr qint64 kDay = 24 * kHour;
const Timestamp kMonday = *Timestamp::fromIso(QStringLiteral("2026-10-05T00:00:00.000000Z"));

QStringList kinds(const QList<Anomaly> &anomalies)
{
    QStringList names;
    for (const Anomaly &anomaly : anomalies) names << anomalyKinds.name(anomaly.kind);
    return names;
}

/// 240 events over 20 days between 08:00 and 16:00, from one address; the first is 1.
ActorSeen usual()
{
    ActorSeen seen;
    const Timestamp last{kMonday.us + 20 * kDay};
    for (int hour = 8; hour < 16; ++hour) seen.hours << ActorSeen::Value{QString::number(hour), hour - 7, kMonday, last, 30};
    seen.addresses << ActorSeen::Value{QStringLiteral("192.0.2.1"), 1, kMonday, last, 240};
    seen.actions << ActorSeen::Value{QStringLiteral("UPDATE"), 1, kMonday, last, 240};
    return seen;
}

AuditFact factAt(int hour, qint64 id = 500)
{
    return {{id}, {kMonday.us + 20 * kDay + hour * kHour}, QStringLiteral("mira"), QStringLiteral("UPDATE"), QStringLiteral("192.0.2.1"), 1};
}

/// Written as the trail writes it, so that audit_seen is the database's own.
void record(Session &session, const QList<AuditEntry> &entries)
{
    write(session, [&](Transaction &t) {
        for (const AuditEntry &entry : entries) AuditStore::record(t, entry);
        return 0;
    });
}

AuditEntry entryAt(Timestamp at, const QString &action = QStringLiteral("UPDATE"), const QString &address = QStringLiteral("192.0.2.1"))
{
    AuditEntry entry;
    entry.actor = {UserId{4}, QStringLiteral("mira"), address, QStringLiteral("test")};
    entry.action = action;
    entry.entityType = QStringLiteral("connection");
    entry.entityId = QStringLiteral("17");
    entry.occurredAt = at;
    return entry;
}

}  // namespace

class TstAnomaly : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addDatabaseRows(); }
    void judges_data();
    void judges();
    void tellsItsEvidence();
    void countsTheMinute();
    void findsThemInTheTrail();
    void changesFromOutsideComeAtAnyHour();
    void aScanFindsWhatTheRowsTell();
    void aScanCanBeCancelled();
};

void TstAnomaly::judges_data()
{
    QTest::addColumn<int>("hour");
    QTest::addColumn<QString>("action");
    QTest::addColumn<QString>("address");
    QTest::addColumn<int>("withinMinute");
    QTest::addColumn<QStringList>("expected");
    const QString update = QStringLiteral("UPDATE");
    const QString known = QStringLiteral("192.0.2.1");
    QTest::newRow("nothing") << 10 << update << known << 1 << QStringList{};
    QTest::newRow("a new address") << 10 << update << QStringLiteral("203.0.113.9") << 1 << QStringList{QStringLiteral("new_address")};
    QTest::newRow("no address") << 10 << update << QString() << 1 << QStringList{};
    QTest::newRow("at night") << 3 << update << known << 1 << QStringList{QStringLiteral("off_hours")};
    QTest::newRow("just after work") << 16 << update << known << 1 << QStringList{};
    QTest::newRow("a burst") << 10 << update << known << 20 << QStringList{QStringLiteral("burst")};
    QTest::newRow("nearly a burst") << 10 << update << known << 19 << QStringList{};
    QTest::newRow("first delete") << 10 << QStringLiteral("DELETE") << known << 1 << QStringList{QStringLiteral("first_delete")};
    QTest::newRow("all") << 3 << QStringLiteral("DELETE") << QStringLiteral("203.0.113.9") << 40
                         << QStringList{QStringLiteral("first_delete"), QStringLiteral("new_address"), QStringLiteral("off_hours"), QStringLiteral("burst")};
}

void TstAnomaly::judges()
{
    QFETCH(int, hour);
    AuditFact fact = factAt(hour);
    fact.action = *static_cast<QString *>(QTest::qData("action", QMetaType::QString));
    fact.address = *static_cast<QString *>(QTest::qData("address", QMetaType::QString));
    fact.withinMinute = *static_cast<int *>(QTest::qData("withinMinute", QMetaType::Int));
    // What the database would have seen with this event.
    ActorSeen seen = usual();
    if (fact.address == u"203.0.113.9") seen.addresses << ActorSeen::Value{fact.address, fact.id.value, fact.at, fact.at, 1};
    if (fact.action == u"DELETE") seen.actions << ActorSeen::Value{fact.action, fact.id.value, fact.at, fact.at, 1};
    if (hour == 3) seen.hours << ActorSeen::Value{QStringLiteral("3"), fact.id.value, fact.at, fact.at, 1};
    QTEST(kinds(anomaliesOf(fact, seen)), "expected");
    // The second time is nothing new.
    fact.id.value += 1;
    fact.withinMinute = 1;
    const QStringList again = kinds(anomaliesOf(fact, seen));
    QVERIFY(!again.contains(QStringLiteral("new_address")) && !again.contains(QStringLiteral("first_delete")));
}

void TstAnomaly::tellsItsEvidence()
{
    ActorSeen seen = usual();
    AuditFact fact = factAt(3);
    seen.hours << ActorSeen::Value{QStringLiteral("3"), fact.id.value, fact.at, fact.at, 1};
    QCOMPARE(anomaliesOf(fact, seen).value(0).text, QStringLiteral("Only 1 of the 241 events of mira (0.4 %) fell between 03:00 and 04:00 UTC."));
    // Without a history nothing is unusual: 60 events, or all in three days.
    ActorSeen young = seen;
    for (ActorSeen::Value &hour : young.hours) hour.lastAt = {kMonday.us + 3 * kDay};
    QCOMPARE(kinds(anomaliesOf(fact, young)), QStringList());
    ActorSeen few = seen;
    for (ActorSeen::Value &hour : few.hours) hour.events = std::min<qint64>(hour.events, 7);
    QCOMPARE(kinds(anomaliesOf(fact, few)), QStringList());
}

void TstAnomaly::countsTheMinute()
{
    QList<qint64> counts;
    MinuteWindow window([&counts](const AuditFact &fact) { counts << fact.withinMinute; });
    // Newest first, at 100, 90, 41, 40, 39 and 0 s: of 100 the minute holds 90 and 41, of 90 also 41, 40 and 39.
    for (const qint64 second : {100, 90, 41, 40, 39, 0}) window.add({{second + 1}, {kMonday.us + second * kSecond}, {}, {}, {}, 1});
    window.finish();
    QCOMPARE(counts, (QList<qint64>{3, 4, 4, 3, 2, 1}));
}

void TstAnomaly::findsThemInTheTrail()
{
    QFETCH_GLOBAL(int, kind);
    const TestDatabase database{Dialect::Kind(kind)};
    const auto session = database.open();
    QList<AuditEntry> entries;
    for (int day = 0; day < 20; ++day)
        for (int hour = 8; hour < 16; ++hour) entries << entryAt({kMonday.us + day * kDay + hour * kHour});
    const Timestamp night{kMonday.us + 20 * kDay + 2 * kHour};
    entries << entryAt(night, QStringLiteral("DELETE"), QStringLiteral("203.0.113.9"));
    const Timestamp morning{kMonday.us + 20 * kDay + 9 * kHour};
    for (int i = 0; i < 25; ++i) entries << entryAt({morning.us + i * kSecond});
    record(*session, entries);

    QList<AuditId> ids;
    for (qint64 id = 1; id <= entries.size(); ++id) ids << AuditId{id};
    const AnomalyStore::Anomalies found = AnomalyStore::of(*session, ids);
    QCOMPARE(kinds(found.value(161)), (QStringList{QStringLiteral("first_delete"), QStringLiteral("new_address"), QStringLiteral("off_hours")}));
    QVERIFY(!found.contains(1));    // the very first address of an actor is no news
    QVERIFY(!found.contains(180));  // the 19th event of the minute
    for (qint64 id = 181; id <= 186; ++id) QCOMPARE(kinds(found.value(id)), QStringList{QStringLiteral("burst")});
    QCOMPARE(found.size(), 7);
    // A burst is seen in the middle of a page too.
    QCOMPARE(AnomalyStore::of(*session, {{186}}).value(186), found.value(186));

    const Timestamp end{morning.us + kHour};
    QCOMPARE(AnomalyStore::scan(*session, kMonday, end, 100, {}, {}), found);
    QCOMPARE(AnomalyStore::scan(*session, morning, end, 100, {}, {}).size(), 6);
    QVERIFY(!AnomalyStore::scan(*session, kMonday, morning, 100, {}, {}).contains(186));
}

/// They stand in the trail at the time of their sealing: thirty in one second, at night.
void TstAnomaly::changesFromOutsideComeAtAnyHour()
{
    QFETCH_GLOBAL(int, kind);
    const TestDatabase database{Dialect::Kind(kind)};
    const auto session = database.open();
    QList<AuditEntry> entries;
    for (int day = 0; day < 20; ++day)
        for (int hour = 8; hour < 16; ++hour) entries << entryAt({kMonday.us + day * kDay + hour * kHour});
    const Timestamp night{kMonday.us + 20 * kDay + 2 * kHour};
    for (int i = 0; i < 30; ++i) entries << entryAt(night, QStringLiteral("EXTERNAL"), {});
    // Nor do they make a burst of the one act of that minute.
    entries << entryAt({night.us + kSecond});
    record(*session, entries);
    QList<AuditId> ids;
    for (qint64 id = 1; id <= entries.size(); ++id) ids << AuditId{id};
    const AnomalyStore::Anomalies found = AnomalyStore::of(*session, ids);
    QCOMPARE(found.keys(), QList<qint64>{191});
    QCOMPARE(kinds(found.value(191)), QStringList{QStringLiteral("off_hours")});
    QCOMPARE(found.value(191).first().text,
             QStringLiteral("Only 1 of the 161 events of mira (0.6 %) fell between 02:00 and 03:00 UTC."));
    QCOMPARE(AnomalyStore::scan(*session, kMonday, {night.us + kHour}, 100, {}, {}), found);
}

void TstAnomaly::aScanFindsWhatTheRowsTell()
{
    QFETCH_GLOBAL(int, kind);
    const TestDatabase database{Dialect::Kind(kind)};
    const auto session = database.open();
    const quint32 seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    QList<AuditEntry> entries;
    Timestamp at = kMonday;
    for (int i = 0; i < 3000; ++i) {
        at.us += random.bounded(20) == 0 ? random.bounded(40) * kHour / 4 : random.bounded(5) * kSecond;
        entries << entryAt(at, random.bounded(40) == 0 ? QStringLiteral("DELETE") : QStringLiteral("UPDATE"), QStringLiteral("192.0.2.%1").arg(random.bounded(4)));
        entries.last().actor.name = QStringLiteral("actor %1").arg(random.bounded(3));
    }
    record(*session, entries);
    QList<AuditId> ids;
    for (qint64 id = 1; id <= entries.size(); ++id) ids << AuditId{id};
    const AnomalyStore::Anomalies found = AnomalyStore::of(*session, ids);
    QVERIFY(!found.isEmpty());
    QCOMPARE(AnomalyStore::scan(*session, kMonday, {at.us + 1}, 10'000, {}, {}), found);
}

void TstAnomaly::aScanCanBeCancelled()
{
    QFETCH_GLOBAL(int, kind);
    const TestDatabase database{Dialect::Kind(kind)};
    const auto session = database.open();
    CancelToken cancel;
    cancel.cancel();
    QVERIFY_EXCEPTION_THROWN((void)AnomalyStore::scan(*session, kMonday, {kMonday.us + kDay}, 10, {}, cancel), Exception);
}

HEADGATE_TEST(TstAnomaly);
#include "tst_anomaly.moc"
