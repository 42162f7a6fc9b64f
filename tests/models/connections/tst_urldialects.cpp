// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/connectioncopies.h"
#include "models/connections/connectionurl.h"
#include "tests/support/testregistry.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTest>

using namespace headgate;
using namespace Qt::StringLiterals;

namespace {

const QString kAlphabet = u"abz09 :/?#[]@!$&'()*+,;=%\\\"~-_.äß€|<>^`{}"_s;

QString randomText(QRandomGenerator &random, const QString &alphabet, int longest)
{
    QString text;
    for (int i = random.bounded(longest + 1); i > 0; --i) text += alphabet[random.bounded(int(alphabet.size()))];
    return text;
}

template <typename T>
T anyOf(QRandomGenerator &random, const QList<T> &values) { return values[random.bounded(int(values.size()))]; }

Connection randomConnection(QRandomGenerator &random)
{
    static const QList<DatabaseType> types{DatabaseType::Postgresql, DatabaseType::Mysql, DatabaseType::Sqlserver, DatabaseType::Sqlite};
    Connection c;
    c.databaseType = anyOf(random, types);
    c.databaseName = u'/' + randomText(random, kAlphabet, 12);
    QJsonObject options;
    for (const QString &name : {u"x"_s, u"App Name"_s, u"ä=&;"_s})
        if (random.bounded(2)) options.insert(name, u'v' + randomText(random, kAlphabet, 8));
    if (c.databaseType == DatabaseType::Sqlite) c.isReadOnly = random.bounded(2);
    else {
        QStringList hosts{u"db.example"_s, u"::1"_s, u"fe80::1%eth0"_s, u"10.0.0.1"_s, u"dätabase-1"_s};
        if (c.databaseType != DatabaseType::Sqlserver) hosts << u"/var/run/my sql#1"_s;
        c.host = anyOf(random, hosts);
        if (random.bounded(2)) c.port = random.bounded(1, 65536);
        c.username = randomText(random, kAlphabet, 8);
        if (random.bounded(2)) c.config.insert(u"sslmode"_s, anyOf(random, QStringList{u"disable"_s, u"allow"_s, u"prefer"_s, u"require"_s, u"verify-ca"_s, u"verify-full"_s}));
        if (random.bounded(2)) c.config.insert(u"connect_timeout"_s, random.bounded(100));
        if (c.databaseType != DatabaseType::Sqlserver)
            for (const QString &key : {u"sslrootcert"_s, u"sslcert"_s, u"sslkey"_s})
                if (random.bounded(3) == 0) c.config.insert(key, u'/' + randomText(random, kAlphabet, 8) + u'x');
    }
    if (c.databaseType == DatabaseType::Postgresql && random.bounded(4) == 0) c.config.insert(u"other_hosts"_s, QJsonArray{u"b"_s, u"[::2]:77"_s});
    if (c.databaseType == DatabaseType::Sqlserver) {
        c.config.insert(u"odbc_driver"_s, anyOf(random, QStringList{u"ODBC Driver 18 for SQL Server"_s, u"FreeTDS"_s, u"My } TDS {x;"_s}));
        if (random.bounded(2)) options.insert(u"instance"_s, u"SQLEXPRESS"_s);
    }
    if (!options.isEmpty()) c.config.insert(u"options"_s, options);
    return c;
}

// What a dialect cannot express, and what is read instead. Everything that is not named here comes back as it was.

using Change = void (*)(Connection &);

void forget(Connection &c, const QStringList &keys)
{
    for (const QString &key : keys) c.config.remove(key);
}

void forgetOptions(Connection &c, const QRegularExpression &kept)
{
    QJsonObject options = c.config.value("options"_L1).toObject();
    for (const QString &name : options.keys())
        if (!kept.match(name).hasMatch()) options.remove(name);
    if (options.isEmpty()) c.config.remove(u"options"_s);
    else c.config.insert(u"options"_s, options);
}

void mode(Connection &c, const QStringList &from, const QString &to)
{
    if (!from.contains(c.config.value("sslmode"_L1).toString())) return;
    if (to.isEmpty()) c.config.remove(u"sslmode"_s);
    else c.config.insert(u"sslmode"_s, to);
}

const QRegularExpression &wordNames() { static const QRegularExpression names(u"^[A-Za-z_]+$"_s); return names; }
const QRegularExpression &plainNames() { static const QRegularExpression names(u"^[A-Za-z_][A-Za-z0-9_ ]*$"_s); return names; }
const QRegularExpression noNames(u"(?!)"_s);
const QStringList kFiles{u"sslrootcert"_s, u"sslcert"_s, u"sslkey"_s};

/// PyMySQL has no modes: a certificate authority makes it verify, without one it cannot.
void pymysql(Connection &c)
{
    mode(c, {u"allow"_s, u"prefer"_s}, {});
    const bool verifies = c.config.contains("sslrootcert"_L1);
    mode(c, {u"require"_s, u"verify-ca"_s}, verifies ? u"verify-ca"_s : u"require"_s);
    if (!verifies) mode(c, {u"verify-full"_s}, u"require"_s);
}

struct Difference {
    DatabaseType type;
    UrlDialect dialect;
    const char *what;
    Change change;
};

const Difference differences[] = {
    {DatabaseType::Postgresql, UrlDialect::Keywords, "names of options are words", [](Connection &c) { forgetOptions(c, wordNames()); }},
    {DatabaseType::Postgresql, UrlDialect::SqlAlchemy, "one host", [](Connection &c) { forget(c, {u"other_hosts"_s}); }},
    {DatabaseType::Postgresql, UrlDialect::Odbc, "one host", [](Connection &c) { forget(c, {u"other_hosts"_s}); }},
    {DatabaseType::Postgresql, UrlDialect::Odbc, "options reach libpq as keywords", [](Connection &c) { forgetOptions(c, wordNames()); }},
    {DatabaseType::Postgresql, UrlDialect::Jdbc, "names of options are words", [](Connection &c) { forgetOptions(c, plainNames()); }},
    {DatabaseType::Mysql, UrlDialect::Jdbc, "allow is PREFERRED", [](Connection &c) { mode(c, {u"allow"_s}, u"prefer"_s); }},
    {DatabaseType::Mysql, UrlDialect::Jdbc, "certificates stand in key stores", [](Connection &c) { forget(c, kFiles); }},
    {DatabaseType::Mysql, UrlDialect::Jdbc, "names of options are words", [](Connection &c) { forgetOptions(c, plainNames()); }},
    {DatabaseType::Mysql, UrlDialect::SqlAlchemy, "PyMySQL's own idea of TLS", pymysql},
    {DatabaseType::Mysql, UrlDialect::Odbc, "allow is PREFERRED", [](Connection &c) { mode(c, {u"allow"_s}, u"prefer"_s); }},
    {DatabaseType::Mysql, UrlDialect::Odbc, "no time limit", [](Connection &c) { forget(c, {u"connect_timeout"_s}); }},
    {DatabaseType::Mysql, UrlDialect::Odbc, "names of options are words", [](Connection &c) { forgetOptions(c, plainNames()); }},
    {DatabaseType::Mysql, UrlDialect::GoDsn, "a user ends at the first colon, nothing is escaped", [](Connection &c) {
         if (c.username.contains(u':')) c.username = c.username.section(u':', 0, 0);
     }},
    {DatabaseType::Mysql, UrlDialect::GoDsn, "allow is preferred, verify-ca is true", [](Connection &c) {
         mode(c, {u"allow"_s}, u"prefer"_s);
         mode(c, {u"verify-ca"_s}, u"verify-full"_s);
     }},
    {DatabaseType::Mysql, UrlDialect::GoDsn, "certificates are registered in Go", [](Connection &c) { forget(c, kFiles); }},
    {DatabaseType::Mysql, UrlDialect::GoDsn, "a socket has no port", [](Connection &c) { if (c.host.startsWith(u'/')) c.port.reset(); }},
    {DatabaseType::Mysql, UrlDialect::GoDsn, "names of options are identifiers", [](Connection &c) { forgetOptions(c, wordNames()); }},
    {DatabaseType::Sqlserver, UrlDialect::Url, "no driver", [](Connection &c) { forget(c, {u"odbc_driver"_s}); }},
    {DatabaseType::Sqlserver, UrlDialect::Url, "encrypt=false or true", [](Connection &c) { mode(c, {u"allow"_s, u"prefer"_s}, u"disable"_s); }},
    {DatabaseType::Sqlserver, UrlDialect::Url, "a trusted certificate is checked with its host", [](Connection &c) { mode(c, {u"verify-ca"_s}, u"verify-full"_s); }},
    {DatabaseType::Sqlserver, UrlDialect::Jdbc, "no driver", [](Connection &c) { forget(c, {u"odbc_driver"_s}); }},
    {DatabaseType::Sqlserver, UrlDialect::Jdbc, "encrypt=false or true", [](Connection &c) { mode(c, {u"allow"_s, u"prefer"_s}, u"disable"_s); }},
    {DatabaseType::Sqlserver, UrlDialect::Jdbc, "a trusted certificate is checked with its host", [](Connection &c) { mode(c, {u"verify-ca"_s}, u"verify-full"_s); }},
    {DatabaseType::Sqlserver, UrlDialect::Jdbc, "names of options are words", [](Connection &c) { forgetOptions(c, plainNames()); }},
    {DatabaseType::Sqlserver, UrlDialect::SqlAlchemy, "allow is optional, as prefer; verify-ca checks the host", [](Connection &c) {
         mode(c, {u"allow"_s}, u"prefer"_s);
         mode(c, {u"verify-ca"_s}, u"verify-full"_s);
     }},
    {DatabaseType::Sqlserver, UrlDialect::SqlAlchemy, "no time limit", [](Connection &c) { forget(c, {u"connect_timeout"_s}); }},
    {DatabaseType::Sqlserver, UrlDialect::Odbc, "allow is optional, as prefer; verify-ca checks the host", [](Connection &c) {
         mode(c, {u"allow"_s}, u"prefer"_s);
         mode(c, {u"verify-ca"_s}, u"verify-full"_s);
     }},
    {DatabaseType::Sqlserver, UrlDialect::Odbc, "no time limit", [](Connection &c) { forget(c, {u"connect_timeout"_s}); }},
    {DatabaseType::Sqlserver, UrlDialect::Odbc, "names of options are words", [](Connection &c) { forgetOptions(c, plainNames()); }},
    {DatabaseType::Sqlite, UrlDialect::Odbc, "a file and nothing else", [](Connection &c) {
         c.isReadOnly = false;
         forgetOptions(c, noNames);
     }},
};

Connection expressible(Connection c, UrlDialect dialect)
{
    for (const Difference &each : differences)
        if (each.type == c.databaseType && each.dialect == dialect) each.change(c);
    return c;
}

struct Known {
    const char *name;
    QString text;
    DatabaseType type;
    QString host;
    int port;
    QString user;
    QString database;
    QString password;
};

}  // namespace

