// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/connection.h"

#include <QObject>
#include <QString>
#include <optional>

namespace headgate {

/// What the window says about its workspace. Whoever watches the workspace sets it; header and status bar follow.
/// GUI thread.
class WorkspaceStatus : public QObject {
    Q_OBJECT
public:
    enum class Health { Unknown, Good, Strained, Failing };
    struct Values {
        QString name;
        Environment environment = Environment::Development;
        QString user;
        QString server;                ///< "PostgreSQL 15 primary"
        std::optional<double> pingMs;
        Health health = Health::Unknown;
        QString problem;               ///< why the health is not good
        std::optional<int> schemaVersion;
        QString lock;                  ///< what cannot be done and why ("Read-only: production policy"); empty = nothing
    };

    using QObject::QObject;
    const Values &values() const { return m_values; }
    void set(const Values &values)
    {
        m_values = values;
        Q_EMIT changed();
    }

Q_SIGNALS:
    void changed();

private:
    Values m_values;
};

}  // namespace headgate
