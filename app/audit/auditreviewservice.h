// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/audit/entityrestorer.h"
#include "models/audit/anomalystore.h"
#include "models/audit/audithistogram.h"
#include "models/audit/entitytrail.h"

#include <memory>
#include <vector>

namespace headgate {

class Database;

/// A stretch of a record's life, newest first.
struct EntityLife {
    QList<AuditRecord> events;
    qint64 total = 0;    ///< events of the whole life
    bool atEnd = true;
};

/// What putting a record back would do: shown before it is done.
struct RestorePlan {
    struct Field {
        QString name;
        QJsonValue now;
        QJsonValue then;
        bool operator==(const Field &) const = default;
    };
    EntityState state;
    StoredEntity stored;
    QList<Field> fields;   ///< those that differ and can be put back
    QStringList notes;     ///< what cannot be put back and why, and what the trail does not know
    AuditId from;          ///< the event whose state it is
};

/// The door to what the Audit page and the verbs tell about the trail besides its rows: the histogram, anomalies, the life
/// and the past states of a record, and putting it back. Any thread; answers come as futures.
class AuditReviewService {
public:
    AuditReviewService(Database &database, std::vector<std::unique_ptr<EntityRestorer>> restorers);

    /// None when the trail is empty.
    QFuture<Result<std::optional<AuditSpan>>> extent();
    /// At once from the rollups; else the rows of the span are counted, so that a long one is better asked for in slices.
    QFuture<Result<QList<HistogramCount>>> histogram(const HistogramSpec &spec, const CancelToken &cancel = {});

    QFuture<Result<AnomalyStore::Anomalies>> anomaliesOf(const QList<AuditId> &events, const CancelToken &cancel = {});
    /// Newest first, at most `limit` events; `progress` (per mille) comes on a database worker.
    QFuture<Result<AnomalyStore::Anomalies>> anomalies(const AuditSpan &span, int limit, std::function<void(int)> progress = {}, const CancelToken &cancel = {});

    QFuture<Result<EntityKey>> resolve(const QString &text);
    QFuture<Result<EntityLife>> life(const EntityKey &entity, AuditId before = {}, int limit = 100);
    QFuture<Result<QList<EntityTrail::Moment>>> moments(const EntityKey &entity, int limit = 1000);
    QFuture<Result<EntityState>> state(const EntityKey &entity, const EntityMoment &moment, const CancelToken &cancel = {});

    /// Whether records of that type can be put back.
    bool canRestore(const QString &entityType) const { return restorerOf(entityType) != nullptr; }
    QFuture<Result<RestorePlan>> planRestore(const EntityKey &entity, const EntityMoment &moment);
    /// Puts these fields of the plan back, as one change through the record's service, with "restored_from" in its event.
    /// ErrorKind::Conflict when the record was changed since the plan was made. Answers with its id.
    QFuture<Result<QString>> restore(const RestorePlan &plan, const QStringList &fields);

private:
    EntityRestorer *restorerOf(const QString &entityType) const;

    Database &m_database;
    std::vector<std::unique_ptr<EntityRestorer>> m_restorers;
};

}  // namespace headgate
