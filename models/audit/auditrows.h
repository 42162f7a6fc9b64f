// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/auditrecord.h"
#include "models/database/query.h"

namespace headgate {

/// How a row of the audit trail and its head are read; for the files of this folder. Throws DbError.
namespace AuditRows {

struct Head {
    qint64 id = 0;
    QByteArray hash;
    Timestamp occurredAt;
    Timestamp now = {};  ///< when it was locked, by the clock of the database's machine
};

/// The select list that read() expects, in its order.
const QString &columns();
AuditRecord read(const Query &query);
/// What a list shows: no values, no payload, and of a text 300 characters, whatever its size (they stand in front of the
/// row, so that neither database reads on). The rest of the record is left empty.
const QString &listColumns();
AuditRecord readListed(const Query &query);
/// `lock`: until the end of the transaction. Exception(Integrity) when the head is missing.
Head readHead(Session &session, bool lock);

}  // namespace AuditRows
}  // namespace headgate
