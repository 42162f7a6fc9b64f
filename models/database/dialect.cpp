// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/dialect.h"

#include "models/base/error.h"

#include <QHash>
#include <QMutex>
#include <QRegularExpression>
#include <QStringList>

namespace headgate {

const Dialect &Dialect::of(Kind kind)
{
    static const Dialect dialects[] = {Dialect(Kind::Sqlite), Dialect(Kind::Postgresql), Dialect(Kind::Mysql),
                                       Dialect(Kind::Odbc)};
    return dialects[int(kind)];
}

QString Dialect::name() const
{
    switch (m_kind) {
    case Kind::Sqlite: return QStringLiteral("sqlite");
    case Kind::Postgresql: return QStringLiteral("postgresql");
    case Kind::Mysql: return QStringLiteral("mysql");
    case Kind::Odbc: break;
    }
    return QStringLiteral("odbc");
}

QString Dialect::driver() const
{
    switch (m_kind) {
    case Kind::Sqlite: return QStringLiteral("QSQLITE");
    case Kind::Postgresql: return QStringLiteral("QPSQL");
    case Kind::Mysql: return QStringLiteral("QMYSQL");
    case Kind::Odbc: break;
    }
    return QStringLiteral("QODBC");
}

QString Dialect::fragment(const QString &name, const QStringList &args) const
{
    const bool pg = isPostgresql();
    const QString a = args.value(0);
    const QString b = args.value(1);
    const auto pick = [pg](const char *postgresql, const char *sqlite) {
        return QString::fromLatin1(pg ? postgresql : sqlite);
    };
    if (name == u"us") return pick("cast(extract(epoch from %1) * 1000000 as bigint)", "%1").arg(a);
    if (name == u"ts")
        // By way of UTC, for adding to a timestamptz is not immutable: only a constant leaves out partitions before they are planned.
        return pick("((timestamp 'epoch' + cast(:%1 as bigint) * interval '1 microsecond') at time zone 'UTC')", ":%1").arg(a);
    if (name == u"json" || name == u"uuid") return pick("cast(%1 as text)", "%1").arg(a);
    if (name == u"json_in") return pick("cast(:%1 as jsonb)", ":%1").arg(a);
    if (name == u"uuid_in") return pick("cast(:%1 as uuid)", ":%1").arg(a);
    if (name == u"tags") return pick("cast(array_to_json(%1) as text)", "%1").arg(a);
    if (name == u"tags_in")
        return pick("array(select jsonb_array_elements_text(cast(:%1 as jsonb)))", ":%1").arg(a);
    if (name == u"json_text") {
        QString path = b;
        if (pg) path.replace(QLatin1Char('.'), QLatin1Char(','));
        return pick("(%1 #>> '{%2}')", "json_extract(%1, '$.%2')").arg(a, path);
    }
    // An array by function, for the driver reads [ as the start of a quoted name; _text is text[].
    if (name == u"has_tag")
        return pick("(%1 @> array_append(cast('{}' as _text), cast(:%2 as text)))",
                    "exists (select 1 from json_each(%1) where json_each.value = :%2)")
            .arg(a, b);
    if (name == u"contains") return pick("(%1 ilike :%2 escape '\\')", "(headgate_fold(%1) like :%2 escape '\\')").arg(a, b);
    if (name == u"matches") return pick("(%1 ~ :%2)", "headgate_matches(:%2, %1)").arg(a, b);
    if (name == u"bytewise") return pick("(%1 collate \"C\")", "%1").arg(a);
    if (name == u"among") return pick("(%1 = any(array(select cast(jsonb_array_elements_text(cast(:%2 as jsonb)) as bigint))))", "(%1 in (select value from json_each(:%2)))").arg(a, b);
    if (name == u"trigram") return pg ? a : QStringLiteral("idx_%1_trgm cross join %1 on %1.id = idx_%1_trgm.rowid and idx_%1_trgm match :%2").arg(a, b);
    if (name == u"bucket")
        return pick("cast(floor(extract(epoch from %1) / %2) as bigint) * %2 * 1000000",
                    "(%1 / (%2 * 1000000)) * (%2 * 1000000)")
            .arg(a, b);
    if (name == u"now") return pick("clock_timestamp()", "cast((julianday('now') - 2440587.5) * 86400000000 as integer)");
    if (name == u"for_update") return pick("for update", "");
    if (name == u"t") return a;
    throw Exception({ErrorKind::Internal, QStringLiteral("Unknown SQL fragment {%1}").arg(name), {}, {}, {}});
}

QString Dialect::expand(const QString &sql) const
{
    if (!sql.contains(QLatin1Char('{'))) return sql;
    static QMutex mutex;
    static QHash<QString, QString> cache[4];
    {
        const QMutexLocker lock(&mutex);
        const auto hit = cache[int(m_kind)].constFind(sql);
        if (hit != cache[int(m_kind)].constEnd()) return *hit;
    }
    QString out;
    qsizetype position = 0;
    while (position < sql.size()) {
        const qsizetype open = sql.indexOf(QLatin1Char('{'), position);
        const qsizetype close = open < 0 ? -1 : sql.indexOf(QLatin1Char('}'), open);
        if (close < 0) break;
        out += QStringView(sql).mid(position, open - position);
        const QString inside = sql.mid(open + 1, close - open - 1);
        const qsizetype colon = inside.indexOf(QLatin1Char(':'));
        QStringList args = colon < 0 ? QStringList() : inside.mid(colon + 1).split(QLatin1Char(','));
        for (QString &arg : args) arg = arg.trimmed();
        out += fragment(colon < 0 ? inside : inside.left(colon), args);
        position = close + 1;
    }
    out += QStringView(sql).mid(position);
    const QMutexLocker lock(&mutex);
    if (cache[int(m_kind)].size() > 2000) cache[int(m_kind)].clear();  // filters make new texts; bounded, not kept for ever
    cache[int(m_kind)].insert(sql, out);
    return out;
}

namespace {

/// The end of the quoted stretch that begins at `at`. A doubled quote ends one and begins the next.
qsizetype quoteEnd(QStringView sql, qsizetype at, bool backslashes)
{
    const QChar quote = sql.at(at++);
    while (at < sql.size() && sql.at(at) != quote) at += backslashes && sql.at(at) == u'\\' ? 2 : 1;
    return at + 1;
}

qsizetype endOf(QStringView sql, QStringView what, qsizetype from)
{
    const qsizetype found = sql.indexOf(what, from);
    return found < 0 ? sql.size() : found + what.size();
}

/// The end of the comment that begins at `at`, or `at`.
qsizetype commentEnd(QStringView sql, qsizetype at)
{
    if (sql.mid(at).startsWith(u"--")) return endOf(sql, u"\n", at);
    if (sql.mid(at).startsWith(u"/*")) return endOf(sql, u"*/", at + 2);
    return at;
}

/// The end of the literal or quoted name that begins at `at`, or `at`.
qsizetype literalEnd(QStringView sql, qsizetype at, bool mysql)
{
    const QChar c = sql.at(at);
    const bool escape = mysql || (at > 0 && sql.at(at - 1).toLower() == u'e');
    if (c == u'\'' || c == u'"' || c == u'`') return quoteEnd(sql, at, escape && c == u'\'');
    if (c != u'$' || mysql) return at;
    static const QRegularExpression tag(QStringLiteral("\\$(?:[A-Za-z_][A-Za-z_0-9]*)?\\$"));
    const auto match = tag.match(sql, at, QRegularExpression::NormalMatch, QRegularExpression::AnchorAtOffsetMatchOption);
    return match.hasMatch() ? endOf(sql, match.capturedView(), match.capturedEnd()) : at;
}

}  // namespace

bool Dialect::isSingleStatement(const QString &sql) const
{
    if (isSqlite() || !sql.contains(u';')) return true;
    bool ended = false;
    for (qsizetype at = 0; at < sql.size();) {
        const qsizetype comment = commentEnd(sql, at);
        if (comment > at) {
            at = comment;
            continue;
        }
        if (ended && !sql.at(at).isSpace() && sql.at(at) != u';') return false;
        if (sql.at(at) == u';') ended = true;
        at = std::max(at + 1, literalEnd(sql, at, m_kind == Kind::Mysql));
    }
    return true;
}

QString Dialect::likePattern(const QString &text)
{
    QString escaped = text.toLower();
    escaped.replace(QLatin1Char('\\'), QLatin1String("\\\\"));
    escaped.replace(QLatin1Char('%'), QLatin1String("\\%"));
    escaped.replace(QLatin1Char('_'), QLatin1String("\\_"));
    return QLatin1Char('%') + escaped + QLatin1Char('%');
}

std::optional<QString> Dialect::trigramQuery(const QString &column, const QString &text)
{
    // The dot of a lower-case İ is a character of its own for us, not for the index.
    const bool isDotted = text.contains(QChar(0x130)) || text.contains(QChar(0x307));
    if (text.toUcs4().size() < 3 || isDotted) return std::nullopt;
    QString quoted = text;
    quoted.replace(QLatin1Char('"'), QLatin1String("\"\""));
    return QStringLiteral("%1 : \"%2\"").arg(column, quoted);
}

QString Dialect::quoted(const QString &identifier) const
{
    const QLatin1Char quote(m_kind == Kind::Mysql ? '`' : '"');
    QString escaped = identifier;
    escaped.replace(quote, QString(2, quote));
    return quote + escaped + quote;
}

}  // namespace headgate
