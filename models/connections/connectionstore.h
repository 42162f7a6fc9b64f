// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/facet.h"
#include "models/base/listquery.h"
#include "models/connections/connectiontest.h"
#include "models/database/boundstatement.h"
#include "models/database/session.h"
#include "models/database/transaction.h"

#include <QPair>

namespace headgate {

/// The SQL of `connections` and `connection_tests`. Each function runs on the session's thread and throws DbError.
namespace ConnectionStore {

ListPage<Connection> page(Session &session, const ListQuery &query, const ListCursor &cursor);
qint64 count(Session &session, const ListQuery &query);
/// The number of rows before the row of this key.
qint64 rank(Session &session, const ListQuery &query, const QVariantList &key);
/// What page() and count() filter on.
QList<FilterColumn> filterColumns();
/// The values of a column among the rows that match, whatever the query says of that column alone.
QList<FacetCount> facets(Session &session, const ListQuery &query, const QString &column, int limit = 100);
/// {"success": 12, "failure": 2, "": 3 (untested)} over active connections, and "total", "active".
QHash<QString, int> statusCounts(Session &session);
std::optional<Connection> get(Session &session, ConnectionId id);
std::optional<Connection> getByName(Session &session, const QString &name);

/// The new row's id; id, version and times of the argument are ignored, and so is hasSecret.
ConnectionId insert(Transaction &transaction, const Connection &connection);
/// Writes the fields of `after` that are not those of `before`, which was read with the same version.
BoundStatement updateStatement(const Connection &before, const Connection &after);
/// Executes it. False when the stored version is another than `after` has: nothing was written.
bool update(Transaction &transaction, const Connection &before, const Connection &after);
bool remove(Transaction &transaction, ConnectionId id, int version);
/// None clears it. Does not look at the version: it goes with an insert or update in the same transaction.
BoundStatement secretStatement(ConnectionId id, const std::optional<QByteArray> &sealed);
void setSecret(Transaction &transaction, ConnectionId id, const std::optional<QByteArray> &sealed);
std::optional<QByteArray> secret(Session &session, ConnectionId id);
/// Table and number of rows that go with it or stand in its way.
QList<QPair<QString, qint64>> dependents(Session &session, ConnectionId id);
/// The pipelines that use it as source or target.
QStringList pipelineNames(Session &session, ConnectionId id);

/// Inserts the test and copies its verdict to the connection.
ConnectionTestId insertTest(Transaction &transaction, const ConnectionTest &test);
QList<ConnectionTest> history(Session &session, ConnectionId id, int limit);
std::optional<ConnectionTest> test(Session &session, ConnectionTestId id);

/// Bulk loading, all as it is given, times, version and last verdict included; only ids are new. One statement prepared
/// once. The ids in the order of the argument.
QList<ConnectionId> insertAll(Transaction &transaction, const QList<Connection> &connections);
/// Leaves the last verdict on the connections alone.
void insertTests(Transaction &transaction, const std::vector<ConnectionTest> &tests);

}  // namespace ConnectionStore
}  // namespace headgate
