// SPDX-License-Identifier: GPL-3.0-or-later
#include "migrations/engine/migrationlock.h"

#include "migrations/engine/uncancelled.h"
#include "models/base/error.h"
#include "models/database/query.h"
#include "models/database/session.h"

#include <QDateTime>
#include <QDeadlineTimer>
#include <QFile>
#include <QThread>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace headgate {

namespace {

/// Advisory locks belong to one database, so one number serves every server: "HGAT", "migr".
constexpr qint64 kLockKey = 0x48474154'6d696772;
constexpr int kPollMs = 250;

}  // namespace

MigrationLock::MigrationLock(Session &session, const QString &application, std::chrono::milliseconds deadline)
    : m_session(session), m_application(application)
{
    const QDeadlineTimer timer(deadline);
    while (!tryLock()) {
        if (session.cancelToken().isCancelled()) throw Exception({ErrorKind::Cancelled, QStringLiteral("Cancelled"), {}, {}, {}});
        if (timer.hasExpired())
            throw Exception({ErrorKind::Locked, QStringLiteral("Another process is changing the schema"), session.spec().display(), holder(),
                             QStringLiteral("Wait until it has finished, then try again.")});
        QThread::msleep(ulong(std::min<qint64>(kPollMs, std::max<qint64>(timer.remainingTime(), 1))));
    }
}

MigrationLock::~MigrationLock()
{
    if (m_session.dialect().isSqlite()) {
        if (m_file < 0) return;
        // Removed while still held: whoever opened the old file sees in tryFile() that it is not the named one any more.
        QFile::remove(lockFile(m_session.spec().path));
        ::close(m_file);
        return;
    }
    Uncancelled::orKill(m_session, [this] { Query(m_session, QStringLiteral("select pg_advisory_unlock(:key)")).bind("key", kLockKey).first(); });
}

bool MigrationLock::tryLock()
{
    if (m_session.dialect().isSqlite()) return tryFile();
    Query query(m_session, QStringLiteral("select pg_try_advisory_lock(:key)"));
    return query.bind("key", kLockKey).first() && query.get<bool>(0);
}

bool MigrationLock::tryFile()
{
    const QByteArray path = QFile::encodeName(lockFile(m_session.spec().path));
    const int file = ::open(path.constData(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0)
        throw Exception({ErrorKind::Denied, QStringLiteral("The lock file cannot be made"), QFile::decodeName(path), qt_error_string(errno),
                         QStringLiteral("Check the permissions of the workspace's folder.")});
    struct stat opened = {}, named = {};
    const bool mine = ::flock(file, LOCK_EX | LOCK_NB) == 0 && ::fstat(file, &opened) == 0 &&
                      ::stat(path.constData(), &named) == 0 && opened.st_ino == named.st_ino;
    if (!mine) {
        ::close(file);
        return false;
    }
    m_file = file;
    const QByteArray text = QStringLiteral("process %1, %2, since %3\n")
                                .arg(QString::number(getpid()), m_application, QDateTime::currentDateTimeUtc().toString(Qt::ISODate))
                                .toUtf8();
    // Only told to people; the lock itself is the flock.
    [[maybe_unused]] const bool told = ::ftruncate(file, 0) == 0 && ::write(file, text.constData(), size_t(text.size())) > 0;
    return true;
}

QString MigrationLock::holder() const
{
    if (m_session.dialect().isSqlite()) {
        QFile file(lockFile(m_session.spec().path));
        return file.open(QIODevice::ReadOnly) ? QStringLiteral("held by ") + QString::fromUtf8(file.readAll()).trimmed() : QString();
    }
    Query query(m_session, QStringLiteral(R"(
        select l.pid, coalesce(a.application_name, ''), coalesce(cast(a.usename as text), ''), coalesce(host(a.client_addr), 'local socket'),
               coalesce(cast(date_trunc('second', coalesce(a.xact_start, a.backend_start)) as text), '')
        from pg_locks l left join pg_stat_activity a on a.pid = l.pid
        where l.locktype = 'advisory' and l.granted and l.objsubid = 1
          and l.database = (select oid from pg_database where datname = current_database())
          and (cast(l.classid as bigint) << 32 | cast(l.objid as bigint)) = :key)"));
    if (!query.bind("key", kLockKey).first()) return QString();
    return QStringLiteral("held by server process %1, %2, user %3, from %4, since %5")
        .arg(query.get<QString>(0), query.get<QString>(1), query.get<QString>(2), query.get<QString>(3), query.get<QString>(4));
}

}  // namespace headgate
