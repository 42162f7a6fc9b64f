// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/readiness/postgresqlreadiness.h"

#include "models/connections/probeadvice.h"
#include "models/connections/readiness/postgresqltables.h"

#include <QHash>

namespace headgate::PostgresqlReadiness {

using namespace Qt::StringLiterals;
using namespace readiness;

namespace {

constexpr int logicalStandbySince = 160000;
constexpr double gigabyte = 1024.0 * 1024 * 1024;
/// Retained log without a limit that is worth a word.
constexpr double muchRetained = 10 * gigabyte;
/// Below a fifth of what a slot may keep, it is close to being lost.
constexpr double littleSpace = 0.2;
/// Rows that others must have written before a quiet database means anything, and how much quieter it is.
constexpr double someRows = 1000;
constexpr double quieter = 100;

QString quoted(const QString &name) { return advice::quoted(DatabaseType::Postgresql, name); }

ReadinessQuestion identity()
{
    ReadinessQuestion question{{u"identity"_s}, uR"(
SELECT pg_catalog.current_setting('server_version') AS version, pg_catalog.host(pg_catalog.inet_server_addr()) AS address,
       pg_catalog.inet_server_port() AS port, pg_catalog.current_database() AS database, pg_catalog.pg_is_in_recovery() AS standby,
       pg_catalog.current_setting('server_version_num') AS number,
       (SELECT system_identifier FROM pg_catalog.pg_control_system()) AS system)"_s};
    question.otherwise = uR"(
SELECT pg_catalog.current_setting('server_version') AS version, pg_catalog.host(pg_catalog.inet_server_addr()) AS address,
       pg_catalog.inet_server_port() AS port, pg_catalog.current_database() AS database, pg_catalog.pg_is_in_recovery() AS standby,
       pg_catalog.current_setting('server_version_num') AS number, NULL AS system)"_s;
    question.judge = [](const Rows &rows) -> Lines {
        QString evidence = u"PostgreSQL %1 at %2:%3, database %4"_s.arg(cell(rows, 0, "version").section(u' ', 0, 0),
                                                                        cell(rows, 0, "address"), cell(rows, 0, "port"),
                                                                        cell(rows, 0, "database"));
        if (const QString system = cell(rows, 0, "system"); !system.isEmpty()) evidence += u", system "_s + system;
        if (!truth(cell(rows, 0, "standby")))
            return {line(u"identity"_s, StageStatus::Pass, evidence + u", primary."_s)};
        evidence += u", standby."_s;
        if (cell(rows, 0, "number").toInt() < logicalStandbySince)
            return {line(u"identity"_s, StageStatus::Fail, evidence,
                         u"A standby decodes its log from PostgreSQL 16 on. Capture from the primary."_s)};
        return {line(
            u"identity"_s, StageStatus::Warn, evidence,
            u"A standby can be captured from, but publications are made on the primary, and a promotion must be planned."_s)};
    };
    return question;
}

/// The server's settings by name, with the words that explain them.
class Settings {
public:
    explicit Settings(const Rows &rows)
    {
        for (size_t row = 0; row < rows.rows.size(); ++row) {
            m_values.insert(cell(rows, row, "name"), cell(rows, row, "setting"));
            if (truth(cell(rows, row, "pending_restart"))) m_pending << cell(rows, row, "name");
        }
    }
    bool has(const char *name) const { return m_values.contains(QLatin1String(name)); }
    QString text(const char *name) const { return m_values.value(QLatin1String(name)); }
    int number(const char *name) const { return text(name).toInt(); }
    /// Empty unless a new value waits for a restart.
    QString pending(const char *name) const
    {
        return m_pending.contains(QLatin1String(name)) ? u" A new value waits for a restart of the server."_s
                                                       : QString();
    }

private:
    QHash<QString, QString> m_values;
    QStringList m_pending;
};

/// How a setting is changed here: by statement, or in the parameter group of a managed server.
ReadinessFix set(const ReadinessFacts &facts, const QString &name, const QString &value)
{
    if (facts.isManaged) return ReadinessFix::server(name + u" = "_s + value);
    return ReadinessFix::sql(u"ALTER SYSTEM SET %1 = '%2';"_s.arg(name, value));
}

QString asWhom(const ReadinessFacts &facts)
{
    return facts.isManaged ? u"Change it in the server's parameter group"_s : u"Run it as a superuser"_s;
}

ReadinessCheck walLevel(const ReadinessFacts &facts, const Settings &settings)
{
    const QString evidence = u"wal_level = %1."_s.arg(settings.text("wal_level")) + settings.pending("wal_level");
    if (settings.text("wal_level") == u"logical") return line(u"wal_level"_s, StageStatus::Pass, evidence);
    const ReadinessFix fix = facts.isManaged ? ReadinessFix::server(u"rds.logical_replication = 1"_s)
                                             : set(facts, u"wal_level"_s, u"logical"_s);
    return line(u"wal_level"_s, StageStatus::Fail, evidence,
                u"The log holds too little to read changes from it. %1, then restart the server."_s.arg(asWhom(facts)),
                fix);
}

ReadinessCheck capacity(const ReadinessFacts &facts, const Settings &settings, const char *name, const char *usedName,
                        const QString &advice)
{
    const int total = settings.number(name);
    const int used = settings.number(usedName);
    const QString check = QLatin1String(name);
    const QString evidence = u"%1 = %2, %3 in use."_s.arg(check).arg(total).arg(used) + settings.pending(name);
    if (total > used) return line(check, StageStatus::Pass, evidence);
    return line(check, StageStatus::Fail, evidence, u"%1 %2, then restart the server."_s.arg(advice, asWhom(facts)),
                set(facts, check, QString::number(std::max(10, used + 5))));
}

ReadinessCheck slotLimit(const ReadinessFacts &facts, const Settings &settings)
{
    const QString check = u"max_slot_wal_keep_size"_s;
    if (!settings.has("max_slot_wal_keep_size"))
        return line(check, StageStatus::Warn, u"This version has no limit for the log that a slot keeps."_s,
                    u"A connector that stands still fills the disk: watch the slot's retained log."_s);
    const QString kept = u" wal_keep_size = %1 MB."_s.arg(settings.text("wal_keep_size"));
    if (settings.number("max_slot_wal_keep_size") >= 0)
        return line(check, StageStatus::Pass,
                    u"max_slot_wal_keep_size = %1 MB."_s.arg(settings.text("max_slot_wal_keep_size")) + kept);
    return line(check, StageStatus::Warn, u"max_slot_wal_keep_size = -1: without limit."_s + kept,
                u"The disk can fill: a connector that stands still keeps all log since then. %1 with what the disk can "
                u"spare, then reload the "
                "settings (SELECT pg_reload_conf())."_s.arg(asWhom(facts)),
                set(facts, check, u"50GB"_s));
}

ReadinessCheck senderTimeout(const ReadinessFacts &facts, const Settings &settings)
{
    constexpr int shortMs = 10'000;
    const QString check = u"wal_sender_timeout"_s;
    const int ms = settings.number("wal_sender_timeout");
    const QString evidence = u"wal_sender_timeout = %1 ms."_s.arg(ms);
    if (ms == 0 || ms >= shortMs) return line(check, StageStatus::Pass, evidence);
    return line(
        check, StageStatus::Warn, evidence,
        u"A connector that is busy for longer is cut off. %1, then reload the settings (SELECT pg_reload_conf())."_s
            .arg(asWhom(facts)),
        set(facts, check, u"60s"_s));
}

ReadinessQuestion settings(const ReadinessFacts &facts)
{
    ReadinessQuestion question{{u"wal_level"_s, u"max_replication_slots"_s, u"max_wal_senders"_s,
                                u"max_slot_wal_keep_size"_s, u"wal_sender_timeout"_s},
                               uR"(
SELECT name, setting, pending_restart FROM pg_catalog.pg_settings
WHERE name IN ('wal_level', 'max_wal_senders', 'max_replication_slots', 'max_slot_wal_keep_size', 'wal_keep_size', 'wal_sender_timeout')
UNION ALL SELECT 'used_slots', pg_catalog.count(*)::text, false FROM pg_catalog.pg_replication_slots
UNION ALL SELECT 'used_senders', pg_catalog.count(*)::text, false FROM pg_catalog.pg_stat_replication)"_s};
    question.judge = [facts](const Rows &rows) -> Lines {
        const Settings found(rows);
        return {walLevel(facts, found),
                capacity(facts, found, "max_replication_slots", "used_slots",
                         u"Every slot is taken. Drop one that nobody needs, or allow more."_s),
                capacity(facts, found, "max_wal_senders", "used_senders",
                         u"Every sender is taken, and a connector needs one."_s),
                slotLimit(facts, found), senderTimeout(facts, found)};
    };
    return question;
}

ReadinessQuestion role(const ReadinessFacts &facts)
{
    ReadinessQuestion question{{u"replication_role"_s}, uR"(
SELECT r.rolcanlogin, r.rolreplication, r.rolsuper,
       (SELECT pg_catalog.string_agg(g.rolname, ', ' ORDER BY g.rolname) FROM pg_catalog.pg_roles g
        WHERE g.rolname IN ('rds_superuser', 'rdsadmin', 'rdsrepladmin', 'rds_replication')
          AND pg_catalog.pg_has_role(r.oid, g.oid, 'MEMBER')) AS groups
FROM pg_catalog.pg_roles r WHERE r.rolname = current_user)"_s};
    question.judge = [facts](const Rows &rows) -> Lines {
        const QString groups = cell(rows, 0, "groups");
        const bool replicates =
            truth(cell(rows, 0, "rolreplication")) || truth(cell(rows, 0, "rolsuper")) || !groups.isEmpty();
        QStringList words;
        for (const auto &[column, word] :
             {std::pair("rolcanlogin", "LOGIN"), std::pair("rolreplication", "REPLICATION"),
              std::pair("rolsuper", "SUPERUSER")})
            words << (truth(cell(rows, 0, column)) ? QString() : u"no "_s) + QLatin1String(word);
        if (!groups.isEmpty()) words << u"member of "_s + groups;
        const QString evidence = u"%1: %2."_s.arg(facts.user, words.join(u", "_s));
        if (replicates) return {line(u"replication_role"_s, StageStatus::Pass, evidence)};
        const QString statement = facts.isManaged ? u"GRANT rds_replication TO %1;"_s : u"ALTER ROLE %1 REPLICATION;"_s;
        return {line(u"replication_role"_s, StageStatus::Fail, evidence,
                     u"The role may not open a replication connection. Run it as a superuser."_s,
                     ReadinessFix::sql(statement.arg(quoted(facts.user))))};
    };
    return question;
}

QString bytesText(const QString &text) { return text.isEmpty() ? u"unknown"_s : size(text.toDouble()); }

ReadinessFix drop(const QString &slot)
{
    return ReadinessFix::sql(u"SELECT pg_drop_replication_slot(%1);"_s.arg(literal(slot)));
}

ReadinessCheck slotState(const ReadinessFacts &facts, const Rows &rows, size_t row)
{
    const QString check = u"replication_slot"_s;
    const QString name = cell(rows, row, "slot_name");
    const QString wal = cell(rows, row, "wal_status");
    const bool active = truth(cell(rows, row, "active"));
    QString evidence =
        u"%1: %2%3, %4"_s.arg(name, cell(rows, row, "slot_type"),
                              cell(rows, row, "plugin").isEmpty() ? QString() : u' ' + cell(rows, row, "plugin"),
                              active ? u"active (process %1)"_s.arg(cell(rows, row, "active_pid")) : u"inactive"_s);
    if (const QString since = cell(rows, row, "inactive_since"); !active && !since.isEmpty())
        evidence += u" since "_s + since;
    if (!wal.isEmpty()) evidence += u", log "_s + wal;
    if (const QString reason = cell(rows, row, "invalidation_reason"); !reason.isEmpty())
        evidence += u", invalidated: "_s + reason;
    evidence += u'.';
    if (wal == u"lost" || truth(cell(rows, row, "conflicting")))
        return line(check, StageStatus::Fail, evidence,
                    u"Its changes are gone: drop the slot and take a new snapshot."_s, drop(name));
    if (wal == u"unreserved")
        return line(
            check, StageStatus::Fail, evidence,
            u"The next checkpoint may remove log that it needs. Let its connector run now, or raise max_slot_wal_keep_size."_s,
            set(facts, u"max_slot_wal_keep_size"_s, u"50GB"_s));
    if (!active)
        return line(
            check, StageStatus::Warn, evidence,
            u"Nobody reads it, and it keeps log on the disk. Start its connector; drop it if nobody needs it any more."_s,
            drop(name));
    if (wal == u"extended")
        return line(check, StageStatus::Warn, evidence,
                    u"It keeps more log than max_wal_size: its connector is behind."_s);
    if (name == facts.option("slot_name"))
        return line(check, StageStatus::Warn, evidence,
                    u"This connection's slot is in use: a second connector needs another slot.name."_s);
    return line(check, StageStatus::Pass, evidence);
}

/// Lag alone is no danger; losing the slot is.
ReadinessCheck slotLag(const Rows &rows, size_t row)
{
    const QString check = u"slot_lag"_s;
    const QString safe = cell(rows, row, "safe_wal_size");
    const double retained = cell(rows, row, "retained_bytes").toDouble();
    const QString evidence = u"%1: %2 behind, keeps %3%4."_s.arg(
        cell(rows, row, "slot_name"), bytesText(cell(rows, row, "lag_bytes")), size(retained),
        safe.isEmpty() ? QString() : u", %1 more before it is lost"_s.arg(size(std::max(0.0, safe.toDouble()))));
    if (safe.isEmpty() && retained < muchRetained) return line(check, StageStatus::Pass, evidence);
    if (safe.isEmpty())
        return line(check, StageStatus::Warn, evidence,
                    u"It keeps much log, without limit: watch the disk, and let its connector catch up."_s);
    if (safe.toDouble() <= 0)
        return line(check, StageStatus::Fail, evidence,
                    u"The slot is about to be lost: let its connector catch up now."_s);
    if (safe.toDouble() < littleSpace * (retained + safe.toDouble()))
        return line(
            check, StageStatus::Warn, evidence,
            u"Little is left before the slot is lost: let its connector catch up, or raise max_slot_wal_keep_size."_s);
    return line(check, StageStatus::Pass, evidence);
}

Lines judgeSlots(const ReadinessFacts &facts, const Rows &rows)
{
    Lines lines;
    for (size_t row = 0; row < rows.rows.size(); ++row) lines.push_back(slotState(facts, rows, row));
    if (lines.empty())
        lines.push_back(
            line(u"replication_slot"_s, StageStatus::Pass, u"The server has no slot; a connector makes its own."_s));
    const size_t states = lines.size();
    for (size_t row = 0; row < rows.rows.size(); ++row)
        if (cell(rows, row, "slot_type") == u"logical") lines.push_back(slotLag(rows, row));
    if (lines.size() == states) lines.push_back(line(u"slot_lag"_s, StageStatus::Pass, u"There is no logical slot."_s));
    return lines;
}

ReadinessQuestion replicationSlots(const ReadinessFacts &facts)
{
    const int version = facts.version.number;
    const QString sql = uR"(
SELECT s.slot_name, s.slot_type, s.plugin, s.active, s.active_pid, %1,
       pg_catalog.pg_wal_lsn_diff(n.lsn, s.confirmed_flush_lsn) AS lag_bytes, pg_catalog.pg_wal_lsn_diff(n.lsn, s.restart_lsn) AS retained_bytes
FROM pg_catalog.pg_replication_slots s,
     (SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_receive_lsn()
                  ELSE pg_catalog.pg_current_wal_lsn() END AS lsn) n
ORDER BY s.slot_name)"_s;
    QStringList columns{version >= 130000 ? u"s.wal_status, s.safe_wal_size"_s
                                          : u"NULL AS wal_status, NULL AS safe_wal_size"_s};
    if (version >= 160000) columns << u"s.conflicting"_s;
    if (version >= 170000) columns << u"s.inactive_since, s.invalidation_reason"_s;
    ReadinessQuestion question{{u"replication_slot"_s, u"slot_lag"_s}, sql.arg(columns.join(u", "_s))};
    question.judge = [facts](const Rows &rows) { return judgeSlots(facts, rows); };
    return question;
}

