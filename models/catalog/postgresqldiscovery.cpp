// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/catalog/discoverysql.h"

namespace headgate {

namespace {

// The page is cut first: what is looked up for each table is costly. Sizes come from relpages: pg_total_relation_size would wait for whoever holds a lock on one of the tables.
constexpr char select[] = R"(SELECT c.nspname, c.relname,
 CASE WHEN c.relispartition THEN 'partition' WHEN c.relkind = 'p' THEN 'partitioned_table' WHEN c.relkind = 'v' THEN 'view'
      WHEN c.relkind = 'm' THEN 'materialized_view' WHEN c.relkind = 'f' THEN 'foreign_table' ELSE 'table' END,
 CASE WHEN c.relkind = 'p' THEN s.leaf_rows WHEN c.relkind <> 'v' AND c.reltuples >= 0 THEN c.reltuples::bigint END,
 CASE WHEN c.relkind = 'p' THEN s.leaf_bytes
      WHEN c.relkind IN ('r', 'm') AND c.reltuples >= 0 THEN
        (c.relpages::bigint + x.pages) * pg_catalog.current_setting('block_size')::bigint END,
 CASE WHEN x.has_primary THEN 1 ELSE 0 END,
 CASE WHEN c.relkind IN ('r', 'p') THEN CASE c.relreplident WHEN 'd' THEN 'default' WHEN 'n' THEN 'nothing'
      WHEN 'f' THEN 'full' WHEN 'i' THEN 'index' END END,
 (SELECT pg_catalog.count(*) FROM pg_catalog.pg_inherits i WHERE c.relkind = 'p' AND i.inhparent = c.oid),
 pg_catalog.obj_description(c.oid, 'pg_class')
 FROM (SELECT n.nspname, c.* FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       WHERE {isRelation} AND {where} ORDER BY {order} LIMIT {limit}) c
 LEFT JOIN LATERAL (SELECT COALESCE(pg_catalog.sum(ic.relpages), 0) +
                           COALESCE((SELECT t.relpages FROM pg_catalog.pg_class t WHERE t.oid = c.reltoastrelid), 0) AS pages,
                           pg_catalog.bool_or(ix.indisprimary) AS has_primary
                    FROM pg_catalog.pg_index ix JOIN pg_catalog.pg_class ic ON ic.oid = ix.indexrelid
                    WHERE ix.indrelid = c.oid) x ON true
 LEFT JOIN LATERAL (SELECT pg_catalog.sum(l.reltuples) FILTER (WHERE l.reltuples >= 0)::bigint AS leaf_rows,
                           (pg_catalog.sum(l.relpages::bigint + (SELECT COALESCE(pg_catalog.sum(lc.relpages), 0) FROM pg_catalog.pg_index li
                             JOIN pg_catalog.pg_class lc ON lc.oid = li.indexrelid WHERE li.indrelid = l.oid))
                             FILTER (WHERE l.reltuples >= 0) * pg_catalog.current_setting('block_size')::bigint)::bigint AS leaf_bytes
                    FROM pg_catalog.pg_partition_tree(CASE WHEN c.relkind = 'p' THEN c.oid END) tree
                    JOIN pg_catalog.pg_class l ON l.oid = tree.relid AND tree.isleaf) s ON c.relkind = 'p'
 ORDER BY {outerOrder})";

constexpr char isRelation[] = R"(c.relkind IN ('r', 'p', 'v', 'm', 'f'))";

constexpr char isOurs[] = R"(n.nspname <> 'information_schema' AND n.nspname !~ '^pg_')";

constexpr char databases[] = R"(SELECT datname, CASE WHEN datname = pg_catalog.current_database() THEN 1 ELSE 0 END FROM pg_catalog.pg_database
 WHERE datallowconn AND NOT datistemplate AND pg_catalog.has_database_privilege(oid, 'CONNECT') ORDER BY datname)";

constexpr char schemas[] = R"(SELECT n.nspname, pg_catalog.count(c.oid) FROM pg_catalog.pg_namespace n LEFT JOIN pg_catalog.pg_class c
 ON c.relnamespace = n.oid AND NOT c.relispartition AND {isRelation} WHERE {isOurs} GROUP BY n.nspname ORDER BY n.nspname)";

constexpr char tables[] = R"(n.nspname = :schema AND c.relname > :after::name AND NOT c.relispartition)";

constexpr char partitions[] = R"(c.oid IN (SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
  JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace WHERE pn.nspname = :schema AND p.relname = :table)
 AND (c.relname, n.nspname) > (:after::name, :afterSchema::name))";

