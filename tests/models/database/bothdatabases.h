// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/database.h"
#include "models/database/query.h"
#include "tests/support/servers.h"

#include <QTemporaryDir>
#include <chrono>
#include <functional>

namespace headgate::test {

/// An empty SQLite file and an empty PostgreSQL database for the time of a test class, so that one test source runs on
/// both. The tables of a test are its own.
class BothDatabases {
public:
    BothDatabases();

    /// Rows "sqlite" and "postgresql" with a column "kind", for a _data() function.
    static void addRows();
    /// The database of the running row.
    ConnectSpec spec() const;
    ConnectSpec sqlite() const { return m_sqlite; }
    ConnectSpec postgresql() const { return m_postgresql; }
    /// A SQLite file that is not there yet.
    ConnectSpec freshFile() const;
    QString directory() const { return m_directory.path(); }

    /// Brings the management schema into both; the specs are the console's from then on.
    void migrate();

private:
    QTemporaryDir m_directory;
    PgDatabase m_server;
    ConnectSpec m_sqlite;
    ConnectSpec m_postgresql;
};

/// The error that `work` throws; a default one with `what` "nothing was thrown" when it does not.
Error errorOf(const std::function<void()> &work);
/// The value of the first column of the first row as text; "NULL" and "" as such.
QString ask(Session &session, const QString &sql);
/// Milliseconds that `work` takes.
qint64 elapsed(const std::function<void()> &work);
/// The answer of a future, waiting at most 30 s.
template <typename T>
T answer(QFuture<T> future)
{
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!future.isFinished()) {
        if (std::chrono::steady_clock::now() > until) qFatal("no answer in 30 s");
        QThread::msleep(1);
    }
    return future.result();
}

}  // namespace headgate::test
