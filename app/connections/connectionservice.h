// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/auditrecord.h"
#include "models/base/facet.h"
#include "models/base/listquery.h"
#include "models/base/result.h"
#include "models/connections/connectionprobe.h"
#include "models/connections/connectiontest.h"
#include "models/database/boundstatement.h"

#include <QFuture>
#include <QList>
#include <functional>
#include <memory>

namespace headgate {

class Database;
class TestHistoryService;
class TestKeeper;
class Transaction;
class Vault;
enum class TestOrigin;
struct HealthRule;

/// A connection as a form holds it. `password`: none = leave as it is, empty = remove, else set. A mask is never sent.
struct ConnectionDraft {
    Connection connection;
    std::optional<QString> password;
    QJsonObject auditMetadata = {};  ///< goes into the event that the save writes: where the values come from
};

/// A field that cannot be accepted: {"port", "The port is between 1 and 65535."}.
struct FieldError {
    QString field;  ///< name, host, port, database_name, username, sslmode, sslrootcert, sslcert, sslkey, connect_timeout, tags …
    QString message;
    bool operator==(const FieldError &) const = default;
};

/// The numbers of the list's summary and the overview.
struct ConnectionSummary {
    int total = 0;
    int active = 0;
    int success = 0;
    int warning = 0;
    int failure = 0;
    int untested = 0;
};

/// The only door to connections: validates, seals the password, writes the audit row in the same transaction.
/// Any thread; answers come as futures (attach() brings them to a QObject's thread).
class ConnectionService {
public:
    ConnectionService(Database &database, Vault &vault, ConnectionProbe &probe, std::function<Actor()> actor);
    ~ConnectionService();

    /// filterColumns() are the columns to filter and sort on. Search matches name, host, database and tags.
    QFuture<Result<ListPage<Connection>>> page(const ListQuery &query, const ListCursor &cursor, const CancelToken &cancel = {});
    QFuture<Result<qint64>> count(const ListQuery &query, const CancelToken &cancel = {});
    static QList<FilterColumn> filterColumns();
    /// The values of a column among the connections that match, whatever the query says of that column alone.
    QFuture<Result<QList<FacetCount>>> facets(const ListQuery &query, const QString &column, const CancelToken &cancel = {});
    /// The number of rows before the row of this key.
    QFuture<Result<qint64>> rank(const ListQuery &query, const QVariantList &key, const CancelToken &cancel = {});
    QFuture<Result<ConnectionSummary>> summary();
    QFuture<Result<Connection>> get(ConnectionId id);
    QFuture<Result<Connection>> getByName(const QString &name);

    /// The ODBC drivers of this machine, for a form to offer.
    QFuture<Result<QStringList>> odbcDrivers();

    /// Pure checks, quick, for a form as one types and again before every save.
    static QList<FieldError> validate(const ConnectionDraft &draft);

    QFuture<Result<Connection>> add(const ConnectionDraft &draft);
    /// ErrorKind::Conflict when the stored version is not draft.connection.version; nothing is overwritten.
    QFuture<Result<Connection>> update(const ConnectionDraft &draft);
    /// Conflict like update(); InUse names the pipelines that use it.
    QFuture<Result<Done>> remove(ConnectionId id, int version);
    /// What removing it would take along: {"connection_tests": 12, "pipelines": 0 …}.
    QFuture<Result<QList<QPair<QString, qint64>>>> dependents(ConnectionId id);

    /// The pipelines that remove() would be refused for.
    QFuture<Result<QStringList>> pipelineNames(ConnectionId id);
    /// A copy under another name, untested, made now. The password only when asked for: it is opened and sealed anew.
    QFuture<Result<Connection>> clone(ConnectionId id, const QString &name, bool withPassword);

    /// Writes an EXPORT event: that connections left the workspace, and which. `facts` goes into its metadata.
    QFuture<Result<Done>> recordExport(const QJsonObject &facts);

    /// The exact change that update() (or add()) would write, for the preview: field, old, new; secrets as a mask.
    struct FieldChange {
        QString field;
        QString before;
        QString after;
    };
    static QList<FieldChange> changes(const Connection &before, const ConnectionDraft &after);
    /// The statements with which update() would write it, for the preview; secrets as a mask.
    QList<StatementText> statements(const Connection &before, const ConnectionDraft &after) const;

    /// Tests a stored connection; the result is kept in connection_tests, on the connection and in the audit trail.
    /// `onStage` comes on a probe thread as each stage ends.
    QFuture<Result<ConnectionTest>> test(ConnectionId id, ConnectionProbe::StageCallback onStage = {}, const CancelToken &cancel = {});
    /// Tests what a form holds, before it is saved; kept nowhere. A missing password is the stored one, if there is an id.
    QFuture<Result<ConnectionTest>> testDraft(const ConnectionDraft &draft, ConnectionProbe::StageCallback onStage = {}, const CancelToken &cancel = {});
    /// What a session on it needs; a missing password is the stored one, if there is an id. Blocks (the vault, a database
    /// worker) and throws Exception: a thread that may wait.
    ProbeTarget targetFor(const ConnectionDraft &draft);
    /// Newest first.
    QFuture<Result<QList<ConnectionTest>>> history(ConnectionId id, int limit = 60);
    /// Past tests as lists and charts.
    TestHistoryService &testHistory() { return *m_history; }

    /// Tests by the connection's health rule, with its time limit; kept like test(), but see TestKeeper for the audit trail.
    QFuture<Result<ConnectionTest>> testHealth(ConnectionId id, const CancelToken &cancel = {});
    /// No test starts any more; returns when none is about to. Before the probe goes.
    void stopTests();
    /// Whether a test of this connection runs, whoever asked for it.
    bool isTesting(ConnectionId id) const;
    /// Gives the connection this health rule, audited as an edit; Invalid names the fault.
    QFuture<Result<Connection>> setHealthRule(ConnectionId id, const HealthRule &rule);
    /// The server that the newest good test found is the right one from now on, audited as an edit.
    QFuture<Result<Connection>> acceptServer(ConnectionId id);

private:
    using SaveWork = std::function<Connection(Transaction &, const ConnectionDraft &)>;
    QFuture<Result<Connection>> save(const ConnectionDraft &draft, SaveWork work);
    void writeSecret(Transaction &transaction, ConnectionId id, const std::optional<QString> &password);
    QFuture<Result<ConnectionTest>> startProbe(const ConnectionDraft &draft, ConnectionProbe::StageCallback onStage, const CancelToken &cancel);
    QFuture<Result<ConnectionTest>> testAs(TestOrigin origin, ConnectionId id, ConnectionProbe::StageCallback onStage, const CancelToken &cancel);
    QFuture<Result<Connection>> edit(ConnectionId id, std::function<void(Transaction &, Connection &)> change);

    class Tasks;
    Database &m_database;
    Vault &m_vault;
    ConnectionProbe &m_probe;
    std::function<Actor()> m_actor;
    std::unique_ptr<TestHistoryService> m_history;
    std::unique_ptr<Tasks> m_tasks;
    std::unique_ptr<TestKeeper> m_keeper;  ///< goes first: what it still writes ends tests of m_tasks
};

}  // namespace headgate
