// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/error.h"
#include "models/connections/sqlserveradvice.h"
#include "models/connections/sqlserverbrowser.h"
#include "models/connections/sqlserverlogin.h"
#include "models/connections/tlspromise.h"
#include "tests/support/testregistry.h"

#include <QJsonObject>
#include <QTest>
#include <random>

using namespace headgate;
using namespace Qt::StringLiterals;

namespace {

const QString microsoft = u"ODBC Driver 18 for SQL Server"_s;

Connection connection()
{
    Connection c;
    c.databaseType = DatabaseType::Sqlserver;
    c.host = u"sql-1.internal"_s;
    c.databaseName = u"Sales"_s;
    c.username = u"anna"_s;
    return c;
}

QString stringFor(const Connection &c, const QString &driver, SslMode mode, bool readOnly = false)
{
    const SqlServerLogin login = sqlServerLogin(c, driver, 1433, mode, readOnly);
    return odbc::connectionString(login.parameters, login.braces);
}

/// The value of `keyword` as a driver reads the string: in braces as it takes them, or up to the semicolon.
QString valueOf(const QString &text, const QString &keyword, odbc::Braces braces)
{
    const bool doubled = braces == odbc::Braces::Doubled;
    const auto ends = [&](qsizetype at) { return text[at] == u'}' && (doubled ? at + 1 == text.size() || text[at + 1] != u'}' : text.mid(at, 2) == u"};"_s); };
    for (qsizetype at = 0; at < text.size();) {
        const qsizetype equals = text.indexOf(u'=', at);
        const QString name = text.mid(at, equals - at);
        QString value;
        at = equals + 1;
        if (at < text.size() && text[at] == u'{') {
            for (++at; !ends(at); ++at) {
                value += text[at];
                if (doubled && text[at] == u'}') ++at;
            }
            ++at;
        } else {
            while (text[at] != u';') value += text[at++];
        }
        ++at;
        if (name == keyword) return value;
    }
    return u"<none>"_s;
}

}  // namespace

class TstSqlServerLogin : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void quotesEveryValue();
    void tellsEachDriverTheMode_data();
    void tellsEachDriverTheMode();
    void refusesDangerousOptions_data();
    void refusesDangerousOptions();
    void refusesWhatFreeTdsWouldMisread();
    void promisesSomethingForEachMode();
    void choosesADriver();
    void judgesRefusals_data();
    void judgesRefusals();
    void readsTheBrowser();
};

void TstSqlServerLogin::quotesEveryValue()
{
    const uint seed = std::random_device{}();
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    const QString alphabet = u"{};=[]()*?!@,'\"\\ aZ0ä😀%+"_s;
    const auto word = [&] {
        QString text;
        for (uint length = random() % 12; length > 0; --length) text += alphabet[qsizetype(random() % uint(alphabet.size()))];
        return text;
    };
    int refused = 0;
    for (int i = 0; i < 10'000; ++i) {
        const odbc::Braces braces = i % 2 ? odbc::Braces::Doubled : odbc::Braces::UpToSemicolon;
        const QString user = word();
        const QString password = word();
        QString text;
        try {
            text = odbc::connectionString({{u"DRIVER"_s, u"FreeTDS"_s}, {u"UID"_s, user}, {u"PWD"_s, password}, {u"APP"_s, u"Headgate"_s}}, braces);
        } catch (const Exception &) {
            QCOMPARE(braces, odbc::Braces::UpToSemicolon);
            ++refused;
            continue;
        }
        QCOMPARE(valueOf(text, u"DRIVER"_s, braces), u"FreeTDS"_s);
        QCOMPARE(valueOf(text, u"UID"_s, braces), user);
        QCOMPARE(valueOf(text, u"PWD"_s, braces), password);
        QCOMPARE(valueOf(text, u"APP"_s, braces), u"Headgate"_s);
    }
    QVERIFY2(refused > 0 && refused < 2500, qPrintable(QString::number(refused)));
    QVERIFY_EXCEPTION_THROWN(odbc::connectionString({{u"UID"_s, u"a\nb"_s}}, odbc::Braces::Doubled), Exception);
    QVERIFY_EXCEPTION_THROWN(odbc::connectionString({{u"UID=x;PWD"_s, u"a"_s}}, odbc::Braces::Doubled), Exception);
}

