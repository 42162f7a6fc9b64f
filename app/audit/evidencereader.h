// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/auditrecord.h"
#include "models/base/canceltoken.h"

#include <QJsonObject>
#include <functional>

namespace headgate {

/// What the check of an archive found.
struct EvidenceCheck {
    QJsonObject manifest;          ///< as the archive has it; empty when it could not be read
    QByteArray publicKey;          ///< that the signature fits; empty when it fits none
    qint64 events = 0;             ///< whose hashes were computed anew
    qint64 links = 0;
    QList<AuditFinding> findings;  ///< kinds archive, signature, key, part, manifest, event, link
    qint64 findingCount = 0;
    double seconds = 0;
    bool ok() const { return findingCount == 0; }
};

/// Checks an archive that EvidenceWriter wrote, byte by byte, with nothing but the file: its frame, the signature, the
/// checksums, each event's hash and each link up to the end of the chain. `key`: the signer's public key, when it is
/// known from elsewhere; empty takes the archive's own word. Reads the file twice, in bounded memory. Any thread.
/// Throws Exception when the file cannot be read, or on cancel.
EvidenceCheck checkEvidence(const QString &file, const QByteArray &key = {}, const CancelToken &cancel = {},
                            const std::function<void(qint64 done, qint64 total)> &progress = {});

}  // namespace headgate
