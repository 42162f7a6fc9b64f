// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/codec.h"

#include <QByteArrayView>
#include <QString>
#include <memory>

namespace headgate {

class Session;

/// The rows of one SELECT read straight through, without a QVariant: for scans of millions of rows. SQLite is stepped;
/// PostgreSQL sends COPY … TO STDOUT in binary, so that memory does not grow with the answer. Deadline and cancel token
/// of the session hold for the whole scan. Session's thread; on PostgreSQL nothing else may run in the session until the
/// last row was read or the stream is gone. Throws DbError, Exception(Cancelled).
class RowStream {
public:
    /// `select` may hold `{…}` fragments and no binds: numbers in it are written by the program, never text. Columns are
    /// bigint, ts (as stored), text, bytea or json as text.
    RowStream(Session &session, const QString &select);
    ~RowStream();
    RowStream(const RowStream &) = delete;
    RowStream &operator=(const RowStream &) = delete;

    bool next();
    bool isNull(int column) const;
    qint64 integer(int column) const;
    Timestamp time(int column) const;
    /// Text or bytes, empty for NULL. Points into the row: good until next().
    QByteArrayView bytes(int column) const;

private:
    class Source;
    class SqliteSource;
    class PgSource;
    std::unique_ptr<Source> m_source;
};

/// Lets a scan run as long as it needs, however short the session's statement timeout is.
class WithoutDeadline {
public:
    explicit WithoutDeadline(Session &session);
    ~WithoutDeadline();
    WithoutDeadline(const WithoutDeadline &) = delete;
    WithoutDeadline &operator=(const WithoutDeadline &) = delete;

private:
    Session &m_session;
    int m_before;
};

}  // namespace headgate
