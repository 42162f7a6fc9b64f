// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/filters/filtertext.h"

#include "models/base/listpattern.h"
#include "models/base/timetext.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace headgate::FilterText {

namespace {

using Op = ColumnFilter::Op;
using Type = FilterColumn::Type;

constexpr qsizetype longest = 1000;
const QString eitherCase = QStringLiteral("(?i)");

/// A value as it was written: where, and whether in quotes.
struct Word {
    QString text;
    qsizetype position = 0;
    bool quoted = false;
    bool isNull() const { return !quoted && text.compare(QLatin1String("NULL"), Qt::CaseInsensitive) == 0; }
};

/// Thrown inside of this file only.
struct Refusal {
    Fault fault;
};

class Parser {
public:
    Parser(const QString &text, const FilterColumn &column) : m_text(text), m_column(column) {}

    QList<ColumnFilter> conditions()
    {
        if (m_text.size() > longest) refuse(longest, QStringLiteral("A filter has at most %1 characters.").arg(longest));
        skipBlanks();
        if (atEnd()) return {};
        m_exact = take("<>") || take("!=");
        m_negated = m_exact || take("!");
        do alternative();
        while (take("|"));
        if (!atEnd()) refuse(m_at, QStringLiteral("Only | may follow here."));
        return m_conditions;
    }
    bool isAnyOf() const { return m_conditions.size() > 1 && !m_negated; }

private:
    [[noreturn]] void refuse(qsizetype position, const QString &message) { throw Refusal{{position, message}}; }
    bool atEnd() const { return m_at >= m_text.size(); }
    QChar peek() const { return atEnd() ? QChar() : m_text.at(m_at); }
    bool isText() const { return m_column.type == Type::Text; }
    bool isWordy() const { return isText() || m_column.type == Type::Enum; }
    bool isOrdered() const { return isText() || m_column.type == Type::Number || m_column.type == Type::Time; }

    void skipBlanks()
    {
        while (!atEnd() && peek().isSpace()) ++m_at;
    }

    bool take(const char *sign)
    {
        skipBlanks();
        if (!QStringView(m_text).mid(m_at).startsWith(QLatin1String(sign))) return false;
        m_at += qsizetype(qstrlen(sign));
        return true;
    }

    void alternative()
    {
        skipBlanks();
        const qsizetype start = m_at;
        if (atEnd() || peek() == u'|') refuse(start, QStringLiteral("A condition is missing here."));
        if (peek() == u'!' || QStringView(m_text).mid(m_at).startsWith(u"<>"))
            refuse(start, QStringLiteral("! and <> stand in front of all alternatives."));
        const auto op = comparison();
        if (op && *op != Op::Equal) return compare(*op, start);
        skipBlanks();
        if (!op && peek() == u'/') return pattern();
        const Word first = word(!op);
        if (!op && take("~")) return range(first);
        equal(first, op.has_value() || m_exact);
    }

    std::optional<Op> comparison()
    {
        for (const auto &[sign, op] : {std::pair(">=", Op::AtLeast), std::pair("<=", Op::AtMost), std::pair(">", Op::Greater), std::pair("<", Op::Less),
                                       std::pair("=", Op::Equal)})
            if (take(sign)) return op;
        return std::nullopt;
    }

    void compare(Op op, qsizetype start)
    {
        if (m_negated) refuse(start, QStringLiteral("A comparison is turned round, not negated: <= instead of !>."));
        if (!isOrdered()) refuse(start, QStringLiteral("Only =, ! and alternatives fit this column."));
        const Word value = word(false);
        if (value.isNull()) refuse(value.position, QStringLiteral("NULL is neither more nor less: =NULL or <>NULL."));
        add(op, typed(value));
    }

    void range(const Word &low)
    {
        if (!isOrdered()) refuse(low.position, QStringLiteral("This column has no order for a range."));
        skipBlanks();
        const bool isOpenAbove = atEnd() || peek() == u'|';
        const Word high = isOpenAbove ? Word{} : word(false);
        if (low.text.isEmpty() && !low.quoted) {
            if (isOpenAbove || m_negated) refuse(low.position, QStringLiteral("A range needs a value before the ~."));
            return add(Op::AtMost, typed(high));
        }
        if (!isOpenAbove) return addRange(typed(low), typed(high));
        if (m_negated) refuse(m_at, QStringLiteral("A range needs a value after the ~."));
        add(Op::AtLeast, typed(low));
    }

    void addRange(const QVariant &low, const QVariant &high)
    {
        m_conditions << ColumnFilter{m_column.id, m_negated ? Op::NotBetween : Op::Between, {low, high}};
    }

    void equal(const Word &value, bool isExact)
    {
        if (value.isNull() && (isExact || !isText())) return add(m_negated ? Op::NotEqual : Op::Equal, QVariant());
        const bool isSince = m_column.type == Type::Time && !isExact && TimeText::isDistance(value.text);
        if (isSince && m_negated) refuse(value.position, QStringLiteral("Write <%1 for what is longer ago.").arg(value.text));
        const QVariant wanted = typed(value);
        if (isSince) return add(Op::AtLeast, wanted);
        if (isText() && !isExact) return add(m_negated ? Op::NotContains : Op::Contains, wanted);
        add(m_negated ? Op::NotEqual : Op::Equal, wanted);
    }

