// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/tasks.h"
#include "app/connections/connectionservice.h"
#include "app/vault/vault.h"
#include "models/audit/auditstore.h"
#include "models/connections/connectionstore.h"
#include "models/workspace/workspacestore.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

#include <QDirIterator>
#include <QTest>
#include <atomic>

using namespace headgate;
using namespace headgate::test;

namespace {

const QString kCanary = QStringLiteral("c4n4ry-hunter2-Zq9");

ConnectionDraft draftOf(const QString &name)
{
    ConnectionDraft draft;
    Connection &c = draft.connection;
    c.name = name;
    c.host = QStringLiteral("db.example.test");
    c.port = 5432;
    c.databaseName = QStringLiteral("app");
    c.username = QStringLiteral("app");
    return draft;
}

ConnectionDraft fileDraft(const QString &path)
{
    ConnectionDraft draft;
    draft.connection.name = QStringLiteral("file");
    draft.connection.databaseType = DatabaseType::Sqlite;
    draft.connection.databaseName = path;
    return draft;
}

VaultOptions vaultOptions()
{
    VaultOptions options;
    options.holder = QStringLiteral("tester");
    options.keychain = false;
    return options;
}

/// A service with all that it stands on.
struct Bench {
    explicit Bench(const TestDatabase &where)
        : database(where.spec()),
          vault(database, where.folder() + QStringLiteral("/keys"), vaultOptions()),
          service(database, vault, probe, [] { return Actor{UserId{1}, QStringLiteral("tester"), {}, QStringLiteral("test")}; })
    {
        (void)valueOf(database.write([](Transaction &t) {
            WorkspaceStore::insert(t, {QUuid::createUuid(), QStringLiteral("service test"), Environment::Test});
            return Done{};
        }));
    }

    Database database;
    Vault vault;
    ConnectionProbe probe;
    ConnectionService service;
};

template <typename T>
ErrorKind kindOf(const QFuture<Result<T>> &future)
{
    const Result<T> result = future.result();
    return result.ok() ? ErrorKind::Internal : result.error().kind;
}

}  // namespace

class TstConnectionService : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDatabaseRows(); }
    void init();
    void addsWithAnAuditRow();
    void updatesWithOldAndNewValues();
    void refusesTakenNames();
    void refusesWhatIsInvalid_data();
    void refusesWhatIsInvalid();
    void reportsAConflict();
    void removesUnlessInUse();
    void sealsThePassword();
    void refusesTheMask();
    void showsChangesWithoutSecrets();
    void testsAFile();
    void testsADraftWithoutATrace();
    void oneOfManyEditsWins();

private:
    AuditRecord newest() { return AuditStore::records(*m_session, {}, {std::nullopt, 1}).rows.value(0); }
    ConnectionService &service() { return m_bench->service; }

    QHash<int, std::shared_ptr<TestDatabase>> m_databases;
    std::shared_ptr<TestDatabase> m_database;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<Bench> m_bench;
};

void TstConnectionService::init()
{
    QFETCH_GLOBAL(int, kind);
    m_bench.reset();
    m_session.reset();
    m_database = m_databases[kind];
    if (!m_database) m_database = m_databases[kind] = std::make_shared<TestDatabase>(Dialect::Kind(kind));
    m_session = m_database->open();
    execute(*m_session, {QStringLiteral("delete from pipelines"), QStringLiteral("delete from connections")}, QUuid::createUuid());
    m_bench = std::make_unique<Bench>(*m_database);
}

void TstConnectionService::addsWithAnAuditRow()
{
    const Connection stored = valueOf(service().add(draftOf(QStringLiteral("one"))));
    QVERIFY(stored.id.isValid());
    QCOMPARE(valueOf(service().get(stored.id)), stored);
    QCOMPARE(valueOf(service().getByName(QStringLiteral("one"))), stored);
    const AuditRecord row = newest();
    QCOMPARE(row.action, QStringLiteral("CREATE"));
    QCOMPARE(row.entityId, QString::number(stored.id.value));
    QCOMPARE(row.actor, QStringLiteral("tester"));
    QCOMPARE(row.newValues->value(QLatin1String("host")).toString(), QStringLiteral("db.example.test"));
    QVERIFY(!row.oldValues);
    QCOMPARE(number(*m_session, QStringLiteral("select count(*) from external_changes")), 0);
    QCOMPARE(kindOf(service().getByName(QStringLiteral("nobody"))), ErrorKind::NotFound);
}

