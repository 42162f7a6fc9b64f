// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/connection.h"

#include <QJsonObject>
#include <QJsonValue>
#include <QStringList>

namespace headgate {

/// A connection as JSON under the column names of the schema: for the audit trail, `--json` and the change preview.
/// The password is never in it; "password" says "set" or null.
namespace ConnectionJson {

QJsonObject toJson(const Connection &connection);
/// The fields a person edits, in the order of the form.
QStringList fields();
/// One value for a preview or a diff; NULL for null.
QString display(const QJsonValue &value);

}  // namespace ConnectionJson
}  // namespace headgate
