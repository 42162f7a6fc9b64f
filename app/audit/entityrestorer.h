// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/entitystate.h"
#include "models/base/result.h"

#include <QFuture>

namespace headgate {

/// A record as it is stored now.
struct StoredEntity {
    bool exists = false;
    QString name;
    QJsonObject values;  ///< as the trail writes them
    int version = 0;     ///< for the optimistic lock
    QString environment; ///< where a change of it works; empty when it has none
};

/// What can put a record back as the trail knew it, through the record's own service. Any thread.
class EntityRestorer {
public:
    virtual ~EntityRestorer() = default;
    virtual QString entityType() const = 0;
    /// The fields that can be put back, in the order of a form; never a secret.
    virtual QStringList fields() const = 0;
    virtual QFuture<Result<StoredEntity>> stored(const QString &id) = 0;
    /// Gives the record these values as one audited change with `metadata`; a record that is gone is made again, under a
    /// new id. ErrorKind::Conflict when the stored version is not `version` any more. Answers with its id.
    virtual QFuture<Result<QString>> restore(const QString &id, int version, const QJsonObject &values, const QJsonObject &metadata) = 0;
};

}  // namespace headgate
