// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/odbc/odbcprotocol.h"

#include <QJsonArray>
#include <mutex>

namespace headgate::odbc {

/// The ODBC calls of the helper process, over the driver manager itself: QODBC gives no SQLSTATE for a login that was
/// refused and does not escape a password (QTBUG-122642). Replies are those of the protocol; nothing is thrown.
/// One thread, except cancel().
class OdbcConnection {
public:
    OdbcConnection();
    ~OdbcConnection();
    OdbcConnection(const OdbcConnection &) = delete;
    OdbcConnection &operator=(const OdbcConnection &) = delete;

    /// {"drivers": ["FreeTDS", …]}: what odbcinst.ini lists.
    QJsonObject drivers() const;
    /// "parameters" [[keyword, value], …], "braces_doubled", "login_s", "read_only" → {"open": true, "driver",
    /// "driver_version", "dbms", "dbms_version", "messages"} or {"errors": […], "drivers": […]}.
    QJsonObject open(const QJsonObject &request, QByteArray password);
    /// "sql", "values", "query_s", "max_rows" → {"columns", "rows", "truncated"} or {"errors": […]}. What the statement
    /// may have changed is rolled back.
    QJsonObject read(const QJsonObject &request);
    /// Stops the statement that runs; any thread.
    void cancel();

private:
    bool hasDriver(const QString &name) const;
    QString info(quint16 what) const;
    QJsonObject fetch(void *statement, int maxRows) const;

    void *m_environment = nullptr;
    void *m_connection = nullptr;
    std::mutex m_mutex;            ///< of m_statement: cancel() comes from another thread
    void *m_statement = nullptr;
};

}  // namespace headgate::odbc
