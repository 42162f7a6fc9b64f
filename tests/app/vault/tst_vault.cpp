// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/tasks.h"
#include "app/vault/sealing.h"
#include "models/vault/keyslotstore.h"
#include "tests/app/vault/vaultfixture.h"
#include "tests/support/testregistry.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTest>
#include <map>
#include <sys/stat.h>

using namespace headgate;
using headgate::test::VaultFixture;
using Kind = VaultState::Kind;

namespace {
const QString kAlice = QStringLiteral("alice");
const QString kPassphrase = QStringLiteral("four unrelated words");
const QByteArray kContext = QByteArrayLiteral("connection:1:password");
const QByteArray kCanary = QByteArrayLiteral("canary-7f3a91c2");
}  // namespace

/// Every test runs on SQLite and on PostgreSQL.
class TstVault : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void init();
    void cleanupTestCase() { m_fixtures.clear(); }

    void nothingUntilTheFirstSecret();
    void firstSecretMakesAPrivateKeyFile();
    void keyFileOpenToOthersIsRefused();
    void openedAgainLater();
    void lockedSealsAndOpensNothing();
    void strangersStayOut();
    void passphrase();
    void damagedSlot_data();
    void damagedSlot();
    void slotOfAnotherWorkspace();
    void secretsWithoutSlots();
    void slotsForOthers();
    void lastSlotStays();
    void slotChangesAreAudited();
    void rekeySealsEverythingAnew();
    void rekeyDropsNobodyUnasked();
    void rekeyIsAllOrNothing();
    void rekeySeenByOthers();
    void idleVaultLocks();
    void canaryIsNowhere();
    void twoProcessesMakeOneKey();

private:
    VaultFixture &fixture();
    std::map<Dialect::Kind, std::unique_ptr<VaultFixture>> m_fixtures;
};

void TstVault::initTestCase_data()
{
    QTest::addColumn<int>("database");
    QTest::newRow("sqlite") << int(Dialect::Kind::Sqlite);
    QTest::newRow("postgresql") << int(Dialect::Kind::Postgresql);
}

VaultFixture &TstVault::fixture()
{
    QFETCH_GLOBAL(int, database);
    auto &fixture = m_fixtures[Dialect::Kind(database)];
    if (!fixture) fixture = std::make_unique<VaultFixture>(Dialect::Kind(database));
    return *fixture;
}

void TstVault::init() { fixture().clear(); }

#define VERIFY_OK(expression)                                                                          \
    do {                                                                                               \
        const auto &outcome = (expression);                                                            \
        QVERIFY2(outcome.ok(), qPrintable(outcome.ok() ? QString() : outcome.error().text()));          \
    } while (false)
#define COMPARE_ERROR(expression, wanted)                                                              \
    do {                                                                                               \
        const auto &outcome = (expression);                                                            \
        QVERIFY(!outcome.ok());                                                                        \
        QCOMPARE(errorKindName(outcome.error().kind), errorKindName(wanted));                          \
    } while (false)

void TstVault::nothingUntilTheFirstSecret()
{
    const auto vault = fixture().vault();
    QCOMPARE(vault->state().kind, Kind::Locked);
    VERIFY_OK(vault->unlock());
    QCOMPARE(vault->state().kind, Kind::NoSecretsYet);
    QVERIFY(vault->slots()->isEmpty());
    QVERIFY(!QDir(fixture().keyFolder()).exists());
    COMPARE_ERROR(vault->seal("x", kContext), ErrorKind::Locked);
}

void TstVault::firstSecretMakesAPrivateKeyFile()
{
    const auto vault = fixture().vault();
    VERIFY_OK(vault->prepare());
    QCOMPARE(vault->state(), (VaultState{Kind::Unlocked, {}, KeySlotKind::KeyFile}));
    const auto keySlots = *vault->slots();
    QCOMPARE(keySlots.size(), 1);
    QCOMPARE(keySlots.first().holder, kAlice);
    QVERIFY(keySlots.first().createdAt.us > 0);
    const auto files = QDir(fixture().keyFolder()).entryInfoList(QDir::Files | QDir::Hidden);
    QCOMPARE(files.size(), 1);
    struct stat status = {};
    QVERIFY(::stat(QFile::encodeName(files.first().filePath()).constData(), &status) == 0);
    QCOMPARE(int(status.st_mode & 07777), 0600);
    const auto sealed = vault->seal("secret", kContext);
    QCOMPARE(*vault->open(*sealed, kContext), QByteArray("secret"));
    COMPARE_ERROR(vault->open(*sealed, "connection:2:password"), ErrorKind::Integrity);
    VERIFY_OK(vault->prepare());
    QCOMPARE(vault->slots()->size(), 1);
}

