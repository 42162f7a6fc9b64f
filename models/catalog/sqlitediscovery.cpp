// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/catalog/discoverysql.h"

namespace headgate {

namespace {

// sqlite_stat1 is there only once ANALYZE has run.
// CASE, for AND evaluates both sides: the columns of a view that is broken by now cannot be asked for.
constexpr char select[] = R"(SELECT 'main', l.name, CASE l.type WHEN 'view' THEN 'view' WHEN 'virtual' THEN 'virtual_table' ELSE 'table' END, {estimate}, NULL,
 CASE WHEN l.type = 'table' THEN EXISTS (SELECT 1 FROM pragma_table_xinfo(l.name) WHERE pk > 0) ELSE 0 END, NULL, 0, NULL
 FROM pragma_table_list l)";

constexpr char isRelation[] = R"(l.schema = 'main' AND l.type IN ('table', 'view', 'virtual') AND l.name NOT LIKE 'sqlite!_%' ESCAPE '!')";

constexpr char schemas[] = R"(SELECT 'main', (SELECT COUNT(*) FROM pragma_table_list l WHERE {isRelation}))";

constexpr char tables[] = R"({select} WHERE {isRelation} AND :schema = 'main' AND l.name > :after ORDER BY l.name LIMIT {limit})";

constexpr char search[] = R"({select} WHERE {isRelation} AND 'main.' || l.name LIKE :pattern ESCAPE '!' ORDER BY l.name LIMIT {limit})";

constexpr char table[] = R"({select} WHERE {isRelation} AND :schema = 'main' AND l.name = :table)";

constexpr char columns[] = R"(SELECT c.name, c.type, NOT c."notnull", c.dflt_value, CASE c.hidden WHEN 2 THEN 'virtual' WHEN 3 THEN 'stored' END, NULL
 FROM pragma_table_xinfo(:table) c WHERE c.hidden <> 1 ORDER BY c.cid)";

constexpr char keys[] = R"(SELECT name, kind, part, other_schema, other_table, other_part FROM (
 SELECT 'PRIMARY KEY' AS name, 'primary' AS kind, name AS part, NULL AS other_schema, NULL AS other_table, NULL AS other_part, 0 AS rank, pk AS n
 FROM pragma_table_xinfo(:table) WHERE pk > 0
 UNION ALL
 SELECT i.name, 'unique', COALESCE(p.name, '(expression)'), NULL, NULL, NULL, 1, p.seqno
 FROM pragma_index_list(:table) i, pragma_index_info(i.name) p WHERE i."unique" AND i.origin <> 'pk'
 UNION ALL
 SELECT 'FOREIGN KEY ' || f.id, 'foreign', f."from", 'main', f."table", f."to", 2, f.seq FROM pragma_foreign_key_list(:table) f)
 ORDER BY rank, name, n)";

constexpr char estimate[] = R"((SELECT MAX(CAST(stat AS INTEGER)) FROM sqlite_stat1 WHERE tbl = l.name))";

}  // namespace

DiscoverySql sqliteDiscovery(bool isAnalyzed)
{
    const Fragments fragments{{"select", select}, {"isRelation", isRelation}, {"estimate", isAnalyzed ? estimate : "NULL"}};
    DiscoverySql sql;
    sql.schemas = fragments.filled(schemas);
    sql.tables = fragments.filled(tables);
    sql.search = fragments.filled(search);
    sql.table = fragments.filled(table);
    sql.columns = fragments.filled(columns);
    sql.keys = fragments.filled(keys);
    return sql;
}

}  // namespace headgate
