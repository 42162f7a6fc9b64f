// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/audit/auditservice.h"
#include "app/audit/integrityservice.h"
#include "app/audit/retentionservice.h"
#include "tests/support/testdatabase.h"

namespace headgate::test {

/// A workspace's trail with its services, and what this computer remembers of it in a folder of its own.
class Trail {
public:
    explicit Trail(Dialect::Kind kind);

    /// Opens the database anew, as a console that was started again.
    void reopen();
    void close();
    /// Events of "mira" with growing numbers as names; from that time on, `stepUs` apart.
    void add(int count, std::optional<Timestamp> from = {}, qint64 stepUs = 1'000'000, const char *action = "UPDATE");

    AuditVerification verify(IntegrityService::Scope scope = IntegrityService::Scope::Whole);
    /// The kinds that a verification finds, sorted, each once.
    QString kinds(IntegrityService::Scope scope = IntegrityService::Scope::Whole);
    qint64 number(const QString &sql);
    /// Of the newest event.
    AuditRecord newest();

    TestDatabase database;
    std::unique_ptr<Database> pool;
    std::unique_ptr<AuditService> audit;
    std::unique_ptr<IntegrityService> integrity;
    std::unique_ptr<RetentionService> retention;
    QTemporaryDir folder;
    const QUuid workspace = QUuid::createUuid();
    QString memoryFile() const { return folder.filePath(QStringLiteral("state/%1.json").arg(workspace.toString(QUuid::WithoutBraces))); }

private:
    int m_count = 0;
};

}  // namespace headgate::test
