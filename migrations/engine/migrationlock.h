// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <QString>

namespace headgate {

class Session;

/// Only one process changes a schema at a time. PostgreSQL: a session advisory lock, tried again and again (a waiting
/// lock would deadlock with CREATE INDEX CONCURRENTLY); the session's application name tells who holds it. SQLite:
/// flock on the sibling file `<workspace>.migrate`, whose text tells who holds it. Either goes with its process, also
/// when that is killed. Session's thread; released by the destructor.
class MigrationLock {
public:
    /// Tries until `deadline` has passed; throws Exception(Locked) naming the holder, Exception(Cancelled) when the
    /// session's token says so.
    MigrationLock(Session &session, const QString &application, std::chrono::milliseconds deadline);
    ~MigrationLock();
    MigrationLock(const MigrationLock &) = delete;
    MigrationLock &operator=(const MigrationLock &) = delete;

    static QString lockFile(const QString &workspacePath) { return workspacePath + QStringLiteral(".migrate"); }

private:
    bool tryLock();
    bool tryFile();
    QString holder() const;

    Session &m_session;
    QString m_application;
    QString m_nameBefore;
    int m_file = -1;
};

}  // namespace headgate
