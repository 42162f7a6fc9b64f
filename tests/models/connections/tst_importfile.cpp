// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/import/importfile.h"
#include "tests/support/testregistry.h"

#include <QJsonDocument>
#include <QRandomGenerator>
#include <QTest>

using namespace headgate;
using namespace Qt::StringLiterals;

namespace {

/// "name=type://user:password@host:port/database"; "-" without a password.
QString told(const ImportedConnection &found)
{
    const Connection &c = found.connection;
    return u"%1=%2://%3:%4@%5:%6/%7"_s.arg(c.name, databaseTypes.name(c.databaseType), c.username, found.password.value_or(u"-"_s), c.host)
        .arg(c.port.value_or(0)).arg(c.databaseName);
}

QStringList told(const ImportFile &file)
{
    QStringList list;
    for (const ImportedConnection &each : file.found) list << told(each);
    return list;
}

QStringList problems(const ImportFile &file)
{
    QStringList list;
    for (const ImportProblem &each : file.problems) list << u"%1 %2: %3"_s.arg(each.line).arg(each.subject, each.why);
    return list;
}

}  // namespace

class TstImportFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsUrls();
    void readsGroups();
    void readsWhatShellsRead();
    void namesWhatItDoesNotUnderstand();
    void readsServices();
    void readsPasswordFiles();
    void readsMysqlOptions();
    void knowsItsFormats_data();
    void knowsItsFormats();
    void takesTheEnvironmentFromTheName();
    void survivesAnything();
};

void TstImportFile::readsUrls()
{
    const ImportFile file = readImportFile(u".env"_s, "DATABASE_URL=postgresql://app:s3@db:5433/shop\n"
                                                      "BILLING_DATABASE_URL=mysql://u:p%40@my/billing\n"
                                                      "REPORTS_DSN='u:pw@tcp(my:3307)/r?parseTime=true'\n"
                                                      "LEGACY_DB_URL=\"jdbc:sqlserver://ms;databaseName=old;user=sa;password=x\"\n");
    QCOMPARE(told(file), (QStringList{u"shop=postgresql://app:s3@db:5433/shop"_s, u"billing=mysql://u:p@@my:0/billing"_s, u"reports=mysql://u:pw@my:3307/r"_s,
                                      u"legacy=sqlserver://sa:x@ms:0/old"_s}));
    QCOMPARE(file.found[2].line, 3);
    QCOMPARE(file.found[2].origin, u"REPORTS_DSN"_s);
    QVERIFY(file.problems.isEmpty());
}

void TstImportFile::readsGroups()
{
    const ImportFile file = readImportFile(u".env"_s, "DB_CONNECTION=mysql\nDB_HOST=my\nDB_PORT=3306\nDB_DATABASE=app\nDB_USERNAME=root\nDB_PASSWORD=a'b\n"
                                                      "PGHOST=pg\nPGUSER=u\nPGPASSWORD=p\nPGDATABASE=d\nPGSSLMODE=require\n"
                                                      "BILLING_DB_HOST=b\nBILLING_DB_USER=u\nBILLING_DB_NAME=bill\n"
                                                      "POSTGRES_HOST=p2\nPOSTGRES_DB=x\nPOSTGRES_USER=y\nPOSTGRES_PASSWORD=z\n"
                                                      "CACHE_DB_TYPE=sqlite\nCACHE_DB_NAME=/var/cache.db\n");
    QCOMPARE(told(file), (QStringList{u"app=mysql://root:a'b@my:3306/app"_s, u"d=postgresql://u:p@pg:0/d"_s, u"billing=postgresql://u:-@b:0/bill"_s,
                                      u"x=postgresql://y:z@p2:0/x"_s, u"cache=sqlite://:-@:0//var/cache.db"_s}));
    QCOMPARE(file.found[1].connection.config.value("sslmode"_L1).toString(), u"require"_s);
    QCOMPARE(file.found[2].notes, QStringList{u"No kind of database is named: PostgreSQL is assumed."_s});
}

