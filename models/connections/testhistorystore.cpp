// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/testhistorystore.h"

#include "models/base/listkeyset.h"
#include "models/connections/connectionstore.h"
#include "models/connections/identitychange.h"

#include <algorithm>
#include <functional>

namespace headgate::TestHistoryStore {

namespace {

const ListColumns &listColumns()
{
    using Type = ListColumn::Type;
    static const ListColumns columns = [] {
        QStringList statuses;
        for (const auto &[status, name] : testStatuses.rows()) statuses << QString::fromLatin1(name);
        return ListColumns{{QStringLiteral("connection_id"), {QStringLiteral("t.connection_id"), Type::Number}},
                           {QStringLiteral("connection"), {QStringLiteral("c.name"), Type::Text, {}, true}},
                           {QStringLiteral("status"), {QStringLiteral("t.status"), Type::Enum, statuses}},
                           {QStringLiteral("tested_at"), {QStringLiteral("t.tested_at"), Type::Time}},
                           {QStringLiteral("response_time_ms"), {QStringLiteral("t.response_time_ms"), Type::Number}},
                           {QStringLiteral("server_version"), {QStringLiteral("t.server_version"), Type::Text}},
                           {QStringLiteral("error_code"), {QStringLiteral("t.error_code"), Type::Text}},
                           {QStringLiteral("error_message"), {QStringLiteral("t.error_message"), Type::Text, {}, true}}};
    }();
    return columns;
}

ListWhere whereFor(const ListQuery &query) { return ListSql::where(query, listColumns()); }

TestRecord readRecord(const Query &query)
{
    TestRecord record;
    record.id = query.getId<ConnectionTestId>(0);
    record.connectionId = query.getId<ConnectionId>(1);
    record.connectionName = query.get<QString>(2);
    record.status = testStatuses.value(query.get<QString>(3)).value_or(TestStatus::Failure);
    record.responseTimeMs = query.get<double>(4);
    record.testedAt = query.get<Timestamp>(5);
    record.serverVersion = query.getOptional<QString>(6).value_or(QString());
    record.errorCode = query.getOptional<QString>(7).value_or(QString());
    record.errorMessage = query.getOptional<QString>(8).value_or(QString());
    return record;
}

ListSource sourceOf(const ListQuery &query)
{
    return {QStringLiteral("t.id, t.connection_id, c.name, t.status, t.response_time_ms, {us:t.tested_at}, t.server_version, t.error_code, "
                           "substr(t.error_message, 1, 300)"),
            QStringLiteral("connection_tests t join connections c on c.id = t.connection_id"), whereFor(query),
            {QStringLiteral("t.id"), QStringLiteral("t.tested_at"), ListColumn::Type::Time, false, true}};
}

/// " and connection_id in (:c0, :c1)", or nothing for all.
QString amongConnections(const QList<ConnectionId> &connections)
{
    QStringList names;
    for (qsizetype i = 0; i < connections.size(); ++i) names << QStringLiteral(":c%1").arg(i);
    return names.isEmpty() ? QString() : QStringLiteral(" and connection_id in (%1)").arg(names.join(QStringLiteral(", ")));
}

void bindConnections(Query &query, const QList<ConnectionId> &connections)
{
    for (qsizetype i = 0; i < connections.size(); ++i) query.bind(QByteArray("c" + QByteArray::number(i)).constData(), connections[i]);
}

bool isOneSeries(const HistoryScope &scope) { return scope.connections.isEmpty() || scope.isMerged; }

struct Found {
    ConnectionId connectionId;
    HistoryColumn column;
};

/// Percentiles by nearest rank through window functions: percentile_disc() is PostgreSQL's alone. Both windows have one
/// order, so that a million tests are sorted once.
std::vector<Found> aggregate(Session &session, const HistoryScope &scope, int columns)
{
    const qint64 width = std::max<qint64>(1, (scope.to.us - scope.from.us + columns - 1) / columns);
    Query query(session, QStringLiteral(R"(
        with picked as (
            select %1 as series, ({us:tested_at} - cast(:origin as bigint)) / cast(:width as bigint) as bucket, {us:tested_at} as at,
                status, response_time_ms as ms, case when status in ('success', 'warning') then 1 else 0 end as answered
            from connection_tests where tested_at >= {ts:from_at} and tested_at < {ts:to_at}%2),
        ranked as (
            select series, bucket, at, status, ms, answered, row_number() over (partition by series, bucket, answered order by ms) as place,
                count(*) over (partition by series, bucket, answered order by ms
                    rows between unbounded preceding and unbounded following) as of_all
            from picked)
        select series, min(at), max(at), count(*), sum(answered), sum(case when status = 'failure' then 1 else 0 end),
            sum(case when status = 'warning' then 1 else 0 end),
            max(case when answered = 1 and place = (of_all + 1) / 2 then ms end),
            max(case when answered = 1 and place = (of_all * 95 + 99) / 100 then ms end)
        from ranked group by series, bucket order by series, bucket)")
                             .arg(isOneSeries(scope) ? QStringLiteral("0") : QStringLiteral("connection_id"), amongConnections(scope.connections)));
    query.bind("origin", scope.from).bind("width", width).bind("from_at", scope.from).bind("to_at", scope.to);
    bindConnections(query, scope.connections);
    query.exec();
    std::vector<Found> found;
    while (query.next())
        found.push_back({query.getId<ConnectionId>(0),
                         {query.get<Timestamp>(1), query.get<Timestamp>(2), query.get<int>(3), query.get<int>(4), query.get<int>(5), query.get<int>(6),
                          query.getOptional<double>(7).value_or(0), query.getOptional<double>(8).value_or(0)}});
    return found;
}

std::optional<ConnectionTest> oneTest(Session &session, const QString &condition, const std::function<void(Query &)> &bind)
{
    Query query(session, QStringLiteral("select id from connection_tests where %1 order by tested_at desc, id desc limit 1").arg(condition));
    bind(query);
    return query.first() ? get(session, query.getId<ConnectionTestId>(0)) : std::nullopt;
}

}  // namespace

ListPage<TestRecord> page(Session &session, const ListQuery &query, const ListCursor &cursor)
{
    return ListKeyset::read<TestRecord>(session, sourceOf(query), cursor, readRecord);
}

qint64 count(Session &session, const ListQuery &query)
{
    return ListKeyset::count(session, sourceOf(query));
}

qint64 rank(Session &session, const ListQuery &query, const QVariantList &key)
{
    return ListKeyset::rank(session, sourceOf(query), key);
}

QList<FilterColumn> filterColumns() { return ListSql::filterColumns(listColumns()); }

QList<FacetCount> facets(Session &session, const ListQuery &query, const QString &column, int limit)
{
    const QString from = QStringLiteral("connection_tests t join connections c on c.id = t.connection_id");
    return ListSql::facets(session, from, whereFor(query.without(column)), listColumns(), column, limit);
}

std::optional<ConnectionTest> get(Session &session, ConnectionTestId id)
{
    return ConnectionStore::test(session, id);
}

std::optional<ConnectionTest> lastGoodBefore(Session &session, const ConnectionTest &test)
{
    return oneTest(session, QStringLiteral("connection_id = :id and status in ('success', 'warning') and (tested_at, id) < ({ts:at}, :before)"),
                   [&test](Query &query) { query.bind("id", test.connectionId).bind("at", test.testedAt).bind("before", test.id); });
}

HistoryChartData chart(Session &session, const HistoryScope &scope)
{
    HistoryChartData data{scope.from, scope.to, {}};
    const QList<ConnectionId> wanted = isOneSeries(scope) ? QList<ConnectionId>{ConnectionId()} : scope.connections;
    for (const ConnectionId id : wanted) {
        data.series.push_back({id, {}, {}, {}, {}});
        if (!id.isValid()) continue;
        const QList<TestStatus> newest = newestStatuses(session, id, Flapping::WindowTests);
        data.series.back().flapping = flappingOf(newest);
        if (!newest.isEmpty()) data.series.back().lastStatus = newest.first();
    }
    const auto seriesOf = [&data](ConnectionId id) { return std::ranges::find(data.series, id, &HistorySeries::connectionId); };
    for (const Found &found : aggregate(session, scope, std::max(1, scope.columns))) seriesOf(found.connectionId)->columns.push_back(found.column);
    for (const Found &found : aggregate(session, scope, 1)) seriesOf(found.connectionId)->total = found.column;
    return data;
}

std::optional<Timestamp> firstTest(Session &session, const QList<ConnectionId> &connections)
{
    Query query(session, QStringLiteral("select {us:tested_at} from connection_tests where 1 = 1%1 order by tested_at limit 1").arg(amongConnections(connections)));
    bindConnections(query, connections);
    return query.first() ? std::optional(query.get<Timestamp>(0)) : std::nullopt;
}

QList<TestStatus> newestStatuses(Session &session, ConnectionId id, int limit)
{
    Query query(session, QStringLiteral("select status from connection_tests where connection_id = :id and status <> 'cancelled' "
                                        "order by tested_at desc, id desc limit %1")
                             .arg(limit));
    query.bind("id", id).exec();
    QList<TestStatus> statuses;
    while (query.next()) statuses << testStatuses.value(query.get<QString>(0)).value_or(TestStatus::Failure);
    return statuses;
}

std::optional<ServerIdentity> knownServer(Session &session, const Connection &connection)
{
    const Timestamp from = Timestamp::fromIso(connection.config.value(serverKnownFrom).toString()).value_or(Timestamp());
    const auto test = oneTest(session,
                              QStringLiteral("connection_id = :id and status in ('success', 'warning') and server_identity is not null and tested_at >= {ts:from_at} "
                                             "and (coalesce(error_code, '') <> :changed or tested_at = {ts:from_at})"),
                              [&](Query &query) {
                                  query.bind("id", connection.id).bind("from_at", from).bind("changed", QString(serverChangedCode));
                              });
    return test ? test->identity : std::nullopt;
}

}  // namespace headgate::TestHistoryStore
