// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/evidencereader.h"

#include "app/audit/evidencearchive.h"
#include "app/audit/signingkey.h"
#include "models/audit/auditfindings.h"
#include "models/audit/auditpayload.h"
#include "models/base/error.h"

#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>

namespace headgate {

namespace {

/// More than any manifest needs: parts of 32 MB each, 300 bytes a part.
constexpr qint64 kLargestManifest = 64 << 20;
constexpr qint64 kBetweenWords = 8192;

struct Link {
    qint64 id = 0;
    QByteArray previousHash;
    QByteArray hash;

    static std::optional<Link> parse(const QByteArray &line)
    {
        const QList<QByteArray> words = line.split(' ');
        if (words.size() != 3) return std::nullopt;
        const Link link{words[0].toLongLong(), QByteArray::fromHex(words[1]), QByteArray::fromHex(words[2])};
        const bool same = QByteArray::number(link.id) + ' ' + link.previousHash.toHex() + ' ' + link.hash.toHex() == line;
        return same && link.previousHash.size() == 32 && link.hash.size() == 32 ? std::optional(link) : std::nullopt;
    }
};

class Check {
public:
    Check(QFile &file, const QByteArray &key, const CancelToken &cancel, const std::function<void(qint64, qint64)> &progress)
        : m_file(file), m_key(key), m_cancel(cancel), m_progress(progress)
    {
    }

    EvidenceCheck run()
    {
        try {
            m_index = EvidenceTar::index(m_file);
            if (checkManifest()) walkChain();
        } catch (const Exception &exception) {
            if (exception.error().kind != ErrorKind::Integrity) throw;
            found("archive", 0, exception.error().text());
        }
        AuditVerification gathered;
        m_findings.moveTo(gathered);
        m_result.findings = gathered.findings;
        m_result.findingCount = gathered.findingCount;
        return m_result;
    }

private:
    void found(const char *kind, qint64 id, const QString &text) { m_findings.add(kind, id, text); }

    QByteArray bytesOf(const EvidencePart &part)
    {
        m_file.seek(part.offset);
        return m_file.read(part.size);
    }

    /// The last two files; without them nothing else can be judged.
    bool checkManifest()
    {
        const qsizetype count = m_index.parts.size();
        if (count < 2 || m_index.parts[count - 2].name != u"manifest.json" || m_index.parts[count - 1].name != u"manifest.sig" || m_index.parts[count - 2].size > kLargestManifest
            || m_index.parts[count - 1].size > kLargestManifest) {
            found("archive", 0, QStringLiteral("The archive does not end with a manifest and its signature"));
            return false;
        }
        const QByteArray text = bytesOf(m_index.parts[count - 2]);
        const QJsonObject &manifest = m_result.manifest = QJsonDocument::fromJson(text).object();
        if (manifest.value(u"format").toString() != u"headgate-evidence-1") {
            found("manifest", 0, QStringLiteral("The manifest is none of this kind of archive"));
            return false;
        }
        checkSignature(text, bytesOf(m_index.parts[count - 1]));
        checkParts();
        const Timestamp made = Timestamp::fromIso(manifest.value(u"created_at").toString()).value_or(Timestamp{-1});
        if (made.us / 1'000'000 != m_index.time) found("archive", 0, QStringLiteral("The files are not of the time that the manifest says"));
        return true;
    }

    void checkSignature(const QByteArray &manifest, const QByteArray &signature)
    {
        const QByteArray claimed = QByteArray::fromHex(m_result.manifest.value(u"public_key").toString().toLatin1());
        if (SigningKey::verify(claimed, manifest, signature)) m_result.publicKey = claimed;
        else found("signature", 0, QStringLiteral("The signature does not fit the manifest"));
        if (!m_key.isEmpty() && claimed != m_key) found("key", 0, QStringLiteral("It was signed with another key: %1").arg(QString::fromLatin1(claimed.toHex())));
    }

