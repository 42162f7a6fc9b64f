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

/// Where a page begins: behind the row of `key` (the sort value and the id of a row, see ListPage), or before it when
/// `backward`; `skip` rows further on. No key = the list's beginning, or its end when backward. The rows are answered in
/// the list's order either way.
struct ListCursor {
    std::optional<QVariantList> key;
    int limit = 200;
    bool backward = false;
    qint64 skip = 0;
    bool inclusive = false;  ///< the row of the key belongs to the page
};

/// A page of rows with the keys of its first and last one; `atEnd` when nothing follows in the direction it was read.
/// A store that knows them at no cost adds how many rows stand before the first one and how many there are in all.
template <typename Row>
struct ListPage {
    QList<Row> rows;
    QVariantList lastKey;
    bool atEnd = true;
    QVariantList firstKey = {};
    std::optional<qint64> firstRank = {};
    std::optional<qint64> total = {};
};

}  // namespace headgate
