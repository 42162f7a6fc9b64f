// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"

#include <QFuture>
#include <QPromise>
#include <QThreadPool>
#include <memory>
#include <type_traits>

namespace headgate {

/// Runs blocking work (a key file, a keychain, waiting for another future) on `pool` and answers with a future. What it
/// throws becomes the Error: the only place above the database workers where exceptions are caught.
template <typename F, typename T = std::invoke_result_t<F>>
QFuture<Result<T>> runTask(QThreadPool &pool, F work)
{
    auto promise = std::make_shared<QPromise<Result<T>>>();
    promise->start();
    QFuture<Result<T>> future = promise->future();
    pool.start([promise, work = std::move(work)]() mutable {
        try {
            promise->addResult(Result<T>(work()));
        } catch (const Exception &exception) {
            promise->addResult(Result<T>(exception.error()));
        } catch (const std::exception &exception) {
            promise->addResult(Result<T>(Error{ErrorKind::Internal, QStringLiteral("An unexpected error"), {}, QString::fromLocal8Bit(exception.what()), {}}));
        }
        promise->finish();
    });
    return future;
}

/// A future that already has its value.
template <typename T>
QFuture<Result<T>> answered(Result<T> result)
{
    QPromise<Result<T>> promise;
    promise.start();
    promise.addResult(std::move(result));
    promise.finish();
    return promise.future();
}

/// Waits for a future on a thread that may block (a command, a task, never the GUI thread) and throws its Error.
template <typename T>
T valueOf(const QFuture<Result<T>> &future)
{
    return future.result().orThrow();
}

}  // namespace headgate
