// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/connectionurl.h"
#include "tests/support/testregistry.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QTest>

using namespace headgate;
using namespace Qt::StringLiterals;

namespace {

QString randomText(QRandomGenerator *random, const QString &alphabet, int longest)
{
    QString text;
    for (int i = random->bounded(longest + 1); i > 0; --i) text += alphabet[random->bounded(int(alphabet.size()))];
    return text;
}

Connection randomConnection(QRandomGenerator *random)
{
    const QString alphabet = u"abz09 :/?#[]@!$&'()*+,;=%\\\"~-_.äß€|<>^`{}"_s;
    const DatabaseType types[] = {DatabaseType::Postgresql, DatabaseType::Mysql, DatabaseType::Sqlite};
    const QString hosts[] = {u"db.example"_s, u"::1"_s, u"/var/run/my sql"_s, u"10.0.0.1"_s};
    Connection connection;
    connection.databaseType = types[random->bounded(3)];
    connection.databaseName = u'/' + randomText(random, alphabet, 12);
    if (random->bounded(2)) connection.config.insert(u"options"_s, QJsonObject{{u"x"_s, u'v' + randomText(random, alphabet, 8)}});
    if (connection.databaseType == DatabaseType::Sqlite) return connection;
    connection.host = hosts[random->bounded(4)];
    if (random->bounded(2)) connection.port = random->bounded(1, 65536);
    connection.username = randomText(random, alphabet, 8);
    if (random->bounded(2)) connection.config.insert(u"sslmode"_s, u"require"_s);
    if (random->bounded(2)) connection.config.insert(u"connect_timeout"_s, random->bounded(100));
    return connection;
}

}  // namespace

class TstConnectionUrl : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsServers_data();
    void readsServers();
    void readsFiles_data();
    void readsFiles();
    void keepsParameters();
    void keepsOtherHosts();
    void leavesSecretsOut();
    void refuses_data();
    void refuses();
    void neverRepeatsThePassword();
    void redacts_data();
    void redacts();
    void formatsWhatItReads();
    void survivesAnything();
};

void TstConnectionUrl::readsServers_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("type");
    QTest::addColumn<QString>("host");
    QTest::addColumn<int>("port");
    QTest::addColumn<QString>("user");
    QTest::addColumn<QString>("database");
    QTest::addColumn<QString>("password");
    const int pg = int(DatabaseType::Postgresql);
    const int my = int(DatabaseType::Mysql);
    const QString none = u"-"_s;
    QTest::newRow("libpq") << u"postgresql://anna:s3@db.example:5433/shop"_s << pg << u"db.example"_s << 5433 << u"anna"_s << u"shop"_s << u"s3"_s;
    QTest::newRow("postgres") << u" postgres://db/shop\n"_s << pg << u"db"_s << 0 << QString() << u"shop"_s << none;
    QTest::newRow("escaped") << u"postgresql://a%40b:p%3Aq%2F@db/sh%20op"_s << pg << u"db"_s << 0 << u"a@b"_s << u"sh op"_s << u"p:q/"_s;
    QTest::newRow("at in password") << u"postgresql://anna:p@ss@db/shop"_s << pg << u"db"_s << 0 << u"anna"_s << u"shop"_s << u"p@ss"_s;
    QTest::newRow("empty password") << u"postgresql://anna:@db/shop"_s << pg << u"db"_s << 0 << u"anna"_s << u"shop"_s << QString();
    QTest::newRow("ipv6") << u"postgresql://[fe80::1%25eth0]:5433/x"_s << pg << u"fe80::1%eth0"_s << 5433 << QString() << u"x"_s << none;
    QTest::newRow("socket") << u"postgresql://%2Fvar%2Frun/x"_s << pg << u"/var/run"_s << 0 << QString() << u"x"_s << none;
    QTest::newRow("socket parameter") << u"postgresql:///x?host=/tmp&port=6000&user=u"_s << pg << u"/tmp"_s << 6000 << u"u"_s << u"x"_s << none;
    QTest::newRow("no host") << u"postgresql:///x"_s << pg << u"localhost"_s << 0 << QString() << u"x"_s << none;
    QTest::newRow("keywords") << u"host=db port = 6000 user=u password='a b\\'c' dbname=x"_s << pg << u"db"_s << 6000 << u"u"_s << u"x"_s << u"a b'c"_s;
    QTest::newRow("sqlalchemy") << u"postgresql+psycopg2://u:p@db/x"_s << pg << u"db"_s << 0 << u"u"_s << u"x"_s << u"p"_s;
    QTest::newRow("pymysql") << u"mysql+pymysql://u:p@db:3307/x?charset=utf8mb4"_s << my << u"db"_s << 3307 << u"u"_s << u"x"_s << u"p"_s;
    QTest::newRow("mysql") << u"mysql://db"_s << my << u"db"_s << 0 << QString() << QString() << none;
    QTest::newRow("mariadb") << u"mariadb://u@db/x"_s << my << u"db"_s << 0 << u"u"_s << u"x"_s << none;
    QTest::newRow("jdbc") << u"jdbc:postgresql://db:1/x?user=u&password=p"_s << pg << u"db"_s << 1 << u"u"_s << u"x"_s << u"p"_s;
}

