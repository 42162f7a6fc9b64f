// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "migrations/engine/step.h"
#include "models/database/codec.h"

namespace headgate {

class Session;

/// A row of schema_version.
struct AppliedStep {
    int version = 0;
    QString name;
    QString checksum;
    int minCompatible = 0;
    Timestamp appliedAt;
    QString appliedBy;
    qint64 executionMs = 0;
    QString state;  ///< applied, stamped, dirty
};

/// A row of schema_history.
struct SchemaEvent {
    qint64 id = 0;
    int version = 0;
    QString name;
    QString action;  ///< apply, revert, stamp, fail, repair, adopt
    QString checksum;
    Timestamp occurredAt;
    QString appliedBy;
    QString application;
    qint64 executionMs = 0;
    QString detail;
};

/// What a database keeps about its own schema. Session's thread; throws DbError.
class SchemaLog {
public:
    /// `application` is what history shows as the program, e.g. "headgate 0.1.0".
    SchemaLog(Session &session, QString application);

    enum class Found { Nothing, Workspace, SomethingElse };
    /// Whose database this is: looks at the catalogue only, writes nothing.
    Found found() const;

    QList<AppliedStep> applied() const;
    QList<SchemaEvent> history() const;

    /// To be called in the step's own transaction.
    void recordApplied(const SchemaStep &step, qint64 executionMs);
    void recordReverted(const SchemaStep &step, qint64 executionMs);
    void recordFailed(const SchemaStep &step, const QString &detail);

private:
    void addEvent(const SchemaStep &step, const char *action, qint64 executionMs, const QString &detail);
    bool tableExists(const QString &name) const;

    Session &m_session;
    QString m_application;
    QString m_user;
};

}  // namespace headgate
