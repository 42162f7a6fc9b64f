// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/vault/keyfile.h"
#include "tests/support/testregistry.h"

#include <QDir>
#include <QFile>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace headgate;

class TstKeyFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }
    void madeOncePrivately();
    void missing();
    void othersMayNotRead_data();
    void othersMayNotRead();
    void linkRefused();
    void foreignOwnerRefused();
    void openFolderRefused();
    void damaged();
    void oneKeyForAllWhoCome();

private:
    QString path() const { return m_dir->filePath(QStringLiteral("a/keys/workspace.key")); }
    static int mode(const QString &path)
    {
        struct stat status = {};
        return ::stat(QFile::encodeName(path).constData(), &status) == 0 ? int(status.st_mode & 07777) : -1;
    }
    std::unique_ptr<QTemporaryDir> m_dir;
};

void TstKeyFile::madeOncePrivately()
{
    const mode_t old = ::umask(0);
    const auto made = KeyFile::readOrCreate(path());
    ::umask(old);
    QVERIFY2(made.ok(), qPrintable(made.ok() ? QString() : made.error().text()));
    QCOMPARE(mode(path()), 0600);
    QCOMPARE(mode(m_dir->filePath(QStringLiteral("a/keys"))), 0700);
    QCOMPARE(KeyFile::read(path())->view(), made->view());
    QCOMPARE(KeyFile::readOrCreate(path())->view(), made->view());
    QCOMPARE(QDir(m_dir->filePath(QStringLiteral("a/keys"))).entryList(QDir::Files | QDir::Hidden).size(), 1);
}

void TstKeyFile::missing() { QCOMPARE(KeyFile::read(path()).error().kind, ErrorKind::NotFound); }

void TstKeyFile::othersMayNotRead_data()
{
    QTest::addColumn<int>("bits");
    for (const int bits : {0640, 0604, 0620, 0602, 0610, 0644, 0666}) QTest::newRow(qPrintable(QString::number(bits, 8))) << bits;
}

void TstKeyFile::othersMayNotRead()
{
    QFETCH(int, bits);
    QVERIFY(KeyFile::readOrCreate(path()).ok());
    QVERIFY(::chmod(QFile::encodeName(path()).constData(), mode_t(bits)) == 0);
    const auto read = KeyFile::read(path());
    QVERIFY(!read.ok());
    QCOMPARE(read.error().kind, ErrorKind::Denied);
    QVERIFY(read.error().evidence.contains(QString::number(bits, 8)));
    QVERIFY(!KeyFile::readOrCreate(path()).ok());
}

void TstKeyFile::linkRefused()
{
    QVERIFY(KeyFile::readOrCreate(path()).ok());
    const QString link = path() + QStringLiteral(".link");
    QVERIFY(QFile::link(path(), link));
    QCOMPARE(KeyFile::read(link).error().kind, ErrorKind::Denied);
    QCOMPARE(KeyFile::read(m_dir->path()).error().kind, ErrorKind::Denied);
}

void TstKeyFile::foreignOwnerRefused()
{
    if (::geteuid() != 0) return;  // only root can give a file away
    QVERIFY(KeyFile::readOrCreate(path()).ok());
    QVERIFY(::chown(QFile::encodeName(path()).constData(), 1, gid_t(-1)) == 0);
    QCOMPARE(KeyFile::read(path()).error().kind, ErrorKind::Denied);
}

void TstKeyFile::openFolderRefused()
{
    QVERIFY(QDir().mkpath(m_dir->filePath(QStringLiteral("a/keys"))));
    QVERIFY(::chmod(QFile::encodeName(m_dir->filePath(QStringLiteral("a/keys"))).constData(), 0777) == 0);
    QCOMPARE(KeyFile::readOrCreate(path()).error().kind, ErrorKind::Denied);
}

void TstKeyFile::damaged()
{
    QVERIFY(KeyFile::readOrCreate(path()).ok());
    QFile file(path());
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray good = file.readAll();
    file.close();
    QVERIFY(good.startsWith("headgate key file 1\n"));
    for (const QByteArray &bad : {QByteArray(), good.left(40), good + "x", QByteArray(good).replace(30, 1, "z"), QByteArray(good).replace(0, 1, "x")}) {
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(bad);
        file.close();
        QCOMPARE(KeyFile::read(path()).error().kind, ErrorKind::Integrity);
    }
}

void TstKeyFile::oneKeyForAllWhoCome()
{
    QSet<QByteArray> keys;
    std::mutex mutex;
    std::vector<std::jthread> threads;
    for (int i = 0; i < 16; ++i)
        threads.emplace_back([&] {
            const auto key = KeyFile::readOrCreate(path());
            const std::lock_guard guard(mutex);
            keys << (key ? QByteArray(key->view().constData(), qsizetype(SecureKey::kSize)) : QByteArray());
        });
    threads.clear();
    QCOMPARE(keys.size(), 1);
    QCOMPARE(keys.begin()->size(), qsizetype(SecureKey::kSize));
}

HEADGATE_TEST(TstKeyFile);
#include "tst_keyfile.moc"
