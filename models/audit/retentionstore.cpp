// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/retentionstore.h"

#include "models/audit/holdstore.h"
#include "models/audit/trailpoints.h"
#include "models/database/native/rowstream.h"

#include <QDate>
#include <QTimeZone>

namespace headgate::RetentionStore {

namespace {

constexpr qint64 kDayUs = 86'400'000'000;

Timestamp monthOf(Timestamp at, int later = 0)
{
    const QDate day = at.toDateTime().date();
    return Timestamp::fromDateTime(QDate(day.year(), day.month(), 1).addMonths(later).startOfDay(Qt::UTC));
}

/// The last event before a moment; `none` when there is no such event.
qint64 lastBefore(Session &session, Timestamp moment, qint64 none)
{
    Query query(session, QStringLiteral("select id from audit_logs where occurred_at < {ts:moment} order by occurred_at desc, id desc limit 1"));
    query.bind("moment", moment);
    return query.first() ? query.get<qint64>(0) : none;
}

std::optional<Timestamp> timeOf(Session &session, qint64 id)
{
    Query query(session, QStringLiteral("select {us:occurred_at} from audit_logs where id = :id"));
    query.bind("id", id);
    return query.first() ? std::optional(query.get<Timestamp>(0)) : std::nullopt;
}

QList<HeldEvents> heldUpTo(Session &session, qint64 first, qint64 last)
{
    Query query(
        session,
        QStringLiteral(
            "select h.name, count(*), min(a.id) from audit_holds h join audit_logs a on a.id between :first and :last "
            "and %1 where h.released_at is null group by h.name order by 3, 1")
            .arg(HoldStore::covers()));
    query.bind("first", first).bind("last", last).exec();
    QList<HeldEvents> held;
    while (query.next()) held << HeldEvents{query.get<QString>(0), query.get<qint64>(1), query.get<qint64>(2)};
    return held;
}

void removeOnSqlite(Session &session, const AuditSeal &seal)
{
    const auto each = [&](const char *statement) { Query(session, QLatin1String(statement)).bind("last", seal.month.lastId).exec(); };
    each("delete from audit_logs where id <= :last");
    each("update audit_seals set removed_at = {now} where last_id = :last");
    each("delete from operations where audit_id <= :last");
    each("delete from external_changes where sealed_audit_id <= :last");
    for (const char *derived : {"audit_rollups", "audit_facets"})
        Query(session, QStringLiteral("delete from %1 where bucket_start < {ts:end}").arg(QLatin1String(derived))).bind("end", seal.month.end).exec();
}

}  // namespace

int retentionDays(Session &session)
{
    Query query(session, QStringLiteral("select retention_days from audit_settings"));
    query.first();
    return query.get<int>(0);
}

void setRetentionDays(Transaction &transaction, int days)
{
    Query(transaction.session(), QStringLiteral("update audit_settings set retention_days = :days")).bind("days", days).exec();
}

RetentionPlan plan(Session &session, Timestamp before, Timestamp now)
{
    const WithoutDeadline unlimited(session);
    RetentionPlan plan;
    plan.retentionDays = retentionDays(session);
    plan.cutoff = monthOf(std::min(before, Timestamp{now.us - plan.retentionDays * kDayUs}));
    const qint64 start = TrailPoints::start(session).id;
    const qint64 old = lastBefore(session, plan.cutoff, start);
    plan.young = TrailPoints::head(session).id - old;
    if (old == start) return plan;
    plan.held = heldUpTo(session, start + 1, old);
    const Timestamp end = plan.held.isEmpty() ? plan.cutoff : monthOf(timeOf(session, plan.held.first().firstId).value_or(plan.cutoff));
    qint64 done = start;
    while (done < old) {
        const std::optional<Timestamp> at = timeOf(session, done + 1);
        if (!at || *at >= end) break;
        const TrailMonth month{monthOf(*at), monthOf(*at, 1), done + 1, lastBefore(session, monthOf(*at, 1), done)};
        if (month.lastId <= done) break;
        plan.months << month;
        done = month.lastId;
    }
    plan.keptByHolds = old - done;
    return plan;
}

bool complete(Session &session, AuditSeal &seal)
{
    Query query(session, QStringLiteral("select {us:f.occurred_at}, {us:l.occurred_at}, f.previous_hash, l.hash from audit_logs f, audit_logs l "
                                        "where f.id = :first and l.id = :last"));
    if (!query.bind("first", seal.month.firstId).bind("last", seal.month.lastId).first()) return false;
    seal.firstAt = query.get<Timestamp>(0);
    seal.lastAt = query.get<Timestamp>(1);
    seal.previousHash = query.get<QByteArray>(2);
    seal.lastHash = query.get<QByteArray>(3);
    return true;
}

void sealAndRemove(Transaction &transaction, const AuditSeal &seal)
{
    Session &session = transaction.session();
    const WithoutDeadline unlimited(session);
    // It waits for readers of the trail while everybody else waits for it: not for long, and then again from the beginning.
    if (session.dialect().isPostgresql()) session.execute(QStringLiteral("SET LOCAL lock_timeout = '5s'"));
    Query insert(session, QStringLiteral("insert into audit_seals (first_id, last_id, first_at, last_at, previous_hash, last_hash, events, file_name, file_sha256, sealed_by) "
                                         "values (:first, :last, {ts:first_at}, {ts:last_at}, :previous_hash, :last_hash, :events, :file, :sha, :by) returning id"));
    insert.bind("first", seal.month.firstId)
        .bind("last", seal.month.lastId)
        .bind("first_at", seal.firstAt)
        .bind("last_at", seal.lastAt)
        .bind("previous_hash", seal.previousHash)
        .bind("last_hash", seal.lastHash)
        .bind("events", seal.month.events())
        .bind("file", seal.fileName)
        .bind("sha", seal.fileSha256)
        .bind("by", seal.sealedBy)
        .first();
    const qint64 id = insert.get<qint64>(0);
    insert.next();
    if (session.dialect().isPostgresql()) Query(session, QStringLiteral("select remove_sealed_audit(:id)")).bind("id", id).first();
    else removeOnSqlite(session, seal);
}

}  // namespace headgate::RetentionStore
