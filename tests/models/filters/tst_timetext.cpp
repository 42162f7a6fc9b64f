// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/timetext.h"
#include "tests/support/testregistry.h"

#include <QTest>

using namespace headgate;

namespace {

TimeText::Clock clockOf(const char *zone, const char *now) { return {*Timestamp::fromIso(QLatin1String(now)), QTimeZone(zone)}; }

QString shown(const std::optional<TimeSpan> &span)
{
    if (!span) return QStringLiteral("-");
    return Timestamp{span->from}.toIso() + u' ' + (span->to == TimeSpan::Forever ? QStringLiteral("ever") : Timestamp{span->to}.toIso());
}

}  // namespace

class TstTimeText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void resolves_data();
    void resolves();
    void refuses_data();
    void refuses();
    void everyHourOfAYearIsItself();
};

void TstTimeText::resolves_data()
{
    QTest::addColumn<QString>("zone");
    QTest::addColumn<QString>("now");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    const auto row = [](const char *zone, const char *now, const char *text, const char *from, const char *to) {
        QTest::addRow("%s in %s at %s", text, zone, now) << QString::fromLatin1(zone) << QString::fromLatin1(now) << QString::fromLatin1(text) << QString::fromLatin1(from) << QString::fromLatin1(to);
    };
    const char *utc = "UTC";
    const char *now = "2026-11-21T09:14:53.000123Z";
    row(utc, now, "now", "2026-11-21T09:14:53.000123Z", "2026-11-21T09:14:53.000124Z");
    row(utc, now, "-24h", "2026-11-20T09:14:53.000123Z", "2026-11-20T09:14:53.000124Z");
    row(utc, now, "-600000h", "1958-06-11T09:14:53.000123Z", "1958-06-11T09:14:53.000124Z");
    row(utc, now, "-15min", "2026-11-21T08:59:53.000123Z", "2026-11-21T08:59:53.000124Z");
    row(utc, now, "-7d", "2026-11-14T09:14:53.000123Z", "2026-11-14T09:14:53.000124Z");
    row(utc, now, "-3mo", "2026-08-21T09:14:53.000123Z", "2026-08-21T09:14:53.000124Z");
    row(utc, now, "+1y", "2027-11-21T09:14:53.000123Z", "2027-11-21T09:14:53.000124Z");
    row(utc, now, "Last  24 H", "2026-11-20T09:14:53.000123Z", "ever");
    row(utc, now, "last 7 days", "2026-11-14T09:14:53.000123Z", "ever");
    row(utc, now, "today", "2026-11-21T00:00:00.000000Z", "2026-11-22T00:00:00.000000Z");
    row(utc, now, "yesterday", "2026-11-20T00:00:00.000000Z", "2026-11-21T00:00:00.000000Z");
    row(utc, now, "this week", "2026-11-16T00:00:00.000000Z", "2026-11-23T00:00:00.000000Z");
    row(utc, now, "last week", "2026-11-09T00:00:00.000000Z", "2026-11-16T00:00:00.000000Z");
    row(utc, now, "this month", "2026-11-01T00:00:00.000000Z", "2026-12-01T00:00:00.000000Z");
    row(utc, now, "last month", "2026-10-01T00:00:00.000000Z", "2026-11-01T00:00:00.000000Z");
    row(utc, now, "last year", "2025-01-01T00:00:00.000000Z", "2026-01-01T00:00:00.000000Z");
    row(utc, now, "this hour", "2026-11-21T09:00:00.000000Z", "2026-11-21T10:00:00.000000Z");
    row("Asia/Kolkata", now, "last hour", "2026-11-21T07:30:00.000000Z", "2026-11-21T08:30:00.000000Z");
    row(utc, now, "2026", "2026-01-01T00:00:00.000000Z", "2027-01-01T00:00:00.000000Z");
    row(utc, now, "2026-02", "2026-02-01T00:00:00.000000Z", "2026-03-01T00:00:00.000000Z");
    row(utc, now, "2024-02-29", "2024-02-29T00:00:00.000000Z", "2024-03-01T00:00:00.000000Z");
    row(utc, now, "2026-11-21 09:14", "2026-11-21T09:14:00.000000Z", "2026-11-21T09:15:00.000000Z");
    row(utc, now, "2026-11-21T09:14:53", "2026-11-21T09:14:53.000000Z", "2026-11-21T09:14:54.000000Z");
    row(utc, now, "2026-11-21T09:14:53.000123Z", "2026-11-21T09:14:53.000123Z", "2026-11-21T09:14:53.000124Z");
    row("Asia/Tokyo", now, "2026-11-21T09:14:53.5+05:30", "2026-11-21T03:44:53.500000Z", "2026-11-21T03:44:53.500001Z");
    // The clock goes forward in Berlin on 29 March 2026 at 02:00 and back on 25 October at 03:00.
    const char *berlin = "Europe/Berlin";
    row(berlin, "2026-03-29T12:00:00Z", "today", "2026-03-28T23:00:00.000000Z", "2026-03-29T22:00:00.000000Z");
    row(berlin, "2026-10-25T12:00:00Z", "today", "2026-10-24T22:00:00.000000Z", "2026-10-25T23:00:00.000000Z");
    row(berlin, "2026-03-29T12:00:00Z", "-1d", "2026-03-28T13:00:00.000000Z", "2026-03-28T13:00:00.000001Z");
    row(berlin, "2026-03-29T12:00:00Z", "-24h", "2026-03-28T12:00:00.000000Z", "2026-03-28T12:00:00.000001Z");
    row(berlin, "2026-06-01T12:00:00Z", "2026-03-29 02:30", "2026-03-29T01:30:00.000000Z", "2026-03-29T01:31:00.000000Z");  // skipped
    row(berlin, "2026-06-01T12:00:00Z", "2026-10-25 02:30", "2026-10-25T00:30:00.000000Z", "2026-10-25T00:31:00.000000Z");  // twice: the first
    row(berlin, "2026-06-01T12:00:00Z", "2026-10-25 03:00", "2026-10-25T02:00:00.000000Z", "2026-10-25T02:01:00.000000Z");
    row(berlin, "2026-06-01T12:00:00Z", "2026-10", "2026-09-30T22:00:00.000000Z", "2026-10-31T23:00:00.000000Z");
    // Midnight was skipped there.
    row("America/Sao_Paulo", "2018-11-04T15:00:00Z", "today", "2018-11-04T03:00:00.000000Z", "2018-11-05T02:00:00.000000Z");
    row("Pacific/Apia", "2011-12-31T12:00:00Z", "2011-12-31", "2011-12-30T10:00:00.000000Z", "2011-12-31T10:00:00.000000Z");
}

