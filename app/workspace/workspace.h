// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/workspacelocator.h"
#include "migrations/engine/migrator.h"
#include "models/audit/auditrecord.h"
#include "models/workspace/workspacestore.h"

#include <memory>

namespace headgate {

class AuditReviewService;
class AuditService;
class IntegrityService;
class RetentionService;
class SavedFilterService;
class ConnectionProbe;
class ConnectionService;
class ReadinessService;
class DiscoveryService;
class Vault;

/// Whose hands: goes into the audit trail with every act.
enum class Front { Window, CommandLine, Agent };

/// How a workspace is opened or made.
struct WorkspaceOptions {
    WorkspaceAddress address;
    Front front = Front::CommandLine;
    /// Make the schema when there is none (init; the embedded workspace is always made).
    bool create = false;
    QString name;  ///< of a new workspace; empty = a fitting one
    Environment environment = Environment::Development;
    bool keychain = true;
    /// Sample data only: when a new workspace's first acts are said to have happened.
    std::optional<Timestamp> madeAt;
};

/// Health as the status bar shows it.
struct WorkspaceHealth {
    QString server;      ///< "PostgreSQL 15.18 primary"
    double pingMs = 0;
    PoolStats pool;
};

/// An open workspace: its database, vault and services, built once. Opening and making block: never on the GUI thread.
/// The services answer with futures and may be used from any thread. Destroy it on the thread that made it.
class Workspace {
public:
    /// Opens; makes the embedded one without questions; never upgrades an existing schema.
    static Result<std::unique_ptr<Workspace>> open(const WorkspaceOptions &options);
    ~Workspace();

    Database &database() { return *m_database; }
    Vault &vault() { return *m_vault; }
    ConnectionService &connections() { return *m_connections; }
    ReadinessService &readiness() { return *m_readiness; }
    DiscoveryService &discovery() { return *m_discovery; }
    AuditService &audit() { return *m_audit; }
    IntegrityService &integrity() { return *m_integrity; }
    RetentionService &retention() { return *m_retention; }
    AuditReviewService &auditReview() { return *m_auditReview; }
    SavedFilterService &savedFilters() { return *m_savedFilters; }

    const WorkspaceInfo &info() const { return m_info; }
    const WorkspaceAddress &address() const { return m_options.address; }
    const Actor &actor() const { return m_actor; }
    int schemaVersion() const { return m_schemaVersion; }
    /// True when this call made the workspace.
    bool isNew() const { return m_isNew; }
    QFuture<Result<WorkspaceHealth>> health();

private:
    explicit Workspace(WorkspaceOptions options);
    void prepareSchema();
    void identify();
    void introduce();
    void makePartitionsAhead();

    WorkspaceOptions m_options;
    WorkspaceInfo m_info;
    Actor m_actor;
    int m_schemaVersion = 0;
    bool m_isNew = false;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<Vault> m_vault;
    std::unique_ptr<ConnectionService> m_connections;
    std::unique_ptr<ReadinessService> m_readiness;
    std::unique_ptr<DiscoveryService> m_discovery;
    std::unique_ptr<AuditService> m_audit;
    std::unique_ptr<IntegrityService> m_integrity;
    std::unique_ptr<RetentionService> m_retention;
    std::unique_ptr<AuditReviewService> m_auditReview;
    std::unique_ptr<SavedFilterService> m_savedFilters;
    std::unique_ptr<ConnectionProbe> m_probe;  ///< goes first: its last answers are still written
};

}  // namespace headgate