void TstConnectionService::updatesWithOldAndNewValues()
{
    ConnectionDraft draft{valueOf(service().add(draftOf(QStringLiteral("one")))), std::nullopt};
    draft.connection.port = 6432;
    draft.connection.config = {{QStringLiteral("x-unknown"), 1}};
    const Connection stored = valueOf(service().update(draft));
    QCOMPARE(stored.version, draft.connection.version + 1);
    QCOMPARE(stored.config, draft.connection.config);
    const AuditRecord row = newest();
    QCOMPARE(row.action, QStringLiteral("UPDATE"));
    QCOMPARE(row.oldValues->value(QLatin1String("port")).toInt(), 5432);
    QCOMPARE(row.newValues->value(QLatin1String("port")).toInt(), 6432);
}

void TstConnectionService::refusesTakenNames()
{
    (void)valueOf(service().add(draftOf(QStringLiteral("one"))));
    ConnectionDraft two{valueOf(service().add(draftOf(QStringLiteral("two")))), std::nullopt};
    const qint64 head = newest().id.value;
    QCOMPARE(kindOf(service().add(draftOf(QStringLiteral("one")))), ErrorKind::Invalid);
    two.connection.name = QStringLiteral("one");
    const auto answer = service().update(two).result();
    QCOMPARE(answer.error().kind, ErrorKind::Invalid);
    QCOMPARE(answer.error().where, QStringLiteral("name"));
    QCOMPARE(newest().id.value, head);
}

using Change = std::function<void(ConnectionDraft &)>;

void TstConnectionService::refusesWhatIsInvalid_data()
{
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("field");
    const auto row = [](const char *name, const char *field, Change change) { QTest::newRow(name) << change << QString::fromLatin1(field); };
    const auto config = [](const char *key, const QJsonValue &value) {
        return [=](ConnectionDraft &d) { d.connection.config = {{QLatin1String(key), value}}; };
    };
    row("no name", "name", [](ConnectionDraft &d) { d.connection.name.clear(); });
    row("blank before", "name", [](ConnectionDraft &d) { d.connection.name = QStringLiteral(" a"); });
    row("line break", "name", [](ConnectionDraft &d) { d.connection.name = QStringLiteral("a\nb"); });
    row("long name", "name", [](ConnectionDraft &d) { d.connection.name = QString(256, u'x'); });
    row("no host", "host", [](ConnectionDraft &d) { d.connection.host.clear(); });
    row("URL as host", "host", [](ConnectionDraft &d) { d.connection.host = QStringLiteral("http://x"); });
    row("port 0", "port", [](ConnectionDraft &d) { d.connection.port = 0; });
    row("port 65536", "port", [](ConnectionDraft &d) { d.connection.port = 65536; });
    row("no user", "username", [](ConnectionDraft &d) { d.connection.username.clear(); });
    row("no database", "database_name", [](ConnectionDraft &d) { d.connection.databaseName.clear(); });
    row("no file", "database_name", [](ConnectionDraft &d) { d = fileDraft({}); });
    row("sslmode", "sslmode", config("sslmode", QStringLiteral("maybe")));
    row("no such file", "sslrootcert", config("sslrootcert", QStringLiteral("/no/such")));
    row("time limit", "connect_timeout", config("connect_timeout", 601));
    row("secret in options", "options", config("password", kCanary));
    row("empty tag", "tags", [](ConnectionDraft &d) { d.connection.tags = {QString()}; });
    row("NUL in password", "password", [](ConnectionDraft &d) { d.password = QString(QChar(u'\0')); });
}