void TstConnectionUrl::readsServers()
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
    QCOMPARE(urlHasPassword(text), !parsed->password.value_or(QString()).isEmpty());
}

void TstConnectionUrl::readsFiles_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("path");
    QTest::addColumn<bool>("readOnly");
    QTest::newRow("absolute") << u"sqlite:////srv/a.db"_s << u"/srv/a.db"_s << false;
    QTest::newRow("relative") << u"sqlite:///a.db"_s << u"a.db"_s << false;
    QTest::newRow("short") << u"sqlite:/srv/a.db"_s << u"/srv/a.db"_s << false;
    QTest::newRow("bare") << u"sqlite:a b.db"_s << u"a b.db"_s << false;
    QTest::newRow("driver") << u"sqlite+pysqlite:////srv/a.db"_s << u"/srv/a.db"_s << false;
    QTest::newRow("file") << u"file:///srv/a%23.db?mode=ro"_s << u"/srv/a#.db"_s << true;
    QTest::newRow("file short") << u"file:/srv/a.db"_s << u"/srv/a.db"_s << false;
}

void TstConnectionUrl::readsFiles()
{
    QFETCH(QString, text);
    const auto parsed = parseConnectionUrl(text);
    QVERIFY(parsed.ok());
    QCOMPARE(parsed->connection.databaseType, DatabaseType::Sqlite);
    QTEST(parsed->connection.databaseName, "path");
    QTEST(parsed->connection.isReadOnly, "readOnly");
}

void TstConnectionUrl::keepsParameters()
{
    const auto parsed = parseConnectionUrl(
        u"postgresql://db/x?sslmode=verify-full&sslrootcert=/ca.pem&connect_timeout=7&application_name=a%20b"_s);
    QVERIFY(parsed.ok());
    const QJsonObject config = parsed->connection.config;
    QCOMPARE(config.value("sslmode"_L1).toString(), u"verify-full"_s);
    QCOMPARE(config.value("sslrootcert"_L1).toString(), u"/ca.pem"_s);
    QCOMPARE(config.value("connect_timeout"_L1).toInt(), 7);
    QCOMPARE(config.value("options"_L1).toObject().value("application_name"_L1).toString(), u"a b"_s);
    QCOMPARE(parsed->notes, QStringList{u"application_name is kept as an option."_s});
    QCOMPARE(parseConnectionUrl(u"mysql://db/x?ssl-mode=VERIFY_IDENTITY"_s)->connection.config.value("sslmode"_L1).toString(), u"verify-full"_s);
}

void TstConnectionUrl::keepsOtherHosts()
{
    const auto parsed = parseConnectionUrl(u"postgresql://a:1,b,[::1]:3/x"_s);
    QVERIFY(parsed.ok());
    QCOMPARE(parsed->connection.host, u"a"_s);
    QCOMPARE(parsed->connection.port, std::optional(1));
    QCOMPARE(parsed->connection.config.value("other_hosts"_L1).toArray(), (QJsonArray{u"b"_s, u"[::1]:3"_s}));
    QCOMPARE(formatConnectionUrl(parsed->connection), u"postgresql://a:1,b,[::1]:3/x"_s);
    const auto keywords = parseConnectionUrl(u"host=a,b port=1,2"_s);
    QCOMPARE(keywords->connection.config.value("other_hosts"_L1).toArray(), QJsonArray{u"b:2"_s});
}

void TstConnectionUrl::leavesSecretsOut()
{
    const auto parsed = parseConnectionUrl(u"postgresql://db/x?sslpassword=canary&keep=1"_s);
    QVERIFY(parsed.ok());
    QVERIFY(!QJsonDocument(parsed->connection.config).toJson().contains("canary"));
    QVERIFY(!formatConnectionUrl(parsed->connection).contains(u"canary"_s));
    QVERIFY(parsed->notes.join(u' ').contains(u"sslpassword"_s));
}

void TstConnectionUrl::refuses_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("character");
    QTest::newRow("empty") << QString() << 1;
    QTest::newRow("words") << u"my database"_s << 1;
    QTest::newRow("scheme") << u"oracle://db/x"_s << 1;
    QTest::newRow("slashes") << u"postgresql:db"_s << 12;
    QTest::newRow("port") << u"postgresql://db:70000/x"_s << 17;
    QTest::newRow("port word") << u"mysql://db:x/x"_s << 12;
    QTest::newRow("percent") << u"postgresql://db/a%zz"_s << 18;
    QTest::newRow("zero") << u"postgresql://db/a%00"_s << 17;
    QTest::newRow("bracket") << u"postgresql://[::1/x"_s << 14;
    QTest::newRow("parameter") << u"postgresql://db/x?a"_s << 19;
    QTest::newRow("sslmode") << u"postgresql://db/x?sslmode=maybe"_s << 27;
    QTest::newRow("timeout") << u"postgresql://db/x?connect_timeout=soon"_s << 35;
    QTest::newRow("quote") << u"host=db password='abc"_s << 18;
    QTest::newRow("keyword") << u"host=db nonsense"_s << 9;
    QTest::newRow("memory") << u"sqlite://"_s << 10;
    QTest::newRow("file host") << u"sqlite://a.db"_s << 10;
}

