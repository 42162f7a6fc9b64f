// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/auditconditions.h"
#include "models/audit/auditrows.h"
#include "models/audit/auditstore.h"
#include "models/base/listsql.h"

namespace headgate::AuditStore {

namespace {

const ListColumns &listColumns()
{
    static const ListColumns columns{
        {QStringLiteral("id"), {QStringLiteral("id"), ListColumn::Type::Number}},
        {QStringLiteral("actor"), {QStringLiteral("actor"), ListColumn::Type::Text}},
        {QStringLiteral("action"), {QStringLiteral("action"), ListColumn::Type::Text}},
        {QStringLiteral("entity_type"), {QStringLiteral("entity_type"), ListColumn::Type::Text}},
        {QStringLiteral("entity_id"), {QStringLiteral("entity_id"), ListColumn::Type::Text}},
        {QStringLiteral("entity_name"), {QStringLiteral("entity_name"), ListColumn::Type::Text}},
        {QStringLiteral("status"), {QStringLiteral("status"), ListColumn::Type::Text}},
        {QStringLiteral("occurred_at"), {QStringLiteral("occurred_at"), ListColumn::Type::Time}},
    };
    return columns;
}

/// Search goes through the dictionary of names, which is small, and not through the log.
ListWhere whereFor(const ListQuery &query)
{
    ListWhere where = ListSql::where(query, listColumns());
    if (!query.search.isEmpty())
        where.add(QStringLiteral("exists (select 1 from audit_names n where n.entity_type = audit_logs.entity_type "
                                 "and n.entity_id = coalesce(audit_logs.entity_id, '') "
                                 "and n.entity_name = coalesce(audit_logs.entity_name, '') "
                                 "and {contains:n.entity_name,search})"),
                  "search", Dialect::likePattern(query.search));
    return where;
}

}  // namespace

ListPage<AuditRecord> page(Session &session, const ListQuery &query, const ListCursor &cursor)
{
    const bool ascending = query.sortColumn == u"id" && !query.descending;
    ListWhere where = whereFor(query);
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
    const ListWhere where = whereFor(query);
    Query select(session, QStringLiteral("select count(*) from audit_logs%1").arg(where.sql()));
    where.bindTo(select);
    select.first();
    return select.get<qint64>(0);
}

std::optional<AuditRecord> get(Session &session, AuditId id)
{
    Query query(session, QStringLiteral("select %1 from audit_logs where id = :id").arg(AuditRows::columns()));
    query.bind("id", id);
    return query.first() ? std::optional(AuditRows::read(query)) : std::nullopt;
}

ListWhere conditionsOf(const ListQuery &query)
{
    return whereFor(query);
}

}  // namespace headgate::AuditStore
