// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/workspacelocator.h"
#include "migrations/engine/migrator.h"

namespace headgate {

struct SchemaStatus {
    int current = 0;
    int head = 0;
    Migrator::Report report;
    QList<SchemaEvent> history;
    QList<SchemaStep> pending;
    QList<Migrator::Mismatch> mismatches;
};

/// The schema of a workspace that may not be openable yet: works on a session of its own. Every call blocks; never on the
/// GUI thread. Throws Exception.
class SchemaService {
public:
    explicit SchemaService(WorkspaceAddress address);

    int head() const;
    SchemaStatus status() const;
    /// The act itself stands in schema_history; the audit trail gets a MIGRATE row when the schema can hold one.
    Migrator::Report upgrade(int to);
    /// Refuses to drop tables that hold rows, with the counts, unless `allowDataLoss`.
    Migrator::Report downgrade(int to, bool allowDataLoss);

private:
    WorkspaceAddress m_address;
};

}  // namespace headgate
