// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/readiness/mysqlgrants.h"
#include "models/connections/readiness/mysqlreadiness.h"
#include "models/connections/readiness/postgresqlreadiness.h"
#include "models/connections/readiness/readinessreader.h"
#include "models/connections/readiness/sqlserverreadiness.h"
#include "tests/support/testregistry.h"

#include <QTest>

using namespace headgate;
using namespace Qt::StringLiterals;
using Rows = TargetSession::Rows;
using Lines = ReadinessQuestion::Lines;

Q_DECLARE_METATYPE(headgate::ReadinessFacts)
Q_DECLARE_METATYPE(headgate::TargetSession::Rows)

namespace {

/// "~" is NULL; columns and rows as a psql or mariadb client prints them.
Rows rowsOf(const char *columns, const QList<const char *> &rows)
{
    Rows result;
    result.columns = QString::fromUtf8(columns).split(u'|');
    for (const char *row : rows) {
        TargetSession::Row cells;
        for (const QString &cell : QString::fromUtf8(row).split(u'|')) cells.push_back(cell == u"~" ? TargetSession::Cell() : TargetSession::Cell(cell));
        result.rows.push_back(cells);
    }
    return result;
}

ReadinessFacts factsOf(DatabaseType type, const ServerVersion &version, const QString &user, const QString &database, bool isManaged = false)
{
    ReadinessFacts facts;
    facts.connection.databaseType = type;
    facts.connection.username = user;
    facts.version = version;
    facts.user = user;
    facts.database = database;
    facts.isManaged = isManaged;
    return facts;
}

ReadinessFacts pg(int version = 150020, bool isManaged = false)
{
    return factsOf(DatabaseType::Postgresql, {u"PostgreSQL"_s, version, false}, u"cdc_user"_s, u"shop"_s, isManaged);
}

ReadinessFacts mariadb(bool isManaged = false)
{
    return factsOf(DatabaseType::Mysql, {u"MariaDB 10.11.19"_s, 101119, true}, u"cdc@%"_s, u"shop"_s, isManaged);
}

ReadinessFacts mysql(int version = 80036)
{
    return factsOf(DatabaseType::Mysql, {u"MySQL"_s, version, false}, u"o'brien@10.%"_s, u"shop"_s);
}

ReadinessFacts sqlServer(bool isManaged = false)
{
    return factsOf(DatabaseType::Sqlserver, {u"SQL Server"_s, 160000, false}, u"cdc user"_s, u"Shop"_s, isManaged);
}

std::vector<ReadinessQuestion> questionsOf(const ReadinessFacts &facts)
{
    switch (facts.connection.databaseType) {
    case DatabaseType::Mysql: return MysqlReadiness::questions(facts);
    case DatabaseType::Sqlserver: return SqlServerReadiness::questions(facts);
    default: return PostgresqlReadiness::questions(facts);
    }
}

/// The lines of that check when the server answers so. With several questions for a check: the one that reads these columns.
Lines judged(const ReadinessFacts &facts, const QString &check, const Rows &rows, int which = 0)
{
    Lines lines;
    for (const ReadinessQuestion &question : questionsOf(facts)) {
        if (!question.checks.contains(check) || which-- > 0) continue;
        for (const ReadinessCheck &line : question.judge(rows))
            if (line.check == check) lines.push_back(line);
        break;
    }
    return lines;
}

const char *const settingColumns = "name|setting|pending_restart";
const char *const slotColumns = "slot_name|slot_type|plugin|active|active_pid|wal_status|safe_wal_size|lag_bytes|retained_bytes";
const char *const tableColumns = "schema|name|kind|persistence|identity|has_key|identity_index|usable_index|may_use|may_read|owns|owner|owner_is_super|publications|addable";
const char *const variableColumns = "Variable_name|Value";
const char *const databaseColumns = "name|is_cdc_enabled|is_read_only|snapshot_isolation_state_desc";
const char *const jobColumns = "job_type|maxtrans|maxscans|continuous|pollinginterval|retention";

}  // namespace

/// What the servers answer, and what is made of it: the answers were taken from PostgreSQL 15.20 and MariaDB 10.11.19, those
/// of SQL Server and of managed servers from their documentation.
class TstReadiness : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void judges_data();
    void judges();
    void keepsPasswordHashesOut();
    void readsGrants();
    void namesTablesThatAreNotThere();
    void showsOnlyChosenTables();
    void countsAndReplaces();
    void namesEveryCheck();
};

