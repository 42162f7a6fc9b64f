// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/pool.h"

#include "models/database/dberror.h"
#include "models/database/query.h"
#include "models/database/walgate.h"

#include <algorithm>

namespace headgate {

namespace {
/// A WAL of this size is moved into the database as soon as nobody writes.
constexpr qint64 kCheckpointBytes = 4 * 1024 * 1024;

Error stoppedError()
{
    return {ErrorKind::Cancelled, QStringLiteral("Cancelled"), {}, {}, {}};
}
}  // namespace

Session &Worker::session()
{
    const bool old = m_session && m_opened.hasExpired(qint64(m_settings.recycleSeconds) * 1000);
    const bool idle = m_session && m_used.hasExpired(m_settings.prePingIdleMs);
    // A transaction left open is one whose rollback failed.
    const bool unfit = m_session && (old || !m_session->isOpen() || m_session->inTransaction());
    if (unfit || (idle && !m_session->ping())) m_session.reset();
    if (!m_session) {
        m_session = Session::open(m_spec);
        m_opened.start();
    }
    m_session->setCancelToken(m_token);
    m_session->setStatementTimeout(m_spec.statementTimeoutMs);
    m_used.start();
    return *m_session;
}

void Worker::reopenIfLost()
{
    if (m_session && !m_session->isOpen()) m_session.reset();
}

void Worker::read(const std::function<void(Session &)> &work)
{
    const bool fresh = !m_session;
    try {
        work(session());
        return;
    } catch (const DbError &error) {
        reopenIfLost();
        if (fresh || !error.isConnectionLost() || m_token.isCancelled()) throw;
    }
    work(session());
}

Error Worker::unknownError(const QUuid &operation, const QString &evidence) const
{
    return {ErrorKind::Unknown, QStringLiteral("It is not known whether the change was saved"), m_spec.display(), evidence,
            QStringLiteral("When the server is back, look for operation %1 in the audit trail before repeating the change.")
                .arg(operation.toString(QUuid::WithoutBraces))};
}

bool Worker::committed(const QUuid &operation, const CancelToken &cancel)
{
    // The answer itself may need a few attempts: the server has just gone away.
    for (int attempt = 1;; ++attempt) {
        try {
            m_session.reset();
            m_token = {};
            Query query(session(), QStringLiteral("select 1 from operations where op_id = {uuid_in:id}"));
            return query.bind("id", operation).first();
        } catch (const Exception &error) {
            const auto *failed = dynamic_cast<const DbError *>(&error);
            const bool transient = error.error().kind == ErrorKind::Timeout || (failed && failed->isTransient());
            if (!transient || attempt >= m_retry.attempts || !m_retry.sleep(attempt, cancel))
                throw Exception(unknownError(operation, error.error().evidence));
        }
    }
}

void Worker::write(const QUuid &operation, const CancelToken &cancel, const std::function<void(Transaction &)> &work)
{
    bool unknown = false;  // an earlier COMMIT may still be on its way on the server
    for (int attempt = 1;; ++attempt) {
        const bool fresh = attempt == 1 && !m_session;
        try {
            m_token = cancel;
            Transaction transaction(session(), Transaction::Mode::Write, operation);
            work(transaction);
            transaction.commit();
            return;
        } catch (const CommitUnknown &lost) {
            if (!lost.operationRecorded()) throw;
            if (committed(operation, cancel)) return;
            unknown = true;
            if (attempt >= m_retry.attempts) throw Exception(unknownError(operation, lost.error().evidence));
        } catch (const Exception &error) {
            const bool opened = m_session != nullptr;
            reopenIfLost();
            // A repetition collides with its own commit when that arrived late, on whatever it checks first.
            if (unknown && committed(operation, cancel)) return;
            if (unknown && error.error().kind == ErrorKind::Cancelled) throw Exception(unknownError(operation, {}));
            const auto *failed = dynamic_cast<const DbError *>(&error);
            // A server that was never reached is told at once: the password may be wrong.
            const bool again = failed && failed->isTransient() && (opened || !fresh);
            if (!again || attempt >= m_retry.attempts) throw;
        }
        if (m_retry.sleep(attempt, cancel)) continue;
        // "Cancelled" says that nothing was saved.
        if (!unknown) throw Exception(stoppedError());
        if (!committed(operation, cancel)) throw Exception(unknownError(operation, {}));
        return;
    }
}

void Worker::tidy()
{
    if (!m_session || !m_session->walGate() || m_session->walGate()->walBytes() < kCheckpointBytes) return;
    m_session->walGate()->tryCheckpoint(static_cast<sqlite3 *>(m_session->nativeHandle()));
}

Database::Pool::Pool(ConnectSpec spec, PoolSettings settings)
    : m_spec(std::move(spec)), m_settings(settings), m_separateWriter(m_spec.kind == Dialect::Kind::Sqlite)
{
    m_lanes[0].capacity = std::max(1, m_settings.size + m_settings.overflow);
    m_lanes[1].capacity = m_separateWriter ? 1 : 0;
}

Database::Pool::~Pool()
{
    std::deque<Task> dropped;
    std::vector<CancelToken> reading;
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
        for (Lane &lane : m_lanes) {
            std::move(lane.queue.begin(), lane.queue.end(), std::back_inserter(dropped));
            lane.queue.clear();
        }
        for (const auto &[task, cancel] : m_reading) reading.push_back(cancel);
    }
    m_wake.notify_all();
    for (const Task &task : dropped) task.fail(stoppedError());
    // Nobody sees their answers any more, and a server that hangs would hold up whoever lets this go.
    for (const CancelToken &cancel : reading) cancel.cancel();
    for (auto &thread : m_threads) thread->wait();
}

