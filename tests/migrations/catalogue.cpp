// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/migrations/catalogue.h"

#include "models/database/query.h"
#include "models/database/session.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMap>
#include <QRegularExpression>

namespace headgate::test {

namespace {

QString typeIn(Dialect::Kind kind, const QJsonObject &column)
{
    static const QMap<QString, std::pair<QString, QString>> types{
        {QStringLiteral("id"), {QStringLiteral("INTEGER"), QStringLiteral("bigint")}},
        {QStringLiteral("bigint"), {QStringLiteral("INTEGER"), QStringLiteral("bigint")}},
        {QStringLiteral("int"), {QStringLiteral("INTEGER"), QStringLiteral("integer")}},
        {QStringLiteral("bool"), {QStringLiteral("INTEGER"), QStringLiteral("boolean")}},
        {QStringLiteral("ts"), {QStringLiteral("INTEGER"), QStringLiteral("timestamp with time zone")}},
        {QStringLiteral("real"), {QStringLiteral("REAL"), QStringLiteral("double precision")}},
        {QStringLiteral("blob"), {QStringLiteral("BLOB"), QStringLiteral("bytea")}},
        {QStringLiteral("json"), {QStringLiteral("TEXT"), QStringLiteral("jsonb")}},
        {QStringLiteral("tags"), {QStringLiteral("TEXT"), QStringLiteral("text[]")}},
        {QStringLiteral("cidrs"), {QStringLiteral("TEXT"), QStringLiteral("cidr[]")}},
        {QStringLiteral("uuid"), {QStringLiteral("TEXT"), QStringLiteral("uuid")}},
        {QStringLiteral("enum"), {QStringLiteral("TEXT"), QStringLiteral("text")}},
        {QStringLiteral("text"), {QStringLiteral("TEXT"), QStringLiteral("text")}}};
    const auto [sqlite, postgresql] = types.value(column[QLatin1String("type")].toString());
    const int length = column[QLatin1String("length")].toInt();
    if (length == 0) return kind == Dialect::Kind::Sqlite ? sqlite : postgresql;
    return (kind == Dialect::Kind::Sqlite ? QStringLiteral("TEXT(%1)") : QStringLiteral("character varying(%1)"))
        .arg(length);
}

QStringList texts(const QJsonValue &array)
{
    QStringList list;
    for (const QJsonValue &value : array.toArray())
        list << (value.toString().isEmpty() ? QStringLiteral("*") : value.toString());
    return list;
}

QString joined(const QStringList &list) { return list.join(QLatin1String(", ")); }

QString columnLine(const QString &table, const QString &column, const QString &type, bool nullable)
{
    return QStringLiteral("column %1.%2 %3%4")
        .arg(table, column, type, nullable ? QString() : QStringLiteral(" not null"));
}

QString indexLine(const QString &table, const QString &name, const QStringList &columns, bool unique, bool partial)
{
    return QStringLiteral("index %1 %2 (%3)%4%5")
        .arg(table, name, columns.isEmpty() ? QStringLiteral("*") : joined(columns),
             unique ? QStringLiteral(" unique") : QString(), partial ? QStringLiteral(" partial") : QString());
}

QString enumLine(const QString &table, const QString &column, const QStringList &values)
{
    return QStringLiteral("enum %1.%2: %3").arg(table, column, joined(values));
}

QString referenceLine(const QString &table, const QString &column, const QString &target, const QString &action)
{
    return QStringLiteral("reference %1.%2 to %3 on delete %4").arg(table, column, target, action.toLower());
}

QStringList promisedTable(Dialect::Kind kind, const QString &name, const QJsonObject &table)
{
    QStringList lines;
    const QJsonObject columns = table[QLatin1String("columns")].toObject();
    for (auto it = columns.begin(); it != columns.end(); ++it) {
        const QJsonObject column = it->toObject();
        lines << columnLine(name, it.key(), typeIn(kind, column), column[QLatin1String("nullable")].toBool());
        if (column.contains(QLatin1String("enum")))
            lines << enumLine(name, it.key(), texts(column[QLatin1String("enum")]));
    }
    QStringList key = texts(table[QLatin1String("key")]);
    const bool partitioned = table.contains(QLatin1String("partitioned_by"));
    // Only partitions need the time in the key: in SQLite the id alone is unique.
    if (kind == Dialect::Kind::Sqlite && partitioned && key.contains(QLatin1String("id"))) key = {QStringLiteral("id")};
    if (!key.isEmpty()) lines << QStringLiteral("key %1 (%2)").arg(name, joined(key));
    if (kind == Dialect::Kind::Postgresql && partitioned)
        lines
            << QStringLiteral("partitioned %1 RANGE (%2)").arg(name, table[QLatin1String("partitioned_by")].toString());
    for (const QJsonValue &unique : table[QLatin1String("unique")].toArray())
        lines << QStringLiteral("unique %1 (%2)").arg(name, joined(texts(unique)));
    for (const QJsonValue &value : table[QLatin1String("indexes")].toArray()) {
        const QJsonObject index = value.toObject();
        lines << indexLine(name, index[QLatin1String("name")].toString(), texts(index[QLatin1String("columns")]),
                           index[QLatin1String("unique")].toBool(), index[QLatin1String("where")].toBool());
    }
    const QJsonObject references = table[QLatin1String("references")].toObject();
    for (auto it = references.begin(); it != references.end(); ++it)
        lines << referenceLine(name, it.key(), it->toObject()[QLatin1String("table")].toString(),
                               it->toObject()[QLatin1String("on_delete")].toString());
    return lines;
}

QStringList quotedWords(const QString &text)
{
    static const QRegularExpression word(QStringLiteral("'([^']*)'"));
    QStringList words;
    for (auto it = word.globalMatch(text); it.hasNext();) words << it.next().captured(1);
    return words;
}

/// TEXT(255) for what the stored DDL limits: SQLite's catalogue knows neither lengths nor enums.
int lengthLimit(const QString &ddl, const QString &column)
{
    const QRegularExpression limit(QStringLiteral("length\\(%1\\) (?:<=|BETWEEN 1 AND) (\\d+)").arg(column));
    return limit.match(ddl).captured(1).toInt();
}

QStringList sqliteColumns(Session &session, const QString &table, const QString &ddl)
{
    QStringList lines;
    QMap<int, QString> key;
    Query query(session, QStringLiteral("select name, type, \"notnull\", pk from pragma_table_xinfo(:name)"));
    query.bind("name", table).exec();
    while (query.next()) {
        const QString name = query.get<QString>(0);
        const int length = lengthLimit(ddl, name);
        const int position = query.get<int>(3);
        if (position > 0) key.insert(position, name);
        lines << columnLine(table, name, length > 0 ? QStringLiteral("TEXT(%1)").arg(length) : query.get<QString>(1),
                            query.get<int>(2) == 0 && position == 0);
        const QRegularExpression values(QStringLiteral("CHECK \\(%1 IN \\(('[^)]*)\\)\\)").arg(name));
        const QRegularExpressionMatch match = values.match(ddl);
        if (match.hasMatch()) lines << enumLine(table, name, quotedWords(match.captured(1)));
    }
    if (!key.isEmpty()) lines << QStringLiteral("key %1 (%2)").arg(table, joined(key.values()));
    return lines;
}

QStringList sqliteIndexes(Session &session, const QString &table)
{
    QStringList lines;
    Query query(session, QStringLiteral(R"(
        select l.name, l."unique", l.origin, l.partial,
               (select group_concat(coalesce(i.name, '*'), ', ') from pragma_index_info(l.name) i)
        from pragma_index_list(:name) l where l.origin <> 'pk')"));
    query.bind("name", table).exec();
    while (query.next()) {
        const QStringList columns{query.get<QString>(4)};
        lines << (query.get<QString>(2) == u"u"
                      ? QStringLiteral("unique %1 (%2)").arg(table, columns.first())
                      : indexLine(table, query.get<QString>(0), columns, query.get<bool>(1), query.get<bool>(3)));
    }
    Query references(session,
                     QStringLiteral("select \"from\", \"table\", on_delete from pragma_foreign_key_list(:name)"));
    references.bind("name", table).exec();
    while (references.next())
        lines << referenceLine(table, references.get<QString>(0), references.get<QString>(1),
                               references.get<QString>(2));
    return lines;
}

QStringList sqliteCatalogue(Session &session)
{
    QMap<QString, QString> tables;
    QStringList lines;
    Query query(session, QStringLiteral(R"(
        select m.name, m.sql from sqlite_master m join pragma_table_list t on t.name = m.name
        where m.type = 'table' and t.type in ('table', 'virtual') and m.name not in ('sqlite_sequence', 'session_operation'))"));
    query.exec();
    while (query.next()) tables.insert(query.get<QString>(0), query.get<QString>(1));
    static const QRegularExpression content(QStringLiteral("content = '(\\w+)'"));
    for (auto it = tables.cbegin(); it != tables.cend(); ++it) {
        // Trigram indexes are virtual tables over the table that they index.
        const QRegularExpressionMatch indexed = content.match(it.value());
        if (indexed.hasMatch())
            lines << indexLine(indexed.captured(1), it.key(), {}, false, false);
        else
            lines << sqliteColumns(session, it.key(), it.value()) << sqliteIndexes(session, it.key());
    }
    return lines;
}

QStringList firstColumn(Session &session, const char *sql)
{
    QStringList lines;
    Query query(session, QString::fromLatin1(sql));
    query.exec();
    while (query.next()) lines << query.get<QString>(0);
    return lines;
}

constexpr char kPostgresqlColumns[] = R"(
    select 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
           || case when a.attnotnull then ' not null' else '' end
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = to_regnamespace('headgate') and c.relkind in ('r', 'p') and not c.relispartition
      and a.attnum > 0 and not a.attisdropped)";

constexpr char kPostgresqlConstraints[] = R"(
    select case n.contype
             when 'p' then 'key ' || c.relname || ' (' || cols || ')'
             when 'u' then 'unique ' || c.relname || ' (' || cols || ')'
             else 'reference ' || c.relname || '.' || cols || ' to ' || t.relname || ' on delete '
                  || case n.confdeltype when 'c' then 'cascade' when 'r' then 'restrict' when 'n' then 'set null' else 'no action' end
           end
    from pg_constraint n join pg_class c on c.oid = n.conrelid left join pg_class t on t.oid = n.confrelid
    cross join lateral (select string_agg(a.attname, ', ' order by k.place) as cols
                        from unnest(n.conkey) with ordinality as k(number, place)
                        join pg_attribute a on a.attrelid = n.conrelid and a.attnum = k.number) names
    where c.relnamespace = to_regnamespace('headgate') and not c.relispartition and n.contype in ('p', 'u', 'f'))";

constexpr char kPostgresqlIndexes[] = R"(
    select 'index ' || t.relname || ' ' || i.relname || ' ('
           || case when m.amname = 'gin' and cols <> 'tags' then '*' else cols end || ')'
           || case when x.indisunique then ' unique' else '' end || case when x.indpred is not null then ' partial' else '' end
    from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid join pg_am m on m.oid = i.relam
    cross join lateral (select string_agg(coalesce(a.attname, '*'), ', ' order by k.place) as cols
                        from unnest(cast(x.indkey as smallint[])) with ordinality as k(number, place)
                        left join pg_attribute a on a.attrelid = x.indrelid and a.attnum = k.number) names
    where t.relnamespace = to_regnamespace('headgate') and not t.relispartition
      and not exists (select from pg_constraint n where n.conindid = x.indexrelid and n.contype in ('p', 'u')))";

QStringList postgresqlCatalogue(Session &session)
{
    QStringList lines = firstColumn(session, kPostgresqlColumns) + firstColumn(session, kPostgresqlConstraints) +
                        firstColumn(session, kPostgresqlIndexes);
    lines +=
        firstColumn(session, "select 'partitioned ' || c.relname || ' ' || pg_get_partkeydef(c.oid) from pg_class c"
                             " where c.relnamespace = to_regnamespace('headgate') and c.relkind = 'p'");
    Query checks(session, QStringLiteral(R"(
        select c.relname, a.attname, pg_get_constraintdef(n.oid)
        from pg_constraint n join pg_class c on c.oid = n.conrelid join pg_attribute a on a.attrelid = c.oid and a.attnum = n.conkey[1]
        where c.relnamespace = to_regnamespace('headgate') and not c.relispartition and n.contype = 'c')"));
    checks.exec();
    while (checks.next())
        if (checks.get<QString>(2).contains(QLatin1String("= ANY (ARRAY[")))
            lines << enumLine(checks.get<QString>(0), checks.get<QString>(1), quotedWords(checks.get<QString>(2)));
    return lines;
}

}  // namespace

QStringList promisedCatalogue(Dialect::Kind kind)
{
    QFile file(QStringLiteral(HEADGATE_SCHEMA_JSON));
    if (!file.open(QIODevice::ReadOnly)) qFatal("cannot read %s", HEADGATE_SCHEMA_JSON);
    const QJsonObject tables = QJsonDocument::fromJson(file.readAll()).object();
    QStringList lines;
    for (auto it = tables.begin(); it != tables.end(); ++it) lines << promisedTable(kind, it.key(), it->toObject());
    lines.sort();
    return lines;
}

QStringList actualCatalogue(Session &session)
{
    QStringList lines = session.dialect().isSqlite() ? sqliteCatalogue(session) : postgresqlCatalogue(session);
    lines.sort();
    return lines;
}

QString difference(const QStringList &promised, const QStringList &actual)
{
    QStringList lines;
    for (const QString &line : promised)
        if (!actual.contains(line)) lines << QStringLiteral("- ") + line;
    for (const QString &line : actual)
        if (!promised.contains(line)) lines << QStringLiteral("+ ") + line;
    return lines.join(QLatin1Char('\n'));
}

}  // namespace headgate::test
