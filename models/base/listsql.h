// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/listquery.h"
#include "models/database/query.h"

#include <QHash>
#include <utility>
#include <vector>

namespace headgate {

/// A column of a list that may be filtered or sorted on: its SQL expression, from a fixed table, never from typing.
struct ListColumn {
    enum class Type { Text, Number, Time, Bool, Tags };
    QString sql;
    Type type = Type::Text;
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

/// Translates filters; throws Exception(Invalid) for a column that the list does not have or a value that does not fit.
ListWhere where(const ListQuery &query, const ListColumns &columns);

}  // namespace ListSql
}  // namespace headgate
