// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/audithistogram.h"

#include "models/audit/auditfilter.h"
#include "models/audit/auditrows.h"

#include <algorithm>

namespace headgate {

namespace {

constexpr qint64 kMinute = 60'000'000;
constexpr qint64 kHour = 60 * kMinute;
constexpr qint64 kDay = 24 * kHour;

QString partColumn(HistogramStack stack) { return stack == HistogramStack::Status ? QStringLiteral("status") : QStringLiteral("action"); }

/// `expression` (microseconds) rounded down to its bucket.
QString bucketSql(const QString &expression, const HistogramSpec &spec)
{
    return QStringLiteral("(%1 + %2) / %3 * %3 - %2").arg(expression).arg(spec.offsetUs).arg(spec.bucketUs);
}

const ListColumns &rollupColumns()
{
    static const ListColumns columns{{QStringLiteral("action"), {QStringLiteral("action"), ListColumn::Type::Text}},
                                     {QStringLiteral("status"), {QStringLiteral("status"), ListColumn::Type::Text}}};
    return columns;
}

QList<HistogramCount> read(Query &query)
{
    QList<HistogramCount> counts;
    query.exec();
    while (query.next()) counts << HistogramCount{query.get<Timestamp>(0), query.get<QString>(1), query.get<qint64>(2)};
    return counts;
}

QList<HistogramCount> counted(Session &session, const HistogramSpec &spec, const char *table, const char *time, const char *sum, ListWhere where)
{
    where.add(QStringLiteral("%1 >= {ts:begin}").arg(QLatin1String(time)), "begin", Codec::toVariant(spec.span.from));
    where.add(QStringLiteral("%1 < {ts:end}").arg(QLatin1String(time)), "end", Codec::toVariant(spec.span.to));
    Query query(session, QStringLiteral("select %1, %2, %3 from %4%5 group by 1, 2 order by 1, 2")
                             .arg(bucketSql(QStringLiteral("{us:%1}").arg(QLatin1String(time)), spec), partColumn(spec.stack), QLatin1String(sum), QLatin1String(table), where.sql()));
    where.bindTo(query);
    return read(query);
}

}  // namespace

Timestamp HistogramSpec::bucketOf(Timestamp at) const
{
    return {(at.us + offsetUs) / bucketUs * bucketUs - offsetUs};
}

namespace AuditHistogram {

std::optional<AuditSpan> extent(Session &session)
{
    Query query(session, QStringLiteral("select {us:bucket_start} from audit_rollups order by bucket_start limit 1"));
    if (!query.first()) return std::nullopt;
    return AuditSpan{query.get<Timestamp>(0), {AuditRows::readHead(session, false).occurredAt.us + 1}};
}

qint64 bucketFor(const AuditSpan &span, int places)
{
    static const QList<qint64> widths{kMinute, 5 * kMinute, 15 * kMinute, 30 * kMinute, kHour, 2 * kHour, 3 * kHour, 6 * kHour,
                                      12 * kHour, kDay, 2 * kDay, 7 * kDay, 14 * kDay, 30 * kDay};
    const auto fitting = std::ranges::find_if(widths, [&](qint64 width) { return (span.us() + width - 1) / width <= places; });
    return fitting == widths.end() ? widths.last() * (span.us() / widths.last() / std::max(1, places) + 1) : *fitting;
}

bool isFromRollups(const HistogramSpec &spec)
{
    const auto isKnown = [](const ColumnFilter &filter) { return rollupColumns().contains(filter.column); };
    return spec.query.search.isEmpty() && spec.query.anyOf.isEmpty() && std::ranges::all_of(spec.query.filters, isKnown) && spec.bucketUs % kHour == 0 && spec.offsetUs % kHour == 0
           && spec.span.from.us % kHour == 0;
}

QList<HistogramCount> counts(Session &session, const HistogramSpec &spec)
{
    if (isFromRollups(spec)) return counted(session, spec, "audit_rollups", "bucket_start", "sum(events)", ListSql::where(spec.query, rollupColumns()));
    return counted(session, spec, "audit_logs", "occurred_at", "count(*)", AuditFilter::where(session, spec.query));
}

}  // namespace AuditHistogram
}  // namespace headgate