void TstReadiness::judges_data()
{
    QTest::addColumn<ReadinessFacts>("facts");
    QTest::addColumn<QString>("check");
    QTest::addColumn<Rows>("rows");
    QTest::addColumn<int>("which");
    QTest::addColumn<QString>("status");
    QTest::addColumn<QString>("evidence");
    QTest::addColumn<QString>("fix");
    const auto add = [](const char *name, const ReadinessFacts &facts, const char *check, const Rows &rows, const char *status, const char *evidence,
                        const char *fix = "", int which = 0) {
        QTest::newRow(name) << facts << QString::fromLatin1(check) << rows << which << QString::fromLatin1(status) << QString::fromUtf8(evidence) << QString::fromUtf8(fix);
    };
    const auto settings = [](const QList<const char *> &rows) { return rowsOf(settingColumns, rows); };
    const auto slot = [](const char *row) { return rowsOf(slotColumns, {row}); };
    const auto table = [](const char *row) { return rowsOf(tableColumns, {row}); };
    const auto variables = [](const QList<const char *> &rows) { return rowsOf(variableColumns, rows); };

    add("wal level stock", pg(), "wal_level", settings({"wal_level|replica|f"}), "fail", "wal_level = replica.", "ALTER SYSTEM SET wal_level = 'logical';");
    add("wal level pending", pg(), "wal_level", settings({"wal_level|replica|t"}), "fail", "waits for a restart", "ALTER SYSTEM SET wal_level = 'logical';");
    add("wal level managed", pg(150020, true), "wal_level", settings({"wal_level|replica|f"}), "fail", "replica", "rds.logical_replication = 1");
    add("wal level right", pg(), "wal_level", settings({"wal_level|logical|f"}), "pass", "wal_level = logical.");
    add("slots free", pg(), "max_replication_slots", settings({"max_replication_slots|10|f", "used_slots|9|f"}), "pass", "max_replication_slots = 10, 9 in use.");
    add("slots used up", pg(), "max_replication_slots", settings({"max_replication_slots|10|f", "used_slots|10|f"}), "fail", "10 in use",
        "ALTER SYSTEM SET max_replication_slots = '15';");
    add("no slots at all", pg(), "max_replication_slots", settings({"max_replication_slots|0|f", "used_slots|0|f"}), "fail", "= 0, 0 in use",
        "ALTER SYSTEM SET max_replication_slots = '10';");
    add("senders used up", pg(), "max_wal_senders", settings({"max_wal_senders|1|f", "used_senders|1|f"}), "fail", "1 in use", "ALTER SYSTEM SET max_wal_senders = '10';");
    add("slot limit none", pg(), "max_slot_wal_keep_size", settings({"max_slot_wal_keep_size|-1|f", "wal_keep_size|0|f"}), "warn", "without limit",
        "ALTER SYSTEM SET max_slot_wal_keep_size = '50GB';");
    add("slot limit set", pg(), "max_slot_wal_keep_size", settings({"max_slot_wal_keep_size|51200|f", "wal_keep_size|0|f"}), "pass", "51200 MB");
    add("sender timeout short", pg(), "wal_sender_timeout", settings({"wal_sender_timeout|2000|f"}), "warn", "2000 ms", "ALTER SYSTEM SET wal_sender_timeout = '60s';");
    add("sender timeout off", pg(), "wal_sender_timeout", settings({"wal_sender_timeout|0|f"}), "pass", "0 ms");

    const char *identity = "version|address|port|database|standby|number|system";
    add("primary", pg(), "identity", rowsOf(identity, {"15.20 (Debian 15.20-0+deb12u1)|127.0.0.1|27325|shop|f|150020|7710610610200782464"}), "pass",
        "PostgreSQL 15.20 at 127.0.0.1:27325, database shop, system 7710610610200782464, primary.");
    add("standby before 16", pg(), "identity", rowsOf(identity, {"15.20|10.0.0.1|5432|shop|t|150020|~"}), "fail", "standby");
    add("standby since 16", pg(160004), "identity", rowsOf(identity, {"16.4|10.0.0.1|5432|shop|t|160004|~"}), "warn", "standby");

    const char *role = "rolcanlogin|rolreplication|rolsuper|groups";
    add("role without", pg(), "replication_role", rowsOf(role, {"t|f|f|~"}), "fail", "cdc_user: LOGIN, no REPLICATION, no SUPERUSER.", "ALTER ROLE \"cdc_user\" REPLICATION;");
    add("role with", pg(), "replication_role", rowsOf(role, {"t|t|f|~"}), "pass", "LOGIN, REPLICATION, no SUPERUSER");
    add("role superuser", pg(), "replication_role", rowsOf(role, {"t|f|t|~"}), "pass", "SUPERUSER");
    add("role managed without", pg(150020, true), "replication_role", rowsOf(role, {"t|f|f|~"}), "fail", "no REPLICATION", "GRANT rds_replication TO \"cdc_user\";");
    add("role managed with", pg(150020, true), "replication_role", rowsOf(role, {"t|f|f|rds_replication"}), "pass", "member of rds_replication");

    const char *create = "may_create|publications|has_own";
    add("create none", pg(), "create_publication", rowsOf(create, {"f|~|f"}), "fail", "no CREATE on shop", "GRANT CREATE ON DATABASE \"shop\" TO \"cdc_user\";");
    add("create with another publication", pg(), "create_publication", rowsOf(create, {"f|shop_pub|f"}), "warn", "no CREATE", "GRANT CREATE ON DATABASE \"shop\" TO \"cdc_user\";");
    add("create not needed", pg(), "create_publication", rowsOf(create, {"f|dbz_publication|t"}), "pass", "dbz_publication is there");
    add("create may", pg(), "create_publication", rowsOf(create, {"t|~|f"}), "pass", "has CREATE on shop");

    const char *publication = "pubname|puballtables|pubinsert|pubupdate|pubdelete|tables";
    add("no publication", pg(), "publication", rowsOf(publication, {}), "warn", "no publication", "CREATE PUBLICATION \"dbz_publication\" FOR ALL TABLES;");
    add("publication whole", pg(), "publication", rowsOf(publication, {"shop|f|t|t|t|2"}), "pass", "shop: 2 tables, every kind");
    add("publication without deletes", pg(), "publication", rowsOf(publication, {"shop|t|t|t|f|9"}), "warn", "all tables, without delete",
        "ALTER PUBLICATION \"shop\" SET (publish = 'insert, update, delete, truncate');");

    add("identity default with key", pg(), "replica_identity", table("app|orders|r|p|d|t|~|orders_pkey|t|t|t|postgres|t|shop|shop"), "pass", "DEFAULT, with a primary key", "");
    add("identity default without key", pg(), "replica_identity", table("app|nokey|r|p|d|f|~|~|t|t|t|postgres|t|~|~"), "fail", "DEFAULT, without a primary key",
        "ALTER TABLE \"app\".\"nokey\" REPLICA IDENTITY FULL;");
    add("identity default with another index", pg(), "replica_identity", table("app|uniq|r|p|d|f|~|uniq_id|t|t|t|postgres|t|~|~"), "fail", "without a primary key",
        "ALTER TABLE \"app\".\"uniq\" REPLICA IDENTITY USING INDEX \"uniq_id\";");
    add("identity nothing", pg(), "replica_identity", table("app|nothing|r|p|n|t|~|nothing_pkey|t|t|t|postgres|t|~|~"), "fail", "NOTHING",
        "ALTER TABLE \"app\".\"nothing\" REPLICA IDENTITY DEFAULT;");
    add("identity full", pg(), "replica_identity", table("app|wide|r|p|f|f|~|~|t|t|t|postgres|t|~|~"), "pass", "FULL");
    add("identity index", pg(), "replica_identity", table("app|uniq|r|p|i|f|uniq_id|uniq_id|t|t|t|postgres|t|~|~"), "pass", "Index uniq_id.");
    add("identity index dropped", pg(), "replica_identity", table("app|uniq|r|p|i|f|~|~|t|t|t|postgres|t|~|~"), "fail", "the index is gone",
        "ALTER TABLE \"app\".\"uniq\" REPLICA IDENTITY FULL;");
    add("identity of a partitioned table", pg(), "replica_identity", table("app|log|p|p|d|f|~|~|t|t|t|postgres|t|~|~"), "skipped", "each partition counts");
    add("identity of an odd name", pg(), "replica_identity", table("app|Odd \"name\"|r|p|d|f|~|~|t|t|t|postgres|t|~|~"), "fail", "without a primary key",
        "ALTER TABLE \"app\".\"Odd \"\"name\"\"\" REPLICA IDENTITY FULL;");
    add("select missing", pg(), "select", table("app|orders|r|p|d|t|~|~|t|f|f|owner|f|~|~"), "fail", "may not read", "GRANT SELECT ON \"app\".\"orders\" TO \"cdc_user\";");
    add("usage missing", pg(), "schema_usage", table("app|orders|r|p|d|t|~|~|f|t|f|owner|f|~|~"), "fail", "may not use the schema app", "GRANT USAGE ON SCHEMA \"app\" TO \"cdc_user\";");
    add("table unpublished", pg(), "publication", table("app|orders|r|p|d|t|~|~|t|t|t|postgres|t|~|shop"), "warn", "In no publication", "ALTER PUBLICATION \"shop\" ADD TABLE \"app\".\"orders\";", 1);
    add("table published", pg(), "publication", table("app|orders|r|p|d|t|~|~|t|t|t|postgres|t|shop|shop"), "pass", "In shop.", "", 1);
    add("owned by another", pg(), "table_owner", table("app|orders|r|p|d|t|~|~|t|t|f|app_owner|f|~|~"), "warn", "Owned by app_owner", "GRANT \"app_owner\" TO \"cdc_user\";");
    add("owned by a superuser", pg(), "table_owner", table("app|orders|r|p|d|t|~|~|t|t|f|postgres|t|~|~"), "warn", "a superuser", "");
    add("unlogged", pg(), "logged", table("app|fast|r|u|d|t|~|~|t|t|t|postgres|t|~|~"), "fail", "UNLOGGED", "ALTER TABLE \"app\".\"fast\" SET LOGGED;");

    add("no slot", pg(), "replication_slot", rowsOf(slotColumns, {}), "pass", "no slot");
    add("slot inactive", pg(), "replication_slot", slot("de'bezium|logical|pgoutput|f|~|reserved|~|56|4835888"), "warn", "de'bezium: logical pgoutput, inactive, log reserved.",
        "SELECT pg_drop_replication_slot('de''bezium');");
    add("slot active", pg(), "replication_slot", slot("debezium|logical|pgoutput|t|4711|reserved|~|56|56"), "pass", "active (process 4711)");
    add("slot extended", pg(), "replication_slot", slot("debezium|logical|pgoutput|t|4711|extended|~|56|56"), "warn", "log extended");
    add("slot unreserved", pg(), "replication_slot", slot("debezium|logical|pgoutput|t|4711|unreserved|-5|56|56"), "fail", "log unreserved", "ALTER SYSTEM SET max_slot_wal_keep_size = '50GB';");
    add("slot lost", pg(), "replication_slot", slot("debezium|logical|pgoutput|f|~|lost|~|~|~"), "fail", "log lost", "SELECT pg_drop_replication_slot('debezium');");
    add("slot lag safe", pg(), "slot_lag", slot("debezium|logical|pgoutput|t|1|reserved|53693714736|1024|4836016"), "pass", "1.0 kB behind, keeps 4.6 MB, 50 GB more");
    add("slot lag near", pg(), "slot_lag", slot("debezium|logical|pgoutput|t|1|extended|1000|1024|4836016"), "warn", "1000 bytes more before it is lost");
    add("slot lag over", pg(), "slot_lag", slot("debezium|logical|pgoutput|t|1|unreserved|-1000|1024|4836016"), "fail", "0 bytes more");
    add("slot lag unlimited", pg(), "slot_lag", slot("debezium|logical|pgoutput|t|1|reserved|~|1024|42949672960"), "warn", "keeps 40 GB");
    add("physical slots have no lag", pg(), "slot_lag", slot("phys|physical|~|f|~|reserved|~|~|4835888"), "pass", "no logical slot");

    add("quiet database", pg(), "heartbeat", rowsOf("ours|others", {"12|500000"}), "warn", "12 in this database, 500000 in the others", "heartbeat.interval.ms=10000");
    add("busy database", pg(), "heartbeat", rowsOf("ours|others", {"491|0"}), "pass", "491 in this database");
    add("access rules", pg(), "hba", rowsOf("lines|replication|broken", {"6|3|0"}), "pass", "6 access rules, 3 of them for physical replication");
    add("access rules hidden", pg(), "hba", rowsOf("may_select", {"f"}), "skipped", "may not read", "GRANT SELECT ON pg_catalog.pg_hba_file_rules TO \"cdc_user\";");
    add("access rules half hidden", pg(), "hba", rowsOf("may_select", {"t"}), "skipped", "may not read", "GRANT EXECUTE ON FUNCTION pg_catalog.pg_hba_file_rules() TO \"cdc_user\";");

    add("no binary log", mariadb(), "log_bin", variables({"log_bin|OFF"}), "fail", "log_bin = OFF.", "log_bin = mysql-bin");
    add("binary log", mariadb(), "log_bin", variables({"log_bin|ON"}), "pass", "log_bin = ON.");
    add("format mixed", mariadb(), "binlog_format", variables({"binlog_format|MIXED"}), "fail", "MIXED", "binlog_format = ROW");
    add("image minimal", mariadb(), "binlog_row_image", variables({"binlog_row_image|MINIMAL"}), "fail", "MINIMAL", "binlog_row_image = FULL");
    add("image noblob", mariadb(), "binlog_row_image", variables({"binlog_row_image|NOBLOB"}), "pass", "NOBLOB");
    add("server id 0", mariadb(), "server_id", variables({"server_id|0"}), "fail", "server_id = 0.", "server_id = 101");
    add("compressed", mariadb(), "log_bin_compress", variables({"log_bin_compress|ON"}), "fail", "ON", "log_bin_compress = OFF");
    add("partial json", mysql(), "binlog_row_value_options", variables({"binlog_row_value_options|PARTIAL_JSON"}), "fail", "PARTIAL_JSON", "binlog_row_value_options = ''");
    add("gtid off", mysql(), "gtid_mode", variables({"gtid_mode|OFF"}), "pass", "OFF");
    add("kept for ever", mariadb(), "binlog_retention", variables({"binlog_expire_logs_seconds|0", "expire_logs_days|0.000000"}), "pass", "for ever");
    add("kept for a day", mariadb(), "binlog_retention", variables({"binlog_expire_logs_seconds|86400"}), "warn", "86400 s (1.0 days)", "binlog_expire_logs_seconds = 604800");
    add("kept for two days, old", mariadb(), "binlog_retention", variables({"expire_logs_days|2"}), "warn", "2.0 days", "expire_logs_days = 7");
    add("kept for a month", mysql(), "binlog_retention", variables({"binlog_expire_logs_seconds|2592000"}), "pass", "30.0 days");
    add("kept by a managed server", mariadb(true), "binlog_retention", variables({"binlog_expire_logs_seconds|2592000"}), "skipped", "2592000", "CALL mysql.rds_show_configuration;");
    add("short sessions", mariadb(), "session_timeout", variables({"interactive_timeout|28800", "wait_timeout|60"}), "warn", "wait_timeout = 60 s", "wait_timeout = 28800");
    add("position", mariadb(), "binlog_position", rowsOf("File|Position", {"mysql-bin.000001|330"}), "pass", "mysql-bin.000001, position 330.");
    add("no position", mariadb(), "binlog_position", rowsOf("File|Position", {}), "fail", "no position");
    add("all files", mariadb(), "binlog_files", rowsOf("Log_name|File_size", {"mysql-bin.000001|330", "mysql-bin.000002|1024"}), "pass", "2 files, 1.3 kB, from mysql-bin.000001 on.");
    add("files hidden", mariadb(), "binlog_files", rowsOf("log_bin", {"1"}), "skipped", "may not list", "GRANT REPLICATION CLIENT ON *.* TO 'cdc'@'%';");
    add("no files", mariadb(), "binlog_files", rowsOf("log_bin", {"0"}), "fail", "no binary log file");
    add("grants missing", mariadb(), "grant_replication_slave", rowsOf("Grants for cdc@%", {"GRANT BINLOG MONITOR ON *.* TO `cdc`@`%`"}), "fail", "cdc@% has no REPLICATION SLAVE; on everything it has REPLICATION CLIENT.",
        "GRANT REPLICATION SLAVE ON *.* TO 'cdc'@'%';");
    add("grants by their new name", mariadb(), "grant_replication_client", rowsOf("Grants for cdc@%", {"GRANT BINLOG MONITOR ON *.* TO `cdc`@`%`"}), "pass", "has REPLICATION CLIENT");
    add("grants by role, MySQL", mysql(), "grant_reload", rowsOf("Grants", {"GRANT USAGE ON *.* TO `o'brien`@`10.%`", "GRANT `cdc_role`@`%` TO `o'brien`@`10.%`"}), "warn", "may come with the role cdc_role",
        "GRANT RELOAD ON *.* TO 'o''brien'@'10.%';");
    add("select missing, MySQL", mysql(), "grant_select", rowsOf("Grants", {"GRANT USAGE ON *.* TO `o'brien`@`10.%`"}), "fail", "no SELECT on `shop`.*", "GRANT SELECT ON `shop`.* TO 'o''brien'@'10.%';");
    add("lock tables, managed", mariadb(true), "grant_lock_tables", rowsOf("Grants", {"GRANT SELECT ON *.* TO `cdc`@`%`"}), "fail", "no LOCK TABLES", "GRANT LOCK TABLES ON *.* TO 'cdc'@'%';");
    add("no key", mariadb(), "primary_key", rowsOf("s|t|k", {"shop|events|0"}), "warn", "No primary key", "message.key.columns=shop.events:<columns>");
    add("a key", mariadb(), "primary_key", rowsOf("s|t|k", {"shop|orders|1"}), "pass", "Has a primary key");

    add("capture off", sqlServer(), "cdc_database", rowsOf(databaseColumns, {"Shop|0|0|OFF"}), "fail", "is_cdc_enabled = 0", "EXEC sys.sp_cdc_enable_db;");
    add("capture off, managed", sqlServer(true), "cdc_database", rowsOf(databaseColumns, {"Sh'op|0|0|OFF"}), "fail", "is_cdc_enabled = 0", "EXEC msdb.dbo.rds_cdc_enable_db 'Sh''op';");
    add("capture on", sqlServer(), "cdc_database", rowsOf(databaseColumns, {"Shop|1|0|ON"}), "pass", "is_cdc_enabled = 1");
    add("master", sqlServer(), "cdc_database", rowsOf(databaseColumns, {"master|0|0|ON"}), "fail", "in master");
    add("read-only database", sqlServer(), "database_writable", rowsOf(databaseColumns, {"Sh]op|1|1|ON"}), "fail", "is_read_only = 1", "ALTER DATABASE [Sh]]op] SET READ_WRITE;");
    add("no snapshot isolation", sqlServer(), "snapshot_isolation", rowsOf(databaseColumns, {"Shop|1|0|OFF"}), "warn", "OFF", "ALTER DATABASE [Shop] SET ALLOW_SNAPSHOT_ISOLATION ON;");
    add("table not captured", sqlServer(), "cdc_table", rowsOf("schema_name|name|is_tracked_by_cdc", {"dbo|O'rders|0"}), "warn", "is_tracked_by_cdc = 0",
        "EXEC sys.sp_cdc_enable_table @source_schema=N'dbo', @source_name=N'O''rders', @role_name=NULL, @supports_net_changes=0;");
    add("agent stopped", sqlServer(), "sql_agent", rowsOf("servicename|status_desc", {"SQL Server Agent (MSSQLSERVER)|Stopped"}), "fail", "Stopped", "enabled = true");
    add("agent running", sqlServer(), "sql_agent", rowsOf("servicename|status_desc", {"SQL Server Agent (MSSQLSERVER)|Running"}), "pass", "Running");
    add("no agent", sqlServer(), "sql_agent", rowsOf("servicename|status_desc", {}), "warn", "no SQL Server Agent");
    add("no access", sqlServer(), "cdc_access", rowsOf("visible", {"0"}), "fail", "sees 0", "GRANT SELECT ON SCHEMA::[cdc] TO [cdc user];");
    add("access", sqlServer(), "cdc_access", rowsOf("source_schema|source_table", {"dbo|Orders"}), "pass", "sees 1");
    add("one instance", sqlServer(), "capture_instance", rowsOf("schema_name|table_name|capture_instance|role_name", {"dbo|Orders|dbo_Orders|cdc_reader"}), "pass", "dbo_Orders; gated by the role cdc_reader.");
    add("two instances", sqlServer(), "capture_instance", rowsOf("schema_name|table_name|capture_instance|role_name", {"dbo|Orders|dbo_Orders|~", "dbo|Orders|dbo_Orders_2|~"}), "warn", "dbo_Orders, dbo_Orders_2",
        "EXEC sys.sp_cdc_disable_table @source_schema=N'dbo', @source_name=N'Orders', @capture_instance=N'dbo_Orders';");
    const char *window = "schema_name|table_name|capture_instance|min_lsn|min_time|max_lsn|max_time";
    add("window", sqlServer(), "lsn_window", rowsOf(window, {"dbo|Orders|dbo_Orders|0000002A000001E00025|2026-11-20|0x0000002A000002E00001|2026-11-21"}), "pass", "from 0000002a000001e00025");
    add("no window", sqlServer(), "lsn_window", rowsOf(window, {"dbo|Orders|dbo_Orders|00000000000000000000|~|0000002A000002E00001|~"}), "fail", "from none", "GRANT SELECT ON [dbo].[Orders] TO [cdc user];");
    add("window not begun", sqlServer(), "lsn_window", rowsOf(window, {"dbo|Orders|dbo_Orders|0000002A000001E00025|~|~|~"}), "warn", "to none");
    add("capture job", sqlServer(), "capture_job", rowsOf(jobColumns, {"capture|500|10|1|5|0", "cleanup|0|0|0|0|4320"}), "pass", "continuous = 1, pollinginterval = 5 s, maxtrans = 500, maxscans = 10.");
    add("cleanup job", sqlServer(), "cleanup_job", rowsOf(jobColumns, {"capture|500|10|1|5|0", "cleanup|0|0|0|0|4320"}), "pass", "4320 minutes (3.0 days)");
    add("cleanup too soon", sqlServer(), "cleanup_job", rowsOf(jobColumns, {"cleanup|0|0|0|0|60"}), "warn", "60 minutes", "EXEC sys.sp_cdc_change_job @job_type=N'cleanup', @retention=10080;");
    add("no capture job", sqlServer(), "capture_job", rowsOf(jobColumns, {}), "fail", "no capture job", "EXEC sys.sp_cdc_add_job @job_type=N'capture';");
    const char *scan = "session_id|end_time|latency|tran_count|error_count";
    add("latency", sqlServer(), "capture_latency", rowsOf(scan, {"7|2026-11-21|3|12|0"}), "pass", "Latest scan 7: latency 3 s; 0 errors in the last 1 scan.");
    add("slow", sqlServer(), "capture_latency", rowsOf(scan, {"7|2026-11-21|900|12|0"}), "warn", "latency 900 s", "EXEC sys.sp_cdc_change_job @job_type=N'capture', @maxtrans=5000, @maxscans=100;");
    add("no scan", sqlServer(), "capture_latency", rowsOf(scan, {}), "pass", "No scan");
    add("errors", sqlServer(), "capture_errors", rowsOf("errors|latest", {"2|2026-11-21 10:00"}), "warn", "2 errors, the latest at 2026-11-21 10:00.", "SELECT entry_time, error_number, error_message FROM sys.dm_cdc_errors ORDER BY entry_time DESC;");
}

