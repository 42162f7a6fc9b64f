// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/query.h"
#include "tests/migrations/catalogue.h"
#include "tests/migrations/scratch.h"
#include "tests/support/testregistry.h"

#include <QElapsedTimer>
#include <QTest>

using namespace headgate;
using namespace headgate::test;

class TstSchema : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void catalogueIsWhatWasPromised_data() { addDialectRows(); }
    void catalogueIsWhatWasPromised();
    void everythingIsCommented_data() { addDialectRows(); }
    void everythingIsCommented();
    void templatesAreWholeDashboards_data() { addDialectRows(); }
    void templatesAreWholeDashboards();
    void ruleChecksHold_data() { addDialectRows(); }
    void ruleChecksHold();
    void aSchemaNeedsNoRoles();
    void consoleHasNoMoreRightsThanItNeeds();
    void partitionsAreMadeAhead();

private:
    void verifyNothingIsLeft(Session &session);
};

void TstSchema::verifyNothingIsLeft(Session &session)
{
    const char *sql = session.dialect().isSqlite()
                          ? "select count(*) from sqlite_master where name <> 'sqlite_sequence'"
                          : "select count(*) from pg_namespace where nspname = 'headgate'";
    Query query(session, QString::fromLatin1(sql));
    QVERIFY(query.first());
    QCOMPARE(query.get<int>(0), 0);
}

void TstSchema::catalogueIsWhatWasPromised()
{
    QFETCH(Dialect::Kind, kind);
    const Scratch scratch(kind);
    const auto session = Session::open(scratch.admin());
    for (int round = 0; round < 2; ++round) {
        QCOMPARE(Migrator(*session).upgrade().outcome, Migrator::Outcome::Created);
        QCOMPARE(difference(promisedCatalogue(kind), actualCatalogue(*session)), QString());
        QCOMPARE(Migrator(*session).downgrade(0).outcome, Migrator::Outcome::Downgraded);
        verifyNothingIsLeft(*session);
        QCOMPARE(Migrator(*session).check().outcome, Migrator::Outcome::Empty);
    }
}

