// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/testrun.h"

#include "app/base/attach.h"

#include <QFutureWatcher>
#include <QPromise>

namespace headgate {

TestRun::TestRun(const Start &start, QObject *parent) : QObject(parent)
{
    // The promise outlives this object on the probe's side; the watcher drops what comes too late.
    const auto relay = std::make_shared<QPromise<StageResult>>();
    relay->start();
    auto *watcher = new QFutureWatcher<StageResult>(this);
    connect(watcher, &QFutureWatcher<StageResult>::resultReadyAt, this, [this, watcher](int index) {
        m_stages.push_back(watcher->resultAt(index));
        Q_EMIT stageFinished(m_stages.back());
    });
    watcher->setFuture(relay->future());
    const auto future = start([relay](const StageResult &stage) { relay->addResult(stage); }, m_cancel);
    attach(this, future, [this, relay](const Result<ConnectionTest> &result) {
        if (result.ok()) m_stages = result->stages;
        relay->finish();
        Q_EMIT finished(result);
    });
}

TestRun::~TestRun()
{
    m_cancel.cancel();
}

}  // namespace headgate
