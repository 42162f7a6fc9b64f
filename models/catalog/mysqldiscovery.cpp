// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/catalog/discoverysql.h"

namespace headgate {

namespace {

constexpr char isOurs[] = R"(TABLE_SCHEMA NOT IN ('information_schema', 'performance_schema', 'mysql', 'sys'))";

constexpr char isRelation[] = R"(TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW'))";

// MariaDB opens a table for its rows, its indexes and its partitions; `where` is what keeps it from opening all.
constexpr char select[] = R"(SELECT t.TABLE_SCHEMA, t.TABLE_NAME,
 CASE WHEN t.TABLE_TYPE = 'VIEW' THEN 'view' WHEN p.n > 0 THEN 'partitioned_table' ELSE 'table' END,
 t.TABLE_ROWS, t.DATA_LENGTH + t.INDEX_LENGTH, CASE WHEN k.TABLE_NAME IS NULL THEN 0 ELSE 1 END, NULL, COALESCE(p.n, 0),
 CASE WHEN t.TABLE_TYPE = 'VIEW' THEN '' ELSE t.TABLE_COMMENT END
 FROM (SELECT * FROM information_schema.TABLES WHERE {where} AND {isRelation}) t
 LEFT JOIN (SELECT DISTINCT TABLE_SCHEMA, TABLE_NAME FROM information_schema.STATISTICS WHERE INDEX_NAME = 'PRIMARY' AND {where}) k
  ON k.TABLE_SCHEMA = t.TABLE_SCHEMA AND k.TABLE_NAME = t.TABLE_NAME
 LEFT JOIN (SELECT TABLE_SCHEMA, TABLE_NAME, COUNT(DISTINCT PARTITION_NAME) AS n FROM information_schema.PARTITIONS
            WHERE PARTITION_NAME IS NOT NULL AND {where} GROUP BY TABLE_SCHEMA, TABLE_NAME) p
  ON p.TABLE_SCHEMA = t.TABLE_SCHEMA AND p.TABLE_NAME = t.TABLE_NAME)";

constexpr char inPage[] = R"(TABLE_SCHEMA = :schema AND BINARY TABLE_NAME > :after AND BINARY TABLE_NAME <= :until)";

constexpr char isThis[] = R"(TABLE_SCHEMA = :schema AND TABLE_NAME = :table)";

constexpr char isFound[] = R"(CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) LIKE :pattern ESCAPE '!' AND {isOurs})";

constexpr char schemas[] = R"(SELECT s.SCHEMA_NAME, COALESCE(t.n, 0) FROM information_schema.SCHEMATA s LEFT JOIN
 (SELECT TABLE_SCHEMA, COUNT(*) AS n FROM information_schema.TABLES WHERE {isOurs} GROUP BY TABLE_SCHEMA) t ON t.TABLE_SCHEMA = s.SCHEMA_NAME
 WHERE s.SCHEMA_NAME NOT IN ('information_schema', 'performance_schema', 'mysql', 'sys') ORDER BY s.SCHEMA_NAME)";

// Without the type MariaDB opens nothing; sequences in between make a page shorter, no more.
constexpr char names[] = R"(SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = :schema AND BINARY TABLE_NAME > :after
 ORDER BY BINARY TABLE_NAME LIMIT {limit})";

constexpr char tables[] = R"({select} ORDER BY BINARY t.TABLE_NAME LIMIT {limit})";

constexpr char search[] = R"({select} ORDER BY t.TABLE_SCHEMA, BINARY t.TABLE_NAME LIMIT {limit})";

constexpr char table[] = R"({select} LIMIT 1)";

// MariaDB writes "NULL" for a default of NULL and quotes text; MySQL does neither.
constexpr char columns[] = R"(SELECT COLUMN_NAME, COLUMN_TYPE, CASE WHEN IS_NULLABLE = 'YES' THEN 1 ELSE 0 END, NULLIF(COLUMN_DEFAULT, 'NULL'),
 CASE WHEN EXTRA LIKE '%auto_increment%' THEN 'auto_increment' WHEN EXTRA LIKE '%VIRTUAL GENERATED%' THEN 'virtual'
      WHEN EXTRA LIKE '%STORED GENERATED%' THEN 'stored' END, COLUMN_COMMENT
 FROM information_schema.COLUMNS WHERE {isThis} ORDER BY ORDINAL_POSITION)";

constexpr char keys[] = R"(SELECT k.name, k.kind, k.part, k.other_schema, k.other_table, k.other_part FROM (
 SELECT INDEX_NAME AS name, CASE WHEN INDEX_NAME = 'PRIMARY' THEN 'primary' ELSE 'unique' END AS kind, COLUMN_NAME AS part,
  NULL AS other_schema, NULL AS other_table, NULL AS other_part, CASE WHEN INDEX_NAME = 'PRIMARY' THEN 0 ELSE 1 END AS place, SEQ_IN_INDEX AS n
 FROM information_schema.STATISTICS WHERE {isThis} AND NON_UNIQUE = 0
 UNION ALL
 SELECT CONSTRAINT_NAME, 'foreign', COLUMN_NAME, REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME, 2, ORDINAL_POSITION
 FROM information_schema.KEY_COLUMN_USAGE WHERE {isThis} AND REFERENCED_TABLE_NAME IS NOT NULL) k ORDER BY k.place, k.name, k.n)";

}  // namespace

DiscoverySql mysqlDiscovery()
{
    const auto with = [](const char *where) {
        return Fragments{{"select", select}, {"where", where}, {"isOurs", isOurs}, {"isRelation", isRelation}, {"isThis", isThis}};
    };
    DiscoverySql sql;
    sql.schemas = with(isThis).filled(schemas);
    sql.names = with(isThis).filled(names);
    sql.tables = with(inPage).filled(tables);
    sql.search = with(isFound).filled(search);
    sql.table = with(isThis).filled(table);
    sql.columns = with(isThis).filled(columns);
    sql.keys = with(isThis).filled(keys);
    return sql;
}

}  // namespace headgate
