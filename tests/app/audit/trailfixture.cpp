// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/audit/trailfixture.h"

#include "app/base/tasks.h"
#include "models/audit/auditstore.h"

namespace headgate::test {

Trail::Trail(Dialect::Kind kind) : database(kind)
{
    reopen();
}

void Trail::close()
{
    retention.reset();
    integrity.reset();
    audit.reset();
    pool.reset();
}

void Trail::reopen()
{
    close();
    const auto actor = [] { return Actor{UserId{4}, QStringLiteral("mira"), QStringLiteral("192.0.2.4"), QStringLiteral("headgate test")}; };
    pool = std::make_unique<Database>(database.spec());
    audit = std::make_unique<AuditService>(*pool, actor);
    const IntegrityOptions options{workspace, QStringLiteral("team"), QStringLiteral("mira"), folder.filePath(QStringLiteral("keys")), folder.filePath(QStringLiteral("state")), false};
    integrity = std::make_unique<IntegrityService>(*pool, *audit, options, actor);
    retention = std::make_unique<RetentionService>(*pool, *integrity);
}

void Trail::add(int count, std::optional<Timestamp> from, qint64 stepUs, const char *action)
{
    const auto session = database.open();
    write(*session, [&](Transaction &transaction) {
        for (int i = 0; i < count; ++i) {
            AuditEntry entry;
            entry.actor = {UserId{4}, QStringLiteral("mira"), QStringLiteral("192.0.2.4"), QStringLiteral("headgate test")};
            entry.action = QLatin1String(action);
            entry.entityType = QStringLiteral("connection");
            entry.entityId = QString::number(++m_count);
            entry.entityName = QStringLiteral("e%1").arg(m_count);
            entry.newValues = QJsonObject{{QStringLiteral("port"), 5000 + m_count}, {QStringLiteral("a long key"), QStringLiteral("ä\n\"x\"")}, {QStringLiteral("b"), 1e21}};
            if (from) entry.occurredAt = Timestamp{from->us + i * stepUs};
            AuditStore::record(transaction, entry);
        }
        return Done{};
    });
}

AuditVerification Trail::verify(IntegrityService::Scope scope)
{
    return valueOf(integrity->verify(scope));
}

QString Trail::kinds(IntegrityService::Scope scope)
{
    QStringList list;
    for (const AuditFinding &finding : verify(scope).findings)
        if (!list.contains(finding.kind)) list << finding.kind;
    list.sort();
    return list.join(u',');
}

qint64 Trail::number(const QString &sql)
{
    return test::number(*database.open(), sql);
}

AuditRecord Trail::newest()
{
    return valueOf(audit->get(valueOf(audit->page({}, {})).rows.value(0).id));
}

}  // namespace headgate::test
