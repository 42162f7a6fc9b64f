// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/canceltoken.h"
#include "models/database/dialect.h"

#include <QByteArray>
#include <QCache>
#include <QMap>
#include <QString>
#include <memory>
#include <utility>
#include <vector>

class QSqlDatabase;
class QSqlError;
class QSqlQuery;

namespace headgate {

class DbError;
class StatementGuard;
class WalGate;

/// Everything needed to open one connection. The password is not part of any text this struct can print.
struct ConnectSpec {
    Dialect::Kind kind = Dialect::Kind::Sqlite;
    QString path;                   ///< SQLite file
    bool createFile = false;        ///< SQLite: make the file when it is missing; otherwise a mistyped path is an error
    bool readOnly = false;
    QString host;                   ///< PostgreSQL: may name several hosts, comma separated
    QString port;                   ///< PostgreSQL: may name several ports, comma separated
    QString database;
    QString user;
    QByteArray password;
    QMap<QString, QString> options; ///< libpq keywords: sslmode, sslrootcert, target_session_attrs …
    QString schema = QStringLiteral("headgate");  ///< PostgreSQL search_path; empty leaves the server's
    int connectTimeoutMs = 10'000;
    int statementTimeoutMs = 30'000;  ///< 0 = none
    int busyTimeoutMs = 5'000;        ///< SQLite
    bool management = true;           ///< SQLite: WAL, lock file and checkpoint rules of the workspace apply

    /// host:port/database or the path; for error messages, never with a password.
    QString display() const;
};

/// One open connection, used on the thread that opened it. Only interrupt() and kill() may be called from elsewhere.
/// PostgreSQL sessions fix search_path, DateStyle, time zone UTC, standard_conforming_strings; SQLite sessions foreign
/// keys, WAL, synchronous=FULL, no automatic checkpoint. A session in which a person runs SQL must be another one.
class Session {
public:
    /// Opens or throws DbError / Exception(Unreachable).
    static std::unique_ptr<Session> open(const ConnectSpec &spec);
    ~Session();
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;

    const Dialect &dialect() const { return Dialect::of(m_spec.kind); }
    const ConnectSpec &spec() const { return m_spec; }

    /// Executes one statement as it is (no binds, no fragments): DDL, SET, BEGIN. Throws DbError; Exception(Invalid)
    /// when the text holds more than one.
    void execute(const QString &statement);
    /// True when the server still answers a `SELECT 1` within a second.
    bool ping();
    bool isOpen() const;
    bool inTransaction() const;
    /// PostgreSQL: the transaction has failed and COMMIT would silently roll back.
    bool transactionFailed() const;

    /// Deadline of every following statement, in ms; 0 = none. Enforced by the server where it can be and by the
    /// watchdog (deadline + 2 s: cancel, + 2 s: shutdown of the socket) whatever the server does.
    void setStatementTimeout(int ms);
    int statementTimeout() const { return m_statementTimeoutMs; }
    /// Statements run from here on are stopped when the token is cancelled.
    void setCancelToken(const CancelToken &token) { m_cancel = token; }
    const CancelToken &cancelToken() const { return m_cancel; }

    /// Stops the running statement: sqlite3_interrupt, PQcancel, KILL QUERY. Any thread; returns at once.
    void interrupt();
    /// Shuts the socket down, for a server that answers nothing. Any thread.
    void kill();

    /// What the driver said as the error to throw; remembers that the connection is lost.
    DbError failure(const QSqlError &error, const QString &statement);

    /// The QtSql connection, for Query and for native calls in models/database/native.
    QSqlDatabase sqlDatabase() const;
    /// sqlite3* / PGconn* / MYSQL*, or nullptr.
    void *nativeHandle() const;
    WalGate *walGate() const { return m_walGate.get(); }

private:
    friend class Query;
    friend class StatementGuard;
    explicit Session(ConnectSpec spec);
    void configure();
    void configurePostgresql();
    void configureSqlite();
    QString switchToWal();
    /// Statements prepared on PostgreSQL are kept for their next use: to prepare and to free one is a round trip each.
    std::unique_ptr<QSqlQuery> takePrepared(const QString &sql);
    void keepPrepared(const QString &sql, std::unique_ptr<QSqlQuery> query);
    void tidyPrepared();

    ConnectSpec m_spec;
    QString m_name;
    int m_statementTimeoutMs = 0;
    CancelToken m_cancel;
    bool m_lost = false;
    struct Control;
    std::shared_ptr<Control> m_control;
    std::unique_ptr<WalGate> m_walGate;
    std::vector<std::pair<QString, std::unique_ptr<QSqlQuery>>> m_parked;  ///< to be kept when the failed transaction has ended
    bool m_preparedIsOutdated = false;
    QCache<QString, QSqlQuery> m_prepared;  ///< finished, nothing bound; destroyed after its connection, which frees them at no cost
};

}  // namespace headgate
