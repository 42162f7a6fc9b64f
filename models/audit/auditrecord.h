// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/id.h"
#include "models/database/codec.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>
#include <QUuid>
#include <optional>

namespace headgate {

/// Who acts, and from where: goes into every audit row.
struct Actor {
    std::optional<UserId> userId;
    QString name;       ///< as it was when the act happened
    QString ipAddress;  ///< the machine the console ran on, as the database server sees it; empty on SQLite
    QString userAgent;  ///< "headgate 0.1.0 (window)", "headgate 0.1.0 (command line)"
    bool operator==(const Actor &) const = default;
};

/// What is to be written to the trail; id, time and hashes are given under the lock on audit_head.
/// old/new values pass through Redaction before they are hashed or stored.
struct AuditEntry {
    Actor actor;
    QString action;      ///< CREATE, UPDATE, DELETE, TEST, EXTERNAL …
    QString entityType;  ///< "connection"
    QString entityId;
    QString entityName;
    bool success = true;
    std::optional<QJsonObject> oldValues;
    std::optional<QJsonObject> newValues;
    QString errorMessage;
    QJsonObject metadata;
    /// Sample data only: a time in the past; never earlier than the head's.
    std::optional<Timestamp> occurredAt;
};

/// A row of `audit_logs` as read back.
struct AuditRecord {
    AuditId id;
    Timestamp occurredAt;
    std::optional<UserId> userId;
    QString actor;
    QString action;
    QString entityType;
    QString entityId;
    QString entityName;
    bool success = true;
    QString ipAddress;
    QString userAgent;
    std::optional<QJsonObject> oldValues;
    std::optional<QJsonObject> newValues;
    QString errorMessage;
    QJsonObject metadata;
    QUuid operationId;
    QByteArray payload;
    QByteArray previousHash;
    QByteArray hash;
    bool operator==(const AuditRecord &) const = default;
};

/// A place in the chain: an event and its hash. Id 0 with 32 zero bytes: before the first one.
struct TrailPoint {
    qint64 id = 0;
    QByteArray hash;
    bool operator==(const TrailPoint &) const = default;
};

/// One thing that `verify` found, about one event or about a run of them.
struct AuditFinding {
    qint64 id = 0;
    QString kind;  ///< gap, hash, link, time, payload, head, operation, rollup, rollback, rewrite, memory
    QString text;
    qint64 lastId = 0;  ///< of the run; the same id for a single event
    bool operator==(const AuditFinding &) const = default;
};

struct AuditVerification {
    qint64 rows = 0;
    qint64 lastId = 0;
    QByteArray headHash;
    QList<AuditFinding> findings;  ///< runs of events that suffer the same, by the first of them; at most 1000
    qint64 findingCount = 0;       ///< exact, each event of a run counted
    qint64 unsealedExternal = 0;
    TrailPoint start;              ///< the event before the first one read: none, the last retired, the last verified
    bool incremental = false;
    double seconds = 0;
    QString remark;                ///< what could not be done besides: the head was not remembered
    bool ok() const { return findingCount == 0; }
    double rowsPerSecond() const { return seconds > 0 ? double(rows) / seconds : 0; }
};

}  // namespace headgate
