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
    open();
}

WalGate::~WalGate()
{
    if (m_fd >= 0) ::close(m_fd);
}

/// Again at each lock until it succeeds: rights on the file may have been given meanwhile.
bool WalGate::open()
{
    if (m_fd >= 0) return true;
    const QByteArray path = QFile::encodeName(m_databasePath + QStringLiteral(".lock"));
    m_fd = ::open(path.constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    m_error = m_fd < 0 ? errno : 0;
    return m_fd >= 0;
}

bool WalGate::lock(int operation, int timeoutMs)
{
    if (!open()) return false;
    m_error = 0;
    QDeadlineTimer deadline(timeoutMs);
    while (::flock(m_fd, operation | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) m_error = errno;
        if (m_error != 0 || deadline.hasExpired()) return false;
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
