// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QList>
#include <QString>
#include <optional>

namespace headgate {

/// One line of a before/after table; `path` is dotted for nested objects. No value: the field was not there.
struct AuditChange {
    QString path;
    std::optional<QString> before;
    std::optional<QString> after;
    bool operator==(const AuditChange &) const = default;
};

/// The fields in which the two differ, in the order of their names; JSON null reads "NULL".
QList<AuditChange> auditChanges(const std::optional<QJsonObject> &before, const std::optional<QJsonObject> &after);

}  // namespace headgate
