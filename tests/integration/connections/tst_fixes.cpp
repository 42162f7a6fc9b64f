// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/probeadvice.h"
#include "models/database/dialect.h"
#include "tests/integration/connections/probesupport.h"
#include "tests/integration/faults/privateservers.h"
#include "tests/support/servers.h"
#include "tests/support/testregistry.h"

#include <QFile>
#include <QTest>
#include <libpq-fe.h>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

constexpr auto pg = DatabaseType::Postgresql;
constexpr auto my = DatabaseType::Mysql;
/// Names as nobody should choose them: what is printed for them must still be one statement about them alone.
const QString role = u"fix \"me\"; DROP TABLE x; --"_s;
const QString user = u"fix'me\\ it"_s;
const QString database = u"fix_\"`me%"_s;
const QByteArray secret = "canary-fixed";

QByteArray pgName(const QString &name)
{
    return advice::quoted(pg, name).toUtf8();
}

QByteArray myUser()
{
    return "'fix''me\\\\ it'@'%'";
}

QByteArray myDatabase()
{
    return advice::quoted(my, database).toUtf8();
}

QByteArray completed(const QString &fix)
{
    return QString(fix).replace(u"…"_s, QString::fromUtf8(secret)).toUtf8();
}

}  // namespace

/// What a test says would mend it does: on a real server, the test fails, its own fix is carried out as it is printed,
/// the test passes.
class TstFixes : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void statements_data();
    void statements();
    void tooManySessions();
    void pgHba();
    void tlsAbsent();
    void noRights();
    void readOnlySessions();
    void oneStatementEach();
    void cleanup();
};

void TstFixes::cleanup()
{
    postgresqlAdmin("DROP DATABASE IF EXISTS " + pgName(database), true);
    postgresqlAdmin("DROP ROLE IF EXISTS " + pgName(role), true);
    mariadbAdmin("DROP DATABASE IF EXISTS " + myDatabase());
    mariadbAdmin("DROP USER IF EXISTS " + myUser());
}

void TstFixes::statements_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<QByteArrayList>("before");
    QTest::addColumn<int>("stage");
    QTest::addColumn<QString>("code");
    const QByteArray login = "CREATE ROLE " + pgName(role) + " LOGIN PASSWORD '" + secret + "'";
    const QByteArray account = "CREATE USER " + myUser() + " IDENTIFIED BY '" + secret + "'";
    const QByteArray pgDatabase = "CREATE DATABASE " + pgName(database);
    const QByteArray make = "CREATE DATABASE " + myDatabase();
    const QByteArray grant = "GRANT ALL ON *.* TO " + myUser();
    const auto row = [](const char *name, DatabaseType type, const QByteArrayList &before, TestStage stage, const QString &code) {
        QTest::newRow(name) << int(type) << before << int(stage) << code;
    };
    row("pg: no such database", pg, {login + " SUPERUSER"}, TestStage::Database, u"3D000"_s);
    row("pg: may not connect", pg, {login, pgDatabase, "REVOKE CONNECT ON DATABASE " + pgName(database) + " FROM PUBLIC"}, TestStage::Database, u"42501"_s);
    row("pg: database closed", pg, {login, pgDatabase, "ALTER DATABASE " + pgName(database) + " ALLOW_CONNECTIONS false"}, TestStage::Database, u"55000"_s);
    row("pg: wrong password", pg, {"CREATE ROLE " + pgName(role) + " LOGIN PASSWORD 'other'", pgDatabase}, TestStage::Authenticate, u"28P01"_s);
    row("pg: password expired", pg, {login + " VALID UNTIL '2020-01-01'", pgDatabase}, TestStage::Authenticate, u"28P01"_s);
    row("pg: may not log in", pg, {"CREATE ROLE " + pgName(role) + " PASSWORD '" + secret + "'", pgDatabase}, TestStage::Authenticate, u"28000"_s);
    row("pg: role at its limit", pg, {login + " CONNECTION LIMIT 0", pgDatabase}, TestStage::Database, u"53300"_s);
    row("pg: database at its limit", pg, {login, pgDatabase + " CONNECTION LIMIT 0"}, TestStage::Database, u"53300"_s);
    row("my: wrong password", my, {make, "CREATE USER " + myUser() + " IDENTIFIED BY 'other'", grant}, TestStage::Authenticate, u"1045"_s);
    row("my: no such database", my, {account, grant}, TestStage::Database, u"1049"_s);
    row("my: no right to the database", my, {make, account}, TestStage::Database, u"1044"_s);
    row("my: account locked", my, {make, account, grant, "ALTER USER " + myUser() + " ACCOUNT LOCK"}, TestStage::Authenticate, u"4151"_s);
    row("my: password expired", my, {make, account, grant, "ALTER USER " + myUser() + " PASSWORD EXPIRE"}, TestStage::Database, u"1820"_s);
    row("my: a login method that shows the password", my, {make, "CREATE USER " + myUser() + " IDENTIFIED VIA pam", grant}, TestStage::Authenticate, u"5010"_s);
}

