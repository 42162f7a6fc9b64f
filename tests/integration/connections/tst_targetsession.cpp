// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/error.h"
#include "models/connections/connectionurl.h"
#include "models/connections/targetsession.h"
#include "tests/integration/connections/stubserver.h"
#include "tests/support/servers.h"
#include "tests/support/testregistry.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <sqlite3.h>
#include <thread>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

ProbeTarget targetFrom(const QString &url)
{
    const auto parsed = parseConnectionUrl(url);
    ProbeTarget target;
    target.connection = parsed.orThrow().connection;
    target.connection.name = u"target"_s;
    target.hasPassword = parsed->password.has_value();
    target.password = parsed->password.value_or(QString()).toUtf8();
    target.timeoutMs = 5000;
    return target;
}

// As 10.11 sends it, but without the flag for TLS.
const QByteArray plainMysqlGreeting = QByteArray::fromHex(
    "6c0000000a31302e31312e342d4d617269614442000800000041424344454647480"
    "0fef62d0200ff8115000000000000"
    "1d000000494a4b4c4d4e4f505152535455006d7973716c5f6e61746976655f70617373776f726400");

/// The target, but at the port of a stub.
ProbeTarget stub(ProbeTarget target, int port)
{
    target.connection.host = u"127.0.0.1"_s;
    target.connection.port = port;
    target.timeoutMs = 700;
    return target;
}

/// What a call ends with; kind Internal and nothing said when it ends well.
template <typename F>
Error errorOf(F call)
{
    try {
        call();
    } catch (const Exception &exception) {
        return exception.error();
    }
    return {};
}

}  // namespace

class TstTargetSession : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void bindsWhatIsSpecial_data() { addTypes(); }
    void bindsWhatIsSpecial();
    void tellsNullFromEmpty_data() { addTypes(); }
    void tellsNullFromEmpty();
    void knowsTheVersion_data() { addTypes(); }
    void knowsTheVersion();
    void refusesWrites_data();
    void refusesWrites();
    void endsAtItsTime_data() { addTypes(); }
    void endsAtItsTime();
    void endsOnCancel_data() { addTypes(); }
    void endsOnCancel();
    void livesOnAfterAnError_data() { addTypes(); }
    void livesOnAfterAnError();
    void takesOneStatement_data() { addTypes(); }
    void takesOneStatement();
    void readsLongTexts_data() { addTypes(); }
    void readsLongTexts();
    void saysThatThePasswordIsWrong_data() { addServers(); }
    void saysThatThePasswordIsWrong();
    void checksTheHostName_data() { addServers(); }
    void checksTheHostName();
    void refusesToGoOnInClear_data() { addServers(); }
    void refusesToGoOnInClear();
    void givesUpOnASilentServer_data() { addServers(); }
    void givesUpOnASilentServer();
    void leavesNothingBesideAFile();

private:
    static void addServers()
    {
        QTest::addColumn<DatabaseType>("type");
        QTest::newRow("postgresql") << DatabaseType::Postgresql;
        QTest::newRow("mariadb") << DatabaseType::Mysql;
    }
    static void addTypes()
    {
        addServers();
        QTest::newRow("sqlite") << DatabaseType::Sqlite;
    }
    ProbeTarget target() const { return targetOf(*static_cast<DatabaseType *>(QTest::qData("type", qMetaTypeId<DatabaseType>()))); }
    ProbeTarget targetOf(DatabaseType type) const;
    /// Runs for much longer than any test waits.
    static QString endless(DatabaseType type);
    static QString echo(DatabaseType type) { return type == DatabaseType::Postgresql ? u"SELECT $1::text AS \"Echo\""_s : u"SELECT ? AS Echo"_s; }

    QTemporaryDir m_folder;
    QString m_file;
};

ProbeTarget TstTargetSession::targetOf(DatabaseType type) const
{
    if (type == DatabaseType::Postgresql) return targetFrom(QString::fromUtf8(serverVariable("HEADGATE_TEST_PG_URL")));
    if (type == DatabaseType::Mysql) return targetFrom(QString::fromUtf8(serverVariable("HEADGATE_TEST_MARIADB_URL")));
    ProbeTarget file;
    file.connection.databaseType = DatabaseType::Sqlite;
    file.connection.databaseName = m_file;
    return file;
}

QString TstTargetSession::endless(DatabaseType type)
{
    if (type == DatabaseType::Postgresql) return u"SELECT pg_sleep(60)"_s;
    if (type == DatabaseType::Mysql) return u"SELECT SLEEP(60), (SELECT 1)"_s;
    return u"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n WHERE i < 0"_s;
}

