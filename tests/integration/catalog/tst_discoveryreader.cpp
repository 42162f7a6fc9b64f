// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/error.h"
#include "models/catalog/discoveryreader.h"
#include "models/connections/connectionurl.h"
#include "tests/support/servers.h"
#include "tests/support/testregistry.h"

#include <QTemporaryDir>
#include <QTest>
#include <libpq-fe.h>
#include <mysql.h>
#include <sqlite3.h>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

// Names that a careless statement would trip over.
const QString oddSchema = u"o'dd \"schema\" %_ü"_s;
const QString oddTable = u"ta`ble\\ 'x' ; --"_s;

constexpr char postgresqlSql[] = R"(
CREATE SCHEMA "o'dd ""schema"" %_ü";
CREATE TABLE "o'dd ""schema"" %_ü"."ta`ble\ 'x' ; --"(a int);
CREATE SCHEMA shop;
CREATE TYPE shop.state AS ENUM ('new', 'paid');
CREATE TABLE shop.customers(id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mail varchar(80) NOT NULL UNIQUE, nick text);
CREATE TABLE shop.orders(id bigint NOT NULL, at timestamptz NOT NULL DEFAULT now(), customer bigint REFERENCES shop.customers(id),
  net numeric(12,2), gross numeric(14,4) GENERATED ALWAYS AS (net * 1.19) STORED, state shop.state DEFAULT 'new', PRIMARY KEY (id, at))
  PARTITION BY RANGE (at);
COMMENT ON TABLE shop.orders IS 'all that was ordered';
COMMENT ON COLUMN shop.orders.net IS 'without tax';
CREATE TABLE shop.orders_2024 PARTITION OF shop.orders FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE shop.orders_2025 PARTITION OF shop.orders FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY RANGE (at);
CREATE TABLE shop.orders_2025_h1 PARTITION OF shop.orders_2025 FOR VALUES FROM ('2025-01-01') TO ('2025-07-01');
INSERT INTO shop.orders SELECT i, '2024-05-05', NULL, i FROM generate_series(1, 3000) i;
CREATE TABLE shop.log(line text);
ALTER TABLE shop.log REPLICA IDENTITY FULL;
CREATE UNIQUE INDEX log_line ON shop.log(lower(line));
CREATE VIEW shop.open_orders AS SELECT * FROM shop.orders;
CREATE MATERIALIZED VIEW shop.totals AS SELECT count(*) FROM shop.orders;
CREATE FOREIGN DATA WRAPPER nowhere;
CREATE SERVER far FOREIGN DATA WRAPPER nowhere;
CREATE FOREIGN TABLE shop.far_away(a int) SERVER far;
ANALYZE;
)";

const QList<QByteArray> mariadbSql{
    "DROP DATABASE IF EXISTS `discovery shop`", "CREATE DATABASE `discovery shop`", "USE `discovery shop`",
    "CREATE TABLE customers(id bigint AUTO_INCREMENT PRIMARY KEY, mail varchar(80) NOT NULL UNIQUE COMMENT 'where to', nick text DEFAULT NULL) COMMENT 'people'",
    "CREATE TABLE orders(id bigint NOT NULL PRIMARY KEY, customer bigint, net decimal(12,2) DEFAULT 1.5, gross decimal(14,4) AS (net * 1.19) STORED,"
    " CONSTRAINT who FOREIGN KEY (customer) REFERENCES customers(id))",
    "CREATE TABLE days(d int NOT NULL) PARTITION BY RANGE (d) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)",
    "CREATE TABLE `ta``ble\\ 'x' ; --`(a int)", "CREATE TABLE `Upper`(a int)", "CREATE TABLE `upper`(a int)", "CREATE VIEW open_orders AS SELECT * FROM orders"};

constexpr char sqliteSql[] = R"(
CREATE TABLE customers(id INTEGER PRIMARY KEY, mail TEXT NOT NULL UNIQUE, nick TEXT DEFAULT 'x');
CREATE TABLE orders(id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customers(id), net REAL, gross REAL AS (net * 1.19) STORED);
CREATE TABLE "ta`ble\ 'x' ; --"(a);
CREATE VIEW open_orders AS SELECT * FROM orders;
CREATE VIEW broken AS SELECT * FROM no_such_table;
CREATE INDEX orders_customer ON orders(customer);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) INSERT INTO orders(id, customer, net) SELECT i, i % 7, i FROM n;
ANALYZE;
)";

