// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRegularExpression>
#include <QString>
#include <optional>

namespace headgate {

/// Regular expressions of filters: the part that PostgreSQL and PCRE understand alike, so that a filter finds the same
/// rows in every database and in memory. Characters, ., classes, \d \s \w and their opposites, \b \B, ^ $, groups,
/// look-around, alternatives, quantifiers up to 255; no back references (their cost has no bound). "(?i)" in front:
/// either case. ^ and $ are the ends of the whole text; . matches line ends too. Pure functions, any thread.
namespace ListPattern {

struct Fault {
    qsizetype position = 0;
    QString message;
    bool operator==(const Fault &) const = default;
};

/// None when the pattern is sound.
std::optional<Fault> fault(const QString &pattern);
/// As the databases get it: \b and $ mean different things to them and are spelled out. For a pattern without fault.
QString canonical(const QString &pattern);
/// For PCRE, from canonical(); a match gives up after a bounded number of steps.
QRegularExpression compiled(const QString &canonical);
/// None when it gave up: the pattern is too costly for that text.
std::optional<bool> matches(const QRegularExpression &compiled, const QString &text);

}  // namespace ListPattern
}  // namespace headgate
