// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/auditrange.h"

#include "models/base/timetext.h"

#include <algorithm>

namespace headgate {

namespace {

using Op = ColumnFilter::Op;

bool narrow(TimeSpan &span, const ColumnFilter &filter, const TimeText::Clock &clock)
{
    const auto first = filter.values.isEmpty() ? std::nullopt : TimeText::resolveValue(filter.values.first(), clock);
    const auto last = filter.values.isEmpty() ? std::nullopt : TimeText::resolveValue(filter.values.last(), clock);
    if (!first || !last) return false;
    const bool isStretch = filter.op == Op::Between || filter.values.size() == 1;
    const bool hasBegin = filter.op == Op::AtLeast || filter.op == Op::Greater || filter.op == Op::Between || filter.op == Op::Equal;
    const bool hasEnd = filter.op == Op::AtMost || filter.op == Op::Less || filter.op == Op::Between || filter.op == Op::Equal;
    if (hasBegin) span.from = std::max(span.from, filter.op == Op::Greater ? first->to : first->from);
    if (hasEnd) span.to = std::min(span.to, filter.op == Op::Less ? last->from : last->to);
    return isStretch && (hasBegin || hasEnd);
}

}  // namespace

std::optional<AuditSpan> auditRange(const ListQuery &query, const QString &column)
{
    const TimeText::Clock clock = TimeText::Clock::of(query.timeZone);
    TimeSpan span;
    for (const ColumnFilter &filter : query.filters)
        if (filter.column == column && !narrow(span, filter, clock)) return std::nullopt;
    if (span.from == TimeSpan::Ever) return std::nullopt;
    if (span.to == TimeSpan::Forever) span.to = std::max(clock.now.us, span.from) + 1;
    return span.from < span.to ? std::optional(AuditSpan{{span.from}, {span.to}}) : std::nullopt;
}

AuditSpan auditRangeIn(const AuditSpan &whole, const ListQuery &query, const QString &column)
{
    const TimeText::Clock clock = TimeText::Clock::of(query.timeZone);
    TimeSpan span{whole.from.us, whole.to.us};
    for (const ColumnFilter &filter : query.filters)
        if (filter.column == column && !narrow(span, filter, clock)) return whole;
    return {{span.from}, {std::max(span.from, span.to)}};
}

ColumnFilter auditRangeFilter(const AuditSpan &span, const QString &column)
{
    return {column, Op::Between, {span.from.us, span.to.us - 1}};
}

}  // namespace headgate
