// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/auditjson.h"

namespace headgate::AuditJson {

namespace {

QJsonValue textOrNull(const QString &text) { return text.isEmpty() ? QJsonValue() : QJsonValue(text); }

}  // namespace

QJsonObject toJson(const AuditRecord &r)
{
    return {{QStringLiteral("id"), qint64(r.id.value)},
            {QStringLiteral("occurred_at"), r.occurredAt.toIso()},
            {QStringLiteral("user_id"), r.userId ? QJsonValue(qint64(r.userId->value)) : QJsonValue()},
            {QStringLiteral("actor"), r.actor},
            {QStringLiteral("action"), r.action},
            {QStringLiteral("entity_type"), r.entityType},
            {QStringLiteral("entity_id"), textOrNull(r.entityId)},
            {QStringLiteral("entity_name"), textOrNull(r.entityName)},
            {QStringLiteral("status"), r.success ? QStringLiteral("success") : QStringLiteral("failure")},
            {QStringLiteral("ip_address"), textOrNull(r.ipAddress)},
            {QStringLiteral("user_agent"), textOrNull(r.userAgent)},
            {QStringLiteral("old_values"), r.oldValues ? QJsonValue(*r.oldValues) : QJsonValue()},
            {QStringLiteral("new_values"), r.newValues ? QJsonValue(*r.newValues) : QJsonValue()},
            {QStringLiteral("error_message"), textOrNull(r.errorMessage)},
            {QStringLiteral("metadata"), r.metadata},
            {QStringLiteral("op_id"), r.operationId.toString(QUuid::WithoutBraces)},
            {QStringLiteral("previous_hash"), QString::fromLatin1(r.previousHash.toHex())},
            {QStringLiteral("hash"), QString::fromLatin1(r.hash.toHex())}};
}

QStringList columns()
{
    return {QStringLiteral("id"), QStringLiteral("occurred_at"), QStringLiteral("user_id"), QStringLiteral("actor"), QStringLiteral("action"),
            QStringLiteral("entity_type"), QStringLiteral("entity_id"), QStringLiteral("entity_name"), QStringLiteral("status"),
            QStringLiteral("ip_address"), QStringLiteral("user_agent"), QStringLiteral("old_values"), QStringLiteral("new_values"),
            QStringLiteral("error_message"), QStringLiteral("metadata"), QStringLiteral("op_id"), QStringLiteral("previous_hash"),
            QStringLiteral("hash")};
}

}  // namespace headgate::AuditJson
