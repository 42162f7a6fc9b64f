// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/auditstore.h"

#include "models/audit/auditpayload.h"
#include "models/audit/auditrows.h"
#include "models/audit/redaction.h"

namespace headgate::AuditStore {

namespace {

using AuditRows::Head;
using AuditRows::readHead;

void insertRow(Session &session, const AuditRecord &record)
{
    const auto text = [](const QString &value) { return value.isEmpty() ? std::optional<QString>() : std::optional<QString>(value); };
    Query(session, QStringLiteral(R"(
        insert into audit_logs (id, occurred_at, user_id, actor, action, entity_type, entity_id, entity_name, status, ip_address,
            user_agent, old_values, new_values, error_message, metadata, op_id, payload, previous_hash, hash)
        values (:id, {ts:occurred_at}, :user_id, :actor, :action, :entity_type, :entity_id, :entity_name, :status, :ip_address,
            :user_agent, {json_in:old_values}, {json_in:new_values}, :error_message, {json_in:metadata}, {uuid_in:op_id},
            :payload, :previous_hash, :hash))"))
        .bind("id", record.id)
        .bind("occurred_at", record.occurredAt)
        .bind("user_id", record.userId)
        .bind("actor", record.actor)
        .bind("action", record.action)
        .bind("entity_type", record.entityType)
        .bind("entity_id", text(record.entityId))
        .bind("entity_name", text(record.entityName))
        .bind("status", record.success ? QStringLiteral("success") : QStringLiteral("failure"))
        .bind("ip_address", text(record.ipAddress))
        .bind("user_agent", text(record.userAgent))
        .bind("old_values", record.oldValues)
        .bind("new_values", record.newValues)
        .bind("error_message", text(record.errorMessage))
        .bind("metadata", record.metadata)
        .bind("op_id", record.operationId)
        .bind("payload", record.payload)
        .bind("previous_hash", record.previousHash)
        .bind("hash", record.hash)
        .exec();
}

void moveHead(Session &session, const AuditRecord &record)
{
    const bool moved = Query(session, QStringLiteral("update audit_head set last_id = :id, last_hash = :hash, "
                                                     "last_occurred_at = {ts:at} where last_id = :id - 1"))
                           .bind("id", record.id)
                           .bind("hash", record.hash)
                           .bind("at", record.occurredAt)
                           .execOne();
    if (!moved) throw Exception({ErrorKind::Integrity, QStringLiteral("The head of the audit trail moved unexpectedly"), {}, {}, {}});
}

AuditRecord fromEntry(const AuditEntry &entry, const QUuid &operation)
{
    AuditRecord record;
    record.userId = entry.actor.userId;
    record.actor = entry.actor.name;
    record.ipAddress = entry.actor.ipAddress;
    record.userAgent = entry.actor.userAgent;
    record.action = entry.action;
    record.entityType = entry.entityType;
    record.entityId = entry.entityId;
    record.entityName = entry.entityName;
    record.success = entry.success;
    record.oldValues = entry.oldValues;
    record.newValues = entry.newValues;
    record.errorMessage = entry.errorMessage;
    record.metadata = entry.metadata;
    record.operationId = operation;
    return record;
}

/// Returns the id under which the row stands.
AuditId append(Transaction &transaction, const AuditEntry &entry)
{
    Session &session = transaction.session();
    const Head head = readHead(session, true);
    AuditRecord record = fromEntry(entry, transaction.operationId());
    record.id = {head.id + 1};
    // Under the lock, and never earlier than the row before: a clock that was set back does not reorder the trail.
    record.occurredAt = std::max(entry.occurredAt.value_or(Timestamp::now()), head.occurredAt);
    record.previousHash = head.hash;
    record.payload = AuditPayload::canonical(record);
    record.hash = AuditPayload::hash(record.previousHash, record.payload);
    insertRow(session, record);
    moveHead(session, record);
    if (!transaction.operationRecorded()) {
        Query(session, QStringLiteral("insert into operations (op_id, audit_id, occurred_at) values ({uuid_in:op}, :id, {ts:at})"))
            .bind("op", transaction.operationId())
            .bind("id", record.id)
            .bind("at", record.occurredAt)
            .exec();
        transaction.setOperationRecorded();
    }
    return record.id;
}

AuditEntry redacted(AuditEntry entry)
{
    if (entry.oldValues) entry.oldValues = Redaction::redact(*entry.oldValues);
    if (entry.newValues) entry.newValues = Redaction::redact(*entry.newValues);
    entry.metadata = Redaction::redact(entry.metadata);
    entry.errorMessage = Redaction::redactText(entry.errorMessage);
    return entry;
}

}  // namespace

void record(Transaction &transaction, AuditEntry entry)
{
    if (transaction.operationId().isNull())
        throw Exception({ErrorKind::Internal, QStringLiteral("An audited change needs an operation id"), entry.action, {}, {}});
    transaction.beforeCommit([entry = redacted(std::move(entry))](Transaction &open) { append(open, entry); });
}

Timestamp headTime(Session &session) { return readHead(session, false).occurredAt; }

qint64 unsealedExternalChanges(Session &session)
{
    Query query(session, QStringLiteral("select count(*) from external_changes where sealed_audit_id is null"));
    query.first();
    return query.get<qint64>(0);
}

int sealExternalChanges(Transaction &transaction, const Actor &actor, int limit)
{
    Session &session = transaction.session();
    struct Change {
        qint64 id;
        AuditEntry entry;
    };
    QList<Change> changes;
    {
        Query query(session, QStringLiteral("select id, {us:changed_at}, table_name, row_id, operation, {json:old_values}, "
                                            "{json:new_values}, db_user, application from external_changes "
                                            "where sealed_audit_id is null order by id limit %1 {for_update}")
                                 .arg(limit));
        query.exec();
        while (query.next()) {
            AuditEntry entry;
            entry.actor.name = query.getOptional<QString>(7).value_or(QStringLiteral("external"));
            entry.actor.userAgent = query.getOptional<QString>(8).value_or(QString());
            entry.action = QStringLiteral("EXTERNAL");
            entry.entityType = query.get<QString>(2);
            entry.entityId = query.getOptional<QString>(3).value_or(QString());
            entry.oldValues = query.getOptional<QJsonObject>(5);
            entry.newValues = query.getOptional<QJsonObject>(6);
            const QJsonObject names = entry.newValues.value_or(entry.oldValues.value_or(QJsonObject()));
            entry.entityName = names.value(QLatin1String("name")).toString();
            entry.metadata = {{QStringLiteral("operation"), query.get<QString>(4)},
                              {QStringLiteral("changed_at"), query.get<Timestamp>(1).toIso()},
                              {QStringLiteral("external_change"), query.get<qint64>(0)},
                              {QStringLiteral("sealed_by"), actor.name}};
            changes << Change{query.get<qint64>(0), redacted(entry)};
        }
    }
    if (changes.isEmpty()) return 0;
    transaction.beforeCommit([changes](Transaction &open) {
        for (const Change &change : changes) {
            const AuditId id = append(open, change.entry);
            Query(open.session(), QStringLiteral("update external_changes set sealed_audit_id = :audit where id = :id and sealed_audit_id is null"))
                .bind("audit", id)
                .bind("id", change.id)
                .exec();
        }
    });
    return int(changes.size());
}

}  // namespace headgate::AuditStore
