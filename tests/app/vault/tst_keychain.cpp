// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/vault/keychain.h"
#include "tests/app/vault/vaultfixture.h"
#include "tests/support/testregistry.h"

#include <QDir>
#include <QElapsedTimer>
#include <QLocalServer>
#include <QTemporaryDir>
#include <QTest>
#include <thread>

using namespace headgate;

/// Runs twice: without a keychain (no session bus), and by with-keyring beside a real one.
class TstKeychain : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { qunsetenv("HEADGATE_KEYCHAIN"); }
    void storesAndForgets();
    void manyThreads();
    void turnedOff();
    void firstSlotOfAVault();

private:
    bool m_real = false;
};

void TstKeychain::init()
{
    m_real = qEnvironmentVariableIsSet("HEADGATE_TEST_KEYRING");
    if (!m_real) qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
}

void TstKeychain::storesAndForgets()
{
    const Keychain keychain(true);
    const SecureKey key = SecureKey::random();
    const QString entry = QStringLiteral("test/1");
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(keychain.write(entry, key), m_real);
    const auto read = keychain.read(entry);
    QCOMPARE(read.has_value(), m_real);
    if (read) QCOMPARE(read->view(), key.view());
    keychain.remove(entry);
    QVERIFY(!keychain.read(entry));
    QVERIFY2(timer.elapsed() < 3500, qPrintable(QString::number(timer.elapsed())));
}

void TstKeychain::manyThreads()
{
    const Keychain keychain(true);
    std::atomic<int> good = 0;
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&, i] {
            const SecureKey key = SecureKey::random();
            const QString entry = QStringLiteral("test/thread %1").arg(i);
            const bool written = keychain.write(entry, key);
            const auto read = keychain.read(entry);
            if (written && read && read->view() == key.view()) ++good;
            keychain.remove(entry);
        });
    threads.clear();
    QCOMPARE(good.load(), m_real ? 8 : 0);
}

void TstKeychain::turnedOff()
{
    qputenv("HEADGATE_KEYCHAIN", "off");
    const Keychain keychain(true);
    QVERIFY(!keychain.isEnabled());
    QVERIFY(!keychain.write(QStringLiteral("test/off"), SecureKey::random()));
    QVERIFY(!keychain.read(QStringLiteral("test/off")));
}

void TstKeychain::firstSlotOfAVault()
{
    headgate::test::VaultFixture fixture(Dialect::Kind::Sqlite);
    VaultOptions options;
    options.holder = QStringLiteral("alice");
    Vault vault(fixture.database(), fixture.keyFolder(), options);
    QVERIFY(vault.prepare().ok());
    const KeySlotKind kind = m_real ? KeySlotKind::Keychain : KeySlotKind::KeyFile;
    QCOMPARE(vault.state(), (VaultState{VaultState::Kind::Unlocked, {}, kind}));
    QCOMPARE(QDir(fixture.keyFolder()).exists(), !m_real);
    const QByteArray sealed = *vault.seal("secret", "x");
    Vault again(fixture.database(), fixture.keyFolder(), options);
    QVERIFY(again.unlock().ok());
    QCOMPARE(*again.open(sealed, "x"), QByteArray("secret"));
    if (!m_real) return;
    const auto file = vault.addSlot(KeySlotKind::KeyFile, QStringLiteral("alice"));
    QVERIFY(file.ok());
    QVERIFY(again.removeSlot(again.slots()->first().id).ok());
    const auto without = fixture.vault();
    QVERIFY(without->unlock().ok());
    QCOMPARE(*without->open(sealed, "x"), QByteArray("secret"));
}

HEADGATE_TEST(TstKeychain);

/// A session bus that accepts and never answers. A class of its own, because the process keeps its bus.
class TstSilentKeychain : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void givenUpAtTheDeadline()
    {
        QTemporaryDir folder;
        QLocalServer bus;
        QVERIFY(bus.listen(folder.filePath(QStringLiteral("bus"))));
        qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=" + folder.filePath(QStringLiteral("bus")).toLocal8Bit());
        const Keychain keychain(true, 400);
        for (int i = 0; i < 3; ++i) {
            QElapsedTimer timer;
            timer.start();
            QVERIFY(!keychain.read(QStringLiteral("test/silent")));
            QVERIFY2(timer.elapsed() < 900, qPrintable(QString::number(timer.elapsed())));
        }
        headgate::test::VaultFixture fixture(Dialect::Kind::Sqlite);
        VaultOptions options;
        options.holder = QStringLiteral("alice");
        options.keychainDeadlineMs = 400;
        Vault vault(fixture.database(), fixture.keyFolder(), options);
        QVERIFY(vault.prepare().ok());
        QCOMPARE(vault.state(), (VaultState{VaultState::Kind::Unlocked, {}, KeySlotKind::KeyFile}));
    }
};
HEADGATE_TEST(TstSilentKeychain);

#include "tst_keychain.moc"