    void pattern()
    {
        const qsizetype start = m_at++;
        if (!isWordy()) refuse(start, QStringLiteral("A regular expression fits text only."));
        const qsizetype from = m_at;
        while (!atEnd() && peek() != u'/') m_at += peek() == u'\\' ? 2 : 1;
        if (atEnd()) refuse(start, QStringLiteral("The regular expression has no closing /. Text that begins with / goes in quotes."));
        QString pattern = m_text.mid(from, m_at++ - from);
        if (const auto fault = ListPattern::fault(pattern)) refuse(from + fault->position, QStringLiteral("In the regular expression: %1.").arg(fault->message));
        if (pattern.isEmpty()) refuse(from, QStringLiteral("The regular expression is empty."));
        if (take("i")) pattern.prepend(eitherCase);
        skipBlanks();
        if (!atEnd() && peek() != u'|')
            refuse(m_at, QStringLiteral("Behind the closing / only i may stand. Text that begins with / goes in quotes."));
        add(m_negated ? Op::NotRegex : Op::Regex, pattern);
    }

    Word word(bool mayBeRange)
    {
        skipBlanks();
        if (peek() == u'"') return quoted();
        const qsizetype from = m_at;
        while (!atEnd() && peek() != u'|' && !(mayBeRange && isRangeSign(from))) ++m_at;
        const QString text = m_text.mid(from, m_at - from).trimmed();
        const bool beforeRange = mayBeRange && peek() == u'~';
        if (text.isEmpty() && !beforeRange) refuse(from, QStringLiteral("A value is missing here; \"\" is the empty text."));
        return {text, from, false};
    }

    /// In text a ~ without something on both sides is a character like others.
    bool isRangeSign(qsizetype from) const
    {
        if (peek() != u'~') return false;
        if (!isText()) return true;
        const QStringView rest = QStringView(m_text).mid(m_at + 1);
        const qsizetype end = rest.indexOf(u'|');
        return !QStringView(m_text).mid(from, m_at - from).trimmed().isEmpty() && !(end < 0 ? rest : rest.left(end)).trimmed().isEmpty();
    }

    Word quoted()
    {
        Word word{{}, m_at++, true};
        for (;; ++m_at) {
            if (atEnd()) refuse(word.position, QStringLiteral("The quote is not closed."));
            if (peek() == u'"' && (++m_at >= m_text.size() || peek() != u'"')) break;
            word.text += peek();
        }
        skipBlanks();
        if (!atEnd() && peek() != u'|' && peek() != u'~') refuse(m_at, QStringLiteral("Behind the quote only | or ~ may stand."));
        return word;
    }

    QVariant typed(const Word &word)
    {
        switch (m_column.type) {
        case Type::Text:
        case Type::Tags: return word.text;
        case Type::Number: return number(word);
        case Type::Time:
            if (TimeText::resolve(word.text, TimeText::Clock::of({}))) return word.text.simplified();
            refuse(word.position, QStringLiteral("A time is expected here, such as 2026-11-21, 2026-11-21 09:14, -24h or yesterday."));
        case Type::Bool: return boolean(word);
        case Type::Enum: return listed(word);
        }
        return {};
    }

    QVariant number(const Word &word)
    {
        QString digits = word.text;
        digits.removeIf([](QChar c) { return c == u'_' || c == QChar(0x2009) || c == QChar(0xa0) || c == u' '; });
        bool isWhole = false;
        const qint64 whole = digits.toLongLong(&isWhole);
        if (isWhole) return whole;
        bool isNumber = false;
        const double real = digits.toDouble(&isNumber);
        if (!isNumber || !std::isfinite(real)) refuse(word.position, QStringLiteral("A number is expected here."));
        return real;
    }

    QVariant boolean(const Word &word)
    {
        for (const char *yes : {"yes", "true", "on", "1"})
            if (word.text.compare(QLatin1String(yes), Qt::CaseInsensitive) == 0) return true;
        for (const char *no : {"no", "false", "off", "0"})
            if (word.text.compare(QLatin1String(no), Qt::CaseInsensitive) == 0) return false;
        refuse(word.position, QStringLiteral("yes or no is expected here."));
    }

    QVariant listed(const Word &word)
    {
        QStringList begun;
        for (const QString &value : m_column.values) {
            if (value.compare(word.text, Qt::CaseInsensitive) == 0) return value;
            if (value.startsWith(word.text, Qt::CaseInsensitive)) begun << value;
        }
        if (begun.size() == 1 && !word.text.isEmpty()) return begun.first();
        refuse(word.position, QStringLiteral("There is no “%1” here; there is %2.").arg(word.text, m_column.values.join(QLatin1String(", "))));
    }

