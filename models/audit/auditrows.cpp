// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/auditrows.h"

#include "models/base/error.h"
#include "models/database/session.h"

namespace headgate::AuditRows {

const QString &columns()
{
    static const QString text = QStringLiteral(
        "id, {us:occurred_at}, user_id, actor, action, entity_type, entity_id, entity_name, status, ip_address, user_agent, "
        "{json:old_values}, {json:new_values}, error_message, {json:metadata}, {uuid:op_id}, payload, previous_hash, hash");
    return text;
}

const QString &listColumns()
{
    static const QString text = QStringLiteral(
        "id, {us:occurred_at}, user_id, substr(actor, 1, 300), substr(action, 1, 300), substr(entity_type, 1, 300), substr(entity_id, 1, 300), "
        "substr(entity_name, 1, 300), status, substr(ip_address, 1, 300), substr(user_agent, 1, 300)");
    return text;
}

AuditRecord readListed(const Query &query)
{
    AuditRecord record;
    record.id = query.getId<AuditId>(0);
    record.occurredAt = query.get<Timestamp>(1);
    if (!query.isNull(2)) record.userId = query.getId<UserId>(2);
    record.actor = query.get<QString>(3);
    record.action = query.get<QString>(4);
    record.entityType = query.get<QString>(5);
    record.entityId = query.getOptional<QString>(6).value_or(QString());
    record.entityName = query.getOptional<QString>(7).value_or(QString());
    record.success = query.get<QString>(8) == u"success";
    record.ipAddress = query.getOptional<QString>(9).value_or(QString());
    record.userAgent = query.getOptional<QString>(10).value_or(QString());
    return record;
}

AuditRecord read(const Query &query)
{
    AuditRecord record = readListed(query);
    record.oldValues = query.getOptional<QJsonObject>(11);
    record.newValues = query.getOptional<QJsonObject>(12);
    record.errorMessage = query.getOptional<QString>(13).value_or(QString());
    record.metadata = query.get<QJsonObject>(14);
    record.operationId = query.get<QUuid>(15);
    record.payload = query.get<QByteArray>(16);
    record.previousHash = query.get<QByteArray>(17);
    record.hash = query.get<QByteArray>(18);
    return record;
}

Head readHead(Session &session, bool lock)
{
    // Many consoles write to a server's trail, and one whose clock is ahead would carry all others along.
    const bool askTime = lock && session.dialect().isPostgresql();
    Query query(session, QStringLiteral("select last_id, last_hash, {us:last_occurred_at}%1 from audit_head%2")
                             .arg(askTime ? QStringLiteral(", {us:clock_timestamp()}") : QString(), lock ? QStringLiteral(" {for_update}") : QString()));
    if (!query.first())
        throw Exception({ErrorKind::Integrity, QStringLiteral("The head of the audit trail is missing"), QStringLiteral("audit_head"), {},
                         QStringLiteral("Run `headgate audit verify`, then restore the workspace from a backup.")});
    return {query.get<qint64>(0), query.get<QByteArray>(1), query.getOptional<Timestamp>(2).value_or(Timestamp{}),
            askTime ? query.get<Timestamp>(3) : Timestamp::now()};
}

}  // namespace headgate::AuditRows
