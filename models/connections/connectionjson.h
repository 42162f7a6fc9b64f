// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
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
/// The connection with some of the fields() replaced by what toJson() once wrote; the password cannot be told so. Invalid
/// names a field or value that no connection has.
Result<Connection> withValues(Connection connection, const QJsonObject &values);
/// One value for a preview or a diff; NULL for null.
QString display(const QJsonValue &value);

}  // namespace ConnectionJson
}  // namespace headgate
