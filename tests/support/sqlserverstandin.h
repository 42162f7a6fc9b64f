// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/connectionprobe.h"
#include "tests/support/servers.h"

#include <QStringList>

namespace headgate::test {

/// A stand-in for SQL Server, which cannot be had here: a database of the private PostgreSQL, reached through psqlodbc,
/// with objects that look like those of SQL Server's catalogue and answer the same statements. Name what uses it StandIn.
class SqlServerStandIn {
public:
    SqlServerStandIn();

    /// The driver "PostgreSQL Unicode", a login with every right.
    ProbeTarget target() const;
    /// Runs statements of PostgreSQL in it, as its owner, to make or change look-alikes.
    void run(const QStringList &statements);

private:
    PgDatabase m_database;
};

}  // namespace headgate::test
