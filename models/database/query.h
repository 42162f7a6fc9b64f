// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/error.h"
#include "models/database/codec.h"

#include <map>
#include <memory>

class QSqlQuery;

namespace headgate {

class Session;
class StatementGuard;

/// One statement: prepared, bound by name, read forward with typed access. Throws DbError. Lives on its session's
/// thread and no longer than the session; its destructor finishes the statement (an unfinished SELECT holds a lock).
/// Several queries of a session may be read in turn: a server's answer is kept whole, so page by key what may be long.
class Query {
public:
    /// `sql` holds exactly one statement with `{…}` fragments and `:name` binds; Exception(Invalid) when it holds more.
    /// PostgreSQL prepares SELECT, INSERT, UPDATE, DELETE and VALUES only, and not before the first bind; the rest is for
    /// Session::execute(). The session keeps what it prepared there for the next query of the same text.
    Query(Session &session, const QString &sql);
    ~Query();
    Query(const Query &) = delete;
    Query &operator=(const Query &) = delete;

    template <typename T>
    Query &bind(const char *name, const T &value) { return bindVariant(name, Codec::toVariant(value)); }
    Query &bind(const char *name, const char *value) = delete;
    Query &bindNull(const char *name) { return bindVariant(name, QVariant()); }
    Query &bindVariant(const char *name, const QVariant &value);

    Query &exec();
    bool next();
    /// Executes and moves to the only row; false when there is none.
    bool first() { return exec().next(); }
    /// Executes and requires exactly one affected row: false for none, throws Exception(Integrity) for more.
    bool execOne();
    int affected() const;

    bool isNull(int column) const;
    template <typename T>
    T get(int column) const { return Codec::fromVariant<T>(raw(column)); }
    template <typename T>
    std::optional<T> getOptional(int column) const
    {
        const QVariant value = raw(column);
        return Codec::isNull(value) ? std::nullopt : std::optional<T>(Codec::fromVariant<T>(value));
    }
    template <typename IdType>
    IdType getId(int column) const { return IdType{get<qint64>(column)}; }
    QVariant raw(int column) const;
    int columnCount() const;
    QString columnName(int column) const;

private:
    void prepare();
    void prepareAnew();
    bool run();
    bool runAnew();
    [[noreturn]] void fail() const;

    Session &m_session;
    QString m_sql;
    std::unique_ptr<QSqlQuery> m_query;
    std::map<QByteArray, QVariant> m_bound;  ///< PostgreSQL
    mutable int m_columnCount = -1;
    bool m_isPrepared = false;
    bool m_wasKept = false;
    std::unique_ptr<StatementGuard> m_guard;  ///< while something runs or more rows are to be computed
};

}  // namespace headgate
