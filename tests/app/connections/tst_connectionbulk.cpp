// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/tasks.h"
#include "app/connections/connectionbulk.h"
#include "app/connections/connectionexport.h"
#include "app/connections/connectionimport.h"
#include "app/filters/savedfilterservice.h"
#include "app/vault/vault.h"
#include "models/audit/auditstore.h"
#include "models/connections/connectionstore.h"
#include "models/workspace/workspacestore.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

#include <QBuffer>
#include <QDirIterator>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

const QString kCanary = u"c4n4ry-hunter2-Zq9"_s;

VaultOptions vaultOptions()
{
    VaultOptions options;
    options.holder = u"tester"_s;
    options.keychain = false;
    return options;
}

struct Bench {
    explicit Bench(const TestDatabase &where)
        : database(where.spec()), vault(database, where.folder() + u"/keys"_s, vaultOptions()),
          actor([] { return Actor{UserId{1}, u"tester"_s, {}, u"test"_s}; }), service(database, vault, probe, actor), bulk(service), import(service),
          filters(database, actor)
    {
        (void)valueOf(database.write([](Transaction &t) {
            WorkspaceStore::insert(t, {QUuid::createUuid(), u"bulk test"_s, Environment::Test});
            return Done{};
        }));
    }

    Connection add(const QString &name, Environment environment = Environment::Development, const std::optional<QString> &password = {})
    {
        ConnectionDraft draft{{}, password};
        Connection &c = draft.connection;
        c.name = name;
        c.host = u"db.example.test"_s;
        c.databaseName = u"app"_s;
        c.username = u"app"_s;
        c.environment = environment;
        return valueOf(service.add(draft));
    }

    Database database;
    Vault vault;
    ConnectionProbe probe;
    std::function<Actor()> actor;
    ConnectionService service;
    ConnectionBulk bulk;
    ConnectionImport import;
    ListExporter exporter;
    SavedFilterService filters;
};

QString writeFile(const TestDatabase &where, const QString &name, const QByteArray &content, QFileDevice::Permissions permissions)
{
    const QString path = where.folder() + u'/' + name;
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write");
    file.write(content);
    file.close();
    file.setPermissions(permissions);
    return path;
}

const QFileDevice::Permissions kOwn = QFileDevice::ReadOwner | QFileDevice::WriteOwner;

}  // namespace

class TstConnectionBulk : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDatabaseRows(); }
    void init();
    void plansAndActsOnEach();
    void refusesWhatPipelinesUse();
    void doesNotOverwriteWhatChangedMeanwhile();
    void stopsWhenCancelled();
    void clonesWithThePasswordOnlyWhenAsked();
    void importsAndSeals();
    void importsAroundClashes();
    void namesTheModeOfAPasswordFile();
    void exportsWhatTheFilterShows();
    void leavesTheOldFileWhenCancelled();
    void keepsFilters();
    void demandsAReasonForReadOnly();

private:
    QStringList newestActions(int count)
    {
        QStringList actions;
        for (const AuditRecord &row : AuditStore::records(*m_session, {}, {std::nullopt, count}).rows) actions << row.action + u' ' + row.entityName;
        return actions;
    }
    QList<ConnectionId> ids(std::initializer_list<Connection> connections)
    {
        QList<ConnectionId> list;
        for (const Connection &each : connections) list << each.id;
        return list;
    }

    QHash<int, std::shared_ptr<TestDatabase>> m_databases;
    std::shared_ptr<TestDatabase> m_database;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<Bench> b;
};

void TstConnectionBulk::init()
{
    QFETCH_GLOBAL(int, kind);
    b.reset();
    m_session.reset();
    m_database = m_databases[kind];
    if (!m_database) m_database = m_databases[kind] = std::make_shared<TestDatabase>(Dialect::Kind(kind));
    m_session = m_database->open();
    execute(*m_session, {u"delete from pipelines"_s, u"delete from connections"_s, u"delete from saved_filters"_s}, QUuid::createUuid());
    b = std::make_unique<Bench>(*m_database);
}

