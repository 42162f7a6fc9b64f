// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/auditrecord.h"
#include "models/base/canceltoken.h"
#include "models/base/result.h"
#include "models/connections/readiness/readinessreader.h"

#include <QFuture>
#include <QThreadPool>
#include <functional>

namespace headgate {

class ConnectionService;
class Database;

/// Checks whether the server and the tables of a stored connection are ready for change data capture; every run stands in
/// the audit trail. Any thread; answers come as futures. Destroying it cancels what runs.
class ReadinessService {
public:
    using Request = ReadinessReader::Request;
    /// Comes on the thread of the run and must be quick.
    using Progress = ReadinessReader::Progress;

    ReadinessService(ConnectionService &connections, Database &database, std::function<Actor()> actor);
    ~ReadinessService();

    /// Opening ends at the connection's own time limit, the questions at the request's. Invalid: a type without capture,
    /// or a check that this type does not have.
    QFuture<Result<ReadinessReport>> check(ConnectionId id, const Request &request = {}, Progress progress = {}, const CancelToken &cancel = {});

private:
    ReadinessReport run(const Connection &connection, const Request &request, const Progress &progress, const CancelToken &cancel);
    void record(const Connection &connection, const Request &request, const Result<ReadinessReport> &outcome);

    ConnectionService &m_connections;
    Database &m_database;
    std::function<Actor()> m_actor;
    CancelToken m_stop;
    QThreadPool m_pool;
};

}  // namespace headgate