void TstVault::keyFileOpenToOthersIsRefused()
{
    VERIFY_OK(fixture().vault()->prepare());
    const QString file = QDir(fixture().keyFolder()).entryInfoList(QDir::Files).first().filePath();
    QVERIFY(::chmod(QFile::encodeName(file).constData(), 0640) == 0);
    const auto vault = fixture().vault();
    COMPARE_ERROR(vault->prepare(), ErrorKind::Locked);
    QCOMPARE(vault->state().kind, Kind::Locked);
    QVERIFY2(vault->state().reason.contains(QLatin1String("0640")), qPrintable(vault->state().reason));
}

void TstVault::openedAgainLater()
{
    QByteArray sealed;
    {
        const auto vault = fixture().vault();
        VERIFY_OK(vault->prepare());
        sealed = *vault->seal("secret", kContext);
    }
    const auto vault = fixture().vault();
    VERIFY_OK(vault->unlock());
    QCOMPARE(*vault->open(sealed, kContext), QByteArray("secret"));
}

void TstVault::lockedSealsAndOpensNothing()
{
    const auto vault = fixture().vault();
    VERIFY_OK(vault->prepare());
    const QByteArray sealed = *vault->seal("secret", kContext);
    vault->lock();
    QCOMPARE(vault->state().kind, Kind::Locked);
    COMPARE_ERROR(vault->open(sealed, kContext), ErrorKind::Locked);
    COMPARE_ERROR(vault->seal("x", kContext), ErrorKind::Locked);
    COMPARE_ERROR(vault->addSlot(KeySlotKind::Passphrase, kAlice, {}, kPassphrase), ErrorKind::Locked);
    COMPARE_ERROR(vault->rekey(), ErrorKind::Locked);
    QVERIFY(!vault->seal("x", kContext).error().hint.isEmpty());
}

void TstVault::strangersStayOut()
{
    VERIFY_OK(fixture().vault()->prepare());
    const auto bob = fixture().vault(QStringLiteral("bob"));
    COMPARE_ERROR(bob->prepare(), ErrorKind::Locked);
    QVERIFY(bob->state().reason.contains(QLatin1String("bob")));
    QCOMPARE(bob->slots()->size(), 1);
}

void TstVault::passphrase()
{
    const auto first = fixture().vault();
    VERIFY_OK(first->prepare());
    COMPARE_ERROR(first->addSlot(KeySlotKind::Passphrase, kAlice, {}, QStringLiteral("short")), ErrorKind::Invalid);
    COMPARE_ERROR(first->unlockWithPassphrase(kPassphrase), ErrorKind::NotFound);
    const auto added = first->addSlot(KeySlotKind::Passphrase, kAlice, QStringLiteral("at home"), kPassphrase);
    VERIFY_OK(added);
    QCOMPARE(added->label(), QStringLiteral("at home"));
    QVERIFY(QDir(fixture().keyFolder()).removeRecursively());

    const auto vault = fixture().vault();
    COMPARE_ERROR(vault->prepare(), ErrorKind::Locked);
    QVERIFY(vault->state().reason.contains(QLatin1String("passphrase")));
    COMPARE_ERROR(vault->unlockWithPassphrase(QStringLiteral("four unrelated word")), ErrorKind::Denied);
    QCOMPARE(vault->state().kind, Kind::Locked);
    VERIFY_OK(vault->unlockWithPassphrase(kPassphrase));
    QCOMPARE(vault->state(), (VaultState{Kind::Unlocked, {}, KeySlotKind::Passphrase}));
    QCOMPARE(*vault->open(*first->seal("secret", kContext), kContext), QByteArray("secret"));
}

