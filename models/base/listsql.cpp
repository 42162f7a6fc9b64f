// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/listsql.h"

#include "models/base/error.h"
#include "models/base/listpattern.h"
#include "models/database/dialect.h"

#include <algorithm>
#include <cmath>

namespace headgate {

void ListWhere::add(const QString &condition, const char *name, const QVariant &value)
{
    if (!condition.isEmpty()) m_conditions << condition;
    m_values.emplace_back(name, value);
}

QString ListWhere::sql() const
{
    return m_conditions.isEmpty() ? QString() : QStringLiteral(" where ") + m_conditions.join(QStringLiteral(" and "));
}

void ListWhere::bindTo(Query &query) const
{
    for (const auto &[name, value] : m_values) query.bindVariant(name.constData(), value);
}

namespace ListSql {

namespace {

using Op = ColumnFilter::Op;
using Type = ListColumn::Type;

constexpr qsizetype longestText = 1000;

[[noreturn]] void refuse(const QString &what, const QString &column, const QString &value, const QString &hint)
{
    throw Exception({ErrorKind::Invalid, what, column, value.left(200), hint});
}

const char *comparison(Op op)
{
    switch (op) {
    case Op::AtLeast: return ">=";
    case Op::AtMost: return "<=";
    case Op::Greater: return ">";
    case Op::Less: return "<";
    default: return "=";
    }
}

/// One condition as SQL text; the values go to the WHERE that it belongs to, under names that nobody typed.
class Condition {
public:
    Condition(ListWhere &where, int &next, const ListColumn &column, const ColumnFilter &filter, const TimeText::Clock &clock)
        : m_where(where), m_next(next), m_column(column), m_filter(filter), m_clock(clock)
    {
    }

    QString sql()
    {
        if (m_filter.values.isEmpty()) refuse(QStringLiteral("The filter on %1 has no value").arg(m_filter.column), m_filter.column, {}, {});
        QStringList alternatives;
        if (m_filter.op == Op::Between || m_filter.op == Op::NotBetween) {
            if (m_filter.values.size() != 2) misfit();
            alternatives << between(m_filter.values.at(0), m_filter.values.at(1));
        } else {
            for (const QVariant &value : m_filter.values) alternatives << one(value);
        }
        const QString any = QLatin1Char('(') + alternatives.join(QStringLiteral(" or ")) + QLatin1Char(')');
        return m_filter.isNegated() ? QStringLiteral("not coalesce(%1, false)").arg(any) : any;
    }

private:
    [[noreturn]] void misfit()
    {
        refuse(QStringLiteral("%1 cannot be filtered like this").arg(m_filter.column), m_filter.column, {}, QStringLiteral("Type another condition."));
    }

    QString bind(const QVariant &value)
    {
        const QByteArray name = QByteArrayLiteral("f") + QByteArray::number(m_next++);
        m_where.add(QString(), name.constData(), value);
        return QString::fromLatin1(name);
    }

    QString text(const QVariant &value)
    {
        const QString text = value.toString();
        if (text.size() > longestText)
            refuse(QStringLiteral("The filter on %1 is longer than %2 characters").arg(m_filter.column).arg(longestText), m_filter.column, text, {});
        return text;
    }

    QString one(const QVariant &value)
    {
        if (!value.isValid() || value.isNull()) {
            if (!m_filter.isEquality()) misfit();
            return m_column.sql + QStringLiteral(" is null");
        }
        switch (m_column.type) {
        case Type::Text:
        case Type::Enum: return oneText(value);
        case Type::Number: return number(comparison(m_filter.op), value);
        case Type::Time: return oneTime(value);
        case Type::Bool:
            if (!m_filter.isEquality()) misfit();
            return QStringLiteral("%1 = :%2").arg(m_column.sql, bind(Codec::toVariant(value.toBool())));
        case Type::Tags:
            if (!m_filter.isEquality() && m_filter.op != Op::Contains && m_filter.op != Op::NotContains) misfit();
            return QStringLiteral("{has_tag:%1,%2}").arg(m_column.sql, bind(Codec::toVariant(text(value))));
        }
        misfit();
    }

    QString oneText(const QVariant &value)
    {
        if (m_filter.op == Op::Contains || m_filter.op == Op::NotContains)
            return QStringLiteral("{contains:%1,%2}").arg(m_column.sql, bind(Codec::toVariant(Dialect::likePattern(text(value)))));
        if (m_filter.op == Op::Regex || m_filter.op == Op::NotRegex) return pattern(value.toString());
        if (m_filter.isEquality()) return QStringLiteral("%1 = :%2").arg(m_column.sql, bind(Codec::toVariant(text(value))));
        return ordered(comparison(m_filter.op), value);
    }

