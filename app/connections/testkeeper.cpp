// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connections/testkeeper.h"

#include "models/audit/auditstore.h"
#include "models/connections/connectionstore.h"
#include "models/connections/healthrule.h"
#include "models/connections/identitychange.h"
#include "models/connections/testhistorystore.h"
#include "models/database/database.h"

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

/// The states around a health rule's test: what was known before it, and with it.
struct HealthStep {
    HealthState before;
    HealthState after;
    bool isChange() const { return before != after && (after == HealthState::Down || before == HealthState::Down); }
};

HealthStep healthStep(Session &session, const Connection &connection, TestStatus status)
{
    const int failures = HealthRule::of(connection.config).failures;
    QList<TestStatus> statuses = TestHistoryStore::newestStatuses(session, connection.id, failures);
    const HealthState before = healthState(statuses, failures);
    statuses.prepend(status);
    return {before, healthState(statuses, failures)};
}

AuditEntry entryFor(const Actor &actor, const Connection &connection, const ConnectionTest &test)
{
    AuditEntry entry;
    entry.actor = actor;
    entry.action = u"TEST"_s;
    entry.entityType = u"connection"_s;
    entry.entityId = QString::number(connection.id.value);
    entry.entityName = connection.name;
    entry.success = test.status == TestStatus::Success || test.status == TestStatus::Warning;
    entry.errorMessage = test.errorMessage;
    entry.metadata = {{u"status"_s, testStatuses.name(test.status)}, {u"response_time_ms"_s, test.responseTimeMs}};
    if (!test.errorCode.isEmpty()) entry.metadata.insert(u"error_code"_s, test.errorCode);
    return entry;
}

/// The outcome of one row, not of the way to the database: the others may still be kept.
bool concernsOne(const Error &error)
{
    return error.kind != ErrorKind::Unreachable && error.kind != ErrorKind::Cancelled && error.kind != ErrorKind::Unknown && error.kind != ErrorKind::Timeout;
}

}  // namespace

TestKeeper::TestKeeper(Database &database, std::function<Actor()> actor) : m_database(database), m_actor(std::move(actor)) {}

TestKeeper::~TestKeeper()
{
    std::unique_lock lock(m_mutex);
    m_idle.wait(lock, [this] { return !m_isWriting; });
}

QFuture<Result<ConnectionTest>> TestKeeper::keep(const Connection &connection, ConnectionTest test, TestOrigin origin)
{
    Waiting waiting{connection, std::move(test), origin, m_actor(), std::make_shared<QPromise<Result<ConnectionTest>>>()};
    waiting.test.connectionId = connection.id;
    if (origin == TestOrigin::Person) waiting.test.testedByUserId = waiting.actor.userId;
    waiting.promise->start();
    QFuture<Result<ConnectionTest>> future = waiting.promise->future();
    {
        const std::lock_guard lock(m_mutex);
        m_queue.push_back(std::move(waiting));
        if (std::exchange(m_isWriting, true)) return future;
    }
    writeNext();
    return future;
}

TestKeeper::Batch TestKeeper::takeBatch()
{
    const std::lock_guard lock(m_mutex);
    Batch batch;
    while (!m_queue.empty() && batch.size() < BatchTests) {
        if (m_queue.front().isAlone && !batch.empty()) break;
        batch.push_back(std::move(m_queue.front()));
        m_queue.pop_front();
        if (batch.back().isAlone) break;
    }
    if (batch.empty()) {
        m_isWriting = false;
        m_idle.notify_all();
    }
    return batch;
}

void TestKeeper::writeNext()
{
    Batch batch = takeBatch();
    if (batch.empty()) return;  // the keeper may be gone from here on
    const auto shared = std::make_shared<Batch>(std::move(batch));
    m_database
        .write([shared](Transaction &transaction) {
            std::vector<ConnectionTest> kept;
            for (const Waiting &waiting : *shared) kept.push_back(write(transaction, waiting));
            return kept;
        })
        .then([this, shared](const Result<std::vector<ConnectionTest>> &kept) {
            settle(std::move(*shared), kept);
            writeNext();
        });
}

void TestKeeper::settle(Batch batch, const Result<std::vector<ConnectionTest>> &kept)
{
    if (!kept.ok() && batch.size() > 1 && concernsOne(kept.error())) {
        const std::lock_guard lock(m_mutex);
        for (auto each = batch.rbegin(); each != batch.rend(); ++each) {
            each->isAlone = true;
            m_queue.push_front(std::move(*each));
        }
        return;
    }
    for (size_t i = 0; i < batch.size(); ++i) {
        batch[i].promise->addResult(kept.ok() ? Result<ConnectionTest>((*kept)[i]) : Result<ConnectionTest>(kept.error()));
        batch[i].promise->finish();
    }
}

ConnectionTest TestKeeper::write(Transaction &transaction, const Waiting &waiting)
{
    Session &session = transaction.session();
    ConnectionTest test = waiting.test;
    if (const auto known = test.identity ? TestHistoryStore::knownServer(session, waiting.connection) : std::nullopt) judgeIdentity(test, *known);
    AuditEntry entry = entryFor(waiting.actor, waiting.connection, test);
    bool isTold = waiting.origin == TestOrigin::Person;
    if (!isTold && test.status != TestStatus::Cancelled) {
        const HealthStep step = healthStep(session, waiting.connection, test.status);
        isTold = step.isChange();
        entry.metadata.insert(u"health_before"_s, healthStates.name(step.before));
        entry.metadata.insert(u"health_after"_s, healthStates.name(step.after));
    }
    test.id = ConnectionStore::insertTest(transaction, test);
    if (isTold) AuditStore::record(transaction, entry);
    return test;
}

}  // namespace headgate
