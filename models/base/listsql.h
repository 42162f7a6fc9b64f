// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/facet.h"
#include "models/base/listquery.h"
#include "models/base/timetext.h"
#include "models/database/query.h"

#include <QHash>
#include <utility>
#include <vector>

namespace headgate {

/// A column of a list that may be filtered or sorted on: its SQL expression, from a fixed table, never from typing.
struct ListColumn {
    using Type = FilterColumn::Type;
    QString sql;
    Type type = Type::Text;
    QStringList values = {};   ///< Enum: all there are
    bool searched = false;     ///< the free-text search looks here
    QString timeBound = {};    ///< Time: what `sql` is compared with, %1 being the time; empty: the time itself
};
using ListColumns = QHash<QString, ListColumn>;

/// Conditions and their bound values; everything a person typed is in the values.
class ListWhere {
public:
    void add(const QString &condition) { m_conditions << condition; }
    void add(const QString &condition, const char *name, const QVariant &value);
    /// " where … and …" or nothing.
    QString sql() const;
    void bindTo(Query &query) const;

private:
    QStringList m_conditions;
    std::vector<std::pair<QByteArray, QVariant>> m_values;
};

namespace ListSql {

/// Translates search, filters and groups; throws Exception(Invalid) for a column that the list does not have, or a value
/// or an operator that does not fit it. Relative times are resolved now.
ListWhere where(const ListQuery &query, const ListColumns &columns);
ListWhere where(const ListQuery &query, const ListColumns &columns, const TimeText::Clock &clock);

/// The same columns as a person sees them, by id.
QList<FilterColumn> filterColumns(const ListColumns &columns);

/// The stretch that the filters leave of a time column, when they say nothing else; none when they do.
std::optional<TimeSpan> onlyTime(const ListQuery &query, const QString &column, const TimeText::Clock &clock);

/// The values of a column among the rows of `from` (tables and joins) that match, the most frequent first, then by value.
/// Throws Exception(Invalid) for times and tags.
QList<FacetCount> facets(Session &session, const QString &from, const ListWhere &where, const ListColumns &columns, const QString &column, int limit);

}  // namespace ListSql
}  // namespace headgate