void TstReadiness::judges()
{
    QFETCH(ReadinessFacts, facts);
    QFETCH(QString, check);
    QFETCH(Rows, rows);
    QFETCH(int, which);
    QFETCH(QString, evidence);
    const Lines lines = judged(facts, check, rows, which);
    QCOMPARE(lines.size(), size_t(1));
    QTEST(stageStatuses.name(lines[0].status), "status");
    QVERIFY2(lines[0].evidence.contains(evidence), qPrintable(lines[0].evidence));
    QTEST(lines[0].fixSql, "fix");
    QCOMPARE(lines[0].fixKind == FixKind::None, lines[0].fixSql.isEmpty());
    QVERIFY(!lines[0].fixSql.contains(u"IDENTIFIED BY"_s));
    QCOMPARE(lines[0].fixKind == FixKind::Sql, lines[0].fixSql.endsWith(u';'));
    QVERIFY2(lines[0].fixSql.count(u';') <= 1, "one statement");
    if (lines[0].status == StageStatus::Fail) QVERIFY(!lines[0].hint.isEmpty());
}

void TstReadiness::keepsPasswordHashesOut()
{
    const QString hash = u"*B69027D44F6E5EDC07F1AEAD1477967B16F28227"_s;
    const Rows rows = rowsOf("Grants for cdc@%", {"GRANT SELECT ON *.* TO `cdc`@`%` IDENTIFIED BY PASSWORD '*B69027D44F6E5EDC07F1AEAD1477967B16F28227'"});
    for (const ReadinessQuestion &question : questionsOf(mariadb())) {
        if (!question.checks.contains(u"grant_reload"_s)) continue;
        const Lines lines = question.judge(rows);
        QVERIFY(lines.size() >= 5);
        for (const ReadinessCheck &line : lines) QVERIFY(!(line.evidence + line.hint + line.fixSql).contains(hash));
    }
}