void TstConnectionBulk::plansAndActsOnEach()
{
    const Connection one = b->add(u"one"_s);
    const Connection two = b->add(u"two"_s, Environment::Production);
    const BulkAction tag{BulkAction::Kind::AddTag, u"core"_s};
    const auto plan = valueOf(b->bulk.plan(ids({one, two}), tag));
    QCOMPARE(plan.size(), 2);
    QCOMPARE(plan[0].fate, BulkItem::Fate::Acts);
    QCOMPARE(plan[0].what, u"gets the tag core"_s);
    int progress = 0;
    const auto results = valueOf(b->bulk.run(plan, tag, {}, [&progress](int done, int) { progress = done; }));
    QCOMPARE(progress, 2);
    for (const BulkResult &result : results) QCOMPARE(result.outcome, BulkResult::Outcome::Done);
    QCOMPARE(valueOf(b->service.get(two.id)).tags, QStringList{u"core"_s});
    QCOMPARE(newestActions(2), (QStringList{u"UPDATE two"_s, u"UPDATE one"_s}));

    QCOMPARE(valueOf(b->bulk.plan(ids({one}), tag))[0].fate, BulkItem::Fate::Unchanged);
    const BulkAction environment{BulkAction::Kind::SetEnvironment, {}, Environment::Staging};
    (void)valueOf(b->bulk.run(valueOf(b->bulk.plan(ids({one, two}), environment)), environment));
    QCOMPARE(valueOf(b->service.get(two.id)).environment, Environment::Staging);
    const BulkAction off{BulkAction::Kind::Deactivate};
    (void)valueOf(b->bulk.run(valueOf(b->bulk.plan(ids({one}), off)), off));
    QVERIFY(!valueOf(b->service.get(one.id)).isActive);
    const auto tests = valueOf(b->bulk.plan(ids({one, two}), {BulkAction::Kind::Test}));
    QCOMPARE(tests[0].fate, BulkItem::Fate::Refused);
    QCOMPARE(tests[1].fate, BulkItem::Fate::Acts);
}

void TstConnectionBulk::refusesWhatPipelinesUse()
{
    const Connection used = b->add(u"used"_s);
    const Connection free = b->add(u"free"_s);
    execute(*m_session,
            {u"insert into pipelines (name, pipeline_type, tables, mode, engine, source_connection_id) values ('nightly', 'cdc', '[]', 'cdc_only', 'builtin', %1)"_s.arg(used.id.value)},
            QUuid::createUuid());
    ConnectionTest test;
    test.connectionId = free.id;
    test.testedAt = Timestamp::now();
    (void)valueOf(b->database.write([test](Transaction &t) { return ConnectionStore::insertTest(t, test); }));
    const BulkAction remove{BulkAction::Kind::Remove};
    const auto plan = valueOf(b->bulk.plan(ids({used, free}), remove));
    QCOMPARE(plan[0].fate, BulkItem::Fate::Refused);
    QCOMPARE(plan[0].what, u"used by the pipeline nightly"_s);
    QCOMPARE(plan[1].what, u"removed; with it go 1 test"_s);
    const auto results = valueOf(b->bulk.run(plan, remove));
    QCOMPARE(results[0].outcome, BulkResult::Outcome::Refused);
    QCOMPARE(results[1].outcome, BulkResult::Outcome::Done);
    QCOMPARE(newestActions(1), QStringList{u"DELETE free"_s});
}

void TstConnectionBulk::doesNotOverwriteWhatChangedMeanwhile()
{
    const Connection one = b->add(u"one"_s);
    const Connection two = b->add(u"two"_s);
    const BulkAction off{BulkAction::Kind::Deactivate};
    const auto plan = valueOf(b->bulk.plan(ids({one, two}), off));
    Connection changed = one;
    changed.description = u"theirs"_s;
    (void)valueOf(b->service.update({changed, std::nullopt}));
    const auto results = valueOf(b->bulk.run(plan, off));
    QCOMPARE(results[0].outcome, BulkResult::Outcome::Failed);
    QVERIFY(results[0].message.contains(u"changed by somebody else"_s));
    QCOMPARE(results[1].outcome, BulkResult::Outcome::Done);
    QVERIFY(valueOf(b->service.get(one.id)).isActive);
}

void TstConnectionBulk::stopsWhenCancelled()
{
    const Connection one = b->add(u"one"_s);
    const Connection two = b->add(u"two"_s);
    const BulkAction off{BulkAction::Kind::Deactivate};
    CancelToken cancel;
    const auto plan = valueOf(b->bulk.plan(ids({one, two}), off));
    const auto results = valueOf(b->bulk.run(plan, off, cancel, [cancel](int, int) mutable { cancel.cancel(); }));
    QCOMPARE(results[0].outcome, BulkResult::Outcome::Done);
    QCOMPARE(results[1].outcome, BulkResult::Outcome::Cancelled);
    QVERIFY(valueOf(b->service.get(two.id)).isActive);
}

