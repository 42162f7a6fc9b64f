// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/session.h"

#include "models/database/dberror.h"
#include "models/database/native/control.h"
#include "models/database/native/sqlitefunctions.h"
#include "models/database/query.h"
#include "models/database/statementguard.h"
#include "models/database/walgate.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRandomGenerator>
#include <QSqlDatabase>
#include <QSqlDriver>
#include <QSqlError>
#include <QSqlQuery>
#include <QSqlResult>
#include <QThread>
#include <QUrl>
#include <atomic>
#include <libpq-fe.h>
#include <optional>
#include <sqlite3.h>
#include <utility>

namespace headgate {

namespace {

/// The watchdog steps in this long after the server's own statement timeout should have.
constexpr int kWatchdogGraceMs = 2'000;
constexpr int kPingMs = 1'000;
/// What the kept statements of a session may hold, in KiB: the driver lets go of an answer with its statement only.
constexpr int kPreparedKib = 2'048;
constexpr int kLeastKib = 16;

QString conninfoQuoted(QString value)
{
    // The driver turns every semicolon of its options into a blank.
    if (value.contains(QLatin1Char(';')))
        throw Exception({ErrorKind::Invalid, QStringLiteral("A connection option holds a semicolon"), {}, {},
                         QStringLiteral("Remove the semicolon.")});
    value.replace(QLatin1Char('\\'), QLatin1String("\\\\"));
    value.replace(QLatin1Char('\''), QLatin1String("\\'"));
    return QLatin1Char('\'') + value + QLatin1Char('\'');
}

/// libpq defaults that notice a dead network within seconds: keepalives, because tcp_user_timeout alone does not help
/// while waiting for a reply.
QMap<QString, QString> postgresqlOptions(const ConnectSpec &spec)
{
    QMap<QString, QString> options{
        {QStringLiteral("connect_timeout"), QString::number(std::max(2, (spec.connectTimeoutMs + 999) / 1000))},
        {QStringLiteral("keepalives_idle"), QStringLiteral("5")},
        {QStringLiteral("keepalives_interval"), QStringLiteral("2")},
        {QStringLiteral("keepalives_count"), QStringLiteral("3")},
        {QStringLiteral("tcp_user_timeout"), QStringLiteral("10000")},
        {QStringLiteral("application_name"), QStringLiteral("headgate")},
        {QStringLiteral("client_encoding"), QStringLiteral("UTF8")},
    };
    for (auto it = spec.options.begin(); it != spec.options.end(); ++it) options.insert(it.key(), it.value());
    if (spec.host.contains(QLatin1Char(',')) || spec.port.contains(QLatin1Char(','))) {
        options.insert(QStringLiteral("host"), spec.host);
        if (!spec.port.isEmpty()) options.insert(QStringLiteral("port"), spec.port);
    }
    return options;
}

void describeServer(QSqlDatabase &database, const ConnectSpec &spec)
{
    const bool inOptions = spec.kind == Dialect::Kind::Postgresql &&
                           (spec.host.contains(QLatin1Char(',')) || spec.port.contains(QLatin1Char(',')));
    if (!inOptions) {
        database.setHostName(spec.host);
        if (!spec.port.isEmpty()) database.setPort(spec.port.toInt());
    }
    database.setDatabaseName(spec.database);
    database.setUserName(spec.user);
    database.setPassword(QString::fromUtf8(spec.password));
    QStringList options;
    if (spec.kind == Dialect::Kind::Postgresql) {
        const QMap<QString, QString> all = postgresqlOptions(spec);
        for (auto it = all.begin(); it != all.end(); ++it) options << it.key() + QLatin1Char('=') + conninfoQuoted(it.value());
    } else if (spec.kind == Dialect::Kind::Mysql) {
        options << QStringLiteral("MYSQL_OPT_CONNECT_TIMEOUT=%1").arg((spec.connectTimeoutMs + 999) / 1000);
        if (spec.statementTimeoutMs > 0)
            options << QStringLiteral("MYSQL_OPT_READ_TIMEOUT=%1").arg(spec.statementTimeoutMs / 1000 + 5);
        for (const char *name : {"SSL_CA", "SSL_CERT", "SSL_KEY", "UNIX_SOCKET"})
            if (spec.options.contains(QLatin1String(name))) options << QLatin1String(name) + QLatin1Char('=') + spec.options.value(QLatin1String(name));
    }
    database.setConnectOptions(options.join(QLatin1Char(';')));
}

void describeFile(QSqlDatabase &database, const ConnectSpec &spec)
{
    if (spec.createFile && !QFile::exists(spec.path)) {
        QDir().mkpath(QFileInfo(spec.path).absolutePath());
        QFile file(spec.path);
        // Owner only, from the first moment on: umask decides nothing here.
        (void)file.open(QIODevice::NewOnly | QIODevice::WriteOnly, QFile::ReadOwner | QFile::WriteOwner);
    }
    QUrl url = QUrl::fromLocalFile(QFileInfo(spec.path).absoluteFilePath());
    // mode=rw: a mistyped path is an error, never a silent new database.
    url.setQuery(spec.readOnly ? QStringLiteral("mode=ro") : QStringLiteral("mode=rw"));
    database.setDatabaseName(url.toString(QUrl::FullyEncoded));
    QStringList options{QStringLiteral("QSQLITE_OPEN_URI"), QStringLiteral("QSQLITE_BUSY_TIMEOUT=%1").arg(spec.busyTimeoutMs)};
    if (spec.readOnly) options << QStringLiteral("QSQLITE_OPEN_READONLY");
    database.setConnectOptions(options.join(QLatin1Char(';')));
}

void openDriver(QSqlDatabase &database, const ConnectSpec &spec)
{
    spec.kind == Dialect::Kind::Sqlite ? describeFile(database, spec) : describeServer(database, spec);
    if (database.open()) return;
    const DbError error(Dialect::of(spec.kind), database.lastError(), {});
    Error detail = error.error();
    detail.where = spec.display();
    detail.kind = ErrorKind::Unreachable;
    throw DbError(detail, error.sqlState(), error.nativeCode());
}

/// The driver learns while connecting whether the server takes backslashes for escapes, and doubles them ever after. A
/// role may have that switched on, so it has to be off before the driver looks.
void openWithStandardStrings(QSqlDatabase &database, ConnectSpec spec)
{
    openDriver(database, spec);
    auto *handle = *static_cast<PGconn *const *>(database.driver()->handle().constData());
    if (qstrcmp(PQparameterStatus(handle, "standard_conforming_strings"), "off") != 0) return;
    database.close();
    QString &options = spec.options[QStringLiteral("options")];
    options = (options + QStringLiteral(" -c standard_conforming_strings=on")).trimmed();
    openDriver(database, spec);
}

}  // namespace

QString ConnectSpec::display() const
{
    if (kind == Dialect::Kind::Sqlite) return path;
    const QString address = host.isEmpty() ? QStringLiteral("local socket") : host;
    return QStringLiteral("%1%2/%3").arg(address, port.isEmpty() ? QString() : QLatin1Char(':') + port, database);
}

Session::Session(ConnectSpec spec) : m_spec(std::move(spec)), m_statementTimeoutMs(m_spec.statementTimeoutMs), m_prepared(kPreparedKib) {}

std::unique_ptr<Session> Session::open(const ConnectSpec &spec)
{
    static std::atomic<int> counter = 0;
    std::unique_ptr<Session> session(new Session(spec));
    session->m_name = QStringLiteral("headgate-%1").arg(++counter);
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(session->dialect().driver(), session->m_name);
        database.setNumericalPrecisionPolicy(QSql::HighPrecision);
        spec.kind == Dialect::Kind::Postgresql ? openWithStandardStrings(database, spec) : openDriver(database, spec);
    }
    session->m_control = std::make_shared<Control>(spec, session->nativeHandle());
    session->configure();
    return session;
}