void TstReadiness::readsGrants()
{
    const MysqlGrants all({u"GRANT ALL PRIVILEGES ON *.* TO `headgate`@`%` WITH GRANT OPTION"_s});
    QVERIFY(all.has(u"REPLICATION SLAVE"_s));
    QVERIFY(all.has(u"SELECT"_s, u"shop"_s));

    const MysqlGrants some({u"GRANT `reader` TO `cdc`@`%`"_s, u"GRANT USAGE ON *.* TO `reader`"_s, u"GRANT SELECT, SHOW VIEW ON `head\\_gate`.* TO `reader`"_s,
                            u"GRANT SELECT (id, `on`), INSERT ON `shop`.`orders` TO `cdc`@`%`"_s, u"GRANT EXECUTE ON PROCEDURE `shop`.`run` TO `cdc`@`%`"_s,
                            u"GRANT SELECT ON `odd``db`.`t` TO `cdc`@`%`"_s, u"SET DEFAULT ROLE `reader` FOR `cdc`@`%`"_s});
    QVERIFY(!some.has(u"SELECT"_s));
    QVERIFY(some.has(u"SELECT"_s, u"head_gate"_s));
    QVERIFY(!some.has(u"SELECT"_s, u"shop"_s));
    QCOMPARE(some.tablesWith(u"SELECT"_s), QStringList{u"odd`db.t"_s});
    QCOMPARE(some.tablesWith(u"INSERT"_s), QStringList{u"shop.orders"_s});
    QCOMPARE(some.roles(), QStringList{u"reader"_s});
    QCOMPARE(some.text(), u"nothing"_s);
}