void TstSchema::everythingIsCommented()
{
    QFETCH(Dialect::Kind, kind);
    const Scratch scratch(kind);
    const auto session = scratch.migrated();
    QStringList bare;
    if (kind == Dialect::Kind::Postgresql) {
        Query query(*session, QStringLiteral(R"(
            select c.relname || '.' || coalesce(a.attname, '') from pg_class c
            join pg_attribute a on a.attrelid = c.oid and a.attnum >= 0 or a.attnum is null
            where c.relnamespace = to_regnamespace('headgate') and c.relkind in ('r', 'p') and not c.relispartition
              and not a.attisdropped and (col_description(c.oid, a.attnum) is null or obj_description(c.oid) is null))"));
        query.exec();
        while (query.next()) bare << query.get<QString>(0);
    } else {
        Query query(*session,
                    QStringLiteral("select name, sql from sqlite_master where type = 'table' and sql like '%STRICT%'"));
        query.exec();
        while (query.next()) {
            const QStringList lines = query.get<QString>(1).split(QLatin1Char('\n'));
            for (const QString &line : lines)
                if (line.startsWith(QLatin1String("    ")) && line.at(4).isLower() &&
                    !line.contains(QLatin1String("  -- ")) && query.get<QString>(0) != u"session_operation")
                    bare << query.get<QString>(0) + line;
            if (!lines.value(1).startsWith(QLatin1String("    -- "))) bare << query.get<QString>(0);
        }
    }
    QCOMPARE(bare, QStringList());
}

void TstSchema::templatesAreWholeDashboards()
{
    QFETCH(Dialect::Kind, kind);
    const Scratch scratch(kind);
    const auto session = scratch.migrated();
    Query query(*session,
                QStringLiteral("select name, {json:document} from dashboard_templates where is_system order by id"));
    query.exec();
    QStringList names;
    while (query.next()) {
        names << query.get<QString>(0);
        const QJsonObject document = query.get<QJsonObject>(1);
        QCOMPARE(document[QLatin1String("kind")].toString(), QStringLiteral("Dashboard"));
        const QJsonObject spec = document[QLatin1String("spec")].toObject();
        QStringList panels = spec[QLatin1String("panels")].toObject().keys();
        QVERIFY(panels.size() >= 8);
        for (const QJsonValue &layout : spec[QLatin1String("layouts")].toArray())
            for (const QJsonValue &item : layout[QLatin1String("spec")][QLatin1String("items")].toArray()) {
                const QString reference = item[QLatin1String("content")][QLatin1String("$ref")].toString();
                QVERIFY2(panels.removeOne(reference.section(QLatin1Char('/'), -1)), qPrintable(reference));
                QVERIFY(item[QLatin1String("x")].toInt() + item[QLatin1String("width")].toInt() <= 24);
            }
        QCOMPARE(panels, QStringList());
    }
    QCOMPARE(names, QStringList({QStringLiteral("model-serving"), QStringLiteral("training-job"),
                                 QStringLiteral("notebook-server"), QStringLiteral("data-pipeline")}));
}

void TstSchema::ruleChecksHold()
{
    QFETCH(Dialect::Kind, kind);
    const Scratch scratch(kind);
    const auto session = scratch.migrated();
    const char *good =
        "insert into dashboards (project, name, document, document_text) values ('p', 'a.b-c_1', '{}', '{}')";
    QCOMPARE(failureOf(*session, QString::fromLatin1(good)), QString());
    for (const char *bad :
         {"insert into dashboards (project, name, document, document_text) values ('p', 'a b', '{}', '{}')",
          "insert into dashboards (project, name, document, document_text) values ('p', '', '{}', '{}')",
          "insert into dashboards (project, name, document, document_text) values ('p', 'list', '[]', '[]')",
          "insert into dashboards (project, name, document, document_text) values ('p', 'a.b-c_1', '{}', '{}')",
          "insert into connections (name, connection_type, database_type, port) values ('c', 'both', 'mysql', 65536)",
          "insert into connections (name, connection_type, database_type) values ('c', 'both', 'oracle')",
          "insert into dashboard_templates (name, display_name, document, usage_count) values ('t', 'T', '{}', -1)",
          "insert into dashboard_resources (kind, name, document, document_text) values ('folder', 'f', '{}', '{}'), "
          "('folder', 'f', '{}', '{}')",
          "insert into catalog_tables (table_name) values ('t'), ('t')"})
        QVERIFY2(!failureOf(*session, QString::fromLatin1(bad)).isEmpty(), bad);
}

void TstSchema::aSchemaNeedsNoRoles()
{
    const PgDatabase database;
    const auto superuser = Session::open(database.superuser());
    // As on a server where the roles script was not run in this database: the owner role may make nothing here.
    superuser->execute(QStringLiteral("revoke create on database \"%1\" from headgate_owner").arg(database.name()));
    QCOMPARE(Migrator(*superuser).upgrade().outcome, Migrator::Outcome::Created);
    Query owner(
        *superuser,
        QStringLiteral("select cast(cast(nspowner as regrole) as text) from pg_namespace where nspname = 'headgate'"));
    QVERIFY(owner.first());
    QVERIFY(owner.get<QString>(0) != u"headgate_owner");
}

void TstSchema::consoleHasNoMoreRightsThanItNeeds()
{
    const Scratch scratch(Dialect::Kind::Postgresql);
    const auto admin = scratch.migrated();
    const auto console = Session::open(scratch.console());
    Query query(*console, QStringLiteral(R"(
        select c.relname, concat_ws(' ',
                 case when has_table_privilege(c.oid, 'select') then 'select' end, case when has_table_privilege(c.oid, 'insert') then 'insert' end,
                 case when has_table_privilege(c.oid, 'update') then 'update' end, case when has_table_privilege(c.oid, 'delete') then 'delete' end,
                 case when has_table_privilege(c.oid, 'truncate') then 'truncate' end, case when has_table_privilege(c.oid, 'trigger') then 'trigger' end,
                 case when has_table_privilege(c.oid, 'references') then 'references' end),
               pg_has_role(c.relowner, 'usage')
        from pg_class c where c.relnamespace = to_regnamespace('headgate') and c.relkind in ('r', 'p'))"));
    query.exec();
    QMap<QString, QString> rights;
    while (query.next()) {
        rights.insert(query.get<QString>(0), query.get<QString>(1));
        QVERIFY2(!query.get<bool>(2), qPrintable(query.get<QString>(0)));
    }
    const auto of = [&](const char *table) { return rights.value(QString::fromLatin1(table)); };
    for (const char *table :
         {"schema_version", "schema_history", "schema_journal", "external_changes", "audit_names", "audit_rollups"})
        QCOMPARE(of(table), QStringLiteral("select"));
    QCOMPARE(of("audit_logs"), QStringLiteral("select insert"));
    QCOMPARE(of("operations"), QStringLiteral("select insert"));
    QCOMPARE(of("audit_head"), QStringLiteral("select update"));
    QCOMPARE(of("users"), QStringLiteral("select insert update"));
    QCOMPARE(of("connections"), QStringLiteral("select insert update delete"));
    for (auto it = rights.cbegin(); it != rights.cend(); ++it) {
        QVERIFY2(!it.value().contains(QLatin1String("truncate")) && !it.value().contains(QLatin1String("trigger")),
                 qPrintable(it.key()));
        if (it.key().startsWith(QLatin1String("audit_logs_"))) QCOMPARE(it.value(), QStringLiteral("select"));
    }
    QVERIFY(!failureOf(*console, QStringLiteral("create table headgate.mine (i int)")).isEmpty());
    QVERIFY(!failureOf(*console, QStringLiteral("set role headgate_owner")).isEmpty());
    QCOMPARE(failureOf(*console, QStringLiteral("create temp table t (i int)")), QString());
    QVERIFY(!failureOf(*console, QStringLiteral("create trigger t after insert on t for each row"
                                                " execute function headgate.record_external_change('i', '{}', '{}')"))
                 .isEmpty());
}

void TstSchema::partitionsAreMadeAhead()
{
    const Scratch scratch(Dialect::Kind::Postgresql);
    const auto admin = scratch.migrated();
    const auto console = Session::open(scratch.console());
    const auto number = [&](const char *sql) {
        Query query(*console, QString::fromLatin1(sql));
        return query.first() ? query.get<int>(0) : -1;
    };
    QCOMPARE(number("select count(*) from pg_inherits where inhparent = cast('headgate.audit_logs' as regclass)"),
             8);  // 7 months, default
    QCOMPARE(number("select ensure_partitions('2031-01-15', '2031-12-01')"), 36);
    QCOMPARE(number("select ensure_partitions('2031-01-01', '2031-12-31')"), 0);
    QVERIFY(!failureOf(*console, QStringLiteral("select ensure_partitions('2031-01-01', '2131-12-31')")).isEmpty());
    // Every trigger on every partition fires in replica mode too; truncate triggers do not come down by themselves.
    QCOMPARE(number("select count(*) from pg_trigger join pg_class c on c.oid = tgrelid where not tgisinternal and "
                    "tgenabled <> 'A'"),
             0);
    QCOMPARE(
        number("select count(*) from pg_class c where relname ~ '^audit_logs' and relkind in ('r', 'p') and not exists"
               " (select from pg_trigger where tgrelid = c.oid and tgname = 'audit_logs_truncate')"),
        0);
    QCOMPARE(number("select cast(sum(row_count) as int) from default_partition_rows()"), 0);
    const char *late = "insert into query_history (query_id, query_text, fingerprint, query_type, created_at)"
                       " values (gen_random_uuid(), 'select 1', 'f', 'SELECT', '2035-05-05')";
    QCOMPARE(failureOf(*console, QString::fromLatin1(late)), QString());
    QCOMPARE(number("select cast(sum(row_count) as int) from default_partition_rows()"), 1);
    // The month whose rows stand in the default partition stays there; the two other tables get theirs.
    QCOMPARE(number("select ensure_partitions('2035-05-01', '2035-05-01')"), 2);
}

HEADGATE_TEST(TstSchema);
#include "tst_schema.moc"
