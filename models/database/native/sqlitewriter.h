// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/rowwriter.h"

#include <QString>

struct sqlite3;
struct sqlite3_stmt;

namespace headgate {

class StatementGuard;

/// RowWriter on SQLite: one prepared INSERT, bound without copies.
class SqliteWriter final : public RowWriter {
public:
    SqliteWriter(Session &session, const char *table, const std::vector<Column> &columns, Triggers triggers);
    ~SqliteWriter() override;

    void null() override;
    void number(qint64 value) override;
    void bytes(QByteArrayView value) override;
    void endRow() override;
    qint64 finish() override;

private:
    void guard();
    void end();
    [[noreturn]] void fail() const;

    Session &m_session;
    sqlite3 *m_handle;
    QString m_sql;
    std::vector<Column> m_columns;
    sqlite3_stmt *m_statement = nullptr;
    std::unique_ptr<StatementGuard> m_guard;
    bool m_triggersSpared;
    int m_column = 0;
    qint64 m_rows = 0;
};

}  // namespace headgate
