// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/query.h"
#include "models/database/transaction.h"
#include "tests/migrations/scratch.h"
#include "tests/support/testregistry.h"

#include <QTest>

using namespace headgate;
using namespace headgate::test;

namespace {

/// A row of every managed table, in the order of their references; @ stands for a blob.
struct Managed {
    const char *table;
    const char *key;
    const char *columns;
    const char *values;
    const char *edit;            ///< a change that a person might make
    const char *uncounted = "";  ///< columns whose change is not one
};

const Managed kManaged[] = {
    {"workspace", "id", "uuid, name", "'7d0c2f6e-6a55-4b6e-9d11-0d7c5b1c2a10', 'w'", "name = 'other'"},
    {"users", "id", "username, password_hash, api_key_hash", "'anna', 'canary-1', 'canary-2'", "full_name = 'Anna'"},
    {"key_slots", "id", "holder, kind, wrapped_key, key_check", "'anna', 'passphrase', @, @", "holder = 'bert'"},
    {"saved_filters", "id", "page, name", "'audit', 'mine'", "name = 'yours'"},
    {"connections", "id", "name, connection_type, database_type, secret", "'shop', 'both', 'mysql', @", "host = 'db1'"},
    {"pipelines", "id", "name, pipeline_type, mode, secret", "'p', 'cdc', 'cdc_only', @", "description = 'd'"},
    {"alert_rules", "id", "name, metric, condition, secret", "'r', 'lag_ms', 'gt', @", "threshold = 5"},
    {"dashboard_templates", "id", "name, display_name, document", "'t', 'T', '{}'", "display_name = 'U'",
     "usage_count last_used_at"},
    {"dashboards", "id", "project, name, document, document_text", "'p', 'd', '{\"a\": 1}', '{}'", "state = 'active'"},
    {"dashboard_resources", "id", "kind, name, document, document_text", "'folder', 'f', '{}', '{}'",
     "document_text = '{ }'"},
    {"user_preferences", "user_id", "user_id", "1", "theme = 'dark'"},
    {"share_tokens", "id", "token_hash, dashboard_id, expires_at", "@, (select max(id) from dashboards), {later}",
     "use_count = 1"},
    {"catalog_tables", "id", "table_name", "'t'", "description = 'd'"},
    {"catalog_columns", "id", "table_id, column_name, column_position, data_type",
     "(select max(id) from catalog_tables), 'c', 1, 'int'", "semantic_type = 'x'"},
    {"validation_sessions", "id", "name, source_technology, target_technology", "'v', 'mysql', 'postgresql'",
     "name = 'w'"},
    {"connector_profiles", "id", "id, profile_data, secret", "'cp', '{\"name\": \"n\"}', @",
     "profile_data = '{\"name\": \"m\"}'"},
    {"client_configs", "client_id", "client_id, config_data", "'cc', '{}'", "config_data = '{\"a\": 1}'"},
    {"service_proposals", "proposal_id", "proposal_id, proposal_data", "'sp', '{}'", "proposal_data = '{\"a\": 1}'"},
};

const char kCanary[] = "canary-3";

QString insertion(const Dialect &dialect, const Managed &managed)
{
    QString values = QString::fromLatin1(managed.values);
    const QString hex = QString::fromLatin1(QByteArray(kCanary).toHex());
    values.replace(QLatin1Char('@'),
                   dialect.isSqlite() ? QStringLiteral("x'%1'").arg(hex) : QStringLiteral("'\\x%1'").arg(hex));
    values.replace(QLatin1String("{later}"), dialect.isSqlite() ? QStringLiteral("4000000000000000")
                                                                : QStringLiteral("now() + interval '1 day'"));
    return QStringLiteral("insert into %1 (%2) values (%3)")
        .arg(QLatin1String(managed.table), QLatin1String(managed.columns), values);
}

/// The only row that this test made, by its newest key.
QString onlyRow(const Managed &managed)
{
    return QStringLiteral("%1 = (select max(%1) from %2)")
        .arg(QLatin1String(managed.key), QLatin1String(managed.table));
}

}  // namespace

class TstExternalChanges : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void changesAreRecorded_data() { addDialectRows(); }
    void changesAreRecorded();
    void everyColumnIsWatched_data() { addDialectRows(); }
    void everyColumnIsWatched();
    void secretsStayOut_data() { addDialectRows(); }
    void secretsStayOut();
    void everyManagedTableIsNamedHere_data() { addDialectRows(); }
    void everyManagedTableIsNamedHere();
    void aTestVerdictIsNoEdit_data() { addDialectRows(); }
    void aTestVerdictIsNoEdit();
    void whatIsNeverDeletedIsRecordedToo_data() { addDialectRows(); }
    void whatIsNeverDeletedIsRecordedToo();

