// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connections/connectionservice.h"

#include "app/base/tasks.h"
#include "app/connections/testhistoryservice.h"
#include "app/connections/testkeeper.h"
#include "app/vault/vault.h"
#include "models/audit/auditstore.h"
#include "models/audit/redaction.h"
#include "models/connections/connectionjson.h"
#include "models/connections/connectionstore.h"
#include "models/connections/odbcdrivers.h"
#include "models/connections/healthrule.h"
#include "models/connections/testhistorystore.h"
#include "models/database/database.h"
#include "models/database/dberror.h"

#include <QThreadPool>
#include <atomic>
#include <mutex>
#include <unordered_map>

namespace headgate {

namespace {

const QString kMask = QStringLiteral("••••");
const QString kEntity = QStringLiteral("connection");

QByteArray secretContext(ConnectionId id) { return "connection:" + QByteArray::number(id.value) + ":password"; }

[[noreturn]] void throwMissing(const QString &which)
{
    throw Exception({ErrorKind::NotFound, QStringLiteral("There is no connection %1").arg(which), QStringLiteral("connections"), {},
                     QStringLiteral("It may have been removed meanwhile: refresh the list.")});
}

Connection require(std::optional<Connection> connection, const QString &which)
{
    if (!connection) throwMissing(which);
    return *std::move(connection);
}

void requireValid(const ConnectionDraft &draft)
{
    const QList<FieldError> errors = ConnectionService::validate(draft);
    if (!errors.isEmpty())
        throw Exception({ErrorKind::Invalid, errors.first().message, errors.first().field, {}, QStringLiteral("Correct the field and save again.")});
    if (draft.password == kMask)
        throw Exception({ErrorKind::Invalid, QStringLiteral("The mask is not a password"), QStringLiteral("password"), {},
                         QStringLiteral("Leave the field empty to keep the stored password.")});
}

Error nameTaken(const QString &name)
{
    return {ErrorKind::Invalid, QStringLiteral("There is a connection named %1 already").arg(name), QStringLiteral("name"), {},
            QStringLiteral("Choose another name.")};
}

Error changedMeanwhile(const Connection &stored)
{
    return {ErrorKind::Conflict, QStringLiteral("%1 was changed by somebody else").arg(stored.name),
            QStringLiteral("connection %1").arg(stored.id.value), QStringLiteral("version %1 is stored now").arg(stored.version),
            QStringLiteral("Compare both versions, choose what to keep, and save again.")};
}

/// What was read before the refused statement may be old by now: somebody else's commit came between.
[[noreturn]] void throwChanged(Transaction &transaction, const Connection &before)
{
    throw Exception(changedMeanwhile(require(ConnectionStore::get(transaction.session(), before.id), before.name)));
}

AuditEntry entryFor(const Actor &actor, const char *action, const Connection &connection)
{
    AuditEntry entry;
    entry.actor = actor;
    entry.action = QLatin1String(action);
    entry.entityType = kEntity;
    entry.entityId = QString::number(connection.id.value);
    entry.entityName = connection.name;
    return entry;
}

int timeoutMs(const Connection &connection)
{
    return connection.config.value(QLatin1String("connect_timeout")).toInt(10) * 1000;
}

}  // namespace

/// The threads that may wait: for the vault and for a database worker's answer. And which tests run.
class ConnectionService::Tasks {
public:
    Tasks() { pool.setMaxThreadCount(4); }
    ~Tasks() { pool.waitForDone(); }

    void count(ConnectionId id, int change)
    {
        const std::lock_guard lock(m_mutex);
        if ((m_testing[id.value] += change) == 0) m_testing.erase(id.value);
    }
    bool isTesting(ConnectionId id)
    {
        const std::lock_guard lock(m_mutex);
        return m_testing.contains(id.value);
    }

