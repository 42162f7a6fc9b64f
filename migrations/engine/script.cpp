// SPDX-License-Identifier: GPL-3.0-or-later
#include "migrations/engine/script.h"

#include "models/database/dberror.h"
#include "models/database/session.h"
#include "models/database/statementguard.h"

#include <libpq-fe.h>
#include <memory>
#include <sqlite3.h>

namespace headgate {

namespace {

/// SQLite's result code for an interrupted statement and PostgreSQL's state for a cancelled one need no case here: the
/// guard knows that it stopped the script.
constexpr char kWhere[] = "script";

struct Position {
    int line = 0;       ///< 0: not known
    int statement = 0;  ///< from 1
    QString toString() const
    {
        return line > 0 ? QStringLiteral("line %1, statement %2").arg(line).arg(statement)
                        : QStringLiteral("statement %1").arg(statement);
    }
};

Error scriptError(const Position &position, const QString &evidence, const QString &hint = {})
{
    return {ErrorKind::Internal, QStringLiteral("A statement of the schema step failed"), position.toString(), evidence,
            hint};
}

[[noreturn]] void endedTransaction(const Position &position)
{
    throw Exception({ErrorKind::Invalid,
                     QStringLiteral("The schema step ends the transaction that it runs in"),
                     position.toString(),
                     {},
                     QStringLiteral("Remove COMMIT, ROLLBACK or END from the step.")});
}

/// A statement begins where its first token does, behind blanks and comments; only for the line that is told.
const char *firstToken(const char *at)
{
    for (;;) {
        while (*at == ' ' || *at == '\t' || *at == '\n') ++at;
        const char *end = nullptr;
        if (at[0] == '-' && at[1] == '-')
            end = std::strchr(at, '\n');
        else if (at[0] == '/' && at[1] == '*')
            end = std::strstr(at, "*/");
        if (!end) return at;
        at = end + (at[0] == '-' ? 1 : 2);
    }
}

void runSqlite(Session &session, const QByteArray &text, const StatementGuard &guard)
{
    auto *db = static_cast<sqlite3 *>(session.nativeHandle());
    Position position;
    const auto fail = [&] {
        guard.throwIfStopped(QLatin1String(kWhere));
        const int code = sqlite3_extended_errcode(db);
        throw DbError(scriptError(position, QString::fromUtf8(sqlite3_errmsg(db))), {}, QString::number(code));
    };
    const char *const begin = text.constData();
    const char *const end = begin + text.size();
    const char *counted = begin;
    int line = 1;
    for (const char *at = begin; at < end;) {
        const char *const token = firstToken(at);
        line += int(std::count(counted, token, '\n'));
        counted = token;
        position = {line, position.statement + 1};
        sqlite3_stmt *raw = nullptr;
        const char *next = nullptr;
        const int prepared = sqlite3_prepare_v2(db, at, int(end - at), &raw, &next);
        const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt *)> statement(raw, sqlite3_finalize);
        if (prepared != SQLITE_OK) {
            const int offset = sqlite3_error_offset(db);
            if (offset >= 0) position.line = 1 + int(std::count(begin, at + offset, '\n'));
            fail();
        }
        at = next;
        if (!raw) continue;  // blanks and comments
        int step = SQLITE_ROW;
        while (step == SQLITE_ROW) step = sqlite3_step(raw);
        if (step != SQLITE_DONE) fail();
        if (sqlite3_get_autocommit(db)) endedTransaction(position);
    }
}

QString field(const PGresult *result, int code) { return QString::fromUtf8(PQresultErrorField(result, code)); }

DbError postgresqlError(const PGresult *result, Position position, const QByteArray &text)
{
    // The position counts characters of the whole text, from 1.
    const int characters = field(result, PG_DIAG_STATEMENT_POSITION).toInt();
    if (characters > 0) position.line = 1 + int(QString::fromUtf8(text).left(characters - 1).count(QLatin1Char('\n')));
    QStringList evidence{field(result, PG_DIAG_MESSAGE_PRIMARY), field(result, PG_DIAG_MESSAGE_DETAIL),
                         field(result, PG_DIAG_CONTEXT)};
    evidence.removeAll(QString());
    const QString state = field(result, PG_DIAG_SQLSTATE);
    Error error = scriptError(position, evidence.join(QLatin1Char('\n')), field(result, PG_DIAG_MESSAGE_HINT));
    if (state == u"42501") error.kind = ErrorKind::Denied;
    return DbError(error, state.isEmpty() ? QStringLiteral("08006") : state);
}

void runPostgresql(Session &session, const QByteArray &text, const StatementGuard &guard)
{
    auto *connection = static_cast<PGconn *>(session.nativeHandle());
    Position position;
    std::optional<DbError> error;
    if (!PQsendQuery(connection, text.constData()))
        throw DbError(scriptError(position, QString::fromUtf8(PQerrorMessage(connection))), QStringLiteral("08006"));
    // Every result is read, also after an error: the connection must be ready for the ROLLBACK.
    while (const std::unique_ptr<PGresult, void (*)(PGresult *)> result{PQgetResult(connection), PQclear}) {
        ++position.statement;
        const ExecStatusType status = PQresultStatus(result.get());
        if (status == PGRES_COPY_IN) PQputCopyEnd(connection, "a schema step cannot read from standard input");
        if (status == PGRES_FATAL_ERROR && !error) error.emplace(postgresqlError(result.get(), position, text));
    }
    if (error) {
        guard.throwIfStopped(QLatin1String(kWhere));
        throw *error;
    }
    if (PQtransactionStatus(connection) != PQTRANS_INTRANS) endedTransaction(position);
}

}  // namespace

void runScript(Session &session, const QByteArray &text)
{
    const StatementGuard guard(session);
    session.dialect().isSqlite() ? runSqlite(session, text, guard) : runPostgresql(session, text, guard);
}

}  // namespace headgate
