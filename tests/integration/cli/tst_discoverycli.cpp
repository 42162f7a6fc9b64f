// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/cli/console.h"
#include "tests/support/testregistry.h"

#include <QJsonArray>
#include <QTest>
#include <QUrl>
#include <libpq-fe.h>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

class TstDiscoveryCli : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void listsTables();
    void showsColumnsAndKeys();
    void searches();
    void keepsTheChoice();
    void refusesWhatIsNotThere();
    void tellsThatTheTargetIsAway();

private:
    Answer discover(const QStringList &more) const { return m_console->run(QStringList{u"connection"_s, u"discover"_s, u"shop"_s, u"--json"_s} + more); }

    std::unique_ptr<Console> m_console;
    std::unique_ptr<PgDatabase> m_pg;
};

void TstDiscoveryCli::initTestCase()
{
    m_console = std::make_unique<Console>(Dialect::Kind::Sqlite);
    m_pg = std::make_unique<PgDatabase>();
    PGconn *server = PQconnectdb(m_pg->superuserUrl().toUtf8().constData());
    PGresult *result = PQexec(server, "CREATE SCHEMA shop; CREATE TABLE shop.orders(id int PRIMARY KEY, note text DEFAULT 'x');"
                                      " CREATE TABLE shop.\"a.b\"(x int); CREATE VIEW shop.seen AS SELECT 1");
    QVERIFY2(PQresultStatus(result) == PGRES_COMMAND_OK, PQerrorMessage(server));
    PQclear(result);
    PQfinish(server);
    QUrl url(m_pg->consoleUrl());
    const QByteArray password = url.password().toUtf8();
    url.setPassword({});
    const Answer added = m_console->run({u"connection"_s, u"add"_s, u"--name"_s, u"shop"_s, u"--password-stdin"_s, url.toString()}, password + '\n');
    QVERIFY2(added.exitCode == 0, added.text());
}

void TstDiscoveryCli::listsTables()
{
    const Answer answer = discover({u"--schema"_s, u"shop"_s});
    QVERIFY2(answer.exitCode == 0, answer.text());
    const QJsonArray tables = answer.json()[u"tables"].toArray();
    QCOMPARE(tables.size(), 3);
    const QJsonObject orders = tables[1].toObject();
    QCOMPARE(orders[u"schema"].toString(), u"shop"_s);
    QCOMPARE(orders[u"name"].toString(), u"orders"_s);
    QCOMPARE(orders[u"kind"].toString(), u"table"_s);
    QCOMPARE(orders[u"has_primary_key"].toBool(), true);
    QCOMPARE(orders[u"replica_identity"].toString(), u"default"_s);
    QVERIFY(orders[u"row_estimate"].isNull());
    QCOMPARE(tables[2][u"kind"].toString(), u"view"_s);
    QVERIFY(discover({}).json()[u"tables"].toArray().size() >= 3);
    QCOMPARE(discover({u"--schema"_s, u"shop"_s, u"--limit"_s, u"2"_s}).json()[u"tables"].toArray().size(), 2);
}

void TstDiscoveryCli::showsColumnsAndKeys()
{
    const QJsonObject orders = discover({u"--table"_s, u"shop.orders"_s}).json()[u"tables"][0].toObject();
    QCOMPARE(orders[u"columns"].toArray().size(), 2);
    QCOMPARE(orders[u"columns"][1][u"default_value"].toString(), u"'x'::text"_s);
    QCOMPARE(orders[u"keys"][0][u"columns"].toArray(), QJsonArray{u"id"_s});
    QCOMPARE(discover({u"--table"_s, u"shop.a.b"_s}).json()[u"tables"][0][u"name"].toString(), u"a.b"_s);
}

void TstDiscoveryCli::searches()
{
    const QJsonArray found = discover({u"--search"_s, u"ORDER"_s}).json()[u"tables"].toArray();
    QCOMPARE(found.size(), 1);
    QCOMPARE(found[0][u"name"].toString(), u"orders"_s);
}

void TstDiscoveryCli::keepsTheChoice()
{
    const Answer answer = discover({u"--choose"_s, u"shop.orders"_s, u"--choose"_s, u"shop.a.b"_s});
    QVERIFY2(answer.exitCode == 0, answer.text());
    QCOMPARE(answer.json()[u"table_include_list"].toString(), u"shop.a[.]b,shop.orders"_s);
    QCOMPARE(discover({u"--schema"_s, u"shop"_s}).json()[u"chosen_tables"].toArray().size(), 2);
    QCOMPARE(discover({u"--choose-none"_s}).exitCode, 0);
    QCOMPARE(discover({u"--schema"_s, u"shop"_s}).json()[u"chosen_tables"].toArray().size(), 0);
}

void TstDiscoveryCli::refusesWhatIsNotThere()
{
    const Answer table = discover({u"--table"_s, u"shop.nowhere"_s});
    QCOMPARE(table.exitCode, 1);
    QCOMPARE(table.errorCode(), u"not_found"_s);
    QCOMPARE(discover({u"--choose"_s, u"shop.nowhere"_s}).exitCode, 1);
    QCOMPARE(m_console->run({u"connection"_s, u"discover"_s, u"no such"_s, u"--json"_s}).exitCode, 1);
}

void TstDiscoveryCli::tellsThatTheTargetIsAway()
{
    QCOMPARE(m_console->run({u"connection"_s, u"add"_s, u"--name"_s, u"away"_s, u"postgresql://anna@127.0.0.1:1/shop"_s}).exitCode, 0);
    const Answer answer = m_console->run({u"connection"_s, u"discover"_s, u"away"_s, u"--json"_s});
    QVERIFY2(answer.exitCode == 1, answer.text());
    QCOMPARE(answer.errorCode(), u"not_found"_s);
}

HEADGATE_TEST(TstDiscoveryCli);

#include "tst_discoverycli.moc"
