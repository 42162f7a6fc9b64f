// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/readiness/mysqlreadiness.h"

#include "models/connections/probeadvice.h"
#include "models/connections/readiness/mysqlgrants.h"

#include <QHash>
#include <QSet>

namespace headgate::MysqlReadiness {

using namespace Qt::StringLiterals;
using namespace readiness;

namespace {

constexpr qint64 day = 86'400;
/// A connector may be down over a long weekend.
constexpr qint64 shortestRetention = 3 * day;
constexpr int shortestSession = 600;
/// "SHOW BINARY LOG STATUS" took the place of "SHOW MASTER STATUS".
constexpr int binaryLogStatusSince = 80400;

QString account(const ReadinessFacts &facts)
{
    const qsizetype at = facts.user.lastIndexOf(u'@');
    const auto quotedPart = [](QString part) {
        return u'\'' + part.replace(u'\\', u"\\\\"_s).replace(u'\'', u"''"_s) + u'\'';
    };
    return quotedPart(facts.user.left(at)) + u'@' + quotedPart(facts.user.mid(at + 1));
}

ReadinessFix grant(const ReadinessFacts &facts, const QString &privilege, const QString &on = u"*.*"_s)
{
    return ReadinessFix::sql(u"GRANT %1 ON %2 TO %3;"_s.arg(privilege, on, account(facts)));
}

/// Where a configuration line goes.
QString where(const ReadinessFacts &facts)
{
    return facts.isManaged ? u"Set it in the server's parameter group and restart it."_s
                           : u"Put it under [%1] in the server's configuration and restart it."_s.arg(
                                 facts.version.isMariaDb ? u"mariadbd"_s : u"mysqld"_s);
}

using Variables = QHash<QString, QString>;

struct Judge {
    const ReadinessFacts &facts;
    const Variables &found;
    Lines &lines;