void TstVault::damagedSlot_data()
{
    QTest::addColumn<QString>("part");
    for (const char *part : {"wrapped_key", "key_check", "salt", "empty"}) QTest::newRow(part) << QString::fromLatin1(part);
}

void TstVault::damagedSlot()
{
    QFETCH(QString, part);
    const auto first = fixture().vault();
    VERIFY_OK(first->prepare());
    KeySlot slot = *first->addSlot(KeySlotKind::Passphrase, kAlice, {}, kPassphrase);
    if (part == u"wrapped_key") slot.wrappedKey[60] = char(slot.wrappedKey.at(60) ^ 4);
    if (part == u"key_check") slot.keyCheck[3] = char(slot.keyCheck.at(3) ^ 4);
    if (part == u"empty") slot.wrappedKey.clear();
    if (part == u"salt") slot.parameters.insert(QStringLiteral("salt"), QString(32, u'0'));
    valueOf(fixture().database().write([slot](Transaction &transaction) {
        KeySlotStore::rewrap(transaction, slot);
        Query(transaction.session(), QStringLiteral("update key_slots set parameters = {json_in:p} where id = :id"))
            .bind("p", slot.parameters).bind("id", slot.id).exec();
        return Done{};
    }));
    const auto vault = fixture().vault();
    COMPARE_ERROR(vault->unlockWithPassphrase(kPassphrase), ErrorKind::Integrity);
    VERIFY_OK(vault->unlock());  // the key file's slot still opens it
}

void TstVault::slotOfAnotherWorkspace()
{
    VERIFY_OK(fixture().vault()->prepare());
    const QString uuid = fixture().text(QStringLiteral("select uuid from workspace"));
    fixture().execute({QStringLiteral("update workspace set uuid = '%1'").arg(QUuid::createUuid().toString(QUuid::WithoutBraces))});
    const QString file = QDir(fixture().keyFolder()).entryList(QDir::Files).first();
    const QString now = fixture().text(QStringLiteral("select uuid from workspace"));
    QVERIFY(QFile::rename(fixture().keyFolder() + u'/' + file, fixture().keyFolder() + u'/' + QString(file).replace(uuid, now)));
    COMPARE_ERROR(fixture().vault()->unlock(), ErrorKind::Locked);
}

void TstVault::secretsWithoutSlots()
{
    const auto vault = fixture().vault();
    VERIFY_OK(vault->prepare());
    const ConnectionId id = fixture().addConnection(QStringLiteral("a"));
    fixture().setSecret(id, *vault->seal("secret", kContext));
    fixture().execute({QStringLiteral("delete from key_slots")});
    COMPARE_ERROR(fixture().vault()->prepare(), ErrorKind::Integrity);
    QCOMPARE(fixture().vault()->slots()->size(), 0);
}

void TstVault::slotsForOthers()
{
    const auto alice = fixture().vault();
    VERIFY_OK(alice->prepare());
    const QByteArray sealed = *alice->seal("secret", kContext);
    VERIFY_OK(alice->addSlot(KeySlotKind::Passphrase, QStringLiteral("bob"), {}, kPassphrase));
    VERIFY_OK(alice->addSlot(KeySlotKind::KeyFile, QStringLiteral("agent/../x"), QStringLiteral("night jobs")));
    COMPARE_ERROR(alice->addSlot(KeySlotKind::KeyFile, kAlice), ErrorKind::Conflict);
    COMPARE_ERROR(alice->addSlot(KeySlotKind::Keychain, kAlice), ErrorKind::NotFound);
    COMPARE_ERROR(alice->addSlot(KeySlotKind::KeyFile, {}), ErrorKind::Invalid);

    const auto bob = fixture().vault(QStringLiteral("bob"));
    VERIFY_OK(bob->unlockWithPassphrase(kPassphrase));
    QCOMPARE(*bob->open(sealed, kContext), QByteArray("secret"));
    const auto agent = fixture().vault(QStringLiteral("agent/../x"));
    VERIFY_OK(agent->unlock());
    QCOMPARE(*agent->open(sealed, kContext), QByteArray("secret"));
    QCOMPARE(QDir(fixture().keyFolder()).entryList(QDir::Files).size(), 2);
}