Session::~Session()
{
    if (m_control) m_control->close();
    if (m_walGate && isOpen() && m_walGate->walBytes() > 0) m_walGate->tryCheckpoint(static_cast<sqlite3 *>(nativeHandle()));
    QSqlDatabase::database(m_name, false).close();
    QSqlDatabase::removeDatabase(m_name);
}

void Session::configure()
{
    if (dialect().isPostgresql()) configurePostgresql();
    if (dialect().isSqlite()) configureSqlite();
}

void Session::configurePostgresql()
{
    const QString path = m_spec.schema.isEmpty() ? QStringLiteral("current_setting('search_path')")
                                                 : QStringLiteral("'%1'").arg(dialect().quoted(m_spec.schema));
    const StatementGuard guard(*this);
    QSqlQuery query(sqlDatabase());
    const QString sql =
        QStringLiteral("select set_config('search_path', %1, false), set_config('datestyle', 'ISO, YMD', false), "
                       "set_config('timezone', 'UTC', false), set_config('standard_conforming_strings', 'on', false), "
                       "set_config('intervalstyle', 'postgres', false), set_config('bytea_output', 'hex', false), "
                       "set_config('extra_float_digits', '1', false), set_config('client_min_messages', 'warning', false), "
                       "set_config('statement_timeout', '%2', false), set_config('idle_in_transaction_session_timeout', '120s', false), "
                       // A statement of the console is short, or cancelled: compiling one takes a second that no cancel ends.
                       "case when v >= 110000 then set_config('jit', 'off', false) end, "
                       // A list is filtered by what is rare and by what is common: one plan for both reads millions of rows.
                       "case when v >= 120000 then set_config('plan_cache_mode', 'force_custom_plan', false) end, "
                       // Without it a killed console keeps its locks until its statement ends.
                       "case when v >= 140000 then set_config('client_connection_check_interval', '1s', false) end "
                       "from (select current_setting('server_version_num')::int as v) version")
            .arg(path)
            .arg(m_statementTimeoutMs);
    if (!query.exec(sql)) throw failure(query.lastError(), QStringLiteral("session settings"));
}

