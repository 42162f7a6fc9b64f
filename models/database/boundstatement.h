// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/codec.h"

#include <QList>
#include <QPair>
#include <utility>
#include <vector>

namespace headgate {

class Dialect;
class Session;

/// A statement as the server gets it, with the values bound to it as literals.
struct StatementText {
    QString sql;
    QList<QPair<QString, QString>> values;
    bool operator==(const StatementText &) const = default;
};

/// A statement with its values that is not executed yet: what is shown of it is what runs. Value type, any thread.
class BoundStatement {
public:
    using Values = std::vector<std::pair<QByteArray, QVariant>>;

    explicit BoundStatement(QString sql = {}) : m_sql(std::move(sql)) {}
    void setSql(const QString &sql) { m_sql = sql; }

    template <typename T>
    BoundStatement &bind(const char *name, const T &value)
    {
        m_values.emplace_back(name, Codec::toVariant(value));
        return *this;
    }
    BoundStatement &bind(const char *name, const char *value) = delete;
    void bind(const std::pair<QByteArray, QVariant> &value) { m_values.push_back(value); }
    const Values &values() const { return m_values; }

    /// False when no row was affected; throws like Query::execOne().
    bool execOne(Session &session) const;
    StatementText text(const Dialect &dialect) const;

private:
    QString m_sql;
    Values m_values;
};

/// A value as both databases read it in SQL: NULL, true, 12.5, 'it''s', X'00ff'. Text that holds NUL characters is
/// written as a cast of its bytes, which SQLite alone can take.
QString sqlLiteral(const QVariant &value);

}  // namespace headgate
