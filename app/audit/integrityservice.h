// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/audit/evidencewriter.h"
#include "app/audit/trailmemory.h"
#include "models/base/canceltoken.h"
#include "models/base/listquery.h"
#include "models/base/result.h"

#include <QFuture>
#include <QThreadPool>
#include <functional>
#include <memory>
#include <mutex>

namespace headgate {

class AuditService;
class Database;

struct IntegrityOptions {
    QUuid workspace = {};
    QString workspaceName = {};
    QString holder = {};        ///< whose signing key
    QString keyFolder = {};
    QString memoryFolder = {};  ///< see TrailMemory
    bool keychain = true;
};

/// An archive that was written.
struct EvidenceFile {
    QString path;
    QByteArray sha256;
    QByteArray publicKey;
    qint64 events = 0;
    qint64 links = 0;
    qint64 findings = 0;  ///< of the verification before; its report is in the archive
};

/// Verifies the trail against itself and against what this computer remembers of it, and exports signed evidence.
/// Any thread; answers come as futures. Destroying it waits for what runs.
class IntegrityService {
public:
    using Progress = std::function<void(qint64 done, qint64 total)>;
    enum class Scope {
        Whole,
        SinceVerified,  ///< from the newest head that was verified on this computer; whole when there is none or it is not met
    };

    IntegrityService(Database &database, AuditService &audit, IntegrityOptions options, std::function<Actor()> actor);
    ~IntegrityService();

    /// A trail without findings is remembered, up to its head.
    QFuture<Result<AuditVerification>> verify(Scope scope, Progress progress = {}, const CancelToken &cancel = {});
    /// Compares the trail with the memory by a few rows, and remembers its head when nothing is wrong. Quick.
    QFuture<Result<QList<AuditFinding>>> look();
    /// Forgets what contradicts the trail, after a person decided that it is right: the event with the present head's
    /// number must be named, and an event tells who did it. ErrorKind::Conflict when the trail ends elsewhere.
    QFuture<Result<TrailPoint>> acceptHead(qint64 id);
    /// The events that match, with the chain from the first of them to the head, into one signed archive. Verifies
    /// first; what it finds stands in the archive. An EXPORT event of the trail. The file appears when it is whole.
    QFuture<Result<EvidenceFile>> exportEvidence(const ListQuery &query, const QString &path, Progress progress = {}, const CancelToken &cancel = {});

    // For RetentionService; they block.
    EvidenceFile writeStretch(qint64 first, qint64 last, const QString &path, const CancelToken &cancel, const Progress &progress);
    std::shared_ptr<const SigningKey> signingKey();
    Actor actor() const { return m_actor(); }
    const IntegrityOptions &options() const { return m_options; }

private:
    struct Recall {
        QList<RememberedHead> heads;
        QList<AuditFinding> findings;
        QString remark;  ///< why nothing was compared, when that is nobody's fault
    };
    Recall recall();
    AuditVerification verifyNow(Scope scope, const Progress &progress, const CancelToken &cancel);
    EvidenceFile write(const QString &path, const QJsonObject &filter, const QJsonObject &verification, const CancelToken &cancel,
                       const std::function<void(Session &, EvidenceWriter &)> &rows, const std::function<void(const EvidenceFile &)> &beforeCommit);

    Database &m_database;
    AuditService &m_audit;
    const IntegrityOptions m_options;
    const std::function<Actor()> m_actor;
    const TrailMemory m_memory;
    std::mutex m_keyMutex;
    std::shared_ptr<const SigningKey> m_key;
    QThreadPool m_threads;
};

}  // namespace headgate
