// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/canceltoken.h"
#include "models/connections/connectionprobe.h"

#include <QStringList>
#include <memory>
#include <optional>
#include <vector>

namespace headgate {

/// What a server says that it is.
struct ServerVersion {
    QString text;            ///< "PostgreSQL 15.18", "MariaDB 10.11.19", "MySQL 8.0.36", "SQLite 3.40.1"
    int number = 0;          ///< 150018, 101119, 80036, 34001: major, then two digits for each part after it
    bool isMariaDb = false;
};

/// One session on somebody else's database, for its catalogue and settings; the server itself is told to refuse writes.
/// Calls block: a worker thread only, one at a time. Everything that goes wrong is an Exception with kind, what, where,
/// the server's words and a hint.
class TargetSession {
public:
    using Cell = std::optional<QString>;  ///< none: NULL; else the text as the server writes it
    using Row = std::vector<Cell>;
    struct Rows {
        QStringList columns;
        std::vector<Row> rows;

        /// The cell as text, empty when it is NULL or not there.
        QString text(size_t row, size_t column) const
        {
            return row < rows.size() && column < rows[row].size() ? rows[row][column].value_or(QString()) : QString();
        }
    };

    virtual ~TargetSession();
    TargetSession(const TargetSession &) = delete;
    TargetSession &operator=(const TargetSession &) = delete;

    /// Opens within target.timeoutMs, by the connection's type: PostgreSQL, MySQL/MariaDB, SQLite, SQL Server; others are
    /// Invalid. TLS as the connection says: what it requires and does not get fails before the password is sent.
    /// `cancel` stops the opening and every read after it.
    static std::unique_ptr<TargetSession> open(const ProbeTarget &target, const CancelToken &cancel = {});

    /// One statement with its values bound as text in order ($1… on PostgreSQL, ? elsewhere); an empty one is never NULL.
    /// Ends at `timeoutMs` (Timeout) or on cancel (Cancelled). The session stays usable after an error of the server, and
    /// after a timeout when the server let itself be stopped; isOpen() tells.
    virtual Rows read(const QString &sql, const QStringList &values = {}, int timeoutMs = 10'000) = 0;
    virtual ServerVersion version() const = 0;
    virtual bool isOpen() const = 0;

    /// From now on this token stops reads: for a session that outlives one task.
    void setCancel(const CancelToken &cancel) { m_cancel = cancel; }

protected:
    explicit TargetSession(CancelToken cancel) : m_cancel(std::move(cancel)) {}
    const CancelToken &cancelToken() const { return m_cancel; }

private:
    CancelToken m_cancel;
};

}  // namespace headgate
