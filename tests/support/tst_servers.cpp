// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/servers.h"
#include "tests/support/testregistry.h"

#include <QTest>
#include <libpq-fe.h>

using namespace headgate;
using namespace headgate::test;

namespace {

/// The first column of the first row, or the error.
QByteArray ask(const QString &url, const char *statement)
{
    const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(url.toUtf8().constData()), &PQfinish);
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), statement), &PQclear);
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) return PQerrorMessage(connection.get());
    return PQgetvalue(result.get(), 0, 0);
}

}  // namespace

class TstServers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void parsesAUrl();
    void makesADatabaseWithRoles();
};

void TstServers::parsesAUrl()
{
    const ConnectSpec spec = specFromUrl(QStringLiteral("postgresql://me:p%40ss@127.0.0.1:5433/db?sslmode=require"));
    QCOMPARE(spec.kind, Dialect::Kind::Postgresql);
    QCOMPARE(spec.host, QStringLiteral("127.0.0.1"));
    QCOMPARE(spec.port, QStringLiteral("5433"));
    QCOMPARE(spec.database, QStringLiteral("db"));
    QCOMPARE(spec.user, QStringLiteral("me"));
    QCOMPARE(spec.password, QByteArray("p@ss"));
    QCOMPARE(spec.options.value(QStringLiteral("sslmode")), QStringLiteral("require"));
    QCOMPARE(mariadbSpec().kind, Dialect::Kind::Mysql);
}

void TstServers::makesADatabaseWithRoles()
{
    const auto exists = [](const QString &name) {
        const QByteArray query = "SELECT count(*) FROM pg_database WHERE datname = '" + name.toUtf8() + "'";
        return ask(serverUrl("HEADGATE_TEST_PG_SUPERUSER_URL"), query.constData());
    };
    QString name;
    {
        const PgDatabase database;
        name = database.name();
        QCOMPARE(exists(name), QByteArray("1"));
        QCOMPARE(ask(database.consoleUrl(), "SELECT current_user"), QByteArray("headgate_console"));
        QCOMPARE(ask(database.consoleUrl(), "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles "
                                            "WHERE rolname = current_user"),
                 QByteArray("f"));
        QCOMPARE(ask(database.adminUrl(), "SELECT pg_has_role('headgate_owner', 'MEMBER')"), QByteArray("t"));
        QCOMPARE(ask(database.consoleUrl(), "SELECT pg_has_role('headgate_owner', 'MEMBER')"), QByteArray("f"));
    }
    QCOMPARE(exists(name), QByteArray("0"));
}

HEADGATE_TEST(TstServers);
#include "tst_servers.moc"