class TstUrlDialects : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void reads_data();
    void reads();
    void readsTls_data();
    void readsTls();
    void comesBackInEveryDialect();
    void neverShowsThePasswordOfAMutatedText();
    void redacts_data();
    void redacts();
    void copiesForDebezium();
    void quotesThePsqlCommand();
};

void TstUrlDialects::reads_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("type");
    QTest::addColumn<QString>("host");
    QTest::addColumn<int>("port");
    QTest::addColumn<QString>("user");
    QTest::addColumn<QString>("database");
    QTest::addColumn<QString>("password");
    const auto row = [](const Known &k) { QTest::newRow(k.name) << k.text << int(k.type) << k.host << k.port << k.user << k.database << k.password; };
    const auto ms = DatabaseType::Sqlserver;
    const auto my = DatabaseType::Mysql;
    const auto pg = DatabaseType::Postgresql;
    row({"jdbc sqlserver", u"jdbc:sqlserver://db\\PROD:1444;databaseName=shop;user=sa;password={a;b}}c};encrypt=true"_s, ms, u"db"_s, 1444, u"sa"_s, u"shop"_s, u"a;b}c"_s});
    row({"jdbc sqlserver names", u"jdbc:sqlserver://;serverName=::1;portNumber=1;userName=u;database=d;password=p"_s, ms, u"::1"_s, 1, u"u"_s, u"d"_s, u"p"_s});
    row({"jdbc mariadb", u"jdbc:mariadb://db:3307/x?user=u&password=a+b"_s, my, u"db"_s, 3307, u"u"_s, u"x"_s, u"a b"_s});
    row({"odbc", u"Driver={ODBC Driver 18 for SQL Server};Server=tcp:db,1444;Database=shop;Uid=sa;Pwd={p}};w};Encrypt=yes"_s, ms, u"db"_s, 1444, u"sa"_s, u"shop"_s, u"p};w"_s});
    row({"odbc instance", u"DRIVER=FreeTDS;SERVER=db\\X;UID=u;PWD=a=b;"_s, ms, u"db"_s, 0, u"u"_s, QString(), u"a=b"_s});
    row({"odbc postgresql", u"Driver={PostgreSQL Unicode};Server=db;Port=6000;Database=x;Uid=u;Pwd=p w"_s, pg, u"db"_s, 6000, u"u"_s, u"x"_s, u"p w"_s});
    row({"odbc mariadb", u"Driver=MariaDB;Server=db;Port=3307;Database=x;User=u;Password=p"_s, my, u"db"_s, 3307, u"u"_s, u"x"_s, u"p"_s});
    row({"ado", u"Server=db,1444;Initial Catalog=x;User ID=u;Password=p"_s, ms, u"db"_s, 1444, u"u"_s, u"x"_s, u"p"_s});
    row({"pyodbc", u"mssql+pyodbc://u:p%40@db:1433/x?driver=ODBC+Driver+18+for+SQL+Server"_s, ms, u"db"_s, 1433, u"u"_s, u"x"_s, u"p@"_s});
    row({"odbc_connect", u"mssql+pyodbc:///?odbc_connect=Driver%3D%7BODBC+Driver+18+for+SQL+Server%7D%3BServer%3Ddb%2C1444%3BUID%3Du%3BPWD%3Dp"_s, ms, u"db"_s, 1444, u"u"_s, QString(), u"p"_s});
    row({"go sqlserver", u"sqlserver://u:p@db:1433/PROD?database=x"_s, ms, u"db"_s, 1433, u"u"_s, u"x"_s, u"p"_s});
    row({"mssql", u"mssql://u:p@db/x"_s, ms, u"db"_s, 0, u"u"_s, u"x"_s, u"p"_s});
    row({"prisma", u"sqlserver://db:1444;database=x;user=u;password=p"_s, ms, u"db"_s, 1444, u"u"_s, u"x"_s, u"p"_s});
    row({"go mysql", u"u:p@:s@tcp(db:3307)/x?parseTime=true"_s, my, u"db"_s, 3307, u"u"_s, u"x"_s, u"p@:s"_s});
    row({"go ipv6", u"u@tcp([::1]:3306)/x"_s, my, u"::1"_s, 3306, u"u"_s, u"x"_s, u"-"_s});
    row({"go socket", u"u:p/w@unix(/run/my.sock)/x%2Fy"_s, my, u"/run/my.sock"_s, 0, u"u"_s, u"x/y"_s, u"p/w"_s});
    row({"go user like a scheme", u"mysql:p@tcp(db)/x"_s, my, u"db"_s, 0, u"mysql"_s, u"x"_s, u"p"_s});
    row({"sqlalchemy socket", u"postgresql+psycopg://u:p@/x?host=/var/run"_s, pg, u"/var/run"_s, 0, u"u"_s, u"x"_s, u"p"_s});
    row({"sqlalchemy database as it is", u"postgresql+psycopg://u@db/a%20b"_s, pg, u"db"_s, 0, u"u"_s, u"a%20b"_s, u"-"_s});
}

