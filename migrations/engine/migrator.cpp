// SPDX-License-Identifier: GPL-3.0-or-later
#include "migrations/engine/migrator.h"

#include "migrations/engine/migrationlock.h"
#include "migrations/engine/script.h"
#include "migrations/engine/uncancelled.h"
#include "models/base/enumtable.h"
#include "models/database/dberror.h"
#include "models/database/session.h"
#include "models/database/transaction.h"

#include <QElapsedTimer>
#include <QThread>

namespace headgate {

namespace {

using Outcome = Migrator::Outcome;

constexpr auto outcomes = makeEnumTable<Outcome>({{Outcome::Current, "current"},
                                                  {Outcome::Empty, "empty"},
                                                  {Outcome::Behind, "behind"},
                                                  {Outcome::Created, "created"},
                                                  {Outcome::Upgraded, "upgraded"},
                                                  {Outcome::Downgraded, "downgraded"},
                                                  {Outcome::NewerCompatible, "newer_compatible"},
                                                  {Outcome::NewerIncompatible, "newer_incompatible"},
                                                  {Outcome::ChecksumMismatch, "checksum_mismatch"},
                                                  {Outcome::Locked, "locked"},
                                                  {Outcome::Dirty, "dirty"},
                                                  {Outcome::NotAWorkspace, "not_a_workspace"},
                                                  {Outcome::Failed, "failed"}});

/// A step waits this long for a table that somebody uses, gives up so that others are not queued behind it, and tries
/// again a few times.
constexpr char kLockTimeout[] = "SET LOCAL lock_timeout = '5s'";
constexpr int kAttempts = 5;
/// The word that the guard of roles.postgresql.sql wants to hear before the schema may be changed.
constexpr char kMaintenance[] = "SET LOCAL headgate.maintenance = 'migration'";

/// Steps may take as long as they need; the caller's deadline comes back afterwards.
class WithoutDeadline {
public:
    explicit WithoutDeadline(Session &session) : m_session(session), m_before(session.statementTimeout())
    {
        m_session.setStatementTimeout(0);
    }
    ~WithoutDeadline()
    {
        Uncancelled::orKill(m_session, [this] { m_session.setStatementTimeout(m_before); });
    }
    WithoutDeadline(const WithoutDeadline &) = delete;
    WithoutDeadline &operator=(const WithoutDeadline &) = delete;

private:
    Session &m_session;
    int m_before;
};

/// SQLite rebuilds a table by dropping the old one, which must not cascade. The switch works outside a transaction only.
class ForeignKeysOff {
public:
    explicit ForeignKeysOff(Session &session) : m_session(session) { set("pragma foreign_keys=off"); }
    ~ForeignKeysOff()
    {
        Uncancelled::orKill(m_session, [this] { set("pragma foreign_keys=on"); });
    }
    ForeignKeysOff(const ForeignKeysOff &) = delete;
    ForeignKeysOff &operator=(const ForeignKeysOff &) = delete;

