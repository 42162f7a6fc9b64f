// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/facet.h"
#include "models/base/listquery.h"
#include "models/connections/connectiontest.h"
#include "models/connections/testhistory.h"
#include "models/database/session.h"

namespace headgate {

/// The SQL that reads `connection_tests` as a history. Each function runs on the session's thread and throws DbError.
namespace TestHistoryStore {

/// Newest first, by key; of an error the first 300 characters. Search matches the connection's name and the error. The
/// order is fixed: the sort column of the query is not looked at.
ListPage<TestRecord> page(Session &session, const ListQuery &query, const ListCursor &cursor);
qint64 count(Session &session, const ListQuery &query);
/// The number of rows before the row of this key.
qint64 rank(Session &session, const ListQuery &query, const QVariantList &key);
/// What page() and count() filter on.
QList<FilterColumn> filterColumns();
/// The values of a column among the tests that match, whatever the query says of that column alone.
QList<FacetCount> facets(Session &session, const ListQuery &query, const QString &column, int limit = 100);
std::optional<ConnectionTest> get(Session &session, ConnectionTestId id);
/// The newest test that answered before this one.
std::optional<ConnectionTest> lastGoodBefore(Session &session, const ConnectionTest &test);

/// Aggregated by the database, whatever the number of tests.
HistoryChartData chart(Session &session, const HistoryScope &scope);
/// When the first of these tests began; none when there are none. No connection named: of all.
std::optional<Timestamp> firstTest(Session &session, const QList<ConnectionId> &connections);
/// Verdicts of the newest tests, newest first, cancelled ones left out.
QList<TestStatus> newestStatuses(Session &session, ConnectionId id, int limit);

/// The server that the connection is known to lead to: that of the newest test that answered and did not itself find
/// another server, as far back as config.server_known_from (ISO time). The test of just that moment counts in any case:
/// its server was accepted.
std::optional<ServerIdentity> knownServer(Session &session, const Connection &connection);
/// The key of Connection::config.
inline constexpr QLatin1String serverKnownFrom("server_known_from");

}  // namespace TestHistoryStore
}  // namespace headgate
