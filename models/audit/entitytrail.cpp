// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/entitytrail.h"

#include "models/audit/auditrows.h"

namespace headgate::EntityTrail {

namespace {

constexpr int pageSize = 500;

QString ofEntity(const QString &columns, const QString &more)
{
    return QStringLiteral("select %1 from audit_logs where entity_type in (:own, :table) and entity_id = :entity%2").arg(columns, more);
}

Query &bindEntity(Query &query, const EntityKey &entity)
{
    const QStringList types = entity.types();
    return query.bind("own", types.first()).bind("table", types.last()).bind("entity", entity.id);
}

const QString kTellsFields = QStringLiteral(" and status = 'success' and (old_values is not null or new_values is not null)");

}  // namespace

QList<AuditRecord> life(Session &session, const EntityKey &entity, AuditId before, int limit)
{
    const QString older = before.isValid() ? QStringLiteral(" and id < :before") : QString();
    Query query(session, ofEntity(AuditRows::columns(), older + QStringLiteral(" order by occurred_at desc, id desc limit %1").arg(limit)));
    bindEntity(query, entity);
    if (before.isValid()) query.bind("before", before);
    query.exec();
    QList<AuditRecord> records;
    while (query.next()) records << AuditRows::read(query);
    return records;
}

qint64 count(Session &session, const EntityKey &entity)
{
    Query query(session, ofEntity(QStringLiteral("count(*)"), {}));
    bindEntity(query, entity).first();
    return query.get<qint64>(0);
}

QList<Moment> moments(Session &session, const EntityKey &entity, int limit)
{
    Query query(session, ofEntity(QStringLiteral("id, {us:occurred_at}, action, actor"),
                                  kTellsFields + QStringLiteral(" order by occurred_at desc, id desc limit %1").arg(limit)));
    bindEntity(query, entity).exec();
    QList<Moment> moments;
    while (query.next()) moments.prepend({query.getId<AuditId>(0), query.get<Timestamp>(1), query.get<QString>(2), query.get<QString>(3)});
    return moments;
}

EntityState state(Session &session, const EntityKey &entity, const EntityMoment &moment, const CancelToken &cancel)
{
    EntityReplay replay(entity, moment);
    Timestamp from;
    AuditId after;
    for (int rows = pageSize; rows == pageSize;) {
        if (cancel.isCancelled()) throw Exception({ErrorKind::Cancelled, QStringLiteral("Cancelled"), {}, {}, {}});
        // The time is told as well as the id, so that the index on type, id and time is entered where the page before ended.
        Query query(session, ofEntity(AuditRows::columns(), kTellsFields + QStringLiteral(" and occurred_at >= {ts:from} and id > :after "
                                                                                          "order by occurred_at, id limit %1").arg(pageSize)));
        bindEntity(query, entity).bind("from", from).bind("after", after).exec();
        for (rows = 0; query.next(); ++rows) {
            const AuditRecord record = AuditRows::read(query);
            replay.add(record);
            from = record.occurredAt;
            after = record.id;
        }
    }
    return replay.state();
}

EntityKey resolve(Session &session, const QString &text)
{
    const EntityKey wanted{text.section(u'/', 0, 0), text.section(u'/', 1)};
    if (!wanted.isValid())
        throw Exception({ErrorKind::Invalid, QStringLiteral("A record is named by its type and its id or name"), text, {}, QStringLiteral("For example: connection/orders-primary")});
    // An id comes before a name that looks like one.
    Query query(session, QStringLiteral("select entity_id from audit_names where entity_type in (:own, :table) and entity_id <> '' "
                                        "and (entity_id = :id or entity_name = :name) order by case when entity_id = :id2 then 0 else 1 end, id desc limit 1"));
    const QStringList types = wanted.types();
    query.bind("own", types.first()).bind("table", types.last()).bind("id", wanted.id).bind("name", wanted.id).bind("id2", wanted.id);
    if (!query.first())
        throw Exception({ErrorKind::NotFound, QStringLiteral("The trail knows no %1 %2").arg(wanted.type, wanted.id), QStringLiteral("audit_names"), {},
                         QStringLiteral("`headgate audit list --search NAME` finds it by a part of its name.")});
    return {types.first(), query.get<QString>(0)};
}

}  // namespace headgate::EntityTrail
