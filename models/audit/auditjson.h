// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/auditrecord.h"

#include <QStringList>

namespace headgate {

/// An event as JSON under the column names of the schema: for `--json`, exports and the row panel. Its values were redacted
/// before they were hashed.
namespace AuditJson {

QJsonObject toJson(const AuditRecord &record);
/// Its keys, in the order of the schema.
QStringList columns();

}  // namespace AuditJson
}  // namespace headgate
