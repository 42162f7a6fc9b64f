// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/auditfilter.h"
#include "models/audit/auditstore.h"

#include <QTimeZone>

namespace headgate::AuditStore {

namespace {

/// Where a column is counted already: audit_rollups by hours, audit_facets by months, both UTC.
struct Rollup {
    QString table;
    QString value;
    QString condition;
    bool byMonth = false;
};

std::optional<Rollup> rollupOf(const QString &column)
{
    if (column == u"action" || column == u"status") return Rollup{QStringLiteral("audit_rollups"), column, QStringLiteral("1 = 1"), false};
    for (const char *facet : {"actor", "entity_type", "ip_address"})
        if (column == QLatin1String(facet)) return Rollup{QStringLiteral("audit_facets"), QStringLiteral("value"), QStringLiteral("facet = '%1'").arg(QLatin1String(facet)), true};
    return std::nullopt;
}

qint64 bucketBegin(qint64 us, bool byMonth)
{
    constexpr qint64 hour = 3'600'000'000;
    if (!byMonth) return us - (us % hour + hour) % hour;
    const QDate day = Timestamp{us}.toDateTime().toUTC().date();
    return Timestamp::fromDateTime(QDateTime(QDate(day.year(), day.month(), 1), QTime(0, 0), Qt::UTC)).us;
}

qint64 nextBucket(qint64 begin, bool byMonth)
{
    return byMonth ? Timestamp::fromDateTime(Timestamp{begin}.toDateTime().toUTC().addMonths(1)).us : begin + 3'600'000'000;
}

/// The whole buckets of a span.
TimeSpan wholeBuckets(TimeSpan span, bool byMonth)
{
    if (span.from != TimeSpan::Ever && bucketBegin(span.from, byMonth) != span.from) span.from = nextBucket(bucketBegin(span.from, byMonth), byMonth);
    if (span.to != TimeSpan::Forever) span.to = bucketBegin(span.to, byMonth);
    return span;
}

/// Counts the rows of a column in spans, each from its own source, and puts them together.
class Parts {
public:
    void add(const QString &select, const QString &timeColumn, const TimeSpan &span)
    {
        const QString n = QString::number(m_selects.size());
        QString condition;
        for (const auto &[us, sign, name] : {std::tuple(span.from, ">=", QLatin1Char('a')), std::tuple(span.to, "<", QLatin1Char('b'))}) {
            if (us == TimeSpan::Ever || us == TimeSpan::Forever) continue;
            condition += QStringLiteral(" and %1 %2 {ts:%3}").arg(timeColumn, QLatin1String(sign), name + n);
            m_values.add(QString(), (name + n).toLatin1().constData(), Codec::toVariant(us));
        }
        m_selects << select.arg(condition);
    }

    QList<FacetCount> counts(Session &session, int limit) const
    {
        Query query(session, QStringLiteral("select value, cast(sum(events) as bigint) from (%1) parts group by value having sum(events) > 0 "
                                            "order by sum(events) desc, value limit %2")
                                 .arg(m_selects.join(QStringLiteral(" union all ")))
                                 .arg(limit));
        m_values.bindTo(query);
        query.exec();
        QList<FacetCount> counts;
        while (query.next()) counts << FacetCount{query.isNull(0) ? QVariant() : query.raw(0), query.get<qint64>(1)};
        return counts;
    }

private:
    QStringList m_selects;
    ListWhere m_values;
};

QList<FacetCount> fromRollups(Session &session, const Rollup &rollup, const QString &column, const TimeSpan &span, const TimeSpan &whole, int limit)
{
    Parts parts;
    const QString rolled = QStringLiteral("select %1 as value, events from %2 where %3%4").arg(rollup.value, rollup.table, rollup.condition, QStringLiteral("%1"));
    const QString logged = QStringLiteral("select %1 as value, count(*) as events from audit_logs where 1 = 1%2 group by %1").arg(column, QStringLiteral("%1"));
    const QString time = QStringLiteral("occurred_at");
    const QString bucket = QStringLiteral("bucket_start");
    parts.add(rolled, bucket, whole);
    if (column == u"ip_address") {  // events without an address are not kept there: they are the rest
        parts.add(QStringLiteral("select null as value, -events from audit_facets where facet = 'ip_address'%1"), bucket, whole);
        parts.add(QStringLiteral("select null as value, events from audit_rollups where 1 = 1%1"), bucket, whole);
    }
    if (span.from < whole.from) parts.add(logged, time, {span.from, whole.from});
    if (whole.to < span.to) parts.add(logged, time, {whole.to, span.to});
    return parts.counts(session, limit);
}

}  // namespace

QList<FilterColumn> filterColumns() { return ListSql::filterColumns(AuditFilter::columns()); }

QList<FacetCount> facets(Session &session, const ListQuery &query, const QString &column, int limit)
{
    const ListQuery others = query.without(column);
    const auto rollup = rollupOf(column);
    const auto span = ListSql::onlyTime(others, QStringLiteral("occurred_at"), TimeText::Clock::of(query.timeZone));
    if (rollup && span) {
        const TimeSpan whole = wholeBuckets(*span, rollup->byMonth);
        if (whole.from < whole.to) return fromRollups(session, *rollup, column, *span, whole, limit);
    }
    return ListSql::facets(session, QStringLiteral("audit_logs"), AuditFilter::where(session, others), AuditFilter::columns(), column, limit);
}

}  // namespace headgate::AuditStore
