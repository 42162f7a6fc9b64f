// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/readiness/postgresqltables.h"

#include "models/connections/probeadvice.h"

#include <QSet>

namespace headgate::PostgresqlTables {

using namespace Qt::StringLiterals;
using namespace readiness;

namespace {

/// One row a table; what is published as part of a partitioned table counts for the table and for its partitions.
/// $1 = the publication that the connector will use.
const QString tablesSql = uR"(
SELECT n.nspname AS schema, c.relname AS name, c.relkind AS kind, c.relpersistence AS persistence, c.relreplident AS identity,
       EXISTS (SELECT 1 FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND i.indisprimary) AS has_key,
       (SELECT x.relname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
        WHERE i.indrelid = c.oid AND i.indisreplident AND i.indisvalid) AS identity_index,
       (SELECT pg_catalog.min(x.relname::text) FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
        WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
          AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_attribute a
                          WHERE a.attrelid = c.oid AND a.attnum = ANY (i.indkey::int2[]) AND NOT a.attnotnull)) AS usable_index,
       pg_catalog.has_schema_privilege(n.oid, 'USAGE') AS may_use, pg_catalog.has_table_privilege(c.oid, 'SELECT') AS may_read,
       pg_catalog.pg_has_role(c.relowner, 'USAGE') AS owns, pg_catalog.pg_get_userbyid(c.relowner) AS owner,
       (SELECT o.rolsuper FROM pg_catalog.pg_roles o WHERE o.oid = c.relowner) AS owner_is_super,
       p.names AS publications, a.name AS addable
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN (SELECT COALESCE(pg_catalog.max(pubname::text) FILTER (WHERE pubname::text = $1), pg_catalog.min(pubname::text)) AS name
            FROM pg_catalog.pg_publication) a
LEFT JOIN (SELECT COALESCE(pg_catalog.pg_partition_root(k.oid), k.oid) AS root, pg_catalog.string_agg(DISTINCT t.pubname::text, ', ') AS names
           FROM pg_catalog.pg_publication_tables t
           JOIN pg_catalog.pg_namespace s ON s.nspname = t.schemaname
           JOIN pg_catalog.pg_class k ON k.relnamespace = s.oid AND k.relname = t.tablename
           GROUP BY 1) p ON p.root = COALESCE(pg_catalog.pg_partition_root(c.oid), c.oid)
WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
  AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
ORDER BY n.nspname, c.relname)"_s;

QString quoted(const QString &name) { return advice::quoted(DatabaseType::Postgresql, name); }

/// One row of the statement above.
struct Table {
    const ReadinessFacts &facts;
    const Rows &rows;
    size_t row;

    QString text(const char *column) const { return cell(rows, row, column); }
    bool is(const char *column) const { return truth(text(column)); }
    QString name() const { return text("schema") + u'.' + text("name"); }
    QString sqlName() const { return quoted(text("schema")) + u'.' + quoted(text("name")); }
    ReadinessFix alter(const QString &change) const
    {
        return ReadinessFix::sql(u"ALTER TABLE %1 %2;"_s.arg(sqlName(), change));
    }
    ReadinessCheck line(const QString &check, StageStatus status, const QString &evidence, const QString &hint = {},
                        const ReadinessFix &fix = {}) const
    {
        return tableLine(check, name(), status, evidence, hint, fix);
    }
};

/// What gives the table an identity: its key, else an index that would do, else the whole row.
ReadinessFix identityFix(const Table &table)
{
    if (table.is("has_key")) return table.alter(u"REPLICA IDENTITY DEFAULT"_s);
    if (const QString index = table.text("usable_index"); !index.isEmpty())
        return table.alter(u"REPLICA IDENTITY USING INDEX "_s + quoted(index));
    return table.alter(u"REPLICA IDENTITY FULL"_s);
}

ReadinessCheck replicaIdentity(const Table &table)
{
    const QString check = u"replica_identity"_s;
    const QString identity = table.text("identity");
    const QString index = table.text("identity_index");
    const QString hint =
        u"Once it is published, UPDATE and DELETE on it fail (SQLSTATE 55000), in the application as well."_s;
    if (identity == u"f")
        return table.line(check, StageStatus::Pass, u"FULL: the old row is logged whole."_s,
                          u"The log grows with the width of the table; a key would do."_s);
    if (identity == u"i" && !index.isEmpty()) return table.line(check, StageStatus::Pass, u"Index %1."_s.arg(index));
    if (identity == u"i")
        return table.line(check, StageStatus::Fail, u"USING INDEX, and the index is gone."_s, hint, identityFix(table));
    if (identity == u"n")
        return table.line(check, StageStatus::Fail, u"NOTHING: old rows are not logged."_s, hint, identityFix(table));
    if (table.is("has_key")) return table.line(check, StageStatus::Pass, u"DEFAULT, with a primary key."_s);
    if (table.text("kind") == u"p")
        return table.line(check, StageStatus::Skipped,
                          u"Partitioned, without a primary key: the identity of each partition counts."_s);
    return table.line(check, StageStatus::Fail, u"DEFAULT, without a primary key."_s,
                      hint + u" A primary key is better than FULL where one can be had."_s, identityFix(table));
}

