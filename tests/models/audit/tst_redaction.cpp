// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/redaction.h"
#include "tests/support/memorylimit.h"
#include "tests/support/testregistry.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace headgate;
using headgate::test::sanitizerKb;

namespace {
QJsonObject json(const char *text) { return QJsonDocument::fromJson(text).object(); }
}  // namespace

class TstRedaction : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void names_data();
    void names();
    void text_data();
    void text();
    void untouched_data();
    void untouched();
    void objects();
    void namedFields();
    void emptyAndTruthStay();
    void largeTextIsQuick();
};

void TstRedaction::names_data()
{
    QTest::addColumn<bool>("secret");
    for (const char *name : {"password", "Password", "PASSWD", "pwd", "PGPASSWORD", "sslpassword", "db_password", "oldPassword",
                             "passphrase", "secret", "client_secret", "clientSecret", "secret_key", "token", "auth_token",
                             "accessToken", "authtoken", "api_key", "apiKey", "api-key", "APIKEY", "private_key", "privateKey",
                             "connection_string", "connectionString", "credentials", "aws_secret_access_key", "Authorization",
                             "pass", "db_pass", "token_hash", "api_key_hash", "password_hash", "UPWD", "sasl.password"})
        QTest::newRow(name) << true;
    for (const char *name : {"name", "host", "key", "keys", "primary_key", "sslkey", "username", "compass", "passport", "fencing_token",
                             "max_tokens", "password_changed_at", "token_count", "token_type", "has_secret", "bypass", "author",
                             "tokenizer", "passed", "key_slot", "x"})
        QTest::newRow(name) << false;
}

void TstRedaction::names()
{
    QFETCH(bool, secret);
    QCOMPARE(Redaction::isSecretName(QString::fromUtf8(QTest::currentDataTag())), secret);
}