void TstImportFile::readsWhatShellsRead()
{
    const ImportFile file = readImportFile(u"x.env"_s, "# comment\r\nexport HOST_NAME=db  # where\r\nPW='$x \"y\"'\nUSER_NAME=\"a\\\"b\"\n"
                                                       "DB_HOST=${HOST_NAME}\nDB_USER=${USER_NAME}\nDB_PASSWORD=${PW}\nDB_NAME=first\nDB_NAME=second\n");
    QCOMPARE(told(file), QStringList{u"second=postgresql://a\"b:$x \"y\"@db:0/second"_s});
}

void TstImportFile::namesWhatItDoesNotUnderstand()
{
    const ImportFile file = readImportFile(u".env"_s, "REDIS_URL=redis://cache\nhello\nSMTP_HOST=mail\nSMTP_USER=u\nSMTP_PASSWORD=canary\nDATABASE_URL=${MISSING}\n"
                                                      "X_URL='open\nAPP_NAME=shop\nDEBUG=1\nMY_DATABASE_URL=postgresql://u:canary@db:port/x\n");
    QVERIFY(file.found.isEmpty());
    QCOMPARE(problems(file), (QStringList{u"1 REDIS_URL: This is not a connection URL of a known kind."_s, u"2 line: It is not NAME=value."_s,
                                          u"3 SMTP_*: Nothing says that this is a database."_s,
                                          u"6 DATABASE_URL: It refers to MISSING, which the file does not set before."_s,
                                          u"7 X_URL: Its closing quote is missing."_s, u"10 MY_DATABASE_URL: The port is not a number from 1 to 65535."_s}));
    QVERIFY(!problems(file).join(u' ').contains(u"canary"_s));
}

void TstImportFile::readsServices()
{
    const ImportFile file = readImportFile(u"pg_service.conf"_s, "# ours\nstray=1\n[reports]\nhost=db\nport=5433\nuser=r\ndbname=rep orts\nsslmode=verify-full\napplication_name=x\n\n"
                                                                 "[ldap]\nldap://directory/x\nhost=a\nport=none\n[broken\n");
    QCOMPARE(told(file), (QStringList{u"reports=postgresql://r:-@db:5433/rep orts"_s}));
    QCOMPARE(file.found[0].line, 3);
    QCOMPARE(file.found[0].connection.config.value("sslmode"_L1).toString(), u"verify-full"_s);
    QCOMPARE(file.found[0].connection.config.value("options"_L1).toObject().value("application_name"_L1).toString(), u"x"_s);
    QCOMPARE(problems(file), (QStringList{u"2 stray: It stands before the first section."_s, u"11 [ldap]: The port is not a number from 1 to 65535."_s,
                                          u"12 ldap: It refers to another source, which is not followed."_s, u"15 section: The closing bracket is missing."_s}));
}

void TstImportFile::readsPasswordFiles()
{
    const ImportFile file = readImportFile(u".pgpass"_s, "# h:p:d:u:p\ndb.example:5432:shop:app:p\\:w\\\\x:y\ndb2:*:*:app:q\n*:5432:x:y:z\ndb3:1:x:*:z\ndb4:x\ndb5:70000:a:b:c\n");
    QCOMPARE(told(file), (QStringList{u"app@db.example/shop=postgresql://app:p:w\\x:y@db.example:5432/shop"_s, u"app@db2/postgres=postgresql://app:q@db2:0/postgres"_s}));
    QCOMPARE(file.found[1].notes, QStringList{u"It is for every database: postgres is taken."_s});
    QCOMPARE(problems(file), (QStringList{u"4 line 4: Its host is a wildcard: it names no server."_s, u"5 line 5: Its user is a wildcard: it names nobody to sign in as."_s,
                                          u"6 line 6: It has 2 of the five fields host:port:database:user:password."_s,
                                          u"7 line 7: Its port is not a number from 1 to 65535."_s}));
}

