// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/catalog/discoveryservice.h"

#include "app/base/tasks.h"
#include "app/connections/connectionservice.h"
#include "models/catalog/discoveryreader.h"

#include <QThreadPool>
#include <QTimer>
#include <algorithm>
#include <chrono>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::seconds idleTime{60};
const QString chosenKey = u"chosen_tables"_s;

}  // namespace

/// The thread of one Discovery and what only that thread touches.
class Discovery::Worker {
public:
    Worker(ConnectionService &connections, const Connection &connection) : m_connections(connections), m_connection(connection)
    {
        pool.setMaxThreadCount(1);
    }
    // The last piece of work closes the session: it must not go under its hands.
    ~Worker() { pool.waitForDone(); }

    template <typename F>
    auto answer(const QString &database, F work, const CancelToken &cancel)
    {
        const bool isUsed = m_session && m_session->isOpen() && database == m_database;
        open(database, cancel);
        try {
            return work(*m_reader);
        } catch (const Exception &exception) {
            // A session that was cut while nobody asked anything is opened again, once.
            if (!isUsed || m_session->isOpen() || exception.error().kind != ErrorKind::Internal) throw;
        }
        open(database, cancel);
        return work(*m_reader);
    }
    void close()
    {
        m_reader.reset();
        m_session.reset();
    }

    QThreadPool pool;

private:
    void open(const QString &database, const CancelToken &cancel)
    {
        if (cancel.isCancelled()) throw Exception({ErrorKind::Cancelled, u"Discovery was cancelled."_s, m_connection.name, {}, {}});
        if (m_session && m_session->isOpen() && database == m_database) return m_session->setCancel(cancel);
        close();
        Connection connection = m_connection;
        if (!database.isEmpty()) connection.databaseName = database;
        auto session = TargetSession::open(m_connections.targetFor({connection, {}}), cancel);
        m_reader = std::make_unique<DiscoveryReader>(*session, connection.databaseType);
        m_session = std::move(session);
        m_database = database;
    }

    ConnectionService &m_connections;
    Connection m_connection;
    QString m_database;
    std::unique_ptr<TargetSession> m_session;
    std::unique_ptr<DiscoveryReader> m_reader;
};

/// Workers, until they are idle and their Discovery is gone; then nobody waits for them.
class DiscoveryService::Tasks {
public:
    Tasks() { pool.setMaxThreadCount(2); }
    void add(const std::shared_ptr<Discovery::Worker> &worker)
    {
        const std::lock_guard lock(m_mutex);
        std::erase_if(m_workers, [](const auto &old) { return old.use_count() == 1 && old->pool.waitForDone(0); });
        m_workers.push_back(worker);
    }

    QThreadPool pool;

private:
    std::mutex m_mutex;
    std::vector<std::shared_ptr<Discovery::Worker>> m_workers;
};

Discovery::Discovery(std::shared_ptr<Worker> worker) : m_worker(std::move(worker)), m_idle(new QTimer(this))
{
    m_idle->setSingleShot(true);
    m_idle->setInterval(idleTime);
    connect(m_idle, &QTimer::timeout, this, [this] { m_worker->pool.start([worker = m_worker.get()] { worker->close(); }); });
}

Discovery::~Discovery()
{
    m_closing.cancel();
    m_worker->pool.start([worker = m_worker.get()] { worker->close(); });
}

template <typename F>
auto Discovery::ask(F work, const CancelToken &cancel)
{
    m_idle->start();
    const int key = m_closing.onCancel([cancel] { cancel.cancel(); });
    return runTask(m_worker->pool, [worker = m_worker.get(), closing = m_closing, key, cancel, database = m_database, work = std::move(work)] {
        struct Unlink {
            const CancelToken &token;
            int key;
            ~Unlink() { token.removeCallback(key); }
        } const unlink{closing, key};
        return worker->answer(database, work, cancel);
    });
}

QFuture<Result<QList<CatalogDatabase>>> Discovery::databases(const CancelToken &cancel)
{
    return ask([](DiscoveryReader &reader) { return reader.databases(); }, cancel);
}

QFuture<Result<QList<CatalogSchema>>> Discovery::schemas(const CancelToken &cancel)
{
    return ask([](DiscoveryReader &reader) { return reader.schemas(); }, cancel);
}

QFuture<Result<TablePage>> Discovery::tables(const QString &schema, const QString &after, int limit, const CancelToken &cancel)
{
    return ask([=](DiscoveryReader &reader) { return reader.tables(schema, after, limit); }, cancel);
}

QFuture<Result<TablePage>> Discovery::partitions(const TableName &parent, const TableName &after, int limit, const CancelToken &cancel)
{
    return ask([=](DiscoveryReader &reader) { return reader.partitions(parent, after, limit); }, cancel);
}

QFuture<Result<TablePage>> Discovery::search(const QString &text, int limit, const CancelToken &cancel)
{
    return ask([=](DiscoveryReader &reader) { return reader.search(text, limit); }, cancel);
}

QFuture<Result<TableDetail>> Discovery::table(const TableName &name, const CancelToken &cancel)
{
    return ask([=](DiscoveryReader &reader) { return reader.table(name); }, cancel);
}

void Discovery::setDatabase(const QString &name)
{
    m_database = name;
}

DiscoveryService::DiscoveryService(ConnectionService &connections) : m_connections(connections), m_tasks(std::make_unique<Tasks>()) {}

DiscoveryService::~DiscoveryService() = default;

std::unique_ptr<Discovery> DiscoveryService::look(const Connection &connection)
{
    const auto worker = std::make_shared<Discovery::Worker>(m_connections, connection);
    m_tasks->add(worker);
    return std::unique_ptr<Discovery>(new Discovery(worker));
}

QFuture<Result<Connection>> DiscoveryService::choose(ConnectionId id, const QList<TableName> &tables)
{
    return runTask(m_tasks->pool, [this, id, tables] {
        ConnectionDraft draft{valueOf(m_connections.get(id)), std::nullopt};
        if (chosenTables(draft.connection) == tables) return draft.connection;
        if (tables.isEmpty()) draft.connection.config.remove(chosenKey);
        else draft.connection.config.insert(chosenKey, chosentables::toJson(tables));
        return valueOf(m_connections.update(draft));
    });
}

QList<TableName> DiscoveryService::chosenTables(const Connection &connection)
{
    return chosentables::fromJson(connection.config.value(chosenKey).toArray());
}

}  // namespace headgate
