// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/connections/probesupport.h"
#include "tests/support/testregistry.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <sqlite3.h>
#include <unistd.h>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

ProbeTarget sqlite(const QString &path)
{
    ProbeTarget target;
    target.connection.databaseType = DatabaseType::Sqlite;
    target.connection.databaseName = path;
    target.timeoutMs = 2000;
    return target;
}

bool executeSql(const QString &path, const char *sql)
{
    sqlite3 *handle = nullptr;
    const bool ok = sqlite3_open(path.toUtf8().constData(), &handle) == SQLITE_OK && sqlite3_exec(handle, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
    sqlite3_close(handle);
    return ok;
}

}  // namespace

class TstFileProbe : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void goodFile();
    void writeAheadLog();
    void badFiles_data();
    void badFiles();
    void lockedFile();
    void unreadableFile();
};

void TstFileProbe::goodFile()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(u"a #%b.db"_s);
    QVERIFY(executeSql(path, "PRAGMA application_id=4711; CREATE TABLE t (x)"));
    const ConnectionTest test = testOf(sqlite(path));
    QVERIFY2(test.status == TestStatus::Success, describe(test).constData());
    QVERIFY(test.identity->systemIdentifier.contains(u"application_id=4711"_s));
    QVERIFY(test.serverVersion.startsWith(u"SQLite 3."_s));
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 1);
}

void TstFileProbe::writeAheadLog()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(u"wal.db"_s);
    QVERIFY(executeSql(path, "PRAGMA journal_mode=wal; CREATE TABLE t (x)"));
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files), QStringList{u"wal.db"_s});
    const ConnectionTest quiet = testOf(sqlite(path));
    QVERIFY2(quiet.status == TestStatus::Success, describe(quiet).constData());
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files), QStringList{u"wal.db"_s});

    sqlite3 *writer = nullptr;
    QCOMPARE(sqlite3_open(path.toUtf8().constData(), &writer), SQLITE_OK);
    QCOMPARE(sqlite3_exec(writer, "BEGIN IMMEDIATE; INSERT INTO t VALUES (1)", nullptr, nullptr, nullptr), SQLITE_OK);
    const ConnectionTest busy = testOf(sqlite(path));
    QCOMPARE(sqlite3_exec(writer, "COMMIT", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(writer);
    QVERIFY2(busy.status == TestStatus::Success, describe(busy).constData());
}

void TstFileProbe::badFiles_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("stage");
    QTest::newRow("missing") << u"missing.db"_s << int(TestStage::Resolve);
    QTest::newRow("folder") << QString() << int(TestStage::Resolve);
    QTest::newRow("garbage") << u"garbage.db"_s << int(TestStage::Database);
    QTest::newRow("memory") << u":memory:"_s << int(TestStage::Resolve);
}

void TstFileProbe::badFiles()
{
    QFETCH(QString, name);
    QFETCH(int, stage);
    QTemporaryDir folder;
    QFile garbage(folder.filePath(u"garbage.db"_s));
    QVERIFY(garbage.open(QIODevice::WriteOnly));
    garbage.write(QByteArray(8192, 'x'));
    garbage.close();
    VERIFY_FAILS_AT(testOf(sqlite(name.startsWith(u':') ? name : folder.filePath(name))), TestStage(stage), 2000);
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files), QStringList{u"garbage.db"_s});
}

void TstFileProbe::lockedFile()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(u"locked.db"_s);
    QVERIFY(executeSql(path, "CREATE TABLE t (x)"));
    sqlite3 *holder = nullptr;
    QCOMPARE(sqlite3_open(path.toUtf8().constData(), &holder), SQLITE_OK);
    QCOMPARE(sqlite3_exec(holder, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr), SQLITE_OK);
    const ConnectionTest test = testOf(sqlite(path));
    QCOMPARE(sqlite3_exec(holder, "COMMIT", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(holder);
    VERIFY_FAILS_AT(test, TestStage::Database, 2000);
    QCOMPARE(test.errorCode, u"5"_s);
}

void TstFileProbe::unreadableFile()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(u"secret.db"_s);
    QVERIFY(executeSql(path, "CREATE TABLE t (x)"));
    QVERIFY(QFile::setPermissions(folder.path(), QFile::Permissions(0x7755)));
    const bool isRoot = ::geteuid() == 0;
    QVERIFY(QFile::setPermissions(path, QFile::ReadOther | QFile::ReadGroup | QFile::ReadOwner));
    // For root every file is readable; for the length of a test the process is nobody.
    if (isRoot) QCOMPARE(::seteuid(65534), 0);
    const ConnectionTest readOnly = testOf(sqlite(path));
    if (isRoot) QCOMPARE(::seteuid(0), 0);
    QVERIFY(QFile::setPermissions(path, QFile::Permissions()));
    if (isRoot) QCOMPARE(::seteuid(65534), 0);
    const ConnectionTest unreadable = testOf(sqlite(path));
    if (isRoot) QCOMPARE(::seteuid(0), 0);
    QVERIFY2(stageOf(readOnly, TestStage::Privileges).status == StageStatus::Warn, describe(readOnly).constData());
    VERIFY_FAILS_AT(unreadable, TestStage::Database, 2000);
    QCOMPARE(unreadable.errorCode, u"14"_s);
}

HEADGATE_TEST(TstFileProbe);
#include "tst_fileprobe.moc"