void TstConnectionBulk::clonesWithThePasswordOnlyWhenAsked()
{
    const Connection original = b->add(u"original"_s, Environment::Production, kCanary);
    const Connection bare = valueOf(b->service.clone(original.id, u"bare"_s, false));
    QVERIFY(!bare.hasSecret);
    QCOMPARE(bare.environment, Environment::Production);
    const Connection full = valueOf(b->service.clone(original.id, u"full"_s, true));
    QVERIFY(full.hasSecret);
    QCOMPARE(newestActions(1), QStringList{u"CREATE full"_s});
    const auto secretOf = [this](const Connection &c) { return valueOf(b->database.read([id = c.id](Session &s) { return ConnectionStore::secret(s, id); })); };
    QVERIFY(secretOf(full) != secretOf(original));
    QCOMPARE(QString::fromUtf8(b->vault.open(*secretOf(full), "connection:" + QByteArray::number(full.id.value) + ":password").orThrow()), kCanary);
    const auto taken = b->service.clone(original.id, u"bare"_s, false).result();
    QCOMPARE(taken.error().kind, ErrorKind::Invalid);
}

void TstConnectionBulk::importsAndSeals()
{
    const QString path = writeFile(*m_database, u".env.staging"_s, u"DATABASE_URL=postgresql://app:%1@db/shop\nPGHOST=pg\nPGDATABASE=x\nREDIS_URL=redis://x\n"_s.arg(kCanary).toUtf8(), kOwn);
    const ImportPlan plan = valueOf(b->import.read(path));
    QCOMPARE(plan.items.size(), 2);
    QVERIFY(plan.warnings.isEmpty());
    QCOMPARE(plan.problems.size(), 1);
    QCOMPARE(plan.items[1].refused, u"Enter the user to sign in as."_s);
    const auto results = valueOf(b->import.run(plan.items));
    QCOMPARE(results[0].outcome, ImportResult::Outcome::Added);
    QCOMPARE(results[0].message, u"Its password is sealed."_s);
    QCOMPARE(results[1].outcome, ImportResult::Outcome::Refused);
    const Connection stored = valueOf(b->service.getByName(u"shop"_s));
    QVERIFY(stored.hasSecret);
    QCOMPARE(stored.environment, Environment::Staging);
    for (const AuditRecord &row : AuditStore::records(*m_session, {}, {std::nullopt, 5}).rows) QVERIFY(!row.payload.contains(kCanary.toUtf8()));
}

void TstConnectionBulk::importsAroundClashes()
{
    (void)b->add(u"shop"_s);
    const QString path = writeFile(*m_database, u"a.env"_s, "DATABASE_URL=postgresql://app:p@db/shop\n", kOwn);
    ImportPlan plan = valueOf(b->import.read(path));
    QCOMPARE(plan.items[0].name, u"shop-2"_s);
    QCOMPARE(plan.items[0].existing->name, u"shop"_s);
    QVERIFY(!plan.items[0].isSame);
    QCOMPARE(valueOf(b->import.run(plan.items))[0].name, u"shop-2"_s);

    plan.items[0].choice = ImportItem::Choice::Replace;
    QCOMPARE(valueOf(b->import.run(plan.items))[0].outcome, ImportResult::Outcome::Replaced);
    const Connection replaced = valueOf(b->service.getByName(u"shop"_s));
    QCOMPARE(replaced.host, u"db"_s);
    QVERIFY(replaced.hasSecret);
    const ImportPlan again = valueOf(b->import.read(path));
    QVERIFY(again.items[0].isSame);
    QCOMPARE(again.items[0].choice, ImportItem::Choice::Skip);
    QCOMPARE(again.items[0].name, u"shop-3"_s);
    QCOMPARE(valueOf(b->import.run(again.items))[0].outcome, ImportResult::Outcome::Skipped);
}

void TstConnectionBulk::namesTheModeOfAPasswordFile()
{
    const QByteArray line = "db:5432:shop:app:p\n";
    const QString path = writeFile(*m_database, u".pgpass"_s, line, kOwn | QFileDevice::ReadGroup | QFileDevice::ReadOther);
    const ImportPlan open = valueOf(b->import.read(path));
    QCOMPARE(open.warnings, QStringList{QFileInfo(path).fileName() + u" has mode 0644: libpq ignores a password file that others may use. `chmod 0600` mends it."_s});
    const ImportPlan closed = valueOf(b->import.read(writeFile(*m_database, u".pgpass"_s, line, kOwn)));
    QVERIFY(closed.warnings.isEmpty());
    QCOMPARE(b->import.read(m_database->folder() + u"/none"_s).result().error().kind, ErrorKind::Invalid);
}

