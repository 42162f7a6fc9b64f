// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/auditfilter.h"
#include "models/audit/auditrows.h"
#include "models/audit/auditsearch.h"
#include "models/audit/auditstore.h"
#include "models/base/listkeyset.h"
#include "models/database/session.h"

namespace headgate::AuditStore {

namespace {

bool isByTime(const ListQuery &query)
{
    return query.sortColumn.isEmpty() || query.sortColumn == u"id" || query.sortColumn == u"occurred_at";
}

/// Times never go back along the ids: both are one order.
ListOrder orderOf(const ListQuery &query)
{
    const QString id = QStringLiteral("id");
    if (isByTime(query)) return {id, {}, {}, false, query.sortColumn.isEmpty() || query.descending};
    const auto column = AuditFilter::columns().constFind(query.sortColumn);
    if (column == AuditFilter::columns().constEnd())
        throw Exception({ErrorKind::Invalid, QStringLiteral("There is no column %1 to sort by").arg(query.sortColumn), {}, {}, {}});
    static const QStringList required{QStringLiteral("actor"), QStringLiteral("action"), QStringLiteral("entity_type"), QStringLiteral("status")};
    return {id, column->sql, column->type, !required.contains(query.sortColumn), query.descending};
}

ListSource sourceOf(Session &session, const ListQuery &query, const QString &columns)
{
    return {columns, QStringLiteral("audit_logs"), AuditFilter::where(session, query), orderOf(query)};
}

/// Ids have no gaps, and rows go from the beginning only: in the order of the ids a rank is one subtraction.
struct Span {
    qint64 first = 1;
    qint64 last = 0;
    bool descending = true;

    qint64 rows() const { return std::max<qint64>(0, last - first + 1); }
    qint64 rankOf(qint64 id) const { return descending ? last - id : id - first; }
    /// The cursor without its skip.
    ListCursor direct(ListCursor cursor) const
    {
        if (cursor.skip <= 0) return cursor;
        const bool upwards = descending == cursor.backward;
        const qint64 from = cursor.key ? cursor.key->last().toLongLong() : upwards ? first - 1 : last + 1;
        const qint64 skipped = cursor.inclusive ? cursor.skip - 1 : cursor.skip;
        cursor.key = {upwards ? from + skipped : from - skipped};
        cursor.skip = 0;
        cursor.inclusive = false;
        return cursor;
    }
};

std::optional<Span> spanOf(Session &session, const ListQuery &query)
{
    if (query.isFiltered() || !isByTime(query)) return std::nullopt;
    // The smallest id of partitions takes longer to plan than a page to read, and rows go under a seal only.
    const QString first = session.dialect().isPostgresql() ? QStringLiteral("select max(last_id) + 1 from audit_seals where removed_at is not null")
                                                           : QStringLiteral("select min(id) from audit_logs");
    Query ends(session, QStringLiteral("select (%1), last_id from audit_head").arg(first));
    if (!ends.first()) return Span{1, AuditRows::readHead(session, false).id, orderOf(query).descending};  // says that the head is missing
    return Span{ends.getOptional<qint64>(0).value_or(1), ends.get<qint64>(1), orderOf(query).descending};
}

template <typename Read>
ListPage<AuditRecord> readPage(Session &session, const ListQuery &query, const QString &columns, const ListCursor &cursor, Read read)
{
    const std::optional<Span> span = spanOf(session, query);
    auto page = ListKeyset::read<AuditRecord>(session, sourceOf(session, query, columns), span ? span->direct(cursor) : cursor, read);
    if (!span) return page;
    page.total = span->rows();
    if (!page.rows.isEmpty()) page.firstRank = span->rankOf(page.rows.constFirst().id.value);
    return page;
}

}  // namespace

ListPage<AuditRecord> page(Session &session, const ListQuery &query, const ListCursor &cursor)
{
    return readPage(session, query, AuditRows::listColumns(), cursor, AuditRows::readListed);
}

ListPage<AuditRecord> records(Session &session, const ListQuery &query, const ListCursor &cursor)
{
    return readPage(session, query, AuditRows::columns(), cursor, AuditRows::read);
}

qint64 count(Session &session, const ListQuery &query)
{
    const std::optional<Span> span = spanOf(session, query);
    return span ? span->rows() : ListKeyset::count(session, sourceOf(session, query, {}));
}

qint64 estimate(Session &session, const ListQuery &query)
{
    constexpr qint64 stretches = 32, stretchRows = 128;
    const Span all = *spanOf(session, {});
    const bool isIndexed = !query.search.isEmpty() && AuditSearch::hits(session, query.search);
    if (isIndexed || all.rows() <= stretches * stretchRows) return count(session, query);
    const ListWhere where = AuditFilter::where(session, query);
    qint64 found = 0;
    for (qint64 i = 0; i < stretches; ++i) {
        // The limit keeps the stretch a stretch: the filter does not choose another way to the rows.
        Query sample(session, QStringLiteral("select count(*) from (select id, occurred_at, user_id, actor, action, entity_type, entity_id, entity_name, "
                                             "status, ip_address, user_agent, error_message from audit_logs where id >= :sample_from order by id limit %1) audit_logs%2")
                                  .arg(stretchRows)
                                  .arg(where.sql()));
        where.bindTo(sample);
        sample.bind("sample_from", all.first + all.rows() * i / stretches).first();
        found += sample.get<qint64>(0);
    }
    return found * all.rows() / (stretches * stretchRows);
}

qint64 rank(Session &session, const ListQuery &query, const QVariantList &key)
{
    const std::optional<Span> span = spanOf(session, query);
    return span ? span->rankOf(key.last().toLongLong()) : ListKeyset::rank(session, sourceOf(session, query, {}), key);
}

std::optional<qint64> rankAt(Session &session, const ListQuery &query, Timestamp time)
{
    if (!isByTime(query)) return std::nullopt;
    Query event(session, orderOf(query).descending
                             ? QStringLiteral("select id from audit_logs where occurred_at <= {ts:at} order by occurred_at desc, id desc limit 1")
                             : QStringLiteral("select id from audit_logs where occurred_at >= {ts:at} order by occurred_at, id limit 1"));
    event.bind("at", time);
    return event.first() ? rank(session, query, {event.raw(0)}) : count(session, query);
}

bool isSortIndexed(const QString &column)
{
    static const QStringList indexed{QStringLiteral("id"), QStringLiteral("occurred_at"), QStringLiteral("actor"), QStringLiteral("ip_address")};
    return indexed.contains(column);
}

std::optional<AuditRecord> get(Session &session, AuditId id)
{
    Query query(session, QStringLiteral("select %1 from audit_logs where id = :id").arg(AuditRows::columns()));
    query.bind("id", id);
    return query.first() ? std::optional(AuditRows::read(query)) : std::nullopt;
}

}  // namespace headgate::AuditStore
