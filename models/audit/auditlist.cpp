// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/auditconditions.h"
#include "models/audit/auditrows.h"
#include "models/audit/auditsearch.h"
#include "models/audit/auditstore.h"
#include "models/base/listsql.h"

namespace headgate::AuditStore {

namespace {

/// Ids and times agree, so on SQLite a stretch of time is a stretch of ids: one walk along the rows, already in order. On
/// PostgreSQL the time itself leaves only the partitions that it needs.
ListColumns makeColumns(const Dialect &dialect)
{
    using Type = ListColumn::Type;
    ListColumns columns;
    for (const char *text : {"actor", "action", "entity_type", "entity_id", "entity_name", "ip_address", "user_agent", "error_message"})
        columns.insert(QLatin1String(text), {QLatin1String(text), Type::Text});
    columns[QStringLiteral("entity_name")].searched = true;
    columns.insert(QStringLiteral("id"), {QStringLiteral("id"), Type::Number});
    columns.insert(QStringLiteral("user_id"), {QStringLiteral("user_id"), Type::Number});
    columns.insert(QStringLiteral("status"), {QStringLiteral("status"), Type::Enum, {QStringLiteral("success"), QStringLiteral("failure")}});
    ListColumn time{QStringLiteral("occurred_at"), Type::Time};
    if (dialect.isSqlite()) {
        time.sql = QStringLiteral("id");
        time.timeBound = QStringLiteral("coalesce((select b.id from audit_logs b where b.occurred_at >= %1 order by b.occurred_at, b.id limit 1), 9223372036854775807)");
    }
    columns.insert(QStringLiteral("occurred_at"), time);
    return columns;
}

const ListColumns &listColumns(const Dialect &dialect)
{
    static const ListColumns sqlite = makeColumns(Dialect::of(Dialect::Kind::Sqlite));
    static const ListColumns postgresql = makeColumns(Dialect::of(Dialect::Kind::Postgresql));
    return dialect.isSqlite() ? sqlite : postgresql;
}

ListWhere whereFor(Session &session, ListQuery query)
{
    const auto hits = query.search.isEmpty() ? std::nullopt : AuditSearch::hits(session, query.search);
    if (hits) query.search.clear();
    ListWhere where = ListSql::where(query, listColumns(session.dialect()));
    if (hits) where.add(QStringLiteral("{among:id,hits}"), "hits", Codec::toVariant(*hits));
    return where;
}

}  // namespace

ListPage<AuditRecord> page(Session &session, const ListQuery &query, const ListCursor &cursor)
{
    const bool ascending = query.sortColumn == u"id" && !query.descending;
    ListWhere where = whereFor(session, query);
    if (cursor.key)
        where.add(ascending ? QStringLiteral("id > :after") : QStringLiteral("id < :after"), "after", cursor.key->value(0));
    Query select(session, QStringLiteral("select %1 from audit_logs%2 order by id %3 limit %4")
                              .arg(AuditRows::columns(), where.sql(), ascending ? QStringLiteral("asc") : QStringLiteral("desc"))
                              .arg(cursor.limit + 1));
    where.bindTo(select);
    select.exec();
    ListPage<AuditRecord> page;
    while (select.next()) page.rows << AuditRows::read(select);
    page.atEnd = page.rows.size() <= cursor.limit;
    if (!page.atEnd) page.rows.removeLast();
    if (!page.rows.isEmpty()) page.lastKey = {page.rows.last().id.value};
    return page;
}

qint64 count(Session &session, const ListQuery &query)
{
    // Ids have no gaps and rows do not go: the head is the count.
    if (!query.isFiltered()) return AuditRows::readHead(session, false).id;
    const ListWhere where = whereFor(session, query);
    Query select(session, QStringLiteral("select count(*) from audit_logs%1").arg(where.sql()));
    where.bindTo(select);
    select.first();
    return select.get<qint64>(0);
}

QList<FilterColumn> filterColumns() { return ListSql::filterColumns(listColumns(Dialect::of(Dialect::Kind::Postgresql))); }

QList<FacetCount> facets(Session &session, const ListQuery &query, const QString &column, int limit)
{
    const ListQuery others = query.without(column);
    return ListSql::facets(session, QStringLiteral("audit_logs"), whereFor(session, others), listColumns(session.dialect()), column, limit);
}

std::optional<AuditRecord> get(Session &session, AuditId id)
{
    Query query(session, QStringLiteral("select %1 from audit_logs where id = :id").arg(AuditRows::columns()));
    query.bind("id", id);
    return query.first() ? std::optional(AuditRows::read(query)) : std::nullopt;
}

ListWhere conditionsOf(Session &session, const ListQuery &query)
{
    return whereFor(session, query);
}

}  // namespace headgate::AuditStore