void TstRedaction::text_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("after");
    const auto row = [](const char *before, const char *after) {
        QTest::newRow(before) << QString::fromUtf8(before) << QString::fromUtf8(after);
    };
    row("postgresql://bob:canary@db:5432/x", "postgresql://bob:••••@db:5432/x");
    row("postgresql+asyncpg://bob:can%40ary@db/x?a=1", "postgresql+asyncpg://bob:••••@db/x?a=1");
    row("mysql://bob:can@ary@db/x", "mysql://bob:••••@db/x");
    row("mysql://bob:can/ary@db/x", "mysql://bob:••••@db/x");
    row("redis://:canary@cache", "redis://:••••@cache");
    row("root:canary@tcp(db:3306)/x", "root:••••@tcp(db:3306)/x");
    row("scott:canary@db1 refused", "scott:••••@db1 refused");
    row("see https://db/?user=a&password=canary&x=1", "see https://db/?user=a&password=••••&x=1");
    row("host=db user=bob password=canary port=1", "host=db user=bob password=•••• port=1");
    row("host=db password='can ary' port=1", "host=db password='••••' port=1");
    row("password = 'can\\'ary' x", "password = '••••' x");
    row("Driver={X};UID=sa;PWD={can;ary};Server=db", "Driver={X};UID=sa;PWD=••••;Server=db");
    row("Server=db;Password=can,ary;Database=x", "Server=db;Password=••••;Database=x");
    row("{host=db, password=canary, user=bob}", "{host=db, password=••••, user=bob}");
    row("PGPASSWORD=canary psql -h db", "PGPASSWORD=•••• psql -h db");
    row("export MYSQL_PWD=\"canary\"", "export MYSQL_PWD=\"••••\"");
    row("connect --password canary --host db", "connect --password •••• --host db");
    row("connect --password=canary --host db", "connect --password=•••• --host db");
    row("{\"user\":\"a\",\"password\":\"can\\\"ary\",\"x\":1}", "{\"user\":\"a\",\"password\":\"••••\",\"x\":1}");
    row("{\\\"password\\\": \\\"canary\\\", \\\"x\\\": 1}", "{\\\"password\\\": \\\"••••\\\", \\\"x\\\": 1}");
    row("{\"credentials\": {\"username\": \"a\"}, \"x\": 1}", "{\"credentials\": ••••, \"x\": 1}");
    row("password: canary\nhost: db", "password: ••••\nhost: db");
    row("Authorization: Bearer abcdef0123456", "Authorization: •••• ••••");
    row("sent Bearer abcdef0123456 there", "sent Bearer •••• there");
    row("CREATE USER a IDENTIFIED BY 'canary' REQUIRE SSL", "CREATE USER a IDENTIFIED BY '••••' REQUIRE SSL");
    row("create user a identified by canary quota 1", "create user a identified by •••• quota 1");
    row("ALTER USER a IDENTIFIED WITH mysql_native_password BY 'can''ary';",
        "ALTER USER a IDENTIFIED WITH mysql_native_password BY '••••';");
    row("GRANT ALL ON *.* TO a IDENTIFIED BY PASSWORD '*2470C0C0'", "GRANT ALL ON *.* TO a IDENTIFIED BY PASSWORD '••••'");
    row("CREATE USER a IDENTIFIED VIA ed25519 USING PASSWORD('canary')",
        "CREATE USER a IDENTIFIED VIA ed25519 USING PASSWORD('••••')");
    row("ALTER ROLE a WITH LOGIN PASSWORD 'canary' VALID UNTIL 'x'", "ALTER ROLE a WITH LOGIN PASSWORD '••••' VALID UNTIL 'x'");
    row("ALTER ROLE a ENCRYPTED PASSWORD E'can\\'ary'", "ALTER ROLE a ENCRYPTED PASSWORD E'••••'");
    row("ALTER ROLE a PASSWORD\n  'canary'", "ALTER ROLE a PASSWORD\n  '••••'");
    row("ALTER ROLE a PASSWORD $x$can'ary$x$ LOGIN", "ALTER ROLE a PASSWORD $x$••••$x$ LOGIN");
    row("CREATE LOGIN a WITH PASSWORD = N'canary', CHECK_POLICY = ON", "CREATE LOGIN a WITH PASSWORD = N'••••', CHECK_POLICY = ON");
    row("SET PASSWORD FOR 'a'@'%' = PASSWORD('canary')", "SET PASSWORD FOR 'a'@'%' = PASSWORD('••••')");
    row("SET PASSWORD FOR 'a'@'%' = 'canary'", "SET PASSWORD FOR 'a'@'%' = '••••'");
    row("SET PASSWORD = PASSWORD('canary')", "SET PASSWORD = PASSWORD('••••')");
    row("CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'bob', password 'canary')",
        "CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'bob', password '••••')");
    row("ALTER USER MAPPING FOR a SERVER s OPTIONS (SET \"password\" 'canary')",
        "ALTER USER MAPPING FOR a SERVER s OPTIONS (SET \"password\" '••••')");
    row("CREATE SUBSCRIPTION s CONNECTION 'host=db password=canary' PUBLICATION p",
        "CREATE SUBSCRIPTION s CONNECTION 'host=db password=••••' PUBLICATION p");
    row("CREATE SUBSCRIPTION s CONNECTION 'host=db password=''can ary''' PUBLICATION p",
        "CREATE SUBSCRIPTION s CONNECTION 'host=db password=''••••''' PUBLICATION p");
    row("ERROR 1064: syntax near 'PASSWORD 'canary", "ERROR 1064: syntax near 'PASSWORD '••••");
    row("ALTER ROLE a PASSWORD 'canary and the rest is cut", "ALTER ROLE a PASSWORD '••••");
    row("CREATE SECRET s (TYPE s3, SECRET 'canary')", "CREATE SECRET s (TYPE s3, SECRET '••••')");
    row("-----BEGIN RSA PRIVATE KEY-----\nMIIcanary\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----••••-----END RSA PRIVATE KEY-----");
    row("two: password=a1 and password=b2", "two: password=•••• and password=••••");
}

void TstRedaction::text()
{
    QFETCH(QString, before);
    QFETCH(QString, after);
    const QString once = Redaction::redactText(before);
    QCOMPARE(once, after);
    QCOMPARE(Redaction::redactText(once), once);
}

