// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/audit/evidencearchive.h"
#include "app/audit/signingkey.h"
#include "models/audit/auditrecord.h"
#include "models/audit/trailrows.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QUuid>

namespace headgate {

/// What an archive says about itself besides its events.
struct EvidenceFacts {
    QUuid workspace;
    QString workspaceName;
    QString createdBy;
    Timestamp createdAt;
    QJsonObject filter;        ///< by which the events were chosen; empty: all of the stretch
    QJsonObject verification;  ///< the report of the verification before the export
};

/// Writes signed evidence:
///
///   README.txt               what it is and how to check it, also without Headgate
///   events-000001.jsonl.gz   the canonical text of each event, byte for byte as it was hashed, one a line
///   chain-000001.txt.gz      "ID PREVIOUS_HASH HASH" of every event from the first one to the end of the chain
///   report.json              the verification before the export
///   public-key.pem           of the signer
///   manifest.json            what was exported, when and by whom; name, size and SHA-256 of each part before
///   manifest.sig             Ed25519 over manifest.json, 64 bytes
///
/// Events and links come in order of id. Memory is bounded by a part. One thread; throws Exception.
class EvidenceWriter {
public:
    EvidenceWriter(QIODevice &device, const EvidenceFacts &facts, const SigningKey &key);

    void addEvent(QByteArrayView payload);
    void addLink(const TrailRow &row);
    /// `head`: of the trail when it was read.
    void finish(const TrailPoint &head);
    qint64 events() const { return m_events.count; }
    qint64 links() const { return m_links.count; }

private:
    struct Stream {
        QString name;
        GzipWriter gzip;
        int parts = 0;
        qint64 count = 0;
    };
    void addLine(Stream &stream, QByteArrayView line);
    void flush(Stream &stream);
    void addPart(const QString &name, const QByteArray &bytes);

    EvidenceTar m_tar;
    EvidenceFacts m_facts;
    const SigningKey &m_key;
    Stream m_events{QStringLiteral("events-%1.jsonl.gz"), {}};
    Stream m_links{QStringLiteral("chain-%1.txt.gz"), {}};
    TrailPoint m_start;
    TrailPoint m_end;
    QJsonArray m_parts;
};

}  // namespace headgate
