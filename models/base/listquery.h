// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <QVariant>
#include <QVariantList>
#include <optional>

namespace headgate {

/// One condition of a list; `column` is a column id of the list's fixed table, never SQL. One of the values must hold;
/// with a Not… none may, and a row without a value passes. Between has two values, both included. A null value is NULL
/// and goes with Equal, NotEqual and In. A value of a time column is microseconds or a text that TimeText understands
/// ("-24h", "yesterday", "2026-11-21"): it is resolved each time the query runs. Regex: see ListPattern.
struct ColumnFilter {
    enum class Op { Equal, NotEqual, In, Contains, AtLeast, AtMost, Greater, Less, NotContains, Regex, NotRegex, Between, NotBetween };
    QString column;
    Op op = Op::Equal;
    QVariantList values;
    bool operator==(const ColumnFilter &) const = default;
    bool isNegated() const { return op == Op::NotEqual || op == Op::NotContains || op == Op::NotRegex || op == Op::NotBetween; }
    /// One of those that go with null.
    bool isEquality() const { return op == Op::Equal || op == Op::NotEqual || op == Op::In; }
};

/// What a list shows: free-text search, conditions (all must hold), order. An empty sort column is the list's own order.
struct ListQuery {
    QString search;
    QList<ColumnFilter> filters;
    QString sortColumn;
    bool descending = false;
    QList<QList<ColumnFilter>> anyOf = {};  ///< of each group at least one must hold
    QString timeZone = {};                  ///< IANA id in which "today" is meant; empty: this computer's
    bool operator==(const ListQuery &) const = default;
    bool isFiltered() const { return !search.isEmpty() || !filters.isEmpty() || !anyOf.isEmpty(); }
    bool isFilteredOn(const QString &column) const;
    /// Leaves out what concerns that column alone: what is counted to offer its values.
    ListQuery without(const QString &column) const;
};

/// A column that may be filtered on, as a person and the evaluator of loaded rows see it.
struct FilterColumn {
    enum class Type { Text, Number, Time, Bool, Tags, Enum };
    QString id;
    Type type = Type::Text;
    QStringList values = {};  ///< Enum: all there are
    bool searched = false;    ///< the free-text search looks here
    bool operator==(const FilterColumn &) const = default;
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