ReadinessQuestion heartbeat()
{
    ReadinessQuestion question{{u"heartbeat"_s}, uR"(
SELECT pg_catalog.sum(s.tup_inserted + s.tup_updated + s.tup_deleted) FILTER (WHERE d.datname = pg_catalog.current_database()) AS ours,
       COALESCE(pg_catalog.sum(s.tup_inserted + s.tup_updated + s.tup_deleted) FILTER (WHERE d.datname <> pg_catalog.current_database()), 0) AS others
FROM pg_catalog.pg_stat_database s JOIN pg_catalog.pg_database d ON d.oid = s.datid WHERE NOT d.datistemplate)"_s};
    question.judge = [](const Rows &rows) -> Lines {
        const double ours = cell(rows, 0, "ours").toDouble();
        const double others = cell(rows, 0, "others").toDouble();
        const QString evidence =
            u"Rows written since the statistics began: %1 in this database, %2 in the others."_s.arg(ours, 0, 'f', 0)
                .arg(others, 0, 'f', 0);
        if (others < someRows || ours * quieter > others) return {line(u"heartbeat"_s, StageStatus::Pass, evidence)};
        return {line(u"heartbeat"_s, StageStatus::Warn, evidence,
                     u"This database is quiet while others write: without a heartbeat its slot keeps their log as "
                     u"well. Set one in the connector, with "
                     "its table in the publication."_s,
                     ReadinessFix::client(u"heartbeat.interval.ms=10000"_s))};
    };
    return question;
}

