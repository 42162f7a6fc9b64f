// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/timetext.h"

#include <QRegularExpression>

namespace headgate::TimeText {

namespace {

constexpr qint64 msPerDay = 86'400'000;
constexpr qint64 usPerSecond = 1'000'000;

/// Not QDateTime's own resolution: what that makes of skipped and repeated times differs between versions of Qt.
std::optional<qint64> usOf(QDate date, QTime time, const QTimeZone &zone)
{
    if (!date.isValid() || date.year() < 1 || date.year() > 9999) return std::nullopt;
    const qint64 wall = QDateTime(date, time, Qt::UTC).toMSecsSinceEpoch();
    const auto offset = [&zone](qint64 ms) { return zone.offsetFromUtc(QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC)) * 1000LL; };
    const qint64 before = offset(wall - msPerDay);
    for (const qint64 each : {before, offset(wall + msPerDay)})
        if (offset(wall - each) == each) return (wall - each) * 1000;
    return (wall - before) * 1000;
}

std::optional<TimeSpan> days(QDate first, QDate after, const Clock &clock)
{
    const auto from = usOf(first, QTime(0, 0), clock.zone);
    const auto to = usOf(after, QTime(0, 0), clock.zone);
    return from && to ? std::optional(TimeSpan{*from, *to}) : std::nullopt;
}

std::optional<TimeSpan> moment(std::optional<qint64> us)
{
    return us ? std::optional(TimeSpan{*us, *us + 1}) : std::nullopt;
}

enum class Unit { Second, Minute, Hour, Day, Week, Month, Year };

std::optional<Unit> unitOf(const QString &word)
{
    static const QHash<QString, Unit> units = [] {
        QHash<QString, Unit> all;
        const auto add = [&all](Unit unit, std::initializer_list<const char *> words) {
            for (const char *each : words) all.insert(QLatin1String(each), unit);
        };
        add(Unit::Second, {"s", "sec", "second", "seconds"});
        add(Unit::Minute, {"m", "min", "minute", "minutes"});
        add(Unit::Hour, {"h", "hour", "hours"});
        add(Unit::Day, {"d", "day", "days"});
        add(Unit::Week, {"w", "week", "weeks"});
        add(Unit::Month, {"mo", "month", "months"});
        add(Unit::Year, {"y", "year", "years"});
        return all;
    }();
    const auto found = units.constFind(word);
    return found == units.constEnd() ? std::nullopt : std::optional(*found);
}

/// That many units from now; days and longer keep the time that the clock shows.
std::optional<qint64> shifted(int count, Unit unit, const Clock &clock)
{
    const QDateTime local = clock.now.toDateTime().toTimeZone(clock.zone);
    const auto byCalendar = [&](QDate date) -> std::optional<qint64> {
        const auto us = usOf(date, local.time(), clock.zone);
        return us ? std::optional(*us + clock.now.us % 1000) : std::nullopt;
    };
    switch (unit) {
    case Unit::Second: return clock.now.us + usPerSecond * count;
    case Unit::Minute: return clock.now.us + 60 * usPerSecond * count;
    case Unit::Hour: return clock.now.us + 3600 * usPerSecond * count;
    case Unit::Day: return byCalendar(local.date().addDays(count));
    case Unit::Week: return byCalendar(local.date().addDays(7LL * count));
    case Unit::Month: return byCalendar(local.date().addMonths(count));
    case Unit::Year: return byCalendar(local.date().addYears(count));
    }
    return std::nullopt;
}

std::optional<TimeSpan> period(Unit unit, int back, const Clock &clock)
{
    const QDate today = clock.now.toDateTime().toTimeZone(clock.zone).date();
    switch (unit) {
    case Unit::Hour: {
        const qint64 hour = 3600 * usPerSecond;
        const qint64 offset = clock.zone.offsetFromUtc(clock.now.toDateTime()) * usPerSecond;  // zones with half hours
        const qint64 from = (clock.now.us + offset) / hour * hour - offset - back * hour;
        return TimeSpan{from, from + hour};
    }
    case Unit::Day: return days(today.addDays(-back), today.addDays(1 - back), clock);
    case Unit::Week: {
        const QDate monday = today.addDays(1 - today.dayOfWeek() - 7 * back);
        return days(monday, monday.addDays(7), clock);
    }
    case Unit::Month: {
        const QDate first = QDate(today.year(), today.month(), 1).addMonths(-back);
        return days(first, first.addMonths(1), clock);
    }
    case Unit::Year: return days(QDate(today.year() - back, 1, 1), QDate(today.year() - back + 1, 1, 1), clock);
    default: return std::nullopt;
    }
}

std::optional<TimeSpan> words(const QString &text, const Clock &clock)
{
    if (text == u"now") return moment(clock.now.us);
    if (text == u"today") return period(Unit::Day, 0, clock);
    if (text == u"yesterday") return period(Unit::Day, 1, clock);
    static const QRegularExpression named(QStringLiteral("^(this|last) ([a-z]+)$"));
    if (const auto match = named.match(text); match.hasMatch()) {
        const auto unit = unitOf(match.captured(2));
        return unit ? period(*unit, match.capturedView(1) == u"last", clock) : std::nullopt;
    }
    static const QRegularExpression amount(QStringLiteral("^(-|\\+|last )(\\d{1,6}) ?([a-z]+)$"));
    const auto match = amount.match(text);
    const auto unit = match.hasMatch() ? unitOf(match.captured(3)) : std::nullopt;
    if (!unit) return std::nullopt;
    const int count = match.captured(2).toInt();
    const auto at = shifted(match.capturedView(1) == u"+" ? count : -count, *unit, clock);
    if (!at) return std::nullopt;
    return match.capturedView(1) == u"last " ? std::optional(TimeSpan{*at, TimeSpan::Forever}) : moment(at);
}

std::optional<TimeSpan> iso(const QString &text, const Clock &clock)
{
    static const QRegularExpression form(QStringLiteral("^(\\d{4})(?:-(\\d\\d)(?:-(\\d\\d)(?:[t ](\\d\\d):(\\d\\d)(?::(\\d\\d)(?:\\.(\\d{1,6}))?)?"
                                                        " ?(z|[+-]\\d\\d:?\\d\\d)?)?)?)?$"));
    const auto match = form.match(text);
    if (!match.hasMatch()) return std::nullopt;
    const auto number = [&match](int group) { return match.captured(group).toInt(); };
    const auto has = [&match](int group) { return match.capturedLength(group) > 0; };
    const QDate date(number(1), has(2) ? number(2) : 1, has(3) ? number(3) : 1);
    if (!has(2)) return days(date, date.addYears(1), clock);
    if (!has(3)) return days(date, date.addMonths(1), clock);
    if (!has(4)) return days(date, date.addDays(1), clock);
    const QTime time(number(4), number(5), number(6));
    if (!time.isValid()) return std::nullopt;
    QTimeZone zone = clock.zone;
    if (has(8)) {
        QString offset = match.captured(8).remove(u':');
        const int seconds = offset == u"z" ? 0 : (offset.mid(1, 2).toInt() * 60 + offset.mid(3, 2).toInt()) * (offset.at(0) == u'-' ? -60 : 60);
        if (std::abs(seconds) > 14 * 3600) return std::nullopt;
        zone = QTimeZone(seconds);
    }
    const auto us = usOf(date, time, zone);
    if (!us) return std::nullopt;
    if (!has(6)) return TimeSpan{*us, *us + 60 * usPerSecond};
    if (!has(7)) return TimeSpan{*us, *us + usPerSecond};
    return moment(*us + match.captured(7).leftJustified(6, u'0').toInt());
}

}  // namespace

Clock Clock::of(const QString &zone)
{
    const QTimeZone named(zone.toUtf8());
    return {Timestamp::now(), !zone.isEmpty() && named.isValid() ? named : QTimeZone::systemTimeZone()};
}

std::optional<TimeSpan> resolve(const QString &text, const Clock &clock)
{
    const QString plain = text.simplified().toLower();
    const auto span = words(plain, clock);
    return span ? span : iso(plain, clock);
}

std::optional<TimeSpan> resolveValue(const QVariant &value, const Clock &clock)
{
    constexpr double first = -62'135'596'800e6;  // of the year 1
    constexpr double after = 253'402'300'800e6;  // the year 9999
    if (value.typeId() == QMetaType::QString) return resolve(value.toString(), clock);
    bool ok = false;
    const double us = value.toDouble(&ok);
    return ok && us >= first && us < after ? moment(value.toLongLong()) : std::nullopt;
}

bool isDistance(const QString &text)
{
    const QString plain = text.trimmed();
    return plain.startsWith(u'-') || plain.startsWith(u'+');
}

}  // namespace headgate::TimeText
