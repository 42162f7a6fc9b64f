// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/workspacelocator.h"
#include "tests/support/testregistry.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace headgate;
using Origin = WorkspaceAddress::Origin;
using Values = QMap<QString, QString>;

namespace {

Result<WorkspaceAddress> answer(const Values &values, const QString &argument = {}, const QString &last = {})
{
    QProcessEnvironment environment;
    for (auto it = values.begin(); it != values.end(); ++it) environment.insert(it.key(), it.value());
    return WorkspaceLocator::resolve(argument, environment, last, QStringLiteral("/data/embedded.sqlite"));
}

WorkspaceAddress resolved(const Values &values, const QString &argument = {}, const QString &last = {}) { return answer(values, argument, last).orThrow(); }

QString place(const ConnectSpec &spec)
{
    return spec.kind == Dialect::Kind::Sqlite ? spec.path : QStringLiteral("%1:%2/%3 as %4").arg(spec.host, spec.port, spec.database, spec.user);
}

}  // namespace

class TstWorkspaceLocator : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void precedence();
    void readsUrls_data();
    void readsUrls();
    void readsVariables();
    void passwords();
    void durations_data();
    void durations();
    void poolSizes();
    void refuses_data();
    void refuses();
};

void TstWorkspaceLocator::precedence()
{
    QTemporaryDir folder;
    const QString last = folder.filePath(QStringLiteral("last.sqlite"));
    Values all{{QStringLiteral("DATABASE_URL"), QStringLiteral("postgresql://u@url/db")}, {QStringLiteral("DB_HOST"), QStringLiteral("parts")}};
    const WorkspaceAddress argument = resolved(all, QStringLiteral("file.sqlite"), last);
    QCOMPARE(argument.origin, Origin::Argument);
    QVERIFY(argument.spec.path.endsWith(QLatin1String("/file.sqlite")) && argument.spec.path.startsWith(u'/'));
    QVERIFY(!argument.spec.createFile);
    QCOMPARE(resolved(all, {}, last).origin, Origin::DatabaseUrl);
    QCOMPARE(resolved(all, {}, last).spec.host, QStringLiteral("url"));
    all.remove(QStringLiteral("DATABASE_URL"));
    QCOMPARE(resolved(all, {}, last).origin, Origin::DbVariables);
    QCOMPARE(resolved(all, {}, last).spec.host, QStringLiteral("parts"));
    QCOMPARE(resolved({}, {}, last).origin, Origin::Embedded);  // it is gone
    QVERIFY(QFile(last).open(QIODevice::WriteOnly));
    QCOMPARE(resolved({}, {}, last).origin, Origin::LastOpened);
    QCOMPARE(resolved({}, {}, QStringLiteral("postgresql://u@h/d")).origin, Origin::LastOpened);
    const WorkspaceAddress embedded = resolved({});
    QCOMPARE(embedded.origin, Origin::Embedded);
    QCOMPARE(embedded.spec.path, QStringLiteral("/data/embedded.sqlite"));
    QVERIFY(embedded.spec.createFile);
}

void TstWorkspaceLocator::readsUrls_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("shown");
    const QString team = QStringLiteral("db.test:5433/team as me");
    for (const char *scheme : {"postgresql", "postgres", "postgresql+psycopg2", "postgresql+asyncpg"})
        QTest::newRow(scheme) << QStringLiteral("%1://me@db.test:5433/team").arg(QLatin1String(scheme)) << team;
    QTest::newRow("sqlite absolute") << QStringLiteral("sqlite:////var/lib/w.sqlite") << QStringLiteral("/var/lib/w.sqlite");
    QTest::newRow("sqlite simple") << QStringLiteral("sqlite:/var/lib/w.sqlite") << QStringLiteral("/var/lib/w.sqlite");
}

void TstWorkspaceLocator::readsUrls()
{
    QFETCH(QString, url);
    QFETCH(QString, shown);
    for (const WorkspaceAddress &address : {resolved({{QStringLiteral("DATABASE_URL"), url}}), resolved({}, url)}) {
        QCOMPARE(place(address.spec), shown);
        QCOMPARE(place(resolved({}, address.text).spec), shown);  // what is remembered leads to the same place
    }
}

void TstWorkspaceLocator::readsVariables()
{
    const WorkspaceAddress address = resolved({{QStringLiteral("DB_HOST"), QStringLiteral("h")}, {QStringLiteral("DB_PORT"), QStringLiteral("6543")},
                                               {QStringLiteral("DB_NAME"), QStringLiteral("n")}, {QStringLiteral("DB_USER"), QStringLiteral("u")},
                                               {QStringLiteral("DB_PASSWORD"), QStringLiteral("p@:/ss")},
                                               {QStringLiteral("DB_SSLMODE"), QStringLiteral("verify-full")}});
    QCOMPARE(place(address.spec), QStringLiteral("h:6543/n as u"));
    QCOMPARE(address.spec.password, QByteArray("p@:/ss"));
    QCOMPARE(address.spec.options.value(QStringLiteral("sslmode")), QStringLiteral("verify-full"));
    QVERIFY(!address.text.contains(QLatin1String("p@")) && !address.text.contains(QLatin1String("p%40")));
}