void TstVault::lastSlotStays()
{
    const auto vault = fixture().vault();
    VERIFY_OK(vault->prepare());
    const KeySlotId file = vault->slots()->first().id;
    COMPARE_ERROR(vault->removeSlot(file), ErrorKind::InUse);
    VERIFY_OK(vault->addSlot(KeySlotKind::Passphrase, kAlice, {}, kPassphrase));
    COMPARE_ERROR(vault->removeSlot(KeySlotId{987654}), ErrorKind::NotFound);
    VERIFY_OK(vault->removeSlot(file));
    QVERIFY(QDir(fixture().keyFolder()).isEmpty(QDir::Files));
    COMPARE_ERROR(vault->removeSlot(vault->slots()->first().id), ErrorKind::InUse);
    COMPARE_ERROR(fixture().vault()->unlock(), ErrorKind::Locked);
    VERIFY_OK(fixture().vault()->unlockWithPassphrase(kPassphrase));
}

void TstVault::slotChangesAreAudited()
{
    const QString count = QStringLiteral("select count(*) from audit_logs where entity_type = 'key_slot' and action = '%1'");
    const int made = fixture().text(count.arg(QStringLiteral("CREATE"))).toInt();
    const int gone = fixture().text(count.arg(QStringLiteral("DELETE"))).toInt();
    const auto vault = fixture().vault();
    VERIFY_OK(vault->prepare());
    const auto slot = vault->addSlot(KeySlotKind::Passphrase, kAlice, {}, kPassphrase);
    VERIFY_OK(vault->removeSlot(slot->id));
    QCOMPARE(fixture().text(count.arg(QStringLiteral("CREATE"))).toInt(), made + 2);
    QCOMPARE(fixture().text(count.arg(QStringLiteral("DELETE"))).toInt(), gone + 1);
}

void TstVault::rekeySealsEverythingAnew()
{
    const auto vault = fixture().vault();
    VERIFY_OK(vault->prepare());
    VERIFY_OK(vault->addSlot(KeySlotKind::Passphrase, kAlice, {}, kPassphrase));
    const ConnectionId connection = fixture().addConnection(QStringLiteral("a"));
    fixture().addConnection(QStringLiteral("without a secret"));
    fixture().execute({QStringLiteral("insert into pipelines (id, name, pipeline_type, mode) values (7, 'p', 'cdc', 'cdc_only')"),
                       QStringLiteral("insert into alert_rules (id, name, metric, condition, threshold, severity, channels, is_enabled) "
                                      "values (8, 'r', 'lag_ms', 'gt', 1, 'info', '[]', %1)").arg(fixture().spec().kind == Dialect::Kind::Sqlite ? u"1" : u"true"),
                       QStringLiteral("insert into connector_profiles (id, profile_data) values ('some id', '{}')")});
    const std::map<QByteArray, QString> places{{"connection:" + QByteArray::number(connection.value) + ":password", QStringLiteral("connections")},
                                               {"pipeline:7:secret", QStringLiteral("pipelines")},
                                               {"alert_rule:8:secret", QStringLiteral("alert_rules")},
                                               {"connector_profile:some id:secret", QStringLiteral("connector_profiles")}};
    std::map<QByteArray, QByteArray> before;
    for (const auto &[context, table] : places) {
        before[context] = *vault->seal("secret of " + context, context);
        valueOf(fixture().database().write([&](Transaction &transaction) {
            vault->confirm(transaction);
            Query(transaction.session(), QStringLiteral("update %1 set secret = :s %2").arg(table, table == u"connections" ? QStringLiteral("where name = 'a'") : QString()))
                .bind("s", before[context]).exec();
            return Done{};
        }));
    }
    const auto report = vault->rekey({{kPassphrase}});
    VERIFY_OK(report);
    QCOMPARE(report->secrets, 4);
    QCOMPARE(report->kept.size(), 2);
    QVERIFY(report->dropped.isEmpty());
    const auto later = fixture().vault();
    VERIFY_OK(later->unlock());
    const auto bypass = fixture().vault();
    VERIFY_OK(bypass->unlockWithPassphrase(kPassphrase));
    for (const auto &[context, table] : places) {
        const QByteArray now = fixture().blob(QStringLiteral("select secret from %1 where secret is not null").arg(table));
        QVERIFY(now != before[context]);
        for (const auto *one : {vault.get(), later.get(), bypass.get()}) QCOMPARE(*one->open(now, context), "secret of " + context);
        COMPARE_ERROR(later->open(before[context], context), ErrorKind::Locked);
    }
}