void TstUrlDialects::reads()
{
    QFETCH(QString, text);
    const auto parsed = parseConnectionUrl(text);
    QVERIFY2(parsed.ok(), qPrintable(parsed.ok() ? QString() : parsed.error().text()));
    QTEST(int(parsed->connection.databaseType), "type");
    QTEST(parsed->connection.host, "host");
    QTEST(parsed->connection.port.value_or(0), "port");
    QTEST(parsed->connection.username, "user");
    QTEST(parsed->connection.databaseName, "database");
    QTEST(parsed->password.value_or(u"-"_s), "password");
    QCOMPARE(urlHasPassword(text), parsed->password.has_value());
}

void TstUrlDialects::readsTls_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("mode");
    QTest::newRow("odbc trusts") << u"Driver={ODBC Driver 18 for SQL Server};Server=db;Encrypt=yes;TrustServerCertificate=yes"_s << u"require"_s;
    QTest::newRow("odbc checks") << u"Driver={ODBC Driver 18 for SQL Server};Server=db;Encrypt=mandatory"_s << u"verify-full"_s;
    QTest::newRow("freetds") << u"Driver=FreeTDS;Server=db;Encryption=require"_s << u"require"_s;
    QTest::newRow("go sqlserver") << u"sqlserver://db?encrypt=disable"_s << u"disable"_s;
    QTest::newRow("go mysql") << u"tcp(db)/x?tls=skip-verify"_s << u"require"_s;
    QTest::newRow("connector j") << u"jdbc:mysql://db/x?sslMode=VERIFY_IDENTITY"_s << u"verify-full"_s;
    QTest::newRow("connector mariadb") << u"jdbc:mariadb://db/x?sslMode=trust"_s << u"require"_s;
    QTest::newRow("pgjdbc") << u"jdbc:postgresql://db/x?ssl=true"_s << u"verify-full"_s;
    QTest::newRow("psqlodbc") << u"Driver=psqlodbc;Server=db;SSLmode=verify-ca"_s << u"verify-ca"_s;
    QTest::newRow("nothing") << u"Driver=FreeTDS;Server=db"_s << QString();
}

