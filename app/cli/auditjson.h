// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/anomaly.h"
#include "models/audit/jsondiff.h"

#include <QJsonArray>

namespace headgate {

/// How verbs print what the trail tells.
namespace AuditJson {

/// A value in a line: "NULL" for null, arrays and objects as JSON.
QString text(const QJsonValue &value);
/// [{"path", "before"?, "after"?}]
QJsonArray changes(const QList<JsonChange> &changes);
/// "+ tags: vip", "− host: old", "~ port: 5432 → 5433".
QStringList changeLines(const QList<JsonChange> &changes);
/// [{"kind", "message"}]
QJsonArray anomalies(const QList<Anomaly> &anomalies);

}  // namespace AuditJson
}  // namespace headgate