void TstVault::rekeyDropsNobodyUnasked()
{
    const auto vault = fixture().vault();
    VERIFY_OK(vault->prepare());
    VERIFY_OK(vault->addSlot(KeySlotKind::Passphrase, QStringLiteral("bob"), {}, kPassphrase));
    const QByteArray check = vault->slots()->first().keyCheck;
    const auto refused = vault->rekey();
    COMPARE_ERROR(refused, ErrorKind::InUse);
    QVERIFY(refused.error().evidence.contains(QLatin1String("bob")));
    QCOMPARE(vault->slots()->first().keyCheck, check);
    const auto report = vault->rekey({{}, true});
    VERIFY_OK(report);
    QCOMPARE(report->dropped.size(), 1);
    QCOMPARE(vault->slots()->size(), 1);
    COMPARE_ERROR(fixture().vault(QStringLiteral("bob"))->unlockWithPassphrase(kPassphrase), ErrorKind::NotFound);
}

void TstVault::rekeyIsAllOrNothing()
{
    const auto vault = fixture().vault();
    VERIFY_OK(vault->prepare());
    const ConnectionId good = fixture().addConnection(QStringLiteral("a"));
    const ConnectionId bad = fixture().addConnection(QStringLiteral("b"));
    const QByteArray context = "connection:" + QByteArray::number(good.value) + ":password";
    fixture().setSecret(good, *vault->seal("secret", context));
    fixture().setSecret(bad, "damaged");
    const auto slots = *vault->slots();
    const QByteArray sealed = fixture().secret(good);
    COMPARE_ERROR(vault->rekey(), ErrorKind::Integrity);
    QCOMPARE(*vault->slots(), slots);
    QCOMPARE(fixture().secret(good), sealed);
    QCOMPARE(*vault->open(sealed, context), QByteArray("secret"));
}

void TstVault::rekeySeenByOthers()
{
    const auto here = fixture().vault();
    const auto there = fixture().vault();
    VERIFY_OK(here->prepare());
    VERIFY_OK(there->prepare());
    VERIFY_OK(there->rekey());
    const auto stale = fixture().database().write([&](Transaction &transaction) {
        here->confirm(transaction);
        return Done{};
    }).result();
    COMPARE_ERROR(stale, ErrorKind::Conflict);
    VERIFY_OK(here->prepare());
    QCOMPARE(*here->open(*there->seal("secret", kContext), kContext), QByteArray("secret"));
}

void TstVault::idleVaultLocks()
{
    const auto vault = fixture().vault(kAlice, std::chrono::milliseconds(300));
    VERIFY_OK(vault->prepare());
    for (int i = 0; i < 5; ++i) {
        QTest::qWait(100);
        VERIFY_OK(vault->seal("x", kContext));
    }
    QTRY_COMPARE_WITH_TIMEOUT(vault->state().kind, Kind::Locked, 3000);
    COMPARE_ERROR(vault->seal("x", kContext), ErrorKind::Locked);
    VERIFY_OK(vault->prepare());
    QTRY_COMPARE_WITH_TIMEOUT(vault->state().kind, Kind::Locked, 3000);
}

void TstVault::canaryIsNowhere()
{
    const auto vault = fixture().vault();
    VERIFY_OK(vault->prepare());
    VERIFY_OK(vault->addSlot(KeySlotKind::Passphrase, kAlice, {}, QString::fromLatin1(kCanary)));
    const ConnectionId id = fixture().addConnection(QStringLiteral("a"));
    fixture().setSecret(id, *vault->seal(kCanary, "connection:" + QByteArray::number(id.value) + ":password"));
    VERIFY_OK(vault->rekey({{QString::fromLatin1(kCanary)}}));
    if (fixture().spec().kind == Dialect::Kind::Sqlite) {
        for (const QFileInfo &info : QDir(fixture().folder()).entryInfoList(QDir::Files | QDir::Hidden)) {
            QFile file(info.filePath());
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QByteArray bytes = file.readAll();
            QVERIFY2(!bytes.contains(kCanary) && !bytes.contains(kCanary.toHex()) && !bytes.contains(kCanary.toBase64()), qPrintable(info.filePath()));
        }
    } else {
        const QString like = QStringLiteral("select count(*) from %1 t where t::text like '%%%2%' or t::text like '%%%3%'");
        for (const char *table : {"connections", "key_slots", "audit_logs", "operations", "external_changes"})
            QCOMPARE(fixture().text(like.arg(QLatin1String(table), QLatin1String(kCanary), QLatin1String(kCanary.toHex()))), QStringLiteral("0"));
    }
}

