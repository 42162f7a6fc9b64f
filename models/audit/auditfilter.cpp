// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/auditfilter.h"

#include "models/audit/auditsearch.h"

namespace headgate::AuditFilter {

namespace {

ListColumns makeColumns()
{
    using Type = ListColumn::Type;
    ListColumns columns;
    for (const char *text : {"actor", "action", "entity_type", "entity_id", "entity_name", "ip_address", "user_agent", "error_message"})
        columns.insert(QLatin1String(text), {QLatin1String(text), Type::Text});
    columns[QStringLiteral("entity_name")].searched = true;
    columns.insert(QStringLiteral("id"), {QStringLiteral("id"), Type::Number});
    columns.insert(QStringLiteral("user_id"), {QStringLiteral("user_id"), Type::Number});
    columns.insert(QStringLiteral("status"), {QStringLiteral("status"), Type::Enum, {QStringLiteral("success"), QStringLiteral("failure")}});
    columns.insert(QStringLiteral("occurred_at"), {QStringLiteral("occurred_at"), Type::Time});
    return columns;
}

/// Ids and times agree, so on SQLite a stretch of time is a stretch of ids: one walk along the rows, already in order. On
/// PostgreSQL the time itself leaves only the partitions that it needs.
const ListColumns &filteredColumns(const Dialect &dialect)
{
    static const ListColumns byId = [] {
        ListColumns columns = makeColumns();
        ListColumn &time = columns[QStringLiteral("occurred_at")];
        time.sql = QStringLiteral("id");
        time.timeBound = QStringLiteral("coalesce((select b.id from audit_logs b where b.occurred_at >= %1 order by b.occurred_at, b.id limit 1), 9223372036854775807)");
        return columns;
    }();
    return dialect.isSqlite() ? byId : columns();
}

}  // namespace

const ListColumns &columns()
{
    static const ListColumns all = makeColumns();
    return all;
}

ListWhere where(Session &session, ListQuery query)
{
    const auto hits = query.search.isEmpty() ? std::nullopt : AuditSearch::hits(session, query.search);
    if (hits) query.search.clear();
    ListWhere conditions = ListSql::where(query, filteredColumns(session.dialect()));
    if (hits) conditions.add(QStringLiteral("{among:id,hits}"), "hits", Codec::toVariant(*hits));
    return conditions;
}

}  // namespace headgate::AuditFilter
