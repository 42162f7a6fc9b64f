// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <optional>

namespace headgate {

/// The named differences between the two management databases, and the drivers of other people's.
/// SQL text is written once; `{name:argument}` fragments in it are filled in by expand(). Immutable, any thread.
///
/// Fragments (argument `x` is a column for reading fragments, a bind name without colon for writing ones):
///   reading  {us:col}      microseconds since the epoch of a ts column, as a 64-bit integer
///            {json:col}    a json column as text            {tags:col}  a tags column as JSON array text
///            {uuid:col}    a uuid column as canonical text
///            {json_text:col,a.b}  the text at path a → b in a json column
///   writing  {ts:p}        a ts from microseconds           {json_in:p}  a json from text
///            {tags_in:p}   tags from JSON array text        {uuid_in:p}  a uuid from text
///   testing  {has_tag:col,p}  true when tag :p is among the tags
///            {contains:col,p} case-insensitive substring match; bind :p through Dialect::likePattern()
///            {matches:col,p}  regular expression; bind :p through ListPattern::canonical()
///            {bytewise:col}   text that is compared by code points, whatever the server's collation
///            {among:col,p}    true when the integer is in the JSON array :p
///            {trigram:table,p}  instead of the table: only rows that its trigram index finds for the FTS5 query :p
///                             (PostgreSQL chooses its index by itself and binds nothing)
///   time     {bucket:col,seconds}  the ts rounded down to a multiple of seconds, in microseconds
///            {now}         the server's time as a ts
///   locking  {for_update}  row lock at the end of a SELECT (nothing on SQLite, which locks the database)
///   other    {t:name}      nothing but the name: tables are found by search_path
class Dialect {
public:
    enum class Kind { Sqlite, Postgresql, Mysql, Odbc };

    static const Dialect &of(Kind kind);

    Kind kind() const { return m_kind; }
    bool isSqlite() const { return m_kind == Kind::Sqlite; }
    bool isPostgresql() const { return m_kind == Kind::Postgresql; }
    /// "sqlite", "postgresql", "mysql", "odbc".
    QString name() const;
    /// The QtSql driver, e.g. "QPSQL".
    QString driver() const;

    /// Fills in the fragments; throws Exception(Internal) on an unknown one. Cached per text.
    QString expand(const QString &sql) const;

    /// Nothing but blanks and comments behind the first `;`: both servers' drivers would run what follows and hide its
    /// errors. SQLite's driver refuses by itself, so that a trigger's body need not be understood here.
    bool isSingleStatement(const QString &sql) const;

    /// `%text%` with the LIKE wildcards in text escaped by a backslash, lower-cased.
    static QString likePattern(const QString &text);
    /// The FTS5 query for rows whose `column` holds the text; none when trigrams cannot find it.
    static std::optional<QString> trigramQuery(const QString &column, const QString &text);
    /// A quoted identifier. For names that come from a fixed list or from a catalogue, never from typing alone.
    QString quoted(const QString &identifier) const;

private:
    explicit Dialect(Kind kind) : m_kind(kind) {}
    QString fragment(const QString &name, const QStringList &args) const;
    Kind m_kind;
};

}  // namespace headgate
