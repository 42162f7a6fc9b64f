// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/enumtable.h"
#include "models/base/id.h"
#include "models/database/codec.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>
#include <optional>

namespace headgate {

enum class ConnectionRole { Source, Target, Both };
enum class DatabaseType { Postgresql, Mysql, Sqlserver, Sqlite, KafkaConnect };
enum class Environment { Development, Test, Staging, Production };
enum class TestStatus { Success, Warning, Failure, Cancelled };

inline constexpr auto connectionRoles = makeEnumTable<ConnectionRole>(
    {{ConnectionRole::Source, "source"}, {ConnectionRole::Target, "target"}, {ConnectionRole::Both, "both"}});
inline constexpr auto databaseTypes = makeEnumTable<DatabaseType>({{DatabaseType::Postgresql, "postgresql"},
                                                                   {DatabaseType::Mysql, "mysql"},
                                                                   {DatabaseType::Sqlserver, "sqlserver"},
                                                                   {DatabaseType::Sqlite, "sqlite"},
                                                                   {DatabaseType::KafkaConnect, "kafka_connect"}});
inline constexpr auto environments = makeEnumTable<Environment>({{Environment::Development, "development"},
                                                                 {Environment::Test, "test"},
                                                                 {Environment::Staging, "staging"},
                                                                 {Environment::Production, "production"}});
inline constexpr auto testStatuses = makeEnumTable<TestStatus>({{TestStatus::Success, "success"},
                                                                {TestStatus::Warning, "warning"},
                                                                {TestStatus::Failure, "failure"},
                                                                {TestStatus::Cancelled, "cancelled"}});

/// A row of `connections`. The password is not here: `hasSecret` says that one is sealed. Value type, any thread.
struct Connection {
    ConnectionId id;
    QString name;
    ConnectionRole role = ConnectionRole::Both;
    DatabaseType databaseType = DatabaseType::Postgresql;
    QString host;                 ///< empty for SQLite
    std::optional<int> port;      ///< none: the type's default
    QString databaseName;         ///< the file for SQLite
    QString username;
    bool hasSecret = false;
    QJsonObject config;           ///< sslmode, sslrootcert, sslcert, sslkey, connect_timeout (s), options; unknown keys kept
    Environment environment = Environment::Development;
    bool isReadOnly = false;
    bool isActive = true;
    QString description;
    QStringList tags;
    std::optional<UserId> ownerUserId;
    std::optional<TestStatus> lastTestStatus;
    std::optional<Timestamp> lastTestedAt;
    std::optional<double> lastResponseMs;
    Timestamp createdAt;
    Timestamp updatedAt;
    int version = 0;

    bool operator==(const Connection &) const = default;
};

/// 5432, 3306, 1433, 8083; 0 for SQLite.
int defaultPort(DatabaseType type);
/// "PostgreSQL", "MySQL / MariaDB", "SQL Server", "SQLite", "Kafka Connect".
QString databaseTypeLabel(DatabaseType type);
/// host:port, or the file of a SQLite connection: what a list shows as the address.
QString connectionAddress(const Connection &connection);

}  // namespace headgate