void TstConnectionService::refusesWhatIsInvalid()
{
    QFETCH(Change, change);
    QFETCH(QString, field);
    ConnectionDraft draft = draftOf(QStringLiteral("fine"));
    QCOMPARE(ConnectionService::validate(draft), QList<FieldError>());
    change(draft);
    const auto errors = ConnectionService::validate(draft);
    QCOMPARE(errors.size(), 1);
    QCOMPARE(errors.first().field, field);
    QCOMPARE(kindOf(service().add(draft)), ErrorKind::Invalid);
    QCOMPARE(number(*m_session, QStringLiteral("select count(*) from connections")), 0);
}

void TstConnectionService::reportsAConflict()
{
    ConnectionDraft mine{valueOf(service().add(draftOf(QStringLiteral("one")))), std::nullopt};
    ConnectionDraft theirs = mine;
    theirs.connection.description = QStringLiteral("theirs");
    (void)valueOf(service().update(theirs));
    mine.connection.description = QStringLiteral("mine");
    const qint64 head = newest().id.value;
    QCOMPARE(kindOf(service().update(mine)), ErrorKind::Conflict);
    QCOMPARE(kindOf(service().remove(mine.connection.id, mine.connection.version)), ErrorKind::Conflict);
    QCOMPARE(valueOf(service().get(mine.connection.id)).description, QStringLiteral("theirs"));
    QCOMPARE(newest().id.value, head);
}

void TstConnectionService::removesUnlessInUse()
{
    const Connection stored = valueOf(service().add(draftOf(QStringLiteral("one"))));
    execute(*m_session,
            {QStringLiteral("insert into pipelines (name, pipeline_type, mode, engine, status, full_load_status, cdc_status, target_connection_id) "
                            "values ('nightly', 'cdc', 'cdc_only', 'builtin', 'STOPPED', 'NOT_STARTED', 'NOT_STARTED', %1)")
                 .arg(stored.id.value)},
            QUuid::createUuid());
    const auto refused = service().remove(stored.id, stored.version).result();
    QCOMPARE(refused.error().kind, ErrorKind::InUse);
    QVERIFY(refused.error().evidence.contains(QLatin1String("nightly")));
    execute(*m_session, {QStringLiteral("delete from pipelines")}, QUuid::createUuid());
    QVERIFY(service().remove(stored.id, stored.version).result().ok());
    const AuditRecord row = newest();
    QCOMPARE(row.action, QStringLiteral("DELETE"));
    QCOMPARE(row.oldValues->value(QLatin1String("name")).toString(), QStringLiteral("one"));
    QCOMPARE(kindOf(service().remove(stored.id, stored.version)), ErrorKind::NotFound);
}

