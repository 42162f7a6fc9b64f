// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/readiness/sqlserverreadiness.h"

#include <algorithm>
#include <QMap>
#include <QSet>

namespace headgate::SqlServerReadiness {

using namespace Qt::StringLiterals;
using namespace readiness;

namespace {

constexpr int shortestRetentionMinutes = 4320;
constexpr double slowSeconds = 300;

QString bracketed(const QString &name) { return u'[' + QString(name).replace(u']', u"]]"_s) + u']'; }

QString text(const QString &value) { return u'N' + literal(value); }

ReadinessCheck databaseCapture(const ReadinessFacts &facts, const Rows &rows)
{
    const QString check = u"cdc_database"_s;
    const QString name = cell(rows, 0, "name");
    if (name == u"master")
        return line(check, StageStatus::Fail, u"The session is in master."_s,
                    u"master cannot be captured: name the database in the connection."_s);
    if (truth(cell(rows, 0, "is_cdc_enabled")))
        return line(check, StageStatus::Pass, u"%1: is_cdc_enabled = 1."_s.arg(name));
    const QString statement =
        facts.isManaged ? u"EXEC msdb.dbo.rds_cdc_enable_db %1;"_s.arg(literal(name)) : u"EXEC sys.sp_cdc_enable_db;"_s;
    return line(check, StageStatus::Fail, u"%1: is_cdc_enabled = 0."_s.arg(name),
                u"Run it in this database as a sysadmin."_s, ReadinessFix::sql(statement));
}

Lines judgeDatabase(const ReadinessFacts &facts, const Rows &rows)
{
    if (rows.rows.empty())
        return {line(u"cdc_database"_s, StageStatus::Fail, u"sys.databases does not show this database."_s,
                     u"Name the database in the connection."_s)};
    Lines lines{databaseCapture(facts, rows)};
    const QString name = cell(rows, 0, "name");
    const bool readOnly = truth(cell(rows, 0, "is_read_only"));
    lines.push_back(readOnly ? line(u"database_writable"_s, StageStatus::Fail, u"%1: is_read_only = 1."_s.arg(name),
                                    u"Capture writes into the database: connect to the primary, or allow writes."_s,
                                    ReadinessFix::sql(u"ALTER DATABASE %1 SET READ_WRITE;"_s.arg(bracketed(name))))
                             : line(u"database_writable"_s, StageStatus::Pass, u"%1: is_read_only = 0."_s.arg(name)));
    const QString state = cell(rows, 0, "snapshot_isolation_state_desc");
    const QString evidence = u"snapshot_isolation_state = %1."_s.arg(state);
    lines.push_back(
        state == u"ON"
            ? line(u"snapshot_isolation"_s, StageStatus::Pass, evidence)
            : line(u"snapshot_isolation"_s, StageStatus::Warn, evidence,
                   u"Without it the first snapshot locks the tables while it reads them."_s,
                   ReadinessFix::sql(u"ALTER DATABASE %1 SET ALLOW_SNAPSHOT_ISOLATION ON;"_s.arg(bracketed(name)))));
    return lines;
}

ReadinessQuestion database(const ReadinessFacts &facts)
{
    ReadinessQuestion question{
        {u"cdc_database"_s, u"database_writable"_s, u"snapshot_isolation"_s},
        u"SELECT name, is_cdc_enabled, is_read_only, snapshot_isolation_state_desc FROM sys.databases WHERE name = DB_NAME()"_s};
    question.judge = [facts](const Rows &rows) { return judgeDatabase(facts, rows); };
    return question;
}

ReadinessCheck tableCapture(const ReadinessFacts &facts, const QString &schema, const QString &name, bool isTracked)
{
    const QString check = u"cdc_table"_s;
    const QString table = schema + u'.' + name;
    if (isTracked) return tableLine(check, table, StageStatus::Pass, u"is_tracked_by_cdc = 1."_s);
    return tableLine(
        check, table, facts.tables.isEmpty() ? StageStatus::Warn : StageStatus::Fail, u"is_tracked_by_cdc = 0."_s,
        u"Its changes are not captured. If they are to be, run it as db_owner; @role_name names the role that may read them, NULL: none is needed."_s,
        ReadinessFix::sql(
            u"EXEC sys.sp_cdc_enable_table @source_schema=%1, @source_name=%2, @role_name=NULL, @supports_net_changes=0;"_s
                .arg(text(schema), text(name))));
}

ReadinessQuestion tables(const ReadinessFacts &facts)
{
    ReadinessQuestion question{
        {u"table"_s, u"cdc_table"_s},
        u"SELECT OBJECT_SCHEMA_NAME(object_id) AS schema_name, name, is_tracked_by_cdc FROM sys.tables WHERE is_ms_shipped = 0 ORDER BY 1, 2"_s};
    question.judge = [facts](const Rows &rows) {
        Lines lines;
        QSet<QString> found;
        for (size_t row = 0; row < rows.rows.size(); ++row) {
            const QString schema = rows.text(row, 0);
            const QString name = rows.text(row, 1);
            if (!facts.wants(schema, name)) continue;
            found << schema + u'.' + name << name;
            lines.push_back(tableCapture(facts, schema, name, truth(rows.text(row, 2))));
        }
        for (ReadinessCheck &missing : missingTables(facts, [&](const QString &name) { return found.contains(name); }))
            lines.push_back(std::move(missing));
        return lines;
    };
    return question;
}

ReadinessQuestion agent(const ReadinessFacts &facts)
{
    ReadinessQuestion question{
        {u"sql_agent"_s},
        u"SELECT servicename, status_desc FROM sys.dm_server_services WHERE servicename LIKE N'SQL Server Agent (%'"_s};
    question.hint = u"The agent's state takes VIEW SERVER STATE. Run it in master as a sysadmin."_s;
    question.fix = ReadinessFix::sql(u"GRANT VIEW SERVER STATE TO %1;"_s.arg(bracketed(facts.connection.username)));
    question.judge = [](const Rows &rows) -> Lines {
        const QString check = u"sql_agent"_s;
        if (rows.rows.empty())
            return {
                line(check, StageStatus::Warn, u"The server shows no SQL Server Agent."_s,
                     u"Azure SQL Database has none and captures by itself; any other server needs it installed."_s)};
        const QString evidence = u"%1: %2."_s.arg(rows.text(0, 0), rows.text(0, 1));
        if (rows.text(0, 1).compare(u"Running"_s, Qt::CaseInsensitive) == 0)
            return {line(check, StageStatus::Pass, evidence)};
        return {line(
            check, StageStatus::Fail, evidence,
            u"The capture job runs in the agent. Start the service, and let it start with the server (on Linux in mssql.conf, under [sqlagent])."_s,
            ReadinessFix::server(u"enabled = true"_s))};
    };
    return question;
}

/// The procedure lists one row an instance, the fallback counts them.
ReadinessQuestion access(const ReadinessFacts &facts)
{
    const ReadinessFix fix = ReadinessFix::sql(u"GRANT SELECT ON SCHEMA::[cdc] TO %1;"_s.arg(bracketed(facts.user)));
    ReadinessQuestion question{{u"cdc_access"_s}, u"EXEC sys.sp_cdc_help_change_data_capture"_s};
    question.otherwise = u"SELECT COUNT(*) AS visible FROM cdc.change_tables"_s;
    question.hint = u"Capture is off, or the user may not read what is captured."_s;
    question.fix = fix;
    question.judge = [facts, fix](const Rows &rows) -> Lines {
        const qint64 visible =
            rows.columns.contains(u"visible"_s) ? cell(rows, 0, "visible").toLongLong() : qint64(rows.rows.size());
        const QString evidence =
            u"%1 sees %2."_s.arg(facts.user, counted(visible, "capture instance", "capture instances"));
        if (visible > 0) return {line(u"cdc_access"_s, StageStatus::Pass, evidence)};
        return {line(
            u"cdc_access"_s, StageStatus::Fail, evidence,
            u"No table is captured yet, or the user is not in the role that may read the changes: a connector could take its first snapshot only. Run it as db_owner."_s,
            fix)};
    };
    return question;
}

struct Instance {
    QString schema;
    QString table;
    QString name;
    QString role;
};

Lines judgeInstances(const ReadinessFacts &facts, const Rows &rows)
{
    QMap<QString, QList<Instance>> byTable;
    for (size_t row = 0; row < rows.rows.size(); ++row) {
        const Instance each{cell(rows, row, "schema_name"), cell(rows, row, "table_name"),
                            cell(rows, row, "capture_instance"), cell(rows, row, "role_name")};
        if (facts.wants(each.schema, each.table)) byTable[each.schema + u'.' + each.table] << each;
    }
    Lines lines;
    for (auto it = byTable.begin(); it != byTable.end(); ++it) {
        const Instance &oldest = it->first();
        QStringList names;
        for (const Instance &each : *it) names << each.name;
        const QString evidence =
            names.join(u", "_s) + (oldest.role.isEmpty() ? u"; open to all who may read the table."_s
                                                         : u"; gated by the role %1."_s.arg(oldest.role));
        if (it->size() == 1)
            lines.push_back(tableLine(u"capture_instance"_s, it.key(), StageStatus::Pass, evidence));
        else
            lines.push_back(tableLine(
                u"capture_instance"_s, it.key(), StageStatus::Warn, evidence,
                u"Two instances: a change of the table's columns is under way. End it once the connector has read the old one."_s,
                ReadinessFix::sql(
                    u"EXEC sys.sp_cdc_disable_table @source_schema=%1, @source_name=%2, @capture_instance=%3;"_s.arg(
                        text(oldest.schema), text(oldest.table), text(oldest.name)))));
    }
    return lines;
}

/// A log sequence number as hexadecimal digits, with or without 0x; empty when there is none.
QString lsn(QString digits)
{
    digits = digits.toLower();
    if (digits.startsWith(u"0x"_s)) digits.remove(0, 2);
    const bool isZero = std::ranges::all_of(digits, [](QChar c) { return c == u'0'; });
    return isZero ? QString() : digits;
}

Lines judgeWindows(const ReadinessFacts &facts, const Rows &rows)
{
    Lines lines;
    for (size_t row = 0; row < rows.rows.size(); ++row) {
        const QString schema = cell(rows, row, "schema_name");
        const QString name = cell(rows, row, "table_name");
        if (!facts.wants(schema, name)) continue;
        const QString min = lsn(cell(rows, row, "min_lsn"));
        const QString max = lsn(cell(rows, row, "max_lsn"));
        const QString table = schema + u'.' + name;
        const QString evidence = u"%1: changes from %2 (%3) to %4 (%5)."_s.arg(
            cell(rows, row, "capture_instance"), min.isEmpty() ? u"none"_s : min, cell(rows, row, "min_time"),
            max.isEmpty() ? u"none"_s : max, cell(rows, row, "max_time"));
        if (min.isEmpty())
            lines.push_back(tableLine(
                u"lsn_window"_s, table, StageStatus::Fail, evidence,
                u"The user may not read this instance's changes, or the capture job has not run yet. Run it as db_owner."_s,
                ReadinessFix::sql(
                    u"GRANT SELECT ON %1.%2 TO %3;"_s.arg(bracketed(schema), bracketed(name), bracketed(facts.user)))));
        else if (max.isEmpty() || max < min)
            lines.push_back(tableLine(u"lsn_window"_s, table, StageStatus::Warn, evidence,
                                      u"Nothing has been captured: see that the agent and the capture job run."_s));
        else
            lines.push_back(
                tableLine(u"lsn_window"_s, table, StageStatus::Pass, evidence,
                          u"A connector whose stored position is older has lost changes and needs a new snapshot."_s));
    }
    return lines;
}

ReadinessQuestion instances(const ReadinessFacts &facts)
{
    ReadinessQuestion question{{u"capture_instance"_s}, uR"(
SELECT OBJECT_SCHEMA_NAME(source_object_id) AS schema_name, OBJECT_NAME(source_object_id) AS table_name, capture_instance, role_name
FROM cdc.change_tables ORDER BY create_date)"_s};
    question.hint = u"Capture is off for this database, or the user may not read the schema cdc."_s;
    question.fix = ReadinessFix::sql(u"GRANT SELECT ON SCHEMA::[cdc] TO %1;"_s.arg(bracketed(facts.user)));
    question.judge = [facts](const Rows &rows) { return judgeInstances(facts, rows); };
    return question;
}

ReadinessQuestion windows(const ReadinessFacts &facts)
{
    ReadinessQuestion question{{u"lsn_window"_s}, uR"(
SELECT OBJECT_SCHEMA_NAME(source_object_id) AS schema_name, OBJECT_NAME(source_object_id) AS table_name, capture_instance,
       sys.fn_cdc_get_min_lsn(capture_instance) AS min_lsn, sys.fn_cdc_map_lsn_to_time(sys.fn_cdc_get_min_lsn(capture_instance)) AS min_time,
       sys.fn_cdc_get_max_lsn() AS max_lsn, sys.fn_cdc_map_lsn_to_time(sys.fn_cdc_get_max_lsn()) AS max_time
FROM cdc.change_tables ORDER BY capture_instance)"_s};
    question.hint = u"Capture is off for this database, or the user may not read the schema cdc."_s;
    question.fix = ReadinessFix::sql(u"GRANT SELECT ON SCHEMA::[cdc] TO %1;"_s.arg(bracketed(facts.user)));
    question.judge = [facts](const Rows &rows) { return judgeWindows(facts, rows); };
    return question;
}

ReadinessCheck job(const Rows &rows, const QString &type, const QString &check)
{
    for (size_t row = 0; row < rows.rows.size(); ++row) {
        if (cell(rows, row, "job_type") != type) continue;
        if (type == u"capture")
            return line(check, StageStatus::Pass,
                        u"continuous = %1, pollinginterval = %2 s, maxtrans = %3, maxscans = %4."_s.arg(
                            cell(rows, row, "continuous"), cell(rows, row, "pollinginterval"),
                            cell(rows, row, "maxtrans"), cell(rows, row, "maxscans")));
        const int minutes = cell(rows, row, "retention").toInt();
        const QString evidence =
            u"Changes are kept for %1 minutes (%2 days)."_s.arg(minutes).arg(minutes / 1440.0, 0, 'f', 1);
        if (minutes >= shortestRetentionMinutes) return line(check, StageStatus::Pass, evidence);
        return line(
            check, StageStatus::Warn, evidence,
            u"A connector that is down for longer loses changes and needs a new snapshot. Run it as db_owner."_s,
            ReadinessFix::sql(u"EXEC sys.sp_cdc_change_job @job_type=N'cleanup', @retention=10080;"_s));
    }
    return line(check, type == u"capture" ? StageStatus::Fail : StageStatus::Warn, u"There is no %1 job."_s.arg(type),
                type == u"capture" ? u"Nothing is captured without it. Run it as db_owner."_s
                                   : u"Changes are kept for ever without it. Run it as db_owner."_s,
                ReadinessFix::sql(u"EXEC sys.sp_cdc_add_job @job_type=N'%1';"_s.arg(type)));
}

ReadinessQuestion jobs(const ReadinessFacts &facts)
{
    ReadinessQuestion question{{u"capture_job"_s, u"cleanup_job"_s}, u"EXEC sys.sp_cdc_help_jobs"_s};
    question.hint = u"Capture is off for this database, or the user may not see its jobs: that takes db_owner."_s;
    question.fix = ReadinessFix::sql(u"ALTER ROLE [db_owner] ADD MEMBER %1;"_s.arg(bracketed(facts.user)));
    question.judge = [](const Rows &rows) -> Lines {
        return {job(rows, u"capture"_s, u"capture_job"_s), job(rows, u"cleanup"_s, u"cleanup_job"_s)};
    };
    return question;
}

ReadinessFix viewState(const ReadinessFacts &facts)
{
    return ReadinessFix::sql(u"GRANT VIEW DATABASE STATE TO %1;"_s.arg(bracketed(facts.user)));
}

/// The newest twenty scans; session 0 is the sum of all since the start.
ReadinessQuestion latency(const ReadinessFacts &facts)
{
    ReadinessQuestion question{{u"capture_latency"_s}, uR"(
SELECT session_id, end_time, latency, tran_count, error_count FROM sys.dm_cdc_log_scan_sessions WHERE session_id <> 0
ORDER BY session_id DESC OFFSET 0 ROWS FETCH NEXT 20 ROWS ONLY)"_s};
    question.hint = u"The scans of the log take VIEW DATABASE STATE. Run it as db_owner."_s;
    question.fix = viewState(facts);
    question.judge = [](const Rows &rows) -> Lines {
        const QString check = u"capture_latency"_s;
        if (rows.rows.empty())
            return {line(check, StageStatus::Pass, u"No scan of the log since the server started."_s,
                         u"Empty after a restart or failover, and on a secondary replica."_s)};
        const double seconds = cell(rows, 0, "latency").toDouble();
        int errors = 0;
        for (size_t row = 0; row < rows.rows.size(); ++row) errors += cell(rows, row, "error_count").toInt();
        const QString evidence =
            u"Latest scan %1: latency %2 s; %3 in the last %4."_s.arg(cell(rows, 0, "session_id"))
                .arg(seconds)
                .arg(counted(errors, "error", "errors"), counted(qint64(rows.rows.size()), "scan", "scans"));
        if (seconds < slowSeconds && errors == 0) return {line(check, StageStatus::Pass, evidence)};
        return {line(
            check, StageStatus::Warn, evidence,
            u"The capture job is behind or fails: look at sys.dm_cdc_errors, and raise maxtrans and maxscans if it is only slow."_s,
            ReadinessFix::sql(u"EXEC sys.sp_cdc_change_job @job_type=N'capture', @maxtrans=5000, @maxscans=100;"_s))};
    };
    return question;
}

ReadinessQuestion errors(const ReadinessFacts &facts)
{
    ReadinessQuestion question{{u"capture_errors"_s},
                               u"SELECT COUNT(*) AS errors, MAX(entry_time) AS latest FROM sys.dm_cdc_errors"_s};
    question.hint = u"The errors of capture take VIEW DATABASE STATE. Run it as db_owner."_s;
    question.fix = viewState(facts);
    question.judge = [](const Rows &rows) -> Lines {
        if (cell(rows, 0, "errors").toInt() == 0)
            return {line(u"capture_errors"_s, StageStatus::Pass, u"No error of capture is on record."_s)};
        return {line(
            u"capture_errors"_s, StageStatus::Warn,
            u"%1, the latest at %2."_s.arg(counted(cell(rows, 0, "errors").toLongLong(), "error", "errors"),
                                           cell(rows, 0, "latest")),
            u"Read them there."_s,
            ReadinessFix::sql(
                u"SELECT entry_time, error_number, error_message FROM sys.dm_cdc_errors ORDER BY entry_time DESC;"_s))};
    };
    return question;
}

}  // namespace

ReadinessFacts facts(TargetSession &session)
{
    const Rows rows = session.read(
        u"SELECT DB_NAME() AS db, USER_NAME() AS usr, (SELECT COUNT(*) FROM sys.databases WHERE name = N'rdsadmin') AS managed"_s);
    ReadinessFacts facts;
    facts.database = rows.text(0, 0);
    facts.user = rows.text(0, 1);
    facts.isManaged = rows.text(0, 2).toInt() > 0;
    return facts;
}

std::vector<ReadinessQuestion> questions(const ReadinessFacts &facts)
{
    return {database(facts), agent(facts),  access(facts),    jobs(facts),   latency(facts),
            errors(facts),   tables(facts), instances(facts), windows(facts)};
}

}  // namespace headgate::SqlServerReadiness
