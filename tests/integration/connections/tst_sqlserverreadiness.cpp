// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/readiness/readinessreader.h"
#include "tests/support/sqlserverstandin.h"
#include "tests/support/testregistry.h"

#include <QTest>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

/// What capture leaves in a SQL Server's catalogue, for the stand-in. The two procedures that list instances and jobs
/// have no look-alike: PostgreSQL knows no EXEC, so that the fallback and the refusal are what is seen of them.
const QStringList lookAlikes{
    u"ALTER TABLE sys.tables ADD is_ms_shipped int DEFAULT 0"_s,
    u"CREATE FUNCTION public.user_name() RETURNS text LANGUAGE sql AS $$ SELECT 'cdc_user'::text $$"_s,
    u"CREATE FUNCTION public.object_schema_name(int) RETURNS text LANGUAGE sql AS $$ SELECT schema_name FROM sys.tables WHERE object_id = $1 $$"_s,
    u"CREATE FUNCTION public.object_name(int) RETURNS text LANGUAGE sql AS $$ SELECT name FROM sys.tables WHERE object_id = $1 $$"_s,
    u"CREATE TABLE sys.dm_server_services (servicename text, status_desc text)"_s,
    u"INSERT INTO sys.dm_server_services VALUES ('SQL Server (MSSQLSERVER)', 'Running'), ('SQL Server Agent (MSSQLSERVER)', 'Stopped')"_s,
};

/// As after sp_cdc_enable_db and sp_cdc_enable_table, with the agent running.
const QStringList captureBegins{
    u"UPDATE sys.databases SET is_cdc_enabled = 1"_s,
    u"UPDATE sys.tables SET is_tracked_by_cdc = 1 WHERE name = 'orders'"_s,
    u"UPDATE sys.dm_server_services SET status_desc = 'Running'"_s,
    u"CREATE SCHEMA cdc"_s,
    u"CREATE TABLE cdc.change_tables (source_object_id int, capture_instance text, role_name text, create_date timestamp DEFAULT now())"_s,
    u"INSERT INTO cdc.change_tables VALUES (1, 'dbo_orders', 'cdc_reader')"_s,
    u"CREATE FUNCTION sys.fn_cdc_get_min_lsn(text) RETURNS bytea LANGUAGE sql AS $$ SELECT '\\x0000002a000001e00025'::bytea $$"_s,
    u"CREATE FUNCTION sys.fn_cdc_get_max_lsn() RETURNS bytea LANGUAGE sql AS $$ SELECT '\\x0000002a000002e00001'::bytea $$"_s,
    u"CREATE FUNCTION sys.fn_cdc_map_lsn_to_time(bytea) RETURNS timestamp LANGUAGE sql AS $$ SELECT timestamp '2026-11-21 10:00' $$"_s,
    u"CREATE TABLE sys.dm_cdc_log_scan_sessions (session_id int, end_time timestamp, latency int, tran_count int, error_count int)"_s,
    u"INSERT INTO sys.dm_cdc_log_scan_sessions SELECT n, now(), 3, 12, 0 FROM generate_series(0, 40) n"_s,
    u"CREATE TABLE sys.dm_cdc_errors (entry_time timestamp)"_s,
};

ReadinessReport read(const SqlServerStandIn &server, const ReadinessReader::Request &request = {})
{
    const ProbeTarget target = server.target();
    return ReadinessReader::read(*TargetSession::open(target), target.connection, request);
}

QStringList with(const ReadinessReport &report, StageStatus status)
{
    QStringList names;
    for (const ReadinessCheck &check : report.checks)
        if (check.status == status) names << (check.check + u' ' + check.table).trimmed();
    names.sort();
    return names;
}

QString evidence(const ReadinessReport &report, const QString &name)
{
    for (const ReadinessCheck &check : report.checks)
        if (check.check == name) return check.evidence;
    return {};
}

}  // namespace

/// SQL Server's questions through ODBC, against a PostgreSQL that looks like one.
class TstSqlServerReadinessStandIn : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void beforeAndAfterCapture();
};

void TstSqlServerReadinessStandIn::beforeAndAfterCapture()
{
    SqlServerStandIn server;
    server.run(lookAlikes);
    const ReadinessReport before = read(server);
    QCOMPARE(with(before, StageStatus::Fail), (QStringList{u"cdc_database"_s, u"sql_agent"_s}));
    QCOMPARE(with(before, StageStatus::Warn), (QStringList{u"cdc_table dbo.customers"_s, u"cdc_table dbo.orders"_s}));
    QCOMPARE(with(before, StageStatus::Skipped),
             (QStringList{u"capture_errors"_s, u"capture_instance"_s, u"capture_job"_s, u"capture_latency"_s,
                          u"cdc_access"_s, u"cleanup_job"_s, u"lsn_window"_s}));
    for (const ReadinessCheck &check : before.checks)
        if (check.status != StageStatus::Pass)
            QVERIFY2(!check.fixSql.isEmpty() && !check.evidence.isEmpty(), qPrintable(check.check));

    server.run(captureBegins);
    const ReadinessReport after = read(server);
    QCOMPARE(with(after, StageStatus::Fail), QStringList());
    QCOMPARE(with(after, StageStatus::Warn), QStringList{u"cdc_table dbo.customers"_s});
    QCOMPARE(with(after, StageStatus::Skipped), (QStringList{u"capture_job"_s, u"cleanup_job"_s}));
    QCOMPARE(evidence(after, u"cdc_access"_s), u"cdc_user sees 1 capture instance."_s);
    QVERIFY2(evidence(after, u"capture_latency"_s)
                 .startsWith(u"Latest scan 40: latency 3 s; 0 errors in the last 20 scans."_s),
             qPrintable(evidence(after, u"capture_latency"_s)));
    QVERIFY2(evidence(after, u"lsn_window"_s)
                 .startsWith(u"dbo_orders: changes from 0000002a000001e00025 (2026-11-21 10:00"_s),
             qPrintable(evidence(after, u"lsn_window"_s)));

    const ReadinessReport chosen = read(server, {QStringList{u"dbo.customers"_s, u"dbo.gone"_s}, u"cdc_table"_s});
    QCOMPARE(with(chosen, StageStatus::Fail), QStringList{u"cdc_table dbo.customers"_s});
    QCOMPARE(chosen.checks.size(), size_t(1));
}

HEADGATE_TEST(TstSqlServerReadinessStandIn);
#include "tst_sqlserverreadiness.moc"