    QThreadPool pool;
    std::atomic<bool> isStopped = false;

private:
    std::mutex m_mutex;
    std::unordered_map<qint64, int> m_testing;
};

ConnectionService::ConnectionService(Database &database, Vault &vault, ConnectionProbe &probe, std::function<Actor()> actor)
    : m_database(database), m_vault(vault), m_probe(probe), m_actor(std::move(actor)), m_history(std::make_unique<TestHistoryService>(database)),
      m_tasks(std::make_unique<Tasks>()), m_keeper(std::make_unique<TestKeeper>(database, m_actor))
{
}

ConnectionService::~ConnectionService() = default;

QFuture<Result<ListPage<Connection>>> ConnectionService::page(const ListQuery &query, const ListCursor &cursor, const CancelToken &cancel)
{
    return m_database.read([query, cursor](Session &session) { return ConnectionStore::page(session, query, cursor); }, cancel);
}

QFuture<Result<qint64>> ConnectionService::count(const ListQuery &query, const CancelToken &cancel)
{
    return m_database.read([query](Session &session) { return ConnectionStore::count(session, query); }, cancel);
}

QList<FilterColumn> ConnectionService::filterColumns() { return ConnectionStore::filterColumns(); }

QFuture<Result<QList<FacetCount>>> ConnectionService::facets(const ListQuery &query, const QString &column, const CancelToken &cancel)
{
    return m_database.read([query, column](Session &session) { return ConnectionStore::facets(session, query, column); }, cancel);
}

QFuture<Result<qint64>> ConnectionService::rank(const ListQuery &query, const QVariantList &key, const CancelToken &cancel)
{
    return m_database.read([query, key](Session &session) { return ConnectionStore::rank(session, query, key); }, cancel);
}

QFuture<Result<ConnectionSummary>> ConnectionService::summary()
{
    return m_database.read([](Session &session) {
        const QHash<QString, int> counts = ConnectionStore::statusCounts(session);
        const auto of = [&counts](const char *name) { return counts.value(QLatin1String(name)); };
        return ConnectionSummary{of("total"), of("active"), of("success"), of("warning"), of("failure"), of("") + of("cancelled")};
    });
}

QFuture<Result<Connection>> ConnectionService::get(ConnectionId id)
{
    return m_database.read([id](Session &session) { return require(ConnectionStore::get(session, id), QString::number(id.value)); });
}

QFuture<Result<Connection>> ConnectionService::getByName(const QString &name)
{
    return m_database.read([name](Session &session) { return require(ConnectionStore::getByName(session, name), name); });
}

QFuture<Result<QStringList>> ConnectionService::odbcDrivers()
{
    return runTask(m_tasks->pool, [] { return installedOdbcDrivers(); });
}

QFuture<Result<Connection>> ConnectionService::add(const ConnectionDraft &draft)
{
    return save(draft, [this](Transaction &transaction, const ConnectionDraft &wanted) {
        const ConnectionId id = ConnectionStore::insert(transaction, wanted.connection);
        writeSecret(transaction, id, wanted.password);
        const Connection stored = require(ConnectionStore::get(transaction.session(), id), wanted.connection.name);
        AuditEntry entry = entryFor(m_actor(), "CREATE", stored);
        entry.metadata = wanted.auditMetadata;
        entry.newValues = ConnectionJson::toJson(stored);
        AuditStore::record(transaction, entry);
        return stored;
    });
}

QFuture<Result<Connection>> ConnectionService::update(const ConnectionDraft &draft)
{
    return save(draft, [this](Transaction &transaction, const ConnectionDraft &wanted) {
        const ConnectionId id = wanted.connection.id;
        const Connection before = require(ConnectionStore::get(transaction.session(), id), QString::number(id.value));
        if (!ConnectionStore::update(transaction, before, wanted.connection)) throwChanged(transaction, before);
        writeSecret(transaction, id, wanted.password);
        const Connection stored = require(ConnectionStore::get(transaction.session(), id), wanted.connection.name);
        AuditEntry entry = entryFor(m_actor(), "UPDATE", stored);
        entry.metadata = wanted.auditMetadata;
        entry.oldValues = ConnectionJson::toJson(before);
        entry.newValues = ConnectionJson::toJson(stored);
        if (wanted.password) entry.metadata.insert(QStringLiteral("credentials_changed"), true);
        AuditStore::record(transaction, entry);
        return stored;
    });
}

QFuture<Result<Connection>> ConnectionService::save(const ConnectionDraft &draft, SaveWork work)
{
    // The vault may have to read a key file or ask a keychain first, so this starts on a thread that may wait.
    return runTask(m_tasks->pool, [this, draft, work = std::move(work)] {
        requireValid(draft);
        if (draft.password && !draft.password->isEmpty()) m_vault.prepare().orThrow();
        return valueOf(m_database.write([draft, work](Transaction &transaction) {
            try {
                return work(transaction, draft);
            } catch (const DbError &error) {
                if (error.isUniqueViolation()) throw Exception(nameTaken(draft.connection.name));
                throw;
            }
        }));
    });
}

void ConnectionService::writeSecret(Transaction &transaction, ConnectionId id, const std::optional<QString> &password)
{
    if (!password) return;
    std::optional<QByteArray> sealed;
    if (!password->isEmpty()) {
        m_vault.confirm(transaction);
        sealed = m_vault.seal(password->toUtf8(), secretContext(id)).orThrow();
    }
    ConnectionStore::setSecret(transaction, id, sealed);
}

QFuture<Result<Done>> ConnectionService::remove(ConnectionId id, int version)
{
    return m_database.write([this, id, version](Transaction &transaction) {
        Session &session = transaction.session();
        const Connection stored = require(ConnectionStore::get(session, id), QString::number(id.value));
        const QStringList pipelines = ConnectionStore::pipelineNames(session, id);
        if (!pipelines.isEmpty())
            throw Exception({ErrorKind::InUse, QStringLiteral("%1 is used by %2 pipelines").arg(stored.name).arg(pipelines.size()),
                             QStringLiteral("pipelines"), pipelines.join(QStringLiteral(", ")),
                             QStringLiteral("Remove these pipelines or give them another connection first.")});
        if (!ConnectionStore::remove(transaction, id, version)) throwChanged(transaction, stored);
        AuditEntry entry = entryFor(m_actor(), "DELETE", stored);
        entry.oldValues = ConnectionJson::toJson(stored);
        AuditStore::record(transaction, entry);
        return Done{};
    });
}

QFuture<Result<Done>> ConnectionService::recordExport(const QJsonObject &facts)
{
    return m_database.write([facts, actor = m_actor()](Transaction &transaction) {
        AuditEntry entry;
        entry.actor = actor;
        entry.action = QStringLiteral("EXPORT");
        entry.entityType = QStringLiteral("connection");
        entry.metadata = facts;
        AuditStore::record(transaction, entry);
        return Done{};
    });
}

QFuture<Result<QList<QPair<QString, qint64>>>> ConnectionService::dependents(ConnectionId id)
{
    return m_database.read([id](Session &session) { return ConnectionStore::dependents(session, id); });
}

QFuture<Result<QStringList>> ConnectionService::pipelineNames(ConnectionId id)
{
    return m_database.read([id](Session &session) { return ConnectionStore::pipelineNames(session, id); });
}

QFuture<Result<Connection>> ConnectionService::clone(ConnectionId id, const QString &name, bool withPassword)
{
    return runTask(m_tasks->pool, [this, id, name, withPassword] {
               ConnectionDraft draft{valueOf(get(id)), std::nullopt};
               if (withPassword && draft.connection.hasSecret) draft.password = QString::fromUtf8(targetFor(draft).password);
               draft.connection.id = {};
               draft.connection.name = name;
               draft.connection.hasSecret = false;
               return draft;
           })
        .then([this](const Result<ConnectionDraft> &draft) { return draft.ok() ? add(*draft) : answered(Result<Connection>(draft.error())); })
        .unwrap();
}

QFuture<Result<QList<ConnectionTest>>> ConnectionService::history(ConnectionId id, int limit)
{
    return m_database.read([id, limit](Session &session) { return ConnectionStore::history(session, id, limit); });
}

QList<ConnectionService::FieldChange> ConnectionService::changes(const Connection &before, const ConnectionDraft &after)
{
    QList<FieldChange> list;
    const QJsonObject old = ConnectionJson::toJson(before);
    const QJsonObject now = ConnectionJson::toJson(after.connection);
    for (const QString &field : ConnectionJson::fields()) {
        if (field != u"password" && old.value(field) != now.value(field))
            list << FieldChange{field, ConnectionJson::display(old.value(field)), ConnectionJson::display(now.value(field))};
    }
    if (after.password) {
        const QString mask = after.password->isEmpty() ? QStringLiteral("NULL") : kMask;
        list << FieldChange{QStringLiteral("password"), before.hasSecret ? kMask : QStringLiteral("NULL"), mask};
    }
    return list;
}

QList<StatementText> ConnectionService::statements(const Connection &before, const ConnectionDraft &after) const
{
    const Dialect &dialect = m_database.dialect();
    QList<StatementText> list{ConnectionStore::updateStatement(before, after.connection).text(dialect)};
    for (auto &[name, value] : list.first().values) value = Redaction::redactText(value);
    if (after.password) {
        const bool isRemoved = after.password->isEmpty();
        list << ConnectionStore::secretStatement(after.connection.id, isRemoved ? std::nullopt : std::optional(QByteArray("sealed"))).text(dialect);
        if (!isRemoved) list.last().values.first().second = kMask;
    }
    return list;
}

ProbeTarget ConnectionService::targetFor(const ConnectionDraft &draft)
{
    ProbeTarget target;
    target.connection = draft.connection;
    target.timeoutMs = timeoutMs(draft.connection);
    if (draft.password) {
        target.password = draft.password->toUtf8();
        target.hasPassword = !draft.password->isEmpty();
        return target;
    }
    if (!draft.connection.id.isValid()) return target;
    const auto sealed = valueOf(m_database.read([id = draft.connection.id](Session &session) { return ConnectionStore::secret(session, id); }));
    if (!sealed) return target;
    m_vault.prepare().orThrow();
    target.password = m_vault.open(*sealed, secretContext(draft.connection.id)).orThrow();
    target.hasPassword = true;
    return target;
}

QFuture<Result<ConnectionTest>> ConnectionService::startProbe(const ConnectionDraft &draft, ConnectionProbe::StageCallback onStage, const CancelToken &cancel)
{
    auto promise = std::make_shared<QPromise<Result<ConnectionTest>>>();
    promise->start();
    const QFuture<Result<ConnectionTest>> future = promise->future();
    m_tasks->pool.start([this, promise, draft, onStage = std::move(onStage), cancel] {
        try {
            const ProbeTarget target = targetFor(draft);
            if (m_tasks->isStopped) throw Exception({ErrorKind::Cancelled, QStringLiteral("The workspace was closed before the test began"), {}, {}, {}});
            m_probe.start(target, onStage,
                          [promise](const ConnectionTest &test) {
                              promise->addResult(Result<ConnectionTest>(test));
                              promise->finish();
                          },
                          cancel);
        } catch (const Exception &exception) {
            promise->addResult(Result<ConnectionTest>(exception.error()));
            promise->finish();
        }
    });
    return future;
}

QFuture<Result<ConnectionTest>> ConnectionService::testDraft(const ConnectionDraft &draft, ConnectionProbe::StageCallback onStage, const CancelToken &cancel)
{
    const QList<FieldError> errors = validate(draft);
    if (!errors.isEmpty() && errors.first().field != u"name")
        return answered(Result<ConnectionTest>(Error{ErrorKind::Invalid, errors.first().message, errors.first().field, {}, {}}));
    return startProbe(draft, std::move(onStage), cancel);
}

QFuture<Result<ConnectionTest>> ConnectionService::test(ConnectionId id, ConnectionProbe::StageCallback onStage, const CancelToken &cancel)
{
    return testAs(TestOrigin::Person, id, std::move(onStage), cancel);
}

QFuture<Result<ConnectionTest>> ConnectionService::testHealth(ConnectionId id, const CancelToken &cancel)
{
    return testAs(TestOrigin::HealthRule, id, {}, cancel);
}

QFuture<Result<ConnectionTest>> ConnectionService::testAs(TestOrigin origin, ConnectionId id, ConnectionProbe::StageCallback onStage,
                                                          const CancelToken &cancel)
{
    m_tasks->count(id, 1);
    return get(id)
        .then([this, origin, onStage = std::move(onStage), cancel](const Result<Connection> &connection) {
            if (!connection.ok()) return answered(Result<ConnectionTest>(connection.error()));
            ConnectionDraft target{*connection, std::nullopt};
            if (origin == TestOrigin::HealthRule)
                target.connection.config.insert(QStringLiteral("connect_timeout"), HealthRule::of(connection->config).timeoutSeconds);
            return startProbe(target, onStage, cancel)
                .then([this, connection, origin](const Result<ConnectionTest> &test) {
                    return test.ok() ? m_keeper->keep(*connection, *test, origin) : answered(test);
                })
                .unwrap();
        })
        .unwrap()
        .then([this, id](const Result<ConnectionTest> &test) {
            m_tasks->count(id, -1);
            return test;
        });
}

void ConnectionService::stopTests()
{
    m_tasks->isStopped = true;
    m_tasks->pool.waitForDone();
}

bool ConnectionService::isTesting(ConnectionId id) const
{
    return m_tasks->isTesting(id);
}

QFuture<Result<Connection>> ConnectionService::edit(ConnectionId id, std::function<void(Transaction &, Connection &)> change)
{
    return m_database.write([this, id, change = std::move(change)](Transaction &transaction) {
        Session &session = transaction.session();
        const Connection before = require(ConnectionStore::get(session, id), QString::number(id.value));
        Connection wanted = before;
        change(transaction, wanted);
        if (wanted == before) return before;
        if (!ConnectionStore::update(transaction, before, wanted)) throwChanged(transaction, before);
        const Connection stored = require(ConnectionStore::get(session, id), before.name);
        AuditEntry entry = entryFor(m_actor(), "UPDATE", stored);
        entry.oldValues = ConnectionJson::toJson(before);
        entry.newValues = ConnectionJson::toJson(stored);
        AuditStore::record(transaction, entry);
        return stored;
    });
}

QFuture<Result<Connection>> ConnectionService::setHealthRule(ConnectionId id, const HealthRule &rule)
{
    if (const QString fault = rule.fault(); !fault.isEmpty())
        return answered(Result<Connection>(Error{ErrorKind::Invalid, fault, QStringLiteral("health"), {}, {}}));
    return edit(id, [rule](Transaction &, Connection &connection) { connection.config = rule.putInto(connection.config); });
}

QFuture<Result<Connection>> ConnectionService::acceptServer(ConnectionId id)
{
    return edit(id, [](Transaction &transaction, Connection &connection) {
        const QList<ConnectionTest> newest = ConnectionStore::history(transaction.session(), connection.id, 1);
        if (newest.isEmpty() || !newest.first().identity)
            throw Exception({ErrorKind::Invalid, QStringLiteral("The last test of %1 found no server to accept").arg(connection.name),
                             QStringLiteral("connection_tests"), {}, QStringLiteral("Test the connection first.")});
        connection.config.insert(TestHistoryStore::serverKnownFrom, newest.first().testedAt.toIso());
    });
}

}  // namespace headgate
