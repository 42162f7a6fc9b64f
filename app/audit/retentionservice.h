// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/audit/integrityservice.h"
#include "models/audit/holdstore.h"
#include "models/audit/retentionstore.h"

namespace headgate {

/// A month that was exported and removed.
struct RetiredMonth {
    TrailMonth month;
    EvidenceFile file;
};

/// Keeps the trail as long as it must be kept and no longer: legal holds, and the removal of old months once each stands
/// in a signed archive. Every act is an event of the trail. Any thread; answers come as futures. Destroying it waits.
class RetentionService {
public:
    RetentionService(Database &database, IntegrityService &integrity);
    ~RetentionService();

    QFuture<Result<QList<AuditHold>>> holds();
    /// Needs a name and a reason; conditions that are empty cover anything. Who orders it is filled in. A kind of thing
    /// may be named as Headgate or as its table is.
    QFuture<Result<AuditHold>> addHold(const AuditHold &hold);
    /// The number of events under that hold: none at all tells of a slip of the pen.
    QFuture<Result<qint64>> heldEvents(const QString &name);
    QFuture<Result<AuditHold>> releaseHold(const QString &name);

    /// What may go of the events before that moment.
    QFuture<Result<RetentionPlan>> plan(Timestamp before, const CancelToken &cancel = {});
    /// Days that an event stays: not under six years, which HIPAA and others ask for.
    QFuture<Result<Done>> setRetentionDays(int days);
    /// Month by month, oldest first: writes the archive, checks it, seals the month and removes its rows in one
    /// transaction. Stopped anywhere, each event is in the trail or in an archive, or in both. Progress in events.
    QFuture<Result<QList<RetiredMonth>>> retire(Timestamp before, const QString &folder, IntegrityService::Progress progress = {}, const CancelToken &cancel = {});

    static constexpr int kLeastDays = 2190;

private:
    RetiredMonth retireMonth(const TrailMonth &month, const QString &folder, const CancelToken &cancel, const IntegrityService::Progress &progress);

    Database &m_database;
    IntegrityService &m_integrity;
    QThreadPool m_threads;
};

}  // namespace headgate
