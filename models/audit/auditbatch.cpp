// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/auditbatch.h"

#include "models/audit/redaction.h"
#include "models/base/error.h"
#include "models/base/compactjson.h"

namespace headgate {

namespace {

using Type = RowWriter::Type;

const std::vector<RowWriter::Column> &columns()
{
    static const std::vector<RowWriter::Column> list{
        {"id", Type::Number},           {"occurred_at", Type::Time},     {"user_id", Type::Number},   {"actor", Type::Text},
        {"action", Type::Text},         {"entity_type", Type::Text},     {"entity_id", Type::Text},   {"entity_name", Type::Text},
        {"status", Type::Text},         {"ip_address", Type::Text},      {"user_agent", Type::Text},  {"old_values", Type::Json},
        {"new_values", Type::Json},     {"error_message", Type::Text},   {"metadata", Type::Json},    {"op_id", Type::Uuid},
        {"payload", Type::Bytes},       {"previous_hash", Type::Bytes},  {"hash", Type::Bytes}};
    return list;
}

/// JSON as it may be stored: without secrets, and refused where it holds what a database would not keep.
QByteArray storable(const QJsonObject &object)
{
    const QByteArray text = CompactJson::of(object);
    if (Redaction::mayHoldSecret(text)) return Codec::toVariant(Redaction::redact(object)).toString().toUtf8();
    // U+FFFE and U+FFFF begin with this byte; NUL and halves of pairs stand as escapes, which may hold a secret.
    if (text.contains('\xef')) (void)Codec::toVariant(object);
    return text;
}

QByteArray storable(const std::optional<QJsonObject> &object) { return object ? storable(*object) : QByteArray(); }

AuditRecord recordOf(const AuditEntry &entry, const QUuid &operation)
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
    record.errorMessage = Redaction::redactText(entry.errorMessage);
    record.operationId = operation;
    return record;
}

}  // namespace

AuditBatch::AuditBatch(Transaction &transaction)
    : m_transaction(transaction), m_before(AuditRows::readHead(transaction.session(), true)), m_head(m_before),
      m_operation(transaction.operationId().toByteArray(QUuid::WithoutBraces)),
      m_rows(RowWriter::open(transaction.session(), "audit_logs", columns(), RowWriter::Triggers::Spared))
{
    m_since.start();
}

AuditId AuditBatch::add(const AuditEntry &entry)
{
    const AuditPayload::Json json{storable(entry.oldValues), storable(entry.newValues), storable(entry.metadata)};
    AuditRecord record = recordOf(entry, m_transaction.operationId());
    record.id = {m_head.id + 1};
    // Under the lock, and never earlier than the row before: a clock that was set back does not reorder the trail.
    record.occurredAt = std::max(entry.occurredAt.value_or(Timestamp{m_before.now.us + m_since.nsecsElapsed() / 1000}), m_head.occurredAt);
    record.previousHash = m_head.hash;
    record.payload = AuditPayload::canonical(record, json);
    record.hash = AuditPayload::hash(record.previousHash, record.payload);
    insert(record, json);
    if (m_head.id == m_before.id) m_firstAt = record.occurredAt;
    m_head.id = record.id.value;
    m_head.hash = record.hash;
    m_head.occurredAt = record.occurredAt;
    return record.id;
}

void AuditBatch::insert(const AuditRecord &record, const AuditPayload::Json &json)
{
    // What is bound must live until the end of the row.
    const auto utf8 = [](const QString &text) { return Codec::toVariant(text).toString().toUtf8(); };
    const QByteArray texts[] = {utf8(record.actor), utf8(record.action), utf8(record.entityType), utf8(record.entityId), utf8(record.entityName),
                                record.success ? QByteArrayLiteral("success") : QByteArrayLiteral("failure"), utf8(record.ipAddress),
                                utf8(record.userAgent)};
    const QByteArray errorMessage = utf8(record.errorMessage);
    const auto valueOrNull = [this](const QByteArray &value) { value.isEmpty() ? m_rows->null() : m_rows->bytes(value); };
    m_rows->number(record.id.value);
    m_rows->number(record.occurredAt.us);
    record.userId ? m_rows->number(record.userId->value) : m_rows->null();
    for (qsizetype i = 0; i < 3; ++i) m_rows->bytes(texts[i]);
    for (qsizetype i = 3; i < std::ssize(texts); ++i) valueOrNull(texts[i]);
    valueOrNull(json.oldValues);
    valueOrNull(json.newValues);
    valueOrNull(errorMessage);
    m_rows->bytes(json.metadata);
    m_rows->bytes(m_operation);
    m_rows->bytes(record.payload);
    m_rows->bytes(record.previousHash);
    m_rows->bytes(record.hash);
    m_rows->endRow();
}

void AuditBatch::finish()
{
    m_rows->finish();
    m_rows.reset();
    if (m_head.id == m_before.id) return;
    moveHead();
    if (!m_transaction.operationRecorded()) recordOperation();
}

void AuditBatch::moveHead()
{
    const bool moved = Query(m_transaction.session(), QStringLiteral("update audit_head set last_id = :id, last_hash = :hash, "
                                                                     "last_occurred_at = {ts:at} where last_id = :before"))
                           .bind("id", m_head.id)
                           .bind("hash", m_head.hash)
                           .bind("at", m_head.occurredAt)
                           .bind("before", m_before.id)
                           .execOne();
    if (!moved) throw Exception({ErrorKind::Integrity, QStringLiteral("The head of the audit trail moved unexpectedly"), {}, {}, {}});
}

void AuditBatch::recordOperation()
{
    Query(m_transaction.session(), QStringLiteral("insert into operations (op_id, audit_id, occurred_at) values ({uuid_in:op}, :id, {ts:at})"))
        .bind("op", m_transaction.operationId())
        .bind("id", m_before.id + 1)
        .bind("at", m_firstAt)
        .exec();
    m_transaction.setOperationRecorded();
}

}  // namespace headgate
