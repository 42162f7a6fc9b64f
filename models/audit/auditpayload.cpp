// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/auditpayload.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QJsonValue>

namespace headgate::AuditPayload {

namespace {

QJsonValue textOrNull(const QString &text) { return text.isEmpty() ? QJsonValue() : QJsonValue(text); }
QJsonValue objectOrNull(const std::optional<QJsonObject> &object) { return object ? QJsonValue(*object) : QJsonValue(); }

}  // namespace

QByteArray canonical(const AuditRecord &record)
{
    // QJsonObject keeps its keys sorted, so equal rows have equal text.
    const QJsonObject json{
        {QStringLiteral("id"), QJsonValue(qint64(record.id.value))},
        {QStringLiteral("occurred_at"), record.occurredAt.toIso()},
        {QStringLiteral("user_id"), record.userId ? QJsonValue(qint64(record.userId->value)) : QJsonValue()},
        {QStringLiteral("actor"), record.actor},
        {QStringLiteral("action"), record.action},
        {QStringLiteral("entity_type"), record.entityType},
        {QStringLiteral("entity_id"), textOrNull(record.entityId)},
        {QStringLiteral("entity_name"), textOrNull(record.entityName)},
        {QStringLiteral("status"), record.success ? QStringLiteral("success") : QStringLiteral("failure")},
        {QStringLiteral("ip_address"), textOrNull(record.ipAddress)},
        {QStringLiteral("user_agent"), textOrNull(record.userAgent)},
        {QStringLiteral("old_values"), objectOrNull(record.oldValues)},
        {QStringLiteral("new_values"), objectOrNull(record.newValues)},
        {QStringLiteral("error_message"), textOrNull(record.errorMessage)},
        {QStringLiteral("metadata"), record.metadata},
        {QStringLiteral("op_id"), record.operationId.toString(QUuid::WithoutBraces)},
    };
    return QJsonDocument(json).toJson(QJsonDocument::Compact);
}

QByteArray hash(const QByteArray &previousHash, const QByteArray &payload)
{
    QCryptographicHash sha(QCryptographicHash::Sha256);
    sha.addData(domainTag());
    sha.addData(previousHash);
    sha.addData(payload);
    return sha.result();
}

QByteArray domainTag() { return QByteArrayLiteral("headgate-audit-v1\n"); }
QByteArray zeroHash() { return QByteArray(32, '\0'); }

}  // namespace headgate::AuditPayload
