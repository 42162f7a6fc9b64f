// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/canceltoken.h"
#include "models/base/result.h"
#include "models/catalog/catalogtable.h"
#include "models/connections/connection.h"

#include <QFuture>
#include <QObject>
#include <memory>
#include <mutex>
#include <vector>

class QTimer;

namespace headgate {

class ConnectionService;
class DiscoveryReader;

/// A look into one target: what it asks is answered one after the other on a worker thread, over at most one session,
/// which is opened by the first question and closed after a minute without one. Lives on the thread that made it;
/// destroying it stops what runs and does not wait.
class Discovery : public QObject {
    Q_OBJECT
public:
    ~Discovery() override;

    QFuture<Result<QList<CatalogDatabase>>> databases(const CancelToken &cancel = {});
    QFuture<Result<QList<CatalogSchema>>> schemas(const CancelToken &cancel = {});
    QFuture<Result<TablePage>> tables(const QString &schema, const QString &after, int limit, const CancelToken &cancel = {});
    QFuture<Result<TablePage>> partitions(const TableName &parent, const TableName &after, int limit, const CancelToken &cancel = {});
    QFuture<Result<TablePage>> search(const QString &text, int limit, const CancelToken &cancel = {});
    QFuture<Result<TableDetail>> table(const TableName &name, const CancelToken &cancel = {});
    /// What is asked from now on is asked in another database of the server.
    void setDatabase(const QString &name);

private:
    friend class DiscoveryService;
    class Worker;
    explicit Discovery(std::shared_ptr<Worker> worker);
    template <typename F>
    auto ask(F work, const CancelToken &cancel);

    std::shared_ptr<Worker> m_worker;
    CancelToken m_closing;
    QString m_database;
    QTimer *m_idle;
};

/// Discovery of other people's databases, and the tables that a connection keeps for a pipeline to come. Any thread.
class DiscoveryService {
public:
    explicit DiscoveryService(ConnectionService &connections);
    /// Waits for workers whose Discovery is gone; every Discovery must be.
    ~DiscoveryService();

    /// Nothing is connected yet.
    std::unique_ptr<Discovery> look(const Connection &connection);
    /// Keeps the tables with the connection, audited as an edit of it; nothing else of it is changed.
    QFuture<Result<Connection>> choose(ConnectionId id, const QList<TableName> &tables);
    static QList<TableName> chosenTables(const Connection &connection);

private:
    class Tasks;
    ConnectionService &m_connections;
    std::unique_ptr<Tasks> m_tasks;
};

}  // namespace headgate
