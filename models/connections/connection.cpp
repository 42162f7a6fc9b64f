// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/connection.h"

namespace headgate {

int defaultPort(DatabaseType type)
{
    switch (type) {
    case DatabaseType::Postgresql: return 5432;
    case DatabaseType::Mysql: return 3306;
    case DatabaseType::Sqlserver: return 1433;
    case DatabaseType::KafkaConnect: return 8083;
    case DatabaseType::Sqlite: break;
    }
    return 0;
}

QString databaseTypeLabel(DatabaseType type)
{
    switch (type) {
    case DatabaseType::Postgresql: return QStringLiteral("PostgreSQL");
    case DatabaseType::Mysql: return QStringLiteral("MySQL / MariaDB");
    case DatabaseType::Sqlserver: return QStringLiteral("SQL Server");
    case DatabaseType::Sqlite: return QStringLiteral("SQLite");
    case DatabaseType::KafkaConnect: return QStringLiteral("Kafka Connect");
    }
    return {};
}

QString connectionAddress(const Connection &connection)
{
    if (connection.databaseType == DatabaseType::Sqlite) return connection.databaseName;
    const int port = connection.port.value_or(defaultPort(connection.databaseType));
    const QString host = connection.host.contains(QLatin1Char(':')) ? QStringLiteral("[%1]").arg(connection.host) : connection.host;
    return QStringLiteral("%1:%2").arg(host).arg(port);
}

}  // namespace headgate
