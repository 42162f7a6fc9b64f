// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/listsql.h"

#include "models/base/error.h"
#include "models/database/dialect.h"

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

QVariant typed(const ListColumn &column, const QVariant &value, const QString &name)
{
    bool ok = true;
    QVariant result;
    switch (column.type) {
    case ListColumn::Type::Number: result = value.toDouble(&ok); break;
    case ListColumn::Type::Time: result = value.toLongLong(&ok); break;
    case ListColumn::Type::Bool: result = value.toBool(); break;
    case ListColumn::Type::Text:
    case ListColumn::Type::Tags: result = Codec::toVariant(value.toString()); break;
    }
    if (!ok)
        throw Exception({ErrorKind::Invalid, QStringLiteral("%1 is compared with a number").arg(name), name, value.toString(),
                         QStringLiteral("Type a number.")});
    return result;
}

QString bindText(const ListColumn &column, const QByteArray &name)
{
    const QString text = QString::fromLatin1(name);
    return column.type == ListColumn::Type::Time ? QStringLiteral("{ts:%1}").arg(text) : QLatin1Char(':') + text;
}

void addFilter(ListWhere &where, const ListColumn &column, const ColumnFilter &filter, int index)
{
    QStringList alternatives;
    const bool negated = filter.op == ColumnFilter::Op::NotEqual;
    const char *comparison = filter.op == ColumnFilter::Op::AtLeast ? " >= " : filter.op == ColumnFilter::Op::AtMost ? " <= " : " = ";
    for (qsizetype i = 0; i < filter.values.size(); ++i) {
        const QVariant &value = filter.values.at(i);
        const QByteArray name = QByteArrayLiteral("f") + QByteArray::number(index) + '_' + QByteArray::number(i);
        if (!value.isValid() || value.isNull()) {
            alternatives << column.sql + QStringLiteral(" is null");
            continue;
        }
        QString condition = column.sql + QLatin1String(comparison) + bindText(column, name);
        QVariant bound = typed(column, value, filter.column);
        if (filter.op == ColumnFilter::Op::Contains) {
            condition = QStringLiteral("{contains:%1,%2}").arg(column.sql, QString::fromLatin1(name));
            bound = Dialect::likePattern(value.toString());
        } else if (column.type == ListColumn::Type::Tags) {
            condition = QStringLiteral("{has_tag:%1,%2}").arg(column.sql, QString::fromLatin1(name));
        }
        alternatives << condition;
        where.add(QString(), name.constData(), bound);
    }
    const QString any = QLatin1Char('(') + alternatives.join(QStringLiteral(" or ")) + QLatin1Char(')');
    if (!alternatives.isEmpty()) where.add(negated ? QStringLiteral("not coalesce(%1, false)").arg(any) : any);
}

}  // namespace

ListWhere where(const ListQuery &query, const ListColumns &columns)
{
    ListWhere where;
    int index = 0;
    for (const ColumnFilter &filter : query.filters) {
        const auto column = columns.constFind(filter.column);
        if (column == columns.constEnd())
            throw Exception({ErrorKind::Invalid, QStringLiteral("There is no column %1 to filter on").arg(filter.column), {}, {}, {}});
        addFilter(where, *column, filter, index++);
    }
    return where;
}

}  // namespace ListSql
}  // namespace headgate
