// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/catalog/discoveryreader.h"
#include "models/connections/connectionurl.h"
#include "tests/support/servers.h"
#include "tests/support/testregistry.h"

#include <QTest>
#include <libpq-fe.h>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

// Tables of PostgreSQL that look like the catalogue of SQL Server, which cannot be had here.
constexpr char lookAlikes[] = R"(
CREATE TYPE nvarchar;
CREATE FUNCTION nvarcharin(cstring, oid, integer) RETURNS nvarchar LANGUAGE internal IMMUTABLE STRICT AS 'varcharin';
CREATE FUNCTION nvarcharout(nvarchar) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'varcharout';
CREATE TYPE nvarchar (INPUT = nvarcharin, OUTPUT = nvarcharout, TYPMOD_IN = varchartypmodin, TYPMOD_OUT = varchartypmodout, LIKE = varchar, CATEGORY='S');
CREATE CAST (text AS nvarchar) WITHOUT FUNCTION AS IMPLICIT;
CREATE CAST (nvarchar AS text) WITHOUT FUNCTION AS IMPLICIT;
CREATE SCHEMA sys;
CREATE FUNCTION public.db_name() RETURNS text LANGUAGE sql AS $$ SELECT current_database()::text $$;
CREATE FUNCTION public.has_dbaccess(text) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
CREATE TABLE sys.databases(name text, state int);
INSERT INTO sys.databases VALUES (current_database(), 0), ('master', 0), ('gone', 6);
CREATE TABLE sys.schemas(schema_id int, name text);
INSERT INTO sys.schemas VALUES (1, 'dbo'), (4, 'sys'), (5, 'shop');
CREATE TABLE sys.objects(object_id int, schema_id int, name text, type char(2), is_ms_shipped int DEFAULT 0);
INSERT INTO sys.objects VALUES (10, 5, 'orders', 'U', 0), (11, 5, 'customers', 'U', 0), (12, 5, 'open_orders', 'V', 0), (13, 5, 'proc', 'P', 0), (14, 4, 'internal', 'U', 1), (15, 5, 'days', 'U', 0);
CREATE TABLE sys.partitions(object_id int, index_id int, partition_id bigint, rows bigint);
INSERT INTO sys.partitions VALUES (10, 1, 100, 3000), (10, 2, 101, 3000), (11, 0, 102, 7), (15, 1, 103, 5), (15, 1, 104, 6);
CREATE TABLE sys.allocation_units(container_id bigint, total_pages bigint);
INSERT INTO sys.allocation_units VALUES (100, 10), (100, 2), (101, 4), (102, 1);
CREATE TABLE sys.indexes(object_id int, index_id int, name text, is_primary_key int DEFAULT 0, is_unique int DEFAULT 0);
INSERT INTO sys.indexes VALUES (10, 1, 'PK_orders', 1, 1), (10, 2, 'UQ_orders', 0, 1), (11, 0, NULL, 0, 0);
CREATE TABLE sys.index_columns(object_id int, index_id int, column_id int, key_ordinal int, is_included_column int DEFAULT 0);
INSERT INTO sys.index_columns VALUES (10, 1, 1, 1, 0), (10, 1, 2, 2, 0), (10, 2, 3, 1, 0), (10, 2, 4, 0, 1);
CREATE TABLE sys.types(user_type_id int, name text);
INSERT INTO sys.types VALUES (1, 'bigint'), (2, 'nvarchar'), (3, 'decimal'), (4, 'varchar'), (5, 'datetime2');
CREATE TABLE sys.columns(object_id int, column_id int, name text, user_type_id int, max_length int, precision int, scale int, is_nullable int, default_object_id int DEFAULT 0, is_identity int DEFAULT 0, is_computed int DEFAULT 0);
INSERT INTO sys.columns VALUES (10, 1, 'id', 1, 8, 19, 0, 0, 0, 1, 0), (10, 2, 'at', 5, 8, 27, 7, 0, 0, 0, 0), (10, 3, 'note', 2, 160, 0, 0, 1, 900, 0, 0), (10, 4, 'net', 3, 9, 12, 2, 1, 0, 0, 0), (10, 5, 'gross', 3, 9, 14, 4, 1, 0, 0, 1), (10, 6, 'text', 4, -1, 0, 0, 1, 0, 0, 0), (11, 1, 'id', 1, 8, 19, 0, 0, 0, 0, 0);
CREATE TABLE sys.default_constraints(object_id int, definition text);
INSERT INTO sys.default_constraints VALUES (900, '(''x'')');
CREATE TABLE sys.computed_columns(object_id int, column_id int, definition text, is_persisted int);
INSERT INTO sys.computed_columns VALUES (10, 5, '([net]*(1.19))', 1);
CREATE TABLE sys.extended_properties(class int, major_id int, minor_id int, name text, value text);
INSERT INTO sys.extended_properties VALUES (1, 10, 0, 'MS_Description', 'all that was ordered'), (1, 10, 4, 'MS_Description', 'without tax');
CREATE TABLE sys.foreign_keys(object_id int, parent_object_id int, name text);
INSERT INTO sys.foreign_keys VALUES (500, 10, 'FK_orders_customers');
CREATE TABLE sys.foreign_key_columns(constraint_object_id int, constraint_column_id int, parent_object_id int, parent_column_id int, referenced_object_id int, referenced_column_id int);
INSERT INTO sys.foreign_key_columns VALUES (500, 1, 10, 3, 11, 1);
)";