void Session::configureSqlite()
{
    Query(*this, QStringLiteral("pragma schema_version")).first();  // the driver opens a garbage file happily
    execute(QStringLiteral("pragma foreign_keys=on"));
    addSqliteFunctions(static_cast<sqlite3 *>(nativeHandle()));
    execute(QStringLiteral("pragma mmap_size=0"));
    if (!m_spec.management || m_spec.readOnly) return;
    if (switchToWal() != u"wal")
        throw Exception({ErrorKind::Unreachable, QStringLiteral("The workspace file cannot use write-ahead logging"), m_spec.path, {},
                         QStringLiteral("Keep the workspace on a local file system, not on a network share.")});
    execute(QStringLiteral("pragma synchronous=full"));
    execute(QStringLiteral("pragma wal_autocheckpoint=0"));
    sqlite3_db_config(static_cast<sqlite3 *>(nativeHandle()), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    m_walGate = std::make_unique<WalGate>(m_spec.path, m_spec.busyTimeoutMs);
}

/// Sessions that switch a new file at the same moment hold what the others need: SQLite refuses without waiting.
QString Session::switchToWal()
{
    const QDeadlineTimer deadline(m_spec.busyTimeoutMs);
    for (;;) {
        try {
            Query journal(*this, QStringLiteral("pragma journal_mode=wal"));
            return journal.first() ? journal.get<QString>(0) : QString();
        } catch (const DbError &error) {
            if (!error.isTransient() || deadline.hasExpired()) throw;
        }
        QThread::msleep(1 + QRandomGenerator::global()->bounded(20u));
    }
}

void Session::execute(const QString &statement)
{
    const bool commit = statement.compare(QLatin1String("COMMIT"), Qt::CaseInsensitive) == 0;
    if (!dialect().isSingleStatement(statement))
        throw Exception({ErrorKind::Invalid, QStringLiteral("More than one statement"), statement.simplified().left(200), {}, {}});
    const StatementGuard guard(*this, commit ? StatementGuard::Scope::Commit : StatementGuard::Scope::Stoppable);
    QSqlQuery query(sqlDatabase());
    const bool done = query.exec(statement);
    // What became of a COMMIT is for the server's words to say, not for the deadline that passed meanwhile.
    if (!commit) guard.throwIfStopped(statement);
    if (!done) throw failure(query.lastError(), statement);
    query.finish();
}

std::unique_ptr<QSqlQuery> Session::takePrepared(const QString &sql)
{
    if (!transactionFailed()) tidyPrepared();
    return std::unique_ptr<QSqlQuery>(m_prepared.take(sql));
}

void Session::keepPrepared(const QString &sql, std::unique_ptr<QSqlQuery> query)
{
    // One that has to go is freed by a statement, which a failed transaction refuses.
    if (transactionFailed()) {
        m_parked.emplace_back(sql, std::move(query));
        return;
    }
    const QVariant answer = query->result()->handle();
    const auto *rows = answer.isValid() ? *static_cast<PGresult *const *>(answer.constData()) : nullptr;
    const qsizetype kib = kLeastKib + qsizetype(PQresultMemorySize(rows) / 1024);
    // The server may hang.
    std::optional<StatementGuard> guard;
    if (m_prepared.contains(sql) || m_prepared.totalCost() + kib > m_prepared.maxCost()) guard.emplace(*this, StatementGuard::Scope::Commit);
    m_prepared.insert(sql, query.release(), kib);
}

void Session::tidyPrepared()
{
    for (auto &[sql, query] : std::exchange(m_parked, {})) keepPrepared(sql, std::move(query));
    if (!std::exchange(m_preparedIsOutdated, false)) return;
    const StatementGuard guard(*this, StatementGuard::Scope::Commit);
    m_prepared.clear();
}

DbError Session::failure(const QSqlError &error, const QString &statement)
{
    DbError failed(dialect(), error, statement, !isOpen());
    m_lost = m_lost || (failed.isConnectionLost() && !dialect().isSqlite());
    return failed;
}

bool Session::ping()
{
    if (!isOpen()) return false;
    const StatementGuard guard(*this, StatementGuard::Scope::Ping);
    QSqlQuery query(sqlDatabase());
    const bool alive = query.exec(QStringLiteral("select 1")) && query.next();
    m_lost = m_lost || !alive;
    return alive;
}

bool Session::isOpen() const
{
    if (m_lost) return false;
    if (dialect().isPostgresql() && nativeHandle())
        return PQstatus(static_cast<PGconn *>(nativeHandle())) == CONNECTION_OK;
    return sqlDatabase().isOpen();
}

bool Session::inTransaction() const
{
    return Control::inTransaction(m_spec.kind, nativeHandle());
}

bool Session::transactionFailed() const
{
    return dialect().isPostgresql() && nativeHandle() &&
           PQtransactionStatus(static_cast<PGconn *>(nativeHandle())) == PQTRANS_INERROR;
}

void Session::setStatementTimeout(int ms)
{
    if (ms == m_statementTimeoutMs) return;
    // A failed transaction takes no statement, and its end brings back what held before it.
    if (dialect().isPostgresql() && !transactionFailed()) execute(QStringLiteral("SET statement_timeout = %1").arg(ms));
    m_statementTimeoutMs = ms;
}

void Session::interrupt() { m_control->interrupt(); }
void Session::kill() { m_control->kill(); }
QSqlDatabase Session::sqlDatabase() const { return QSqlDatabase::database(m_name, false); }

void *Session::nativeHandle() const
{
    const QVariant handle = sqlDatabase().driver()->handle();
    // Each driver wraps its pointer under the name of its C struct; all are one pointer wide.
    return handle.isValid() ? *static_cast<void *const *>(handle.constData()) : nullptr;
}

StatementGuard::StatementGuard(Session &session, Scope scope)
    : m_token(session.m_cancel), m_timeoutMs(session.m_statementTimeoutMs), m_watchdog(session.m_control->watchdog), m_watch(std::make_shared<Watchdog::Watch>())
{
    const bool stoppable = scope == Scope::Stoppable;
    const bool ping = scope == Scope::Ping;
    if (ping) m_timeoutMs = kPingMs;
    session.m_control->waitForLateCancel();
    if (stoppable && m_token.isCancelled())
        throw Exception({ErrorKind::Cancelled, QStringLiteral("Cancelled"), {}, {}, {}});
    const bool sqlite = session.dialect().isSqlite();
    const auto control = session.m_control;
    m_watch->interrupt = [control, ping] { ping ? control->kill() : control->interrupt(); };
    m_watch->kill = [control] { control->kill(); };
    if (sqlite) m_watch->interruptEvery = std::chrono::milliseconds(20);
    // Only PostgreSQL has a statement timeout of its own, which goes first.
    const int grace = session.dialect().isPostgresql() && !ping ? kWatchdogGraceMs : 0;
    const int timeout = m_timeoutMs > 0 ? m_timeoutMs + grace : 0;
    // A COMMIT is never interrupted on SQLite: it is over in a moment or fails by itself.
    m_key = m_watchdog->add(m_watch, stoppable || !sqlite ? timeout : 0);
    if (stoppable)
        m_callback = m_token.onCancel([watchdog = m_watchdog, key = m_key] { watchdog->stop(key, Watchdog::Reason::Cancelled); });
}

StatementGuard::~StatementGuard()
{
    m_token.removeCallback(m_callback);
    m_watchdog->remove(m_key);
}

void StatementGuard::throwIfStopped(const QString &statement) const
{
    switch (m_watch->reason.load()) {
    case Watchdog::Reason::None: return;
    case Watchdog::Reason::Cancelled: throw Exception({ErrorKind::Cancelled, QStringLiteral("Cancelled"), {}, {}, {}});
    case Watchdog::Reason::Deadline:
        throw Exception({ErrorKind::Timeout, QStringLiteral("A statement took longer than its time limit"),
                         statement.simplified().left(200),
                         QStringLiteral("%1 ms").arg(m_timeoutMs),
                         QStringLiteral("Try again, or raise DB_QUERY_TIMEOUT.")});
    }
}

}  // namespace headgate
