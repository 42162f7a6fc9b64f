// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <QVariant>
#include <QVariantList>
#include <optional>

namespace headgate {

/// One condition of a list; `column` is a column id of the list's fixed table, never SQL.
struct ColumnFilter {
    enum class Op { Equal, NotEqual, In, Contains, AtLeast, AtMost };
    QString column;
    Op op = Op::Equal;
    QVariantList values;
    bool operator==(const ColumnFilter &) const = default;
};

/// What a list shows: free-text search, conditions (all must hold), order. An empty sort column is the list's own order.
struct ListQuery {
    QString search;
    QList<ColumnFilter> filters;
    QString sortColumn;
    bool descending = false;
    bool operator==(const ListQuery &) const = default;
    bool isFiltered() const { return !search.isEmpty() || !filters.isEmpty(); }
};

/// Where the next page begins: just after `key` (the sort value and the id of the last row seen). No key = first page.
struct ListCursor {
    std::optional<QVariantList> key;
    int limit = 200;
};

/// A page of rows with the key of its last one; `atEnd` when nothing follows.
template <typename Row>
struct ListPage {
    QList<Row> rows;
    QVariantList lastKey;
    bool atEnd = true;
};

}  // namespace headgate
