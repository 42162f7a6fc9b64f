// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/auditservice.h"

#include "models/audit/auditstore.h"
#include "models/audit/entitystate.h"
#include "models/database/database.h"

namespace headgate {

namespace {

/// A transaction a batch: a bulk change made outside does not keep the writer for long.
constexpr int sealBatch = 500;

QFuture<Result<int>> sealBatches(Database &database, const Actor &actor, int sealedBefore)
{
    const auto seal = [actor](Transaction &transaction) { return AuditStore::sealExternalChanges(transaction, actor, sealBatch); };
    const auto goOn = [&database, actor, sealedBefore](const Result<int> &sealed) {
        if (!sealed.ok()) return QtFuture::makeReadyFuture(sealed);
        const int all = sealedBefore + *sealed;
        return *sealed < sealBatch ? QtFuture::makeReadyFuture(Result<int>(all)) : sealBatches(database, actor, all);
    };
    return database.write(seal).then(goOn).unwrap();
}

Result<int> sealingTold(const Result<int> &sealed)
{
    if (sealed.ok()) return sealed;
    const Error &error = sealed.error();
    const QString why =
        error.evidence.isEmpty() ? error.what : QStringLiteral("%1: %2").arg(error.what, error.evidence);
    return Error{error.kind, QStringLiteral("Changes made outside could not be sealed into the trail"), error.where,
                 why, error.hint};
}

}  // namespace

AuditService::AuditService(Database &database, std::function<Actor()> actor) : m_database(database), m_actor(std::move(actor)) {}

QFuture<Result<ListPage<AuditRecord>>> AuditService::page(const ListQuery &query, const ListCursor &cursor, const CancelToken &cancel)
{
    return m_database.read([query, cursor](Session &session) { return AuditStore::page(session, query, cursor); }, cancel);
}

QFuture<Result<qint64>> AuditService::count(const ListQuery &query, const CancelToken &cancel)
{
    return m_database.read([query](Session &session) { return AuditStore::count(session, query); }, cancel);
}

QList<FilterColumn> AuditService::filterColumns() { return AuditStore::filterColumns(); }

ColumnFilter AuditService::ofType(const QString &entityType)
{
    ColumnFilter filter{QStringLiteral("entity_type"), ColumnFilter::Op::In, {}};
    for (const QString &type : EntityKey{entityType, {}}.types()) filter.values << type;
    return filter;
}

QFuture<Result<QList<FacetCount>>> AuditService::facets(const ListQuery &query, const QString &column, const CancelToken &cancel)
{
    return m_database.read([query, column](Session &session) { return AuditStore::facets(session, query, column); }, cancel);
}

QFuture<Result<ListPage<AuditRecord>>> AuditService::records(const ListQuery &query, const ListCursor &cursor, const CancelToken &cancel)
{
    return m_database.read([query, cursor](Session &session) { return AuditStore::records(session, query, cursor); }, cancel);
}

QFuture<Result<qint64>> AuditService::estimate(const ListQuery &query, const CancelToken &cancel)
{
    return m_database.read([query](Session &session) { return AuditStore::estimate(session, query); }, cancel);
}

QFuture<Result<qint64>> AuditService::rank(const ListQuery &query, const QVariantList &key, const CancelToken &cancel)
{
    return m_database.read([query, key](Session &session) { return AuditStore::rank(session, query, key); }, cancel);
}

QFuture<Result<std::optional<qint64>>> AuditService::rankAt(const ListQuery &query, Timestamp time, const CancelToken &cancel)
{
    return m_database.read([query, time](Session &session) { return AuditStore::rankAt(session, query, time); }, cancel);
}

QFuture<Result<AuditRecord>> AuditService::get(AuditId id)
{
    return m_database.read([id](Session &session) {
        const std::optional<AuditRecord> record = AuditStore::get(session, id);
        if (!record)
            throw Exception({ErrorKind::NotFound, QStringLiteral("There is no event %1").arg(id.value), QStringLiteral("audit_logs"), {},
                             QStringLiteral("`headgate audit list` shows the newest events.")});
        return *record;
    });
}

QFuture<Result<Done>> AuditService::recordExport(const QJsonObject &facts)
{
    return m_database.write([facts, actor = m_actor()](Transaction &transaction) {
        AuditEntry entry;
        entry.actor = actor;
        entry.action = QStringLiteral("EXPORT");
        entry.entityType = QStringLiteral("audit_logs");
        entry.metadata = facts;
        AuditStore::record(transaction, entry);
        return Done{};
    });
}

QFuture<Result<int>> AuditService::sealExternalChanges()
{
    const auto seal = [&database = m_database, actor = m_actor()](const Result<qint64> &unsealed) {
        if (!unsealed.ok()) return QtFuture::makeReadyFuture(Result<int>(unsealed.error()));
        return *unsealed == 0 ? QtFuture::makeReadyFuture(Result<int>(0)) : sealBatches(database, actor, 0);
    };
    const auto count = [](Session &session) { return AuditStore::unsealedExternalChanges(session); };
    return m_database.read(count).then(seal).unwrap().then(sealingTold);
}

QFuture<Result<AuditVerification>> AuditService::verify(std::function<void(qint64, qint64)> progress, const CancelToken &cancel, const std::optional<TrailPoint> &from)
{
    // Sealing needs a writable workspace; on a standby the trail is still verified and the rest is reported as unsealed.
    const auto check = [&database = m_database, progress = std::move(progress), cancel, from] {
        return database.read([progress, cancel, from](Session &session) { return AuditStore::verify(session, progress, cancel, from); }, cancel);
    };
    const auto checkAfter = [check](const Result<int> &sealed) {
        return check().then([sealed](Result<AuditVerification> report) {
            if (report.ok() && !sealed.ok()) report.value().remark = sealed.error().text();
            return report;
        });
    };
    return sealExternalChanges().then(checkAfter).unwrap();
}

}  // namespace headgate
