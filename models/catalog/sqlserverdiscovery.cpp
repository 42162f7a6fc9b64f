// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/catalog/discoverysql.h"

namespace headgate {

namespace {

// Counted from sys.partitions and sys.allocation_units, which every user may read.
constexpr char select[] = R"(SELECT s.name AS schema_name, o.name AS table_name,
 CASE WHEN o.type = 'V' THEN 'view' WHEN x.parts > 1 THEN 'partitioned_table' ELSE 'table' END AS kind,
 x.row_count, x.bytes, CASE WHEN EXISTS (SELECT 1 FROM sys.indexes i WHERE i.object_id = o.object_id AND i.is_primary_key = 1)
  THEN 1 ELSE 0 END AS has_primary_key, NULL AS replica_identity, CASE WHEN x.parts > 1 THEN x.parts ELSE 0 END AS parts,
 (SELECT CAST(e.value AS nvarchar(4000)) FROM sys.extended_properties e WHERE e.class = 1 AND e.major_id = o.object_id
  AND e.minor_id = 0 AND e.name = 'MS_Description') AS comment
 FROM sys.objects o JOIN sys.schemas s ON s.schema_id = o.schema_id
 LEFT JOIN (SELECT p.object_id, SUM(CASE WHEN p.index_id IN (0, 1) THEN p.rows END) AS row_count,
   SUM(CASE WHEN p.index_id IN (0, 1) THEN 1 ELSE 0 END) AS parts, SUM(u.pages) * 8192 AS bytes FROM sys.partitions p
   LEFT JOIN (SELECT container_id, SUM(total_pages) AS pages FROM sys.allocation_units GROUP BY container_id) u ON u.container_id = p.partition_id
   GROUP BY p.object_id) x ON x.object_id = o.object_id)";

constexpr char page[] = R"(OFFSET 0 ROWS FETCH NEXT {limit} ROWS ONLY)";

constexpr char isRelation[] = R"(o.type IN ('U', 'V') AND o.is_ms_shipped = 0)";

constexpr char isThis[] = R"(s.name = :schema AND o.name = :table)";

constexpr char databases[] = R"(SELECT name, CASE WHEN name = DB_NAME() THEN 1 ELSE 0 END AS is_current FROM sys.databases
 WHERE state = 0 AND HAS_DBACCESS(name) = 1 ORDER BY name)";

constexpr char schemas[] = R"(SELECT s.name, COUNT(o.object_id) AS tables FROM sys.schemas s LEFT JOIN sys.objects o ON o.schema_id = s.schema_id AND {isRelation}
 WHERE s.schema_id < 16384 AND s.name NOT IN ('sys', 'INFORMATION_SCHEMA', 'guest') GROUP BY s.name ORDER BY s.name)";

constexpr char tables[] = R"({select} WHERE s.name = :schema AND o.name > :after AND {isRelation} ORDER BY o.name {page})";

constexpr char search[] = R"({select} WHERE CONCAT(s.name, '.', o.name) LIKE :pattern ESCAPE '!' AND {isRelation} ORDER BY s.name, o.name {page})";

constexpr char table[] = R"({select} WHERE {isThis} AND {isRelation})";

// The type as T-SQL writes it: lengths are bytes, -1 is max, and n… types count two bytes a character.
constexpr char columns[] = R"(SELECT c.name, CONCAT(t.name, CASE WHEN t.name IN ('varchar', 'char', 'varbinary', 'binary', 'nvarchar', 'nchar')
   THEN CASE WHEN c.max_length = -1 THEN '(max)' WHEN t.name IN ('nvarchar', 'nchar') THEN CONCAT('(', c.max_length / 2, ')') ELSE CONCAT('(', c.max_length, ')') END
  WHEN t.name IN ('decimal', 'numeric') THEN CONCAT('(', c.precision, ',', c.scale, ')')
  WHEN t.name IN ('datetime2', 'datetimeoffset', 'time') THEN CONCAT('(', c.scale, ')') ELSE '' END) AS type,
 CASE WHEN c.is_nullable = 1 THEN 1 ELSE 0 END AS nullable, COALESCE(d.definition, g.definition) AS default_value,
 CASE WHEN c.is_identity = 1 THEN 'identity always' WHEN g.is_persisted = 1 THEN 'stored' WHEN c.is_computed = 1 THEN 'virtual' END AS generated,
 (SELECT CAST(e.value AS nvarchar(4000)) FROM sys.extended_properties e WHERE e.class = 1 AND e.major_id = c.object_id
  AND e.minor_id = c.column_id AND e.name = 'MS_Description') AS comment
 FROM sys.columns c JOIN sys.objects o ON o.object_id = c.object_id JOIN sys.schemas s ON s.schema_id = o.schema_id
 JOIN sys.types t ON t.user_type_id = c.user_type_id
 LEFT JOIN sys.default_constraints d ON d.object_id = c.default_object_id
 LEFT JOIN sys.computed_columns g ON g.object_id = c.object_id AND g.column_id = c.column_id
 WHERE {isThis} ORDER BY c.column_id)";

constexpr char keys[] = R"(SELECT k.name, k.kind, k.part, k.other_schema, k.other_table, k.other_part FROM (
 SELECT i.name, CASE WHEN i.is_primary_key = 1 THEN 'primary' ELSE 'unique' END AS kind, c.name AS part, CAST(NULL AS nvarchar(128)) AS other_schema,
  CAST(NULL AS nvarchar(128)) AS other_table, CAST(NULL AS nvarchar(128)) AS other_part, CASE WHEN i.is_primary_key = 1 THEN 0 ELSE 1 END AS place, ic.key_ordinal AS n
 FROM sys.indexes i JOIN sys.index_columns ic ON ic.object_id = i.object_id AND ic.index_id = i.index_id
  JOIN sys.columns c ON c.object_id = ic.object_id AND c.column_id = ic.column_id
  JOIN sys.objects o ON o.object_id = i.object_id JOIN sys.schemas s ON s.schema_id = o.schema_id
 WHERE {isThis} AND i.is_unique = 1 AND ic.is_included_column = 0
 UNION ALL
 SELECT f.name, 'foreign', c.name, fs.name, fo.name, fc.name, 2, fk.constraint_column_id
 FROM sys.foreign_keys f JOIN sys.foreign_key_columns fk ON fk.constraint_object_id = f.object_id
  JOIN sys.objects o ON o.object_id = f.parent_object_id JOIN sys.schemas s ON s.schema_id = o.schema_id
  JOIN sys.columns c ON c.object_id = fk.parent_object_id AND c.column_id = fk.parent_column_id
  JOIN sys.objects fo ON fo.object_id = fk.referenced_object_id JOIN sys.schemas fs ON fs.schema_id = fo.schema_id
  JOIN sys.columns fc ON fc.object_id = fk.referenced_object_id AND fc.column_id = fk.referenced_column_id
 WHERE {isThis}) k ORDER BY k.place, k.name, k.n)";

}  // namespace

DiscoverySql sqlserverDiscovery()
{
    const Fragments fragments{{"select", select}, {"page", page}, {"isRelation", isRelation}, {"isThis", isThis}};
    DiscoverySql sql;
    sql.databases = fragments.filled(databases);
    sql.schemas = fragments.filled(schemas);
    sql.tables = fragments.filled(tables);
    sql.search = fragments.filled(search);
    sql.table = fragments.filled(table);
    sql.columns = fragments.filled(columns);
    sql.keys = fragments.filled(keys);
    return sql;
}

}  // namespace headgate
