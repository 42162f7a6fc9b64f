// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/sqliteprobe.h"

#include <QDir>
#include <QFileInfo>
#include <QUrl>
#include <cerrno>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

constexpr int busyMs = 250;

struct FileFacts {
    bool exists = false;
    bool isDirectory = false;
    bool isRegular = false;
    int error = 0;
    qint64 size = 0;
    quint64 inode = 0;
    bool logIgnored = false;
};

struct Access {
    bool writesFile = false;
    bool writesFolder = false;
};

struct Pragmas {
    int code = SQLITE_OK;
    QString error;
    QStringList values;
};

// The file is never opened but through SQLite: closing any descriptor of a file drops this process's locks on it, also
// those of a workspace that happens to be the same file.
FileFacts lookAt(const QString &path)
{
    struct stat status {};
    FileFacts facts;
    if (::stat(QFile::encodeName(path).constData(), &status) != 0) {
        facts.error = errno;
        return facts;
    }
    facts.exists = true;
    facts.isDirectory = S_ISDIR(status.st_mode);
    facts.isRegular = S_ISREG(status.st_mode);
    facts.size = status.st_size;
    facts.inode = status.st_ino;
    return facts;
}

bool mayWrite(const QString &path)
{
    return ::faccessat(AT_FDCWD, QFile::encodeName(path).constData(), W_OK, AT_EACCESS) == 0;
}

QString localPath(const QString &name)
{
    return name.startsWith("file:"_L1) ? QUrl(name).path() : name;
}

}  // namespace

/// A read-only handle and what is known of its file. Used by one worker call at a time.
class SqliteProbe::File {
public:
    explicit File(QString path) : m_path(std::move(path)) {}
    ~File() { sqlite3_close(m_handle); }
    File(const File &) = delete;
    File &operator=(const File &) = delete;

    const QString &path() const { return m_path; }
    FileFacts facts() const;
    /// Fit for reading after open().
    QString journal(const QString &mode) const { return m_wal ? u"write-ahead log"_s : mode + u" journal"_s; }
    Access access() const { return {mayWrite(m_path), mayWrite(QFileInfo(m_path).path())}; }

    Pragmas open();
    bool refusesWrites() const { return sqlite3_db_readonly(m_handle, "main") == 1; }
    Pragmas read(const QStringList &statements);

private:
    Pragmas openWith(const char *options);
    bool headerSaysWal() const;
    bool hasWal() const { return lookAt(m_path + "-wal"_L1).exists; }

    QString m_path;
    sqlite3 *m_handle = nullptr;
    bool m_frozen = false;
    bool m_wal = false;
};

FileFacts SqliteProbe::File::facts() const
{
    FileFacts facts = lookAt(m_path);
    facts.logIgnored = m_frozen && lookAt(m_path + "-wal"_L1).size > 0;
    return facts;
}

Pragmas SqliteProbe::File::openWith(const char *options)
{
    sqlite3_close(m_handle);
    m_handle = nullptr;
    const QByteArray uri = "file:" + QUrl::toPercentEncoding(m_path, "/") + "?mode=ro" + options;
    const int code = sqlite3_open_v2(uri.constData(), &m_handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nullptr);
    if (code != SQLITE_OK) return {code & 0xff, QString::fromUtf8(m_handle ? sqlite3_errmsg(m_handle) : sqlite3_errstr(code)), {}};
    sqlite3_busy_timeout(m_handle, busyMs);
    return read({u"PRAGMA journal_mode"_s, u"PRAGMA schema_version"_s});
}

// Even a read-only connection makes the -wal and -shm files of a database in WAL mode. So the mode is first read from
// the file as it stands; then locks are respected, and the shared memory is used only where another program made it.
Pragmas SqliteProbe::File::open()
{
    m_frozen = true;
    Pragmas found = openWith("&immutable=1");
    if (found.code != SQLITE_OK) return found;
    m_wal = headerSaysWal();
    if (m_wal && !hasWal()) return found;
    m_frozen = false;
    const Pragmas shared = openWith(m_wal ? "&readonly_shm=1" : "");
    const bool noSharedMemory = m_wal && (shared.code == SQLITE_CANTOPEN || shared.code == SQLITE_READONLY);
    if (!noSharedMemory) return shared;
    m_frozen = true;
    return openWith("&immutable=1");
}

