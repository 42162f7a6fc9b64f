// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/cli/console.h"
#include "tests/integration/faults/privateservers.h"
#include "tests/support/testregistry.h"

#include <csignal>
#include <QJsonArray>
#include <QTest>
#include <QUrl>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

/// One answer of `connection readiness --json`.
struct Readiness {
    Answer answer;

    QJsonArray checks() const { return answer.json()[u"checks"].toArray(); }
    /// "wal_level" or "replica_identity app.nokey" of all lines with that status.
    QStringList with(const QString &status) const
    {
        QStringList names;
        for (const auto &check : checks()) {
            if (check[u"status"].toString() != status) continue;
            names << (check[u"check"].toString() + u' ' + check[u"table"].toString()).trimmed();
        }
        names.sort();
        return names;
    }
    QStringList fixes(const QString &kind, const QString &check = {}) const
    {
        QStringList statements;
        for (const auto &each : checks())
            if (each[u"fix_kind"].toString() == kind && (check.isEmpty() || each[u"check"].toString() == check))
                statements << each[u"fix_sql"].toString();
        return statements;
    }
};

QString redirected(const QString &base, const QString &user, const QString &database = {})
{
    QUrl url(base);
    url.setUserName(user);
    url.setPassword({});
    if (!database.isEmpty()) url.setPath(u'/' + database);
    return url.toString(QUrl::FullyEncoded);
}

void add(const Console &console, const QString &name, const QString &url, const QByteArray &password)
{
    const Answer added = console.run(
        {u"connection"_s, u"add"_s, u"--name"_s, name, u"--password-stdin"_s, url, u"--json"_s}, password + '\n');
    QVERIFY2(added.exitCode == 0, added.text().constData());
}

void addOwner(const Console &console, const QString &name, const QString &url)
{
    add(console, name, redirected(url, QUrl(url).userName()), QUrl(url).password().toUtf8());
}

Readiness check(const Console &console, const QString &name, const QStringList &options = {})
{
    return {console.run(QStringList{u"connection"_s, u"readiness"_s, name, u"--json"_s} + options)};
}

/// As somebody who may do everything, one statement after the other.
void execute(const QString &url, const QStringList &statements)
{
    ConnectSpec spec = specFromUrl(url);
    spec.management = false;
    const std::unique_ptr<Session> session = Session::open(spec);
    for (const QString &statement : statements) session->execute(statement);
}

void restart(PrivateServers &servers)
{
    servers.stopPostgresql(SIGINT);
    servers.startPostgresql();
}

const QStringList shop{u"CREATE SCHEMA app"_s,
                       u"CREATE TABLE app.orders (id int PRIMARY KEY, note text)"_s,
                       u"CREATE TABLE app.nokey (id int)"_s,
                       u"CREATE TABLE app.nothing (id int PRIMARY KEY)"_s,
                       u"ALTER TABLE app.nothing REPLICA IDENTITY NOTHING"_s,
                       u"CREATE TABLE app.\"Odd \"\"one\"\"\" (id int NOT NULL UNIQUE)"_s};

}  // namespace

/// `headgate connection readiness` against servers as they come, and again after the fixes that it printed.
class TstReadinessRun : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void stockPostgresql();
    void roleWithoutRights();
    void slotsAndPublications();
    void mariadbWithoutBinaryLog();
};

