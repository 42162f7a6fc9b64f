// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/listsql.h"

#include <algorithm>

namespace headgate {

/// The order of a list: by `value`, then by `id` (unique, never NULL), both in the same direction. The expressions come
/// from a fixed table. No value = by the id alone. NULL stands before every value when ascending, on both databases.
struct ListOrder {
    QString id;
    QString value;
    ListColumn::Type type = ListColumn::Type::Text;
    bool nullable = false;
    bool descending = false;
};

/// A list as the pieces of its SELECT: `from` may join, `columns` are what the reader of a row expects.
struct ListSource {
    QString columns;
    QString from;
    ListWhere where;
    ListOrder order;
};

/// Paging by key: the cost of a page does not grow with its place in the list. Only a skip costs what it skips, and that
/// reads the key's columns and no rows. Session's thread; throws DbError.
namespace ListKeyset {

struct Statement {
    QString sql;
    ListWhere where;
};

/// The page at a cursor without skip, in the direction of reading, one row more than its limit; the columns of the key
/// stand last.
Statement page(const ListSource &source, const ListCursor &cursor);
/// Resolves the skip: afterwards the cursor stands behind the last row skipped. False when the list ends before that.
bool arrive(Session &session, const ListSource &source, ListCursor &cursor);
/// The number of rows before the row of this key, whether or not that is still there.
qint64 rank(Session &session, const ListSource &source, const QVariantList &key);
qint64 count(Session &session, const ListSource &source);
/// The key of the row that `query` stands on.
QVariantList keyOf(const Query &query, const ListOrder &order);

/// Reads a page; `read(query)` makes a row.
template <typename Row, typename Read>
ListPage<Row> read(Session &session, const ListSource &source, ListCursor cursor, Read read)
{
    ListPage<Row> result;
    if (!arrive(session, source, cursor)) return result;
    const Statement statement = page(source, cursor);
    Query query(session, statement.sql);
    statement.where.bindTo(query);
    query.exec();
    while (query.next()) {
        if (result.rows.size() == cursor.limit) {
            result.atEnd = false;
            break;
        }
        result.rows << read(query);
        result.lastKey = keyOf(query, source.order);
        if (result.rows.size() == 1) result.firstKey = result.lastKey;
    }
    if (cursor.backward) {
        std::ranges::reverse(result.rows);
        result.firstKey.swap(result.lastKey);
    }
    return result;
}

}  // namespace ListKeyset
}  // namespace headgate