/// Who may read the rules needs two rights; the one that is missing first is named first.
ReadinessCheck hbaHidden(const ReadinessFacts &facts, const Rows &rows)
{
    const QString right = truth(cell(rows, 0, "may_select"))
                              ? u"GRANT EXECUTE ON FUNCTION pg_catalog.pg_hba_file_rules() TO %1;"_s
                              : u"GRANT SELECT ON pg_catalog.pg_hba_file_rules TO %1;"_s;
    return line(u"hba"_s, StageStatus::Skipped, u"%1 may not read the access rules."_s.arg(facts.user),
                u"Not needed to capture: this session came in by the same rules. To see them, run it as a superuser."_s,
                ReadinessFix::sql(right.arg(quoted(facts.user))));
}

ReadinessQuestion hba(const ReadinessFacts &facts)
{
    ReadinessQuestion question{{u"hba"_s}, uR"(
SELECT pg_catalog.count(*) AS lines, pg_catalog.count(*) FILTER (WHERE 'replication' = ANY (database)) AS replication,
       pg_catalog.count(*) FILTER (WHERE error IS NOT NULL) AS broken
FROM pg_catalog.pg_hba_file_rules)"_s};
    question.otherwise =
        u"SELECT pg_catalog.has_table_privilege('pg_catalog.pg_hba_file_rules', 'SELECT') AS may_select"_s;
    question.judge = [facts](const Rows &rows) -> Lines {
        if (rows.columns.contains(u"may_select"_s)) return {hbaHidden(facts, rows)};
        const QString evidence = u"%1 access rules, %2 of them for physical replication, %3 with an error. A logical "
                                 u"replication connection goes by the "
                                 "rules of its database, as this session did."_s.arg(
                                     cell(rows, 0, "lines"), cell(rows, 0, "replication"), cell(rows, 0, "broken"));
        if (cell(rows, 0, "broken").toInt() == 0) return {line(u"hba"_s, StageStatus::Pass, evidence)};
        return {line(
            u"hba"_s, StageStatus::Warn, evidence,
            u"The file has a line that the server cannot read: the next reload keeps the old rules. Find it there."_s,
            ReadinessFix::sql(u"SELECT line_number, error FROM pg_hba_file_rules WHERE error IS NOT NULL;"_s))};
    };
    return question;
}

}  // namespace

ReadinessFacts facts(TargetSession &session)
{
    const Rows rows = session.read(uR"(
SELECT current_user, pg_catalog.current_database() AS database,
       EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = 'rds_superuser') AS managed)"_s);
    ReadinessFacts facts;
    facts.user = cell(rows, 0, "current_user");
    facts.database = cell(rows, 0, "database");
    facts.isManaged = truth(cell(rows, 0, "managed"));
    return facts;
}

std::vector<ReadinessQuestion> questions(const ReadinessFacts &facts)
{
    std::vector<ReadinessQuestion> all{identity(), settings(facts), role(facts)};
    for (ReadinessQuestion &question : PostgresqlTables::questions(facts)) all.push_back(std::move(question));
    all.push_back(replicationSlots(facts));
    all.push_back(heartbeat());
    all.push_back(hba(facts));
    return all;
}

}  // namespace headgate::PostgresqlReadiness