ReadinessCheck select(const Table &table)
{
    const QString user = table.facts.user;
    if (table.is("may_read")) return table.line(u"select"_s, StageStatus::Pass, u"%1 may read it."_s.arg(user));
    return table.line(u"select"_s, StageStatus::Fail, u"%1 may not read it."_s.arg(user),
                      u"The snapshot fails here. Run it as the owner, %1."_s.arg(table.text("owner")),
                      ReadinessFix::sql(u"GRANT SELECT ON %1 TO %2;"_s.arg(table.sqlName(), quoted(user))));
}

/// Membership in a superuser is never advised: then the owner is named, and that is all.
ReadinessCheck foreignOwner(const Table &table)
{
    const QString owner = table.text("owner");
    const QString hint = u"Only its owner can put it into a publication: make that publication as %1"_s.arg(owner);
    if (table.is("owner_is_super"))
        return table.line(u"table_owner"_s, StageStatus::Warn, u"Owned by %1, a superuser."_s.arg(owner), hint + u'.');
    return table.line(u"table_owner"_s, StageStatus::Warn, u"Owned by %1."_s.arg(owner),
                      hint + u", or make the capturing role a member of it."_s,
                      ReadinessFix::sql(u"GRANT %1 TO %2;"_s.arg(quoted(owner), quoted(table.facts.user))));
}

/// Before there is a publication only the owner counts: that there is none is a line of the server.
void addPublication(Lines &lines, const Table &table)
{
    const QString check = u"publication"_s;
    const QString addable = table.text("addable");
    if (const QString names = table.text("publications"); !names.isEmpty())
        return lines.push_back(table.line(check, StageStatus::Pass, u"In "_s + names + u'.'));
    if (!addable.isEmpty())
        return lines.push_back(table.line(
            check, table.facts.tables.isEmpty() ? StageStatus::Warn : StageStatus::Fail, u"In no publication."_s,
            u"Its changes are not sent. Add it, if it is to be captured, as the owner of the publication and the table."_s,
            ReadinessFix::sql(u"ALTER PUBLICATION %1 ADD TABLE %2;"_s.arg(quoted(addable), table.sqlName()))));
    if (!table.is("owns")) lines.push_back(foreignOwner(table));
}

void addTable(Lines &lines, const Table &table)
{
    lines.push_back(replicaIdentity(table));
    lines.push_back(select(table));
    if (table.text("persistence") == u"u")
        return lines.push_back(
            table.line(u"logged"_s, StageStatus::Fail, u"UNLOGGED: its changes never reach the log."_s,
                       u"It cannot be published. Setting it LOGGED rewrites it."_s, table.alter(u"SET LOGGED"_s)));
    addPublication(lines, table);
}

/// One line a schema that the user may not enter.
void addSchemas(Lines &lines, const ReadinessFacts &facts, const QSet<QString> &closed, int tables)
{
    if (closed.isEmpty())
        lines.push_back(
            line(u"schema_usage"_s, StageStatus::Pass,
                 u"%1 may use every schema with a table to capture (tables: %2)."_s.arg(facts.user).arg(tables)));
    QStringList names(closed.begin(), closed.end());
    names.sort();
    for (const QString &name : names)
        lines.push_back(
            line(u"schema_usage"_s, StageStatus::Fail, u"%1 may not use the schema %2."_s.arg(facts.user, name),
                 u"The snapshot reads nothing in it. Run it as its owner."_s,
                 ReadinessFix::sql(u"GRANT USAGE ON SCHEMA %1 TO %2;"_s.arg(quoted(name), quoted(facts.user)))));
}

Lines judgeTables(const ReadinessFacts &facts, const Rows &rows)
{
    Lines lines;
    QSet<QString> found;
    QSet<QString> closed;
    int tables = 0;
    for (size_t row = 0; row < rows.rows.size(); ++row) {
        const Table table{facts, rows, row};
        if (!facts.wants(table.text("schema"), table.text("name"))) continue;
        ++tables;
        found << table.name() << table.text("name");
        if (!table.is("may_use")) closed << table.text("schema");
        addTable(lines, table);
    }
    addSchemas(lines, facts, closed, tables);
    for (ReadinessCheck &missing : missingTables(facts, [&](const QString &name) { return found.contains(name); }))
        lines.push_back(std::move(missing));
    return lines;
}

