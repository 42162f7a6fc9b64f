// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/schema/schemaservice.h"

#include "models/audit/auditstore.h"
#include "models/connections/connectionstore.h"
#include "models/workspace/workspacestore.h"

#include <headgate_version.h>

namespace headgate {

namespace {

ConnectSpec lookSpec(const WorkspaceAddress &address)
{
    ConnectSpec spec = address.spec;
    spec.createFile = false;
    spec.management = false;
    return spec;
}

void audit(Session &session, const Migrator::Report &report)
{
    AuditEntry entry;
    entry.actor.name = WorkspaceStore::loginRole(session);
    if (entry.actor.name.isEmpty()) entry.actor.name = qEnvironmentVariable("USER", QStringLiteral("local"));
    entry.actor.userAgent = QStringLiteral("headgate " HEADGATE_VERSION " (command line)");
    entry.action = QStringLiteral("MIGRATE");
    entry.entityType = QStringLiteral("schema");
    entry.entityId = QString::number(report.to);
    entry.metadata = {{QStringLiteral("from"), report.from}, {QStringLiteral("to"), report.to}};
    Transaction transaction(session, Transaction::Mode::Write, QUuid::createUuid());
    AuditStore::record(transaction, entry);
    transaction.commit();
}

}  // namespace

SchemaService::SchemaService(WorkspaceAddress address) : m_address(std::move(address)) {}

int SchemaService::head() const { return loadSteps(Dialect::of(m_address.spec.kind)).head(); }

SchemaStatus SchemaService::status() const
{
    const std::unique_ptr<Session> session = Session::open(lookSpec(m_address));
    Migrator migrator(*session);
    SchemaStatus status;
    status.report = migrator.check();
    status.head = migrator.known().head();
    status.current = migrator.current();
    status.pending = migrator.pending();
    if (status.current == 0) return status;
    status.history = migrator.history();
    status.mismatches = migrator.verify();
    return status;
}

Migrator::Report SchemaService::upgrade(int to)
{
    const std::unique_ptr<Session> session = Session::open(m_address.spec);
    const Migrator::Report report = Migrator(*session).upgrade(to);
    if (report.outcome == Migrator::Outcome::Upgraded) audit(*session, report);
    return report;
}

Migrator::Report SchemaService::downgrade(int to, bool allowDataLoss)
{
    const std::unique_ptr<Session> session = Session::open(m_address.spec);
    if (!allowDataLoss && to < 1) {
        const qint64 connections = ConnectionStore::count(*session, {});
        const qint64 events = AuditStore::count(*session, {});
        if (connections + events > 0)
            throw Exception({ErrorKind::Denied, QStringLiteral("The downgrade would drop tables that hold rows"), m_address.spec.display(),
                             QStringLiteral("%1 connections, %2 audit events").arg(connections).arg(events),
                             QStringLiteral("Make a backup, then repeat with --allow-data-loss.")});
    }
    const Migrator::Report report = Migrator(*session).downgrade(to);
    if (report.outcome == Migrator::Outcome::Downgraded && report.to > 0) audit(*session, report);
    return report;
}

}  // namespace headgate
