// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/audit/entityrestorer.h"

namespace headgate {

class ConnectionService;

/// Puts connections back as the trail knew them; their passwords stay as they are.
class ConnectionRestorer final : public EntityRestorer {
public:
    explicit ConnectionRestorer(ConnectionService &service) : m_service(service) {}

    QString entityType() const override { return QStringLiteral("connection"); }
    QStringList fields() const override;
    QFuture<Result<StoredEntity>> stored(const QString &id) override;
    QFuture<Result<QString>> restore(const QString &id, int version, const QJsonObject &values, const QJsonObject &metadata) override;

private:
    ConnectionService &m_service;
};

}  // namespace headgate
