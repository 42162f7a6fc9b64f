// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/listquery.h"
#include "models/base/timetext.h"

#include <functional>

namespace headgate {

/// Whether a loaded row matches a query, without asking the database again: what ListSql finds, this finds (case of
/// letters as Qt folds it). Relative times are resolved when it is made. Value type, one thread at a time.
class FilterMatch {
public:
    /// The raw value of a column of one row: QString, number, Timestamp, bool, QStringList; invalid is NULL.
    using ValueOf = std::function<QVariant(const QString &column)>;

    FilterMatch(const ListQuery &query, const QList<FilterColumn> &columns);
    FilterMatch(const ListQuery &query, const QList<FilterColumn> &columns, const TimeText::Clock &clock);

    /// False when the query names a column or a comparison that there is not: then nothing matches.
    bool isValid() const { return m_valid; }
    bool matches(const ValueOf &valueOf) const;

private:
    using Holds = std::function<bool(const QVariant &)>;
    struct Test {
        QString column;
        Holds holds;
    };
    Test testOf(const ColumnFilter &filter, const TimeText::Clock &clock);
    Holds valueTest(const ColumnFilter &filter, const QVariant &value, FilterColumn::Type type, const TimeText::Clock &clock);
    Holds betweenTest(const ColumnFilter &filter, FilterColumn::Type type, const TimeText::Clock &clock);

    QList<FilterColumn> m_columns;
    QList<QList<Test>> m_groups;  ///< of each one must hold
    bool m_valid = true;
};

}  // namespace headgate