void TstSqlServerLogin::tellsEachDriverTheMode_data()
{
    QTest::addColumn<int>("mode");
    QTest::addColumn<QString>("forMicrosoft");
    QTest::addColumn<QString>("forFreeTds");
    const auto row = [](SslMode mode, const char *encrypt, const char *trust, const char *freeTds) {
        QTest::newRow(qPrintable(sslModes.name(mode))) << int(mode)
            << u"DRIVER={ODBC Driver 18 for SQL Server};SERVER=tcp:sql-1.internal,1433;Encrypt=%1;TrustServerCertificate=%2;DATABASE=Sales;UID=anna;APP=Headgate;"_s
                   .arg(QLatin1String(encrypt), QLatin1String(trust))
            << QString::fromLatin1(freeTds);
    };
    row(SslMode::Disable, "no", "no", "encryption = off\n");
    row(SslMode::Allow, "no", "no", "encryption = request\n");
    row(SslMode::Prefer, "no", "no", "encryption = request\n");
    row(SslMode::Require, "yes", "yes", "encryption = require\n");
    row(SslMode::VerifyCa, "yes", "no", "encryption = require\nca file = /etc/ca.pem\ncheck certificate hostname = no\n");
    row(SslMode::VerifyFull, "yes", "no", "encryption = require\nca file = /etc/ca.pem\ncheck certificate hostname = yes\n");
}

void TstSqlServerLogin::tellsEachDriverTheMode()
{
    QFETCH(int, mode);
    QFETCH(QString, forMicrosoft);
    QFETCH(QString, forFreeTds);
    Connection c = connection();
    QCOMPARE(stringFor(c, microsoft, SslMode(mode)), forMicrosoft);
    c.config.insert(u"sslrootcert"_s, u"/etc/ca.pem"_s);
    const QString conf = sqlServerLogin(c, u"FreeTDS"_s, 1433, SslMode(mode), false).freeTdsConf;
    QVERIFY2(conf.endsWith(forFreeTds), qPrintable(conf));
    QVERIFY2(conf.startsWith(u"[headgate]\nhost = sql-1.internal\nport = 1433\n"_s), qPrintable(conf));
    QVERIFY(stringFor(c, microsoft, SslMode(mode), true).contains(u"ApplicationIntent=ReadOnly;"_s));
    QVERIFY(stringFor(c, u"FreeTDS"_s, SslMode(mode), true).contains(u"ApplicationIntent=ReadOnly;"_s));
}

void TstSqlServerLogin::refusesDangerousOptions_data()
{
    QTest::addColumn<QString>("keyword");
    for (const char *keyword : {"DRIVER", "Driver", "dsn", "FILEDSN", "SAVEFILE", "SaveFile", "SERVER", "Server Name", "UID", "PWD", "Encrypt", "TrustServerCertificate",
                                "DumpFile", "DMEnvAttr", "A;B", "A=B", "{A", ""})
        QTest::newRow(keyword) << QString::fromLatin1(keyword);
}

void TstSqlServerLogin::refusesDangerousOptions()
{
    QFETCH(QString, keyword);
    Connection c = connection();
    c.config.insert(u"options"_s, QJsonObject{{keyword, u"x"_s}});
    for (const QString &driver : {microsoft, u"FreeTDS"_s}) QVERIFY_EXCEPTION_THROWN(stringFor(c, driver, SslMode::Require), Exception);
    c.config.insert(u"options"_s, QJsonObject{{u"TDS_Version"_s, u"7.3;UID=sa"_s}, {u"PacketSize"_s, 4096}});
    QVERIFY(stringFor(c, u"FreeTDS"_s, SslMode::Require).endsWith(u"PacketSize=4096;TDS_Version={7.3;UID=sa};"_s));
}

void TstSqlServerLogin::refusesWhatFreeTdsWouldMisread()
{
    for (const QString &host : {u"a\nencryption = off"_s, u"a;b"_s, u"a#b"_s, u"a  b"_s, QString(201, u'a')}) {
        Connection c = connection();
        c.host = host;
        QVERIFY_EXCEPTION_THROWN(stringFor(c, u"FreeTDS"_s, SslMode::Require), Exception);
        c.host = u"sql"_s;
        c.config.insert(u"sslrootcert"_s, host);
        QVERIFY_EXCEPTION_THROWN(stringFor(c, u"FreeTDS"_s, SslMode::VerifyFull), Exception);
    }
}

void TstSqlServerLogin::promisesSomethingForEachMode()
{
    for (const DatabaseType type : {DatabaseType::Postgresql, DatabaseType::Mysql, DatabaseType::Sqlserver}) {
        for (const QString &driver : {QString(), u"FreeTDS"_s, microsoft}) {
            for (const auto &[mode, name] : sslModes.rows()) QVERIFY(tlsPromise(type, driver, QLatin1String(name)).endsWith(u'.'));
            QCOMPARE(tlsPromise(type, driver, {}), tlsPromise(type, driver, u"prefer"_s));
            QVERIFY(tlsPromise(type, driver, u"strict"_s).isEmpty());
        }
    }
    QVERIFY(tlsPromise(DatabaseType::Sqlite, {}, u"require"_s).isEmpty());
}

void TstSqlServerLogin::choosesADriver()
{
    QCOMPARE(bestOdbcDriver({u"FreeTDS"_s, u"ODBC Driver 17 for SQL Server"_s, microsoft, u"PostgreSQL Unicode"_s}), microsoft);
    QCOMPARE(bestOdbcDriver({u"PostgreSQL Unicode"_s, u"FreeTDS"_s}), u"FreeTDS"_s);
    QCOMPARE(bestOdbcDriver({u"PostgreSQL Unicode"_s}), QString());
}

