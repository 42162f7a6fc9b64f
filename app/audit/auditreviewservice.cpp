// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/auditreviewservice.h"

#include "app/base/tasks.h"
#include "models/database/database.h"

namespace headgate {

namespace {

/// The fields that putting `state` back would change.
RestorePlan planOf(const EntityState &state, const StoredEntity &stored, const QStringList &fields)
{
    RestorePlan plan{state, stored, {}, state.remarks(), state.lastEvent};
    const QJsonObject known = state.values();
    for (const QString &field : fields)
        if (known.contains(field) && known.value(field) != stored.values.value(field)) plan.fields << RestorePlan::Field{field, stored.values.value(field), known.value(field)};
    QStringList secrets;
    for (auto it = state.fields.begin(); it != state.fields.end(); ++it)
        if (it->isHidden) secrets << it.key();
    if (!secrets.isEmpty()) plan.notes << QStringLiteral("Secrets are never put back: %1 stays as it is.").arg(secrets.join(QStringLiteral(", ")));
    if (!stored.exists) plan.notes << QStringLiteral("The record is gone: it is made again under a new id, without secrets.");
    return plan;
}

}  // namespace

AuditReviewService::AuditReviewService(Database &database, std::vector<std::unique_ptr<EntityRestorer>> restorers)
    : m_database(database), m_restorers(std::move(restorers))
{
}

QFuture<Result<std::optional<AuditSpan>>> AuditReviewService::extent()
{
    return m_database.read([](Session &session) { return AuditHistogram::extent(session); });
}

QFuture<Result<QList<HistogramCount>>> AuditReviewService::histogram(const HistogramSpec &spec, const CancelToken &cancel)
{
    return m_database.read([spec](Session &session) { return AuditHistogram::counts(session, spec); }, cancel);
}

QFuture<Result<AnomalyStore::Anomalies>> AuditReviewService::anomaliesOf(const QList<AuditId> &events, const CancelToken &cancel)
{
    return m_database.read([events](Session &session) { return AnomalyStore::of(session, events); }, cancel);
}

QFuture<Result<AnomalyStore::Anomalies>> AuditReviewService::anomalies(const AuditSpan &span, int limit, std::function<void(int)> progress, const CancelToken &cancel)
{
    const auto onTime = [span, progress = std::move(progress)](Timestamp reached) {
        if (progress) progress(int((span.to.us - reached.us) / std::max<qint64>(1, span.us() / 1000)));
    };
    return m_database.read([span, limit, onTime, cancel](Session &session) { return AnomalyStore::scan(session, span.from, span.to, limit, onTime, cancel); }, cancel);
}

QFuture<Result<EntityKey>> AuditReviewService::resolve(const QString &text)
{
    return m_database.read([text](Session &session) { return EntityTrail::resolve(session, text); });
}

QFuture<Result<EntityLife>> AuditReviewService::life(const EntityKey &entity, AuditId before, int limit)
{
    return m_database.read([entity, before, limit](Session &session) {
        EntityLife life{EntityTrail::life(session, entity, before, limit + 1), EntityTrail::count(session, entity), true};
        life.atEnd = life.events.size() <= limit;
        if (!life.atEnd) life.events.removeLast();
        return life;
    });
}

QFuture<Result<QList<EntityTrail::Moment>>> AuditReviewService::moments(const EntityKey &entity, int limit)
{
    return m_database.read([entity, limit](Session &session) { return EntityTrail::moments(session, entity, limit); });
}

QFuture<Result<EntityState>> AuditReviewService::state(const EntityKey &entity, const EntityMoment &moment, const CancelToken &cancel)
{
    return m_database.read([entity, moment, cancel](Session &session) { return EntityTrail::state(session, entity, moment, cancel); }, cancel);
}

EntityRestorer *AuditReviewService::restorerOf(const QString &entityType) const
{
    for (const auto &restorer : m_restorers)
        if (EntityKey{restorer->entityType(), {}}.types().contains(entityType)) return restorer.get();
    return nullptr;
}

QFuture<Result<RestorePlan>> AuditReviewService::planRestore(const EntityKey &entity, const EntityMoment &moment)
{
    EntityRestorer *restorer = restorerOf(entity.type);
    if (!restorer)
        return answered(Result<RestorePlan>(Error{ErrorKind::Invalid, QStringLiteral("A %1 cannot be put back").arg(entity.type), entity.type, {},
                                                  QStringLiteral("The trail tells its past states all the same.")}));
    return state(entity, moment)
        .then([restorer, entity](const Result<EntityState> &state) {
            if (!state.ok()) return answered(Result<RestorePlan>(state.error()));
            return restorer->stored(entity.id).then([state, restorer](const Result<StoredEntity> &stored) {
                return stored.ok() ? Result<RestorePlan>(planOf(*state, *stored, restorer->fields())) : Result<RestorePlan>(stored.error());
            });
        })
        .unwrap();
}

QFuture<Result<QString>> AuditReviewService::restore(const RestorePlan &plan, const QStringList &fields)
{
    QJsonObject values;
    for (const RestorePlan::Field &field : plan.fields)
        if (fields.contains(field.name)) values.insert(field.name, field.then);
    if (values.isEmpty())
        return answered(Result<QString>(Error{ErrorKind::Invalid, QStringLiteral("There is nothing to put back"), plan.state.entity.type, {},
                                              QStringLiteral("The record has these values already.")}));
    return restorerOf(plan.state.entity.type)
        ->restore(plan.state.entity.id, plan.stored.version, values, {{QStringLiteral("restored_from"), plan.from.isValid() ? QJsonValue(plan.from.value) : QJsonValue()}});
}

}  // namespace headgate
