// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connections/connectionbulk.h"

#include "app/base/tasks.h"

namespace headgate {

namespace {

using Kind = BulkAction::Kind;
using Outcome = BulkResult::Outcome;

/// The connection as the act leaves it.
Connection changed(Connection c, const BulkAction &action)
{
    switch (action.kind) {
    case Kind::Activate: c.isActive = true; break;
    case Kind::Deactivate: c.isActive = false; break;
    case Kind::AddTag: if (!c.tags.contains(action.tag)) c.tags << action.tag; break;
    case Kind::RemoveTag: c.tags.removeAll(action.tag); break;
    case Kind::SetEnvironment: c.environment = action.environment; break;
    case Kind::Remove:
    case Kind::Test: break;
    }
    return c;
}

QString changeText(const Connection &before, const BulkAction &action)
{
    switch (action.kind) {
    case Kind::Activate: return QStringLiteral("becomes active");
    case Kind::Deactivate: return QStringLiteral("is no longer active");
    case Kind::AddTag: return QStringLiteral("gets the tag %1").arg(action.tag);
    case Kind::RemoveTag: return QStringLiteral("loses the tag %1").arg(action.tag);
    case Kind::SetEnvironment: return QStringLiteral("%1 → %2").arg(environments.name(before.environment), environments.name(action.environment));
    case Kind::Remove:
    case Kind::Test: break;
    }
    return {};
}

struct DependentWords {
    const char *table;
    const char *one;
    const char *many;
};

constexpr DependentWords dependentWords[] = {{"connection_tests", "1 test", "%1 tests"},
                                             {"catalog_tables", "1 catalog table", "%1 catalog tables"},
                                             {"validation_sessions", "its name in 1 validation session", "its name in %1 validation sessions"}};

QString dependentsText(const QList<QPair<QString, qint64>> &counts)
{
    QStringList parts;
    for (const auto &[table, rows] : counts)
        for (const DependentWords &words : dependentWords)
            if (rows > 0 && table == QLatin1String(words.table)) parts << (rows == 1 ? QString::fromLatin1(words.one) : QString::fromLatin1(words.many).arg(rows));
    return parts.isEmpty() ? QStringLiteral("removed; nothing depends on it") : QStringLiteral("removed; with it go ") + parts.join(QStringLiteral(", "));
}

}  // namespace

BulkItem ConnectionBulk::plannedRemoval(const Connection &connection)
{
    const QStringList pipelines = valueOf(m_service.pipelineNames(connection.id));
    if (!pipelines.isEmpty())
        return {connection, BulkItem::Fate::Refused, (pipelines.size() == 1 ? QStringLiteral("used by the pipeline %1") : QStringLiteral("used by the pipelines %1")).arg(pipelines.join(QStringLiteral(", ")))};
    return {connection, BulkItem::Fate::Acts, dependentsText(valueOf(m_service.dependents(connection.id)))};
}

BulkItem ConnectionBulk::planned(const Connection &connection, const BulkAction &action)
{
    if (action.kind == Kind::Remove) return plannedRemoval(connection);
    if (action.kind == Kind::Test)
        return connection.isActive ? BulkItem{connection, BulkItem::Fate::Acts, QStringLiteral("tested")}
                                   : BulkItem{connection, BulkItem::Fate::Refused, QStringLiteral("not active")};
    const Connection after = changed(connection, action);
    if (after == connection) return {connection, BulkItem::Fate::Unchanged, QStringLiteral("is so already")};
    const QList<FieldError> errors = ConnectionService::validate({after, std::nullopt});
    if (!errors.isEmpty()) return {connection, BulkItem::Fate::Refused, errors.first().message};
    return {connection, BulkItem::Fate::Acts, changeText(connection, action)};
}

QFuture<Result<QList<BulkItem>>> ConnectionBulk::plan(const QList<ConnectionId> &ids, const BulkAction &action)
{
    return runTask(m_threads, [this, ids, action] {
        QList<BulkItem> items;
        for (ConnectionId id : ids) items << planned(valueOf(m_service.get(id)), action);
        return items;
    });
}

BulkResult ConnectionBulk::done(const BulkItem &item, const BulkAction &action, const CancelToken &cancel)
{
    const Connection &c = item.connection;
    if (item.fate == BulkItem::Fate::Refused) return {c, Outcome::Refused, item.what};
    if (item.fate == BulkItem::Fate::Unchanged) return {c, Outcome::Unchanged, item.what};
    if (cancel.isCancelled()) return {c, Outcome::Cancelled, QStringLiteral("not begun")};
    const auto answer = [&](const auto &result) -> BulkResult {
        if (result.ok()) return {c, Outcome::Done, item.what};
        QString words = result.error().what;
        if (!result.error().evidence.isEmpty()) words += QStringLiteral(": ") + result.error().evidence;
        return {c, Outcome::Failed, words};
    };
    if (action.kind == Kind::Remove) return answer(m_service.remove(c.id, c.version).result());
    return answer(m_service.update({changed(c, action), std::nullopt}).result());
}

QList<BulkResult> ConnectionBulk::tested(const QList<BulkItem> &plan, const CancelToken &cancel, const Progress &progress)
{
    // All at once: the probe waits for none of them while another answers.
    QHash<ConnectionId, QFuture<Result<ConnectionTest>>> running;
    for (const BulkItem &item : plan)
        if (item.fate == BulkItem::Fate::Acts) running.insert(item.connection.id, m_service.test(item.connection.id, {}, cancel));
    QList<BulkResult> results;
    for (const BulkItem &item : plan) {
        BulkResult result{item.connection, Outcome::Refused, item.what};
        if (running.contains(item.connection.id)) {
            const Result<ConnectionTest> test = running.value(item.connection.id).result();
            const bool good = test.ok() && (test->status == TestStatus::Success || test->status == TestStatus::Warning);
            const bool cancelled = test.ok() ? test->status == TestStatus::Cancelled : test.error().kind == ErrorKind::Cancelled;
            result.outcome = good ? Outcome::Done : cancelled ? Outcome::Cancelled : Outcome::Failed;
            result.message = !test.ok() ? test.error().what : test->errorMessage.isEmpty() ? QStringLiteral("%1 ms").arg(test->responseTimeMs, 0, 'f', 1) : test->errorMessage;
        }
        results << result;
        if (progress) progress(int(results.size()), int(plan.size()));
    }
    return results;
}

QFuture<Result<QList<BulkResult>>> ConnectionBulk::run(const QList<BulkItem> &plan, const BulkAction &action, const CancelToken &cancel, Progress progress)
{
    return runTask(m_threads, [this, plan, action, cancel, progress = std::move(progress)] {
        if (action.kind == Kind::Test) return tested(plan, cancel, progress);
        QList<BulkResult> results;
        for (const BulkItem &item : plan) {
            results << done(item, action, cancel);
            if (progress) progress(int(results.size()), int(plan.size()));
        }
        return results;
    });
}

}  // namespace headgate
