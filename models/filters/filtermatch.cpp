// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/filters/filtermatch.h"

#include "models/base/listpattern.h"

#include <algorithm>
#include <cmath>

namespace headgate {

namespace {

using Op = ColumnFilter::Op;
using Type = FilterColumn::Type;

bool isNull(const QVariant &value) { return !value.isValid() || value.isNull(); }

/// How `left <=> right` has to turn out.
template <typename Order>
bool ordered(Op op, Order order)
{
    switch (op) {
    case Op::AtLeast: return order >= 0;
    case Op::AtMost: return order <= 0;
    case Op::Greater: return order > 0;
    case Op::Less: return order < 0;
    default: return order == 0;
    }
}

std::partial_ordering numberOrder(const QVariant &left, const QVariant &right)
{
    bool leftWhole = false;
    bool rightWhole = false;
    const qint64 a = left.toString().toLongLong(&leftWhole);
    const qint64 b = right.toString().toLongLong(&rightWhole);
    return leftWhole && rightWhole ? std::partial_ordering(a <=> b) : left.toDouble() <=> right.toDouble();
}

bool isNumber(const QVariant &value)
{
    bool ok = false;
    return std::isfinite(value.toDouble(&ok)) && ok;
}

bool timeHolds(Op op, const TimeSpan &span, qint64 us)
{
    switch (op) {
    case Op::AtLeast: return us >= span.from;
    case Op::AtMost: return span.to == TimeSpan::Forever || us < span.to;
    case Op::Greater: return span.to != TimeSpan::Forever && us >= span.to;
    case Op::Less: return us < span.from;
    default: return us >= span.from && (span.to == TimeSpan::Forever || us < span.to);
    }
}

}  // namespace

FilterMatch::FilterMatch(const ListQuery &query, const QList<FilterColumn> &columns) : FilterMatch(query, columns, TimeText::Clock::of(query.timeZone)) {}

FilterMatch::FilterMatch(const ListQuery &query, const QList<FilterColumn> &columns, const TimeText::Clock &clock) : m_columns(columns)
{
    const auto addGroup = [&](const QList<ColumnFilter> &filters) {
        QList<Test> group;
        for (const ColumnFilter &filter : filters) group << testOf(filter, clock);
        if (!group.isEmpty()) m_groups << group;
    };
    for (const ColumnFilter &filter : query.filters) addGroup({filter});
    for (const QList<ColumnFilter> &group : query.anyOf) addGroup(group);
    if (query.search.isEmpty()) return;
    QList<ColumnFilter> search;
    for (const FilterColumn &column : columns)
        if (column.searched) search << ColumnFilter{column.id, Op::Contains, {column.type == Type::Tags ? query.search.trimmed() : query.search}};
    addGroup(search);
}

bool FilterMatch::matches(const ValueOf &valueOf) const
{
    const auto holds = [&valueOf](const Test &test) { return test.holds(valueOf(test.column)); };
    return m_valid && std::ranges::all_of(m_groups, [&holds](const QList<Test> &group) { return std::ranges::any_of(group, holds); });
}

FilterMatch::Test FilterMatch::testOf(const ColumnFilter &filter, const TimeText::Clock &clock)
{
    const auto column = std::ranges::find(m_columns, filter.column, &FilterColumn::id);
    const bool isRange = filter.op == Op::Between || filter.op == Op::NotBetween;
    if (column == m_columns.end() || filter.values.isEmpty() || (isRange && filter.values.size() != 2)) {
        m_valid = false;
        return {filter.column, [](const QVariant &) { return false; }};
    }
    QList<Holds> alternatives;
    if (isRange) alternatives << betweenTest(filter, column->type, clock);
    else
        for (const QVariant &value : filter.values) alternatives << valueTest(filter, value, column->type, clock);
    return {filter.column, [alternatives, negated = filter.isNegated()](const QVariant &value) {
                return negated != std::ranges::any_of(alternatives, [&value](const Holds &holds) { return holds(value); });
            }};
}

FilterMatch::Holds FilterMatch::valueTest(const ColumnFilter &filter, const QVariant &wanted, FilterColumn::Type type, const TimeText::Clock &clock)
{
    const Op op = filter.op;
    if (isNull(wanted)) {
        m_valid = m_valid && filter.isEquality();
        return isNull;
    }
    const bool isContains = op == Op::Contains || op == Op::NotContains;
    const bool isPattern = op == Op::Regex || op == Op::NotRegex;
    const bool isText = type == Type::Text || type == Type::Enum;
    if (type == Type::Tags) {
        m_valid = m_valid && (filter.isEquality() || isContains);
        return [tag = wanted.toString()](const QVariant &value) { return value.toStringList().contains(tag); };
    }
    if ((isContains || isPattern) && !isText) m_valid = false;
    if (isContains)
        return [part = wanted.toString().toLower()](const QVariant &value) { return !isNull(value) && value.toString().toLower().contains(part); };
    if (isPattern) {
        m_valid = m_valid && !ListPattern::fault(wanted.toString());
        return [pattern = ListPattern::compiled(ListPattern::canonical(wanted.toString()))](const QVariant &value) {
            return !isNull(value) && ListPattern::matches(pattern, value.toString()).value_or(false);
        };
    }
    if (type == Type::Time) {
        const auto span = TimeText::resolveValue(wanted, clock);
        m_valid = m_valid && span;
        return [op, span = span.value_or(TimeSpan())](const QVariant &value) { return !isNull(value) && timeHolds(op, span, value.value<Timestamp>().us); };
    }
    if (type == Type::Number) {
        m_valid = m_valid && isNumber(wanted);
        return [op, wanted](const QVariant &value) { return !isNull(value) && ordered(op, numberOrder(value, wanted)); };
    }
    if (type == Type::Bool) {
        m_valid = m_valid && filter.isEquality();
        return [flag = wanted.toBool()](const QVariant &value) { return !isNull(value) && value.toBool() == flag; };
    }
    // By code points, as UTF-8 sorts.
    return [op, bytes = wanted.toString().toUtf8()](const QVariant &value) { return !isNull(value) && ordered(op, value.toString().toUtf8().compare(bytes)); };
}

FilterMatch::Holds FilterMatch::betweenTest(const ColumnFilter &filter, FilterColumn::Type type, const TimeText::Clock &clock)
{
    if (type == Type::Bool || type == Type::Tags || isNull(filter.values.first()) || isNull(filter.values.last())) m_valid = false;
    const auto low = valueTest({filter.column, Op::AtLeast, {}}, filter.values.first(), type, clock);
    const auto high = valueTest({filter.column, Op::AtMost, {}}, filter.values.last(), type, clock);
    return [low, high](const QVariant &value) { return low(value) && high(value); };
}

}  // namespace headgate