    QString ordered(const char *comparison, const QVariant &value)
    {
        return QStringLiteral("{bytewise:%1} %2 :%3").arg(m_column.sql, QLatin1String(comparison), bind(Codec::toVariant(text(value))));
    }

    QString pattern(const QString &pattern)
    {
        if (const auto fault = ListPattern::fault(pattern))
            refuse(QStringLiteral("The regular expression for %1 is not understood at character %2: %3").arg(m_filter.column).arg(fault->position + 1).arg(fault->message),
                   m_filter.column, pattern, QStringLiteral("Change the pattern."));
        return QStringLiteral("{matches:%1,%2}").arg(m_column.sql, bind(Codec::toVariant(ListPattern::canonical(pattern))));
    }

    /// The cast keeps PostgreSQL from rounding 1.5 for an integer column.
    QString number(const char *comparison, const QVariant &value)
    {
        if (qstrcmp(comparison, "=") == 0 && !m_filter.isEquality()) misfit();
        bool whole = false;
        bool any = false;
        const qint64 integer = value.toString().toLongLong(&whole);
        const double real = value.toDouble(&any);
        if (!any || !std::isfinite(real))
            refuse(QStringLiteral("%1 is compared with a number").arg(m_filter.column), m_filter.column, value.toString(), QStringLiteral("Type a number."));
        const QString name = bind(whole ? Codec::toVariant(integer) : Codec::toVariant(real));
        return QStringLiteral("%1 %2 cast(:%3 as %4)").arg(m_column.sql, QLatin1String(comparison), name, whole ? QStringLiteral("bigint") : QStringLiteral("double precision"));
    }

    TimeSpan span(const QVariant &value)
    {
        const auto span = TimeText::resolveValue(value, m_clock);
        if (!span)
            refuse(QStringLiteral("%1 is compared with a time").arg(m_filter.column), m_filter.column, value.toString(),
                   QStringLiteral("Type a time such as 2026-11-21, 2026-11-21 09:14, -24h or yesterday."));
        return *span;
    }

    QString timeBound(const char *comparison, qint64 us)
    {
        const QString time = QStringLiteral("{ts:%1}").arg(bind(Codec::toVariant(us)));
        return QStringLiteral("%1 %2 %3").arg(m_column.sql, QLatin1String(comparison), m_column.timeBound.isEmpty() ? time : m_column.timeBound.arg(time));
    }

    QString within(const TimeSpan &span)
    {
        // "Later than the last 24 hours": never. No server has a timestamp for Forever.
        if (span.from == TimeSpan::Forever || span.to == TimeSpan::Ever) return QStringLiteral("false");
        QStringList parts;
        if (span.from != TimeSpan::Ever) parts << timeBound(">=", span.from);
        if (span.to != TimeSpan::Forever) parts << timeBound("<", span.to);
        return parts.isEmpty() ? m_column.sql + QStringLiteral(" is not null") : QLatin1Char('(') + parts.join(QStringLiteral(" and ")) + QLatin1Char(')');
    }

    QString oneTime(const QVariant &value)
    {
        const TimeSpan whole = span(value);
        const auto result = compared(m_filter.op, whole);
        if (!result) misfit();
        return within(*result);
    }

