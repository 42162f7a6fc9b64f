// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/connectiontester.h"

#include "app/base/attach.h"
#include "app/base/job.h"
#include "ui/connections/testrun.h"

#include <QPointer>

namespace headgate {

namespace {

constexpr int parallelTests = 32;
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
    int total = 0;
    int running = 0;
    int done = 0;
    int failed = 0;
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

void ConnectionTester::testAll()
{
    if (m_batch) return;
    const CancelToken cancel;
    m_batch = std::make_unique<Batch>();
    m_batch->job = m_jobs.begin(tr("Test all connections"), cancel);
    cancel.onCancel([guard = QPointer(this)] {
        if (guard) guard->cancelAll();  // the registry cancels on this thread
    });
    Q_EMIT batchChanged();
    collect({std::nullopt, pageRows});
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
        m_batch->total = int(m_batch->waiting.size());
        next();
    });
}

void ConnectionTester::next()
{
    while (m_batch && !m_batch->waiting.isEmpty() && m_batch->running < parallelTests) {
        const Connection connection = m_batch->waiting.dequeue();
        ++m_batch->running;
        TestRun *run = m_runs.value(connection.id);
        if (!run) run = start(connection);
        connect(run, &TestRun::finished, this, &ConnectionTester::onBatchResult);
    }
    if (m_batch && m_batch->running == 0) endBatch();
}

void ConnectionTester::onBatchResult(const Result<ConnectionTest> &result)
{
    if (!m_batch) return;
    --m_batch->running;
    ++m_batch->done;
    if (!result.ok() || result->status == TestStatus::Failure) ++m_batch->failed;
    m_batch->job.setProgress(m_batch->done, m_batch->total);
    next();
}

void ConnectionTester::cancelAll()
{
    if (!m_batch) return;
    m_batch->waiting.clear();
    for (TestRun *run : std::as_const(m_runs)) run->cancel();
}

void ConnectionTester::endBatch()
{
    const std::unique_ptr<Batch> batch = std::move(m_batch);
    batch->job.end();
    Q_EMIT batchChanged();
    Q_EMIT allFinished(batch->done, batch->failed);
}

}  // namespace headgate
