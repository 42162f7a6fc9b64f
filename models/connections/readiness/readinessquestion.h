// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/readiness/readinesscheck.h"
#include "models/connections/targetsession.h"

#include <functional>

namespace headgate {

/// What is known before the first question: who asks where, and about which tables.
struct ReadinessFacts {
    Connection connection;
    ServerVersion version;
    QString user;      ///< as the server names this session's user: role, user@host, database user
    QString database;  ///< the session's database; empty when it has none
    bool isManaged =
        false;           ///< Amazon RDS or Aurora: settings stand in a parameter group, roles take the place of SUPER
    QStringList tables;  ///< schema.table, or a bare name in any schema; empty: all tables

    bool wants(const QString &schema, const QString &table) const;
    /// A setting of the connector to come, from the connection's options.
    QString option(const char *name, const QString &fallback = {}) const;
};

/// What mends a finding.
struct ReadinessFix {
    FixKind kind = FixKind::None;
    QString text;

    static ReadinessFix sql(const QString &statement) { return {FixKind::Sql, statement}; }
    static ReadinessFix server(const QString &line) { return {FixKind::ServerConfig, line}; }
    static ReadinessFix client(const QString &line) { return {FixKind::ClientConfig, line}; }
};

/// One statement for the server, and what to make of its rows. The judge is pure.
struct ReadinessQuestion {
    using Rows = TargetSession::Rows;
    using Lines = std::vector<ReadinessCheck>;

    QStringList checks;  ///< all that its rows decide
    QString sql;
    QStringList values = {};
    std::function<Lines(const Rows &)> judge = {};
    QString otherwise = {};  ///< asked when the server refuses `sql`; without values
    /// When the server refuses: what to do, and the right that is missing.
    QString hint = {};
    ReadinessFix fix = {};
};

namespace readiness {

using Rows = TargetSession::Rows;
using Lines = ReadinessQuestion::Lines;

ReadinessCheck line(const QString &check, StageStatus status, const QString &evidence, const QString &hint = {},
                    const ReadinessFix &fix = {});
ReadinessCheck tableLine(const QString &check, const QString &table, StageStatus status, const QString &evidence,
                         const QString &hint = {}, const ReadinessFix &fix = {});
/// The cell of the named column; empty when it is NULL or not there.
QString cell(const Rows &rows, size_t row, const char *column);
/// A boolean as any of the servers writes it: t, true, 1, on, yes.
bool truth(const QString &text);
/// 16 MB, 1.5 GB.
QString size(double bytes);
/// 'text' with its quotes doubled.
QString literal(const QString &text);
/// One line for each table that was asked for by name and that `isThere` does not know.
Lines missingTables(const ReadinessFacts &facts, const std::function<bool(const QString &)> &isThere);

}  // namespace readiness
}  // namespace headgate
