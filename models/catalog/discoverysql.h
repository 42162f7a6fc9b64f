// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMap>
#include <QString>
#include <QStringList>
#include <utility>

namespace headgate {

/// The catalogue statements of one type of server. Values are named in them (:schema, :table, :after, :afterSchema,
/// :until, :pattern), {limit} stands for the number of rows. All types have the same result columns:
///   databases  name, is_current ("1")
///   schemas    name, tables
///   tables, partitions, search, table
///              schema, name, kind (RelationKind), row_estimate, size_bytes, has_primary_key ("1"), replica_identity,
///              partitions, comment
///   columns    name, type, nullable ("1"), default_value, generated, comment
///   keys       name, kind (KeyKind), column, referenced schema, table, column; the columns of a key follow each other
/// An empty text: there is no such thing.
struct DiscoverySql {
    QString databases;
    QString schemas;
    QString names;       ///< names of a page's tables, for servers that would open every table of the schema: gives :until
    QString tables;      ///< after the name :after
    QString partitions;  ///< of :schema.:table, after :afterSchema.:after
    QString search;      ///< schema.table LIKE :pattern, escaped with !
    QString table;
    QString size;        ///< exact bytes of one table; may wait for a lock
    QString columns;
    QString keys;
    bool isNumbered = false;  ///< $1… for each name, else one ? for each time that a name is used
};

DiscoverySql postgresqlDiscovery();
DiscoverySql mysqlDiscovery();
DiscoverySql sqliteDiscovery(bool isAnalyzed);
DiscoverySql sqlserverDiscovery();

/// Parts that statements share, as {name} in their text; later ones may stand in earlier ones.
class Fragments {
public:
    Fragments(std::initializer_list<std::pair<const char *, const char *>> parts) : m_parts(parts) {}
    QString filled(const char *sql) const;

private:
    QList<std::pair<const char *, const char *>> m_parts;
};

/// A statement in the server's own placeholders and its values in their order.
struct BoundSql {
    QString sql;
    QStringList values;

    static BoundSql from(const QString &sql, const QMap<QString, QString> &values, bool isNumbered);
};

}  // namespace headgate
