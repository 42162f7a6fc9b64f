// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/catalog/discoveryreader.h"

#include "models/base/error.h"

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

constexpr int firstPostgresql = 120000;
constexpr int levelMs = 30'000;
constexpr int sizeMs = 1'000;  // somebody may hold a lock on the table

std::optional<qint64> number(const TargetSession::Cell &cell)
{
    return cell ? std::optional(cell->toLongLong()) : std::nullopt;
}

CatalogTable tableFrom(const TargetSession::Row &row)
{
    const auto text = [&row](size_t column) { return row.at(column).value_or(QString()); };
    return {{text(0), text(1)}, relationKinds.value(text(2)).value_or(RelationKind::Table), number(row.at(3)), number(row.at(4)),
            text(5) == "1"_L1, text(6), text(7).toLongLong(), text(8)};
}

CatalogColumn columnFrom(const TargetSession::Row &row)
{
    const auto text = [&row](size_t column) { return row.at(column).value_or(QString()); };
    return {text(0), text(1), text(2) == "1"_L1, row.at(3), text(4), text(5)};
}

QList<CatalogKey> keysFrom(const TargetSession::Rows &rows)
{
    QList<CatalogKey> keys;
    for (size_t i = 0; i < rows.rows.size(); ++i) {
        const KeyKind kind = keyKinds.value(rows.text(i, 1)).value_or(KeyKind::Unique);
        if (keys.isEmpty() || keys.last().name != rows.text(i, 0) || keys.last().kind != kind)
            keys.append({rows.text(i, 0), kind, {}, {rows.text(i, 3), rows.text(i, 4)}, {}});
        keys.last().columns.append(rows.text(i, 2));
        if (kind == KeyKind::Foreign) keys.last().referencedColumns.append(rows.text(i, 5));
    }
    return keys;
}

QString containing(QString text)
{
    for (const QChar special : u"!%_["_s) text.replace(special, u'!' + QString(special));
    return u'%' + text + u'%';
}

}  // namespace

DiscoveryReader::DiscoveryReader(TargetSession &session, DatabaseType type) : m_session(session)
{
    if (type == DatabaseType::Postgresql && session.version().number < firstPostgresql)
        throw Exception({ErrorKind::Invalid, u"The catalogue of %1 is not known: PostgreSQL 12 is the oldest that is."_s.arg(session.version().text), {}, {}, {}});
    if (type == DatabaseType::Postgresql) m_sql = postgresqlDiscovery();
    else if (type == DatabaseType::Mysql) m_sql = mysqlDiscovery();
    else if (type == DatabaseType::Sqlserver) m_sql = sqlserverDiscovery();
    else m_sql = sqliteDiscovery(!session.read(u"SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'"_s).rows.empty());
}

TargetSession::Rows DiscoveryReader::read(const QString &sql, const Values &values, int limit)
{
    const BoundSql bound = BoundSql::from(sql, values, m_sql.isNumbered);
    return m_session.read(QString(bound.sql).replace("{limit}"_L1, QString::number(limit)), bound.values, levelMs);
}

QList<CatalogDatabase> DiscoveryReader::databases()
{
    QList<CatalogDatabase> databases;
    if (m_sql.databases.isEmpty()) return databases;
    const TargetSession::Rows rows = read(m_sql.databases);
    for (size_t i = 0; i < rows.rows.size(); ++i) databases.append({rows.text(i, 0), rows.text(i, 1) == "1"_L1});
    return databases;
}

QList<CatalogSchema> DiscoveryReader::schemas()
{
    QList<CatalogSchema> schemas;
    const TargetSession::Rows rows = read(m_sql.schemas);
    for (size_t i = 0; i < rows.rows.size(); ++i) schemas.append({rows.text(i, 0), rows.text(i, 1).toLongLong()});
    return schemas;
}

// One more than asked for tells whether more follow.
TablePage DiscoveryReader::page(const QString &sql, const Values &values, int limit)
{
    const TargetSession::Rows rows = read(sql, values, limit + 1);
    TablePage page;
    page.atEnd = rows.rows.size() <= size_t(limit);
    for (size_t i = 0; i < rows.rows.size() && i < size_t(limit); ++i) page.tables.append(tableFrom(rows.rows[i]));
    return page;
}

// Empty: nothing follows.
QString DiscoveryReader::pageEnd(const Values &values, int limit)
{
    const TargetSession::Rows names = read(m_sql.names, values, limit);
    return names.rows.empty() ? QString() : names.text(names.rows.size() - 1, 0);
}

TablePage DiscoveryReader::tables(const QString &schema, const QString &after, int limit)
{
    Values values{{u"schema"_s, schema}, {u"after"_s, after}};
    if (m_sql.names.isEmpty()) return page(m_sql.tables, values, limit);
    const QString last = pageEnd(values, limit);
    if (last.isEmpty()) return {};
    values.insert(u"until"_s, last);
    TablePage tables = page(m_sql.tables, values, limit);
    values.insert(u"after"_s, last);
    tables.atEnd = pageEnd(values, 1).isEmpty();
    return tables;
}

TablePage DiscoveryReader::partitions(const TableName &parent, const TableName &after, int limit)
{
    if (m_sql.partitions.isEmpty()) return {};
    return page(m_sql.partitions, {{u"schema"_s, parent.schema}, {u"table"_s, parent.name}, {u"after"_s, after.name}, {u"afterSchema"_s, after.schema}}, limit);
}

TablePage DiscoveryReader::search(const QString &text, int limit)
{
    return page(m_sql.search, {{u"pattern"_s, containing(text)}}, limit);
}

TableDetail DiscoveryReader::table(const TableName &name)
{
    const Values values{{u"schema"_s, name.schema}, {u"table"_s, name.name}};
    const TablePage found = page(m_sql.table, values, 1);
    if (found.tables.isEmpty()) throw Exception({ErrorKind::NotFound, u"There is no table %1."_s.arg(name.text()), {}, {}, u"It may have been dropped meanwhile, or its name is written otherwise."_s});
    TableDetail detail{found.tables.first(), {}, keysFrom(read(m_sql.keys, values))};
    for (const TargetSession::Row &row : read(m_sql.columns, values).rows) detail.columns.append(columnFrom(row));
    if (const auto bytes = exactSize(values)) detail.table.sizeBytes = bytes;
    return detail;
}

// Whoever locks the table must not keep its columns from being seen: the size of the last statistics stays then.
std::optional<qint64> DiscoveryReader::exactSize(const Values &values)
{
    if (m_sql.size.isEmpty()) return {};
    const BoundSql bound = BoundSql::from(m_sql.size, values, m_sql.isNumbered);
    try {
        const TargetSession::Rows rows = m_session.read(bound.sql, bound.values, sizeMs);
        return rows.rows.empty() ? std::nullopt : number(rows.rows[0][0]);
    } catch (const Exception &exception) {
        if (exception.error().kind == ErrorKind::Cancelled || !m_session.isOpen()) throw;
        return {};
    }
}

}  // namespace headgate
