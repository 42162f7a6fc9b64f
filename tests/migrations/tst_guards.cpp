// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/dberror.h"
#include "models/database/query.h"
#include "models/database/transaction.h"
#include "tests/migrations/scratch.h"
#include "tests/support/testregistry.h"

#include <QCryptographicHash>
#include <QTest>
#include <QThread>

using namespace headgate;
using namespace headgate::test;

namespace {

/// One way around the append-only rule, and the trigger that stops it (empty: rights alone stop it).
struct Bypass {
    const char *name;
    const char *sql;
    const char *table = "";
    const char *trigger = "";
};

/// What both dialects must refuse to everybody. Row 2 of the trail is the newest.
const Bypass kBoth[] = {
    {"update", "update audit_logs set actor = 'nobody' where id = 1", "audit_logs", "audit_logs_update"},
    {"update of the newest", "update audit_logs set hash = previous_hash where id = 2", "audit_logs",
     "audit_logs_update"},
    {"delete", "delete from audit_logs where id = 1", "audit_logs", "audit_logs_delete"},
    {"delete the tail", "delete from audit_logs where id = 2", "audit_logs", "audit_logs_delete"},
    {"insert with a gap",
     "insert into audit_logs select 9, occurred_at, user_id, actor, action, entity_type, entity_id, entity_name, "
     "status,"
     " ip_address, user_agent, old_values, new_values, error_message, metadata, op_id, payload, hash, hash"
     " from audit_logs where id = 2",
     "audit_logs", "audit_logs_insert"},
    {"insert beside the chain",
     "insert into audit_logs select 3, occurred_at, user_id, actor, action, entity_type, entity_id, entity_name, "
     "status,"
     " ip_address, user_agent, old_values, new_values, error_message, metadata, op_id, payload, previous_hash, hash"
     " from audit_logs where id = 1",
     "audit_logs", "audit_logs_insert"},
    {"head back", "update audit_head set last_id = 1", "audit_head", "audit_head_update"},
    {"head on without a row", "update audit_head set last_id = last_id + 1", "audit_head", "audit_head_update"},
    {"head with another hash", "update audit_head set last_hash = (select previous_hash from audit_logs where id = 1)",
     "audit_head", "audit_head_update"},
    {"head deleted", "delete from audit_head", "audit_head", "audit_head_delete"},
    {"second head", "insert into audit_head select last_id, last_hash, last_occurred_at from audit_head", "audit_head",
     "audit_head_insert"},
    {"operation updated", "update operations set audit_id = 7", "operations", "operations_update"},
    {"operation deleted", "delete from operations", "operations", "operations_delete"},
    {"external change updated", "update external_changes set table_name = 'x'", "external_changes",
     "external_changes_update"},
    {"external change unsealed", "update external_changes set sealed_audit_id = null where sealed_audit_id is not null",
     "external_changes", "external_changes_update"},
    {"external change sealed again",
     "update external_changes set sealed_audit_id = 2 where sealed_audit_id is not null", "external_changes",
     "external_changes_update"},
    {"external change deleted", "delete from external_changes", "external_changes", "external_changes_delete"},
    {"history updated", "update schema_history set name = 'x'", "schema_history", "schema_history_update"},
    {"history deleted", "delete from schema_history", "schema_history", "schema_history_delete"},
    {"a batch with a broken link",
     "insert into audit_logs select 3, occurred_at, user_id, actor, action, entity_type, entity_id, entity_name, "
     "status, ip_address, user_agent, old_values, new_values, error_message, metadata, op_id, payload, hash, hash from "
     "audit_logs where id = 2 union all select 4, occurred_at, user_id, actor, action, entity_type, entity_id, "
     "entity_name, status, ip_address, user_agent, old_values, new_values, error_message, metadata, op_id, payload, "
     "previous_hash, hash from audit_logs where id = 2",
     "audit_logs", "audit_logs_insert"},
    {"hold deleted", "delete from audit_holds", "audit_holds", "audit_holds_delete"},
    {"hold narrowed", "update audit_holds set actor = 'nobody'", "audit_holds", "audit_holds_update"},
    {"hold released by nobody", "update audit_holds set released_at = created_at", "", ""},
    {"seal deleted", "delete from audit_seals", "audit_seals", "audit_seals_delete"},
    {"seal over rows that are here", "update audit_seals set removed_at = sealed_at", "audit_seals", "audit_seals_update"},
    {"seal moved", "update audit_seals set file_name = 'other'", "audit_seals", "audit_seals_update"},
    {"seal of what is not there",
     "insert into audit_seals (first_id, last_id, first_at, last_at, previous_hash, last_hash, events, file_name, "
     "file_sha256, sealed_by) select 2, 2, occurred_at, occurred_at, hash, hash, 1, 'f', hash, 'me' from audit_logs "
     "where id = 2",
     "audit_seals", "audit_seals_insert"},
    {"kept too short", "update audit_settings set retention_days = 30", "", ""},
    {"settings deleted", "delete from audit_settings", "audit_settings", "audit_settings_delete"},
};

const Bypass kSqlite[] = {
    {"replace",
     "insert or replace into audit_logs select id, occurred_at, user_id, 'nobody', action, entity_type, entity_id, "
     "entity_name, status,"
     " ip_address, user_agent, old_values, new_values, error_message, metadata, op_id, payload, previous_hash, hash"
     " from audit_logs where id = 2",
     "audit_logs", "audit_logs_insert"},
    {"replace the first", "replace into audit_logs select * from audit_logs where id = 1", "audit_logs",
     "audit_logs_insert"},
    {"insert or ignore",
     "insert or ignore into audit_logs select 9, occurred_at, user_id, actor, action, entity_type, entity_id, "
     "entity_name, status,"
     " ip_address, user_agent, old_values, new_values, error_message, metadata, op_id, payload, previous_hash, hash"
     " from audit_logs where id = 2",
     "audit_logs", "audit_logs_insert"},
    {"update or replace", "update or replace audit_logs set id = 1 where id = 2", "audit_logs", "audit_logs_update"},
    {"upsert",
     "insert into audit_logs select * from audit_logs where id = 2 on conflict (id) do update set actor = 'nobody'",
     "audit_logs", ""},
    {"head replaced",
     "insert or replace into audit_head (rowid, last_id, last_hash, last_occurred_at) select rowid, 0, zeroblob(32), 0 "
     "from audit_head",
     "audit_head", "audit_head_insert"},
    {"operation replaced", "insert or replace into operations select op_id, 7, occurred_at from operations",
     "operations", "operations_insert"},
    {"external change replaced", "insert or replace into external_changes select * from external_changes",
     "external_changes", "external_changes_insert"},
    {"history replaced", "insert or replace into schema_history select * from schema_history", "schema_history",
     "schema_history_insert"},
};

/// As the console: refused by rights. As the owner or a superuser, without the word for maintenance: by triggers and
/// guard.
const Bypass kPostgresql[] = {
    {"truncate", "truncate audit_logs", "", ""},
    {"truncate a partition", "truncate audit_logs_default", "", ""},
    {"truncate this month",
     "do $$ begin execute format('truncate headgate.%I', 'audit_logs_' || to_char(now(), 'YYYY_MM')); end $$", "", ""},
    {"truncate the head", "truncate audit_head", "", ""},
    {"truncate operations", "truncate operations", "", ""},
    {"truncate external changes", "truncate external_changes", "", ""},
    {"truncate history", "truncate schema_history", "", ""},
    {"truncate a managed table", "truncate connections cascade", "", ""},
    {"detach", "alter table audit_logs detach partition audit_logs_default", "", ""},
    {"drop a partition", "drop table audit_logs_default", "", ""},
    {"drop", "drop table audit_logs cascade", "", ""},
    {"drop the schema", "drop schema headgate cascade", "", ""},
    {"rename the schema", "alter schema headgate rename to aside", "", ""},
    {"move away", "alter table audit_logs set schema public", "", ""},
    {"rename", "alter table audit_logs rename to aside", "", ""},
    {"change a type", "alter table audit_logs alter column actor type varchar(10) using 'x'", "", ""},
    {"disable triggers", "alter table audit_logs disable trigger user", "", ""},
    {"drop a trigger", "drop trigger audit_logs_change on audit_logs", "", ""},
    {"add a trigger",
     "create trigger a_first before insert on audit_logs for each row execute function "
     "suppress_redundant_updates_trigger()",
     "", ""},
    {"add a rule", "create rule quiet as on insert to audit_logs do instead nothing", "", ""},
    {"replace the guard",
     "create or replace function refuse_change() returns trigger language plpgsql as 'begin return new; end'", "", ""},
    {"row security", "alter table audit_logs enable row level security", "", ""},
    {"change owner", "alter table audit_logs owner to current_user", "", ""},
    {"delete from a partition",
     "do $$ begin execute format('delete from headgate.%I', 'audit_logs_' || to_char(now(), 'YYYY_MM')); end $$", "",
     ""},
    {"update a partition",
     "do $$ begin execute format('update headgate.%I set actor = ''x''', 'audit_logs_' || to_char(now(), 'YYYY_MM')); "
     "end $$",
     "", ""},
    {"removed too young", "select remove_sealed_audit(1)", "", ""},
    {"into a partition",
     "insert into audit_logs_default select 3, occurred_at, user_id, actor, action, entity_type, entity_id, entity_name, "
     "status, ip_address, user_agent, old_values, new_values, error_message, metadata, op_id, payload, hash, hash from "
     "audit_logs where id = 2",
     "", ""},
    {"upsert",
     "insert into operations select op_id, 7, occurred_at from operations on conflict (op_id) do update set audit_id = "
     "7",
     "", ""},
};

/// The trail as its writer lays it, with a hash that stands for a real one.
void appendRow(Session &session)
{
    Transaction transaction(session, Transaction::Mode::Write, QUuid::createUuid());
    Query head(session,
               QStringLiteral("select last_id, last_hash, {us:last_occurred_at} from audit_head {for_update}"));
    QVERIFY(head.first());
    const qint64 id = head.get<qint64>(0) + 1;
    const QByteArray previous = head.get<QByteArray>(1);
    const Timestamp now = std::max(Timestamp::now(), Timestamp{head.get<qint64>(2)});
    QVERIFY(!head.next());
    const QByteArray hash = QCryptographicHash::hash(previous + QByteArray::number(id), QCryptographicHash::Sha256);
    Query(session, QStringLiteral(R"(
        insert into audit_logs (id, occurred_at, actor, action, entity_type, entity_id, entity_name, status, op_id, payload, previous_hash, hash)
        values (:id, {ts:at}, 'anna', 'UPDATE', 'connection', '4', 'shop', 'success', {uuid_in:op}, :payload, :previous, :hash))"))
        .bind("id", id)
        .bind("at", now)
        .bind("op", transaction.operationId())
        .bind("payload", QByteArray("{}"))
        .bind("previous", previous)
        .bind("hash", hash)
        .exec();
    Query(session,
          QStringLiteral("insert into operations (op_id, audit_id, occurred_at) values ({uuid_in:op}, :id, {ts:at})"))
        .bind("op", transaction.operationId())
        .bind("id", id)
        .bind("at", now)
        .exec();
    Query(session, QStringLiteral("update audit_head set last_id = :id, last_hash = :hash, last_occurred_at = {ts:at}"))
        .bind("id", id)
        .bind("hash", hash)
        .bind("at", now)
        .exec();
    transaction.commit();
}

/// Every guarded table as text.
QString contents(Session &session)
{
    QStringList rows;
    for (const char *sql : {"select id, actor, {us:occurred_at}, hash from audit_logs order by id",
                            "select last_id, 0, 0, last_hash from audit_head",
                            "select audit_id, {uuid:op_id} from operations order by audit_id",
                            "select id, table_name, row_id, sealed_audit_id from external_changes order by id",
                            "select id, name, action, checksum from schema_history order by id",
                            "select id, name, actor, released_by from audit_holds order by id",
                            "select id, file_name, {us:removed_at}, last_hash from audit_seals order by id",
                            "select id, 0, 0, retention_days from audit_settings"}) {
        Query query(session, QString::fromLatin1(sql));
        query.exec();
        while (query.next()) {
            QStringList row;
            for (int column = 0; column < query.columnCount(); ++column)
                row << QString::fromLatin1(query.raw(column).toByteArray().toHex());
            rows << row.join(QLatin1Char('|'));
        }
    }
    return rows.join(QLatin1Char('\n'));
}

void fill(Session &session)
{
    appendRow(session);
    appendRow(session);
    for (const char *name : {"one", "two"})
        session.execute(
            QStringLiteral(
                "insert into connections (name, connection_type, database_type) values ('%1', 'both', 'sqlite')")
                .arg(QLatin1String(name)));
    session.execute(QStringLiteral("update external_changes set sealed_audit_id = 1 where id = 1"));
    session.execute(QStringLiteral("insert into audit_holds (name, reason, created_by) values ('h', 'r', 'me')"));
    session.execute(QStringLiteral(
        "insert into audit_seals (first_id, last_id, first_at, last_at, previous_hash, last_hash, events, file_name, "
        "file_sha256, sealed_by) select 1, 1, occurred_at, occurred_at, previous_hash, hash, 1, 'f', hash, 'me' "
        "from audit_logs where id = 1"));
}

}  // namespace

class TstGuards : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void nobodyGetsAround_data();
    void nobodyGetsAround();
    void theGuardIsWhatStopsIt_data();
    void theGuardIsWhatStopsIt();
    void theHeadChecksTheLinks();
    void retentionMayDetach();
    void theTrailIsFollowed_data() { addDialectRows(); }
    void theTrailIsFollowed();
    void twoWritersMakeOneChain();

private:
    struct Role {
        const char *name;
        Session *session;
        bool privileged;
    };
    std::unique_ptr<Scratch> m_sqlite, m_postgresql;
    std::unique_ptr<Session> m_file, m_console, m_owner, m_superuser, m_replica;
    QList<Role> m_roles;
};

