// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/evidencewriter.h"

#include "models/base/error.h"

#include <QJsonDocument>

namespace headgate {

namespace {

/// Plain bytes of a part: some ten thousand events.
constexpr qint64 kPartBytes = 32 << 20;

const char kReadMe[] = R"(Evidence from an audit trail
============================

Check it with Headgate, on any computer, without the database:

    headgate audit verify FILE [--key PUBLIC-KEY]

The signature says that the holder of the key wrote this archive. Whether it is the right key, ask the signer by
another way, and give it with --key. Without Headgate:

    tar xf FILE
    openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in manifest.json -sigfile manifest.sig
    sha256sum *.gz report.json README.txt          compare with manifest.json

events-*.jsonl.gz  each event's canonical text, one a line, byte for byte as it was hashed
chain-*.txt.gz     ID, hash of the event before, own hash, of every event from the first one to the end of the chain
report.json        the verification of the trail before the export
manifest.json      filter, counts, head of the trail, size and SHA-256 of each file

An event's hash is SHA-256 of "headgate-audit-v1", a line feed, the 32 bytes of the hash before, and the text of the
event. For each event that is in events-*.jsonl.gz it can be computed anew. Of an event that the filter left out only
the hash is here: that it stands between its neighbours is what the signer says, not what you can compute.
)";

}  // namespace

EvidenceWriter::EvidenceWriter(QIODevice &device, const EvidenceFacts &facts, const SigningKey &key)
    : m_tar(device, facts.createdAt.us / 1'000'000), m_facts(facts), m_key(key)
{
    addPart(QStringLiteral("README.txt"), kReadMe);
}

void EvidenceWriter::addPart(const QString &name, const QByteArray &bytes)
{
    const EvidencePart part = m_tar.add(name, bytes);
    m_parts << QJsonObject{{QStringLiteral("name"), name}, {QStringLiteral("bytes"), part.size}, {QStringLiteral("sha256"), QString::fromLatin1(part.sha256.toHex())}};
}

void EvidenceWriter::addEvent(QByteArrayView payload)
{
    if (payload.contains('\n'))
        throw Exception({ErrorKind::Integrity, QStringLiteral("An event's text is not the one line that it was written as"), QString::fromUtf8(payload.first(std::min<qsizetype>(payload.size(), 80))), {},
                         QStringLiteral("`headgate audit verify` tells which one.")});
    addLine(m_events, payload);
}

void EvidenceWriter::addLink(const TrailRow &row)
{
    if (m_links.count == 0) m_start = {row.id - 1, row.previousHash.toByteArray()};
    m_end = {row.id, row.hash.toByteArray()};
    addLine(m_links, QByteArray::number(row.id) + ' ' + row.previousHash.toByteArray().toHex() + ' ' + m_end.hash.toHex());
}

void EvidenceWriter::addLine(Stream &stream, QByteArrayView line)
{
    stream.gzip.add(line);
    stream.gzip.add("\n");
    ++stream.count;
    if (stream.gzip.plainSize() >= kPartBytes) flush(stream);
}

void EvidenceWriter::flush(Stream &stream)
{
    if (stream.gzip.plainSize() == 0) return;
    addPart(stream.name.arg(++stream.parts, 6, 10, QLatin1Char('0')), stream.gzip.take());
}

void EvidenceWriter::finish(const TrailPoint &head)
{
    flush(m_events);
    flush(m_links);
    addPart(QStringLiteral("report.json"), QJsonDocument(m_facts.verification).toJson());
    addPart(QStringLiteral("public-key.pem"), SigningKey::toPem(m_key.publicKey()));
    const auto point = [](const TrailPoint &at) {
        return QJsonObject{{QStringLiteral("id"), at.id}, {QStringLiteral("hash"), QString::fromLatin1(at.hash.toHex())}};
    };
    const QJsonObject manifest{
        {QStringLiteral("format"), QStringLiteral("headgate-evidence-1")},
        {QStringLiteral("workspace"), QJsonObject{{QStringLiteral("uuid"), m_facts.workspace.toString(QUuid::WithoutBraces)}, {QStringLiteral("name"), m_facts.workspaceName}}},
        {QStringLiteral("created_by"), m_facts.createdBy},
        {QStringLiteral("created_at"), m_facts.createdAt.toIso()},
        {QStringLiteral("filter"), m_facts.filter},
        {QStringLiteral("events"), m_events.count},
        {QStringLiteral("links"), m_links.count},
        {QStringLiteral("start"), point(m_start)},
        {QStringLiteral("end"), point(m_end)},
        {QStringLiteral("head"), point(head)},
        {QStringLiteral("public_key"), QString::fromLatin1(m_key.publicKey().toHex())},
        {QStringLiteral("parts"), m_parts}};
    const QByteArray text = QJsonDocument(manifest).toJson();
    m_tar.add(QStringLiteral("manifest.json"), text);
    m_tar.add(QStringLiteral("manifest.sig"), m_key.sign(text));
    m_tar.finish();
}

}  // namespace headgate
