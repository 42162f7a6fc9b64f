// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/audit/evidencereader.h"
#include "models/audit/auditrecord.h"
#include "models/audit/holdstore.h"
#include "models/audit/retentionstore.h"

#include <QJsonArray>
#include <QJsonObject>

namespace headgate {

/// What the verbs print with --json, and what stands in an archive. Pure functions, any thread.
QJsonArray findingsJson(const QList<AuditFinding> &findings);
QJsonObject verificationJson(const AuditVerification &verification);
QJsonObject evidenceJson(const EvidenceCheck &check);
QJsonObject holdJson(const AuditHold &hold);
QJsonObject planJson(const RetentionPlan &plan);
/// "event 5", "events 5 to 9", or nothing for what concerns no event.
QString eventsText(const AuditFinding &finding);
/// The trail is not the one that this computer remembers, or what it remembers was changed: a person may accept it.
bool contradictsMemory(const AuditFinding &finding);

}  // namespace headgate