void TstGuards::initTestCase()
{
    m_sqlite = std::make_unique<Scratch>(Dialect::Kind::Sqlite);
    m_file = m_sqlite->migrated();
    fill(*m_file);
    m_postgresql = std::make_unique<Scratch>(Dialect::Kind::Postgresql);
    m_owner = m_postgresql->migrated();
    m_console = Session::open(m_postgresql->console());
    m_superuser = Session::open(m_postgresql->superuser());
    m_replica = Session::open(m_postgresql->superuser());
    m_replica->execute(QStringLiteral("set session_replication_role = replica"));
    fill(*m_console);
    m_roles = {{"sqlite", m_file.get(), true},
               {"console", m_console.get(), false},
               {"owner", m_owner.get(), true},
               {"superuser", m_superuser.get(), true},
               {"replica mode", m_replica.get(), true}};
}

void TstGuards::nobodyGetsAround_data()
{
    QTest::addColumn<int>("role");
    QTest::addColumn<QString>("sql");
    const auto add = [](int role, const char *roleName, const Bypass &bypass) {
        QTest::addRow("%s: %s", roleName, bypass.name) << role << QString::fromLatin1(bypass.sql);
    };
    for (int role = 0; role < m_roles.size(); ++role) {
        for (const Bypass &bypass : kBoth) add(role, m_roles[role].name, bypass);
        if (role == 0)
            for (const Bypass &bypass : kSqlite) add(role, m_roles[role].name, bypass);
        else
            for (const Bypass &bypass : kPostgresql) add(role, m_roles[role].name, bypass);
    }
}