constexpr char search[] = R"((n.nspname || '.' || c.relname) COLLATE pg_catalog."default" ILIKE :pattern ESCAPE '!' AND {isOurs})";

constexpr char table[] = R"(n.nspname = :schema AND c.relname = :table)";

constexpr char size[] = R"(SELECT pg_catalog.sum(pg_catalog.pg_total_relation_size(t.relid)) FROM pg_catalog.pg_class c
 JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace,
 LATERAL (SELECT c.oid AS relid WHERE c.relkind IN ('r', 'm')
          UNION ALL SELECT relid::oid FROM pg_catalog.pg_partition_tree(CASE WHEN c.relkind = 'p' THEN c.oid END)) t
 WHERE n.nspname = :schema AND c.relname = :table)";

constexpr char columns[] = R"(SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 0 ELSE 1 END,
 pg_catalog.pg_get_expr(d.adbin, d.adrelid),
 CASE WHEN a.attgenerated = 's' THEN 'stored' WHEN a.attgenerated = 'v' THEN 'virtual' WHEN a.attidentity = 'a' THEN 'identity always'
      WHEN a.attidentity = 'd' THEN 'identity by default' END,
 pg_catalog.col_description(a.attrelid, a.attnum)
 FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE n.nspname = :schema AND c.relname = :table AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum)";

// A unique index need not be a constraint: it may be the replica identity all the same.
constexpr char keys[] = R"(SELECT k.name, k.kind, k.part, k.other_schema, k.other_table, k.other_part FROM (
 SELECT ic.relname AS name, CASE WHEN ix.indisprimary THEN 'primary' ELSE 'unique' END AS kind,
  COALESCE(a.attname, pg_catalog.pg_get_indexdef(ix.indexrelid, p.n::int, true)) AS part,
  NULL::name AS other_schema, NULL::name AS other_table, NULL::name AS other_part, CASE WHEN ix.indisprimary THEN 0 ELSE 1 END AS rank, p.n
 FROM pg_catalog.pg_index ix JOIN pg_catalog.pg_class ic ON ic.oid = ix.indexrelid JOIN pg_catalog.pg_class c ON c.oid = ix.indrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  CROSS JOIN LATERAL pg_catalog.unnest(ix.indkey::int2[]) WITH ORDINALITY AS p(attnum, n)
  LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.attnum AND p.attnum <> 0
 WHERE n.nspname = :schema AND c.relname = :table AND ix.indisunique AND p.n <= ix.indnkeyatts
 UNION ALL
 SELECT con.conname, 'foreign', a.attname, fn.nspname, fc.relname, fa.attname, 2, p.n
 FROM pg_catalog.pg_constraint con JOIN pg_catalog.pg_class c ON c.oid = con.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_class fc ON fc.oid = con.confrelid JOIN pg_catalog.pg_namespace fn ON fn.oid = fc.relnamespace
  CROSS JOIN LATERAL ROWS FROM (pg_catalog.unnest(con.conkey), pg_catalog.unnest(con.confkey)) WITH ORDINALITY AS p(attnum, other, n)
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.attnum
  JOIN pg_catalog.pg_attribute fa ON fa.attrelid = fc.oid AND fa.attnum = p.other
 WHERE n.nspname = :schema AND c.relname = :table AND con.contype = 'f') k ORDER BY k.rank, k.name, k.n)";

}  // namespace

DiscoverySql postgresqlDiscovery()
{
    const Fragments fragments{{"isOurs", isOurs}, {"isRelation", isRelation}};
    const auto tablesWhere = [](const char *where, const char *order, const char *outerOrder) {
        return Fragments{{"where", where}, {"order", order}, {"outerOrder", outerOrder}, {"isOurs", isOurs}, {"isRelation", isRelation}}.filled(select);
    };
    DiscoverySql sql;
    sql.databases = fragments.filled(databases);
    sql.schemas = fragments.filled(schemas);
    sql.tables = tablesWhere(tables, "c.relname", "c.relname");
    sql.partitions = tablesWhere(partitions, "c.relname, n.nspname", "c.relname, c.nspname");
    sql.search = tablesWhere(search, "n.nspname, c.relname", "c.nspname, c.relname");
    sql.table = tablesWhere(table, "c.relname", "c.relname");
    sql.size = fragments.filled(size);
    sql.columns = fragments.filled(columns);
    sql.keys = fragments.filled(keys);
    sql.isNumbered = true;
    return sql;
}

}  // namespace headgate
