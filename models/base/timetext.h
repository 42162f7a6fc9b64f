// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/codec.h"

#include <QTimeZone>
#include <limits>

namespace headgate {

/// The microseconds from ≤ t < to; `to` may be Forever. A moment is one microsecond long.
struct TimeSpan {
    static constexpr qint64 Ever = std::numeric_limits<qint64>::min();
    static constexpr qint64 Forever = std::numeric_limits<qint64>::max();
    qint64 from = Ever;
    qint64 to = Forever;
    bool operator==(const TimeSpan &) const = default;
};

/// Times as a person writes them. Words in any case:
///   now · -15min -24h -7d -2w -3mo -1y (that long ago; d and longer by the calendar) · last 24 h · today · yesterday ·
///   this/last hour, day, week (from Monday), month, year · 2026 · 2026-11 · 2026-11-21 · 2026-11-21 09:14[:53[.123456]]
///   [Z or +01:00]
/// A date is the whole day, a minute the whole minute. Without an offset the clock of the zone is meant: what it shows
/// twice is the first time, what it skips is as long after the hour before. Pure functions, any thread.
namespace TimeText {

struct Clock {
    Timestamp now;
    QTimeZone zone;
    /// Of the computer; an unknown id is the computer's zone.
    static Clock of(const QString &zone);
};

/// None when it is not understood or not between the years 1 and 9999.
std::optional<TimeSpan> resolve(const QString &text, const Clock &clock);
/// The same for the value of a condition: a text, or microseconds since 1970 as a number.
std::optional<TimeSpan> resolveValue(const QVariant &value, const Clock &clock);
/// "-7d": a distance from now rather than a time, so that alone it means "since".
bool isDistance(const QString &text);

}  // namespace TimeText
}  // namespace headgate
