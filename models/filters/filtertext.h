// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/listquery.h"

#include <optional>

namespace headgate {

/// What a person types into the filter of a column:
///
///   word          text: contains it, whatever the case; else: is equal to it (a unique beginning of a listed value will do)
///   =x            is exactly x           >x >=x <x <=x   text by code points; a time means its whole day, minute …
///   x~y           from x to y, both included
///   /re/ /re/i    regular expression (i: either case), see ListPattern
///   =NULL <>NULL  has no value, has one
///   a|b           one of them            !… <>x !=x      none of what follows
///   "x"           x as it stands: the signs above, NULL and blanks at the ends are text; "" is a quote
///   -7d           of a time: since then; see TimeText
///
/// Nothing of it ever becomes SQL text: the result is conditions whose values are bound. Pure functions, any thread.
namespace FilterText {

struct Fault {
    qsizetype position = 0;  ///< of the character, from 0
    QString message;
    bool operator==(const Fault &) const = default;
};

struct Parsed {
    QList<ColumnFilter> conditions;  ///< none when nothing was typed
    bool isAnyOf = false;            ///< one must hold, else all
    std::optional<Fault> fault;
    void addTo(ListQuery &query) const;
};

Parsed parse(const QString &text, const FilterColumn &column);
/// "COLUMN:EXPRESSION"; a fault counts from the beginning of the whole. The conditions of a faulty one are empty.
Parsed parseNamed(const QString &text, const QList<FilterColumn> &columns);

/// The text that parses to that condition.
QString format(const ColumnFilter &filter, FilterColumn::Type type);
/// … to that group of conditions on one column.
QString format(const QList<ColumnFilter> &group, FilterColumn::Type type);

}  // namespace FilterText
}  // namespace headgate