void TstUrlDialects::readsTls()
{
    QFETCH(QString, text);
    const auto parsed = parseConnectionUrl(text);
    QVERIFY2(parsed.ok(), qPrintable(text));
    QTEST(parsed->connection.config.value("sslmode"_L1).toString(), "mode");
}

// Whatever a connection holds, each dialect reads back as the same connection but for the differences above.
void TstUrlDialects::comesBackInEveryDialect()
{
    const quint32 seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    int compared = 0;
    for (int i = 0; i < 4000; ++i) {
        const Connection connection = randomConnection(random);
        for (UrlDialect dialect : urlDialects(connection.databaseType)) {
            const QString text = formatConnectionUrl(connection, dialect);
            const QString told = urlDialectLabel(dialect) + u": "_s + text + u" of "_s + QString::fromUtf8(QJsonDocument(connection.config).toJson());
            const auto parsed = parseConnectionUrl(text);
            QVERIFY2(parsed.ok(), qPrintable(told));
            const Connection expected = expressible(connection, dialect);
            if (dialect == UrlDialect::GoDsn && connection.username.contains(u':')) continue;  // its rest would be a password
            QVERIFY2(parsed->connection == expected, qPrintable(told + QString::fromUtf8(QJsonDocument(parsed->connection.config).toJson()) + parsed->connection.username + u" / "_s + parsed->connection.databaseName));
            QVERIFY2(!parsed->password, qPrintable(told));
            ++compared;
        }
    }
    qInfo("%d round trips", compared);
    QVERIFY(compared > 15'000);
}

void TstUrlDialects::neverShowsThePasswordOfAMutatedText()
{
    const quint32 seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    const QString canary = u"c4n4ryHunter2"_s;
    const QStringList seeds{u"postgresql://u:%1@db:5432/x?sslmode=require"_s, u"host=db port=5 user=u password='%1' dbname=x"_s,
                            u"jdbc:postgresql://db:1/x?user=u&password=%1"_s, u"jdbc:sqlserver://db\\I:1444;databaseName=x;password={%1};encrypt=true"_s,
                            u"Driver={ODBC Driver 18 for SQL Server};Server=tcp:db,1433;Uid=u;Pwd={%1};Encrypt=yes"_s, u"u:%1@tcp(db:3306)/x?timeout=5s"_s,
                            u"mssql+pyodbc://u:%1@db:1433/x?driver=FreeTDS&connect_timeout=5"_s, u"sqlserver://u:%1@db:1433?database=x&encrypt=true"_s,
                            u"mssql+pyodbc:///?odbc_connect=Driver%3DFreeTDS%3BServer%3Ddb%2C1%3BPWD%3D"_s + u"%1"_s, u"mysql+pymysql://u:%1@db/x?ssl_ca=/a"_s,
                            u"file:/a?mode=ro&password=%1"_s, u"sqlite:///a?x=1"_s};
    const QString bits = u" :/?#[]@&=;{}()%,'\\\"xA0\n"_s + QChar(0xd800) + QChar(u'\0');
    int refused = 0;
    for (int i = 0; i < 10'000; ++i) {
        QString text = QString(seeds[random.bounded(int(seeds.size()))]).replace("%1"_L1, canary);
        for (int n = random.bounded(1, 6); n > 0; --n) {
            const int at = random.bounded(int(text.size()));
            // The canary itself stays whole: a password that was cut apart is another one.
            if (const qsizetype where = text.indexOf(canary); where >= 0 && at > where && at < where + canary.size()) continue;
            switch (random.bounded(3)) {
            case 0: text.insert(at, bits[random.bounded(int(bits.size()))]); break;
            case 1: if (at < text.indexOf(canary) || at >= text.indexOf(canary) + canary.size()) text.remove(at, 1); break;
            default: text.insert(at, text.mid(random.bounded(int(text.size())), 3)); break;
            }
        }
        const auto parsed = parseConnectionUrl(text);
        if (!parsed.ok()) {
            ++refused;
            QVERIFY2(!parsed.error().text().contains(canary), qPrintable(text));
            QVERIFY(!parsed.error().what.isEmpty());
            continue;
        }
        if (parsed->password == canary) QVERIFY2(urlHasPassword(text) && !redactUrl(text).contains(canary), qPrintable(text));
        if (parsed->password == canary)
            for (UrlDialect dialect : urlDialects(parsed->connection.databaseType))
                QVERIFY2(!formatConnectionUrl(parsed->connection, dialect).contains(canary) || text.count(canary) > 1, qPrintable(text));
    }
    qInfo("%d of 10000 refused", refused);
    QVERIFY(refused > 1000);
}

void TstUrlDialects::redacts_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("redacted");
    QTest::newRow("odbc") << u"Driver=FreeTDS;Uid=u;Pwd={a b}};c};Server=db"_s << u"Driver=FreeTDS;Uid=u;Pwd=••••;Server=db"_s;
    QTest::newRow("odbc blank") << u"Driver=FreeTDS;Uid=u;Pwd=a b;Server=db"_s << u"Driver=FreeTDS;Uid=u;Pwd=••••;Server=db"_s;
    QTest::newRow("jdbc sqlserver") << u"jdbc:sqlserver://db;user=u;password=a b;encrypt=true"_s << u"jdbc:sqlserver://db;user=u;password=••••;encrypt=true"_s;
    QTest::newRow("go") << u"u:p@s@tcp(db)/x"_s << u"u:••••@tcp(db)/x"_s;
    QTest::newRow("go without") << u"u@tcp(db)/x"_s << u"u@tcp(db)/x"_s;
    QTest::newRow("odbc_connect") << u"mssql+pyodbc:///?odbc_connect=PWD%3Dp&x=1"_s << u"mssql+pyodbc:///?odbc_connect=••••&x=1"_s;
}

