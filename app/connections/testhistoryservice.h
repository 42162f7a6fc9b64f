// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/canceltoken.h"
#include "models/base/facet.h"
#include "models/base/listquery.h"
#include "models/base/result.h"
#include "models/connections/healthrule.h"
#include "models/connections/testdifference.h"
#include "models/connections/testhistory.h"

#include <QFuture>
#include <QHash>

namespace headgate {

class Database;

/// A past test with what changed since the last good one before it; none when there is no such test.
struct TestInContext {
    ConnectionTest test;
    std::optional<TestDifference> difference;
};

/// Reads the history of connection tests. Any thread; answers come as futures.
class TestHistoryService {
public:
    explicit TestHistoryService(Database &database) : m_database(database) {}

    /// Newest first; columns as TestHistoryStore::page() knows them.
    QFuture<Result<ListPage<TestRecord>>> page(const ListQuery &query, const ListCursor &cursor, const CancelToken &cancel = {});
    QFuture<Result<qint64>> count(const ListQuery &query, const CancelToken &cancel = {});
    static QList<FilterColumn> filterColumns();
    /// The number of rows before the row of this key.
    QFuture<Result<qint64>> rank(const ListQuery &query, const QVariantList &key, const CancelToken &cancel = {});
    QFuture<Result<TestInContext>> get(ConnectionTestId id);
    /// The newest test of a connection in its context; none when it was never tested.
    QFuture<Result<std::optional<TestInContext>>> newest(ConnectionId id);
    /// `scope.from` of 0: from the first test on.
    QFuture<Result<HistoryChartData>> chart(HistoryScope scope, const CancelToken &cancel = {});
    /// The state that the newest tests leave each connection in, with its number of failures in a row.
    QFuture<Result<QHash<ConnectionId, HealthState>>> healthStates(const QHash<ConnectionId, int> &failures);

private:
    Database &m_database;
};

}  // namespace headgate