void TstGuards::nobodyGetsAround()
{
    QFETCH(int, role);
    QFETCH(QString, sql);
    Session &session = *m_roles[role].session;
    const QString before = contents(session);
    QVERIFY2(!failureOf(session, sql).isEmpty(), "the statement went through");
    QCOMPARE(contents(session), before);
    if (role == 0) {
        // The guards must not depend on this switch, which a foreign program may have either way.
        session.execute(QStringLiteral("pragma recursive_triggers=on"));
        const bool refused = !failureOf(session, sql).isEmpty();
        session.execute(QStringLiteral("pragma recursive_triggers=off"));
        QVERIFY(refused);
        QCOMPARE(contents(session), before);
    }
}

void TstGuards::theGuardIsWhatStopsIt_data()
{
    QTest::addColumn<bool>("sqlite");
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("table");
    QTest::addColumn<QString>("trigger");
    const auto add = [](bool sqlite, const Bypass &bypass) {
        if (*bypass.trigger)
            QTest::addRow("%s: %s", sqlite ? "sqlite" : "postgresql", bypass.name)
                << sqlite << QString::fromLatin1(bypass.sql) << QString::fromLatin1(bypass.table)
                << QString::fromLatin1(bypass.trigger);
    };
    for (const Bypass &bypass : kBoth) {
        add(true, bypass);
        add(false, bypass);
    }
    for (const Bypass &bypass : kSqlite) add(true, bypass);
}

