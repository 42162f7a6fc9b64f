// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/session.h"

#include <vector>

namespace headgate::test {

/// The rows of a trail as the fastest way in would bring them, and the time that takes: SQLite's C interface with one
/// prepared statement, libpq's COPY in the binary format; the same columns, no chain, no check, no trigger.
class AuditFloor {
public:
    /// Reads every row of audit_logs into memory.
    explicit AuditFloor(Session &source);
    qint64 rows() const { return m_rows; }

    /// Seconds to write them into a new table of this session, in one transaction; with the indexes that audit_logs has, or
    /// with none. The session may make tables.
    double seconds(Session &target, bool indexed) const;

private:
    void readSqlite(Session &source);
    void readPostgresql(Session &source);
    void writeSqlite(Session &target) const;
    void writePostgresql(Session &target) const;

    struct Value {
        int type = 0;
        qint64 number = 0;
        QByteArray bytes;
    };
    qint64 m_rows = 0;
    std::vector<Value> m_values;          ///< SQLite: row by row
    std::vector<QByteArray> m_copied;     ///< PostgreSQL: as COPY gave them
};

}  // namespace headgate::test
