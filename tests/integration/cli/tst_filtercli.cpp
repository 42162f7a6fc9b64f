// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/cli/console.h"
#include "tests/support/testregistry.h"

#include <QJsonArray>
#include <QTest>

using namespace headgate;
using namespace headgate::test;

/// --filter and its like on the verbs that list.
class TstFilterCli : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("sqlite") << int(Dialect::Kind::Sqlite);
        QTest::newRow("postgresql") << int(Dialect::Kind::Postgresql);
    }
    void lists();
};

void TstFilterCli::lists()
{
    QFETCH_GLOBAL(int, kind);
    const Console console{Dialect::Kind(kind)};
    for (const char *name : {"lake", "Lake house", "orders 100%"})
        QCOMPARE(console.run({QStringLiteral("connection"), QStringLiteral("add"), QStringLiteral("--name"), QString::fromLatin1(name), QStringLiteral("--environment"),
                              QLatin1String(name).startsWith(QLatin1String("lake")) ? QStringLiteral("production") : QStringLiteral("test"), QStringLiteral("postgresql://app@db.example/x")})
                     .exitCode,
                 0);
    const auto count = [&console](const QStringList &arguments, const char *plural) {
        const Answer answer = console.run(QStringList(arguments) << QStringLiteral("--json"));
        if (answer.exitCode != 0) qWarning("%s", answer.text().constData());
        return answer.exitCode == 0 ? int(answer.json().value(QLatin1String(plural)).toArray().size()) : -1;
    };
    const auto connections = [&count](const QStringList &options) { return count(QStringList{QStringLiteral("connection"), QStringLiteral("list")} + options, "connections"); };
    const auto events = [&count](const QStringList &options) { return count(QStringList{QStringLiteral("audit"), QStringLiteral("list")} + options, "audit_logs"); };
    const QString filter = QStringLiteral("--filter");
    QCOMPARE(connections({filter, QStringLiteral("name:lake")}), 2);
    QCOMPARE(connections({filter, QStringLiteral("name:=lake")}), 1);
    QCOMPARE(connections({filter, QStringLiteral("name:/^l.*e$/i"), filter, QStringLiteral("environment:!prod")}), 1);
    QCOMPARE(connections({filter, QStringLiteral("name:%")}), 1);
    QCOMPARE(connections({filter, QStringLiteral("last_response_ms:=NULL")}), 3);
    QCOMPARE(connections({QStringLiteral("--any"), QStringLiteral("name:orders"), QStringLiteral("--any"), QStringLiteral("environment:production")}), 2);
    QCOMPARE(connections({filter, QStringLiteral("created_at:today|yesterday"), QStringLiteral("--time-zone"), QStringLiteral("UTC")}), 3);
    QCOMPARE(events({filter, QStringLiteral("action:=CREATE"), filter, QStringLiteral("entity_type:connection"), QStringLiteral("--search"), QStringLiteral("lake")}), 2);
    QCOMPARE(events({filter, QStringLiteral("action:=CREATE"), filter, QStringLiteral("entity_type:connection"), QStringLiteral("--from"), QStringLiteral("-1h")}), 3);
    QCOMPARE(events({QStringLiteral("--to"), QStringLiteral("-1h")}), 0);

    const Answer wrong = console.run({QStringLiteral("connection"), QStringLiteral("list"), filter, QStringLiteral("last_response_ms:>fast"), QStringLiteral("--json")});
    QCOMPARE(wrong.exitCode, 2);
    QCOMPARE(wrong.errorCode(), QStringLiteral("invalid"));
    QVERIFY2(wrong.out.contains("character 19"), wrong.text().constData());
    QCOMPARE(console.run({QStringLiteral("audit"), QStringLiteral("list"), filter, QStringLiteral("payload:x")}).exitCode, 2);
    QCOMPARE(console.run({QStringLiteral("audit"), QStringLiteral("list"), QStringLiteral("--from"), QStringLiteral("soon")}).exitCode, 2);
    QCOMPARE(console.run({QStringLiteral("audit"), QStringLiteral("list"), QStringLiteral("--time-zone"), QStringLiteral("Mars/Olympus")}).exitCode, 2);
}

HEADGATE_TEST(TstFilterCli);
#include "tst_filtercli.moc"