void TstFixes::statements()
{
    QFETCH(int, type);
    QFETCH(QByteArrayList, before);
    QFETCH(int, stage);
    const bool isPg = DatabaseType(type) == pg;
    const auto execute = [isPg](const QByteArray &sql, bool mayFail = false) { isPg ? postgresqlAdmin(sql, mayFail) : mariadbAdmin(sql, mayFail); };
    // Not in every installation of MariaDB; without it there is no such account to make.
    if (before.last().startsWith("GRANT") && before.value(1).contains("VIA pam")) mariadbAdmin("INSTALL SONAME 'auth_pam'", true);
    for (const QByteArray &sql : before) execute(sql);
    ProbeTarget target = of(DatabaseType(type));
    target.connection.username = isPg ? role : user;
    target.connection.databaseName = database;
    target.password = secret;
    const ConnectionTest failed = testOf(target);
    VERIFY_FAILS_AT(failed, TestStage(stage), 5000);
    QTEST(failed.errorCode, "code");
    const StageResult &result = stageOf(failed, TestStage(stage));
    QCOMPARE(result.fixKind, FixKind::Sql);
    execute(completed(result.fixSql));
    const ConnectionTest mended = testOf(target);
    QVERIFY2(mended.status != TestStatus::Failure, (completed(result.fixSql) + describe(mended)).constData());
}

void TstFixes::tooManySessions()
{
    const int limit = 3;
    mariadbAdmin("CREATE USER " + myUser() + " IDENTIFIED BY '" + secret + "' WITH MAX_CONNECTIONS_PER_HOUR " + QByteArray::number(limit));
    ProbeTarget target = mariadb();
    target.connection.username = user;
    target.connection.databaseName.clear();
    target.connection.config.insert(u"sslmode"_s, u"disable"_s);
    target.password = secret;
    ConnectionTest test;
    for (int i = 0; i <= limit; ++i) test = testOf(target);
    VERIFY_FAILS_AT(test, TestStage::Authenticate, 5000);
    QCOMPARE(test.errorCode, u"1226"_s);
    mariadbAdmin(completed(stageOf(test, TestStage::Authenticate).fixSql));
    const ConnectionTest mended = testOf(target);
    QVERIFY2(mended.status != TestStatus::Failure, describe(mended).constData());
}

void TstFixes::pgHba()
{
    PrivateServers servers({u"--pg"_s});
    QFile file(servers.variable("HEADGATE_TEST_PGDATA") + u"/pg_hba.conf"_s);
    const auto write = [&](const QByteArray &text) {
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(text);
        file.close();
        servers.stopPostgresql(SIGINT);
    };
    ProbeTarget target = targetFrom(servers.variable("HEADGATE_TEST_PG_URL"));
    const QByteArray admin = "local all all scram-sha-256\nhostssl all postgres samehost scram-sha-256\n";
    for (const QByteArray &refusal : {QByteArray(), QByteArray("host all all all reject\n")})
        for (const QString &mode : {u"prefer"_s, u"disable"_s}) {
            target.connection.config.insert(u"sslmode"_s, mode);
            write(admin + refusal);
            servers.startPostgresql();
            const ConnectionTest failed = testOf(target);
            VERIFY_FAILS_AT(failed, TestStage::Authenticate, 5000);
            QCOMPARE(failed.errorCode, u"28000"_s);
            const StageResult &stage = stageOf(failed, TestStage::Authenticate);
            QCOMPARE(stage.fixKind, FixKind::ServerConfig);
            write(admin + stage.fixSql.toUtf8() + '\n' + refusal);
            servers.startPostgresql();
            const ConnectionTest mended = testOf(target);
            QVERIFY2(mended.status != TestStatus::Failure, (stage.fixSql.toUtf8() + describe(mended)).constData());
        }
}