    QString between(const QVariant &low, const QVariant &high)
    {
        if (low.isNull() || high.isNull()) misfit();
        switch (m_column.type) {
        case Type::Text:
        case Type::Enum: return QStringLiteral("(%1 and %2)").arg(ordered(">=", low), ordered("<=", high));
        case Type::Number: return QStringLiteral("(%1 and %2)").arg(number(">=", low), number("<=", high));
        case Type::Time: return within({span(low).from, span(high).to});
        default: misfit();
        }
    }

public:
    /// The times that stand so to that stretch: after it, before its end …
    static std::optional<TimeSpan> compared(Op op, const TimeSpan &whole)
    {
        switch (op) {
        case Op::Equal:
        case Op::NotEqual:
        case Op::In: return whole;
        case Op::AtLeast: return TimeSpan{whole.from, TimeSpan::Forever};
        case Op::AtMost: return TimeSpan{TimeSpan::Ever, whole.to};
        case Op::Greater: return TimeSpan{whole.to, TimeSpan::Forever};
        case Op::Less: return TimeSpan{TimeSpan::Ever, whole.from};
        default: return std::nullopt;
        }
    }

private:
    ListWhere &m_where;
    int &m_next;
    const ListColumn &m_column;
    const ColumnFilter &m_filter;
    const TimeText::Clock &m_clock;
};

const ListColumn &columnOf(const ListColumns &columns, const QString &id)
{
    const auto column = columns.constFind(id);
    if (column == columns.constEnd()) refuse(QStringLiteral("There is no column %1 to filter on").arg(id), {}, {}, {});
    return *column;
}

/// What the search asks of the columns that it looks at: a group of which one must hold.
QList<ColumnFilter> searchGroup(const QString &search, const ListColumns &columns)
{
    QList<ColumnFilter> group;
    for (auto it = columns.begin(); it != columns.end(); ++it)
        if (it->searched) group << ColumnFilter{it.key(), Op::Contains, {it->type == Type::Tags ? search.trimmed() : search}};
    std::ranges::sort(group, {}, &ColumnFilter::column);  // one text for one query
    return group;
}

}  // namespace

ListWhere where(const ListQuery &query, const ListColumns &columns) { return where(query, columns, TimeText::Clock::of(query.timeZone)); }

ListWhere where(const ListQuery &query, const ListColumns &columns, const TimeText::Clock &clock)
{
    ListWhere where;
    int next = 0;
    const auto condition = [&](const ColumnFilter &filter) { return Condition(where, next, columnOf(columns, filter.column), filter, clock).sql(); };
    const auto addGroup = [&](const QList<ColumnFilter> &group) {
        QStringList alternatives;
        for (const ColumnFilter &filter : group) alternatives << condition(filter);
        if (!alternatives.isEmpty()) where.add(QLatin1Char('(') + alternatives.join(QStringLiteral(" or ")) + QLatin1Char(')'));
    };
    for (const ColumnFilter &filter : query.filters) where.add(condition(filter));
    for (const QList<ColumnFilter> &group : query.anyOf) addGroup(group);
    if (!query.search.isEmpty()) addGroup(searchGroup(query.search, columns));
    return where;
}

QList<FilterColumn> filterColumns(const ListColumns &columns)
{
    QList<FilterColumn> all;
    for (auto it = columns.begin(); it != columns.end(); ++it) all << FilterColumn{it.key(), it->type, it->values, it->searched};
    std::ranges::sort(all, {}, &FilterColumn::id);
    return all;
}

std::optional<TimeSpan> onlyTime(const ListQuery &query, const QString &column, const TimeText::Clock &clock)
{
    if (!query.search.isEmpty() || !query.anyOf.isEmpty()) return std::nullopt;
    TimeSpan rest;
    for (const ColumnFilter &filter : query.filters) {
        const bool between = filter.op == Op::Between;
        if (filter.column != column || filter.values.size() != (between ? 2 : 1) || filter.isNegated()) return std::nullopt;
        const auto first = TimeText::resolveValue(filter.values.first(), clock);
        const auto last = TimeText::resolveValue(filter.values.last(), clock);
        if (!first || !last) return std::nullopt;
        const auto part = between ? std::optional(TimeSpan{first->from, last->to}) : Condition::compared(filter.op, *first);
        if (!part) return std::nullopt;
        rest = {std::max(rest.from, part->from), std::min(rest.to, part->to)};
    }
    return rest;
}

QList<FacetCount> facets(Session &session, const QString &from, const ListWhere &where, const ListColumns &columns, const QString &column, int limit)
{
    const ListColumn &counted = columnOf(columns, column);
    if (counted.type == Type::Tags || counted.type == Type::Time) refuse(QStringLiteral("The values of %1 are not counted").arg(column), column, {}, {});
    Query query(session, QStringLiteral("select %1, count(*) from %2%3 group by %1 order by count(*) desc, %1 limit %4").arg(counted.sql, from, where.sql()).arg(limit));
    where.bindTo(query);
    query.exec();
    QList<FacetCount> counts;
    while (query.next()) {
        QVariant found;
        if (!query.isNull(0)) found = counted.type == Type::Bool ? QVariant(query.get<bool>(0)) : query.raw(0);
        counts << FacetCount{found, query.get<qint64>(1)};
    }
    return counts;
}

}  // namespace ListSql
}  // namespace headgate
