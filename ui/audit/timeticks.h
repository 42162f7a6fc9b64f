// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/codec.h"

#include <QList>
#include <QString>

namespace headgate {

/// A mark of a time axis.
struct TimeTick {
    Timestamp at;
    QString text;
    bool operator==(const TimeTick &) const = default;
};

/// Marks on round times of the zone that is shown: whole minutes, hours, days, Mondays, months or years, at most `most`.
QList<TimeTick> timeTicks(Timestamp from, Timestamp to, int most);

/// 950, 1.2 k, 34 k, 5.6 M.
QString shortNumber(qint64 number);

}  // namespace headgate
