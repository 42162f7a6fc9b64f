// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/trailmemory.h"

#include "models/audit/trailpoints.h"
#include "models/base/error.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLockFile>
#include <QSaveFile>

namespace headgate {

namespace {

constexpr int kLockMs = 5000;
const QByteArray kDomain = QByteArrayLiteral("headgate-trail-memory-v1\n");

Error damaged(const QString &file, const QString &evidence)
{
    return {ErrorKind::Integrity, QStringLiteral("What this computer remembers of the trail was changed"), file, evidence,
            QStringLiteral("Find out who wrote to the file. Accepting the present head makes a new one.")};
}

Error unwritable(const QString &file, const QString &evidence)
{
    return {ErrorKind::Denied, QStringLiteral("The head of the trail cannot be remembered"), file, evidence, QStringLiteral("Check the folder and its rights.")};
}

QJsonObject toJson(const RememberedHead &head)
{
    return {{QStringLiteral("id"), head.point.id}, {QStringLiteral("hash"), QString::fromLatin1(head.point.hash.toHex())},
            {QStringLiteral("seen_at"), head.seenAt.toIso()}, {QStringLiteral("verified"), head.verified}};
}

RememberedHead fromJson(const QJsonObject &json)
{
    return {{json.value(u"id").toInteger(), QByteArray::fromHex(json.value(u"hash").toString().toLatin1())},
            Timestamp::fromIso(json.value(u"seen_at").toString()).value_or(Timestamp{}), json.value(u"verified").toBool()};
}

QByteArray signedText(const QJsonObject &json)
{
    return kDomain + QJsonDocument(json).toJson(QJsonDocument::Compact);
}

QList<RememberedHead> thinned(QList<RememberedHead> heads)
{
    const RememberedHead newest = heads.takeLast();
    heads.removeIf([](const RememberedHead &head) { return !head.verified; });
    // The oldest stays: it tells how far back the trail is the same.
    while (heads.size() >= TrailMemory::kMost) heads.removeAt(1);
    return heads << newest;
}

}  // namespace

TrailMemory::TrailMemory(const QString &folder, const QUuid &workspace)
    : m_file(folder + u'/' + workspace.toString(QUuid::WithoutBraces) + QStringLiteral(".json")), m_workspace(workspace)
{
}

QList<RememberedHead> TrailMemory::load(const SigningKey &key) const
{
    return read(key);
}

QList<RememberedHead> TrailMemory::read(const SigningKey &key) const
{
    QFile file(m_file);
    if (!file.exists()) return {};
    if (!file.open(QIODevice::ReadOnly)) throw Exception(damaged(m_file, file.errorString()));
    QJsonObject json = QJsonDocument::fromJson(file.readAll()).object();
    const QByteArray signature = QByteArray::fromHex(json.take(QStringLiteral("signature")).toString().toLatin1());
    if (!SigningKey::verify(key.publicKey(), signedText(json), signature)) throw Exception(damaged(m_file, QStringLiteral("the signature does not fit")));
    if (QUuid(json.value(u"workspace").toString()) != m_workspace) throw Exception(damaged(m_file, QStringLiteral("it speaks of another workspace")));
    QList<RememberedHead> heads;
    for (const QJsonValue &each : json.value(u"heads").toArray()) heads << fromJson(each.toObject());
    return heads;
}

void TrailMemory::remember(const SigningKey &key, const TrailPoint &point, bool verified) const
{
    QDir().mkpath(QFileInfo(m_file).path());
    QLockFile lock(m_file + QStringLiteral(".lock"));
    if (!lock.tryLock(kLockMs)) throw Exception(unwritable(m_file, QStringLiteral("another process holds it")));
    QList<RememberedHead> heads = read(key);
    if (!heads.isEmpty()) {
        RememberedHead &newest = heads.last();
        // Another process was here meanwhile, or nothing is new.
        if (newest.point.id > point.id || (newest.point == point && (newest.verified || !verified))) return;
        if (newest.point.id == point.id) heads.removeLast();
    }
    save(key, thinned(heads << RememberedHead{point, Timestamp::now(), verified}));
}

void TrailMemory::doubt(const SigningKey &key, qint64 event) const
{
    if (!QFile::exists(m_file)) return;
    QLockFile lock(m_file + QStringLiteral(".lock"));
    if (!lock.tryLock(kLockMs)) throw Exception(unwritable(m_file, QStringLiteral("another process holds it")));
    QList<RememberedHead> heads = read(key);
    for (RememberedHead &head : heads) head.verified = head.verified && head.point.id < event;
    if (!heads.isEmpty()) save(key, heads);
}

void TrailMemory::startAnew(const SigningKey &key, const TrailPoint &point) const
{
    save(key, {{point, Timestamp::now(), false}});
}

void TrailMemory::save(const SigningKey &key, const QList<RememberedHead> &heads) const
{
    QJsonArray list;
    for (const RememberedHead &head : heads) list << toJson(head);
    QJsonObject json{{QStringLiteral("workspace"), m_workspace.toString(QUuid::WithoutBraces)}, {QStringLiteral("heads"), list}};
    json.insert(QStringLiteral("signature"), QString::fromLatin1(key.sign(signedText(json)).toHex()));
    QDir().mkpath(QFileInfo(m_file).path());
    QSaveFile file(m_file);
    const bool opened = file.open(QIODevice::WriteOnly) && file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    const QByteArray text = QJsonDocument(json).toJson();
    if (!opened || file.write(text) != text.size() || !file.commit()) throw Exception(unwritable(m_file, file.errorString()));
}

QList<AuditFinding> compareWithMemory(Session &session, const QList<RememberedHead> &heads)
{
    if (heads.isEmpty()) return {};
    QList<AuditFinding> findings;
    const TrailPoint head = TrailPoints::head(session);
    const TrailPoint start = TrailPoints::start(session);
    const RememberedHead &newest = heads.last();
    const auto day = [](Timestamp at) { return at.toIso().left(16).replace(u'T', u' ') + QStringLiteral(" UTC"); };
    if (newest.point.id > head.id)
        findings << AuditFinding{head.id + 1, QStringLiteral("rollback"),
                                 QStringLiteral("The trail ends at event %1, but this computer saw event %2 on %3").arg(head.id).arg(newest.point.id).arg(day(newest.seenAt)),
                                 newest.point.id};
    qint64 same = 0;
    for (const RememberedHead &each : heads) {
        if (each.point.id > head.id || each.point.id < start.id) continue;
        if (TrailPoints::hashAt(session, each.point.id) == each.point.hash) {
            same = each.point.id;
            continue;
        }
        const QString known = same > 0 ? QStringLiteral("up to event %1 the trail is the same").arg(same) : QStringLiteral("no earlier event is known to be the same");
        findings << AuditFinding{each.point.id, QStringLiteral("rewrite"),
                                 QStringLiteral("Event %1 is not the one that this computer saw on %2; %3").arg(each.point.id).arg(day(each.seenAt), known), each.point.id};
        break;
    }
    return findings;
}

}  // namespace headgate
