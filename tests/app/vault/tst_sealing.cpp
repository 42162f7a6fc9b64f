// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/vault/sealing.h"
#include "tests/support/testregistry.h"

#include <QSet>
#include <QTest>

using namespace headgate;

namespace {
const QByteArray kContext = QByteArrayLiteral("connection:42:password");
}

class TstSealing : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void roundTrip_data();
    void roundTrip();
    void layout();
    void everyByteIsGuarded();
    void otherKey();
    void otherContext();
    void cut();
    void keysAreMovedNotLost();
    void derive();
    void unreasonableParameters();
};

void TstSealing::roundTrip_data()
{
    QTest::addColumn<QByteArray>("plain");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("text") << QByteArray("pässword");
    QTest::newRow("zeros") << QByteArray(100, '\0');
    QTest::newRow("large") << QByteArray(1 << 20, 'x');
}

void TstSealing::roundTrip()
{
    QFETCH(QByteArray, plain);
    const SecureKey key = SecureKey::random();
    const QByteArray blob = Sealing::seal(key, plain, kContext);
    QVERIFY(blob != Sealing::seal(key, plain, kContext));
    QVERIFY(plain.size() < 4 || !blob.contains(plain));
    const auto opened = Sealing::open(key, blob, kContext);
    QVERIFY(opened.ok());
    QCOMPARE(*opened, plain);
}

void TstSealing::layout()
{
    const SecureKey key = SecureKey::random();
    const QByteArray blob = Sealing::seal(key, "abc", kContext);
    QCOMPARE(blob.size(), 1 + 16 + 24 + 3 + 16 + 8);
    QCOMPARE(blob.at(0), char(1));
    QCOMPARE(blob.mid(1, 16), Sealing::fingerprint(key));
}

void TstSealing::everyByteIsGuarded()
{
    const SecureKey key = SecureKey::random();
    const QByteArray blob = Sealing::seal(key, "secret", kContext);
    for (qsizetype i = 0; i < blob.size(); ++i) {
        QByteArray changed = blob;
        changed[i] = char(changed.at(i) ^ 1);
        const auto opened = Sealing::open(key, changed, kContext);
        QVERIFY(!opened.ok());
        QCOMPARE(opened.error().kind, ErrorKind::Integrity);
        QVERIFY(!opened.error().text().contains(QLatin1String("secret")));
    }
}

void TstSealing::otherKey()
{
    const QByteArray blob = Sealing::seal(SecureKey::random(), "secret", kContext);
    QCOMPARE(Sealing::open(SecureKey::random(), blob, kContext).error().kind, ErrorKind::Locked);
    QCOMPARE(Sealing::openKey(SecureKey::random(), blob, kContext).error().kind, ErrorKind::Locked);
}

void TstSealing::otherContext()
{
    const SecureKey key = SecureKey::random();
    const QByteArray blob = Sealing::seal(key, "secret", kContext);
    QCOMPARE(Sealing::open(key, blob, "connection:43:password").error().kind, ErrorKind::Integrity);
    // Also when the unkeyed checksum is made right for the new place: what counts is the authentication.
    const QByteArray other = Sealing::seal(key, "another", "connection:43:password");
    const QByteArray forged = blob.left(blob.size() - 8) + other.right(8);
    QCOMPARE(Sealing::open(key, forged, "connection:43:password").error().kind, ErrorKind::Integrity);
}

void TstSealing::cut()
{
    const SecureKey key = SecureKey::random();
    const QByteArray blob = Sealing::seal(key, "secret", kContext);
    for (qsizetype size = 0; size < blob.size(); ++size)
        QCOMPARE(Sealing::open(key, blob.left(size), kContext).error().kind, ErrorKind::Integrity);
}

void TstSealing::keysAreMovedNotLost()
{
    SecureKey a = SecureKey::random();
    const QByteArray bytes(a.view().constData(), qsizetype(SecureKey::kSize));
    SecureKey b = std::move(a);
    SecureKey c;
    c = std::move(b);
    QCOMPARE(c.view(), bytes);
    QCOMPARE(c.clone().view(), bytes);
    const auto opened = Sealing::openKey(c, Sealing::seal(c, c.view(), "x"), "x");
    QCOMPARE(opened->view(), bytes);
}

void TstSealing::derive()
{
    const auto parameters = Sealing::Argon2::withNewSalt();
    QCOMPARE(parameters.ops, 3);
    QCOMPARE(parameters.mem, 256LL << 20);
    const auto composed = Sealing::derive(QString::fromUtf8("caf\u00e9 table"), parameters);
    const auto decomposed = Sealing::derive(QString::fromUtf8("cafe\u0301 table"), parameters);
    QVERIFY(composed.ok() && decomposed.ok());
    QCOMPARE(composed->view(), decomposed->view());
    QVERIFY(Sealing::derive(QStringLiteral("other"), parameters)->view() != composed->view());
    QVERIFY(Sealing::Argon2::withNewSalt().salt != parameters.salt);
}

void TstSealing::unreasonableParameters()
{
    const auto good = Sealing::Argon2::withNewSalt();
    const auto kind = [](Sealing::Argon2 p) { return Sealing::derive(QStringLiteral("passphrase"), p).error().kind; };
    QCOMPARE(kind({good.ops, 1LL << 40, good.salt}), ErrorKind::Integrity);
    QCOMPARE(kind({1'000'000, good.mem, good.salt}), ErrorKind::Integrity);
    QCOMPARE(kind({0, good.mem, good.salt}), ErrorKind::Integrity);
    QCOMPARE(kind({good.ops, 0, good.salt}), ErrorKind::Integrity);
    QCOMPARE(kind({good.ops, good.mem, good.salt.left(8)}), ErrorKind::Integrity);
}

HEADGATE_TEST(TstSealing);
#include "tst_sealing.moc"
