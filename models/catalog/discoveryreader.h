// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/catalog/catalogtable.h"
#include "models/catalog/discoverysql.h"
#include "models/connections/targetsession.h"

namespace headgate {

/// Reads the catalogue of a target over its session, one level at a time. Blocks like the session and throws what it
/// throws; a worker thread. The session must outlive it.
class DiscoveryReader {
public:
    /// PostgreSQL from 12 on; Invalid for older ones.
    DiscoveryReader(TargetSession &session, DatabaseType type);

    /// Empty where a session sees all there is (MySQL: databases are schemas; SQLite).
    QList<CatalogDatabase> databases();
    QList<CatalogSchema> schemas();
    /// By name, after a name of the same schema; partitions stand below their parents.
    TablePage tables(const QString &schema, const QString &after, int limit);
    TablePage partitions(const TableName &parent, const TableName &after, int limit);
    /// Tables of any schema, partitions included, whose schema.name contains the text, case ignored.
    TablePage search(const QString &text, int limit);
    /// NotFound when there is no such table.
    TableDetail table(const TableName &name);

private:
    using Values = QMap<QString, QString>;
    TargetSession::Rows read(const QString &sql, const Values &values = {}, int limit = 0);
    TablePage page(const QString &sql, const Values &values, int limit);
    QString pageEnd(const Values &values, int limit);
    std::optional<qint64> exactSize(const Values &values);

    TargetSession &m_session;
    DiscoverySql m_sql;
};

}  // namespace headgate
