// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sample/sampleconnections.h"

#include <algorithm>

namespace headgate {

namespace {

constexpr auto Pg = DatabaseType::Postgresql;
constexpr auto My = DatabaseType::Mysql;
constexpr auto Ms = DatabaseType::Sqlserver;
constexpr auto Lite = DatabaseType::Sqlite;
constexpr auto Prod = Environment::Production;
constexpr auto Stage = Environment::Staging;
constexpr auto Test = Environment::Test;
constexpr auto Dev = Environment::Development;
constexpr auto Src = ConnectionRole::Source;
constexpr auto Tgt = ConnectionRole::Target;
constexpr auto Any = ConnectionRole::Both;

enum Flag { Plain = 0, ReadOnly = 1, Inactive = 2, Verified = 4 };

struct Seed {
    const char *name;
    DatabaseType type;
    const char *server;
    const char *host;
    int port;  ///< 0: the type's default
    const char *database;
    const char *user;
    Environment environment;
    ConnectionRole role;
    const char *tags;
    const char *description;
    SampleFate fate;
    double ms;
    int flags;
    int ageDays;
    double failingHours;
};

using F = SampleFate;

// clang-format off
constexpr Seed seeds[] = {
    {"orders-primary", Pg, "PostgreSQL 16.4", "orders-1.internal", 0, "orders", "cdc_reader", Prod, Src, "orders,cdc,tier-1", "System of record for orders. Logical replication is on; ask the order team before changing publications.", F::Steady, 14, Verified, 30, 0},
    {"orders-replica", Pg, "PostgreSQL 16.4", "orders-2.internal", 0, "orders", "reporting", Prod, Src, "orders,replica", "Hot standby of orders-primary, for reports.", F::Steady, 16, ReadOnly | Verified, 30, 0},
    {"orders-staging", Pg, "PostgreSQL 16.4", "orders-stg.test", 0, "orders", "cdc_reader", Stage, Src, "orders,cdc", "", F::Steady, 22, Plain, 30, 0},
    {"orders-test", Pg, "PostgreSQL 16.4", "pg-orders.ci.test", 0, "orders", "ci", Test, Any, "orders,ci", "Made anew every night.", F::Flapping, 31, Plain, 30, 0},
    {"billing", Pg, "PostgreSQL 15.8", "billing-1.internal", 0, "billing", "cdc_reader", Prod, Src, "billing,cdc,tier-1,pci", "Invoices and dunning. Under PCI rules: read what you need, nothing else.", F::Steady, 18, Verified, 30, 0},
    {"billing-replica", Pg, "PostgreSQL 15.8", "billing-2.internal", 0, "billing", "reporting", Prod, Src, "billing,replica,pci", "Hot standby of billing.", F::Steady, 19, ReadOnly | Verified, 30, 0},
    {"billing-staging", Pg, "PostgreSQL 15.8", "billing-stg.test", 0, "billing", "cdc_reader", Stage, Src, "billing", "", F::Steady, 24, Plain, 30, 0},
    {"customers", Pg, "PostgreSQL 16.4", "customers.internal", 0, "customers", "headgate", Prod, Any, "customers,tier-1,gdpr", "Master data of customers. Personal data: exports need a ticket.", F::Steady, 17, Verified, 30, 0},
    {"customers-staging", Pg, "PostgreSQL 16.4", "customers-stg.test", 0, "customers", "headgate", Stage, Any, "customers", "Passwords on staging are rotated every month.", F::WrongPassword, 26, Plain, 30, 51},
    {"identity", Pg, "PostgreSQL 16.4", "identity.internal", 0, "identity", "reporting", Prod, Src, "identity,tier-1", "", F::Steady, 13, ReadOnly | Verified, 30, 0},
    {"inventory", Pg, "PostgreSQL 14.13", "inventory.internal", 0, "inventory", "cdc_reader", Prod, Src, "inventory,cdc", "", F::Steady, 20, Plain, 30, 0},
    {"inventory-dev", Pg, "PostgreSQL 14.13", "inventory-dev.test", 5433, "inventory", "dev", Dev, Any, "inventory", "Shared by the developers; somebody restarts it now and then.", F::Flapping, 34, Plain, 30, 0},
    {"pricing", Pg, "PostgreSQL 15.8", "pricing.internal", 0, "pricing", "cdc_reader", Prod, Src, "pricing,cdc", "", F::Steady, 15, Plain, 30, 0},
    {"shipments", Pg, "PostgreSQL 15.8", "shipments.internal", 0, "shipments", "cdc_reader", Prod, Src, "logistics,cdc", "Slower since the tracking table grew past 400 million rows.", F::Slowing, 28, Plain, 30, 0},
    {"shipments-staging", Pg, "PostgreSQL 15.8", "shipments-stg.test", 0, "shipments", "cdc_reader", Stage, Src, "logistics", "", F::Steady, 29, Plain, 28, 0},
    {"payments", Pg, "PostgreSQL 16.4", "payments.internal", 6432, "payments", "cdc_reader", Prod, Src, "payments,cdc,tier-1,pci", "Behind the connection pooler; logical replication goes to port 5432.", F::Steady, 21, Verified, 30, 0},
    {"payments-sandbox", Pg, "PostgreSQL 16.4", "pg-payments.ci.test", 0, "payments", "ci", Test, Any, "payments,ci", "", F::Spiky, 33, Plain, 30, 0},
    {"warehouse", Pg, "PostgreSQL 16.4", "dwh-1.internal", 0, "warehouse", "loader", Prod, Tgt, "dwh,tier-1", "Target of every pipeline into the warehouse.", F::Spiky, 38, Verified, 30, 0},
    {"warehouse-replica", Pg, "PostgreSQL 16.4", "dwh-2.internal", 0, "warehouse", "reporting", Prod, Src, "dwh,replica", "What the analysts read.", F::Steady, 41, ReadOnly | Verified, 30, 0},
    {"warehouse-staging", Pg, "PostgreSQL 16.4", "dwh-stg.test", 0, "warehouse", "loader", Stage, Tgt, "dwh", "", F::Steady, 44, Plain, 30, 0},
    {"lake", Pg, "PostgreSQL 16.4", "lake-gateway.internal", 0, "lake", "loader", Prod, Tgt, "lake", "SQL gateway of the data lake.", F::Spiky, 62, Plain, 30, 0},
    {"telemetry", Pg, "PostgreSQL 15.8", "ts-telemetry.internal", 0, "telemetry", "loader", Prod, Tgt, "telemetry", "Time series of the machines in the field.", F::Steady, 27, Plain, 30, 0},
    {"geo-dev", Pg, "PostgreSQL 16.4", "geo-dev.test", 0, "geo", "dev", Dev, Any, "geo", "", F::InClear, 30, Plain, 16, 0},
    {"archive-2021", Pg, "PostgreSQL 13.16", "archive.internal", 0, "archive_2021", "reporting", Prod, Src, "archive", "Switched off; the data went to the lake.", F::Untested, 25, ReadOnly | Inactive, 30, 0},
    {"crm-mysql", My, "MySQL 8.0.39", "crm-1.internal", 0, "crm", "cdc_reader", Prod, Src, "crm,cdc,gdpr", "Row-based binary log, GTID on.", F::Steady, 19, Plain, 30, 0},
    {"crm-replica", My, "MySQL 8.0.39", "crm-2.internal", 0, "crm", "reporting", Prod, Src, "crm,replica,gdpr", "Replica of crm-mysql.", F::Steady, 20, ReadOnly, 30, 0},
    {"crm-staging", My, "MySQL 8.0.39", "crm-stg.test", 0, "crm", "cdc_reader", Stage, Src, "crm", "", F::Steady, 25, Plain, 30, 0},
    {"webshop", My, "10.11.9-MariaDB", "shop-1.internal", 0, "webshop", "cdc_reader", Prod, Src, "webshop,cdc,tier-1", "", F::Spiky, 23, Plain, 30, 0},
    {"webshop-staging", My, "10.11.9-MariaDB", "shop-stg.test", 0, "webshop", "cdc_reader", Stage, Src, "webshop", "", F::Refused, 27, Plain, 30, 9},
    {"loyalty", My, "MySQL 8.0.39", "loyalty.internal", 0, "loyalty", "cdc_reader", Prod, Src, "loyalty", "", F::Steady, 22, Plain, 30, 0},
    {"legacy-erp", My, "10.3.39-MariaDB", "erp-db.plant.internal", 3307, "erp", "headgate", Prod, Src, "erp,legacy", "On the old machine in the plant; TLS cannot be had there.", F::InClear, 47, ReadOnly, 30, 0},
    {"hr-portal", My, "10.6.19-MariaDB", "hr.internal", 0, "hr", "reporting", Prod, Src, "hr,gdpr", "", F::InClear, 24, ReadOnly, 30, 0},
    {"partner-feed", My, "MySQL 8.0.39", "feed.partner.test", 3306, "feed", "headgate_ro", Prod, Src, "partner", "Runs at the partner's; their firewall knows our two egress addresses.", F::Silent, 74, ReadOnly, 30, 26},
    {"marketing-dev", My, "10.11.9-MariaDB", "mkt-dev.test", 0, "marketing", "dev", Dev, Any, "marketing", "", F::Flapping, 36, Plain, 24, 0},
    {"wiki", My, "10.11.9-MariaDB", "maria-wiki.ci.test", 0, "wiki", "ci", Test, Any, "wiki", "", F::Steady, 29, Plain, 21, 0},
    {"finance-mssql", Ms, "", "sql-fin-1.internal", 0, "Finance", "svc_headgate", Prod, Src, "finance", "Waits for the login from the finance team.", F::Untested, 30, ReadOnly | Inactive, 12, 0},
    {"pos-berlin", Lite, "SQLite 3.40.1", "", 0, "pos-berlin.sqlite", "", Prod, Src, "pos,edge", "Nightly copy of the till in Berlin.", F::Steady, 1.1, Plain, 27, 0},
    {"field-sensors", Lite, "SQLite 3.40.1", "", 0, "field-sensors.sqlite", "", Dev, Any, "telemetry,edge", "What a machine keeps until it reaches the network.", F::Steady, 0.9, Plain, 19, 0},
    {"feature-flags", Lite, "SQLite 3.40.1", "", 0, "feature-flags.sqlite", "", Test, Any, "flags", "", F::Steady, 0.7, Plain, 23, 0},
    {"invoices-2019", Lite, "SQLite 3.40.1", "", 0, "invoices-2019.sqlite", "", Prod, Src, "billing,archive", "Kept for the tax office until 2029.", F::Steady, 0.8, ReadOnly, 14, 0},
};
// clang-format on

QString environmentNet(Environment environment)
{
    switch (environment) {
    case Environment::Production: return QStringLiteral("10.20.4.");
    case Environment::Staging: return QStringLiteral("10.30.4.");
    case Environment::Test: return QStringLiteral("10.40.4.");
    case Environment::Development: break;
    }
    return QStringLiteral("10.50.4.");
}

QJsonObject configOf(const Seed &seed)
{
    if (seed.type == Lite) return {};
    if (seed.fate == F::InClear) return {{QStringLiteral("sslmode"), QStringLiteral("prefer")}};
    QJsonObject config{{QStringLiteral("sslmode"), QStringLiteral("require")}};
    if (seed.flags & Verified) {
        config[QStringLiteral("sslmode")] = QStringLiteral("verify-full");
        config[QStringLiteral("sslrootcert")] = QStringLiteral("system");
    }
    return config;
}

SampleConnection fromSeed(const Seed &seed, int index, const QString &folder)
{
    SampleConnection sample;
    Connection &c = sample.connection;
    c.name = QLatin1String(seed.name);
    c.role = seed.role;
    c.databaseType = seed.type;
    c.host = QLatin1String(seed.host);
    if (seed.port != 0) c.port = seed.port;
    c.databaseName = seed.type == Lite ? folder + QLatin1Char('/') + QLatin1String(seed.database) : QString::fromLatin1(seed.database);
    c.username = QLatin1String(seed.user);
    c.config = configOf(seed);
    c.environment = seed.environment;
    c.isReadOnly = (seed.flags & ReadOnly) != 0;
    if (c.isReadOnly) c.config.insert(QStringLiteral("read_only_reason"), QStringLiteral("Owned by another team"));
    c.isActive = (seed.flags & Inactive) == 0;
    c.description = QLatin1String(seed.description);
    c.tags = QString::fromLatin1(seed.tags).split(QLatin1Char(','), Qt::SkipEmptyParts);
    sample.fate = seed.fate;
    sample.typicalMs = seed.ms;
    sample.failingHours = seed.failingHours;
    sample.ageDays = seed.ageDays;
    sample.server = QLatin1String(seed.server);
    sample.address = environmentNet(seed.environment) + QString::number(11 + index);
    return sample;
}

}  // namespace

std::vector<SampleConnection> sampleConnections(const QString &folder)
{
    std::vector<SampleConnection> all;
    int index = 0;
    for (const Seed &seed : seeds) all.push_back(fromSeed(seed, index++, folder));
    std::stable_sort(all.begin(), all.end(), [](const auto &a, const auto &b) { return a.ageDays > b.ageDays; });
    return all;
}

}  // namespace headgate