void TstSqlServerLogin::judgesRefusals_data()
{
    QTest::addColumn<QList<odbc::Message>>("messages");
    QTest::addColumn<int>("stage");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("hint");
    using List = QList<odbc::Message>;
    const auto row = [](const char *name, const List &messages, TestStage stage, const char *code, const char *hint) {
        QTest::newRow(name) << messages << int(stage) << QString::fromLatin1(code) << QString::fromLatin1(hint);
    };
    // The words of Microsoft's driver 18, and of FreeTDS 1.3.
    row("wrong password", {{u"28000"_s, 18456, u"[Microsoft][ODBC Driver 18 for SQL Server][SQL Server]Login failed for user 'anna'."_s}}, TestStage::Authenticate,
        "18456", "Wrong password");
    row("no database", {{u"28000"_s, 18456, u"Login failed for user 'anna'."_s}, {u"42000"_s, 4060, u"Cannot open database \"Sales\"."_s}}, TestStage::Database,
        "4060", "not there");
    row("self-signed", {{u"08001"_s, -1, u"[Microsoft][ODBC Driver 18 for SQL Server]SSL Provider: [error:0A000086:SSL routines::certificate verify failed:self-signed "
                         "certificate]"_s}, {u"08001"_s, -1, u"Client unable to establish connection"_s}}, TestStage::Tls, "08001", "certificate is not accepted");
    row("time out", {{u"HYT00"_s, 0, u"[Microsoft][ODBC Driver 18 for SQL Server]Login timeout expired"_s}}, TestStage::Tls, "HYT00", "gave up waiting");
    row("time out by number", {{u"HYT00"_s, -2, u"Timeout expired"_s}}, TestStage::Tls, "HYT00", "gave up waiting");
    row("not installed", {{u"IM002"_s, 0, u"[unixODBC][Driver Manager]Data source name not found"_s}}, TestStage::Tls, "IM002", "install");
    row("cannot load", {{u"01000"_s, 0, u"[unixODBC][Driver Manager]Can't open lib '/opt/msodbcsql.so' : file not found"_s}}, TestStage::Tls, "01000", "install");
    row("unreachable", {{u"08001"_s, 20009, u"[FreeTDS][SQL Server]Unable to connect: Adaptive Server is unavailable or does not exist"_s}}, TestStage::Tls, "08001",
        "SQL Server");
    row("secondary", {{u"42000"_s, 978, u"The target database is in an availability group and is currently accessible for connections when the application intent "
                       "is set to read only."_s}}, TestStage::Database, "978", "ApplicationIntent=ReadOnly");
    row("deadlock", {{u"40001"_s, 1205, u"Transaction was deadlocked"_s}}, TestStage::Authenticate, "1205", "victim");
    row("denied", {{u"42000"_s, 229, u"The SELECT permission was denied"_s}}, TestStage::Authenticate, "229", "sees no table");
    row("nothing said", {}, TestStage::Tls, "HY000", "error log");
}

void TstSqlServerLogin::judgesRefusals()
{
    QFETCH(QList<odbc::Message>, messages);
    QFETCH(int, stage);
    QFETCH(QString, code);
    QFETCH(QString, hint);
    Connection c = connection();
    c.config.insert(u"sslmode"_s, u"verify-full"_s);
    const SqlServerRefusal refusal = sqlServerRefusal(messages);
    QCOMPARE(int(refusal.stage), stage);
    QCOMPARE(refusal.code(), code);
    const ProbeAdvice advice = advice::forSqlServer(refusal, microsoft, c);
    QVERIFY2(advice.hint.contains(hint), qPrintable(advice.hint));
}

void TstSqlServerLogin::readsTheBrowser()
{
    using Outcome = SqlServerBrowser::Outcome;
    const QByteArray head("\x05\x40\x00", 3);
    const SqlServerBrowser found = SqlServerBrowser::parse(head + "ServerName;SQL1;InstanceName;SALES;IsClustered;No;Version;16.0.1000.6;tcp;51433;;");
    QCOMPARE(found.outcome, Outcome::Found);
    QCOMPARE(found.port, 51433);
    QCOMPARE(SqlServerBrowser::parse(head + "ServerName;SQL1;InstanceName;SALES;IsClustered;No;Version;16.0;np;\\\\SQL1\\pipe;;").outcome, Outcome::NoTcp);
    QCOMPARE(SqlServerBrowser::parse(head + "ServerName;tcp;tcp;99999;;").outcome, Outcome::NotUnderstood);
    for (const QByteArray &bad : {QByteArray(), QByteArray("HTTP/1.1 400"), QByteArray("\x05", 1)}) QCOMPARE(SqlServerBrowser::parse(bad).outcome, Outcome::NotUnderstood);
}

HEADGATE_TEST(TstSqlServerLogin);
#include "tst_sqlserverlogin.moc"
