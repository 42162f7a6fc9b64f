// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

struct sqlite3;

namespace headgate {

/// Keeps writers and the one who checkpoints apart, across processes: SQLite 3.7.0 to 3.51.2 can damage a WAL database
/// when two connections write and checkpoint at the same instant (fixed in 3.51.3). Writers hold a shared flock on
/// FILE.lock for the length of a transaction, a checkpoint an exclusive one. One gate per connection, same thread.
class WalGate {
public:
    WalGate(const QString &databasePath, int busyTimeoutMs);
    ~WalGate();
    WalGate(const WalGate &) = delete;
    WalGate &operator=(const WalGate &) = delete;

    /// False when a checkpoint kept the gate for longer than `timeoutMs`.
    bool enterWriter(int timeoutMs);
    /// Why the last lock was refused, when that was not for somebody else's: an errno; else 0.
    int error() const { return m_error; }
    void leaveWriter();
    /// Moves the WAL into the database when nobody writes; true when that was done and the file is empty again. Waits for
    /// nobody: a long reader keeps the rest for later. Outside any transaction.
    bool tryCheckpoint(sqlite3 *handle);
    /// Size of the WAL file in bytes.
    qint64 walBytes() const;

private:
    bool open();
    bool lock(int operation, int timeoutMs);
    QString m_databasePath;
    int m_busyTimeoutMs;
    int m_fd = -1;
    int m_error = 0;
};

}  // namespace headgate