PoolStats Database::Pool::stats() const
{
    const std::lock_guard lock(m_mutex);
    PoolStats stats;
    for (const Lane &lane : m_lanes) {
        stats.open += lane.threads;
        stats.inUse += lane.busy;
        stats.waiting += int(lane.queue.size());
        stats.capacity += lane.capacity;
    }
    return stats;
}

void Database::Pool::add(Task task)
{
    {
        const std::lock_guard lock(m_mutex);
        if (!m_stopping) {
            Lane &lane = laneFor(task);
            lane.queue.push_back(std::move(task));
            if (lane.threads - lane.busy < int(lane.queue.size()) && lane.threads < lane.capacity) startThread(lane);
            m_wake.notify_all();
            return;
        }
    }
    task.fail(stoppedError());
}

void Database::Pool::startThread(Lane &lane)
{
    std::erase_if(m_threads, [](const auto &thread) { return thread->isFinished(); });
    ++lane.threads;
    m_threads.emplace_back(QThread::create([this, &lane] { runThread(lane); }));
    m_threads.back()->setObjectName(QStringLiteral("headgate-db"));
    m_threads.back()->start();
}

bool Database::Pool::waitForTask(Lane &lane, std::unique_lock<std::mutex> &lock, Task &task)
{
    const auto ready = [this, &lane] { return m_stopping || !lane.queue.empty(); };
    while (!m_wake.wait_for(lock, std::chrono::seconds(std::max(1, m_settings.idleSeconds)), ready)) {
        if (lane.threads - lane.busy > std::min(m_settings.maxIdle, m_settings.size)) return false;
    }
    if (lane.queue.empty()) return false;
    task = std::move(lane.queue.front());
    lane.queue.pop_front();
    return true;
}

void Database::Pool::runThread(Lane &lane)
{
    Worker worker(m_spec, m_settings);
    std::unique_lock lock(m_mutex);
    Task task;
    while (waitForTask(lane, lock, task)) {
        ++lane.busy;
        if (!task.writer) m_reading.emplace(&task, task.cancel);
        lock.unlock();
        runTask(worker, task);
        lock.lock();
        m_reading.erase(&task);
        lock.unlock();
        task = {};
        worker.tidy();
        lock.lock();
        --lane.busy;
    }
    --lane.threads;
    lock.unlock();
    worker.close();
}

void Database::Pool::runTask(Worker &worker, const Task &task)
{
    // The one place where exceptions become answers.
    try {
        if (task.cancel.isCancelled()) throw Exception(stoppedError());
        worker.setCancelToken(task.cancel);
        task.run(worker);
    } catch (const Exception &exception) {
        task.fail(exception.error());
    } catch (const std::exception &exception) {
        task.fail({ErrorKind::Internal, QStringLiteral("An unexpected error"), {}, QString::fromLocal8Bit(exception.what()), {}});
    }
}

}  // namespace headgate
