// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connections/testhistoryservice.h"

#include "models/connections/connectionstore.h"
#include "models/connections/testhistorystore.h"
#include "models/database/database.h"

namespace headgate {

namespace {

constexpr qint64 dayUs = 86'400'000'000;

TestInContext inContext(Session &session, const ConnectionTest &test)
{
    const std::optional<ConnectionTest> good = TestHistoryStore::lastGoodBefore(session, test);
    return {test, good ? std::optional(differenceBetween(*good, test)) : std::nullopt};
}

}  // namespace

QFuture<Result<ListPage<TestRecord>>> TestHistoryService::page(const ListQuery &query, const ListCursor &cursor, const CancelToken &cancel)
{
    return m_database.read([query, cursor](Session &session) { return TestHistoryStore::page(session, query, cursor); }, cancel);
}

QFuture<Result<qint64>> TestHistoryService::count(const ListQuery &query, const CancelToken &cancel)
{
    return m_database.read([query](Session &session) { return TestHistoryStore::count(session, query); }, cancel);
}

QList<FilterColumn> TestHistoryService::filterColumns() { return TestHistoryStore::filterColumns(); }

QFuture<Result<qint64>> TestHistoryService::rank(const ListQuery &query, const QVariantList &key, const CancelToken &cancel)
{
    return m_database.read([query, key](Session &session) { return TestHistoryStore::rank(session, query, key); }, cancel);
}

QFuture<Result<TestInContext>> TestHistoryService::get(ConnectionTestId id)
{
    return m_database.read([id](Session &session) {
        const std::optional<ConnectionTest> test = TestHistoryStore::get(session, id);
        if (!test)
            throw Exception({ErrorKind::NotFound, QStringLiteral("There is no test %1").arg(id.value), QStringLiteral("connection_tests"), {},
                             QStringLiteral("Its connection may have been removed meanwhile: refresh the list.")});
        return inContext(session, *test);
    });
}

QFuture<Result<std::optional<TestInContext>>> TestHistoryService::newest(ConnectionId id)
{
    return m_database.read([id](Session &session) {
        const QList<ConnectionTest> tests = ConnectionStore::history(session, id, 1);
        return tests.isEmpty() ? std::nullopt : std::optional(inContext(session, tests.first()));
    });
}

QFuture<Result<HistoryChartData>> TestHistoryService::chart(HistoryScope scope, const CancelToken &cancel)
{
    return m_database.read(
        [scope](Session &session) mutable {
            if (scope.from.us == 0) {
                const Timestamp first = TestHistoryStore::firstTest(session, scope.connections).value_or(scope.to);
                scope.from.us = std::min(first.us, scope.to.us - dayUs);
            }
            return TestHistoryStore::chart(session, scope);
        },
        cancel);
}

QFuture<Result<QHash<ConnectionId, HealthState>>> TestHistoryService::healthStates(const QHash<ConnectionId, int> &failures)
{
    return m_database.read([failures](Session &session) {
        QHash<ConnectionId, HealthState> states;
        for (auto each = failures.begin(); each != failures.end(); ++each)
            states.insert(each.key(), healthState(TestHistoryStore::newestStatuses(session, each.key(), each.value()), each.value()));
        return states;
    });
}

}  // namespace headgate
