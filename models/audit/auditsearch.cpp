// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/auditsearch.h"

#include "models/database/query.h"

namespace headgate::AuditSearch {

namespace {

QJsonArray integers(Query &query)
{
    query.exec();
    QJsonArray all;
    while (query.next()) all << query.get<qint64>(0);
    return all;
}

QJsonArray namesWith(Session &session, const QString &text, const QString &trigrams)
{
    Query query(session, QStringLiteral("select audit_names.id from {trigram:audit_names,trigrams} where {contains:audit_names.entity_name,text} limit %1").arg(mostHits + 1));
    query.bind("trigrams", trigrams).bind("text", Dialect::likePattern(text));
    return integers(query);
}

/// An event without an entity's id stands in the dictionary with an empty one.
QJsonArray eventsOf(Session &session, const QJsonArray &names)
{
    Query query(session, QStringLiteral(R"(
        select l.id from audit_names n cross join audit_logs l
        where {among:n.id,names} and l.entity_type = n.entity_type and l.entity_id = n.entity_id and l.entity_name = n.entity_name
        union all
        select l.id from audit_names n cross join audit_logs l
        where {among:n.id,names} and n.entity_id = '' and l.entity_type = n.entity_type and l.entity_id is null and l.entity_name = n.entity_name
        limit %1)").arg(mostHits + 1));
    query.bind("names", names);
    return integers(query);
}

}  // namespace

std::optional<QJsonArray> hits(Session &session, const QString &text)
{
    const auto trigrams = Dialect::trigramQuery(QStringLiteral("entity_name"), text);
    if (!trigrams) return std::nullopt;
    const QJsonArray names = namesWith(session, text, *trigrams);
    if (names.size() > mostHits) return std::nullopt;
    const QJsonArray events = eventsOf(session, names);
    return events.size() > mostHits ? std::nullopt : std::optional(events);
}

}  // namespace headgate::AuditSearch
