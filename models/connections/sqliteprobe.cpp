// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/sqliteprobe.h"

#include "models/database/native/sqlitefile.h"

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

}  // namespace

/// The file and what is known of it. Used by one worker call at a time.
class SqliteProbe::File : public SqliteFile {
public:
    using SqliteFile::SqliteFile;

    FileFacts facts() const
    {
        FileFacts facts = lookAt(path());
        facts.logIgnored = isFrozen() && lookAt(path() + "-wal"_L1).size > 0;
        return facts;
    }
    bool refusesWrites() const { return sqlite3_db_readonly(handle(), "main") == 1; }
    QString journal(const QString &mode) const { return isWal() ? u"write-ahead log"_s : mode + u" journal"_s; }
    Access access() const { return {mayWrite(path()), mayWrite(QFileInfo(path()).path())}; }
};

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
    const bool relative = QDir::isRelativePath(name.startsWith("file:"_L1) ? QUrl(name).path() : name);
    m_file = std::make_shared<File>(SqliteFile::pathOf(name));
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
    const SqliteFile::Values opened = onWorker<SqliteFile::Values>([file = m_file] { return file->open(); });
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
    const SqliteFile::Values read = onWorker<SqliteFile::Values>([file = m_file, statements] { return file->read(statements); });
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
    const SqliteFile::Values read = onWorker<SqliteFile::Values>([file = m_file] { return file->read({u"SELECT 1"_s}); });
    if (read.code != SQLITE_OK)
        fail(TestStage::RoundTrip, read.error, advice::forSqliteError(read.code, m_file->path()), QString::number(read.code));
    const double ms = lap();
    pass(TestStage::RoundTrip, u"SELECT 1 in %1 ms."_s.arg(ms, 0, 'f', 2), ms);
}

}  // namespace headgate
