// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/connectiontest.h"
#include "tests/integration/connections/scriptedserver.h"

namespace headgate::test {

/// How a broken server behaves, and what a test must say of it.
struct HostileCase {
    QByteArray name;
    DatabaseType type;
    QString sslmode;
    ServerScript script;
    TestStage stage;        ///< that fails
    QString says;           ///< in its message
    QString advises;        ///< in its hint
    bool untilDeadline = false;
    bool mayMissTcp = false; ///< a reset may come before we see the connection
};

QList<HostileCase> hostilePostgresql();
QList<HostileCase> hostileMysql();

}  // namespace headgate::test