/// Without its trigger each statement goes through: the refusal above is the guard's doing, not a slip of the
/// statement.
void TstGuards::theGuardIsWhatStopsIt()
{
    QFETCH(bool, sqlite);
    QFETCH(QString, sql);
    QFETCH(QString, table);
    QFETCH(QString, trigger);
    Session &session = sqlite ? *m_file : *m_owner;
    const Transaction transaction(session);  // rolled back
    if (sqlite) {
        session.execute(QStringLiteral("drop trigger ") + trigger);
    } else {
        session.execute(QStringLiteral("set local headgate.maintenance = 'test'"));
        session.execute(QStringLiteral("alter table %1 disable trigger user").arg(table));
    }
    QCOMPARE(failureOf(session, sql), QString());
}

/// The console writes its rows with SQLite's row triggers off; what they would have stopped, the head does.
void TstGuards::theHeadChecksTheLinks()
{
    const QString row = QStringLiteral(
        "insert into audit_logs select 3, occurred_at %1, user_id, actor, action, entity_type, entity_id, entity_name, status, "
        "ip_address, user_agent, old_values, new_values, error_message, metadata, op_id, payload, %2, hash from audit_logs "
        "where id = 2");
    const QString head = QStringLiteral("update audit_head set last_id = 3, last_hash = (select hash from audit_logs where id = 3), "
                                        "last_occurred_at = (select occurred_at from audit_logs where id = 3)");
    for (const auto &[time, link, isGood] : {std::tuple("+ 1", "hash", true), {"+ 1", "previous_hash", false}, {"- 1", "hash", false}}) {
        const Transaction transaction(*m_file);  // rolled back
        m_file->execute(QStringLiteral("drop trigger audit_logs_insert"));
        m_file->execute(row.arg(QLatin1String(time), QLatin1String(link)));
        QCOMPARE(failureOf(*m_file, head).isEmpty(), isGood);
    }
}

