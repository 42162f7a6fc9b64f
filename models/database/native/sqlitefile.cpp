// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/native/sqlitefile.h"

#include <QDir>
#include <QFile>
#include <QUrl>
#include <sqlite3.h>
#include <sys/stat.h>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

constexpr int busyMs = 250;

}  // namespace

QString SqliteFile::pathOf(const QString &name)
{
    const QString local = name.startsWith("file:"_L1) ? QUrl(name).path() : name;
    return QDir::cleanPath(QDir::current().absoluteFilePath(local));
}

void SqliteFile::close()
{
    sqlite3_close(m_handle);
    m_handle = nullptr;
}

SqliteFile::Values SqliteFile::openWith(const char *options)
{
    close();
    const QByteArray uri = "file:" + QUrl::toPercentEncoding(m_path, "/") + "?mode=ro" + options;
    const int code = sqlite3_open_v2(uri.constData(), &m_handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nullptr);
    if (code != SQLITE_OK) return {code & 0xff, QString::fromUtf8(m_handle ? sqlite3_errmsg(m_handle) : sqlite3_errstr(code)), {}};
    sqlite3_busy_timeout(m_handle, busyMs);
    return read({u"PRAGMA journal_mode"_s, u"PRAGMA schema_version"_s});
}

// Even a read-only connection makes the -wal and -shm files of a database in WAL mode. So the mode is first read from
// the file as it stands; then locks are respected, and the shared memory is used only where another program made it.
SqliteFile::Values SqliteFile::open()
{
    m_frozen = true;
    Values found = openWith("&immutable=1");
    if (found.code != SQLITE_OK) return found;
    m_wal = headerSaysWal();
    if (m_wal && !hasLog()) return found;
    m_frozen = false;
    const Values shared = openWith(m_wal ? "&readonly_shm=1" : "");
    const bool noSharedMemory = m_wal && (shared.code == SQLITE_CANTOPEN || shared.code == SQLITE_READONLY);
    if (!noSharedMemory) return shared;
    m_frozen = true;
    return openWith("&immutable=1");
}

bool SqliteFile::hasLog() const
{
    struct stat status {};
    return ::stat(QFile::encodeName(m_path + "-wal"_L1).constData(), &status) == 0;
}

// The pragma tells the mode of the connection; the file keeps its own in bytes 18 and 19, 2 for WAL.
bool SqliteFile::headerSaysWal() const
{
    sqlite3_file *file = nullptr;
    unsigned char header[20] = {};
    sqlite3_file_control(m_handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    return file && file->pMethods && file->pMethods->xRead(file, header, sizeof header, 0) == SQLITE_OK && header[19] == 2;
}

SqliteFile::Values SqliteFile::read(const QStringList &statements)
{
    Values result;
    for (const QString &sql : statements) {
        sqlite3_stmt *statement = nullptr;
        result.code = sqlite3_prepare_v2(m_handle, sql.toUtf8().constData(), -1, &statement, nullptr);
        if (result.code == SQLITE_OK) result.code = sqlite3_step(statement);
        if (result.code == SQLITE_ROW) {
            result.values.append(QString::fromUtf8(reinterpret_cast<const char *>(sqlite3_column_text(statement, 0))));
            result.code = SQLITE_OK;
        }
        if (result.code != SQLITE_OK) result.error = QString::fromUtf8(sqlite3_errmsg(m_handle));
        sqlite3_finalize(statement);
        result.code &= 0xff;
        if (result.code != SQLITE_OK) break;
    }
    return result;
}

}  // namespace headgate