void TstReadiness::namesTablesThatAreNotThere()
{
    ReadinessFacts facts = pg();
    facts.tables = QStringList{u"app.orders"_s, u"app.gone"_s};
    const Lines lines = judged(facts, u"table"_s, rowsOf(tableColumns, {"app|orders|r|p|d|t|~|~|t|t|t|postgres|t|~|~"}));
    QCOMPARE(lines.size(), size_t(1));
    QCOMPARE(lines[0].table, u"app.gone"_s);
    QCOMPARE(lines[0].status, StageStatus::Fail);
}

/// A table that was asked for and is not published is a failure; one of many is only worth a warning.
void TstReadiness::showsOnlyChosenTables()
{
    ReadinessFacts facts = pg();
    facts.tables = QStringList{u"app.orders"_s};
    const Rows rows = rowsOf(tableColumns, {"app|lines|r|p|d|f|~|~|t|t|t|postgres|t|~|shop", "app|orders|r|p|d|t|~|~|t|t|t|postgres|t|~|shop"});
    const Lines identities = judged(facts, u"replica_identity"_s, rows);
    QCOMPARE(identities.size(), size_t(1));
    QCOMPARE(identities[0].table, u"app.orders"_s);
    QCOMPARE(judged(facts, u"publication"_s, rows, 1)[0].status, StageStatus::Fail);
    facts.tables = QStringList{u"app.o\"x"_s, u"plain"_s};
    QCOMPARE(judged(facts, u"publication"_s, rowsOf("pubname", {}))[0].fixSql, u"CREATE PUBLICATION \"dbz_publication\" FOR TABLE \"app\".\"o\"\"x\", \"plain\";"_s);
}

