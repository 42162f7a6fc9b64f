// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/connectiontest.h"

namespace headgate {

/// One line of a readiness report: what change data capture needs, and what the server has.
struct ReadinessCheck {
    QString check;  ///< stable name: wal_level, replica_identity, log_bin …; several lines may share one (one per slot)
    QString table;                              ///< schema.table; empty for a check of the server or the database
    StageStatus status = StageStatus::Skipped;  ///< skipped: could not be looked at, and `evidence` says why
    QString evidence;                           ///< in the server's own figures; never a secret
    QString hint;                               ///< what to do; empty when nothing is wrong
    FixKind fixKind = FixKind::None;
    QString fixSql;  ///< one statement, or one configuration line

    bool operator==(const ReadinessCheck &) const = default;
    /// {check, table?, status, evidence, hint, fix_kind, fix_sql}
    QJsonObject toJson() const;
};

struct ReadinessCounts {
    int fail = 0;
    int warn = 0;
    int skipped = 0;
    int pass = 0;
};

/// What one run found.
struct ReadinessReport {
    QString connection;     ///< its name
    QString serverVersion;  ///< "PostgreSQL 15.18"
    Timestamp checkedAt;
    std::vector<ReadinessCheck> checks;  ///< of the server first, then by table

    ReadinessCounts counts() const;
    /// Puts the lines of a check that ran again (of one table, or of the server) in place of the old ones.
    void replace(const QString &check, const QString &table, const std::vector<ReadinessCheck> &lines);
};

/// "1 table", "2 tables".
QString counted(qint64 number, const char *one, const char *many);
/// "Not ready: 3 checks fail, 2 warn", "Ready, 1 check warns", "Ready".
QString readinessVerdict(const ReadinessCounts &counts);
/// The worst status: fail, warn, else pass.
StageStatus readinessStatus(const ReadinessCounts &counts);

}  // namespace headgate
