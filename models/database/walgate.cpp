// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/walgate.h"

#include <QDeadlineTimer>
#include <QFile>
#include <QFileInfo>
#include <QThread>
#include <cerrno>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

namespace headgate {

WalGate::WalGate(const QString &databasePath, int busyTimeoutMs) : m_databasePath(databasePath), m_busyTimeoutMs(busyTimeoutMs)
{
    const QByteArray path = QFile::encodeName(databasePath + QStringLiteral(".lock"));
    m_fd = ::open(path.constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

WalGate::~WalGate()
{
    if (m_fd >= 0) ::close(m_fd);
}

bool WalGate::lock(int operation, int timeoutMs)
{
    if (m_fd < 0) return false;
    QDeadlineTimer deadline(timeoutMs);
    while (::flock(m_fd, operation | LOCK_NB) != 0) {
        if ((errno != EWOULDBLOCK && errno != EINTR) || deadline.hasExpired()) return false;
        QThread::msleep(2);
    }
    return true;
}

bool WalGate::enterWriter(int timeoutMs) { return lock(LOCK_SH, timeoutMs); }

void WalGate::leaveWriter()
{
    if (m_fd >= 0) ::flock(m_fd, LOCK_UN);
}

bool WalGate::tryCheckpoint(sqlite3 *handle)
{
    if (!lock(LOCK_EX, 0)) return false;
    // With a busy timeout it would wait for every reader, and all writers behind the gate with it.
    sqlite3_busy_timeout(handle, 0);
    const int code = sqlite3_wal_checkpoint_v2(handle, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    sqlite3_busy_timeout(handle, m_busyTimeoutMs);
    leaveWriter();
    return code == SQLITE_OK;
}

qint64 WalGate::walBytes() const { return QFileInfo(m_databasePath + QStringLiteral("-wal")).size(); }

}  // namespace headgate