void TstWorkspaceLocator::passwords()
{
    const WorkspaceAddress url =
        resolved({{QStringLiteral("DATABASE_URL"), QStringLiteral("postgresql+psycopg://me:s3%40cret@h/d?sslmode=require&connect_timeout=3")}});
    QCOMPARE(url.spec.password, QByteArray("s3@cret"));
    QCOMPARE(url.spec.connectTimeoutMs, 3000);
    QCOMPARE(url.spec.options.value(QStringLiteral("sslmode")), QStringLiteral("require"));
    QVERIFY(!url.text.contains(QLatin1String("cret")) && !url.spec.display().contains(QLatin1String("cret")));
    const auto refused = answer({}, QStringLiteral("postgresql://me:s3cret@h/d"));
    QCOMPARE(refused.error().kind, ErrorKind::Invalid);
    QVERIFY(!refused.error().text().contains(QLatin1String("s3cret")));
    const Values password{{QStringLiteral("DB_PASSWORD"), QStringLiteral("pw")}};
    QCOMPARE(resolved(password, QStringLiteral("postgresql://me@h/d")).spec.password, QByteArray("pw"));
    QCOMPARE(resolved(password, {}, QStringLiteral("postgresql://me@h/d")).spec.password, QByteArray("pw"));
    Values both = password;
    both.insert(QStringLiteral("DATABASE_URL"), QStringLiteral("postgresql://me@h/d"));
    QCOMPARE(resolved(both).spec.password, QByteArray("pw"));
    both.insert(QStringLiteral("DATABASE_URL"), QStringLiteral("postgresql://me:own@h/d"));
    QCOMPARE(resolved(both).spec.password, QByteArray("own"));
}

void TstWorkspaceLocator::durations_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("seconds");
    for (const auto &[text, seconds] : {std::pair("90", 90), std::pair("45s", 45), std::pair("5m", 300), std::pair("1h30m", 5400), std::pair("2500ms", 2), std::pair(" 7s ", 7)})
        QTest::newRow(text) << QString::fromLatin1(text) << seconds;
}

void TstWorkspaceLocator::durations()
{
    QFETCH(QString, text);
    QFETCH(int, seconds);
    const WorkspaceAddress address = resolved({{QStringLiteral("DB_CONN_MAX_LIFETIME"), text}, {QStringLiteral("DB_CONN_MAX_IDLE_TIME"), text},
                                               {QStringLiteral("DB_CONNECT_TIMEOUT"), text}, {QStringLiteral("DB_QUERY_TIMEOUT"), text}});
    QCOMPARE(address.pool.recycleSeconds, seconds);
    QCOMPARE(address.pool.idleSeconds, seconds);
    QCOMPARE(address.spec.connectTimeoutMs, seconds * 1000);
    QCOMPARE(address.spec.statementTimeoutMs, seconds * 1000);
}

void TstWorkspaceLocator::poolSizes()
{
    QCOMPARE(resolved({}).pool, PoolSettings{});
    PoolSettings pool = resolved({{QStringLiteral("DATABASE_POOL_SIZE"), QStringLiteral("3")}, {QStringLiteral("DATABASE_MAX_OVERFLOW"), QStringLiteral("0")}}).pool;
    QCOMPARE(pool.size, 3);
    QCOMPARE(pool.overflow, 0);
    pool = resolved({{QStringLiteral("DB_MAX_OPEN_CONNS"), QStringLiteral("50")}, {QStringLiteral("DB_MAX_IDLE_CONNS"), QStringLiteral("7")}}).pool;
    QCOMPARE(pool.size + pool.overflow, 50);
    QCOMPARE(pool.maxIdle, 7);
    pool = resolved({{QStringLiteral("DB_MAX_OPEN_CONNS"), QStringLiteral("4")}}).pool;
    QCOMPARE(pool.size, 4);
    QCOMPARE(pool.overflow, 0);
}

void TstWorkspaceLocator::refuses_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    for (const auto &[name, value] : {std::pair("DATABASE_POOL_SIZE", "0"), std::pair("DATABASE_POOL_SIZE", "many"), std::pair("DB_CONNECT_TIMEOUT", "soon"),
                                      std::pair("DB_QUERY_TIMEOUT", "-1"), std::pair("DB_CONN_MAX_LIFETIME", "1d"), std::pair("DATABASE_URL", "mysql://u@h/d"),
                                      std::pair("DATABASE_URL", "postgresql://u@h:99999/d"), std::pair("DATABASE_URL", "oracle://u@h/d"), std::pair("DB_PORT", "x")})
        QTest::addRow("%s=%s", name, value) << QString::fromLatin1(name) << QString::fromLatin1(value);
}

void TstWorkspaceLocator::refuses()
{
    QFETCH(QString, name);
    QFETCH(QString, value);
    Values values{{name, value}};
    if (name == u"DB_PORT") values.insert(QStringLiteral("DB_HOST"), QStringLiteral("h"));
    const auto refused = answer(values);
    QVERIFY(!refused.ok());
    QCOMPARE(refused.error().kind, ErrorKind::Invalid);
}

HEADGATE_TEST(TstWorkspaceLocator);
#include "tst_workspacelocator.moc"
