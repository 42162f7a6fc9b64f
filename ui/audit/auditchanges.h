// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/base/changestable.h"

#include <QJsonObject>
#include <optional>

namespace headgate {

/// The fields in which the two differ, dotted for nested objects, in the order of their names; JSON null reads "NULL".
QList<ChangeLine> auditChanges(const std::optional<QJsonObject> &before, const std::optional<QJsonObject> &after);

}  // namespace headgate
