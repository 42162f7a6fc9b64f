// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/auditpayload.h"
#include "models/audit/auditrows.h"
#include "models/audit/auditstore.h"

namespace headgate::AuditStore {

AuditVerification verify(Session &session, const std::function<void(qint64, qint64)> &progress, const CancelToken &cancel)
{
    // One snapshot for head and rows; pages keep memory bounded.
    Transaction snapshot(session, Transaction::Mode::Read);
    const AuditRows::Head head = AuditRows::readHead(session, false);
    AuditVerification result;
    result.headHash = head.hash;
    AuditRecord before;
    before.hash = AuditPayload::zeroHash();
    const auto report = [&result](qint64 id, const char *kind, const QString &text) {
        if (++result.findingCount <= 100) result.findings << AuditFinding{id, QLatin1String(kind), text};
    };
    ListQuery order{{}, {}, QStringLiteral("id"), false};
    ListCursor cursor{std::nullopt, 1000};
    for (bool atEnd = false; !atEnd;) {
        if (cancel.isCancelled()) throw Exception({ErrorKind::Cancelled, QStringLiteral("Cancelled"), {}, {}, {}});
        const ListPage<AuditRecord> rows = records(session, order, cursor);
        for (const AuditRecord &row : rows.rows) {
            const qint64 id = row.id.value;
            if (id != before.id.value + 1)
                report(id, "gap", QStringLiteral("Events %1 to %2 are missing").arg(before.id.value + 1).arg(id - 1));
            if (row.previousHash != before.hash) report(id, "link", QStringLiteral("The event does not continue the one before"));
            if (row.hash != AuditPayload::hash(row.previousHash, row.payload))
                report(id, "hash", QStringLiteral("The hash does not fit the payload"));
            if (row.payload != AuditPayload::canonical(row))
                report(id, "payload", QStringLiteral("The columns do not say what the payload says"));
            if (row.occurredAt < before.occurredAt) report(id, "time", QStringLiteral("The event is earlier than the one before"));
            before = row;
            ++result.rows;
        }
        atEnd = rows.atEnd;
        cursor.key = rows.lastKey;
        if (progress) progress(result.rows, head.id);
    }
    result.lastId = before.id.value;
    if (head.id != before.id.value)
        report(before.id.value, "head", QStringLiteral("The trail ends at event %1, its head says %2").arg(before.id.value).arg(head.id));
    else if (head.hash != before.hash)
        report(before.id.value, "head", QStringLiteral("The head does not fit the last event"));
    Query operations(session, QStringLiteral("select o.audit_id from operations o where not exists (select 1 from audit_logs a "
                                             "where a.id = o.audit_id and a.op_id = o.op_id) order by 1 limit 100"));
    operations.exec();
    while (operations.next()) report(operations.get<qint64>(0), "operation", QStringLiteral("An operation points to an event that is not there"));
    result.unsealedExternal = unsealedExternalChanges(session);
    return result;
}

}  // namespace headgate::AuditStore
