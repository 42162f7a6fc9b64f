// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/integrityjson.h"

namespace headgate {

namespace {

QJsonValue textOrNull(const QString &text) { return text.isEmpty() ? QJsonValue() : QJsonValue(text); }
QJsonValue timeOrNull(const std::optional<Timestamp> &time) { return time ? QJsonValue(time->toIso()) : QJsonValue(); }
QString hex(const QByteArray &bytes) { return QString::fromLatin1(bytes.toHex()); }
double rounded(double value) { return std::round(value * 1000) / 1000; }

}  // namespace

QString eventsText(const AuditFinding &finding)
{
    if (finding.id <= 0) return {};
    return finding.lastId > finding.id ? QStringLiteral("events %1 to %2").arg(finding.id).arg(finding.lastId) : QStringLiteral("event %1").arg(finding.id);
}

bool contradictsMemory(const AuditFinding &finding)
{
    return finding.kind == u"rollback" || finding.kind == u"rewrite" || finding.kind == u"memory";
}

QJsonArray findingsJson(const QList<AuditFinding> &findings)
{
    QJsonArray array;
    for (const AuditFinding &finding : findings)
        array << QJsonObject{{QStringLiteral("id"), finding.id}, {QStringLiteral("last_id"), std::max(finding.id, finding.lastId)},
                             {QStringLiteral("kind"), finding.kind}, {QStringLiteral("message"), finding.text}};
    return array;
}

QJsonObject verificationJson(const AuditVerification &verification)
{
    return {{QStringLiteral("ok"), verification.ok()},
            {QStringLiteral("incremental"), verification.incremental},
            {QStringLiteral("first_id"), verification.start.id + 1},
            {QStringLiteral("last_id"), verification.lastId},
            {QStringLiteral("rows"), verification.rows},
            {QStringLiteral("seconds"), rounded(verification.seconds)},
            {QStringLiteral("rows_per_second"), std::round(verification.rowsPerSecond())},
            {QStringLiteral("head_hash"), hex(verification.headHash)},
            {QStringLiteral("remark"), textOrNull(verification.remark)},
            {QStringLiteral("unsealed_external_changes"), verification.unsealedExternal},
            {QStringLiteral("finding_count"), verification.findingCount},
            {QStringLiteral("findings"), findingsJson(verification.findings)}};
}

QJsonObject evidenceJson(const EvidenceCheck &check)
{
    QJsonObject manifest = check.manifest;
    manifest.remove(QStringLiteral("parts"));
    return {{QStringLiteral("ok"), check.ok()},
            {QStringLiteral("public_key"), textOrNull(hex(check.publicKey))},
            {QStringLiteral("events"), check.events},
            {QStringLiteral("links"), check.links},
            {QStringLiteral("seconds"), rounded(check.seconds)},
            {QStringLiteral("manifest"), manifest},
            {QStringLiteral("finding_count"), check.findingCount},
            {QStringLiteral("findings"), findingsJson(check.findings)}};
}

QJsonObject holdJson(const AuditHold &hold)
{
    return {{QStringLiteral("id"), hold.id},
            {QStringLiteral("name"), hold.name},
            {QStringLiteral("reason"), hold.reason},
            {QStringLiteral("from_at"), timeOrNull(hold.from)},
            {QStringLiteral("to_at"), timeOrNull(hold.to)},
            {QStringLiteral("entity_type"), textOrNull(hold.entityType)},
            {QStringLiteral("entity_id"), textOrNull(hold.entityId)},
            {QStringLiteral("actor"), textOrNull(hold.actor)},
            {QStringLiteral("created_by"), hold.createdBy},
            {QStringLiteral("created_at"), hold.createdAt.toIso()},
            {QStringLiteral("released_by"), textOrNull(hold.releasedBy)},
            {QStringLiteral("released_at"), timeOrNull(hold.releasedAt)}};
}

QJsonObject planJson(const RetentionPlan &plan)
{
    QJsonArray months;
    for (const TrailMonth &month : plan.months)
        months << QJsonObject{{QStringLiteral("month"), month.name()}, {QStringLiteral("first_id"), month.firstId}, {QStringLiteral("last_id"), month.lastId},
                              {QStringLiteral("events"), month.events()}};
    QJsonArray held;
    for (const HeldEvents &each : plan.held)
        held << QJsonObject{{QStringLiteral("hold"), each.hold}, {QStringLiteral("events"), each.events}, {QStringLiteral("first_id"), each.firstId}};
    return {{QStringLiteral("retention_days"), plan.retentionDays}, {QStringLiteral("cutoff"), plan.cutoff.toIso()}, {QStringLiteral("events"), plan.events()},
            {QStringLiteral("months"), months}, {QStringLiteral("held"), held}, {QStringLiteral("kept_by_holds"), plan.keptByHolds}, {QStringLiteral("kept_by_age"), plan.young}};
}

}  // namespace headgate
