// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/sqlserverstandin.h"

#include "tests/support/testdatabase.h"

namespace headgate::test {

namespace {

// The prefix operator @@ makes "@@SPID" readable where a column spid is in sight.
const QStringList lookAlikes{
    QStringLiteral("CREATE SCHEMA sys"),
    QStringLiteral("CREATE FUNCTION public.db_name() RETURNS text LANGUAGE sql AS $$ SELECT current_database()::text $$"),
    QStringLiteral("CREATE FUNCTION public.databasepropertyex(text, what text) RETURNS text LANGUAGE sql AS"
                   " $$ SELECT CASE what WHEN 'Collation' THEN 'Latin1_General_CI_AS' WHEN 'Updateability' THEN 'READ_WRITE' END $$"),
    QStringLiteral("CREATE TABLE sys.server_properties (name text PRIMARY KEY, value text)"),
    QStringLiteral("INSERT INTO sys.server_properties VALUES ('ProductVersion', '16.0.4135.4'), ('Edition', 'Developer Edition (64-bit)'),"
                   " ('ServerName', 'STANDIN'), ('MachineName', 'STANDIN'), ('local_tcp_port', '1433'), ('local_net_address', '10.1.2.3')"),
    QStringLiteral("CREATE FUNCTION public.serverproperty(what text) RETURNS text LANGUAGE sql AS $$ SELECT value FROM sys.server_properties WHERE name = what $$"),
    QStringLiteral("CREATE FUNCTION public.connectionproperty(what text) RETURNS text LANGUAGE sql AS $$ SELECT value FROM sys.server_properties WHERE name = what $$"),
    QStringLiteral("CREATE FUNCTION public.is_srvrolemember(text) RETURNS int LANGUAGE sql AS $$ SELECT 0 $$"),
    QStringLiteral("CREATE FUNCTION public.is_member(role text) RETURNS int LANGUAGE sql AS $$ SELECT CASE role WHEN 'db_datareader' THEN 1 ELSE 0 END $$"),
    QStringLiteral("CREATE FUNCTION public.has_perms_by_name(text, text, text) RETURNS int LANGUAGE sql AS $$ SELECT 0 $$"),
    QStringLiteral("CREATE FUNCTION sys.fn_hadr_is_primary_replica(text) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$"),
    QStringLiteral("CREATE TABLE sys.databases (name text, service_broker_guid uuid, is_cdc_enabled int DEFAULT 0, is_read_only int DEFAULT 0,"
                   " snapshot_isolation_state_desc text DEFAULT 'ON')"),
    QStringLiteral("INSERT INTO sys.databases VALUES (current_database(), '6f1d2f3a-0000-4000-8000-5f5f5f5f5f5f')"),
    QStringLiteral("CREATE TABLE sys.tables (object_id int PRIMARY KEY, schema_name text DEFAULT 'dbo', name text, is_tracked_by_cdc int DEFAULT 0)"),
    QStringLiteral("INSERT INTO sys.tables (object_id, name) VALUES (1, 'orders'), (2, 'customers')"),
    QStringLiteral("CREATE TABLE sys.views (object_id int PRIMARY KEY, name text)"),
    QStringLiteral("CREATE FUNCTION public.own_number(int) RETURNS int LANGUAGE sql AS $$ SELECT $1 $$"),
    QStringLiteral("CREATE OPERATOR public.@@ (RIGHTARG = int, FUNCTION = public.own_number)"),
    QStringLiteral("CREATE TABLE sys.dm_exec_connections (session_id int, spid int, encrypt_option text, auth_scheme text)"),
    QStringLiteral("INSERT INTO sys.dm_exec_connections VALUES (51, 51, 'TRUE', 'SQL')"),
};

}  // namespace

SqlServerStandIn::SqlServerStandIn()
{
    run(lookAlikes);
}

void SqlServerStandIn::run(const QStringList &statements)
{
    const std::unique_ptr<Session> session = Session::open(m_database.superuser());
    execute(*session, statements);
}

ProbeTarget SqlServerStandIn::target() const
{
    const ConnectSpec spec = m_database.superuser();
    ProbeTarget target;
    Connection &c = target.connection;
    c.name = QStringLiteral("stand-in");
    c.databaseType = DatabaseType::Sqlserver;
    c.host = spec.host;
    c.port = spec.port.toInt();
    c.databaseName = spec.database;
    c.username = spec.user;
    c.config = {{QStringLiteral("odbc_driver"), QStringLiteral("PostgreSQL Unicode")}};
    target.password = spec.password;
    target.hasPassword = true;
    target.timeoutMs = 5000;
    return target;
}

}  // namespace headgate::test