ProbeTarget targetFrom(const QString &url)
{
    const auto parsed = parseConnectionUrl(url);
    ProbeTarget target;
    target.connection = parsed.orThrow().connection;
    target.hasPassword = true;
    target.password = parsed->password.value_or(QString()).toUtf8();
    return target;
}

void executePg(const QString &url, const char *sql)
{
    PGconn *connection = PQconnectdb(url.toUtf8().constData());
    PGresult *result = PQexec(connection, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) qFatal("%s", PQerrorMessage(connection));
    PQclear(result);
    PQfinish(connection);
}

void executeMariadb(const ProbeTarget &target, const QList<QByteArray> &statements)
{
    MYSQL *mysql = mysql_init(nullptr);
    const Connection &c = target.connection;
    mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    if (!mysql_real_connect(mysql, c.host.toUtf8().constData(), c.username.toUtf8().constData(), target.password.constData(), nullptr,
                            unsigned(*c.port), nullptr, 0))
        qFatal("%s", mysql_error(mysql));
    for (const QByteArray &sql : statements)
        if (mysql_query(mysql, sql.constData()) != 0) qFatal("%s: %s", sql.constData(), mysql_error(mysql));
    mysql_close(mysql);
}

QStringList namesOf(const TablePage &page)
{
    QStringList names;
    for (const CatalogTable &table : page.tables) names.append(table.name.name);
    return names;
}

const CatalogTable &find(const TablePage &page, const QString &name)
{
    for (const CatalogTable &table : page.tables)
        if (table.name.name == name) return table;
    qFatal("no table %s", qPrintable(name));
}

}  // namespace

class TstDiscoveryReader : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void bindsEachUseOfAName();
    void listsDatabasesAndSchemas();
    void tellsKindsApart();
    void countsPartitionsUnderTheirParent();
    void describesATable();
    void readsWhatHasAnOddName_data() { addTypes(); }
    void readsWhatHasAnOddName();
    void pagesWithoutLossOrRepeat_data() { addTypes(); }
    void pagesWithoutLossOrRepeat();
    void searchesByText_data() { addTypes(); }
    void searchesByText();
    void saysThatThereIsNoSuchTable_data() { addTypes(); }
    void saysThatThereIsNoSuchTable();
    void doesNotWaitForALockedTable();
    void readsMariadb();
    void readsSqlite();
    void writesAnIncludeList();

private:
    static void addTypes()
    {
        QTest::addColumn<DatabaseType>("type");
        QTest::newRow("postgresql") << DatabaseType::Postgresql;
        QTest::newRow("mariadb") << DatabaseType::Mysql;
        QTest::newRow("sqlite") << DatabaseType::Sqlite;
    }
    TargetSession &session(DatabaseType type) { return *m_sessions.at(type); }
    DiscoveryReader reader(DatabaseType type) { return {session(type), type}; }
    static QString schemaOf(DatabaseType type)
    {
        return type == DatabaseType::Postgresql ? u"shop"_s : type == DatabaseType::Mysql ? u"discovery shop"_s : u"main"_s;
    }

    std::unique_ptr<PgDatabase> m_pg;
    QTemporaryDir m_folder;
    std::map<DatabaseType, std::unique_ptr<TargetSession>> m_sessions;
};

