// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connections/connectionservice.h"

#include <QElapsedTimer>
#include <QHash>
#include <QObject>
#include <QQueue>

namespace headgate {

class JobRegistry;
class TestRun;

/// How a batch of tests ended.
struct BatchSummary {
    int total = 0;      ///< asked for
    int success = 0;
    int warning = 0;
    int failure = 0;    ///< with those that could not be run or kept
    int cancelled = 0;  ///< with those that were not begun
    qint64 elapsedMs = 0;
};

/// Runs tests of stored connections as jobs of the window: one of its own for a single test, one for a whole batch.
/// A connection is tested once at a time. Deleting it cancels what runs.
class ConnectionTester : public QObject {
    Q_OBJECT
public:
    /// Tests of one batch that run at once: as many as there are, within the 1024 descriptors that a process has by
    /// default. A test waits on a socket, not on a thread, so that a dead server holds nobody up.
    static constexpr int MostAtOnce = 500;

    ConnectionTester(ConnectionService &service, JobRegistry &jobs, QObject *parent = nullptr);
    ~ConnectionTester() override;

    void test(const Connection &connection);
    /// Tests each active connection.
    void testAll();
    /// Tests these; nothing while another batch runs.
    void testMany(const QList<Connection> &connections);
    void cancel(ConnectionId id);
    /// The run of this connection; null when none runs.
    TestRun *run(ConnectionId id) const { return m_runs.value(id); }
    bool isTestingMany() const { return m_batch != nullptr; }

Q_SIGNALS:
    void started(headgate::ConnectionId id);
    void finished(const headgate::Connection &connection, const headgate::Result<headgate::ConnectionTest> &result);
    void batchFinished(const headgate::BatchSummary &summary);
    /// The list of connections to test could not be read.
    void batchFailed(const headgate::Error &error);
    void batchChanged();

private:
    struct Batch;
    TestRun *start(const Connection &connection);
    bool beginBatch(const QString &name);
    void collect(const ListCursor &cursor);
    void startWaiting();
    void onBatchResult(ConnectionId id, const Result<ConnectionTest> &result);
    void cancelBatch();
    void endBatch();

    ConnectionService &m_service;
    JobRegistry &m_jobs;
    QHash<ConnectionId, TestRun *> m_runs;
    std::unique_ptr<Batch> m_batch;
};

}  // namespace headgate
