// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/readiness/readinesscheck.h"
#include "models/connections/targetsession.h"

#include <functional>

namespace headgate {

/// Asks a server whether it is ready for change data capture. Reads catalogue and settings only. What the server
/// refuses to show is a line of its own (skipped, with the right that is missing), not an error.
class ReadinessReader {
public:
    struct Request {
        QStringList tables;                 ///< schema.table; empty: every table
        QString check;                      ///< only this one; empty: all
        std::optional<QString> table = {};  ///< with `check`: only its line of this table (empty: of the server)
        int deadlineMs = 120'000;           ///< of all questions together
    };
    using Progress = std::function<void(int done, int total)>;

    /// PostgreSQL, MySQL/MariaDB, SQL Server.
    static bool supports(DatabaseType type);
    /// Every name that a run on this type of database may answer with, for help and for checking what a person typed.
    static QStringList checkNames(DatabaseType type);
    /// Blocks, like the session. Throws Exception when the session itself fails or is cancelled. Fills serverVersion
    /// and checks.
    static ReadinessReport read(TargetSession &session, const Connection &connection, const Request &request,
                                const Progress &progress = {});
};

}  // namespace headgate