void TstDiscoveryReader::initTestCase()
{
    m_pg = std::make_unique<PgDatabase>();
    executePg(m_pg->superuserUrl(), postgresqlSql);
    const ProbeTarget mariadb = targetFrom(QString::fromUtf8(serverVariable("HEADGATE_TEST_MARIADB_URL")));
    executeMariadb(mariadb, mariadbSql);
    ProbeTarget file;
    file.connection.databaseType = DatabaseType::Sqlite;
    file.connection.databaseName = m_folder.filePath(u"shop.db"_s);
    sqlite3 *handle = nullptr;
    QCOMPARE(sqlite3_open(file.connection.databaseName.toUtf8().constData(), &handle), SQLITE_OK);
    QCOMPARE(sqlite3_exec(handle, sqliteSql, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(handle);
    m_sessions[DatabaseType::Postgresql] = TargetSession::open(targetFrom(m_pg->consoleUrl()));
    m_sessions[DatabaseType::Mysql] = TargetSession::open(mariadb);
    m_sessions[DatabaseType::Sqlite] = TargetSession::open(file);
}

void TstDiscoveryReader::cleanupTestCase()
{
    m_sessions.clear();
    executeMariadb(targetFrom(QString::fromUtf8(serverVariable("HEADGATE_TEST_MARIADB_URL"))), {"DROP DATABASE `discovery shop`"});
}

void TstDiscoveryReader::bindsEachUseOfAName()
{
    const QString sql = u"a = :b AND c::text = :d OR e = :b"_s;
    const BoundSql numbered = BoundSql::from(sql, {{u"b"_s, u"1"_s}, {u"d"_s, u"2"_s}}, true);
    QCOMPARE(numbered.sql, u"a = $1 AND c::text = $2 OR e = $1"_s);
    QCOMPARE(numbered.values, (QStringList{u"1"_s, u"2"_s}));
    const BoundSql marked = BoundSql::from(sql, {{u"b"_s, u"1"_s}, {u"d"_s, u"2"_s}}, false);
    QCOMPARE(marked.sql, u"a = ? AND c::text = ? OR e = ?"_s);
    QCOMPARE(marked.values, (QStringList{u"1"_s, u"2"_s, u"1"_s}));
}

void TstDiscoveryReader::listsDatabasesAndSchemas()
{
    const auto databases = reader(DatabaseType::Postgresql).databases();
    QVERIFY(databases.contains({m_pg->name(), true}));
    QVERIFY(databases.contains({u"postgres"_s, false}));
    const auto schemas = reader(DatabaseType::Postgresql).schemas();
    QVERIFY(schemas.contains({u"shop"_s, 6}));
    QVERIFY(schemas.contains({oddSchema, 1}));
    for (const CatalogSchema &schema : schemas) QVERIFY2(!schema.name.startsWith("pg_"_L1), qPrintable(schema.name));
    QVERIFY(reader(DatabaseType::Mysql).schemas().contains({u"discovery shop"_s, 7}));
    QCOMPARE(reader(DatabaseType::Sqlite).schemas(), (QList<CatalogSchema>{{u"main"_s, 5}}));
}

void TstDiscoveryReader::tellsKindsApart()
{
    const TablePage page = reader(DatabaseType::Postgresql).tables(u"shop"_s, {}, 100);
    QVERIFY(page.atEnd);
    QCOMPARE(namesOf(page), (QStringList{u"customers"_s, u"far_away"_s, u"log"_s, u"open_orders"_s, u"orders"_s, u"totals"_s}) );
}

void TstDiscoveryReader::countsPartitionsUnderTheirParent()
{
    DiscoveryReader shop = reader(DatabaseType::Postgresql);
    const TablePage tables = shop.tables(u"shop"_s, {}, 100);
    const CatalogTable &orders = find(tables, u"orders"_s);
    QCOMPARE(orders.kind, RelationKind::PartitionedTable);
    QCOMPARE(orders.partitions, 2);
    QCOMPARE(orders.rowEstimate, std::optional<qint64>(3000));
    QVERIFY(orders.sizeBytes.value_or(0) > 100'000);
    QCOMPARE(orders.comment, u"all that was ordered"_s);
    const TablePage below = shop.partitions(orders.name, {}, 100);
    QCOMPARE(namesOf(below), (QStringList{u"orders_2024"_s, u"orders_2025"_s}));
    QCOMPARE(below.tables[0].kind, RelationKind::Partition);
    QCOMPARE(below.tables[0].rowEstimate, std::optional<qint64>(3000));
    QCOMPARE(below.tables[1].kind, RelationKind::Partition);
    QCOMPARE(below.tables[1].partitions, 1);
    QCOMPARE(namesOf(shop.partitions(below.tables[1].name, {}, 100)), QStringList{u"orders_2025_h1"_s});
    QCOMPARE(namesOf(shop.partitions(orders.name, below.tables[0].name, 100)), QStringList{u"orders_2025"_s});
}

void TstDiscoveryReader::describesATable()
{
    const TableDetail detail = reader(DatabaseType::Postgresql).table({u"shop"_s, u"orders"_s});
    const QList<CatalogColumn> columns{{u"id"_s, u"bigint"_s, false, {}, {}, {}},
                                       {u"at"_s, u"timestamp with time zone"_s, false, u"now()"_s, {}, {}},
                                       {u"customer"_s, u"bigint"_s, true, {}, {}, {}},
                                       {u"net"_s, u"numeric(12,2)"_s, true, {}, {}, u"without tax"_s},
                                       {u"gross"_s, u"numeric(14,4)"_s, true, u"(net * 1.19)"_s, u"stored"_s, {}},
                                       {u"state"_s, u"shop.state"_s, true, u"'new'::shop.state"_s, {}, {}}};
    QCOMPARE(detail.columns, columns);
    const QList<CatalogKey> keys{{u"orders_pkey"_s, KeyKind::Primary, {u"id"_s, u"at"_s}, {}, {}},
                                 {u"orders_customer_fkey"_s, KeyKind::Foreign, {u"customer"_s}, {u"shop"_s, u"customers"_s}, {u"id"_s}}};
    QCOMPARE(detail.keys, keys);
    QVERIFY(detail.table.hasPrimaryKey);
    QCOMPARE(detail.table.replicaIdentity, u"default"_s);

    const TableDetail customers = reader(DatabaseType::Postgresql).table({u"shop"_s, u"customers"_s});
    QCOMPARE(customers.columns[0].generated, u"identity always"_s);
    const TableDetail log = reader(DatabaseType::Postgresql).table({u"shop"_s, u"log"_s});
    QCOMPARE(log.keys, (QList<CatalogKey>{{u"log_line"_s, KeyKind::Unique, {u"lower(line)"_s}, {}, {}}}));
    QCOMPARE(log.table.replicaIdentity, u"full"_s);
    QVERIFY(!log.table.hasPrimaryKey);
}

void TstDiscoveryReader::readsWhatHasAnOddName()
{
    QFETCH(DatabaseType, type);
    const TableName name{type == DatabaseType::Postgresql ? oddSchema : schemaOf(type), oddTable};
    const TableDetail detail = reader(type).table(name);
    QCOMPARE(detail.table.name, name);
    QCOMPARE(detail.columns.size(), 1);
    QVERIFY(namesOf(reader(type).tables(name.schema, {}, 100)).contains(oddTable));
    QVERIFY(namesOf(reader(type).search(u"\\ 'X' ;"_s, 100)).contains(oddTable));
}

void TstDiscoveryReader::pagesWithoutLossOrRepeat()
{
    QFETCH(DatabaseType, type);
    const QString schema = schemaOf(type);
    const QStringList all = namesOf(reader(type).tables(schema, {}, 1000));
    QVERIFY(all.size() >= 5);
    for (const int size : {1, 2, 3, 4}) {
        QStringList paged;
        TablePage page{{}, false};
        while (!page.atEnd) {
            page = reader(type).tables(schema, paged.isEmpty() ? QString() : paged.last(), size);
            QVERIFY(page.tables.size() <= size);
            paged += namesOf(page);
        }
        QCOMPARE(paged, all);
    }
}

void TstDiscoveryReader::searchesByText()
{
    QFETCH(DatabaseType, type);
    const QStringList found = namesOf(reader(type).search(u"ORDERS"_s, 100));
    QVERIFY(found.contains(u"orders"_s) && found.contains(u"open_orders"_s));
    QVERIFY(!found.contains(u"customers"_s));
    QVERIFY(reader(type).search(u"%"_s, 100).tables.size() <= 1);  // of a schema whose name has one
    QVERIFY(reader(type).search(u"x'); DROP TABLE orders; --"_s, 100).tables.isEmpty());
    const TablePage one = reader(type).search(u"orders"_s, 1);
    QCOMPARE(one.tables.size(), 1);
    QVERIFY(!one.atEnd);
    if (type == DatabaseType::Postgresql) QVERIFY(found.contains(u"orders_2025_h1"_s));
}

void TstDiscoveryReader::saysThatThereIsNoSuchTable()
{
    QFETCH(DatabaseType, type);
    try {
        reader(type).table({schemaOf(type), u"no such table"_s});
        QFAIL("a table out of nothing");
    } catch (const Exception &exception) {
        QCOMPARE(exception.error().kind, ErrorKind::NotFound);
    }
}

void TstDiscoveryReader::doesNotWaitForALockedTable()
{
    PGconn *other = PQconnectdb(m_pg->superuserUrl().toUtf8().constData());
    PQclear(PQexec(other, "BEGIN; LOCK TABLE shop.customers IN ACCESS EXCLUSIVE MODE"));
    QElapsedTimer clock;
    clock.start();
    QVERIFY(!reader(DatabaseType::Postgresql).tables(u"shop"_s, {}, 100).tables.isEmpty());
    QVERIFY2(clock.elapsed() < 500, qPrintable(QString::number(clock.elapsed())));
    const TableDetail detail = reader(DatabaseType::Postgresql).table({u"shop"_s, u"customers"_s});
    QCOMPARE(detail.columns.size(), 3);
    QVERIFY2(clock.elapsed() < 3'000, qPrintable(QString::number(clock.elapsed())));
    PQfinish(other);
}

void TstDiscoveryReader::readsMariadb()
{
    DiscoveryReader shop = reader(DatabaseType::Mysql);
    const TablePage tables = shop.tables(u"discovery shop"_s, {}, 100);
    QCOMPARE(find(tables, u"open_orders"_s).kind, RelationKind::View);
    QCOMPARE(find(tables, u"days"_s).kind, RelationKind::PartitionedTable);
    QCOMPARE(find(tables, u"days"_s).partitions, 2);
    QVERIFY(!find(tables, u"days"_s).hasPrimaryKey);
    QVERIFY(find(tables, u"customers"_s).hasPrimaryKey);
    QCOMPARE(find(tables, u"customers"_s).comment, u"people"_s);
    const TableDetail customers = shop.table({u"discovery shop"_s, u"customers"_s});
    QCOMPARE(customers.columns[0], (CatalogColumn{u"id"_s, u"bigint(20)"_s, false, {}, u"auto_increment"_s, {}}));
    QCOMPARE(customers.columns[1], (CatalogColumn{u"mail"_s, u"varchar(80)"_s, false, {}, {}, u"where to"_s}));
    QCOMPARE(customers.columns[2], (CatalogColumn{u"nick"_s, u"text"_s, true, {}, {}, {}}));
    const TableDetail orders = shop.table({u"discovery shop"_s, u"orders"_s});
    QCOMPARE(orders.columns[2].defaultValue, std::optional<QString>(u"1.50"_s));
    QCOMPARE(orders.columns[3].generated, u"stored"_s);
    const QList<CatalogKey> keys{{u"PRIMARY"_s, KeyKind::Primary, {u"id"_s}, {}, {}},
                                 {u"who"_s, KeyKind::Foreign, {u"customer"_s}, {u"discovery shop"_s, u"customers"_s}, {u"id"_s}}};
    QCOMPARE(orders.keys, keys);
}

void TstDiscoveryReader::readsSqlite()
{
    DiscoveryReader shop = reader(DatabaseType::Sqlite);
    const TablePage tables = shop.tables(u"main"_s, {}, 100);
    QCOMPARE(find(tables, u"open_orders"_s).kind, RelationKind::View);
    QCOMPARE(find(tables, u"broken"_s).kind, RelationKind::View);
    QCOMPARE(find(tables, u"orders"_s).rowEstimate, std::optional<qint64>(1000));
    QCOMPARE(find(tables, u"customers"_s).rowEstimate, std::nullopt);
    const TableDetail orders = shop.table({u"main"_s, u"orders"_s});
    QCOMPARE(orders.columns[0], (CatalogColumn{u"id"_s, u"INTEGER"_s, true, {}, {}, {}}));
    QCOMPARE(orders.columns[3].generated, u"stored"_s);
    const QList<CatalogKey> keys{{u"PRIMARY KEY"_s, KeyKind::Primary, {u"id"_s}, {}, {}},
                                 {u"FOREIGN KEY 0"_s, KeyKind::Foreign, {u"customer"_s}, {u"main"_s, u"customers"_s}, {u"id"_s}}};
    QCOMPARE(orders.keys, keys);
    QCOMPARE(shop.table({u"main"_s, u"customers"_s}).keys.last().kind, KeyKind::Unique);
}

void TstDiscoveryReader::writesAnIncludeList()
{
    const QList<TableName> tables{{u"public"_s, u"orders"_s}, {u"a.b"_s, u"c$1"_s}, {u"x,y"_s, u"z"_s}};
    QCOMPARE(chosentables::includeList(tables), u"public.orders,a[.]b.c[$]1,x\\,y.z"_s);
    QCOMPARE(chosentables::fromJson(chosentables::toJson(tables)), tables);
}

HEADGATE_TEST(TstDiscoveryReader);

#include "tst_discoveryreader.moc"