private:
    static qint64 recorded(Session &session)
    {
        Query query(session, QStringLiteral("select coalesce(max(id), 0) from external_changes"));
        return query.first() ? query.get<qint64>(0) : -1;
    }
    static qint64 versionOf(Session &session, const Managed &managed)
    {
        Query query(
            session,
            QStringLiteral("select version from %1 where %2").arg(QLatin1String(managed.table), onlyRow(managed)));
        return query.first() ? query.get<qint64>(0) : -1;
    }
    static void makeAll(Session &session)
    {
        Transaction transaction(session, Transaction::Mode::Write, QUuid::createUuid());
        for (const Managed &managed : kManaged) session.execute(insertion(session.dialect(), managed));
        transaction.commit();
    }
};

void TstExternalChanges::changesAreRecorded()
{
    QFETCH(Dialect::Kind, kind);
    const Scratch scratch(kind);
    const auto admin = scratch.migrated();
    const auto session = Session::open(kind == Dialect::Kind::Sqlite ? scratch.console() : scratch.superuser());
    for (const Managed &managed : kManaged) {
        const QString edit = QStringLiteral("update %1 set %2 where %3")
                                 .arg(QLatin1String(managed.table), QLatin1String(managed.edit), onlyRow(managed));
        const QString remove =
            QStringLiteral("delete from %1 where %2").arg(QLatin1String(managed.table), onlyRow(managed));
        const qint64 before = recorded(*session);
        {
            Transaction own(*session, Transaction::Mode::Write, QUuid::createUuid());
            session->execute(insertion(session->dialect(), managed));
            session->execute(edit);
            QCOMPARE(versionOf(*session, managed), 2);
            session->execute(remove);
            own.commit();
        }
        QVERIFY2(recorded(*session) == before, managed.table);
        session->execute(insertion(session->dialect(), managed));
        session->execute(edit);
        QCOMPARE(versionOf(*session, managed), 2);
        QVERIFY2(recorded(*session) == before + 2, managed.table);
        session->execute(remove);
        session->execute(insertion(session->dialect(), managed));  // the next tables refer to it
    }
    Query query(
        *session,
        QStringLiteral(
            "select table_name, operation, count(*), count(old_values), count(new_values), count(distinct row_id)"
            " from external_changes group by table_name, operation"));
    query.exec();
    QMap<QString, int> found;
    while (query.next()) {
        const QString operation = query.get<QString>(1);
        found[query.get<QString>(0)] += 1;
        QCOMPARE(query.get<int>(2), operation == u"INSERT" ? 2 : 1);
        QCOMPARE(query.get<int>(3), operation == u"INSERT" ? 0 : 1);
        QCOMPARE(query.get<int>(4), operation == u"INSERT" ? 2 : operation == u"DELETE" ? 0 : 1);
    }
    QCOMPARE(found.size(), qsizetype(std::size(kManaged)));
    for (auto it = found.cbegin(); it != found.cend(); ++it) QCOMPARE(it.value(), 3);
}

/// A column that somebody forgot in a trigger's list would be a hole: every one is written, alone.
void TstExternalChanges::everyColumnIsWatched()
{
    QFETCH(Dialect::Kind, kind);
    const Scratch scratch(kind);
    const auto session = scratch.migrated();
    makeAll(*session);
    for (const Managed &managed : kManaged) {
        const QStringList uncounted = QString::fromLatin1(managed.uncounted).split(QLatin1Char(' '));
        QStringList columns;
        {
            Query row(*session, QStringLiteral("select * from %1").arg(QLatin1String(managed.table)));
            row.exec();
            for (int i = 0; i < row.columnCount(); ++i) columns << row.columnName(i);
        }
        for (const QString &column : columns) {
            if (column == u"version" || column == u"updated_at" || column == u"is_admin") continue;
            const qint64 before = recorded(*session);
            const qint64 version = versionOf(*session, managed);
            const bool copied =
                QLatin1String(managed.table) == u"connections" && column.startsWith(QLatin1String("last_"));
            session->execute(QStringLiteral("update %1 set %2 = %2 where %3")
                                 .arg(QLatin1String(managed.table), column, onlyRow(managed)));
            QVERIFY2(versionOf(*session, managed) == version + (copied ? 0 : 1), qPrintable(column));
            // PostgreSQL compares whole rows and needs no list.
            if (kind == Dialect::Kind::Sqlite)
                QVERIFY2(recorded(*session) == before + (uncounted.contains(column) ? 0 : 1),
                         qPrintable(QLatin1String(managed.table) + QLatin1Char('.') + column));
        }
    }
}