    /// Alternatives of one kind are one condition with several values.
    void add(Op op, const QVariant &value)
    {
        static const QList<Op> alone{Op::AtLeast, Op::AtMost, Op::Greater, Op::Less};
        const auto same = std::ranges::find(m_conditions, op, &ColumnFilter::op);
        if (same == m_conditions.end() || alone.contains(op)) m_conditions << ColumnFilter{m_column.id, op, {value}};
        else if (!same->values.contains(value)) same->values << value;
    }

    const QString &m_text;
    const FilterColumn &m_column;
    qsizetype m_at = 0;
    bool m_negated = false;
    bool m_exact = false;
    QList<ColumnFilter> m_conditions;
};

QString quotedWhereNeeded(const QString &text)
{
    static const QString leading = QStringLiteral("!<>=/\"");
    const bool isPlain = !text.isEmpty() && text == text.trimmed() && !leading.contains(text.at(0)) && !text.contains(u'|') && !text.contains(u'~')
        && text.compare(QLatin1String("NULL"), Qt::CaseInsensitive) != 0;
    if (isPlain) return text;
    QString inside = text;
    inside.replace(u'"', QLatin1String("\"\""));
    return u'"' + inside + u'"';
}

QString valueText(const QVariant &value, Type type)
{
    if (!value.isValid() || value.isNull()) return QStringLiteral("NULL");
    if (type == Type::Time && value.typeId() != QMetaType::QString) return Timestamp{value.toLongLong()}.toIso();
    if (type == Type::Bool) return value.toBool() ? QStringLiteral("yes") : QStringLiteral("no");
    return quotedWhereNeeded(value.toString());
}

QString patternText(const QString &pattern)
{
    const bool either = pattern.startsWith(eitherCase);
    return u'/' + pattern.mid(either ? eitherCase.size() : 0) + (either ? QStringLiteral("/i") : QStringLiteral("/"));
}

/// Each value with its sign; what negates stands once, in front of all.
QString alternativesOf(const ColumnFilter &filter, Type type)
{
    if (filter.op == Op::Between || filter.op == Op::NotBetween) return valueText(filter.values.value(0), type) + u'~' + valueText(filter.values.value(1), type);
    const bool isPattern = filter.op == Op::Regex || filter.op == Op::NotRegex;
    const auto sign = [&]() -> QString {
        switch (filter.op) {
        case Op::AtLeast: return QStringLiteral(">=");
        case Op::AtMost: return QStringLiteral("<=");
        case Op::Greater: return QStringLiteral(">");
        case Op::Less: return QStringLiteral("<");
        case Op::Equal:
        case Op::In: return type == Type::Text ? QStringLiteral("=") : QString();
        default: return {};
        }
    };
    QStringList alternatives;
    for (const QVariant &value : filter.values) {
        const bool isNull = !value.isValid() || value.isNull();
        const bool isMoment = type == Type::Time && TimeText::isDistance(value.toString());
        const QString own = (isNull || isMoment) && sign().isEmpty() && filter.op != Op::NotEqual ? QStringLiteral("=") : sign();
        alternatives << (isPattern ? patternText(value.toString()) : own + valueText(value, type));
    }
    return alternatives.join(u'|');
}

}  // namespace

void Parsed::addTo(ListQuery &query) const
{
    if (isAnyOf) query.anyOf << conditions;
    else query.filters << conditions;
}

Parsed parse(const QString &text, const FilterColumn &column)
{
    Parser parser(text, column);
    try {
        const QList<ColumnFilter> conditions = parser.conditions();
        return {conditions, parser.isAnyOf(), std::nullopt};
    } catch (const Refusal &refusal) {
        return {{}, false, refusal.fault};
    }
}

Parsed parseNamed(const QString &text, const QList<FilterColumn> &columns)
{
    const qsizetype colon = text.indexOf(u':');
    const auto column = std::ranges::find(columns, text.left(std::max<qsizetype>(colon, 0)).trimmed(), &FilterColumn::id);
    if (column == columns.end()) {
        QStringList names;
        for (const FilterColumn &each : columns) names << each.id;
        return {{}, false, Fault{0, QStringLiteral("A filter is COLUMN:EXPRESSION; the columns are %1.").arg(names.join(QLatin1String(", ")))}};
    }
    Parsed parsed = parse(text.mid(colon + 1), *column);
    if (parsed.fault) parsed.fault->position += colon + 1;
    return parsed;
}

QString format(const ColumnFilter &filter, FilterColumn::Type type)
{
    switch (filter.op) {
    case Op::NotEqual: return QStringLiteral("<>") + alternativesOf(filter, type);
    case Op::NotContains:
    case Op::NotRegex:
    case Op::NotBetween: return u'!' + alternativesOf(filter, type);
    default: return alternativesOf(filter, type);
    }
}

QString format(const QList<ColumnFilter> &group, FilterColumn::Type type)
{
    QStringList alternatives;
    for (const ColumnFilter &filter : group) alternatives << format(filter, type);
    return alternatives.join(u'|');
}

}  // namespace headgate::FilterText