// The pragma tells the mode of the connection; the file keeps its own in bytes 18 and 19, 2 for WAL.
bool SqliteProbe::File::headerSaysWal() const
{
    sqlite3_file *file = nullptr;
    unsigned char header[20] = {};
    sqlite3_file_control(m_handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    return file && file->pMethods && file->pMethods->xRead(file, header, sizeof header, 0) == SQLITE_OK && header[19] == 2;
}

Pragmas SqliteProbe::File::read(const QStringList &statements)
{
    Pragmas result;
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

void SqliteProbe::probe()
{
    lookForFile();
    skip(TestStage::Tcp, u"A file has none."_s);
    skip(TestStage::Tls, u"A file has none."_s);
    skip(TestStage::Authenticate, u"A file has none."_s);
    open();
    readPrivileges();
    readIdentity();
    roundTrip();
}

void SqliteProbe::lookForFile()
{
    const QString name = connection().databaseName;
    if (name.isEmpty() || name == ":memory:"_L1)
        fail(TestStage::Resolve, u"No file is named."_s, {u"Give the path of a SQLite file."_s, FixKind::ClientConfig, u"sqlite:///path/to/file.db"_s});
    const bool relative = QDir::isRelativePath(localPath(name));
    m_file = std::make_shared<File>(QDir::cleanPath(QDir::current().absoluteFilePath(localPath(name))));
    expect(u"the file system's answer for %1"_s.arg(m_file->path()));
    const FileFacts facts = onWorker<FileFacts>([file = m_file] { return file->facts(); });
    if (!facts.exists)
        fail(TestStage::Resolve, u"%1: %2"_s.arg(m_file->path(), qt_error_string(facts.error)),
             advice::fileMissing());
    if (!facts.isRegular)
        fail(TestStage::Resolve, u"%1 is %2."_s.arg(m_file->path(), facts.isDirectory ? u"a folder"_s : u"not a regular file"_s),
             advice::hint(u"Name the database file itself."_s));
    m_isEmpty = facts.size == 0;
    const QString found = u"%1, %2 bytes."_s.arg(m_file->path(), QString::number(facts.size));
    if (!relative) return pass(TestStage::Resolve, found);
    warn(TestStage::Resolve, found, {u"The path depends on the folder the program was started in: give it from the root."_s,
                                     FixKind::ClientConfig, u"sqlite://"_s + m_file->path()});
}

void SqliteProbe::open()
{
    expect(u"the file %1"_s.arg(m_file->path()));
    const Pragmas opened = onWorker<Pragmas>([file = m_file] { return file->open(); });
    if (opened.code != SQLITE_OK)
        fail(TestStage::Database, opened.error, advice::forSqliteError(opened.code, m_file->path()), QString::number(opened.code));
    const QString text = u"A SQLite database, %1, schema version %2."_s.arg(m_file->journal(opened.values.value(0)), opened.values.value(1));
    if (!m_isEmpty) return pass(TestStage::Database, text);
    warn(TestStage::Database, u"The file is empty: an empty database."_s, advice::hint(u"Check that this is the file you mean."_s));
}

void SqliteProbe::readPrivileges()
{
    const Access access = onWorker<Access>([file = m_file] { return file->access(); });
    if (connection().isReadOnly) {
        const QString remark = readOnlyRemark(onWorker<bool>([file = m_file] { return file->refusesWrites(); }), u"opened for reading only"_s);
        return pass(TestStage::Privileges, u"Readable."_s + remark);
    }
    if (access.writesFile && access.writesFolder) return pass(TestStage::Privileges, u"Readable and writable."_s);
    const QString text = access.writesFile ? u"The file can be written but not its folder, where SQLite keeps the journal: read only."_s
                                           : u"Read only for this user."_s;
    warn(TestStage::Privileges, text, advice::hint(u"Give this user write permission on the file and its folder, or mark the "
                                                   "connection read-only."_s));
}

void SqliteProbe::readIdentity()
{
    const QStringList statements{u"SELECT sqlite_version()"_s, u"PRAGMA application_id"_s, u"PRAGMA user_version"_s,
                                 u"PRAGMA page_size"_s,        u"PRAGMA page_count"_s,     u"PRAGMA journal_mode"_s};
    const Pragmas read = onWorker<Pragmas>([file = m_file, statements] { return file->read(statements); });
    if (read.code != SQLITE_OK)
        fail(TestStage::Identity, read.error, advice::forSqliteError(read.code, m_file->path()), QString::number(read.code));
    const FileFacts facts = onWorker<FileFacts>([file = m_file] { return file->facts(); });
    ServerIdentity &server = identity();
    server.version = u"SQLite "_s + read.values.value(0);
    server.address = m_file->path();
    server.database = QFileInfo(m_file->path()).fileName();
    server.systemIdentifier = u"application_id=%1 user_version=%2 inode=%3"_s.arg(read.values.value(1), read.values.value(2)).arg(facts.inode);
    pass(TestStage::Identity, u"%1, %2 pages of %3 bytes, %4, %5.%6"_s.arg(server.version, read.values.value(4), read.values.value(3),
                                                                         m_file->journal(read.values.value(5)), server.systemIdentifier,
                                                                         facts.logIgnored ? u" Changes still in the log were not looked at."_s
                                                                                          : QString()));
}

void SqliteProbe::roundTrip()
{
    lap();
    const Pragmas read = onWorker<Pragmas>([file = m_file] { return file->read({u"SELECT 1"_s}); });
    if (read.code != SQLITE_OK)
        fail(TestStage::RoundTrip, read.error, advice::forSqliteError(read.code, m_file->path()), QString::number(read.code));
    const double ms = lap();
    pass(TestStage::RoundTrip, u"SELECT 1 in %1 ms."_s.arg(ms, 0, 'f', 2), ms);
}

}  // namespace headgate
