// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/connectiontester.h"

#include "app/base/attach.h"
#include "app/base/job.h"
#include "ui/connections/testrun.h"

#include <QPointer>
#include <QSet>
#include <QTimer>

namespace headgate {

namespace {

constexpr int startsAtATime = 8;  ///< between two looks at the event loop
constexpr int pageRows = 500;

ListQuery activeConnections()
{
    ListQuery query;
    query.filters << ColumnFilter{QStringLiteral("is_active"), ColumnFilter::Op::Equal, {true}};
    return query;
}

}  // namespace

struct ConnectionTester::Batch {
    JobHandle job;
    QQueue<Connection> waiting;
    QSet<ConnectionId> running;
    BatchSummary summary;
    QElapsedTimer clock;
    bool isStarting = false;

    int done() const { return summary.success + summary.warning + summary.failure + summary.cancelled; }
    void count(const Result<ConnectionTest> &result)
    {
        if (!result.ok()) return void(++(result.error().kind == ErrorKind::Cancelled ? summary.cancelled : summary.failure));
        switch (result->status) {
        case TestStatus::Success: ++summary.success; break;
        case TestStatus::Warning: ++summary.warning; break;
        case TestStatus::Failure: ++summary.failure; break;
        case TestStatus::Cancelled: ++summary.cancelled; break;
        }
    }
};

ConnectionTester::ConnectionTester(ConnectionService &service, JobRegistry &jobs, QObject *parent)
    : QObject(parent), m_service(service), m_jobs(jobs)
{
}

ConnectionTester::~ConnectionTester() = default;

TestRun *ConnectionTester::start(const Connection &connection)
{
    const ConnectionId id = connection.id;
    auto *run = new TestRun([this, id](const auto &onStage, const CancelToken &cancel) { return m_service.test(id, onStage, cancel); },
                            this);
    m_runs.insert(id, run);
    connect(run, &TestRun::finished, this, [this, run, connection](const Result<ConnectionTest> &result) {
        m_runs.remove(connection.id);
        run->deleteLater();
        Q_EMIT finished(connection, result);
    });
    Q_EMIT started(id);
    return run;
}

void ConnectionTester::test(const Connection &connection)
{
    if (m_runs.contains(connection.id)) return;
    TestRun *run = start(connection);
    const JobHandle job = m_jobs.begin(tr("Test %1").arg(connection.name), run->token());
    connect(run, &TestRun::stageFinished, this, [job, run] { job.setProgress(int(run->stages().size()), int(testStages.rows().size())); });
    connect(run, &TestRun::finished, this, [job] { job.end(); });
}

void ConnectionTester::cancel(ConnectionId id)
{
    if (TestRun *running = run(id)) running->cancel();
}

bool ConnectionTester::beginBatch(const QString &name)
{
    if (m_batch) return false;
    const CancelToken cancel;
    m_batch = std::make_unique<Batch>();
    m_batch->clock.start();
    m_batch->job = m_jobs.begin(name, cancel);
    cancel.onCancel([guard = QPointer(this)] {
        if (guard) guard->cancelBatch();  // the registry cancels on this thread
    });
    Q_EMIT batchChanged();
    return true;
}

void ConnectionTester::testAll()
{
    if (beginBatch(tr("Test all connections"))) collect({std::nullopt, pageRows});
}

void ConnectionTester::testMany(const QList<Connection> &connections)
{
    if (connections.isEmpty() || !beginBatch(tr("Test %1 connections").arg(connections.size()))) return;
    m_batch->waiting += connections;
    m_batch->summary.total = int(connections.size());
    startWaiting();
}

void ConnectionTester::collect(const ListCursor &cursor)
{
    attach(this, m_service.page(activeConnections(), cursor), [this](const Result<ListPage<Connection>> &page) {
        if (!m_batch) return;
        if (!page.ok()) {
            Q_EMIT batchFailed(page.error());
            return endBatch();
        }
        m_batch->waiting += page->rows;
        if (!page->atEnd) return collect({page->lastKey, pageRows});
        m_batch->summary.total = int(m_batch->waiting.size());
        startWaiting();
    });
}

/// A few at a time: the window stays live while hundreds begin.
void ConnectionTester::startWaiting()
{
    if (!m_batch || m_batch->isStarting) return;
    for (int i = 0; i < startsAtATime && !m_batch->waiting.isEmpty() && m_batch->running.size() < MostAtOnce; ++i) {
        const Connection connection = m_batch->waiting.dequeue();
        const ConnectionId id = connection.id;
        TestRun *run = m_runs.value(id);
        if (!run) run = start(connection);
        m_batch->running.insert(id);
        connect(run, &TestRun::finished, this, [this, id](const Result<ConnectionTest> &result) { onBatchResult(id, result); });
    }
    if (m_batch->running.isEmpty() && m_batch->waiting.isEmpty()) return endBatch();
    if (m_batch->waiting.isEmpty() || m_batch->running.size() >= MostAtOnce) return;
    m_batch->isStarting = true;
    QTimer::singleShot(0, this, [this] {
        if (!m_batch) return;
        m_batch->isStarting = false;
        startWaiting();
    });
}

void ConnectionTester::onBatchResult(ConnectionId id, const Result<ConnectionTest> &result)
{
    if (!m_batch || !m_batch->running.remove(id)) return;
    m_batch->count(result);
    if (m_batch->summary.failure > 0) m_batch->job.setNote(tr("%1 failed").arg(m_batch->summary.failure));
    m_batch->job.setProgress(m_batch->done(), m_batch->summary.total);
    startWaiting();
}

void ConnectionTester::cancelBatch()
{
    if (!m_batch) return;
    m_batch->summary.cancelled += int(m_batch->waiting.size());
    m_batch->waiting.clear();
    const QSet<ConnectionId> running = m_batch->running;  // an answer may come at once
    for (const ConnectionId id : running) cancel(id);
}

void ConnectionTester::endBatch()
{
    BatchSummary summary = m_batch->summary;
    summary.elapsedMs = m_batch->clock.elapsed();
    const std::unique_ptr<Batch> batch = std::move(m_batch);
    batch->job.end();
    Q_EMIT batchChanged();
    Q_EMIT batchFinished(summary);
}

}  // namespace headgate
