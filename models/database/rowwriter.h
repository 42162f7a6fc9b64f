// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <memory>
#include <vector>

namespace headgate {

class Session;

/// Writes rows into one table as fast as the database takes them: with a prepared statement of SQLite's own, and with
/// COPY on PostgreSQL. Between open() and finish() nothing else may run on the session. Session's thread; throws DbError
/// (the transaction has failed then), Exception(Cancelled) when the session's token asks for it.
/// On PostgreSQL all rows are one statement to the deadline: write what takes longer in several transactions.
class RowWriter {
public:
    enum class Type { Number, Time, Text, Json, Uuid, Bytes };
    struct Column {
        const char *name;
        Type type;
    };

    /// Whether the table's row triggers run on SQLite, where one makes it keep a journal of every row's pages: 2.5 times the
    /// time of a row with nine indexes. Spared is for rows that the database checks in another way before COMMIT.
    enum class Triggers { Run, Spared };

    /// Table and columns are names of ours, never typed ones.
    static std::unique_ptr<RowWriter> open(Session &session, const char *table, std::vector<Column> columns, Triggers triggers = Triggers::Run);
    virtual ~RowWriter() = default;
    RowWriter(const RowWriter &) = delete;
    RowWriter &operator=(const RowWriter &) = delete;

    /// The values of a row, in the columns' order; what they view must live until endRow().
    virtual void null() = 0;
    virtual void number(qint64 value) = 0;          ///< Number; Time in microseconds since 1970 UTC
    virtual void bytes(QByteArrayView value) = 0;   ///< Text and Json in UTF-8, Uuid in its canonical form, Bytes
    virtual void endRow() = 0;
    /// The rows are in the table; how many.
    virtual qint64 finish() = 0;

protected:
    RowWriter() = default;
};

}  // namespace headgate