void TstTargetSession::initTestCase()
{
    m_file = m_folder.filePath(u"a b%20'\"ü.db"_s);
    sqlite3 *handle = nullptr;
    QCOMPARE(sqlite3_open(m_file.toUtf8().constData(), &handle), SQLITE_OK);
    QCOMPARE(sqlite3_exec(handle, "CREATE TABLE t(a)", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(handle);
}

void TstTargetSession::bindsWhatIsSpecial()
{
    QFETCH(DatabaseType, type);
    const auto session = TargetSession::open(target());
    QString all;
    for (char16_t c = 1; c < 0x180; ++c) all += QChar(c);
    for (const QString &value : {all, u"'; DROP TABLE t; --"_s, u"\\' \\ \" ` $1 ? %s {} :x"_s, u"日本 \U0001F600 \u202e"_s, u""_s}) {
        const TargetSession::Rows rows = session->read(echo(type), {value});
        QCOMPARE(rows.columns, QStringList{u"Echo"_s});
        QCOMPARE(rows.rows.size(), size_t(1));
        QVERIFY(rows.rows[0][0].has_value());
        QCOMPARE(*rows.rows[0][0], value);
    }
    QCOMPARE(errorOf([&] { session->read(echo(type), {QString(QChar(0))}); }).kind, ErrorKind::Invalid);
}

void TstTargetSession::tellsNullFromEmpty()
{
    const auto session = TargetSession::open(target());
    const TargetSession::Rows rows = session->read(u"SELECT NULL AS a, '' AS b, 17 AS c"_s);
    QCOMPARE(rows.rows, (std::vector<TargetSession::Row>{{std::nullopt, QString(u""_s), u"17"_s}}));
    QCOMPARE(session->read(u"SELECT 1 WHERE 1 = 0"_s).rows.size(), size_t(0));
}

void TstTargetSession::knowsTheVersion()
{
    QFETCH(DatabaseType, type);
    const ServerVersion version = TargetSession::open(target())->version();
    QCOMPARE(version.isMariaDb, type == DatabaseType::Mysql);
    if (type == DatabaseType::Sqlite) QCOMPARE(version.number, 30000 + sqlite3_libversion_number() / 1000 % 1000 * 100 + sqlite3_libversion_number() % 1000);
    else QVERIFY2(version.number > 100000 && version.number < 200000, qPrintable(QString::number(version.number)));
    QVERIFY2(version.text.contains(u' '), qPrintable(version.text));
}

void TstTargetSession::refusesWrites_data()
{
    QTest::addColumn<DatabaseType>("type");
    QTest::addColumn<QString>("sql");
    QTest::newRow("postgresql: table") << DatabaseType::Postgresql << u"CREATE TABLE public.session_writes(a int)"_s;
    QTest::newRow("postgresql: table in a block") << DatabaseType::Postgresql << u"DO $$ BEGIN CREATE TABLE public.session_writes(a int); END $$"_s;
    QTest::newRow("mariadb: table") << DatabaseType::Mysql << u"CREATE TABLE session_writes(a int)"_s;
    QTest::newRow("sqlite: row") << DatabaseType::Sqlite << u"INSERT INTO t VALUES (1)"_s;
    QTest::newRow("sqlite: table") << DatabaseType::Sqlite << u"CREATE TABLE session_writes(a)"_s;
}

void TstTargetSession::refusesWrites()
{
    QFETCH(QString, sql);
    const auto session = TargetSession::open(target());
    const Error error = errorOf([&] { session->read(sql); });
    QVERIFY2(error.kind == ErrorKind::Denied, qPrintable(error.text()));
    QVERIFY2(error.evidence.contains("read"_L1, Qt::CaseInsensitive), qPrintable(error.text()));
    QCOMPARE(session->read(u"SELECT 1"_s).text(0, 0), u"1"_s);
}

void TstTargetSession::endsAtItsTime()
{
    QFETCH(DatabaseType, type);
    const auto session = TargetSession::open(target());
    QElapsedTimer clock;
    clock.start();
    const Error error = errorOf([&] { session->read(endless(type), {}, 200); });
    QVERIFY2(error.kind == ErrorKind::Timeout, qPrintable(error.text()));
    QVERIFY2(clock.elapsed() < 2'000, qPrintable(QString::number(clock.elapsed())));
    QVERIFY(session->isOpen());
    for (int i = 0; i < 20; ++i) QCOMPARE(session->read(u"SELECT 2"_s).text(0, 0), u"2"_s);
}

void TstTargetSession::endsOnCancel()
{
    QFETCH(DatabaseType, type);
    const CancelToken token;
    const auto session = TargetSession::open(target(), token);
    std::thread later([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(150));
        token.cancel();
    });
    QElapsedTimer clock;
    clock.start();
    const Error error = errorOf([&] { session->read(endless(type), {}, 30'000); });
    later.join();
    QVERIFY2(error.kind == ErrorKind::Cancelled, qPrintable(error.text()));
    QVERIFY2(clock.elapsed() < 2'000, qPrintable(QString::number(clock.elapsed())));
    QCOMPARE(errorOf([&] { session->read(u"SELECT 1"_s); }).kind, ErrorKind::Cancelled);
    session->setCancel({});
    QCOMPARE(session->read(u"SELECT 3"_s).text(0, 0), u"3"_s);
}

void TstTargetSession::livesOnAfterAnError()
{
    const auto session = TargetSession::open(target());
    const Error error = errorOf([&] { session->read(u"SELECT * FROM no_such_table_anywhere"_s); });
    QVERIFY2(error.evidence.contains("no_such_table_anywhere"_L1), qPrintable(error.text()));
    QVERIFY(error.where.contains(u"target"_s) || error.where.contains(m_file));
    QVERIFY(session->isOpen());
    QCOMPARE(session->read(u"SELECT 4"_s).text(0, 0), u"4"_s);
}

void TstTargetSession::takesOneStatement()
{
    QFETCH(DatabaseType, type);
    const auto session = TargetSession::open(target());
    if (type == DatabaseType::Sqlite) QCOMPARE(session->read(u"SELECT 1; SELECT 2"_s).rows.size(), size_t(1));
    else QVERIFY(!errorOf([&] { session->read(u"SELECT 1; SELECT 2"_s); }).what.isEmpty());
    QCOMPARE(session->read(u"SELECT 5"_s).text(0, 0), u"5"_s);
}

void TstTargetSession::readsLongTexts()
{
    QFETCH(DatabaseType, type);
    const auto session = TargetSession::open(target());
    const QString value = QString(300'000, u'ü');
    QCOMPARE(session->read(echo(type), {value}).text(0, 0), value);
}

void TstTargetSession::saysThatThePasswordIsWrong()
{
    ProbeTarget wrong = target();
    wrong.password = "not-the-password";
    const Error error = errorOf([&] { TargetSession::open(wrong); });
    QVERIFY2(error.kind == ErrorKind::Denied, qPrintable(error.text()));
    QVERIFY2(error.evidence.contains("28P01"_L1) || error.evidence.contains("1045"_L1), qPrintable(error.text()));
    QVERIFY(!error.hint.isEmpty());
    QVERIFY(!error.text().contains("not-the-password"_L1));
}

void TstTargetSession::checksTheHostName()
{
    ProbeTarget verified = target();
    verified.connection.host = u"localhost"_s;
    verified.connection.config.insert(u"sslmode"_s, u"verify-full"_s);
    verified.connection.config.insert(u"sslrootcert"_s, QString::fromUtf8(serverVariable("HEADGATE_TEST_CA")));
    QCOMPARE(TargetSession::open(verified)->read(u"SELECT 1"_s).text(0, 0), u"1"_s);
    if (verified.connection.databaseType != DatabaseType::Mysql) return;
    // Leads to 127.0.0.1, which the certificate names, but is not the name in it.
    verified.connection.host = u"127.1"_s;
    const Error error = errorOf([&] { TargetSession::open(verified); });
    QVERIFY2(error.kind == ErrorKind::Denied && error.what.contains("certificate"_L1), qPrintable(error.text()));
}

void TstTargetSession::refusesToGoOnInClear()
{
    QFETCH(DatabaseType, type);
    const bool isPg = type == DatabaseType::Postgresql;
    std::atomic<int> received = 0;
    const StubServer server([&](int socket) {
        if (!isPg) StubServer::send(socket, plainMysqlGreeting);
        const QByteArray asked = StubServer::receive(socket);
        if (isPg) StubServer::send(socket, "N");
        received += int(isPg ? StubServer::receive(socket).size() : asked.size());
    });
    ProbeTarget required = stub(target(), server.port());
    required.connection.config.insert(u"sslmode"_s, u"require"_s);
    const Error error = errorOf([&] { TargetSession::open(required); });
    QVERIFY2(error.kind == ErrorKind::Denied && error.what.contains("TLS"_L1), qPrintable(error.text()));
    QCOMPARE(received.load(), 0);
}

void TstTargetSession::givesUpOnASilentServer()
{
    const StubServer server([](int) {});
    const ProbeTarget silent = stub(target(), server.port());
    QElapsedTimer clock;
    clock.start();
    const Error error = errorOf([&] { TargetSession::open(silent); });
    QVERIFY2(error.kind == ErrorKind::Timeout, qPrintable(error.text()));
    QVERIFY2(clock.elapsed() < silent.timeoutMs + 500, qPrintable(QString::number(clock.elapsed())));
}

void TstTargetSession::leavesNothingBesideAFile()
{
    const QString path = m_folder.filePath(u"wal.db"_s);
    sqlite3 *handle = nullptr;
    QCOMPARE(sqlite3_open(path.toUtf8().constData(), &handle), SQLITE_OK);
    QCOMPARE(sqlite3_exec(handle, "PRAGMA journal_mode=WAL; CREATE TABLE t(a); INSERT INTO t VALUES (7)", nullptr, nullptr, nullptr), SQLITE_OK);
    ProbeTarget file = targetOf(DatabaseType::Sqlite);
    file.connection.databaseName = path;
    const auto session = TargetSession::open(file);
    QCOMPARE(session->read(u"SELECT a FROM t"_s).text(0, 0), u"7"_s);
    sqlite3_close(handle);
    QCOMPARE(session->read(u"SELECT a FROM t"_s).text(0, 0), u"7"_s);
    QVERIFY(!QFile::exists(path + u"-wal"_s));
    QVERIFY(!QFile::exists(path + u"-shm"_s));
}

HEADGATE_TEST(TstTargetSession);

#include "tst_targetsession.moc"