void TstGuards::retentionMayDetach()
{
    const Transaction transaction(*m_owner);
    m_owner->execute(QStringLiteral("set local headgate.maintenance = 'retention'"));
    QCOMPARE(failureOf(*m_owner, QStringLiteral("alter table audit_logs detach partition audit_logs_default")),
             QString());
    // The word alone opens nothing for a login that does not own the schema.
    const Transaction other(*m_console);
    m_console->execute(QStringLiteral("set local headgate.maintenance = 'retention'"));
    QVERIFY(!failureOf(*m_console, QStringLiteral("drop table audit_logs_default")).isEmpty());
}

void TstGuards::theTrailIsFollowed()
{
    QFETCH(Dialect::Kind, kind);
    Session &session = kind == Dialect::Kind::Sqlite ? *m_file : *m_console;
    Query names(session,
                QStringLiteral(
                    "select entity_type, entity_id, entity_name, (select count(*) from audit_names) from audit_names"));
    QVERIFY(names.first());
    QCOMPARE(names.get<QString>(2), QStringLiteral("shop"));
    QCOMPARE(names.get<int>(3), 1);
    Query rollup(session, QStringLiteral("select sum(events), min({us:bucket_start}) from audit_rollups where action = "
                                         "'UPDATE' and status = 'success'"));
    QVERIFY(rollup.first());
    QCOMPARE(rollup.get<int>(0), 2);
    QCOMPARE(rollup.get<qint64>(1) % 3'600'000'000, 0);
    // Through the dictionary's trigram index, which is a table of its own in SQLite.
    Query search(session,
                 QString::fromLatin1(kind == Dialect::Kind::Sqlite
                                         ? "select count(*) from idx_audit_names_trgm where entity_name like '%HO%'"
                                         : "select count(*) from audit_names where entity_name ilike '%HO%'"));
    QVERIFY(search.first());
    QCOMPARE(search.get<int>(0), 1);
}

/// Two sessions append in turn and at once: the lock on the head makes one chain of it.
void TstGuards::twoWritersMakeOneChain()
{
    const auto append = [spec = m_postgresql->console()] {
        const auto session = Session::open(spec);
        for (int i = 0; i < 40; ++i) appendRow(*session);
    };
    std::unique_ptr<QThread> first(QThread::create(append)), second(QThread::create(append));
    first->start();
    second->start();
    QVERIFY(first->wait() && second->wait());
    Query chain(*m_console, QStringLiteral(R"(
        select count(*), max(id), (select count(*) from audit_logs a join audit_logs b on b.id = a.id + 1 and b.previous_hash = a.hash),
               (select last_id from audit_head) from audit_logs)"));
    QVERIFY(chain.first());
    QCOMPARE(chain.get<int>(0), 82);
    QCOMPARE(chain.get<int>(1), 82);
    QCOMPARE(chain.get<int>(2), 81);
    QCOMPARE(chain.get<int>(3), 82);
}

HEADGATE_TEST(TstGuards);
#include "tst_guards.moc"
