// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/canceltoken.h"
#include "models/base/result.h"
#include "models/database/session.h"
#include "models/database/transaction.h"

#include <QFuture>
#include <QPromise>
#include <QUuid>
#include <functional>
#include <memory>
#include <type_traits>

namespace headgate {

/// Sizes and times of a workspace pool. Defaults as documented in packaging/env.example.
struct PoolSettings {
    int size = 10;
    int overflow = 20;
    int maxIdle = 10;             ///< workers kept when there is nothing to do
    int recycleSeconds = 3600;    ///< a connection older than this is opened again
    int idleSeconds = 60;         ///< a worker beyond maxIdle leaves after this
    int prePingIdleMs = 5'000;    ///< a connection idle for longer is pinged before use
    double pressure = 0.8;        ///< utilisation above which the pool is under pressure

    bool operator==(const PoolSettings &) const = default;
};

struct PoolStats {
    int open = 0;
    int inUse = 0;
    int waiting = 0;
    int capacity = 0;  ///< size + overflow
    double utilisation() const { return capacity > 0 ? double(inUse) / capacity : 0; }
};

/// A workspace database: opens connections, keeps them on worker threads, hands work to them. Thread-safe.
/// A unit of work runs on a worker with that worker's session; what it throws becomes the Error of the answer. SQLite
/// has one writer thread; reads run beside it. When the Database goes, work still queued is answered with Cancelled and
/// reads that run are stopped; writes that run are waited for.
class Database {
public:
    explicit Database(ConnectSpec spec, PoolSettings settings = {});
    ~Database();
    Database(const Database &) = delete;
    Database &operator=(const Database &) = delete;

    const Dialect &dialect() const;
    const ConnectSpec &spec() const;
    PoolSettings settings() const;
    PoolStats stats() const;

    /// Runs `work(Session &)` outside any transaction, read only by agreement; once more when the connection was lost, so
    /// what it leaves outside of itself it must begin anew.
    template <typename F, typename T = std::invoke_result_t<F, Session &>>
    QFuture<Result<T>> read(F work, const CancelToken &cancel = {})
    {
        auto promise = std::make_shared<QPromise<Result<T>>>();
        promise->start();
        QFuture<Result<T>> future = promise->future();
        enqueue(false, cancel,
                [promise, work = std::move(work)](Session &session) mutable {
                    promise->addResult(Result<T>(work(session)));
                    promise->finish();
                },
                [promise](const Error &error) {
                    promise->addResult(Result<T>(error));
                    promise->finish();
                });
        return future;
    }

    /// Runs `work(Transaction &)` in one transaction and commits it. The work may run several times (Retry), so it must
    /// touch nothing but its transaction. `operation` is looked up in `operations` when the reply to COMMIT is lost.
    template <typename F, typename T = std::invoke_result_t<F, Transaction &>>
    QFuture<Result<T>> write(F work, const QUuid &operation = QUuid::createUuid(), const CancelToken &cancel = {})
    {
        auto promise = std::make_shared<QPromise<Result<T>>>();
        promise->start();
        QFuture<Result<T>> future = promise->future();
        auto value = std::make_shared<std::optional<T>>();
        enqueueWrite(operation, cancel,
                     [value, work = std::move(work)](Transaction &transaction) mutable { value->emplace(work(transaction)); },
                     [promise, value] {
                         promise->addResult(Result<T>(std::move(**value)));
                         promise->finish();
                     },
                     [promise](const Error &error) {
                         promise->addResult(Result<T>(error));
                         promise->finish();
                     });
        return future;
    }

private:
    using Job = std::function<void(Session &)>;
    using Fail = std::function<void(const Error &)>;
    void enqueue(bool writer, const CancelToken &cancel, Job job, Fail fail);
    void enqueueWrite(const QUuid &operation, const CancelToken &cancel, std::function<void(Transaction &)> work,
                      std::function<void()> done, Fail fail);

    class Pool;
    std::unique_ptr<Pool> m_pool;
};

}  // namespace headgate