void TstExternalChanges::secretsStayOut()
{
    QFETCH(Dialect::Kind, kind);
    const Scratch scratch(kind);
    const auto session = scratch.migrated();
    for (const Managed &managed : kManaged) session->execute(insertion(session->dialect(), managed));
    session->execute(QStringLiteral("update users set password_hash = 'canary-4'"));
    session->execute(QStringLiteral("update users set full_name = 'x', api_key_hash = null"));
    Query all(*session,
              QStringLiteral(
                  "select coalesce({json:old_values}, '') || coalesce({json:new_values}, '') from external_changes"));
    all.exec();
    const QByteArray hex = QByteArray(kCanary).toHex();
    while (all.next()) {
        const QString text = all.get<QString>(0);
        QVERIFY2(!text.contains(QLatin1String("canary")) && !text.contains(QLatin1String(hex), Qt::CaseInsensitive),
                 qPrintable(text));
    }
    Query marks(*session, QStringLiteral(R"(
        select {json_text:old_values,password_hash}, {json_text:new_values,password_hash}, {json_text:new_values,api_key_hash}
        from external_changes where table_name = 'users' and operation = 'UPDATE' order by id)"));
    marks.exec();
    QVERIFY(marks.next());
    QCOMPARE(marks.get<QString>(0), QStringLiteral("set"));
    QCOMPARE(marks.get<QString>(1), QStringLiteral("changed"));
    QCOMPARE(marks.get<QString>(2), QStringLiteral("set"));
    QVERIFY(marks.next());
    QCOMPARE(marks.get<QString>(1), QStringLiteral("set"));
    QCOMPARE(marks.get<QString>(2), QStringLiteral("none"));
}

void TstExternalChanges::everyManagedTableIsNamedHere()
{
    QFETCH(Dialect::Kind, kind);
    const Scratch scratch(kind);
    const auto session = scratch.migrated();
    Query query(
        *session,
        QString::fromLatin1(
            kind == Dialect::Kind::Sqlite
                ? "select tbl_name from sqlite_master where type = 'trigger' and name = tbl_name || '_external_delete'"
                : "select relname from pg_trigger join pg_class c on c.oid = tgrelid where tgname = relname || "
                  "'_external' and tgtype & 8 <> 0"));
    query.exec();
    QStringList triggered, named;
    while (query.next()) triggered << query.get<QString>(0);
    for (const Managed &managed : kManaged) named << QString::fromLatin1(managed.table);
    triggered.sort();
    named.sort();
    QCOMPARE(triggered, named);
}

void TstExternalChanges::aTestVerdictIsNoEdit()
{
    QFETCH(Dialect::Kind, kind);
    const Scratch scratch(kind);
    const auto admin = scratch.migrated();
    const auto session = Session::open(scratch.console());
    session->execute(
        QStringLiteral("insert into connections (name, connection_type, database_type) values ('c', 'both', 'mysql')"));
    session->execute(QStringLiteral("update connections set last_test_status = 'success', last_response_ms = 3"));
    Query query(*session, QStringLiteral("select version from connections"));
    QVERIFY(query.first());
    QCOMPARE(query.get<int>(0), 1);
}

/// How long the trail is kept, and what is held back from removal.
void TstExternalChanges::whatIsNeverDeletedIsRecordedToo()
{
    QFETCH(Dialect::Kind, kind);
    const Scratch scratch(kind);
    const auto session = scratch.migrated();
    session->execute(QStringLiteral("update audit_settings set retention_days = 4000"));
    session->execute(QStringLiteral("insert into audit_holds (name, reason, created_by) values ('h', 'r', 'me')"));
    session->execute(QStringLiteral("update audit_holds set released_by = 'me', released_at = created_at"));
    Query query(*session, QStringLiteral("select table_name || ' ' || operation from external_changes order by id"));
    query.exec();
    for (const char *expected : {"audit_settings UPDATE", "audit_holds INSERT", "audit_holds UPDATE"}) {
        QVERIFY(query.next());
        QCOMPARE(query.get<QString>(0), QString::fromLatin1(expected));
    }
    QVERIFY(!query.next());
}

HEADGATE_TEST(TstExternalChanges);
#include "tst_externalchanges.moc"
