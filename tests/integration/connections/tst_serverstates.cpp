// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/connections/probesupport.h"
#include "tests/integration/faults/privateservers.h"
#include "tests/support/servers.h"
#include "tests/support/testregistry.h"

#include <QFile>
#include <QTest>
#include <libpq-fe.h>
#include <mysql.h>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

using PgSession = std::unique_ptr<PGconn, decltype(&PQfinish)>;

PgSession open(const QString &url)
{
    return PgSession(PQconnectdb(url.toUtf8().constData()), &PQfinish);
}

bool execute(const PgSession &session, const QByteArray &sql)
{
    PGresult *result = PQexec(session.get(), sql.constData());
    const bool ok = PQresultStatus(result) == PGRES_COMMAND_OK || PQresultStatus(result) == PGRES_TUPLES_OK;
    PQclear(result);
    return ok;
}

}  // namespace

/// Real servers in states in which they take no session, or are not what one thinks.
class TstServerStates : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void standby();
    void noSessionLeft();
    void shuttingDown();
    void mariadbFull();
};

void TstServerStates::standby()
{
    PrivateServers servers({u"--pg"_s});
    servers.stopPostgresql(SIGINT);
    QFile signal(servers.variable("HEADGATE_TEST_PGDATA") + u"/standby.signal"_s);
    QVERIFY(signal.open(QIODevice::WriteOnly));
    signal.close();
    servers.startPostgresql();
    ProbeTarget target = targetFrom(servers.variable("HEADGATE_TEST_PG_URL"));
    target.connection.isReadOnly = true;
    const ConnectionTest test = testOf(target);
    QVERIFY2(test.status != TestStatus::Failure, describe(test).constData());
    QCOMPARE(test.identity->inRecovery, std::optional(true));
    QVERIFY2(stageOf(test, TestStage::Identity).message.contains(u"standby"_s), describe(test).constData());
}

void TstServerStates::noSessionLeft()
{
    PrivateServers servers({u"--pg"_s});
    const QString admin = servers.variable("HEADGATE_TEST_PG_SUPERUSER_URL");
    QVERIFY(execute(open(admin), "ALTER SYSTEM SET max_connections = 5"));
    servers.stopPostgresql(SIGINT);
    servers.startPostgresql();
    const ProbeTarget target = targetFrom(servers.variable("HEADGATE_TEST_PG_URL"));
    std::vector<PgSession> sessions;
    for (int i = 0; i < 5; ++i) sessions.push_back(open(admin));
    const ConnectionTest full = testOf(target);
    VERIFY_FAILS_AT(full, TestStage::Authenticate, 5000);
    QCOMPARE(full.errorCode, u"53300"_s);
    const StageResult &stage = stageOf(full, TestStage::Authenticate);
    QCOMPARE(stage.fixKind, FixKind::Sql);
    QVERIFY(execute(sessions.front(), stage.fixSql.toUtf8()));
    sessions.clear();
    servers.stopPostgresql(SIGINT);
    servers.startPostgresql();
    for (int i = 0; i < 5; ++i) sessions.push_back(open(admin));
    const ConnectionTest mended = testOf(target);
    QVERIFY2(mended.status != TestStatus::Failure, describe(mended).constData());
}

void TstServerStates::shuttingDown()
{
    PrivateServers servers({u"--pg"_s});
    const PgSession held = open(servers.variable("HEADGATE_TEST_PG_SUPERUSER_URL"));
    QFile file(servers.variable("HEADGATE_TEST_PGDATA") + u"/postmaster.pid"_s);
    QVERIFY(file.open(QIODevice::ReadOnly));
    // The smart shutdown waits for the session that is held, and takes no new one.
    QCOMPARE(::kill(file.readLine().trimmed().toInt(), SIGTERM), 0);
    QTest::qWait(500);
    const ConnectionTest test = testOf(targetFrom(servers.variable("HEADGATE_TEST_PG_URL")));
    VERIFY_FAILS_AT(test, TestStage::Authenticate, 5000);
    QCOMPARE(test.errorCode, u"57P03"_s);
    QVERIFY2(stageOf(test, TestStage::Authenticate).hint.contains(u"Try again"_s), describe(test).constData());
}

void TstServerStates::mariadbFull()
{
    PrivateServers servers({u"--mariadb"_s});
    const ProbeTarget admin = targetFrom(servers.variable("HEADGATE_TEST_MARIADB_URL"));
    const auto connect = [&admin] {
        MYSQL *session = mysql_init(nullptr);
        if (!mysql_real_connect(session, "127.0.0.1", qPrintable(admin.connection.username), admin.password.constData(), nullptr, unsigned(*admin.connection.port), nullptr, 0))
            qFatal("%s", mysql_error(session));
        return std::unique_ptr<MYSQL, decltype(&mysql_close)>(session, &mysql_close);
    };
    std::vector<std::unique_ptr<MYSQL, decltype(&mysql_close)>> sessions;
    for (int i = 0; i < 11; ++i) sessions.push_back(connect());  // one more than the limit: an administrator's
    QCOMPARE(mysql_query(sessions.front().get(), "SET GLOBAL max_connections = 10"), 0);
    for (const QString &mode : {u"prefer"_s, u"require"_s, u"disable"_s, u"verify-full"_s}) {
        ProbeTarget target = admin;
        target.connection.config.insert(u"sslmode"_s, mode);
        const ConnectionTest full = testOf(target);
        VERIFY_FAILS_AT(full, TestStage::Authenticate, 5000);
        QCOMPARE(full.errorCode, u"1040"_s);
        if (mode != u"verify-full") continue;
        QCOMPARE(mysql_query(sessions.front().get(), stageOf(full, TestStage::Authenticate).fixSql.toUtf8().constData()), 0);
    }
    const ConnectionTest mended = testOf(admin);
    QVERIFY2(mended.status != TestStatus::Failure, describe(mended).constData());
}

HEADGATE_TEST(TstServerStates);
#include "tst_serverstates.moc"
