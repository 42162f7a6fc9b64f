// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/sqlitesession.h"

#include "models/database/native/sqlitefile.h"

#include <QFileInfo>
#include <sqlite3.h>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

constexpr int instructionsBetweenLooks = 1'000;
constexpr int busyPauseMs = 5;

int isOver(void *wait)
{
    return static_cast<BlockingWait *>(wait)->isOver() ? 1 : 0;
}

int waitWhileBusy(void *wait, int)
{
    return static_cast<BlockingWait *>(wait)->wait(-1, false, busyPauseMs) == WaitResult::Stopped ? 0 : 1;
}

ErrorKind kindOf(int code)
{
    switch (code) {
    case SQLITE_READONLY: case SQLITE_AUTH: case SQLITE_PERM: return ErrorKind::Denied;
    case SQLITE_BUSY: case SQLITE_LOCKED: return ErrorKind::Locked;
    case SQLITE_CORRUPT: case SQLITE_NOTADB: return ErrorKind::Integrity;
    case SQLITE_CANTOPEN: return ErrorKind::NotFound;
    default: return ErrorKind::Internal;
    }
}

TargetSession::Row readRow(sqlite3_stmt *statement)
{
    TargetSession::Row row;
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
        const auto *text = reinterpret_cast<const char *>(sqlite3_column_text(statement, i));
        row.push_back(text ? std::optional(QString::fromUtf8(text, sqlite3_column_bytes(statement, i))) : std::nullopt);
    }
    return row;
}

}  // namespace

SqliteSession::SqliteSession(const ProbeTarget &target, const CancelToken &cancel)
    : NativeSession(target, cancel), m_path(SqliteFile::pathOf(target.connection.databaseName))
{
    const QFileInfo file(m_path);
    if (connection().databaseName.isEmpty()) fail(ErrorKind::Invalid, u"No file is named."_s);
    if (!file.isFile()) fail(ErrorKind::NotFound, u"There is no file at %1."_s.arg(m_path), {}, u"Check the path, and that its disk is mounted."_s);
    const TextResult opened = run(u"SELECT 1"_s, {}, target.timeoutMs);
    throwIfStopped(u"Opening the file"_s, target.timeoutMs);
    if (!opened.ok) throw Exception(explain(opened));
    const QString number = QString::fromLatin1(sqlite3_libversion());
    setVersion({u"SQLite "_s + number, versionNumber(number), false});
    setOpen(true);
}

TextResult SqliteSession::failure(sqlite3 *handle)
{
    TextResult result;
    result.errorCode = QString::number(sqlite3_errcode(handle) & 0xff);
    result.errorText = QString::fromUtf8(sqlite3_errmsg(handle));
    return result;
}

TextResult SqliteSession::run(const QString &sql, const QStringList &values, int timeoutMs)
{
    wait().begin(cancelToken(), timeoutMs);
    SqliteFile file(m_path);
    const SqliteFile::Values opened = file.open();
    if (opened.code != SQLITE_OK) return {{}, {}, false, QString::number(opened.code), opened.error};
    sqlite3_limit(file.handle(), SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_busy_handler(file.handle(), &waitWhileBusy, &wait());
    sqlite3_progress_handler(file.handle(), instructionsBetweenLooks, &isOver, &wait());
    return evaluate(file.handle(), sql, values);
}

TextResult SqliteSession::evaluate(sqlite3 *handle, const QString &sql, const QStringList &values)
{
    sqlite3_stmt *raw = nullptr;
    const QByteArray text = sql.toUtf8();
    if (sqlite3_prepare_v2(handle, text.constData(), int(text.size()), &raw, nullptr) != SQLITE_OK) return failure(handle);
    const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement(raw, &sqlite3_finalize);
    for (qsizetype i = 0; i < values.size(); ++i) {
        const QByteArray value = values[i].toUtf8();
        if (sqlite3_bind_text(raw, int(i) + 1, value.constData(), int(value.size()), SQLITE_TRANSIENT) != SQLITE_OK) return failure(handle);
    }
    TextResult result;
    for (int i = 0; i < sqlite3_column_count(raw); ++i) result.columns.append(QString::fromUtf8(sqlite3_column_name(raw, i)));
    int code = SQLITE_ROW;
    while (result.rows.size() < maxRows && (code = sqlite3_step(raw)) == SQLITE_ROW) result.rows.push_back(readRow(raw));
    if (code != SQLITE_DONE && code != SQLITE_ROW) return failure(handle);
    result.ok = true;
    return result;
}

Error SqliteSession::explain(const TextResult &result) const
{
    const int code = result.errorCode.toInt();
    return {kindOf(code), u"SQLite refused the statement."_s, targetoptions::place(connection()),
            u"%1 (code %2)"_s.arg(result.errorText, result.errorCode), code == SQLITE_ERROR ? QString() : advice::forSqliteError(code, m_path).hint};
}

}  // namespace headgate