void TstUrlDialects::redacts()
{
    QFETCH(QString, text);
    QTEST(redactUrl(text), "redacted");
    QCOMPARE(urlHasPassword(text), redactUrl(text) != text);
}

void TstUrlDialects::copiesForDebezium()
{
    Connection c;
    c.name = u"Shop (live)"_s;
    c.host = u"db"_s;
    c.databaseName = u"shop"_s;
    c.username = u"cdc"_s;
    c.config.insert(u"sslmode"_s, u"require"_s);
    const auto copies = connectionCopies(c);
    const QJsonObject json = QJsonDocument::fromJson(copies.last().text.toUtf8()).object();
    QCOMPARE(copies.last().id, u"debezium"_s);
    QCOMPARE(json.value("name"_L1).toString(), u"Shop_live_"_s);
    const QJsonObject config = json.value("config"_L1).toObject();
    QCOMPARE(config.value("database.hostname"_L1).toString(), u"db"_s);
    QCOMPARE(config.value("database.port"_L1).toString(), u"5432"_s);
    QCOMPARE(config.value("database.password"_L1).toString(), u"${file:/etc/kafka/secrets/Shop_live_.properties:database.password}"_s);
    QCOMPARE(config.value("database.sslmode"_L1).toString(), u"require"_s);
    QCOMPARE(config.value("plugin.name"_L1).toString(), u"pgoutput"_s);
}

void TstUrlDialects::quotesThePsqlCommand()
{
    Connection c;
    c.host = u"db"_s;
    c.databaseName = u"a'b"_s;
    for (const ConnectionCopy &copy : connectionCopies(c))
        if (copy.id == "psql"_L1) QCOMPARE(copy.text, u"psql 'postgresql://db/a%27b'"_s);
    QVERIFY(std::ranges::any_of(connectionCopies(c), [](const ConnectionCopy &copy) { return copy.id == "psql"_L1; }));
}

HEADGATE_TEST(TstUrlDialects);
#include "tst_urldialects.moc"