    void checkParts()
    {
        const QJsonArray listed = m_result.manifest.value(u"parts").toArray();
        if (listed.size() != m_index.parts.size() - 2) found("part", 0, QStringLiteral("The manifest lists %1 files, the archive holds %2").arg(listed.size()).arg(m_index.parts.size() - 2));
        for (qsizetype i = 0; i < std::min(listed.size(), m_index.parts.size() - 2); ++i) {
            const EvidencePart &part = m_index.parts.at(i);
            const QJsonObject entry = listed.at(i).toObject();
            const bool same = entry.value(u"name").toString() == part.name && entry.value(u"bytes").toInteger() == part.size
                && entry.value(u"sha256").toString() == QString::fromLatin1(part.sha256.toHex());
            if (!same) found("part", 0, QStringLiteral("%1 is not the file that the manifest lists").arg(part.name));
            else if (part.name == u"public-key.pem" && bytesOf(part) != SigningKey::toPem(QByteArray::fromHex(m_result.manifest.value(u"public_key").toString().toLatin1())))
                found("key", 0, QStringLiteral("public-key.pem is not the key of the manifest"));
        }
    }

    QList<EvidencePart> partsNamed(QLatin1String begin) const
    {
        QList<EvidencePart> parts;
        for (const EvidencePart &part : m_index.parts)
            if (part.name.startsWith(begin)) parts << part;
        return parts;
    }

    void walkChain()
    {
        QFile eventFile(m_file.fileName());
        if (!eventFile.open(QIODevice::ReadOnly)) throw Exception({ErrorKind::NotFound, QStringLiteral("The archive cannot be read"), m_file.fileName(), eventFile.errorString(), {}});
        GzipLines events(eventFile, partsNamed(QLatin1String("events-")));
        GzipLines links(m_file, partsNamed(QLatin1String("chain-")));
        std::optional<QByteArray> event = events.next();
        const auto point = [this](QStringView name) {
            const QJsonObject at = m_result.manifest.value(name).toObject();
            return TrailPoint{at.value(u"id").toInteger(), QByteArray::fromHex(at.value(u"hash").toString().toLatin1())};
        };
        TrailPoint at = point(u"start");
        const qint64 total = m_result.manifest.value(u"links").toInteger();
        while (const std::optional<QByteArray> line = links.next()) {
            if (m_cancel.isCancelled()) throw Exception({ErrorKind::Cancelled, QStringLiteral("Cancelled"), {}, {}, {}});
            const std::optional<Link> link = Link::parse(*line);
            if (!link) {
                found("link", at.id + 1, QStringLiteral("Its line in the chain cannot be read"));
                continue;
            }
            if (link->id != at.id + 1) found("link", link->id, QStringLiteral("It does not follow event %1").arg(at.id));
            if (link->previousHash != at.hash) found("link", link->id, QStringLiteral("Does not continue the event before"));
            if (event && idOf(*event) == link->id) {
                if (AuditPayload::hash(link->previousHash, *event) != link->hash) found("event", link->id, QStringLiteral("The hash does not fit the text of the event"));
                ++m_result.events;
                event = events.next();
            }
            at = {link->id, link->hash};
            if (++m_result.links % kBetweenWords == 0 && m_progress) m_progress(m_result.links, total);
        }
        if (event) found("event", idOf(*event), QStringLiteral("The event stands at no place of the chain"));
        if (at != point(u"end")) found("link", at.id, QStringLiteral("The chain does not end where the manifest says"));
        if (m_result.links != total || m_result.events != m_result.manifest.value(u"events").toInteger())
            found("manifest", 0, QStringLiteral("%1 events and %2 links are here, the manifest counts others").arg(m_result.events).arg(m_result.links));
    }

    static qint64 idOf(const QByteArray &event) { return QJsonDocument::fromJson(event).object().value(u"id").toInteger(-1); }

    QFile &m_file;
    QByteArray m_key;
    CancelToken m_cancel;
    const std::function<void(qint64, qint64)> &m_progress;
    EvidenceTar::Index m_index;
    AuditFindings m_findings;
    EvidenceCheck m_result;
};

}  // namespace

EvidenceCheck checkEvidence(const QString &path, const QByteArray &key, const CancelToken &cancel, const std::function<void(qint64, qint64)> &progress)
{
    QElapsedTimer clock;
    clock.start();
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        throw Exception({ErrorKind::NotFound, QStringLiteral("The archive cannot be read"), path, file.errorString(), QStringLiteral("Check the name and the rights.")});
    EvidenceCheck result = Check(file, key, cancel, progress).run();
    result.seconds = double(clock.nsecsElapsed()) / 1e9;
    return result;
}

}  // namespace headgate