void TstReadinessRun::stockPostgresql()
{
    PrivateServers servers({u"--pg"_s});
    const QString superuser = servers.variable("HEADGATE_TEST_PG_SUPERUSER_URL");
    execute(superuser, shop);
    const Console console(Dialect::Kind::Sqlite);
    addOwner(console, u"shop"_s, superuser);

    const Readiness stock = check(console, u"shop"_s);
    QCOMPARE(stock.answer.exitCode, 1);
    QCOMPARE(stock.with(u"fail"_s), (QStringList{u"replica_identity app.Odd \"one\""_s, u"replica_identity app.nokey"_s,
                                                 u"replica_identity app.nothing"_s, u"wal_level"_s}));
    QCOMPARE(stock.with(u"warn"_s), (QStringList{u"max_slot_wal_keep_size"_s, u"publication"_s}));
    QCOMPARE(stock.with(u"skipped"_s), QStringList());
    QCOMPARE(stock.fixes(u"sql"_s, u"wal_level"_s), QStringList{u"ALTER SYSTEM SET wal_level = 'logical';"_s});

    execute(superuser, stock.fixes(u"sql"_s));
    execute(superuser, {u"SELECT pg_reload_conf()"_s});
    const Readiness pending = check(console, u"shop"_s, {u"--check"_s, u"wal_level"_s});
    QCOMPARE(pending.checks().size(), 1);
    QCOMPARE(pending.answer.exitCode, 1);
    QTRY_VERIFY(check(console, u"shop"_s, {u"--check"_s, u"wal_level"_s}).answer.out.contains("waits for a restart"));
    restart(servers);

    const Readiness mended = check(console, u"shop"_s);
    QVERIFY2(mended.answer.exitCode == 0, mended.answer.text().constData());
    for (const char *status : {"fail", "warn", "skipped"}) QCOMPARE(mended.with(QLatin1String(status)), QStringList());
    QVERIFY(mended.answer.json()[u"verdict"].toString() == u"Ready");

    const Answer markdown = console.run({u"connection"_s, u"readiness"_s, u"shop"_s, u"--format"_s, u"markdown"_s});
    QVERIFY2(markdown.out.startsWith("# CDC readiness of shop\n\n**Ready**"), markdown.text().constData());
    QCOMPARE(console.run({u"connection"_s, u"readiness"_s, u"shop"_s, u"--check"_s, u"no_such"_s}).exitCode, 2);
    QCOMPARE(check(console, u"shop"_s, {u"--table"_s, u"app.gone"_s}).with(u"fail"_s),
             QStringList{u"table app.gone"_s});
    const Answer trail = console.run({u"audit"_s, u"list"_s, u"--action"_s, u"TEST"_s, u"--json"_s});
    QVERIFY(trail.out.contains("readiness"));
}

/// Every right comes as its statement; after them the same role passes.
void TstReadinessRun::roleWithoutRights()
{
    PrivateServers servers({u"--pg"_s});
    const QString superuser = servers.variable("HEADGATE_TEST_PG_SUPERUSER_URL");
    execute(superuser, shop + QStringList{u"CREATE ROLE app_owner"_s, u"ALTER TABLE app.orders OWNER TO app_owner"_s,
                                          u"GRANT USAGE, CREATE ON SCHEMA app TO app_owner"_s,
                                          u"CREATE ROLE \"CDC user\" LOGIN PASSWORD 'canary'"_s});
    const Console console(Dialect::Kind::Sqlite);
    add(console, u"shop"_s, redirected(superuser, u"CDC user"_s), "canary");
    const QStringList one{u"--table"_s, u"app.orders"_s};

    const Readiness poor = check(console, u"shop"_s, one);
    QCOMPARE(poor.with(u"fail"_s), (QStringList{u"create_publication"_s, u"replication_role"_s, u"schema_usage"_s,
                                                u"select app.orders"_s, u"wal_level"_s}));
    QCOMPARE(poor.with(u"skipped"_s), QStringList{u"hba"_s});
    QVERIFY(poor.with(u"warn"_s).contains(u"table_owner app.orders"_s));
    QCOMPARE(poor.fixes(u"sql"_s, u"replication_role"_s), QStringList{u"ALTER ROLE \"CDC user\" REPLICATION;"_s});
    QCOMPARE(poor.fixes(u"sql"_s, u"select"_s), QStringList{u"GRANT SELECT ON \"app\".\"orders\" TO \"CDC user\";"_s});
    QVERIFY(!poor.answer.out.contains("canary"));

    execute(superuser, poor.fixes(u"sql"_s));
    restart(servers);
    const Readiness better = check(console, u"shop"_s, one);
    QVERIFY2(better.answer.exitCode == 0, better.answer.text().constData());
    QCOMPARE(better.with(u"skipped"_s), QStringList{u"hba"_s});  // the second of the two rights that it takes
    execute(superuser, better.fixes(u"sql"_s, u"hba"_s));
    const Readiness whole = check(console, u"shop"_s, one);
    for (const char *status : {"fail", "warn", "skipped"}) QCOMPARE(whole.with(QLatin1String(status)), QStringList());
}

