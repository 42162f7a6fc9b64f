// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connections/connectionservice.h"

#include <QHash>
#include <QObject>
#include <QQueue>

namespace headgate {

class JobRegistry;
class TestRun;

/// Runs tests of stored connections as jobs of the window: one of its own for a single test, one for a whole batch.
/// A connection is tested once at a time. Deleting it cancels what runs.
class ConnectionTester : public QObject {
    Q_OBJECT
public:
    ConnectionTester(ConnectionService &service, JobRegistry &jobs, QObject *parent = nullptr);
    ~ConnectionTester() override;

    void test(const Connection &connection);
    /// Tests each active connection, a bounded number at once.
    void testAll();
    void cancel(ConnectionId id);
    /// The run of this connection; null when none runs.
    TestRun *run(ConnectionId id) const { return m_runs.value(id); }
    bool isTestingAll() const { return m_batch != nullptr; }

Q_SIGNALS:
    void started(headgate::ConnectionId id);
    void finished(const headgate::Connection &connection, const headgate::Result<headgate::ConnectionTest> &result);
    void allFinished(int tested, int failed);
    /// The list of connections to test could not be read.
    void batchFailed(const headgate::Error &error);
    void batchChanged();

private:
    struct Batch;
    TestRun *start(const Connection &connection);
    void collect(const ListCursor &cursor);
    void next();
    void onBatchResult(const Result<ConnectionTest> &result);
    void cancelAll();
    void endBatch();

    ConnectionService &m_service;
    JobRegistry &m_jobs;
    QHash<ConnectionId, TestRun *> m_runs;
    std::unique_ptr<Batch> m_batch;
};

}  // namespace headgate
