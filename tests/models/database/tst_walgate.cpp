// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/walgate.h"
#include "tests/models/database/bothdatabases.h"
#include "tests/support/testregistry.h"

#include <QCoreApplication>
#include <QDir>
#include <QProcess>
#include <QTest>
#include <cstdio>

using namespace headgate;
using namespace headgate::test;

namespace {

ConnectSpec fileSpec(const QString &path)
{
    ConnectSpec spec;
    spec.path = path;
    return spec;
}

bool checkpoint(Session &session)
{
    return session.walGate()->tryCheckpoint(static_cast<sqlite3 *>(session.nativeHandle()));
}

/// `hold PATH`: begins to write, says so, commits when a line arrives.
int holdTransaction(const QStringList &arguments)
{
    const auto session = Session::open(fileSpec(arguments.at(0)));
    Transaction transaction(*session);
    session->execute(QStringLiteral("insert into t values (randomblob(100))"));
    std::puts("writing");
    std::fflush(stdout);
    char line[16];
    if (!std::fgets(line, sizeof line, stdin)) return 1;
    transaction.commit();
    return 0;
}

/// `write PATH COUNT`: so many transactions of one row, checkpoints between them as a worker does.
int writeMany(const QStringList &arguments)
{
    ConnectSpec spec = fileSpec(arguments.at(0));
    spec.busyTimeoutMs = 20'000;
    const auto session = Session::open(spec);
    for (int i = 0; i < arguments.at(1).toInt(); ++i) {
        Transaction transaction(*session);
        session->execute(QStringLiteral("insert into t values (randomblob(2000))"));
        transaction.commit();
        if (i % 5 == 0) checkpoint(*session);
    }
    return 0;
}

class SecondProcess {
public:
    explicit SecondProcess(const QStringList &arguments)
    {
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(QCoreApplication::applicationFilePath(), QStringList{QStringLiteral("--helper")} + arguments);
    }
    ~SecondProcess()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    bool says(const QByteArray &line) { return m_process.waitForReadyRead(10'000) && m_process.readLine().trimmed() == line; }
    void goOn()
    {
        m_process.write("\n");
        m_process.waitForBytesWritten();
    }
    void kill() { m_process.kill(); }
    bool ends() { return m_process.waitForFinished(60'000) && m_process.exitStatus() == QProcess::NormalExit && m_process.exitCode() == 0; }

private:
    QProcess m_process;
};

}  // namespace

HEADGATE_TEST_HELPER(walHold, holdTransaction);
HEADGATE_TEST_HELPER(walWrite, writeMany);

class TstWalGate : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void keepsACheckpointOutWhileAnotherProcessWrites();
    void keepsWritersOutWhileSomebodyCheckpoints();
    void opensWhenAWriterIsKilled();
    void waitsForAWriterOfAnotherProcess();
    void doesNotWaitForReaders();
    void emptiesTheWalWhenItHasGrown();
    void emptiesTheWalWhenTheSessionCloses();
    void survivesWritersThatCheckpoint();
    void saysWhenItsFileCannotBeUsed();

private:
    std::unique_ptr<QTemporaryDir> m_directory;
    QString m_path;
};

void TstWalGate::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    m_path = m_directory->filePath(QStringLiteral("w.headgate"));
    ConnectSpec spec = fileSpec(m_path);
    spec.createFile = true;
    Session::open(spec)->execute(QStringLiteral("create table t (x blob)"));
}

void TstWalGate::keepsACheckpointOutWhileAnotherProcessWrites()
{
    const auto session = Session::open(fileSpec(m_path));
    SecondProcess writer({QStringLiteral("walHold"), m_path});
    QVERIFY(writer.says("writing"));
    QVERIFY(!checkpoint(*session));
    writer.goOn();
    QVERIFY(writer.ends());
    QVERIFY(checkpoint(*session));
    QCOMPARE(session->walGate()->walBytes(), 0);
}

void TstWalGate::keepsWritersOutWhileSomebodyCheckpoints()
{
    WalGate checkpointing(m_path, 100);
    WalGate first(m_path, 100);
    WalGate second(m_path, 100);
    QVERIFY(first.enterWriter(0));
    QVERIFY(second.enterWriter(0));  // writers share the gate; SQLite puts them in line
    first.leaveWriter();
    second.leaveWriter();
    const auto session = Session::open(fileSpec(m_path));
    QVERIFY(checkpoint(*session));
    QVERIFY(first.enterWriter(0));  // and the checkpoint has let go of it
}

void TstWalGate::opensWhenAWriterIsKilled()
{
    const auto session = Session::open(fileSpec(m_path));
    {
        SecondProcess writer({QStringLiteral("walHold"), m_path});
        QVERIFY(writer.says("writing"));
    }
    QVERIFY(checkpoint(*session));
    QCOMPARE(ask(*session, QStringLiteral("select count(*) from t")), QStringLiteral("0"));
}

void TstWalGate::waitsForAWriterOfAnotherProcess()
{
    SecondProcess writer({QStringLiteral("walHold"), m_path});
    QVERIFY(writer.says("writing"));
    const auto session = Session::open(fileSpec(m_path));
    ConnectSpec impatient = fileSpec(m_path);
    impatient.busyTimeoutMs = 50;
    const auto hasty = Session::open(impatient);
    QCOMPARE(errorOf([&] { Transaction refused(*hasty); }).kind, ErrorKind::Locked);
    writer.goOn();
    Transaction transaction(*session);
    session->execute(QStringLiteral("insert into t values (1)"));
    transaction.commit();
    QVERIFY(writer.ends());
    QCOMPARE(ask(*session, QStringLiteral("select count(*) from t")), QStringLiteral("2"));
}

void TstWalGate::doesNotWaitForReaders()
{
    const auto reader = Session::open(fileSpec(m_path));
    const auto writer = Session::open(fileSpec(m_path));
    Transaction reading(*reader, Transaction::Mode::Read);
    ask(*reader, QStringLiteral("select count(*) from t"));
    {
        Transaction transaction(*writer);
        writer->execute(QStringLiteral("insert into t values (1)"));
        transaction.commit();
    }
    // With SQLite's busy timeout in force it would keep every writer out for five seconds.
    QVERIFY(elapsed([&] { QVERIFY(!checkpoint(*writer)); }) < 1'000);
    reading.rollback();
    QVERIFY(checkpoint(*writer));
}

void TstWalGate::emptiesTheWalWhenItHasGrown()
{
    Session::open(fileSpec(m_path))->execute(QStringLiteral("create table session_operation (op_id text)"));
    Database console(fileSpec(m_path));
    const WalGate gate(m_path, 0);
    const auto write = [&](int bytes) {
        return answer(console.write([bytes](Transaction &transaction) {
            return Query(transaction.session(), QStringLiteral("insert into t values (zeroblob(:n))")).bind("n", bytes).execOne();
        }));
    };
    QVERIFY(write(1'000'000).ok());
    QTest::qSleep(50);
    QVERIFY(gate.walBytes() > 1'000'000);  // below the threshold nothing is moved
    QVERIFY(write(5'000'000).ok());
    QTRY_COMPARE(gate.walBytes(), 0);
}

void TstWalGate::emptiesTheWalWhenTheSessionCloses()
{
    const WalGate gate(m_path, 0);
    {
        const auto session = Session::open(fileSpec(m_path));
        Transaction transaction(*session);
        session->execute(QStringLiteral("insert into t values (1)"));
        transaction.commit();
        QVERIFY(gate.walBytes() > 0);
    }
    QCOMPARE(gate.walBytes(), 0);
}

void TstWalGate::survivesWritersThatCheckpoint()
{
    const QString count = QStringLiteral("60");
    SecondProcess first({QStringLiteral("walWrite"), m_path, count});
    SecondProcess second({QStringLiteral("walWrite"), m_path, count});
    QVERIFY(first.ends());
    QVERIFY(second.ends());
    const auto session = Session::open(fileSpec(m_path));
    QCOMPARE(ask(*session, QStringLiteral("select count(*) from t")), QStringLiteral("120"));
    QCOMPARE(ask(*session, QStringLiteral("pragma integrity_check")), QStringLiteral("ok"));
}

void TstWalGate::saysWhenItsFileCannotBeUsed()
{
    const QString lock = m_path + QStringLiteral(".lock");
    QVERIFY(QFile::remove(lock));
    QVERIFY(QDir().mkdir(lock));  // as good as one without rights, and so for root too
    const auto session = Session::open(fileSpec(m_path));
    const Error error = errorOf([&] { Transaction refused(*session); });
    QCOMPARE(error.kind, ErrorKind::Denied);
    QCOMPARE(error.where, lock);
    QVERIFY(!error.evidence.isEmpty());
    QVERIFY(!error.what.contains(QLatin1String("busy")));
    QVERIFY(QDir().rmdir(lock));
    Transaction transaction(*session);  // what was wrong has been mended
    session->execute(QStringLiteral("insert into t values (1)"));
    transaction.commit();
}

HEADGATE_TEST(TstWalGate);
#include "tst_walgate.moc"
