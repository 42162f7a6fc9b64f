// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/auditrecord.h"
#include "models/database/session.h"
#include "models/database/transaction.h"

#include <QList>
#include <optional>

namespace headgate {

/// A calendar month (UTC) of the trail, or what is left of it: the piece that is sealed and removed as a whole.
struct TrailMonth {
    Timestamp begin;
    Timestamp end;  ///< of the next month
    qint64 firstId = 0;
    qint64 lastId = 0;
    qint64 events() const { return lastId - firstId + 1; }
    QString name() const { return begin.toIso().left(7); }  ///< "2019-03"
    bool operator==(const TrailMonth &) const = default;
};

/// What a hold keeps of the events that are old enough to go.
struct HeldEvents {
    QString hold;
    qint64 events = 0;
    qint64 firstId = 0;
    bool operator==(const HeldEvents &) const = default;
};

/// What may be removed today, and why the rest may not. Rows go from the beginning of the trail in whole months, so the
/// month of the first held event keeps everything after it too.
struct RetentionPlan {
    int retentionDays = 0;
    Timestamp cutoff;          ///< events before it are old enough, by the rule and by what was asked for
    QList<TrailMonth> months;  ///< that may go, oldest first
    QList<HeldEvents> held;
    qint64 keptByHolds = 0;    ///< old enough, but at or behind a held month
    qint64 young = 0;          ///< not old enough
    qint64 events() const { return months.isEmpty() ? 0 : months.last().lastId - months.first().firstId + 1; }
};

/// A stretch of the trail that stands in an archive.
struct AuditSeal {
    TrailMonth month;
    Timestamp firstAt;
    Timestamp lastAt;
    QByteArray previousHash;
    QByteArray lastHash;
    QString fileName;
    QByteArray fileSha256;
    QString sealedBy;
};

/// The SQL of sealing and removing. Session's thread; throws DbError.
namespace RetentionStore {

/// What may go of the events before `before`, as things stand at `now`.
RetentionPlan plan(Session &session, Timestamp before, Timestamp now);
/// Reads times and hashes of the stretch into the seal; false when its rows are not all there.
bool complete(Session &session, AuditSeal &seal);
/// Seals the stretch and removes its rows with all that was derived from them. The database refuses what is too young,
/// under a hold, or not the beginning of the trail.
void sealAndRemove(Transaction &transaction, const AuditSeal &seal);
int retentionDays(Session &session);
void setRetentionDays(Transaction &transaction, int days);

}  // namespace RetentionStore
}  // namespace headgate
