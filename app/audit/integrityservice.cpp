// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/integrityservice.h"

#include "app/audit/auditservice.h"
#include "app/audit/integrityjson.h"
#include "app/base/tasks.h"
#include "models/audit/auditstore.h"
#include "models/audit/trailpoints.h"
#include "models/database/database.h"
#include "models/database/native/rowstream.h"
#include "models/filters/savedfilter.h"

#include <QCryptographicHash>
#include <QFileInfo>
#include <QSaveFile>
#include <fcntl.h>
#include <limits>
#include <unistd.h>

namespace headgate {

namespace {

constexpr int kPageRows = 1000;
constexpr qint64 kBetweenWords = 8192;

void stopIf(const CancelToken &cancel)
{
    if (cancel.isCancelled()) throw Exception({ErrorKind::Cancelled, QStringLiteral("The export was cancelled"), {}, {}, {}});
}

QByteArray hashOfFile(const QString &path)
{
    QFile file(path);
    QCryptographicHash hash(QCryptographicHash::Sha256);
    if (!file.open(QIODevice::ReadOnly) || !hash.addData(&file))
        throw Exception({ErrorKind::Internal, QStringLiteral("The archive cannot be read back"), path, file.errorString(), {}});
    return hash.result();
}

/// The file's name is safe on the disk before anything relies on it.
void syncFolder(const QString &file)
{
    const int folder = ::open(QFile::encodeName(QFileInfo(file).absolutePath()).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return;
    ::fsync(folder);
    ::close(folder);
}

/// The events that match, in order of id; the id of the first.
qint64 writeMatching(Session &session, EvidenceWriter &writer, ListQuery query, const CancelToken &cancel)
{
    query.sortColumn = QStringLiteral("id");
    query.descending = false;
    ListCursor cursor;
    cursor.limit = kPageRows;
    qint64 first = 0;
    for (bool atEnd = false; !atEnd;) {
        stopIf(cancel);
        const ListPage<AuditRecord> page = AuditStore::records(session, query, cursor);
        for (const AuditRecord &record : page.rows) writer.addEvent(record.payload);
        if (first == 0 && !page.rows.isEmpty()) first = page.rows.first().id.value;
        atEnd = page.atEnd;
        cursor.key = page.lastKey;
    }
    if (first == 0)
        throw Exception({ErrorKind::NotFound, QStringLiteral("No event matches the filter"), QStringLiteral("audit_logs"), {}, QStringLiteral("Widen the filter; `headgate audit list` shows what it gives.")});
    return first;
}

void writeChain(Session &session, EvidenceWriter &writer, qint64 first, qint64 last, TrailRows::Payloads payloads, const CancelToken &cancel,
                const IntegrityService::Progress &progress)
{
    TrailRows::forEach(session, first, last, payloads, [&](const TrailRow &row) {
        if (payloads == TrailRows::Payloads::With) writer.addEvent(row.payload);
        writer.addLink(row);
        if ((row.id - first) % kBetweenWords != 0) return;
        stopIf(cancel);
        if (progress) progress(row.id - first, last - first + 1);
    });
}

}  // namespace

IntegrityService::IntegrityService(Database &database, AuditService &audit, IntegrityOptions options, std::function<Actor()> actor)
    : m_database(database), m_audit(audit), m_options(std::move(options)), m_actor(std::move(actor)), m_memory(m_options.memoryFolder, m_options.workspace)
{
    m_threads.setMaxThreadCount(2);
}

IntegrityService::~IntegrityService()
{
    m_threads.waitForDone();
}

std::shared_ptr<const SigningKey> IntegrityService::signingKey()
{
    const std::lock_guard lock(m_keyMutex);
    if (!m_key) m_key = std::make_shared<const SigningKey>(SigningKey::obtain(m_options.keyFolder, m_options.holder, m_options.keychain));
    return m_key;
}

namespace {

/// Before which event nothing was found; a fault without a number casts doubt on all.
qint64 firstFault(const QList<AuditFinding> &findings)
{
    qint64 first = std::numeric_limits<qint64>::max();
    for (const AuditFinding &finding : findings) first = std::min(first, finding.id);
    return first;
}

}  // namespace

// Memory ------------------------------------------------------------------------------------------------------------------

IntegrityService::Recall IntegrityService::recall()
{
    Recall recalled;
    try {
        recalled.heads = m_memory.load(*signingKey());
    } catch (const Exception &exception) {
        // Where nothing can be kept, nothing is missed; what is there and cannot be believed is a finding; a key out of reach is neither.
        if (exception.error().kind == ErrorKind::Integrity) recalled.findings << AuditFinding{0, QStringLiteral("memory"), exception.error().text(), 0};
        else if (QFile::exists(m_memory.file())) recalled.remark = exception.error().text();
        return recalled;
    }
    recalled.findings = valueOf(m_database.read([heads = recalled.heads](Session &session) { return compareWithMemory(session, heads); }));
    return recalled;
}

QFuture<Result<QList<AuditFinding>>> IntegrityService::look()
{
    return runTask(m_threads, [this] {
        const Recall recalled = recall();
        if (recalled.findings.isEmpty() && recalled.remark.isEmpty()) {
            const TrailPoint head = valueOf(m_database.read([](Session &session) { return TrailPoints::head(session); }));
            m_memory.remember(*signingKey(), head, false);
        }
        return recalled.findings;
    });
}

QFuture<Result<TrailPoint>> IntegrityService::acceptHead(qint64 id)
{
    return runTask(m_threads, [this, id] {
        const Recall recalled = recall();
        const TrailPoint head = valueOf(m_database.read([](Session &session) { return TrailPoints::head(session); }));
        if (recalled.findings.isEmpty())
            throw Exception({ErrorKind::NotFound, QStringLiteral("There is nothing to accept: the trail is the one that this computer remembers"), m_memory.file(), {}, {}});
        if (head.id != id)
            throw Exception({ErrorKind::Conflict, QStringLiteral("The trail ends at event %1").arg(head.id), QStringLiteral("event %1").arg(id), {},
                             QStringLiteral("Name the event at which it ends now, once you know why it is not the remembered one.")});
        AuditEntry entry;
        entry.actor = m_actor();
        entry.action = QStringLiteral("ACCEPT");
        entry.entityType = QStringLiteral("audit_head");
        entry.entityId = QString::number(head.id);
        entry.newValues = QJsonObject{{QStringLiteral("id"), head.id}, {QStringLiteral("hash"), QString::fromLatin1(head.hash.toHex())}};
        if (!recalled.heads.isEmpty()) {
            const RememberedHead &newest = recalled.heads.last();
            entry.oldValues = QJsonObject{{QStringLiteral("id"), newest.point.id}, {QStringLiteral("hash"), QString::fromLatin1(newest.point.hash.toHex())},
                                          {QStringLiteral("seen_at"), newest.seenAt.toIso()}};
        }
        entry.metadata = {{QStringLiteral("findings"), findingsJson(recalled.findings)}};
        valueOf(m_database.write([entry](Transaction &transaction) {
            AuditStore::record(transaction, entry);
            return Done{};
        }));
        const TrailPoint now = valueOf(m_database.read([](Session &session) { return TrailPoints::head(session); }));
        m_memory.startAnew(*signingKey(), now);
        return now;
    });
}

// Verification --------------------------------------------------------------------------------------------------------------

QFuture<Result<AuditVerification>> IntegrityService::verify(Scope scope, Progress progress, const CancelToken &cancel)
{
    return runTask(m_threads, [this, scope, progress = std::move(progress), cancel] { return verifyNow(scope, progress, cancel); });
}

AuditVerification IntegrityService::verifyNow(Scope scope, const Progress &progress, const CancelToken &cancel)
{
    const Recall recalled = recall();
    std::optional<TrailPoint> from;
    if (scope == Scope::SinceVerified && recalled.findings.isEmpty())
        for (const RememberedHead &head : recalled.heads)
            if (head.verified) from = head.point;
    AuditVerification result = valueOf(m_audit.verify(progress, cancel, from));
    result.findings << recalled.findings;
    result.findingCount += recalled.findings.size();
    if (!recalled.remark.isEmpty()) result.remark = QStringList{result.remark, recalled.remark}.join(QLatin1Char('\n')).trimmed();
    if (!recalled.remark.isEmpty()) return result;
    try {
        if (result.ok()) m_memory.remember(*signingKey(), {result.lastId, result.headHash}, true);
        // The next one that reads only what is new would begin behind the fault and call the trail whole.
        else if (recalled.findings.isEmpty()) m_memory.doubt(*signingKey(), firstFault(result.findings));
    } catch (const Exception &exception) {
        // The trail itself may have left a word already: what could not be sealed.
        result.remark = QStringList{result.remark, exception.error().text()}.join(u'\n').trimmed();
    }
    return result;
}

// Evidence ------------------------------------------------------------------------------------------------------------------

EvidenceFile IntegrityService::write(const QString &path, const QJsonObject &filter, const QJsonObject &verification, const CancelToken &cancel,
                                     const std::function<void(Session &, EvidenceWriter &)> &rows, const std::function<void(const EvidenceFile &)> &beforeCommit)
{
    const std::shared_ptr<const SigningKey> key = signingKey();
    EvidenceFacts facts{m_options.workspace, m_options.workspaceName, m_actor().name, Timestamp::now(), filter, verification};
    QSaveFile file(path);
    const auto refuse = [&file, &path] {
        throw Exception({ErrorKind::Denied, QStringLiteral("The archive cannot be written"), path, file.errorString(), QStringLiteral("Choose a folder that you may write to.")});
    };
    if (!file.open(QIODevice::WriteOnly)) refuse();
    EvidenceFile written = valueOf(m_database.read([&](Session &session) {
        // After a lost connection this runs again from the beginning: what the first attempt wrote goes.
        if (!file.seek(0) || !file.resize(0)) refuse();
        const WithoutDeadline unlimited(session);
        Transaction snapshot(session, Transaction::Mode::Read);
        EvidenceWriter writer(file, facts, *key);
        rows(session, writer);
        writer.finish(TrailPoints::head(session));
        return EvidenceFile{path, {}, key->publicKey(), writer.events(), writer.links(), 0};
    }, cancel));
    if (beforeCommit) beforeCommit(written);
    if (!file.commit()) refuse();
    syncFolder(path);
    written.sha256 = hashOfFile(path);
    return written;
}

EvidenceFile IntegrityService::writeStretch(qint64 first, qint64 last, const QString &path, const CancelToken &cancel, const Progress &progress)
{
    const QJsonObject stretch{{QStringLiteral("first_id"), first}, {QStringLiteral("last_id"), last}};
    return write(path, stretch, {}, cancel, [&](Session &session, EvidenceWriter &writer) { writeChain(session, writer, first, last, TrailRows::Payloads::With, cancel, progress); }, {});
}

QFuture<Result<EvidenceFile>> IntegrityService::exportEvidence(const ListQuery &query, const QString &path, Progress progress, const CancelToken &cancel)
{
    return runTask(m_threads, [this, query, path, progress = std::move(progress), cancel] {
        // A filter looks at the columns, and only a whole verification compares them with what was hashed.
        const AuditVerification verification = verifyNow(query.isFiltered() ? Scope::Whole : Scope::SinceVerified, progress, cancel);
        const QJsonObject filter = query.isFiltered() ? listQueryToJson(query) : QJsonObject();
        const auto rows = [&](Session &session, EvidenceWriter &writer) {
            const qint64 last = TrailPoints::head(session).id;
            if (query.isFiltered()) writeChain(session, writer, writeMatching(session, writer, query, cancel), last, TrailRows::Payloads::Without, cancel, progress);
            else writeChain(session, writer, TrailPoints::start(session).id + 1, last, TrailRows::Payloads::With, cancel, progress);
        };
        // Before the file appears: what the trail cannot hold is not given out.
        const auto record = [&](const EvidenceFile &file) {
            AuditEntry entry;
            entry.actor = m_actor();
            entry.action = QStringLiteral("EXPORT");
            entry.entityType = QStringLiteral("audit_logs");
            entry.entityName = QFileInfo(path).fileName();
            entry.metadata = {{QStringLiteral("rows"), file.events}, {QStringLiteral("format"), QStringLiteral("evidence")}, {QStringLiteral("filter"), filter},
                              {QStringLiteral("signer"), QString::fromLatin1(file.publicKey.toHex())}};
            valueOf(m_database.write([entry](Transaction &transaction) {
                AuditStore::record(transaction, entry);
                return Done{};
            }));
        };
        EvidenceFile file = write(path, filter, verificationJson(verification), cancel, rows, record);
        file.findings = verification.findingCount;
        return file;
    });
}

}  // namespace headgate