void TstVault::twoProcessesMakeOneKey()
{
    for (int round = 0; round < 5; ++round) {
        fixture().clear();
        QList<ConnectionId> ids;
        std::vector<std::unique_ptr<QProcess>> children;
        const ConnectSpec &spec = fixture().spec();
        const qint64 start = QDateTime::currentMSecsSinceEpoch() + 700;
        for (int i = 0; i < 2; ++i) {
            ids << fixture().addConnection(QStringLiteral("child %1").arg(i));
            auto child = std::make_unique<QProcess>();
            QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
            environment.insert(QStringLiteral("VAULT_CHILD"), QString::number(ids.last().value));
            environment.insert(QStringLiteral("VAULT_CHILD_START"), QString::number(start));
            environment.insert(QStringLiteral("VAULT_CHILD_KEYS"), fixture().keyFolder());
            environment.insert(QStringLiteral("VAULT_CHILD_PATH"), spec.path);
            environment.insert(QStringLiteral("VAULT_CHILD_DATABASE"), spec.database);
            child->setProcessEnvironment(environment);
            child->setProcessChannelMode(QProcess::ForwardedErrorChannel);
            child->start(QCoreApplication::applicationFilePath(), {QStringLiteral("VaultChild")});
            children.push_back(std::move(child));
        }
        for (const auto &child : children) {
            QVERIFY(child->waitForFinished(30'000));
            QVERIFY2(child->exitCode() == 0, child->readAllStandardOutput().constData());
        }
        const auto vault = fixture().vault();
        VERIFY_OK(vault->unlock());
        QCOMPARE(vault->slots()->size(), 1);
        for (const ConnectionId id : ids) {
            const auto opened = vault->open(fixture().secret(id), "connection:" + QByteArray::number(id.value) + ":password");
            VERIFY_OK(opened);
            QCOMPARE(*opened, QByteArray("secret of a child"));
        }
    }
}

HEADGATE_TEST(TstVault);

/// The other process of twoProcessesMakeOneKey; does nothing on its own.
class VaultChild : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void storeASecret()
    {
        const QByteArray id = qgetenv("VAULT_CHILD");
        if (id.isEmpty()) return;
        ConnectSpec spec;
        spec.path = qEnvironmentVariable("VAULT_CHILD_PATH");
        if (spec.path.isEmpty())
            spec = headgate::test::specFromUrl(headgate::test::serverUrl("HEADGATE_TEST_PG_URL", qEnvironmentVariable("VAULT_CHILD_DATABASE")));
        Database database(spec);
        VaultOptions options;
        options.holder = kAlice;
        options.keychain = false;
        Vault vault(database, qEnvironmentVariable("VAULT_CHILD_KEYS"), options);
        valueOf(database.read([](Session &) { return Done{}; }));
        const qint64 wait = qgetenv("VAULT_CHILD_START").toLongLong() - QDateTime::currentMSecsSinceEpoch();
        if (wait > 0) QTest::qSleep(int(wait));
        VERIFY_OK(vault.prepare());
        const QByteArray sealed = *vault.seal("secret of a child", "connection:" + id + ":password");
        VERIFY_OK(database.write([&](Transaction &transaction) {
            vault.confirm(transaction);
            Query(transaction.session(), QStringLiteral("update connections set secret = :s where id = :id")).bind("s", sealed).bind("id", id.toLongLong()).exec();
            return Done{};
        }).result());
    }
};
HEADGATE_TEST(VaultChild);

#include "tst_vault.moc"