void TstReadiness::countsAndReplaces()
{
    ReadinessReport report;
    report.checks = {{u"wal_level"_s, {}, StageStatus::Fail, {}, {}, FixKind::None, {}},
                     {u"select"_s, u"app.a"_s, StageStatus::Fail, {}, {}, FixKind::None, {}},
                     {u"select"_s, u"app.b"_s, StageStatus::Warn, {}, {}, FixKind::None, {}}};
    QCOMPARE(readinessVerdict(report.counts()), u"Not ready: 2 checks fail, 1 warns"_s);
    report.replace(u"select"_s, u"app.a"_s, {{u"select"_s, u"app.a"_s, StageStatus::Pass, {}, {}, FixKind::None, {}}});
    QCOMPARE(report.checks[1].status, StageStatus::Pass);
    QCOMPARE(readinessVerdict(report.counts()), u"Not ready: 1 check fails, 1 warns"_s);
    report.replace(u"wal_level"_s, {}, {});
    QCOMPARE(report.checks.size(), size_t(2));
    QCOMPARE(readinessVerdict(report.counts()), u"Ready, 1 check warns"_s);
    QCOMPARE(readinessVerdict({0, 0, 0, 5}), u"Ready"_s);
    QCOMPARE(readinessVerdict({0, 0, 2, 5}), u"Ready, 2 could not be looked at"_s);
    QVERIFY(!report.checks[0].toJson().isEmpty());
    QCOMPARE(report.checks[0].toJson()[u"table"].toString(), u"app.a"_s);
}

void TstReadiness::namesEveryCheck()
{
    for (const char *name : {"wal_level", "max_replication_slots", "replica_identity", "select", "publication", "replication_slot", "slot_lag", "heartbeat", "hba"})
        QVERIFY2(ReadinessReader::checkNames(DatabaseType::Postgresql).contains(QLatin1String(name)), name);
    for (const char *name : {"log_bin", "binlog_format", "gtid_mode", "log_bin_compress", "grant_lock_tables", "primary_key"})
        QVERIFY2(ReadinessReader::checkNames(DatabaseType::Mysql).contains(QLatin1String(name)), name);
    QVERIFY(ReadinessReader::checkNames(DatabaseType::Sqlserver).contains(u"cdc_table"_s));
    QVERIFY(ReadinessReader::checkNames(DatabaseType::Sqlite).isEmpty());
}

HEADGATE_TEST(TstReadiness);
#include "tst_readiness.moc"
