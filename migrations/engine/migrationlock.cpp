// SPDX-License-Identifier: GPL-3.0-or-later
#include "migrations/engine/migrationlock.h"

#include "migrations/engine/uncancelled.h"
#include "models/base/error.h"
#include "models/database/query.h"
#include "models/database/session.h"

#include <fcntl.h>
#include <QDateTime>
#include <QDeadlineTimer>
#include <QFile>
#include <QSysInfo>
#include <QThread>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace headgate {

namespace {

/// Advisory locks belong to one database, so one number serves every server: "HGAT", "migr".
constexpr qint64 kLockKey = 0x48474154'6d696772;
constexpr int kPollMs = 250;

/// The host comes last: PostgreSQL cuts an application name at 63 bytes.
QString describeHolder(const QString &application)
{
    return QStringLiteral("%1, process %2, since %3, on %4")
        .arg(application, QString::number(getpid()), QDateTime::currentDateTimeUtc().toString(Qt::ISODate),
             QSysInfo::machineHostName());
}

void setApplicationName(Session &session, const QString &name)
{
    Query(session, QStringLiteral("select set_config('application_name', :name, false)")).bind("name", name).first();
}

}  // namespace

MigrationLock::MigrationLock(Session &session, const QString &application, std::chrono::milliseconds deadline)
    : m_session(session), m_application(application)
{
    const QDeadlineTimer timer(deadline);
    while (!tryLock()) {
        if (session.cancelToken().isCancelled())
            throw Exception({ErrorKind::Cancelled, QStringLiteral("Cancelled"), {}, {}, {}});
        if (timer.hasExpired())
            throw Exception({ErrorKind::Locked, QStringLiteral("Another process is changing the schema"),
                             session.spec().display(), holder(),
                             QStringLiteral("Wait until it has finished, then try again.")});
        QThread::msleep(ulong(std::min<qint64>(kPollMs, std::max<qint64>(timer.remainingTime(), 1))));
    }
}

MigrationLock::~MigrationLock()
{
    if (m_session.dialect().isSqlite()) {
        if (m_file < 0) return;
        // Removed while still held: whoever has opened it already sees in tryFile() that it lost its name.
        QFile::remove(lockFile(m_session.spec().path));
        ::close(m_file);
        return;
    }
    Uncancelled::orKill(m_session, [this] {
        Query(m_session, QStringLiteral("select pg_advisory_unlock(:key)")).bind("key", kLockKey).first();
        setApplicationName(m_session, m_nameBefore);
    });
}

bool MigrationLock::tryLock()
{
    if (m_session.dialect().isSqlite()) return tryFile();
    Query query(m_session, QStringLiteral("select pg_try_advisory_lock(:key), current_setting('application_name')"));
    if (!query.bind("key", kLockKey).first() || !query.get<bool>(0)) return false;
    // The name is the one thing about a session that every other login may see.
    m_nameBefore = query.get<QString>(1);
    setApplicationName(m_session, describeHolder(m_application));
    return true;
}

bool MigrationLock::tryFile()
{
    const QByteArray path = QFile::encodeName(lockFile(m_session.spec().path));
    const int file = ::open(path.constData(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0)
        throw Exception({ErrorKind::Denied, QStringLiteral("The lock file cannot be made"), QFile::decodeName(path),
                         qt_error_string(errno), QStringLiteral("Check the permissions of the workspace's folder.")});
    struct stat opened = {}, named = {};
    const bool mine = ::flock(file, LOCK_EX | LOCK_NB) == 0 && ::fstat(file, &opened) == 0 &&
                      ::stat(path.constData(), &named) == 0 && opened.st_ino == named.st_ino;
    if (!mine) {
        ::close(file);
        return false;
    }
    m_file = file;
    const QByteArray text = describeHolder(m_application).toUtf8() + '\n';
    // Only told to people; the lock itself is the flock.
    [[maybe_unused]] const bool told =
        ::ftruncate(file, 0) == 0 && ::write(file, text.constData(), size_t(text.size())) > 0;
    return true;
}

QString MigrationLock::holder() const
{
    if (m_session.dialect().isSqlite()) {
        QFile file(lockFile(m_session.spec().path));
        return file.open(QIODevice::ReadOnly) ? QStringLiteral("held by ") + QString::fromUtf8(file.readAll()).trimmed()
                                              : QString();
    }
    Query query(m_session, QStringLiteral(R"(
        select l.pid, coalesce(a.application_name, '') from pg_locks l left join pg_stat_activity a on a.pid = l.pid
        where l.locktype = 'advisory' and l.granted and l.objsubid = 1
          and l.database = (select oid from pg_database where datname = current_database())
          and (cast(l.classid as bigint) << 32 | cast(l.objid as bigint)) = :key)"));
    if (!query.bind("key", kLockKey).first()) return {};
    return QStringLiteral("held by %1 (server process %2)").arg(query.get<QString>(1), query.get<QString>(0));
}

}  // namespace headgate