void TstConnectionBulk::exportsWhatTheFilterShows()
{
    (void)b->add(u"a \"quoted\" | one"_s, Environment::Production, kCanary);
    for (int i = 0; i < 1001; ++i) (void)b->add(u"n%1"_s.arg(i, 4, 10, QLatin1Char('0')));
    ListQuery production;
    production.filters << ColumnFilter{u"environment"_s, ColumnFilter::Op::Equal, {u"production"_s}};
    const auto text = [this](const ListQuery &query, ListFormat format) {
        QBuffer buffer;
        buffer.open(QIODevice::WriteOnly);
        ListExporter::write(buffer, connectionExport(b->service), query, {format});
        return QString::fromUtf8(buffer.data());
    };
    const QString csv = text(production, ListFormat::Csv);
    QCOMPARE(csv.count(u'\n'), 2);
    QVERIFY(csv.startsWith("name,environment,"_L1));
    QVERIFY2(csv.contains("\"a \"\"quoted\"\" | one\",\"production\""_L1), qPrintable(csv));
    QVERIFY(text(production, ListFormat::Markdown).contains("a \"quoted\" \\| one"_L1));
    const QString all = text({}, ListFormat::Json);
    const QJsonArray rows = QJsonDocument::fromJson(all.toUtf8()).object().value("connections"_L1).toArray();
    QCOMPARE(rows.size(), 1002);
    QVERIFY(!all.contains(kCanary) && !all.contains("secret"_L1) && !csv.contains(kCanary));
    QCOMPARE(QJsonDocument::fromJson(text({u"nothing has this"_s, {}, {}, false}, ListFormat::Json).toUtf8()).object().value("connections"_L1).toArray().size(), 0);
    const auto events = valueOf(b->database.read([](Session &session) { return AuditStore::records(session, {}, {std::nullopt, 4}).rows; }));
    QCOMPARE(events[1].action, u"EXPORT"_s);
    QCOMPARE(events[1].metadata.value("rows"_L1).toInt(), 1002);
    QCOMPARE(events[3].metadata.value("filtered_by"_L1).toArray(), QJsonArray{u"environment"_s});
}

void TstConnectionBulk::leavesTheOldFileWhenCancelled()
{
    (void)b->add(u"one"_s);
    const QString path = writeFile(*m_database, u"list.csv"_s, "before", kOwn);
    CancelToken cancel;
    cancel.cancel();
    QCOMPARE(b->exporter.toFile(connectionExport(b->service), {}, {ListFormat::Csv}, path, cancel).result().error().kind, ErrorKind::Cancelled);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray("before"));
    QCOMPARE(valueOf(b->exporter.toFile(connectionExport(b->service), {}, {ListFormat::Csv}, path)), 1);
}

void TstConnectionBulk::keepsFilters()
{
    const QString page = u"connections"_s;
    ListQuery query{u"bill"_s, {ColumnFilter{u"last_test_status"_s, ColumnFilter::Op::In, {QVariant(), u"failure"_s}}, ColumnFilter{u"is_active"_s, ColumnFilter::Op::In, {true}}}, u"host"_s, true};
    const SavedFilter saved = valueOf(b->filters.save(page, u" red "_s, query));
    QCOMPARE(valueOf(b->filters.list(page)), QList<SavedFilter>{saved});
    QCOMPARE(saved.name, u"red"_s);
    QCOMPARE(newestActions(1), QStringList{u"CREATE red"_s});
    QVERIFY(valueOf(b->filters.list(u"audit"_s)).isEmpty());
    query.search.clear();
    QCOMPARE(valueOf(b->filters.save(page, u"red"_s, query)).id, saved.id);
    QCOMPARE(valueOf(b->filters.list(page))[0].query, query);
    const SavedFilter other = valueOf(b->filters.save(page, u"other"_s, query));
    QCOMPARE(b->filters.rename(other.id, u"red"_s).result().error().kind, ErrorKind::Invalid);
    QCOMPARE(valueOf(b->filters.rename(other.id, u"blue"_s)).name, u"blue"_s);
    (void)valueOf(b->filters.remove(saved.id));
    QCOMPARE(valueOf(b->filters.list(page)).size(), 1);
    QCOMPARE(b->filters.remove(saved.id).result().error().kind, ErrorKind::NotFound);
    // Somebody else's stay theirs.
    SavedFilterService stranger(b->database, [] { return Actor{std::nullopt, u"stranger"_s, {}, u"test"_s}; });
    QVERIFY(valueOf(stranger.list(page)).isEmpty());
    QCOMPARE(stranger.remove(other.id).result().error().kind, ErrorKind::NotFound);
}

void TstConnectionBulk::demandsAReasonForReadOnly()
{
    ConnectionDraft draft{b->add(u"one"_s), std::nullopt};
    draft.connection.isReadOnly = true;
    QCOMPARE(ConnectionService::validate(draft).value(0).field, u"read_only_reason"_s);
    draft.connection.config.insert(u"read_only_reason"_s, u"standby"_s);
    QVERIFY(ConnectionService::validate(draft).isEmpty());
}

HEADGATE_TEST(TstConnectionBulk);
#include "tst_connectionbulk.moc"