void TstImportFile::readsMysqlOptions()
{
    const ImportFile file = readImportFile(u".my.cnf"_s, "[client]\nhost=db\nport=3307\nuser=root\npassword=\"a#b\"\nssl-mode=REQUIRED\nssl-ca=/ca.pem\n[mysqldump]\nquick\n"
                                                         "[client-reports]\nsocket=/run/my.sock\nuser=r\nssl-verify-server-cert\n");
    QCOMPARE(told(file), (QStringList{u"mysql-client=mysql://root:a#b@db:3307/"_s, u"reports=mysql://r:-@/run/my.sock:0/"_s}));
    QCOMPARE(file.found[0].connection.config.value("sslmode"_L1).toString(), u"require"_s);
    QCOMPARE(file.found[0].connection.config.value("sslrootcert"_L1).toString(), u"/ca.pem"_s);
    QCOMPARE(file.found[1].connection.config.value("sslmode"_L1).toString(), u"verify-full"_s);
    QCOMPARE(problems(file), QStringList{u"8 [mysqldump]: Only [client] sections describe connections."_s});
}

void TstImportFile::knowsItsFormats_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<int>("format");
    QTest::newRow("dotenv") << u"/a/.env.local"_s << QByteArray("X=1") << int(ImportFormat::Env);
    QTest::newRow("service by content") << u"x"_s << QByteArray("[a]\nhost=b\n") << int(ImportFormat::PgService);
    QTest::newRow("client by content") << u"x"_s << QByteArray("[client]\nhost=b\n") << int(ImportFormat::MyCnf);
    QTest::newRow("passwords by content") << u"x"_s << QByteArray("# c\na:1:b:c:d\n") << int(ImportFormat::PgPass);
    QTest::newRow("anything else") << u"x"_s << QByteArray("DATABASE_URL=postgresql://u:p@h:1/d\n") << int(ImportFormat::Env);
}

void TstImportFile::knowsItsFormats()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, content);
    QTEST(int(readImportFile(name, content).format), "format");
}

void TstImportFile::takesTheEnvironmentFromTheName()
{
    const QByteArray content = "DATABASE_URL=postgresql://u@h/d\n";
    QCOMPARE(readImportFile(u".env.production"_s, content).found[0].connection.environment, Environment::Production);
    QCOMPARE(readImportFile(u"staging.env"_s, content).found[0].connection.environment, Environment::Staging);
    QCOMPARE(readImportFile(u".env"_s, content).found[0].connection.environment, Environment::Development);
    const ImportFile twice = readImportFile(u".env"_s, "A_DATABASE_URL=postgresql://u@h/d\nDB_A_URL=sqlite:/a.db\nA_DB_HOST=x\n");
    QCOMPARE(told(twice), (QStringList{u"a=postgresql://u:-@h:0/d"_s, u"db-a=sqlite://:-@:0//a.db"_s, u"a-2=postgresql://:-@x:0/"_s}));
}

void TstImportFile::survivesAnything()
{
    const quint32 seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    const QStringList words{u"DB_HOST"_s, u"DATABASE_URL"_s, u"="_s, u"\n"_s, u"\n"_s, u"["_s, u"]"_s, u"'"_s, u"\""_s, u"${DB_HOST}"_s, u"$"_s, u"{"_s, u"c4n4ry"_s, u":"_s, u"*"_s,
                            u"\\"_s, u"#"_s, u"postgresql://u:c4n4ry@h:"_s, u"password="_s, u"host="_s, u"[client]"_s, QString(QChar(0)), u" "_s, u"port=x"_s};
    for (int i = 0; i < 5000; ++i) {
        QString text;
        for (int n = random.bounded(30); n > 0; --n) text += words[random.bounded(int(words.size()))];
        for (const QString &name : {u".env"_s, u"pg_service.conf"_s, u".pgpass"_s, u".my.cnf"_s}) {
            const ImportFile file = readImportFile(name, text.toUtf8());
            for (const ImportProblem &each : file.problems) QVERIFY2(each.line > 0 && !each.why.contains(u"c4n4ry"_s), qPrintable(text));
            for (const ImportedConnection &each : file.found) QVERIFY(!each.connection.name.isEmpty() || name != ".env"_L1);
        }
    }
}

HEADGATE_TEST(TstImportFile);
#include "tst_importfile.moc"