ReadinessQuestion tables(const ReadinessFacts &facts)
{
    ReadinessQuestion question{{u"table"_s, u"schema_usage"_s, u"replica_identity"_s, u"select"_s, u"logged"_s,
                                u"publication"_s, u"table_owner"_s},
                               tablesSql,
                               {publicationName(facts)}};
    question.judge = [facts](const Rows &rows) { return judgeTables(facts, rows); };
    return question;
}

ReadinessQuestion mayPublish(const ReadinessFacts &facts)
{
    const QString check = u"create_publication"_s;
    ReadinessQuestion question{{check},
                               uR"(
SELECT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE') AS may_create,
       (SELECT pg_catalog.string_agg(pubname::text, ', ' ORDER BY pubname) FROM pg_catalog.pg_publication) AS publications,
       EXISTS (SELECT 1 FROM pg_catalog.pg_publication WHERE pubname::text = $1) AS has_own)"_s,
                               {publicationName(facts)}};
    question.judge = [facts, check](const Rows &rows) -> Lines {
        const QString publications = cell(rows, 0, "publications");
        const QString database = quoted(facts.database);
        if (truth(cell(rows, 0, "may_create")))
            return {line(check, StageStatus::Pass, u"%1 has CREATE on %2."_s.arg(facts.user, facts.database))};
        const QString evidence = u"%1 has no CREATE on %2."_s.arg(facts.user, facts.database);
        if (truth(cell(rows, 0, "has_own")))
            return {line(check, StageStatus::Pass,
                         evidence + u" It needs none: %1 is there."_s.arg(publicationName(facts)))};
        const QString hint = u"The connector cannot make its publication, unless publication.autocreate.mode is "
                             u"disabled and publication.name names one "
                             "that is there. Run it as the owner of the database."_s;
        return {line(check, publications.isEmpty() ? StageStatus::Fail : StageStatus::Warn, evidence, hint,
                     ReadinessFix::sql(u"GRANT CREATE ON DATABASE %1 TO %2;"_s.arg(database, quoted(facts.user))))};
    };
    return question;
}

ReadinessCheck noPublication(const ReadinessFacts &facts)
{
    QStringList names;
    for (const QString &table : facts.tables) {
        const qsizetype dot = table.indexOf(u'.');
        names << (dot < 0 ? quoted(table) : quoted(table.left(dot)) + u'.' + quoted(table.mid(dot + 1)));
    }
    const QString what = names.isEmpty() ? u"ALL TABLES"_s : u"TABLE "_s + names.join(u", "_s);
    return line(u"publication"_s, StageStatus::Warn, u"The database has no publication."_s,
                u"The connector tries to make one at its start; made beforehand, it needs no right to. For all tables "
                u"it takes a superuser, else the "
                "owner of the tables."_s,
                ReadinessFix::sql(u"CREATE PUBLICATION %1 FOR %2;"_s.arg(quoted(publicationName(facts)), what)));
}

ReadinessCheck publication(const Rows &rows, size_t row)
{
    QStringList missing;
    for (const auto &[column, word] :
         {std::pair("pubinsert", "insert"), std::pair("pubupdate", "update"), std::pair("pubdelete", "delete")})
        if (!truth(cell(rows, row, column))) missing << QLatin1String(word);
    const QString name = cell(rows, row, "pubname");
    const QString extent = truth(cell(rows, row, "puballtables"))
                               ? u"all tables"_s
                               : counted(cell(rows, row, "tables").toLongLong(), "table", "tables");
    if (missing.isEmpty())
        return line(u"publication"_s, StageStatus::Pass, u"%1: %2, every kind of change."_s.arg(name, extent));
    return line(u"publication"_s, StageStatus::Warn, u"%1: %2, without %3."_s.arg(name, extent, missing.join(u", "_s)),
                u"Changes of that kind never arrive. Run it as the publication's owner."_s,
                ReadinessFix::sql(
                    u"ALTER PUBLICATION %1 SET (publish = 'insert, update, delete, truncate');"_s.arg(quoted(name))));
}

ReadinessQuestion publications(const ReadinessFacts &facts)
{
    ReadinessQuestion question{{u"publication"_s}, uR"(
SELECT p.pubname, p.puballtables, p.pubinsert, p.pubupdate, p.pubdelete,
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_publication_tables t WHERE t.pubname = p.pubname) AS tables
FROM pg_catalog.pg_publication p ORDER BY p.pubname)"_s};
    question.judge = [facts](const Rows &rows) -> Lines {
        if (rows.rows.empty()) return {noPublication(facts)};
        Lines lines;
        for (size_t row = 0; row < rows.rows.size(); ++row) lines.push_back(publication(rows, row));
        return lines;
    };
    return question;
}

}  // namespace

QString publicationName(const ReadinessFacts &facts) { return facts.option("publication_name", u"dbz_publication"_s); }

std::vector<ReadinessQuestion> questions(const ReadinessFacts &facts)
{
    return {mayPublish(facts), publications(facts), tables(facts)};
}

}  // namespace headgate::PostgresqlTables
