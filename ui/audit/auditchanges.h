// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/auditrecord.h"
#include "ui/base/changestable.h"

#include <QJsonValue>

namespace headgate {

/// The fields in which the two differ, dotted for nested objects, elements of arrays by their key, in the order of their
/// names; JSON null reads "NULL". Of long text only the lines that differ, with their signs and one line around them.
QList<ChangeLine> auditChanges(const std::optional<QJsonObject> &before, const std::optional<QJsonObject> &after);
/// Those of an event; a password that was set, which no value tells, is a line of its own.
QList<ChangeLine> auditChanges(const AuditRecord &record);
/// "port 5432 → 5433, + tags vip, 2 more": the same in a line, or what else there is to tell of the event.
QString changeSummary(const AuditRecord &record);
/// A JSON value as a cell shows it.
QString auditValueText(const QJsonValue &value);

}  // namespace headgate
