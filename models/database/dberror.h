// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/error.h"

#include <QByteArray>
#include <QString>

class QSqlError;

namespace headgate {

class Dialect;

/// A database error with what the server said. `sqlState` is PostgreSQL's five characters, or one that stands for a
/// SQLite or MySQL number ("SQLITE" where there is none); `nativeCode` is the driver's number as text (SQLite extended codes).
class DbError : public Exception {
public:
    /// `connectionLost` is what the client library says: such an error has no state of its own.
    DbError(const Dialect &dialect, const QSqlError &error, const QString &statement, bool connectionLost = false);
    DbError(Error error, QString sqlState, QString nativeCode = {});

    QString sqlState() const { return m_sqlState; }
    QString nativeCode() const { return m_nativeCode; }
    /// SQLite primary result code (nativeCode & 0xff) or -1.
    int sqliteCode() const;

    /// May the whole transaction be tried again: connection lost, serialization, deadlock, lock not available,
    /// shutting down, SQLITE_BUSY. The transaction asks only before COMMIT was sent.
    bool isTransient() const;
    bool isConnectionLost() const;
    bool isUniqueViolation() const;
    bool isForeignKeyViolation() const;

private:
    QString m_sqlState;
    QString m_nativeCode;
};

/// COMMIT was sent and its reply lost: the change may or may not be there. The writer looks up the operation id, when
/// the transaction has recorded one; without it nothing can tell, and nobody may try again.
class CommitUnknown : public Exception {
public:
    CommitUnknown(Error error, bool operationRecorded)
        : Exception(std::move(error)), m_operationRecorded(operationRecorded) {}
    bool operationRecorded() const { return m_operationRecorded; }

private:
    bool m_operationRecorded;
};

}  // namespace headgate