/// Takes the statements for SQL Server to a PostgreSQL.
class StandInSession : public TargetSession {
public:
    explicit StandInSession(std::unique_ptr<TargetSession> server) : TargetSession({}), m_server(std::move(server))
    {
        m_server->read(u"SELECT set_config('search_path', 'public', false)"_s);
    }
    Rows read(const QString &sql, const QStringList &values, int timeoutMs) override
    {
        QString numbered = sql;
        for (qsizetype i = 0; i < values.size(); ++i) numbered.replace(numbered.indexOf(u'?'), 1, u"$%1"_s.arg(i + 1));
        return m_server->read(numbered, values, timeoutMs);
    }
    ServerVersion version() const override { return {u"SQL Server 2022 stand-in"_s, 160000, false}; }
    bool isOpen() const override { return m_server->isOpen(); }

private:
    std::unique_ptr<TargetSession> m_server;
};

}  // namespace

class TstDiscoveryStandIn : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase() { m_session.reset(); }
    void listsDatabasesAndSchemas();
    void listsTables();
    void searches();
    void describesATable();

private:
    DiscoveryReader reader() { return {*m_session, DatabaseType::Sqlserver}; }

    std::unique_ptr<PgDatabase> m_pg;
    std::unique_ptr<StandInSession> m_session;
};

void TstDiscoveryStandIn::initTestCase()
{
    m_pg = std::make_unique<PgDatabase>();
    PGconn *server = PQconnectdb((m_pg->superuserUrl() + u"?options=-cclient_min_messages%3Dwarning"_s).toUtf8().constData());
    PGresult *result = PQexec(server, lookAlikes);
    QVERIFY2(PQresultStatus(result) == PGRES_COMMAND_OK, PQerrorMessage(server));
    PQclear(result);
    PQfinish(server);
    const ParsedUrl parsed = parseConnectionUrl(m_pg->superuserUrl()).orThrow();
    ProbeTarget target;
    target.connection = parsed.connection;
    target.password = parsed.password.value_or(QString()).toUtf8();
    target.hasPassword = true;
    m_session = std::make_unique<StandInSession>(TargetSession::open(target));
}

void TstDiscoveryStandIn::listsDatabasesAndSchemas()
{
    QCOMPARE(reader().databases(), (QList<CatalogDatabase>{{m_pg->name(), true}, {u"master"_s, false}}));
    QCOMPARE(reader().schemas(), (QList<CatalogSchema>{{u"dbo"_s, 0}, {u"shop"_s, 4}}));
}

void TstDiscoveryStandIn::listsTables()
{
    const TablePage first = reader().tables(u"shop"_s, {}, 2);
    QVERIFY(!first.atEnd);
    QCOMPARE(first.tables[0].name.name, u"customers"_s);
    QVERIFY(!first.tables[0].hasPrimaryKey);
    QCOMPARE(first.tables[1].kind, RelationKind::PartitionedTable);
    QCOMPARE(first.tables[1].rowEstimate, std::optional<qint64>(11));
    const TablePage second = reader().tables(u"shop"_s, first.tables[1].name.name, 2);
    QVERIFY(second.atEnd);
    QCOMPARE(second.tables[0].kind, RelationKind::View);
    QCOMPARE(second.tables[1],
             (CatalogTable{{u"shop"_s, u"orders"_s}, RelationKind::Table, 3000, 16 * 8192, true, {}, 0, u"all that was ordered"_s}));
}

void TstDiscoveryStandIn::searches()
{
    QCOMPARE(reader().search(u"ord"_s, 10).tables.size(), 2);
    QCOMPARE(reader().search(u"[_%"_s, 10).tables.size(), 0);
}

void TstDiscoveryStandIn::describesATable()
{
    const TableDetail orders = reader().table({u"shop"_s, u"orders"_s});
    const QList<CatalogColumn> columns{{u"id"_s, u"bigint"_s, false, {}, u"identity always"_s, {}},
                                       {u"at"_s, u"datetime2(7)"_s, false, {}, {}, {}},
                                       {u"note"_s, u"nvarchar(80)"_s, true, u"('x')"_s, {}, {}},
                                       {u"net"_s, u"decimal(12,2)"_s, true, {}, {}, u"without tax"_s},
                                       {u"gross"_s, u"decimal(14,4)"_s, true, u"([net]*(1.19))"_s, u"stored"_s, {}},
                                       {u"text"_s, u"varchar(max)"_s, true, {}, {}, {}}};
    QCOMPARE(orders.columns, columns);
    const QList<CatalogKey> keys{{u"PK_orders"_s, KeyKind::Primary, {u"id"_s, u"at"_s}, {}, {}},
                                 {u"UQ_orders"_s, KeyKind::Unique, {u"note"_s}, {}, {}},
                                 {u"FK_orders_customers"_s, KeyKind::Foreign, {u"note"_s}, {u"shop"_s, u"customers"_s}, {u"id"_s}}};
    QCOMPARE(orders.keys, keys);
}

HEADGATE_TEST(TstDiscoveryStandIn);

#include "tst_discoverystandin.moc"
