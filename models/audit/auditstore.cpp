// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/auditstore.h"

#include "models/audit/auditbatch.h"
#include "models/audit/externalchange.h"

namespace headgate::AuditStore {

void record(Transaction &transaction, AuditEntry entry) { record(transaction, QList<AuditEntry>{std::move(entry)}); }

void record(Transaction &transaction, QList<AuditEntry> entries)
{
    if (entries.isEmpty()) return;
    if (transaction.operationId().isNull())
        throw Exception({ErrorKind::Internal, QStringLiteral("An audited change needs an operation id"), entries.first().action, {}, {}});
    transaction.beforeCommit([entries = std::move(entries)](Transaction &open) {
        AuditBatch batch(open);
        for (const AuditEntry &entry : entries) batch.add(entry);
        batch.finish();
    });
}

Timestamp headTime(Session &session) { return AuditRows::readHead(session, false).occurredAt; }

qint64 unsealedExternalChanges(Session &session)
{
    Query query(session, QStringLiteral("select count(*) from external_changes where sealed_audit_id is null"));
    query.first();
    return query.get<qint64>(0);
}

int sealExternalChanges(Transaction &transaction, const Actor &actor, int limit)
{
    Session &session = transaction.session();
    struct Change {
        qint64 id;
        AuditEntry entry;
    };
    QList<Change> changes;
    {
        Query query(
            session,
            QStringLiteral(
                "select %1 from external_changes where sealed_audit_id is null order by id limit %2 {for_update}")
                .arg(ExternalChange::columns())
                .arg(limit));
        query.exec();
        while (query.next()) changes << Change{query.get<qint64>(0), ExternalChange::read(query, actor)};
    }
    if (changes.isEmpty()) return 0;
    transaction.beforeCommit([changes](Transaction &open) {
        AuditBatch batch(open);
        QList<AuditId> ids;
        for (const Change &change : changes) ids << batch.add(change.entry);
        batch.finish();
        Query seal(open.session(), QStringLiteral("update external_changes set sealed_audit_id = :audit where id = :id and sealed_audit_id is null"));
        for (qsizetype i = 0; i < changes.size(); ++i) seal.bind("audit", ids[i]).bind("id", changes[i].id).exec();
    });
    return int(changes.size());
}

}  // namespace headgate::AuditStore
