// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connections/readinessservice.h"

#include "app/base/tasks.h"
#include "app/connections/connectionservice.h"
#include "models/audit/auditstore.h"
#include "models/database/database.h"

#include <QScopeGuard>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

constexpr int parallelRuns = 4;

void requireKnown(const Connection &connection, const QString &check)
{
    const QStringList names = ReadinessReader::checkNames(connection.databaseType);
    if (check.isEmpty() || names.isEmpty() || names.contains(check)) return;
    throw Exception({ErrorKind::Invalid,
                     u"There is no check %1 for %2"_s.arg(check, databaseTypeLabel(connection.databaseType)),
                     u"check"_s,
                     {},
                     u"The checks are %1."_s.arg(names.join(u", "_s))});
}

}  // namespace

ReadinessService::ReadinessService(ConnectionService &connections, Database &database, std::function<Actor()> actor)
    : m_connections(connections), m_database(database), m_actor(std::move(actor))
{
    m_pool.setMaxThreadCount(parallelRuns);
}

ReadinessService::~ReadinessService()
{
    m_stop.cancel();
    m_pool.waitForDone();
}

QFuture<Result<ReadinessReport>> ReadinessService::check(ConnectionId id, const Request &request, Progress progress,
                                                         const CancelToken &cancel)
{
    return runTask(m_pool, [this, id, request, progress = std::move(progress), cancel] {
        const Connection connection = valueOf(m_connections.get(id));
        requireKnown(connection, request.check);
        Result<ReadinessReport> outcome;
        try {
            outcome = run(connection, request, progress, cancel);
        } catch (const Exception &exception) {
            outcome = exception.error();
        }
        record(connection, request, outcome);
        return std::move(outcome).orThrow();
    });
}

ReadinessReport ReadinessService::run(const Connection &connection, const Request &request, const Progress &progress,
                                      const CancelToken &cancel)
{
    const CancelToken either;
    const auto stop = [either] { either.cancel(); };
    const int ours = m_stop.onCancel(stop);
    const int theirs = cancel.onCancel(stop);
    const auto forget = qScopeGuard([&] {
        m_stop.removeCallback(ours);
        cancel.removeCallback(theirs);
    });
    ProbeTarget target = m_connections.targetFor({connection, std::nullopt});
    const auto wipe = qScopeGuard([&target] { target.password.fill('\0'); });
    const std::unique_ptr<TargetSession> session = TargetSession::open(target, either);
    return ReadinessReader::read(*session, connection, request, progress);
}

void ReadinessService::record(const Connection &connection, const Request &request,
                              const Result<ReadinessReport> &outcome)
{
    AuditEntry entry;
    entry.actor = m_actor();
    entry.action = u"TEST"_s;
    entry.entityType = u"connection"_s;
    entry.entityId = QString::number(connection.id.value);
    entry.entityName = connection.name;
    entry.metadata = {{u"kind"_s, u"readiness"_s}};
    if (!request.check.isEmpty()) entry.metadata.insert(u"check"_s, request.check);
    if (outcome.ok()) {
        const ReadinessCounts counts = outcome->counts();
        entry.success = counts.fail == 0;
        entry.errorMessage = entry.success ? QString() : readinessVerdict(counts);
        for (const auto &[name, count] : {std::pair("fail", counts.fail), std::pair("warn", counts.warn),
                                          std::pair("skipped", counts.skipped), std::pair("ok", counts.pass)})
            entry.metadata.insert(QLatin1String(name), count);
    } else {
        entry.success = false;
        entry.errorMessage = outcome.error().what;
    }
    (void)valueOf(m_database.write([entry](Transaction &transaction) {
        AuditStore::record(transaction, entry);
        return Done{};
    }));
}

}  // namespace headgate