void TstTimeText::resolves()
{
    QFETCH(QString, zone);
    QFETCH(QString, now);
    QFETCH(QString, text);
    QFETCH(QString, from);
    QFETCH(QString, to);
    QCOMPARE(shown(TimeText::resolve(text, clockOf(zone.toLatin1(), now.toLatin1()))), from + u' ' + to);
}

void TstTimeText::refuses_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text : {"", "24h", "-h", "-24", "- 24 x", "tomorrowish", "last", "last century", "2026-13", "2026-02-30", "2026-1-1", "21.11.2026", "2026-11-21 25:00",
                             "2026-11-21 09", "2026-11-21T09:14:53.1234567", "2026-11-21T09:14+99:00", "-999999y", "0000", "'; drop table t; --"})
        QTest::addRow("%s", text) << QString::fromLatin1(text);
}

void TstTimeText::refuses()
{
    QFETCH(QString, text);
    QCOMPARE(shown(TimeText::resolve(text, clockOf("UTC", "2026-11-21T09:14:53Z"))), QStringLiteral("-"));
}

/// Days follow each other without a gap or an overlap, in every zone, whatever the clocks do.
void TstTimeText::everyHourOfAYearIsItself()
{
    for (const char *zone : {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Cairo", "Asia/Tehran"}) {
        qint64 end = -1;
        for (QDate day(2018, 1, 1); day.year() == 2018; day = day.addDays(1)) {
            const auto span = TimeText::resolve(day.toString(Qt::ISODate), clockOf(zone, "2026-01-01T00:00:00Z"));
            QVERIFY(span);
            if (end >= 0) QCOMPARE(span->from, end);
            end = span->to;
            QCOMPARE(Timestamp{span->from}.toDateTime().toTimeZone(QTimeZone(zone)).date(), day);
            QCOMPARE(Timestamp{span->to - 1000}.toDateTime().toTimeZone(QTimeZone(zone)).date(), day);
        }
    }
}

HEADGATE_TEST(TstTimeText);
#include "tst_timetext.moc"
