// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/auditrecord.h"

#include <QByteArray>
#include <QByteArrayView>

namespace headgate {

/// The canonical text of an audit row and its place in the chain.
///
/// payload: UTF-8 JSON, one line, keys in code-unit order at every level (as QJsonDocument::Compact writes it), holding
/// every column but payload, previous_hash and hash; the time is ISO 8601 with six digits, absent values are null.
/// hash = SHA-256("headgate-audit-v1\n" ‖ previous_hash ‖ payload). The domain tag keeps a hash of this chain from being
/// the hash of anything else; previous_hash of the first row is 32 zero bytes.
namespace AuditPayload {

/// The JSON columns of a row as CompactJson; a null text is NULL.
struct Json {
    QByteArray oldValues;
    QByteArray newValues;
    QByteArray metadata;
};

QByteArray canonical(const AuditRecord &record);
/// The same for one whose JSON has been written already; what the record itself holds of it is not looked at.
QByteArray canonical(const AuditRecord &record, const Json &json);
QByteArray hash(QByteArrayView previousHash, QByteArrayView payload);
QByteArray zeroHash();

}  // namespace AuditPayload
}  // namespace headgate
