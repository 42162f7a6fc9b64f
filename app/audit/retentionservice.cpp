// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/retentionservice.h"

#include "app/audit/evidencereader.h"
#include "app/audit/integrityjson.h"
#include "app/base/tasks.h"
#include "models/audit/auditstore.h"
#include "models/audit/entitystate.h"
#include "models/audit/trailpoints.h"
#include "models/database/database.h"

#include <QDir>

namespace headgate {

namespace {

constexpr int kMostName = 255;
constexpr int kMostType = 100;

Error invalid(const QString &what, const QString &where, const QString &hint)
{
    return {ErrorKind::Invalid, what, where, {}, hint};
}

void check(const AuditHold &hold)
{
    if (hold.name.trimmed().isEmpty() || hold.name.size() > kMostName)
        throw Exception(invalid(QStringLiteral("A hold needs a name of 1 to 255 characters"), QStringLiteral("name"), {}));
    if (hold.reason.trimmed().isEmpty())
        throw Exception(invalid(QStringLiteral("A hold needs a reason"), QStringLiteral("reason"), QStringLiteral("Name the case or the order.")));
    if (hold.entityType.size() > kMostType || hold.entityId.size() > kMostName)
        throw Exception(invalid(QStringLiteral("A condition of the hold is too long"), QStringLiteral("entity"), {}));
    if (hold.from && hold.to && *hold.to < *hold.from)
        throw Exception(invalid(QStringLiteral("The hold ends before it begins"), QStringLiteral("to"), {}));
}

AuditEntry entryOf(const Actor &actor, const char *action, const char *type, const QString &id, const QString &name)
{
    AuditEntry entry;
    entry.actor = actor;
    entry.action = QLatin1String(action);
    entry.entityType = QLatin1String(type);
    entry.entityId = id;
    entry.entityName = name;
    return entry;
}

}  // namespace

RetentionService::RetentionService(Database &database, IntegrityService &integrity) : m_database(database), m_integrity(integrity)
{
    m_threads.setMaxThreadCount(1);
}

RetentionService::~RetentionService()
{
    m_threads.waitForDone();
}

// Holds -------------------------------------------------------------------------------------------------------------------

QFuture<Result<QList<AuditHold>>> RetentionService::holds()
{
    return m_database.read([](Session &session) { return HoldStore::all(session); });
}

QFuture<Result<AuditHold>> RetentionService::addHold(const AuditHold &wanted)
{
    return m_database.write([actor = m_integrity.actor(), wanted](Transaction &transaction) {
        AuditHold hold = wanted;
        check(hold);
        // One name for a kind, however it was written: the holds compare letter by letter.
        if (!hold.entityType.isEmpty()) hold.entityType = EntityKey{hold.entityType.toLower(), {}}.types().first();
        hold.createdBy = actor.name;
        if (HoldStore::find(transaction.session(), hold.name))
            throw Exception({ErrorKind::Conflict, QStringLiteral("A hold of this name is there already"), hold.name, {},
                             QStringLiteral("Names of released holds are not used again: the trail speaks of them.")});
        AuditEntry event = entryOf(actor, "HOLD", "audit_hold", QString::number(HoldStore::insert(transaction, hold)), hold.name);
        hold = *HoldStore::find(transaction.session(), hold.name);
        event.newValues = holdJson(hold);
        AuditStore::record(transaction, event);
        return hold;
    });
}

QFuture<Result<qint64>> RetentionService::heldEvents(const QString &name)
{
    return m_database.read([name](Session &session) { return HoldStore::covered(session, name); });
}

QFuture<Result<AuditHold>> RetentionService::releaseHold(const QString &name)
{
    return m_database.write([actor = m_integrity.actor(), name](Transaction &transaction) {
        const std::optional<AuditHold> before = HoldStore::find(transaction.session(), name);
        if (!before || !HoldStore::release(transaction, name, actor.name))
            throw Exception({ErrorKind::NotFound, QStringLiteral("No hold of this name holds"), name, {}, QStringLiteral("`headgate audit hold list` shows them.")});
        const AuditHold after = *HoldStore::find(transaction.session(), name);
        AuditEntry event = entryOf(actor, "RELEASE", "audit_hold", QString::number(after.id), name);
        event.oldValues = holdJson(*before);
        event.newValues = holdJson(after);
        AuditStore::record(transaction, event);
        return after;
    });
}

// Retention ---------------------------------------------------------------------------------------------------------------

QFuture<Result<RetentionPlan>> RetentionService::plan(Timestamp before, const CancelToken &cancel)
{
    return m_database.read([before](Session &session) { return RetentionStore::plan(session, before, Timestamp::now()); }, cancel);
}

QFuture<Result<Done>> RetentionService::setRetentionDays(int days)
{
    return m_database.write([actor = m_integrity.actor(), days](Transaction &transaction) {
        if (days < kLeastDays)
            throw Exception(invalid(QStringLiteral("Events stay for at least %1 days").arg(kLeastDays), QStringLiteral("retention_days"), QStringLiteral("Six years are what the strictest common rule asks for.")));
        AuditEntry event = entryOf(actor, "UPDATE", "audit_settings", QStringLiteral("1"), QStringLiteral("retention"));
        event.oldValues = QJsonObject{{QStringLiteral("retention_days"), RetentionStore::retentionDays(transaction.session())}};
        event.newValues = QJsonObject{{QStringLiteral("retention_days"), days}};
        RetentionStore::setRetentionDays(transaction, days);
        AuditStore::record(transaction, event);
        return Done{};
    });
}

QFuture<Result<QList<RetiredMonth>>> RetentionService::retire(Timestamp before, const QString &folder, IntegrityService::Progress progress, const CancelToken &cancel)
{
    return runTask(m_threads, [this, before, folder, progress = std::move(progress), cancel] {
        if (!QDir().mkpath(folder))
            throw Exception({ErrorKind::Denied, QStringLiteral("The folder for the archives cannot be made"), folder, {}, QStringLiteral("Choose a folder that you may write to.")});
        const RetentionPlan plan = valueOf(this->plan(before, cancel));
        QList<RetiredMonth> retired;
        qint64 done = 0;
        for (const TrailMonth &month : plan.months) {
            const auto onProgress = [&](qint64 events, qint64) {
                if (progress) progress(done + events, plan.events());
            };
            try {
                retired << retireMonth(month, folder, cancel, onProgress);
            } catch (const Exception &exception) {
                if (retired.isEmpty()) throw;
                // Each month is final by itself: what is gone and where it stands now must be told.
                Error error = exception.error();
                error.hint = QStringLiteral("%1 to %2 were retired before; their archives are in %3. %4")
                                 .arg(retired.first().month.name(), retired.last().month.name(), folder, error.hint).trimmed();
                throw Exception(error);
            }
            done += month.events();
        }
        if (progress) progress(done, plan.events());
        return retired;
    });
}

RetiredMonth RetentionService::retireMonth(const TrailMonth &month, const QString &folder, const CancelToken &cancel, const IntegrityService::Progress &progress)
{
    const QString workspace = m_integrity.options().workspace.toString(QUuid::WithoutBraces).left(8);
    const QString path = QDir(folder).filePath(QStringLiteral("audit-%1-%2.tar").arg(workspace, month.name()));
    const EvidenceFile file = m_integrity.writeStretch(month.firstId, month.lastId, path, cancel, progress);
    // What is removed must be able to stand for itself: the archive is read back and every hash computed anew.
    const EvidenceCheck check = checkEvidence(path, file.publicKey, cancel);
    const TrailPoint start = valueOf(m_database.read([](Session &session) { return TrailPoints::start(session); }));
    const bool follows = check.manifest.value(u"start").toObject().value(u"hash").toString() == QString::fromLatin1(start.hash.toHex());
    if (!check.ok() || !follows || check.events != month.events())
        throw Exception({ErrorKind::Integrity, QStringLiteral("The events of %1 do not verify; none of them was removed").arg(month.name()), path,
                         check.findings.isEmpty() ? QString() : check.findings.first().text, QStringLiteral("`headgate audit verify` tells what is wrong with the trail.")});
    valueOf(m_database.write([&](Transaction &transaction) {
        AuditSeal seal;
        seal.month = month;
        seal.fileName = QFileInfo(path).fileName();
        seal.fileSha256 = file.sha256;
        seal.sealedBy = m_integrity.actor().name;
        if (!RetentionStore::complete(transaction.session(), seal))
            throw Exception({ErrorKind::Conflict, QStringLiteral("The events of %1 are not here any more").arg(month.name()), path, {}, QStringLiteral("Another console has retired them.")});
        RetentionStore::sealAndRemove(transaction, seal);
        AuditEntry event = entryOf(m_integrity.actor(), "RETIRE", "audit_logs", month.name(), seal.fileName);
        event.metadata = {{QStringLiteral("first_id"), month.firstId}, {QStringLiteral("last_id"), month.lastId}, {QStringLiteral("events"), month.events()},
                          {QStringLiteral("last_hash"), QString::fromLatin1(seal.lastHash.toHex())}, {QStringLiteral("sha256"), QString::fromLatin1(file.sha256.toHex())}};
        AuditStore::record(transaction, event);
        return Done{};
    }, QUuid::createUuid(), cancel));
    return {month, file};
}

}  // namespace headgate
