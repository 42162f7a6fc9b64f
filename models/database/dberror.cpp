// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/dberror.h"

#include "models/database/dialect.h"

#include <QHash>
#include <QSqlError>

namespace headgate {

namespace {

// Primary result codes: https://www.sqlite.org/rescode.html
constexpr int kSqliteBusy = 5;
constexpr int kSqliteLocked = 6;

constexpr QLatin1String kLost("08006");
constexpr QLatin1String kSqlite("SQLITE");

QString sqlStateOf(const Dialect &dialect, const QSqlError &error, bool connectionLost)
{
    if (dialect.isPostgresql()) {
        if (!error.nativeErrorCode().isEmpty()) return error.nativeErrorCode();
        return connectionLost || error.type() == QSqlError::ConnectionError ? QString(kLost) : QString();
    }
    if (dialect.isSqlite()) {
        switch (error.nativeErrorCode().toInt()) {
        case 1555:  // SQLITE_CONSTRAINT_PRIMARYKEY
        case 2067:  // SQLITE_CONSTRAINT_UNIQUE
            return QStringLiteral("23505");
        case 787: return QStringLiteral("23503");  // SQLITE_CONSTRAINT_FOREIGNKEY
        default: return kSqlite;
        }
    }
    switch (error.nativeErrorCode().toInt()) {
    case 1062: return QStringLiteral("23505");
    case 1451:
    case 1452: return QStringLiteral("23503");
    case 1317:  // ER_QUERY_INTERRUPTED
    case 1969:  // ER_STATEMENT_TIMEOUT (MariaDB)
    case 3024:  // ER_QUERY_TIMEOUT (MySQL)
        return QStringLiteral("57014");
    case 1053:  // ER_SERVER_SHUTDOWN
    case 1927:  // ER_CONNECTION_KILLED
    case 2002:  // CR_CONNECTION_ERROR
    case 2003:  // CR_CONN_HOST_ERROR
    case 2006:  // CR_SERVER_GONE_ERROR
    case 2013:  // CR_SERVER_LOST
    case 2055:  // CR_SERVER_LOST_EXTENDED
        return kLost;
    default: return connectionLost ? QString(kLost) : QString();
    }
}

/// Hints by SQLSTATE; the texts of what an administrator can do.
QString hintFor(const QString &sqlState, int sqliteCode)
{
    static const QHash<QString, QString> hints{
        {QStringLiteral("42501"), QStringLiteral("The login role lacks a privilege. Run the roles script, or GRANT what is missing.")},
        {QStringLiteral("42P01"), QStringLiteral("The table is missing. Run `headgate schema upgrade` on this workspace.")},
        {QStringLiteral("25006"), QStringLiteral("The server is a standby or read-only. Connect to the primary.")},
        {QStringLiteral("53100"), QStringLiteral("The server's disk is full. Free space, then try again.")},
        {QStringLiteral("53300"), QStringLiteral("The server has no connection left. Raise max_connections or close some.")},
        {QStringLiteral("55P03"), QStringLiteral("Another session holds a lock on this table. Try again when it is done.")},
        {QStringLiteral("57014"), QStringLiteral("The statement took longer than its time limit (DB_QUERY_TIMEOUT).")},
        {QStringLiteral("57P03"), QStringLiteral("The server is starting up or shutting down. Try again in a moment.")},
        {QStringLiteral("28P01"), QStringLiteral("The password is wrong. Set it again in DB_PASSWORD or the URL's environment.")},
    };
    if (!sqlState.isEmpty() && sqlState != kSqlite) return hints.value(sqlState);
    switch (sqliteCode) {
    case kSqliteBusy:
    case kSqliteLocked: return QStringLiteral("Another process is writing to the workspace file. Try again in a moment.");
    case 8: return QStringLiteral("The workspace file cannot be written: check its permissions and those of its folder.");
    case 10: return QStringLiteral("The disk reported an error. Check the file system, then restore from a backup if needed.");
    case 11: return QStringLiteral("The workspace file is damaged. Restore it from a backup.");
    case 13: return QStringLiteral("The disk is full. Free space, then try again.");
    case 14: return QStringLiteral("The file cannot be opened: check the path and its permissions.");
    case 26: return QStringLiteral("The file is not an SQLite database. Choose another file.");
    default: return {};
    }
}

ErrorKind kindFor(const Dialect &dialect, const QString &sqlState, int sqliteCode)
{
    if (sqlState == u"57014") return ErrorKind::Timeout;
    if (sqlState.startsWith(u"08") || sqlState.startsWith(u"57P") || sqlState.startsWith(u"28") || sqlState == u"3D000")
        return ErrorKind::Unreachable;
    if (sqlState == u"42501" || sqlState == u"25006") return ErrorKind::Denied;
    if (dialect.isSqlite() && (sqliteCode == kSqliteBusy || sqliteCode == kSqliteLocked)) return ErrorKind::Locked;
    if (dialect.isSqlite() && (sqliteCode == 14 || sqliteCode == 26)) return ErrorKind::Unreachable;
    if (dialect.isSqlite() && sqliteCode == 11) return ErrorKind::Integrity;
    // disk_full, SQLITE_FULL
    if (sqlState == u"53100" || (dialect.isSqlite() && sqliteCode == 13)) return ErrorKind::Full;
    return ErrorKind::Internal;
}

/// The driver adds "(SQLSTATE) QPSQL: …" decorations; the server's own words are the database text.
QString serverText(const QSqlError &error)
{
    const QString text = error.databaseText().isEmpty() ? error.driverText() : error.databaseText();
    return text.trimmed();
}

Error describe(const Dialect &dialect, const QSqlError &error, const QString &state, const QString &statement)
{
    const int code = dialect.isSqlite() ? error.nativeErrorCode().toInt() & 0xff : -1;
    const QString where = statement.isEmpty() ? dialect.name() : statement.simplified().left(200);
    return {kindFor(dialect, state, code),
            // The SQLite driver reports a violated constraint as a ConnectionError.
            statement.isEmpty() ? QStringLiteral("The database could not be opened")
            : kindFor(dialect, state, code) == ErrorKind::Full ? QStringLiteral("There is no room left for the database")
                                                               : QStringLiteral("The database refused a statement"),
            where, serverText(error), hintFor(state, code)};
}

}  // namespace

DbError::DbError(const Dialect &dialect, const QSqlError &error, const QString &statement, bool connectionLost)
    : Exception(describe(dialect, error, sqlStateOf(dialect, error, connectionLost), statement)),
      m_sqlState(sqlStateOf(dialect, error, connectionLost)),
      m_nativeCode(error.nativeErrorCode())
{
}

DbError::DbError(Error error, QString sqlState, QString nativeCode)
    : Exception(std::move(error)), m_sqlState(std::move(sqlState)), m_nativeCode(std::move(nativeCode))
{
}

int DbError::sqliteCode() const
{
    // The other servers' numbers end in anything.
    if (!m_sqlState.isEmpty() && m_sqlState != kSqlite) return -1;
    bool ok = false;
    const int code = m_nativeCode.toInt(&ok);
    return ok ? code & 0xff : -1;
}

bool DbError::isTransient() const
{
    static const QStringList states{QStringLiteral("40001"), QStringLiteral("40P01"), QStringLiteral("55P03"),
                                    QStringLiteral("57P01"), QStringLiteral("57P02"), QStringLiteral("57P03")};
    if (isConnectionLost() || states.contains(m_sqlState)) return true;
    if (m_nativeCode == u"1205" || m_nativeCode == u"1213") return true;
    return m_sqlState == kSqlite && (sqliteCode() == kSqliteBusy || sqliteCode() == kSqliteLocked);
}

bool DbError::isConnectionLost() const { return m_sqlState.startsWith(u"08") || m_sqlState.startsWith(u"57P0"); }
bool DbError::isUniqueViolation() const { return m_sqlState == u"23505"; }
bool DbError::isForeignKeyViolation() const { return m_sqlState == u"23503"; }

}  // namespace headgate
