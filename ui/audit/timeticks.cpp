// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/timeticks.h"

#include <QDateTime>
#include <QLocale>
#include <algorithm>

namespace headgate {

namespace {

/// One of the three is not 0.
struct Step {
    int minutes = 0;
    int days = 0;
    int months = 0;
    double us() const { return 60e6 * (minutes + 1440.0 * days + 43'830.0 * months); }
};

constexpr Step kSteps[] = {{1}, {5}, {15}, {30}, {60}, {180}, {360}, {720}, {0, 1}, {0, 2}, {0, 7}, {0, 14}, {0, 0, 1}, {0, 0, 3}, {0, 0, 6}, {0, 0, 12}, {0, 0, 60}};

Step stepFor(double us, int most)
{
    const auto *fitting = std::ranges::find_if(kSteps, [&](const Step &step) { return us / step.us() <= std::max(1, most); });
    return fitting == std::end(kSteps) ? kSteps[std::size(kSteps) - 1] : *fitting;
}

/// The last round time that is not after `time`.
QDateTime rounded(const QDateTime &time, const Step &step)
{
    const QDate date = time.date();
    if (step.months >= 12) return QDate(date.year() - date.year() % (step.months / 12), 1, 1).startOfDay();
    if (step.months > 0) return QDate(date.year(), 1 + (date.month() - 1) / step.months * step.months, 1).startOfDay();
    if (step.days == 1) return date.startOfDay();
    if (step.days == 2) return date.addDays(-(date.toJulianDay() % 2)).startOfDay();
    if (step.days > 0) return date.addDays(-(date.toJulianDay() % step.days)).startOfDay();  // day 0 was a Monday
    const int minutes = time.time().hour() * 60 + time.time().minute();
    return QDateTime(date, QTime(0, 0).addSecs(60 * (minutes / step.minutes * step.minutes)));
}

QDateTime next(const QDateTime &time, const Step &step)
{
    if (step.months > 0) return time.date().addMonths(step.months).startOfDay();
    if (step.days > 0) return time.date().addDays(step.days).startOfDay();
    const QDateTime after = time.addSecs(60LL * step.minutes);
    // Across a change of the clocks the marks stay on round times.
    return step.minutes < 60 ? after : std::max(rounded(after.addSecs(1800), step), after.addSecs(-3600));
}

QString textOf(const QDateTime &time, const Step &step)
{
    const QLocale locale;
    if (step.months >= 12) return locale.toString(time, QStringLiteral("yyyy"));
    if (step.months > 0) return locale.toString(time, QStringLiteral("MMM yyyy"));
    if (step.days > 0 || time.time() == QTime(0, 0)) return locale.toString(time, QStringLiteral("d MMM"));
    return locale.toString(time, QStringLiteral("HH:mm"));
}

}  // namespace

QList<TimeTick> timeTicks(Timestamp from, Timestamp to, int most)
{
    QList<TimeTick> ticks;
    if (to <= from) return ticks;
    const Step step = stepFor(double(to.us - from.us), most);
    for (QDateTime time = rounded(from.toDateTime().toLocalTime(), step); Timestamp::fromDateTime(time) < to; time = next(time, step))
        if (Timestamp::fromDateTime(time) >= from) ticks << TimeTick{Timestamp::fromDateTime(time), textOf(time, step)};
    return ticks;
}

QString shortNumber(qint64 number)
{
    const QLocale locale;
    if (number < 1000) return locale.toString(number);
    const bool millions = number >= 1'000'000;
    const double scaled = double(number) / (millions ? 1e6 : 1e3);
    return locale.toString(scaled, 'g', 3) + (millions ? QStringLiteral(" M") : QStringLiteral(" k"));
}

}  // namespace headgate
