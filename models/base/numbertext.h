// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace headgate {

/// Digits with a thin space between thousands, "-12 345.6": the one way in which the window shows a number. Any thread.
inline QString withThinSpaces(QString digits)
{
    constexpr QChar thinSpace(0x2009);
    qsizetype end = digits.indexOf(QLatin1Char('.'));
    if (end < 0) end = digits.size();
    for (qsizetype i = end - 3; i > (digits.startsWith(QLatin1Char('-')) ? 1 : 0); i -= 3) digits.insert(i, thinSpace);
    return digits;
}

}  // namespace headgate