void TstConnectionUrl::refuses()
{
    QFETCH(QString, text);
    QFETCH(int, character);
    const auto parsed = parseConnectionUrl(text);
    QVERIFY(!parsed.ok());
    QCOMPARE(parsed.error().kind, ErrorKind::Invalid);
    QCOMPARE(parsed.error().where, u"at character %1"_s.arg(character));
    QVERIFY(!parsed.error().what.isEmpty() && !parsed.error().hint.isEmpty());
}

void TstConnectionUrl::neverRepeatsThePassword()
{
    for (const QString &text : {u"postgresql://u:canary@db:port/x"_s, u"host=db password=canary port=x"_s, u"oracle://u:canary@db"_s,
                                u"postgresql://u:canary%zz@db"_s, u"host=db password='canary"_s}) {
        const auto parsed = parseConnectionUrl(text);
        QVERIFY(!parsed.ok());
        QVERIFY2(!parsed.error().text().contains(u"canary"_s), qPrintable(text));
    }
}

void TstConnectionUrl::redacts_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("redacted");
    QTest::newRow("none") << u"postgresql://u@db:5432/x?o=a@b"_s << u"postgresql://u@db:5432/x?o=a@b"_s;
    QTest::newRow("port and at") << u"postgresql://db:5432/x?o=a@b"_s << u"postgresql://db:5432/x?o=a@b"_s;
    QTest::newRow("userinfo") << u"mysql://u:pw@db/x"_s << u"mysql://u:••••@db/x"_s;
    QTest::newRow("slash") << u"postgresql://u:p/w@db/x"_s << u"postgresql://u:••••@db/x"_s;
    QTest::newRow("colon at") << u"postgresql://u:p@:w@db/x"_s << u"postgresql://u:••••@db/x"_s;
    QTest::newRow("parameter") << u"postgresql://db/x?password=p%20w&a=1"_s << u"postgresql://db/x?password=••••&a=1"_s;
    QTest::newRow("keyword") << u"host=db password = 'a\\' b' user=u"_s << u"host=db password = •••• user=u"_s;
    QTest::newRow("unclosed") << u"password='a b"_s << u"password=••••"_s;
    QTest::newRow("in a sentence") << u"cannot use mysql://u:pw@db/x here"_s << u"cannot use mysql://u:••••@db/x here"_s;
}

void TstConnectionUrl::redacts()
{
    QFETCH(QString, text);
    QTEST(redactUrl(text), "redacted");
    QCOMPARE(urlHasPassword(text), redactUrl(text) != text);
}

// Whatever a connection holds, its URL reads back as the same connection.
void TstConnectionUrl::formatsWhatItReads()
{
    const quint32 seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    for (int i = 0; i < 5000; ++i) {
        const Connection connection = randomConnection(&random);
        const QString url = formatConnectionUrl(connection);
        const auto parsed = parseConnectionUrl(url);
        QVERIFY2(parsed.ok(), qPrintable(url));
        QVERIFY2(parsed->connection == connection, qPrintable(url));
        QVERIFY2(!urlHasPassword(url), qPrintable(url));
    }
}

void TstConnectionUrl::survivesAnything()
{
    const quint32 seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    const QStringList words{u"postgresql"_s, u"mysql"_s, u"sqlite"_s, u"file"_s, u"://"_s, u":"_s, u"/"_s, u"@"_s, u"%"_s, u"%4"_s, u"%41"_s,
                            u"["_s, u"]"_s, u"?"_s, u"&"_s, u"="_s, u"'"_s, u"\\"_s, u" "_s, u"host"_s, u"port"_s, u"password"_s, u","_s,
                            u"99999999999"_s, QString(QChar(u'\0')), QString(QChar(0xd800)), u"ä"_s, u"x"_s, u"sslmode"_s, u"#"_s, u"\n"_s};
    for (int i = 0; i < 20000; ++i) {
        QString text;
        for (int n = random.bounded(14); n > 0; --n) text += words[random.bounded(int(words.size()))];
        const auto parsed = parseConnectionUrl(text);
        QVERIFY(parsed.ok() || !parsed.error().what.isEmpty());
        const bool hides = parsed.ok() && !parsed->password.value_or(QString()).isEmpty();
        QVERIFY2(!hides || urlHasPassword(text), qPrintable(text));
    }
}

HEADGATE_TEST(TstConnectionUrl);
#include "tst_connectionurl.moc"