    QString value(const char *name) const { return found.value(QLatin1String(name)); }
    bool has(const char *name) const { return found.contains(QLatin1String(name)); }
    QString evidence(const char *name) const { return u"%1 = %2."_s.arg(QLatin1String(name), value(name)); }
    void pass(const char *name, const QString &hint = {}) const
    {
        lines.push_back(line(QLatin1String(name), StageStatus::Pass, evidence(name), hint));
    }
    void expect(const char *name, bool isRight, const QString &hint, const QString &configuration) const
    {
        if (isRight) return pass(name);
        lines.push_back(line(QLatin1String(name), StageStatus::Fail, evidence(name), hint + u' ' + where(facts),
                             ReadinessFix::server(configuration)));
    }
};

void judgeBinaryLog(const Judge &judge)
{
    const auto is = [&judge](const char *name, const char *value) {
        return judge.value(name).compare(QLatin1String(value), Qt::CaseInsensitive) == 0;
    };
    const QString hint = judge.facts.isManaged ? u"There is no binary log to read; automated backups switch it on."_s
                                               : u"There is no binary log to read."_s;
    judge.expect("log_bin", is("log_bin", "ON"), hint, u"log_bin = mysql-bin"_s);
    judge.expect("binlog_format", is("binlog_format", "ROW"), u"Statements cannot be turned into rows."_s,
                 u"binlog_format = ROW"_s);
    judge.expect("binlog_row_image", is("binlog_row_image", "FULL") || is("binlog_row_image", "NOBLOB"),
                 u"Columns that did not change are missing from the log."_s, u"binlog_row_image = FULL"_s);
    if (judge.has("binlog_row_value_options"))
        judge.expect("binlog_row_value_options", !judge.value("binlog_row_value_options").contains(u"PARTIAL_JSON"_s),
                     u"Changes of JSON columns are logged in part, which connectors do not read."_s,
                     u"binlog_row_value_options = ''"_s);
    if (judge.has("log_bin_compress"))
        judge.expect("log_bin_compress", !truth(judge.value("log_bin_compress")),
                     u"Compressed events are not read by connectors."_s, u"log_bin_compress = OFF"_s);
}

void judgeServerId(const Judge &judge)
{
    const QString connector = judge.facts.option("database.server.id", judge.facts.option("server_id"));
    const QString id = judge.value("server_id");
    if (!connector.isEmpty() && id == connector)
        return judge.lines.push_back(
            line(u"server_id"_s, StageStatus::Fail, u"server_id = %1, the connector's as well."_s.arg(id),
                 u"Every member of the replication needs its own."_s,
                 ReadinessFix::client(u"database.server.id=%1"_s.arg(id.toLongLong() + 5400))));
    judge.expect("server_id", id.toLongLong() != 0, u"A server without a number serves no replica."_s,
                 u"server_id = 101"_s);
}

void judgeGtid(const Judge &judge)
{
    if (!judge.has("gtid_mode")) return;
    const bool on = judge.value("gtid_mode") == u"ON" && judge.value("enforce_gtid_consistency") != u"OFF";
    judge.pass("gtid_mode",
               on ? QString() : u"Without GTIDs a connector cannot follow a failover to another server."_s);
}

void judgeRetention(const Judge &judge)
{
    const QString check = u"binlog_retention"_s;
    if (judge.facts.isManaged)
        return judge.lines.push_back(
            line(check, StageStatus::Skipped, judge.evidence("binlog_expire_logs_seconds"),
                 u"A managed server removes binary logs by its own rule: look at 'binlog retention hours'."_s,
                 ReadinessFix::sql(u"CALL mysql.rds_show_configuration;"_s)));
    const bool inSeconds = judge.value("binlog_expire_logs_seconds").toLongLong() > 0;
    const qint64 seconds = inSeconds ? judge.value("binlog_expire_logs_seconds").toLongLong()
                                     : qint64(judge.value("expire_logs_days").toDouble() * double(day));
    if (seconds == 0)
        return judge.lines.push_back(line(check, StageStatus::Pass, u"Binary logs are kept for ever."_s,
                                          u"Nothing removes them: watch the disk."_s));
    const QString evidence =
        u"Binary logs are kept for %1 s (%2 days)."_s.arg(seconds).arg(double(seconds) / double(day), 0, 'f', 1);
    if (seconds >= shortestRetention) return judge.lines.push_back(line(check, StageStatus::Pass, evidence));
    const QString fix =
        judge.has("binlog_expire_logs_seconds") ? u"binlog_expire_logs_seconds = 604800"_s : u"expire_logs_days = 7"_s;
    judge.lines.push_back(
        line(check, StageStatus::Warn, evidence,
             u"A connector that is down for longer loses changes and needs a new snapshot. "_s + where(judge.facts),
             ReadinessFix::server(fix)));
}

void judgeTimeouts(const Judge &judge)
{
    const QString evidence = u"interactive_timeout = %1 s, wait_timeout = %2 s."_s.arg(
        judge.value("interactive_timeout"), judge.value("wait_timeout"));
    const bool interactive = judge.value("interactive_timeout").toInt() < shortestSession;
    if (!interactive && judge.value("wait_timeout").toInt() >= shortestSession)
        return judge.lines.push_back(line(u"session_timeout"_s, StageStatus::Pass, evidence));
    judge.lines.push_back(
        line(u"session_timeout"_s, StageStatus::Warn, evidence,
             u"The server ends sessions while a large snapshot is read. "_s + where(judge.facts),
             ReadinessFix::server(interactive ? u"interactive_timeout = 28800"_s : u"wait_timeout = 28800"_s)));
}

QStringList variableChecks(const ReadinessFacts &facts)
{
    QStringList checks{u"log_bin"_s,   u"binlog_format"_s,    u"binlog_row_image"_s,
                       u"server_id"_s, u"binlog_retention"_s, u"session_timeout"_s};
    const bool any = facts.version.number == 0;
    if (any || facts.version.isMariaDb) checks << u"log_bin_compress"_s;
    if (any || !facts.version.isMariaDb) checks << u"binlog_row_value_options"_s << u"gtid_mode"_s;
    return checks;
}

ReadinessQuestion variables(const ReadinessFacts &facts)
{
    ReadinessQuestion question{variableChecks(facts), uR"(
SHOW GLOBAL VARIABLES WHERE Variable_name IN ('log_bin', 'binlog_format', 'binlog_row_image', 'server_id', 'binlog_expire_logs_seconds',
 'expire_logs_days', 'binlog_row_value_options', 'gtid_mode', 'enforce_gtid_consistency', 'log_bin_compress', 'interactive_timeout', 'wait_timeout'))"_s};
    question.judge = [facts](const Rows &rows) {
        Variables found;
        for (size_t row = 0; row < rows.rows.size(); ++row)
            found.insert(rows.text(row, 0).toLower(), rows.text(row, 1));
        Lines lines;
        const Judge judge{facts, found, lines};
        judgeBinaryLog(judge);
        judgeServerId(judge);
        judgeGtid(judge);
        judgeRetention(judge);
        judgeTimeouts(judge);
        return lines;
    };
    return question;
}

ReadinessQuestion position(const ReadinessFacts &facts)
{
    const bool isNew = !facts.version.isMariaDb && facts.version.number >= binaryLogStatusSince;
    ReadinessQuestion question{{u"binlog_position"_s}, isNew ? u"SHOW BINARY LOG STATUS"_s : u"SHOW MASTER STATUS"_s};
    question.hint = u"The position of the binary log takes REPLICATION CLIENT."_s;
    question.fix = grant(facts, u"REPLICATION CLIENT"_s);
    question.judge = [](const Rows &rows) -> Lines {
        if (rows.rows.empty())
            return {line(u"binlog_position"_s, StageStatus::Fail, u"The server has no position in a binary log."_s,
                         u"Switch the binary log on (log_bin)."_s)};
        return {
            line(u"binlog_position"_s, StageStatus::Pass, u"%1, position %2."_s.arg(rows.text(0, 0), rows.text(0, 1)))};
    };
    return question;
}

/// The server refuses the list without the right to it, and without a binary log.
ReadinessCheck filesRefused(const ReadinessFacts &facts, bool hasLog)
{
    const QString check = u"binlog_files"_s;
    if (!hasLog)
        return line(check, StageStatus::Fail, u"There is no binary log file."_s,
                    u"Switch the binary log on (log_bin)."_s);
    return line(check, StageStatus::Skipped, u"%1 may not list the binary logs."_s.arg(facts.user),
                u"The list takes REPLICATION CLIENT."_s, grant(facts, u"REPLICATION CLIENT"_s));
}

ReadinessQuestion files(const ReadinessFacts &facts)
{
    ReadinessQuestion question{{u"binlog_files"_s}, u"SHOW BINARY LOGS"_s};
    question.otherwise = u"SELECT @@GLOBAL.log_bin AS log_bin"_s;
    question.judge = [facts](const Rows &rows) -> Lines {
        const bool wasRefused = rows.columns.contains(u"log_bin"_s);
        if (wasRefused || rows.rows.empty())
            return {filesRefused(facts, wasRefused && truth(cell(rows, 0, "log_bin")))};
        double bytes = 0;
        for (size_t row = 0; row < rows.rows.size(); ++row) bytes += rows.text(row, 1).toDouble();
        const QString evidence = u"%1, %2, from %3 on."_s.arg(counted(qint64(rows.rows.size()), "file", "files"),
                                                              size(bytes), rows.text(0, 0));
        const bool whole = rows.text(0, 0).section(u'.', -1).toLongLong() == 1;
        return {line(u"binlog_files"_s, StageStatus::Pass, evidence,
                     whole ? QString() : u"Older files are removed: a new connector begins with a snapshot."_s)};
    };
    return question;
}

struct Need {
    const char *check;
    const char *privilege;
    const char *hint;
    bool managedOnly = false;
};

constexpr Need needs[]{
    {"grant_reload", "RELOAD", "The snapshot locks and flushes with it."},
    {"grant_show_databases", "SHOW DATABASES", "The connector lists the databases with it."},
    {"grant_replication_slave", "REPLICATION SLAVE", "The connector reads the binary log with it."},
    {"grant_replication_client", "REPLICATION CLIENT", "The connector asks for the binary log's position with it."},
    {"grant_lock_tables", "LOCK TABLES", "A managed server allows no global lock: the snapshot locks table by table.",
     true},
};

/// What a role gives need not be in SHOW GRANTS: then the verdict is left open.
ReadinessCheck lacking(const ReadinessFacts &facts, const MysqlGrants &grants, const QString &check,
                       const QString &evidence, const QString &hint, const ReadinessFix &fix)
{
    if (grants.roles().isEmpty() || facts.version.isMariaDb) return line(check, StageStatus::Fail, evidence, hint, fix);
    return line(check, StageStatus::Warn,
                u"%1 It may come with the role %2."_s.arg(evidence, grants.roles().join(u", "_s)), hint, fix);
}

ReadinessCheck judgeSelect(const ReadinessFacts &facts, const MysqlGrants &grants)
{
    const QString check = u"grant_select"_s;
    const QString database = facts.database;
    const QString on = database.isEmpty() ? u"*.*"_s : advice::quoted(DatabaseType::Mysql, database) + u".*"_s;
    if (grants.has(u"SELECT"_s)) return line(check, StageStatus::Pass, u"%1 has SELECT on *.*."_s.arg(facts.user));
    if (grants.has(u"SELECT"_s, database))
        return line(check, StageStatus::Pass, u"%1 has SELECT on %2."_s.arg(facts.user, on));
    const QStringList some = grants.tablesWith(u"SELECT"_s);
    const QString fixHint = u"The snapshot reads the tables with it."_s;
    if (!some.isEmpty())
        return line(check, StageStatus::Warn,
                    u"%1 has SELECT on %2 only: %3."_s.arg(facts.user, counted(some.size(), "table", "tables"),
                                                           some.mid(0, 5).join(u", "_s)),
                    fixHint, grant(facts, u"SELECT"_s, on));
    return lacking(facts, grants, check, u"%1 has no SELECT on %2."_s.arg(facts.user, on), fixHint,
                   grant(facts, u"SELECT"_s, on));
}

ReadinessQuestion grants(const ReadinessFacts &facts)
{
    ReadinessQuestion question{{u"grant_select"_s}, u"SHOW GRANTS"_s};
    for (const Need &need : needs)
        if (!need.managedOnly || facts.isManaged || facts.version.number == 0)
            question.checks << QLatin1String(need.check);
    question.judge = [facts](const Rows &rows) {
        QStringList texts;
        for (size_t row = 0; row < rows.rows.size(); ++row) texts << rows.text(row, 0);
        const MysqlGrants found(texts);
        Lines lines{judgeSelect(facts, found)};
        for (const Need &need : needs) {
            if (need.managedOnly && !facts.isManaged) continue;
            const QString check = QLatin1String(need.check);
            const QString privilege = QLatin1String(need.privilege);
            if (found.has(privilege))
                lines.push_back(line(check, StageStatus::Pass, u"%1 has %2."_s.arg(facts.user, privilege)));
            else
                lines.push_back(
                    lacking(facts, found, check,
                            u"%1 has no %2; on everything it has %3."_s.arg(facts.user, privilege, found.text()),
                            QLatin1String(need.hint), grant(facts, privilege)));
        }
        return lines;
    };
    return question;
}

Lines judgeKeys(const ReadinessFacts &facts, const Rows &rows)
{
    Lines lines;
    QSet<QString> found;
    for (size_t row = 0; row < rows.rows.size(); ++row) {
        const QString schema = rows.text(row, 0);
        const QString name = rows.text(row, 1);
        if (!facts.wants(schema, name)) continue;
        const QString table = schema + u'.' + name;
        found << table << name;
        if (truth(rows.text(row, 2)))
            lines.push_back(tableLine(u"primary_key"_s, table, StageStatus::Pass, u"Has a primary key."_s));
        else
            lines.push_back(tableLine(
                u"primary_key"_s, table, StageStatus::Warn, u"No primary key."_s,
                u"Its changes come without a message key: their order and compaction are lost. Add a key, or name columns that make one."_s,
                ReadinessFix::client(u"message.key.columns=%1:<columns>"_s.arg(table))));
    }
    for (ReadinessCheck &missing : missingTables(facts, [&](const QString &name) { return found.contains(name); }))
        lines.push_back(std::move(missing));
    return lines;
}

ReadinessQuestion keys(const ReadinessFacts &facts)
{
    ReadinessQuestion question{{u"table"_s, u"primary_key"_s}, uR"(
SELECT t.TABLE_SCHEMA, t.TABLE_NAME, k.TABLE_NAME IS NOT NULL
FROM information_schema.TABLES t
LEFT JOIN (SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_TYPE = 'PRIMARY KEY') k
  ON k.TABLE_SCHEMA = t.TABLE_SCHEMA AND k.TABLE_NAME = t.TABLE_NAME
WHERE t.TABLE_TYPE = 'BASE TABLE' AND t.TABLE_SCHEMA NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')
  AND (DATABASE() IS NULL OR t.TABLE_SCHEMA = DATABASE())
ORDER BY t.TABLE_SCHEMA, t.TABLE_NAME)"_s};
    question.judge = [facts](const Rows &rows) { return judgeKeys(facts, rows); };
    return question;
}

}  // namespace

ReadinessFacts facts(TargetSession &session)
{
    const Rows rows = session.read(u"SELECT CURRENT_USER(), DATABASE(), @@basedir"_s);
    ReadinessFacts facts;
    facts.user = rows.text(0, 0);
    facts.database = rows.text(0, 1);
    facts.isManaged = rows.text(0, 2).startsWith(u"/rdsdbbin"_s);
    return facts;
}

std::vector<ReadinessQuestion> questions(const ReadinessFacts &facts)
{
    return {variables(facts), position(facts), files(facts), grants(facts), keys(facts)};
}

}  // namespace headgate::MysqlReadiness
