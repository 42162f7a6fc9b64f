// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "migrations/engine/schemalog.h"
#include "migrations/engine/step.h"
#include "models/base/error.h"

#include <chrono>
#include <optional>

namespace headgate {

class Session;

/// Brings a workspace's schema up or down, step by step, each in one transaction together with its rows in
/// schema_version and schema_history: a step is there whole or not at all. Runs only when asked, never from connecting.
/// Uses the session of its caller, on that session's thread, outside any transaction; in PostgreSQL as headgate_owner
/// where the login may be that. The caller audits.
class Migrator {
public:
    enum class Outcome {
        Current,  ///< the schema is the console's; nothing was to do
        Empty,    ///< check(): a database without a schema
        Behind,   ///< check(): steps are pending
        Created,  ///< upgrade() of an empty database
        Upgraded,
        Downgraded,
        NewerCompatible,    ///< made by a newer console that says this one may still work on it
        NewerIncompatible,  ///< made by a newer console; do not touch
        ChecksumMismatch,   ///< an applied step is not the step that this console knows
        Locked,             ///< another process is changing the schema
        Dirty,              ///< a step was left half done and must be repaired
        NotAWorkspace,      ///< the database belongs to something else
        Failed,             ///< see the error; the step that failed left nothing
    };

    struct Report {
        Outcome outcome = Outcome::Failed;
        int from = 0;
        int to = 0;        ///< where the schema stands now
        QList<int> steps;  ///< done by this call, in order
        qint64 elapsedMs = 0;
        Error error;  ///< empty `what`: none
        /// The console may work on this schema.
        bool usable() const;
    };

    struct Mismatch {
        int version = 0;
        QString stored;
        QString expected;  ///< empty: this console does not know the step
    };

    struct Options {
        QString root = QStringLiteral(":/migrations");
        QString application = QStringLiteral("headgate");  ///< as told to others who wait, and to history
        std::chrono::milliseconds lockDeadline{10'000};
    };

    /// Throws Exception(Invalid) when the steps of `root` are not in order.
    explicit Migrator(Session &session);
    Migrator(Session &session, Options options);
    ~Migrator();
    Migrator(const Migrator &) = delete;
    Migrator &operator=(const Migrator &) = delete;

    const StepSet &known() const { return m_known; }

    /// Reading. These throw DbError; check() reports it.
    Report check();
    int current();  ///< 0: no schema
    QList<AppliedStep> applied();
    QList<SchemaEvent> history();
    QList<SchemaStep> pending();
    QList<Mismatch> verify();  ///< applied steps whose checksum is not the known one

    /// To `to`, or to the newest step. Every error is in the report.
    Report upgrade(std::optional<int> to = {});
    /// To `to`; 0 takes the whole schema away, rows included.
    Report downgrade(int to);

private:
    Report inspect();
    template <typename F> Report reported(F work);
    int standing(int otherwise);
    void refuseStandby();
    void applyStep(const SchemaStep &step);
    void revertStep(const SchemaStep &step);
    template <typename F> void inTransaction(const SchemaStep &step, bool marked, F work);

    Session &m_session;
    Options m_options;
    StepSet m_known;
    SchemaLog m_log;
    bool m_ownerRole = false;
};

/// "current", "newer_compatible" …: for JSON and logs.
QString outcomeName(Migrator::Outcome outcome);

}  // namespace headgate