void TstReadinessRun::slotsAndPublications()
{
    PrivateServers servers({u"--pg"_s});
    const QString superuser = servers.variable("HEADGATE_TEST_PG_SUPERUSER_URL");
    execute(superuser, shop + QStringList{u"ALTER SYSTEM SET wal_level = 'logical'"_s,
                                          u"ALTER SYSTEM SET max_replication_slots = 2"_s});
    restart(servers);
    execute(superuser,
            {u"CREATE TABLE app.lines (id int PRIMARY KEY)"_s, u"CREATE PUBLICATION shop_pub FOR TABLE app.orders"_s,
             u"SELECT pg_create_logical_replication_slot('left_behind', 'pgoutput')"_s,
             u"SELECT pg_create_physical_replication_slot('standby', true)"_s});
    const Console console(Dialect::Kind::Sqlite);
    addOwner(console, u"shop"_s, superuser);

    const QStringList two{u"--table"_s, u"app.orders"_s, u"--table"_s, u"app.lines"_s};
    const Readiness found = check(console, u"shop"_s, two);
    QCOMPARE(found.with(u"fail"_s), (QStringList{u"max_replication_slots"_s, u"publication app.lines"_s}));
    QVERIFY(found.with(u"warn"_s).contains(u"replication_slot"_s));
    QVERIFY(found.answer.out.contains("left_behind: logical pgoutput, inactive"));
    QVERIFY(found.answer.out.contains("max_replication_slots = 2, 2 in use."));
    QCOMPARE(found.fixes(u"sql"_s, u"publication"_s),
             QStringList{u"ALTER PUBLICATION \"shop_pub\" ADD TABLE \"app\".\"lines\";"_s});

    QStringList fixes = found.fixes(u"sql"_s);
    fixes.removeAll(u"ALTER SYSTEM SET max_replication_slots = '10';"_s);  // dropping the slots makes room as well
    execute(superuser, fixes);
    const Readiness mended = check(console, u"shop"_s, two);
    QVERIFY2(mended.answer.exitCode == 0, mended.answer.text().constData());
    QCOMPARE(check(console, u"shop"_s, {u"--check"_s, u"replication_slot"_s}).with(u"pass"_s),
             QStringList{u"replication_slot"_s});
}

void TstReadinessRun::mariadbWithoutBinaryLog()
{
    PrivateServers servers({u"--mariadb"_s});
    const QString owner = servers.variable("HEADGATE_TEST_MARIADB_URL");
    execute(owner, {u"CREATE TABLE orders (id int PRIMARY KEY)"_s, u"CREATE TABLE nokey (id int)"_s,
                    u"CREATE USER `cdc'user`@'127.0.0.1' IDENTIFIED BY 'canary'"_s,
                    u"GRANT USAGE ON *.* TO `cdc'user`@'127.0.0.1'"_s,
                    u"GRANT INSERT ON headgate_test.* TO `cdc'user`@'127.0.0.1'"_s});
    const Console console(Dialect::Kind::Sqlite);
    add(console, u"shop"_s, redirected(owner, u"cdc'user"_s), "canary");

    const Readiness stock = check(console, u"shop"_s);
    QCOMPARE(stock.answer.exitCode, 1);
    QCOMPARE(stock.with(u"fail"_s),
             (QStringList{u"binlog_files"_s, u"binlog_format"_s, u"grant_reload"_s, u"grant_replication_client"_s,
                          u"grant_replication_slave"_s, u"grant_select"_s, u"grant_show_databases"_s, u"log_bin"_s}));
    QCOMPARE(stock.with(u"skipped"_s), QStringList{u"binlog_position"_s});
    QCOMPARE(stock.with(u"warn"_s), QStringList{u"primary_key headgate_test.nokey"_s});
    QCOMPARE(stock.fixes(u"server_config"_s), (QStringList{u"log_bin = mysql-bin"_s, u"binlog_format = ROW"_s}));
    QVERIFY(!stock.answer.out.contains("canary"));
    QVERIFY(!stock.answer.out.contains("IDENTIFIED"));

    execute(owner, stock.fixes(u"sql"_s));
    servers.stopMariadb();
    servers.startMariadb(stock.fixes(u"server_config"_s));
    const Readiness mended = check(console, u"shop"_s);
    QVERIFY2(mended.answer.exitCode == 0, mended.answer.text().constData());
    QCOMPARE(mended.with(u"skipped"_s), QStringList());
    QCOMPARE(mended.with(u"warn"_s), QStringList{u"primary_key headgate_test.nokey"_s});
}

HEADGATE_TEST(TstReadinessRun);
#include "tst_readinessrun.moc"
