// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/rowwriter.h"

#include <QByteArray>
#include <QString>

struct pg_conn;
struct pg_result;

namespace headgate {

class StatementGuard;

/// RowWriter on PostgreSQL: COPY … FROM STDIN in the binary format, through libpq on the session's own connection. The
/// binary format needs no escaping: each value travels behind its length (PostgreSQL's manual, COPY, "Binary Format").
class CopyWriter final : public RowWriter {
public:
    CopyWriter(Session &session, const char *table, std::vector<Column> columns);
    /// Without finish(): the server is told to give up, and the transaction has failed.
    ~CopyWriter() override;

    void null() override;
    void number(qint64 value) override;
    void bytes(QByteArrayView value) override;
    void endRow() override;
    qint64 finish() override;

private:
    Type nextType();
    void send();
    void end(const char *reason);
    [[noreturn]] void fail(const pg_result *result) const;

    Session &m_session;
    pg_conn *m_connection;
    QString m_sql;
    std::vector<Column> m_columns;
    std::unique_ptr<StatementGuard> m_guard;
    QByteArray m_buffer;
    size_t m_column = 0;
    bool m_copying = false;
};

}  // namespace headgate