    void check()
    {
        if (!m_session.dialect().isSqlite()) return;
        Query query(m_session, QStringLiteral("pragma foreign_key_check"));
        if (query.first())
            throw Exception({ErrorKind::Integrity,
                             QStringLiteral("The schema step leaves rows that refer to nothing"),
                             query.get<QString>(0),
                             {},
                             {}});
    }

private:
    void set(const char *pragma)
    {
        if (m_session.dialect().isSqlite()) m_session.execute(QString::fromLatin1(pragma));
    }
    Session &m_session;
};

Error refusal(Outcome outcome, const QString &where)
{
    switch (outcome) {
    case Outcome::NewerIncompatible:
        return {ErrorKind::Unreachable,
                QStringLiteral("The workspace was made by a newer Headgate"),
                where,
                {},
                QStringLiteral("Install the newer version on this machine.")};
    case Outcome::ChecksumMismatch:
        return {
            ErrorKind::Integrity,
            QStringLiteral("An applied schema step differs from the one of this version"),
            where,
            {},
            QStringLiteral("Run `headgate schema verify` to see which; install the version that made the workspace.")};
    case Outcome::Dirty:
        return {ErrorKind::Integrity,
                QStringLiteral("A schema step was left half done"),
                where,
                {},
                QStringLiteral("Restore a backup, or run `headgate schema repair`.")};
    case Outcome::NotAWorkspace:
        return {ErrorKind::Invalid,
                QStringLiteral("This database belongs to something else"),
                where,
                {},
                QStringLiteral("Choose an empty database or another file.")};
    default: return {};
    }
}

bool refused(Outcome outcome)
{
    return outcome == Outcome::NewerIncompatible || outcome == Outcome::ChecksumMismatch || outcome == Outcome::Dirty ||
           outcome == Outcome::NotAWorkspace || outcome == Outcome::Failed;
}

}  // namespace

QString outcomeName(Migrator::Outcome outcome) { return outcomes.name(outcome); }

bool Migrator::Report::usable() const
{
    return outcome == Outcome::Current || outcome == Outcome::Created || outcome == Outcome::Upgraded ||
           outcome == Outcome::NewerCompatible;
}

Migrator::Migrator(Session &session) : Migrator(session, Options()) {}

Migrator::Migrator(Session &session, Options options)
    : m_session(session),
      m_options(std::move(options)),
      m_known(loadSteps(session.dialect(), m_options.root)),
      m_log(session, m_options.application)
{
    if (!session.dialect().isPostgresql()) return;
    Query role(session, QStringLiteral(R"(
        select 1 from pg_roles where rolname = 'headgate_owner' and pg_has_role(current_user, oid, 'MEMBER')
          and has_database_privilege(oid, current_database(), 'CREATE'))"));
    m_ownerRole = role.first();
    if (m_ownerRole) session.execute(QStringLiteral("SET ROLE headgate_owner"));
}

Migrator::~Migrator()
{
    // A session with the owner's rights must not go back to a pool.
    if (m_ownerRole) Uncancelled::orKill(m_session, [this] { m_session.execute(QStringLiteral("RESET ROLE")); });
}

int Migrator::standing(int otherwise)
{
    const Uncancelled uncancelled(m_session);
    try {
        return current();
    } catch (const Exception &) {
        return otherwise;  // the connection is gone: the last that was seen
    }
}

template <typename F> Migrator::Report Migrator::reported(F work)
{
    QElapsedTimer timer;
    timer.start();
    Report report;
    try {
        report = inspect();
        report.to = report.from;
        work(report);
        report.to = refused(report.outcome) ? report.from : current();
    } catch (const Exception &exception) {
        report.error = exception.error();
        report.outcome = report.error.kind == ErrorKind::Locked ? Outcome::Locked : Outcome::Failed;
        report.to = standing(report.from);
    }
    if (report.error.what.isEmpty()) report.error = refusal(report.outcome, m_session.spec().display());
    report.elapsedMs = timer.elapsed();
    return report;
}

Migrator::Report Migrator::inspect()
{
    Report report;
    const SchemaLog::Found found = m_log.found();
    if (found != SchemaLog::Found::Workspace) {
        report.outcome = found == SchemaLog::Found::Nothing ? Outcome::Empty : Outcome::NotAWorkspace;
        return report;
    }
    const QList<AppliedStep> applied = m_log.applied();
    int minCompatible = 0;
    bool dirty = false;
    for (const AppliedStep &step : applied) {
        minCompatible = std::max(minCompatible, step.minCompatible);
        dirty = dirty || step.state == u"dirty";
    }
    report.from = applied.isEmpty() ? 0 : applied.last().version;
    if (dirty)
        report.outcome = Outcome::Dirty;
    else if (minCompatible > m_known.head())
        report.outcome = Outcome::NewerIncompatible;
    else if (std::ranges::any_of(verify(), [](const Mismatch &m) { return !m.expected.isEmpty(); }))
        report.outcome = Outcome::ChecksumMismatch;
    else if (report.from > m_known.head())
        report.outcome = Outcome::NewerCompatible;
    else
        report.outcome = report.from == m_known.head() ? Outcome::Current : Outcome::Behind;
    return report;
}

Migrator::Report Migrator::check()
{
    return reported([](Report &) {});
}

QList<AppliedStep> Migrator::applied()
{
    return m_log.found() == SchemaLog::Found::Workspace ? m_log.applied() : QList<AppliedStep>();
}

int Migrator::current()
{
    const QList<AppliedStep> rows = applied();
    return rows.isEmpty() ? 0 : rows.last().version;
}

QList<SchemaEvent> Migrator::history()
{
    return m_log.found() == SchemaLog::Found::Workspace ? m_log.history() : QList<SchemaEvent>();
}

QList<SchemaStep> Migrator::pending()
{
    return m_known.steps.mid(std::min<qsizetype>(current(), m_known.steps.size()));
}

QList<Migrator::Mismatch> Migrator::verify()
{
    QList<Mismatch> mismatches;
    for (const AppliedStep &row : applied()) {
        const SchemaStep *step = m_known.find(row.version);
        if (!step || step->checksum != row.checksum)
            mismatches.append({row.version, row.checksum, step ? step->checksum : QString()});
    }
    return mismatches;
}

void Migrator::refuseStandby()
{
    if (!m_session.dialect().isPostgresql()) return;
    Query query(m_session, QStringLiteral("select pg_is_in_recovery()"));
    if (query.first() && query.get<bool>(0))
        throw Exception({ErrorKind::Denied,
                         QStringLiteral("This server is a standby"),
                         m_session.spec().display(),
                         {},
                         QStringLiteral("Connect to the primary to change the schema.")});
}

Migrator::Report Migrator::upgrade(std::optional<int> to)
{
    const int target = to.value_or(m_known.head());
    return reported([&](Report &report) {
        if (report.outcome != Outcome::Empty && report.outcome != Outcome::Behind) return;
        if (target > m_known.head())
            throw Exception({ErrorKind::Invalid,
                             QStringLiteral("There is no step %1").arg(target),
                             {},
                             {},
                             QStringLiteral("The newest is %1.").arg(m_known.head())});
        refuseStandby();
        const MigrationLock lock(m_session, m_options.application, m_options.lockDeadline);
        report = inspect();  // somebody else may have been faster
        if (report.outcome != Outcome::Empty && report.outcome != Outcome::Behind) return;
        const bool fresh = report.from == 0;
        for (int version = report.from + 1; version <= target; ++version) {
            applyStep(*m_known.find(version));
            report.steps.append(version);
        }
        if (!report.steps.isEmpty()) report.outcome = fresh ? Outcome::Created : Outcome::Upgraded;
    });
}

Migrator::Report Migrator::downgrade(int to)
{
    return reported([&](Report &report) {
        if (report.outcome == Outcome::Empty || refused(report.outcome)) return;
        refuseStandby();
        const MigrationLock lock(m_session, m_options.application, m_options.lockDeadline);
        report = inspect();
        if (report.outcome == Outcome::Empty || refused(report.outcome)) return;
        if (to < 0 || to > report.from || report.from > m_known.head())
            throw Exception({ErrorKind::Invalid,
                             QStringLiteral("Cannot go down from step %1 to step %2").arg(report.from).arg(to),
                             {},
                             {},
                             QStringLiteral("This version knows the steps 1 to %1.").arg(m_known.head())});
        for (int version = report.from; version > to; --version) {
            revertStep(*m_known.find(version));
            report.steps.append(version);
        }
        if (!report.steps.isEmpty()) report.outcome = Outcome::Downgraded;
    });
}

template <typename F> void Migrator::inTransaction(const SchemaStep &step, bool marked, F work)
{
    const WithoutDeadline deadline(m_session);
    for (int attempt = 1;; ++attempt) {
        try {
            ForeignKeysOff foreignKeys(m_session);
            Transaction transaction(m_session, Transaction::Mode::Write, marked ? QUuid::createUuid() : QUuid());
            if (m_session.dialect().isPostgresql()) {
                m_session.execute(QLatin1String(kLockTimeout));
                m_session.execute(QLatin1String(kMaintenance));
            }
            work();
            foreignKeys.check();
            transaction.commit();
            return;
        } catch (const DbError &error) {
            if (attempt < kAttempts && error.isTransient() && !error.isConnectionLost()) {
                QThread::msleep(ulong(100 << attempt));
                continue;
            }
            Error told = error.error();
            told.where = QStringLiteral("step %1 %2, %3").arg(step.version).arg(step.name, told.where);
            if (m_session.isOpen()) {
                try {
                    m_log.recordFailed(step, told.text());
                } catch (const DbError &) {
                    // The report carries the error; a login that may not write history may not migrate either.
                }
            }
            throw DbError(told, error.sqlState(), error.nativeCode());
        }
    }
}

void Migrator::applyStep(const SchemaStep &step)
{
    // The tables that mark an operation come with the first step.
    inTransaction(step, step.version > 1, [&] {
        QElapsedTimer timer;
        timer.start();
        runScript(m_session, step.up);
        m_log.recordApplied(step, timer.elapsed());
    });
}

void Migrator::revertStep(const SchemaStep &step)
{
    inTransaction(step, step.version > 1, [&] {
        QElapsedTimer timer;
        timer.start();
        runScript(m_session, step.down);
        m_log.recordReverted(step, timer.elapsed());
    });
}

}  // namespace headgate
