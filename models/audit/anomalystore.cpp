// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/anomalystore.h"

#include "models/database/query.h"

#include <map>

namespace headgate::AnomalyStore {

namespace {

constexpr qint64 kMinute = 60'000'000;
constexpr int chunk = 5000;

const QString kFacts = QStringLiteral("select id, {us:occurred_at}, actor, action, ip_address from audit_logs");

AuditFact readFact(const Query &query)
{
    return {query.getId<AuditId>(0), query.get<Timestamp>(1), query.get<QString>(2), query.get<QString>(3),
            query.getOptional<QString>(4).value_or(QString()), 1};
}

ActorSeen readSeen(Session &session, const QString &actor)
{
    ActorSeen seen;
    Query query(session, QStringLiteral("select kind, value, first_id, {us:first_at}, {us:last_at}, events from audit_seen where actor = :actor"));
    query.bind("actor", actor).exec();
    while (query.next()) {
        const QString kind = query.get<QString>(0);
        QList<ActorSeen::Value> &values = kind == u"address" ? seen.addresses : kind == u"action" ? seen.actions : seen.hours;
        values << ActorSeen::Value{query.get<QString>(1), query.get<qint64>(2), query.get<Timestamp>(3), query.get<Timestamp>(4), query.get<qint64>(5)};
    }
    return seen;
}

QList<AuditFact> readFacts(Session &session, const QList<AuditId> &events)
{
    QStringList numbers;  // ids are numbers of our own
    for (AuditId id : events) numbers << QString::number(id.value);
    Query query(session, kFacts + QStringLiteral(" where id in (%1) order by id desc").arg(numbers.join(u',')));
    query.exec();
    QList<AuditFact> facts;
    while (query.next()) facts << readFact(query);
    return facts;
}

/// The actor's events from a minute before the oldest of `facts` to the newest of them, counted by the minute. A list
/// that spans years is not worth it: of its actor the newest 5 000 are looked at.
void countMinutes(Session &session, QList<AuditFact> &facts)
{
    QHash<qint64, qint64> counts;
    MinuteWindow window([&counts](const AuditFact &fact) { counts.insert(fact.id.value, fact.withinMinute); });
    Query query(session, kFacts + QStringLiteral(" where actor = :actor and action <> 'EXTERNAL' and id <= :newest and "
                                                 "occurred_at > {ts:from} order by id desc limit %1")
                                      .arg(chunk));
    query.bind("actor", facts.first().actor).bind("newest", facts.first().id).bind("from", Timestamp{facts.last().at.us - kMinute}).exec();
    while (query.next()) window.add(readFact(query));
    window.finish();
    for (AuditFact &fact : facts) fact.withinMinute = counts.value(fact.id.value, 1);
}

/// The windows and what was seen of each actor, for events that come newest first.
class Scan {
public:
    Scan(Session &session, Timestamp from) : m_session(session), m_from(from) {}

    void add(const AuditFact &fact)
    {
        if (fact.action == u"EXTERNAL") return;  // sealed in this minute, not done in it
        auto known = m_actors.find(fact.actor);
        if (known == m_actors.end()) {
            const auto judge = [this, seen = readSeen(m_session, fact.actor)](const AuditFact &counted) {
                const QList<Anomaly> anomalies = counted.at >= m_from ? anomaliesOf(counted, seen) : QList<Anomaly>();
                if (!anomalies.isEmpty()) found.insert(counted.id.value, anomalies);
            };
            known = m_actors.emplace(fact.actor, MinuteWindow(judge)).first;
        }
        known->second.add(fact);
    }
    void finish()
    {
        for (auto &[actor, window] : m_actors) window.finish();
    }

    Anomalies found;

private:
    Session &m_session;
    Timestamp m_from;
    std::map<QString, MinuteWindow> m_actors;
};

}  // namespace

Anomalies of(Session &session, const QList<AuditId> &events)
{
    Anomalies found;
    if (events.isEmpty()) return found;
    std::map<QString, QList<AuditFact>> byActor;
    for (const AuditFact &fact : readFacts(session, events)) byActor[fact.actor] << fact;
    for (auto &[actor, facts] : byActor) {
        const ActorSeen seen = readSeen(session, actor);
        if (seen.events() >= burstThreshold(seen)) countMinutes(session, facts);
        for (const AuditFact &fact : std::as_const(facts))
            if (const QList<Anomaly> anomalies = anomaliesOf(fact, seen); !anomalies.isEmpty()) found.insert(fact.id.value, anomalies);
    }
    return found;
}

Anomalies scan(Session &session, Timestamp from, Timestamp to, int limit, const std::function<void(Timestamp)> &progress, const CancelToken &cancel)
{
    Scan scan(session, from);
    std::optional<AuditId> before;
    for (int rows = chunk; rows == chunk && scan.found.size() < limit;) {
        if (cancel.isCancelled()) throw Exception({ErrorKind::Cancelled, QStringLiteral("Cancelled"), {}, {}, {}});
        Query query(session, kFacts + QStringLiteral(" where occurred_at > {ts:from} and occurred_at < {ts:to}%1 order by id desc limit %2")
                                          .arg(before ? QStringLiteral(" and id < :before") : QString()).arg(chunk));
        query.bind("from", Timestamp{from.us - kMinute}).bind("to", to);
        if (before) query.bind("before", *before);
        query.exec();
        AuditFact last;
        for (rows = 0; query.next(); ++rows) scan.add(last = readFact(query));
        before = last.id;
        if (rows > 0) to = std::min(to, Timestamp{last.at.us + 1});
        if (progress && rows > 0) progress(last.at);
    }
    scan.finish();
    return scan.found;
}

}  // namespace headgate::AnomalyStore
