// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/holdstore.h"

#include "models/database/native/rowstream.h"

namespace headgate::HoldStore {

namespace {

const QString kColumns = QStringLiteral("id, name, reason, {us:from_at}, {us:to_at}, entity_type, entity_id, actor, created_by, {us:created_at}, "
                                        "released_by, {us:released_at}");

AuditHold read(const Query &query)
{
    const auto text = [&query](int column) { return query.getOptional<QString>(column).value_or(QString()); };
    AuditHold hold;
    hold.id = query.get<qint64>(0);
    hold.name = query.get<QString>(1);
    hold.reason = query.get<QString>(2);
    hold.from = query.getOptional<Timestamp>(3);
    hold.to = query.getOptional<Timestamp>(4);
    hold.entityType = text(5);
    hold.entityId = text(6);
    hold.actor = text(7);
    hold.createdBy = query.get<QString>(8);
    hold.createdAt = query.get<Timestamp>(9);
    hold.releasedBy = text(10);
    hold.releasedAt = query.getOptional<Timestamp>(11);
    return hold;
}

}  // namespace

QList<AuditHold> all(Session &session)
{
    Query query(session, QStringLiteral("select %1 from audit_holds order by case when released_at is null then 0 else 1 end, name").arg(kColumns));
    query.exec();
    QList<AuditHold> holds;
    while (query.next()) holds << read(query);
    return holds;
}

std::optional<AuditHold> find(Session &session, const QString &name)
{
    Query query(session, QStringLiteral("select %1 from audit_holds where name = :name").arg(kColumns));
    query.bind("name", name);
    return query.first() ? std::optional(read(query)) : std::nullopt;
}

QString covers()
{
    return QStringLiteral(
        "(h.from_at is null or a.occurred_at >= h.from_at) and (h.to_at is null or a.occurred_at < h.to_at) "
        "and (h.entity_type is null or a.entity_type in (h.entity_type, h.entity_type || 's')) "
        "and (h.entity_id is null or a.entity_id = h.entity_id) and (h.actor is null or a.actor = h.actor)");
}

qint64 covered(Session &session, const QString &name)
{
    const WithoutDeadline unlimited(session);
    Query query(session,
                QStringLiteral("select count(*) from audit_holds h join audit_logs a on %1 where h.name = :name")
                    .arg(covers()));
    query.bind("name", name).first();
    return query.get<qint64>(0);
}

qint64 insert(Transaction &transaction, const AuditHold &hold)
{
    const auto text = [](const QString &value) { return value.isEmpty() ? std::optional<QString>() : std::optional(value); };
    Query query(transaction.session(), QStringLiteral("insert into audit_holds (name, reason, from_at, to_at, entity_type, entity_id, actor, created_by) "
                                                      "values (:name, :reason, {ts:from_at}, {ts:to_at}, :entity_type, :entity_id, :actor, :created_by) returning id"));
    query.bind("name", hold.name)
        .bind("reason", hold.reason)
        .bind("from_at", hold.from)
        .bind("to_at", hold.to)
        .bind("entity_type", text(hold.entityType))
        .bind("entity_id", text(hold.entityId))
        .bind("actor", text(hold.actor))
        .bind("created_by", hold.createdBy)
        .first();
    return query.get<qint64>(0);
}

bool release(Transaction &transaction, const QString &name, const QString &by)
{
    return Query(transaction.session(), QStringLiteral("update audit_holds set released_at = {now}, released_by = :by where name = :name and released_at is null"))
        .bind("by", by)
        .bind("name", name)
        .execOne();
}

}  // namespace headgate::HoldStore