void TstConnectionService::sealsThePassword()
{
    ConnectionDraft draft = draftOf(QStringLiteral("one"));
    draft.password = kCanary;
    Connection stored = valueOf(service().add(draft));
    QVERIFY(stored.hasSecret);
    const QByteArray context = "connection:" + QByteArray::number(stored.id.value) + ":password";
    const QByteArray sealed = *ConnectionStore::secret(*m_session, stored.id);
    QVERIFY(!sealed.contains(kCanary.toUtf8()));
    QCOMPARE(m_bench->vault.open(sealed, context).orThrow(), kCanary.toUtf8());
    // Left alone by an update that does not speak of it, replaced and removed by one that does.
    stored = valueOf(service().update({stored, std::nullopt}));
    QCOMPARE(*ConnectionStore::secret(*m_session, stored.id), sealed);
    stored = valueOf(service().update({stored, kCanary + kCanary}));
    QVERIFY(*ConnectionStore::secret(*m_session, stored.id) != sealed);
    QCOMPARE(newest().metadata.value(QLatin1String("credentials_changed")).toBool(), true);
    stored = valueOf(service().update({stored, QString()}));
    QVERIFY(!stored.hasSecret);
    for (const auto &row : AuditStore::records(*m_session, {}, {std::nullopt, 500}).rows) QVERIFY(!row.payload.contains(kCanary.toUtf8()));
    QDirIterator files(m_database->folder(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY2(!file.readAll().contains(kCanary.toUtf8()), qPrintable(file.fileName()));
    }
}

void TstConnectionService::refusesTheMask()
{
    ConnectionDraft draft = draftOf(QStringLiteral("one"));
    draft.password = QStringLiteral("••••");
    const auto answer = service().add(draft).result();
    QCOMPARE(answer.error().kind, ErrorKind::Invalid);
    QCOMPARE(answer.error().where, QStringLiteral("password"));
}

void TstConnectionService::showsChangesWithoutSecrets()
{
    const Connection before = draftOf(QStringLiteral("one")).connection;
    ConnectionDraft after{before, kCanary};
    after.connection.port = 1;
    after.connection.tags = {QStringLiteral("t")};
    QStringList fields;
    for (const auto &change : ConnectionService::changes(before, after)) {
        fields << change.field;
        QVERIFY(!change.before.contains(kCanary) && !change.after.contains(kCanary));
    }
    fields.sort();
    QCOMPARE(fields, QStringList({QStringLiteral("password"), QStringLiteral("port"), QStringLiteral("tags")}));
    QVERIFY(ConnectionService::changes(before, {before, std::nullopt}).isEmpty());
}

void TstConnectionService::testsAFile()
{
    const QString path = m_database->folder() + QStringLiteral("/target.sqlite");
    ConnectSpec spec;
    spec.path = path;
    spec.createFile = true;
    spec.management = false;
    execute(*Session::open(spec), {QStringLiteral("create table t (x)")});
    const Connection stored = valueOf(service().add(fileDraft(path)));
    std::atomic<int> stages = 0;
    const ConnectionTest test = valueOf(service().test(stored.id, [&](const StageResult &) { ++stages; }));
    QCOMPARE(test.status, TestStatus::Success);
    QCOMPARE(stages.load(), 8);
    const Connection after = valueOf(service().get(stored.id));
    QCOMPARE(*after.lastTestStatus, TestStatus::Success);
    QCOMPARE(after.version, stored.version);
    QCOMPARE(valueOf(service().history(stored.id)).value(0), test);
    QCOMPARE(newest().action, QStringLiteral("TEST"));
    QVERIFY(newest().success);
    QCOMPARE(valueOf(service().summary()).success, 1);
    QVERIFY(QFile::remove(path));
    QCOMPARE(valueOf(service().test(stored.id)).status, TestStatus::Failure);
    QVERIFY(!newest().success && !newest().errorMessage.isEmpty());
    QCOMPARE(valueOf(service().history(stored.id)).size(), 2);
    QCOMPARE(kindOf(service().test({999'999})), ErrorKind::NotFound);
}

void TstConnectionService::testsADraftWithoutATrace()
{
    const qint64 head = newest().id.value;
    const QString path = m_database->folder() + QStringLiteral("/nothing-there.sqlite");
    QCOMPARE(valueOf(service().testDraft(fileDraft(path))).status, TestStatus::Failure);
    QVERIFY(!QFile::exists(path));
    QCOMPARE(newest().id.value, head);
    QCOMPARE(number(*m_session, QStringLiteral("select count(*) from connection_tests")), 0);
}

void TstConnectionService::oneOfManyEditsWins()
{
    const Connection first = valueOf(service().add(draftOf(QStringLiteral("contested"))));
    QList<QFuture<Result<Connection>>> running;
    for (int i = 0; i < 20; ++i) {
        ConnectionDraft draft{first, std::nullopt};
        draft.connection.description = QString::number(i);
        running << service().update(draft);
    }
    int won = 0;
    for (const auto &future : running) {
        if (future.result().ok()) ++won;
        else QCOMPARE(future.result().error().kind, ErrorKind::Conflict);
    }
    QCOMPARE(won, 1);
    QCOMPARE(valueOf(service().get(first.id)).version, first.version + 1);
}

HEADGATE_TEST(TstConnectionService);
#include "tst_connectionservice.moc"