void TstFixes::tlsAbsent()
{
    PrivateServers servers({u"--pg"_s, u"--no-tls"_s});
    ProbeTarget target = targetFrom(servers.variable("HEADGATE_TEST_PG_URL"));
    target.connection.config.insert(u"sslmode"_s, u"require"_s);
    const ConnectionTest failed = testOf(target);
    VERIFY_FAILS_AT(failed, TestStage::Tls, 5000);
    QFile file(servers.variable("HEADGATE_TEST_PGDATA") + u"/postgresql.conf"_s);
    QVERIFY(file.open(QIODevice::Append));
    file.write(stageOf(failed, TestStage::Tls).fixSql.toUtf8() + '\n');
    file.close();
    servers.stopPostgresql(SIGINT);
    servers.startPostgresql();
    const ConnectionTest mended = testOf(target);
    QVERIFY2(mended.status != TestStatus::Failure, describe(mended).constData());
}

void TstFixes::noRights()
{
    postgresqlAdmin("CREATE ROLE " + pgName(role) + " LOGIN PASSWORD '" + secret + "'");
    postgresqlAdmin("CREATE TABLE IF NOT EXISTS fix_hidden (id int)");
    mariadbAdmin("CREATE USER " + myUser() + " IDENTIFIED BY '" + secret + "'");
    for (const auto type : {pg, my}) {
        ProbeTarget target = of(type);
        target.connection.username = type == pg ? role : user;
        target.password = secret;
        if (type == my) target.connection.databaseName.clear();
        const ConnectionTest blind = testOf(target);
        const StageResult &stage = stageOf(blind, TestStage::Privileges);
        QVERIFY2(stage.status == StageStatus::Warn, describe(blind).constData());
        type == pg ? postgresqlAdmin(stage.fixSql.toUtf8()) : mariadbAdmin(stage.fixSql.toUtf8());
        const ConnectionTest seeing = testOf(target);
        QVERIFY2(stageOf(seeing, TestStage::Privileges).status == StageStatus::Pass, describe(seeing).constData());
    }
    postgresqlAdmin("DROP TABLE fix_hidden");
}

// The server says itself that it refuses writes in the session; a pooler that drops the setting would be found out.
void TstFixes::readOnlySessions()
{
    for (const auto type : {pg, my}) {
        ProbeTarget target = of(type);
        const ConnectionTest writable = testOf(target);
        QVERIFY(!stageOf(writable, TestStage::Privileges).message.contains(u"refuses writes"_s));
        target.connection.isReadOnly = true;
        const ConnectionTest readOnly = testOf(target);
        QVERIFY2(stageOf(readOnly, TestStage::Privileges).message.contains(u"refuses writes in this session"_s), describe(readOnly).constData());
    }
    ProbeTarget undone = postgresql();
    undone.connection.isReadOnly = true;
    const QString name = postgresql().connection.username;
    undone.connection.config.insert(u"options"_s, QJsonObject{{u"options"_s, u"-c default_transaction_read_only=off"_s}});
    const ConnectionTest stillReadOnly = testOf(undone);
    QVERIFY2(stageOf(stillReadOnly, TestStage::Privileges).message.contains(u"refuses writes"_s), describe(stillReadOnly).constData());
}

// Whatever a name holds, a fix is one statement, and a line is one line.
void TstFixes::oneStatementEach()
{
    Connection connection;
    for (const QString &name : {role, user, database, u"a\nlocal all all trust"_s, u"%1%2 …"_s, u"\\"_s, u"'; DROP USER x; -- "_s, u"`; DROP TABLE x; -- "_s}) {
        connection.username = connection.databaseName = name;
        connection.databaseType = pg;
        QList<std::pair<DatabaseType, ProbeAdvice>> all;
        for (const char *state : {"28P01", "28000", "3D000", "42501", "55000", "53300", "57P03", "08006", "XX000"})
            for (const char *text : {"", "no pg_hba.conf entry for host \"10.0.0.1\"", "for role", "for database", "not permitted to log in"})
                all.append({pg, advice::forSqlState(QString::fromLatin1(state), QString::fromLatin1(text), connection)});
        connection.databaseType = my;
        for (unsigned number = 1000; number < 5100; ++number) all.append({my, advice::forMysqlError(number, u"max_queries_per_hour"_s, connection)});
        for (const auto &[type, one] : all) {
            QVERIFY2(!one.hint.isEmpty(), qPrintable(one.fix));
            QCOMPARE(one.fix.isEmpty(), one.kind == FixKind::None);
            const auto kind = type == pg ? Dialect::Kind::Postgresql : Dialect::Kind::Mysql;
            if (one.kind == FixKind::Sql) QVERIFY2(Dialect::of(kind).isSingleStatement(one.fix), qPrintable(one.fix));
            if (one.kind == FixKind::ServerConfig) QVERIFY2(!one.fix.contains(u'\n'), qPrintable(one.fix));
        }
    }
}

HEADGATE_TEST(TstFixes);
#include "tst_fixes.moc"
