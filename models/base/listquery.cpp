// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/listquery.h"

#include <algorithm>

namespace headgate {

bool ListQuery::isFilteredOn(const QString &column) const
{
    const auto concerns = [&column](const ColumnFilter &filter) { return filter.column == column; };
    return std::ranges::any_of(filters, concerns)
        || std::ranges::any_of(anyOf, [&concerns](const QList<ColumnFilter> &group) { return std::ranges::any_of(group, concerns); });
}

ListQuery ListQuery::without(const QString &column) const
{
    const auto concerns = [&column](const ColumnFilter &filter) { return filter.column == column; };
    ListQuery rest = *this;
    rest.filters.removeIf(concerns);
    rest.anyOf.removeIf([&concerns](const QList<ColumnFilter> &group) { return std::ranges::all_of(group, concerns); });
    return rest;
}

}  // namespace headgate
