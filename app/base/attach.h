// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFuture>
#include <QFutureWatcher>
#include <QObject>
#include <utility>

namespace headgate {

/// Calls `done(value)` on `owner`'s thread when the future has a value; forgets it when `owner` goes first.
/// (QFuture::then(context, …) of Qt 6.4.2 aborts when the context was destroyed before the future finished.)
template <typename T, typename F>
void attach(QObject *owner, const QFuture<T> &future, F done)
{
    auto *watcher = new QFutureWatcher<T>(owner);
    QObject::connect(watcher, &QFutureWatcher<T>::finished, owner, [watcher, done = std::move(done)]() mutable {
        watcher->deleteLater();
        if (watcher->future().resultCount() > 0) done(watcher->future().result());
    });
    watcher->setFuture(future);
}

}  // namespace headgate