void TstRedaction::untouched_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text :
         {"", "SELECT name, host FROM connections WHERE id = 7", "https://host:8080/path?email=a@b.example", "http://db:5432",
          "mailto:bob@example.com", "owner bob@example.com", "FATAL: password authentication failed for user \"bob\"",
          "SELECT password FROM users WHERE password IS NOT NULL", "UPDATE t SET password = $1 WHERE id = $2",
          "INSERT INTO t (password) VALUES (?)", "ALTER USER a PASSWORD EXPIRE", "ALTER ROLE a PASSWORD NULL", "password = NULL",
          "CREATE USER a IDENTIFIED VIA unix_socket", "max_tokens=4096", "image:1.2@sha256:abcdef", "host=/var/run sslkey=/etc/k.pem",
          "meet at 10:30@noon", "••••", "password = ''", "The token of the lease", "{\"has_secret\": true, \"name\": \"x\"}"})
        QTest::newRow(text) << QString::fromUtf8(text);
}

void TstRedaction::untouched()
{
    QFETCH(QString, text);
    QCOMPARE(Redaction::redactText(text), text);
}

void TstRedaction::objects()
{
    const QJsonObject before = json(R"({"name": "a", "port": 5432, "password": "canary", "pin": {"api_key": 12345},
        "config": {"dsn": "postgres://u:canary@h/d", "options": ["-c x=1", "password=canary"], "sslkey": "/k"},
        "credentials": {"username": "u", "password": "canary"}, "tokens": ["canary"], "secret": null})");
    const QJsonObject after = json(R"({"name": "a", "port": 5432, "password": "••••", "pin": {"api_key": "••••"},
        "config": {"dsn": "postgres://u:••••@h/d", "options": ["-c x=1", "password=••••"], "sslkey": "/k"},
        "credentials": "••••", "tokens": "••••", "secret": null})");
    QCOMPARE(Redaction::redact(before), after);
    QCOMPARE(Redaction::redact(after), after);
}

void TstRedaction::namedFields()
{
    const QJsonObject before = json(R"({"changes": [{"field": "password", "before": "a", "after": "b"}, {"field": "host", "before": "a", "after": "b"}],
        "options": [{"name": "api_key", "value": "x"}]})");
    const QJsonObject after = json(R"({"changes": [{"field": "password", "before": "••••", "after": "••••"}, {"field": "host", "before": "a", "after": "b"}],
        "options": [{"name": "api_key", "value": "••••"}]})");
    QCOMPARE(Redaction::redact(before), after);
}

void TstRedaction::emptyAndTruthStay()
{
    const QJsonObject object = json(R"({"password": "", "has_secret": true, "secret": false, "token": null, "fencing_token": 7})");
    QCOMPARE(Redaction::redact(object), object);
}

void TstRedaction::largeTextIsQuick()
{
    const qsizetype size = sanitizerKb > 0 ? 200'000 : 1'000'000;  // instrumented code takes ten times as long
    const QStringList texts{QStringLiteral("password='") + QString(size, u'\''), QStringLiteral("password='") + QString(size, u'x'),
                            QStringLiteral("password=") + QString(size, u'x'), QString(size, u'a'),
                            QStringLiteral("a:b,").repeated(size / 4), QStringLiteral("a.").repeated(size / 2),
                            QStringLiteral("password='") + QStringLiteral("\\x").repeated(size / 2)};
    for (const QString &text : texts) {
        QElapsedTimer timer;
        timer.start();
        const QString result = Redaction::redactText(text);
        QVERIFY2(timer.elapsed() < 3000, qPrintable(text.left(20) + QString::number(timer.elapsed())));
        if (text.startsWith(QLatin1String("password=")) && !text.startsWith(QLatin1String("password='''"))) QVERIFY2(result.size() < 40, qPrintable(text.left(20)));
    }
}

HEADGATE_TEST(TstRedaction);
#include "tst_redaction.moc"
