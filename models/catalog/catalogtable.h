// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/enumtable.h"

#include <QJsonArray>
#include <QList>
#include <QString>
#include <QStringList>
#include <optional>
#include <tuple>

namespace headgate {

enum class DatabaseType;

enum class RelationKind { Table, PartitionedTable, Partition, View, MaterializedView, ForeignTable, VirtualTable };
inline constexpr auto relationKinds = makeEnumTable<RelationKind>({{RelationKind::Table, "table"},
                                                                   {RelationKind::PartitionedTable, "partitioned_table"},
                                                                   {RelationKind::Partition, "partition"},
                                                                   {RelationKind::View, "view"},
                                                                   {RelationKind::MaterializedView, "materialized_view"},
                                                                   {RelationKind::ForeignTable, "foreign_table"},
                                                                   {RelationKind::VirtualTable, "virtual_table"}});

/// Values as a server's catalogue has them; any thread.
struct TableName {
    QString schema;
    QString name;

    bool operator==(const TableName &) const = default;
    bool operator<(const TableName &other) const { return std::tie(schema, name) < std::tie(other.schema, other.name); }
    /// "schema.name", for people.
    QString text() const { return schema + u'.' + name; }
};

struct CatalogDatabase {
    QString name;
    bool isCurrent = false;

    bool operator==(const CatalogDatabase &) const = default;
};

struct CatalogSchema {
    QString name;
    qint64 tables = 0;  ///< relations of every kind, partitions left out

    bool operator==(const CatalogSchema &) const = default;
};

struct CatalogTable {
    TableName name;
    RelationKind kind = RelationKind::Table;
    std::optional<qint64> rowEstimate;  ///< the planner's; none: never counted
    std::optional<qint64> sizeBytes;    ///< with indexes, as of the last statistics; none: not known
    bool hasPrimaryKey = false;
    QString replicaIdentity;            ///< default, nothing, full, index; empty where there is no such thing
    qint64 partitions = 0;              ///< directly below it
    QString comment;

    bool operator==(const CatalogTable &) const = default;
};

struct CatalogColumn {
    QString name;
    QString type;       ///< as the server writes it
    bool isNullable = true;
    std::optional<QString> defaultValue;
    QString generated;  ///< "stored", "virtual", "identity always", "identity by default", "auto_increment"; empty: not
    QString comment;

    bool operator==(const CatalogColumn &) const = default;
};

enum class KeyKind { Primary, Unique, Foreign };
inline constexpr auto keyKinds = makeEnumTable<KeyKind>({{KeyKind::Primary, "primary"}, {KeyKind::Unique, "unique"}, {KeyKind::Foreign, "foreign"}});

struct CatalogKey {
    QString name;
    KeyKind kind = KeyKind::Primary;
    QStringList columns;           ///< or expressions
    TableName references;          ///< of a foreign key
    QStringList referencedColumns;

    bool operator==(const CatalogKey &) const = default;
};

struct TableDetail {
    CatalogTable table;
    QList<CatalogColumn> columns;
    QList<CatalogKey> keys;

    bool operator==(const TableDetail &) const = default;
};

/// A page of tables in the server's order.
struct TablePage {
    QList<CatalogTable> tables;
    bool atEnd = true;
};

/// The tables that a connection's config keeps for a pipeline to come, under `chosen_tables`.
namespace chosentables {

QList<TableName> fromJson(const QJsonArray &json);
QJsonArray toJson(const QList<TableName> &tables);
/// As Debezium takes it: regular expressions, each for the whole name, between commas. Nothing in it needs escaping in
/// JSON, except a comma in a name.
QString includeList(const QList<TableName> &tables);

}  // namespace chosentables
}  // namespace headgate
