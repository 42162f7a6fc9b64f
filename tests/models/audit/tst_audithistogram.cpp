// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/audithistogram.h"
#include "models/audit/auditstore.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

#include <QMap>
#include <QRandomGenerator>
#include <QTest>

using namespace headgate;
using namespace headgate::test;

namespace {

constexpr qint64 kMinute = 60'000'000;
constexpr qint64 kHour = 60 * kMinute;
constexpr qint64 kDay = 24 * kHour;

struct Event {
    qint64 at;
    QString action;
    bool success;
    QString actor;
};

QMap<QPair<qint64, QString>, qint64> toMap(const QList<HistogramCount> &counts)
{
    QMap<QPair<qint64, QString>, qint64> map;
    for (const HistogramCount &count : counts) map[{count.bucket.us, count.part}] += count.events;
    return map;
}

QMap<QPair<qint64, QString>, qint64> counted(const QList<Event> &events, const HistogramSpec &spec, const QString &actor = {})
{
    QMap<QPair<qint64, QString>, qint64> map;
    for (const Event &event : events) {
        if (!spec.span.contains({event.at}) || (!actor.isEmpty() && event.actor != actor)) continue;
        const QString status = event.success ? QStringLiteral("success") : QStringLiteral("failure");
        ++map[{spec.bucketOf({event.at}).us, spec.stack == HistogramStack::Status ? status : event.action}];
    }
    return map;
}

}  // namespace

class TstAuditHistogram : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addDatabaseRows(); }
    void choosesTheWidth_data();
    void choosesTheWidth();
    void anEmptyTrail();
    void countsAsTheRowsDo();
};

void TstAuditHistogram::choosesTheWidth_data()
{
    QTest::addColumn<qint64>("span");
    QTest::addColumn<int>("places");
    QTest::addColumn<qint64>("width");
    QTest::newRow("an hour") << kHour << 100 << kMinute;
    QTest::newRow("a day") << kDay << 100 << 15 * kMinute;
    QTest::newRow("a month") << 31 * kDay << 120 << 12 * kHour;
    QTest::newRow("two years") << 730 * kDay << 120 << 7 * kDay;
    QTest::newRow("a century") << 36500 * kDay << 100 << 13 * 30 * kDay;
    QTest::newRow("one place") << 3 * kDay << 1 << 7 * kDay;
}

void TstAuditHistogram::choosesTheWidth()
{
    QFETCH(qint64, span);
    QFETCH(int, places);
    QTEST(AuditHistogram::bucketFor({{0}, {span}}, places), "width");
}

void TstAuditHistogram::anEmptyTrail()
{
    QFETCH_GLOBAL(int, kind);
    const TestDatabase database{Dialect::Kind(kind)};
    const auto session = database.open();
    QVERIFY(!AuditHistogram::extent(*session));
}

void TstAuditHistogram::countsAsTheRowsDo()
{
    QFETCH_GLOBAL(int, kind);
    const TestDatabase database{Dialect::Kind(kind)};
    const auto session = database.open();
    const quint32 seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    QList<Event> events;
    qint64 at = Timestamp::fromIso(QStringLiteral("2026-10-05T03:17:00.000000Z"))->us;
    for (int i = 0; i < 2000; ++i) {
        at += random.bounded(20) * kMinute;
        events << Event{at, QStringLiteral("ACT%1").arg(random.bounded(4)), random.bounded(5) > 0, QStringLiteral("actor %1").arg(random.bounded(3))};
    }
    write(*session, [&](Transaction &t) {
        for (const Event &event : std::as_const(events)) {
            AuditEntry entry;
            entry.actor.name = event.actor;
            entry.action = event.action;
            entry.entityType = QStringLiteral("connection");
            entry.success = event.success;
            entry.occurredAt = Timestamp{event.at};
            AuditStore::record(t, entry);
        }
        return 0;
    });
    const auto extent = AuditHistogram::extent(*session);
    QVERIFY(extent);
    QCOMPARE(extent->from.us, events.first().at / kHour * kHour);
    QCOMPARE(extent->to.us, at + 1);

    for (const HistogramStack stack : {HistogramStack::Status, HistogramStack::Action})
        for (const qint64 bucket : {5 * kMinute, kHour, 6 * kHour, kDay})
            for (const qint64 offset : {qint64(0), 2 * kHour, -5 * kHour, 5 * kHour + 30 * kMinute}) {
                HistogramSpec spec{{}, *extent, bucket, offset, stack};
                QCOMPARE(AuditHistogram::isFromRollups(spec), bucket >= kHour && offset % kHour == 0);
                QCOMPARE(toMap(AuditHistogram::counts(*session, spec)), counted(events, spec));
                spec.query.filters = {{QStringLiteral("actor"), ColumnFilter::Op::Equal, {QStringLiteral("actor 1")}}};
                QVERIFY(!AuditHistogram::isFromRollups(spec));
                QCOMPARE(toMap(AuditHistogram::counts(*session, spec)), counted(events, spec, QStringLiteral("actor 1")));
            }
    // An action and a result are the rollups' own; slices put together are the whole.
    HistogramSpec failures{{}, *extent, kDay, 0, HistogramStack::Status};
    failures.query.filters = {{QStringLiteral("status"), ColumnFilter::Op::In, {QStringLiteral("failure")}}};
    QVERIFY(AuditHistogram::isFromRollups(failures));
    QList<Event> failed = events;
    failed.removeIf([](const Event &event) { return event.success; });
    QCOMPARE(toMap(AuditHistogram::counts(*session, failures)), counted(failed, failures));
    HistogramSpec whole{{}, {{extent->from.us}, {extent->from.us + 8 * kDay}}, 30 * kMinute, 0, HistogramStack::Action};
    QMap<QPair<qint64, QString>, qint64> sum;
    for (int slice = 0; slice < 8; ++slice) {
        HistogramSpec part = whole;
        part.span = {{extent->from.us + slice * kDay}, {extent->from.us + (slice + 1) * kDay}};
        sum.insert(toMap(AuditHistogram::counts(*session, part)));
    }
    QCOMPARE(sum, toMap(AuditHistogram::counts(*session, whole)));
}

HEADGATE_TEST(TstAuditHistogram);
#include "tst_audithistogram.moc"
