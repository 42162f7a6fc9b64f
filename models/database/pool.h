// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/database.h"
#include "models/database/retry.h"

#include <QElapsedTimer>
#include <QThread>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

namespace headgate {

/// One thread with one connection, opened at the first piece of work and again when it is too old or was lost.
class Worker {
public:
    Worker(const ConnectSpec &spec, const PoolSettings &settings) : m_spec(spec), m_settings(settings) {}

    /// Runs a piece of reading work; once more on a new connection when the old one turned out to be dead.
    void read(const std::function<void(Session &)> &work);
    /// One transaction, retried while nothing was committed; a lost reply to COMMIT is looked up by operation id.
    void write(const QUuid &operation, const CancelToken &cancel, const std::function<void(Transaction &)> &work);
    void setCancelToken(const CancelToken &token) { m_token = token; }
    /// Between two pieces of work: moves the WAL when it has grown.
    void tidy();
    void close() { m_session.reset(); }

private:
    Session &session();
    void reopenIfLost();
    Error unknownError(const QUuid &operation, const QString &evidence) const;
    bool committed(const QUuid &operation, const CancelToken &cancel);

    const ConnectSpec &m_spec;
    const PoolSettings &m_settings;
    const RetryPolicy m_retry;
    std::unique_ptr<Session> m_session;
    CancelToken m_token;
    QElapsedTimer m_opened;
    QElapsedTimer m_used;
};

/// The threads of a Database and the queue in front of them.
class Database::Pool {
public:
    struct Task {
        bool writer = false;
        CancelToken cancel;
        std::function<void(Worker &)> run;
        Fail fail;
    };

    Pool(ConnectSpec spec, PoolSettings settings);
    ~Pool();

    const ConnectSpec &spec() const { return m_spec; }
    PoolSettings settings() const { return m_settings; }
    PoolStats stats() const;
    void add(Task task);

private:
    /// SQLite has one writer thread, with a queue of its own; elsewhere everything shares one queue.
    struct Lane {
        std::deque<Task> queue;
        int capacity = 0;
        int threads = 0;
        int busy = 0;
    };
    Lane &laneFor(const Task &task) { return m_lanes[m_separateWriter && task.writer ? 1 : 0]; }
    void startThread(Lane &lane);
    void runThread(Lane &lane);
    bool waitForTask(Lane &lane, std::unique_lock<std::mutex> &lock, Task &task);
    static void runTask(Worker &worker, const Task &task);

    const ConnectSpec m_spec;
    const PoolSettings m_settings;
    const bool m_separateWriter;
    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    Lane m_lanes[2];
    std::vector<std::unique_ptr<QThread>> m_threads;
    std::map<const Task *, CancelToken> m_reading;  ///< what runs and is stopped when the pool goes
    bool m_stopping = false;
};

}  // namespace headgate
