// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/audit/signingkey.h"
#include "models/audit/auditrecord.h"

#include <QList>
#include <QUuid>

namespace headgate {

class Session;

/// A head of the trail as this computer saw it.
struct RememberedHead {
    TrailPoint point;
    Timestamp seenAt;
    bool verified = false;  ///< the chain up to it was recomputed; else its head was only read
    bool operator==(const RememberedHead &) const = default;
};

/// What this computer remembers of one workspace's trail, outside of its database: whoever owns the database can cut the
/// trail, put an older file in its place or hash everything anew, and only a head kept elsewhere tells.
/// One file per workspace, mode 0600, replaced whole, signed with the user's key. Any thread; blocks on the file system.
class TrailMemory {
public:
    TrailMemory(const QString &folder, const QUuid &workspace);

    /// By id, the newest last; empty when nothing is remembered. Exception(Integrity) when the file is not what this key
    /// signed.
    QList<RememberedHead> load(const SigningKey &key) const;
    /// Adds a head, or marks the newest as verified. The verified ones stay, up to kMost; of the merely seen the newest.
    void remember(const SigningKey &key, const TrailPoint &point, bool verified) const;
    /// A fault was found at that event: no head from there on counts as verified any more.
    void doubt(const SigningKey &key, qint64 event) const;
    /// From now on this is the trail's history: what a person decides when the remembered one is not to be met again.
    void startAnew(const SigningKey &key, const TrailPoint &point) const;
    QString file() const { return m_file; }

    static constexpr int kMost = 200;

private:
    void save(const SigningKey &key, const QList<RememberedHead> &heads) const;
    QList<RememberedHead> read(const SigningKey &key) const;

    QString m_file;
    QUuid m_workspace;
};

/// Where the trail is not the one that is remembered: "rollback" when it ends earlier, "rewrite" when an event is
/// another one. Retired events are not missed.
QList<AuditFinding> compareWithMemory(Session &session, const QList<RememberedHead> &heads);

}  // namespace headgate
