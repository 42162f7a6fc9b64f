// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/tasks.h"
#include "app/connections/connectionedits.h"
#include "app/vault/vault.h"
#include "models/audit/auditstore.h"
#include "models/connections/connectioncells.h"
#include "models/workspace/workspacestore.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

#include <QTest>
#include <libpq-fe.h>
#include <sqlite3.h>

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

/// One connection to the database, so that what is set on it holds for the next work too.
PoolSettings oneConnection()
{
    PoolSettings settings;
    settings.size = 1;
    settings.overflow = 0;
    return settings;
}

struct Bench {
    explicit Bench(const TestDatabase &where)
        : database(where.spec(), oneConnection()), vault(database, where.folder() + u"/keys"_s, vaultOptions()),
          service(database, vault, probe, [] { return Actor{UserId{1}, u"tester"_s, {}, u"test"_s}; }), edits(service)
    {
        (void)valueOf(database.write([](Transaction &t) {
            WorkspaceStore::insert(t, {QUuid::createUuid(), u"edits test"_s, Environment::Test});
            return Done{};
        }));
    }

    Connection add(const QString &name)
    {
        ConnectionDraft draft;
        Connection &c = draft.connection;
        c.name = name;
        c.host = u"db.example.test"_s;
        c.databaseName = u"app"_s;
        c.username = u"app"_s;
        return valueOf(service.add(draft));
    }

    Database database;
    Vault vault;
    ConnectionProbe probe;
    ConnectionService service;
    ConnectionEdits edits;
};

/// Every statement that the one connection executes, as the database itself sees it.
class Trace {
public:
    explicit Trace(Database &database) : m_database(database)
    {
        (void)valueOf(database.write([this](Transaction &t) {
            if (t.session().dialect().isSqlite()) {
                sqlite3_trace_v2(static_cast<sqlite3 *>(t.session().nativeHandle()), SQLITE_TRACE_STMT, onStatement, this);
            } else {
                m_file = tmpfile();
                PQtrace(static_cast<PGconn *>(t.session().nativeHandle()), m_file);
            }
            return Done{};
        }));
    }
    ~Trace() { stop(); }

    /// Statements with their values put in (SQLite), the messages sent (PostgreSQL).
    QString text()
    {
        stop();
        return m_text;
    }

private:
    void stop()
    {
        (void)valueOf(m_database.write([this](Transaction &t) {
            if (t.session().dialect().isSqlite()) sqlite3_trace_v2(static_cast<sqlite3 *>(t.session().nativeHandle()), 0, nullptr, nullptr);
            else PQuntrace(static_cast<PGconn *>(t.session().nativeHandle()));
            return Done{};
        }));
        if (!m_file) return;
        rewind(m_file);
        for (char buffer[65536]; const size_t size = fread(buffer, 1, sizeof buffer, m_file);) m_text += QString::fromUtf8(buffer, qsizetype(size));
        fclose(std::exchange(m_file, nullptr));
    }
    static int onStatement(unsigned, void *self, void *statement, void *sql)
    {
        char *expanded = sqlite3_expanded_sql(static_cast<sqlite3_stmt *>(statement));
        static_cast<Trace *>(self)->m_text += QString::fromUtf8(static_cast<const char *>(sql)) + u'\n' + QString::fromUtf8(expanded) + u'\n';
        sqlite3_free(expanded);
        return 0;
    }

    Database &m_database;
    FILE *m_file = nullptr;
    QString m_text;
};

QString value(const StatementText &statement, const QString &name)
{
    for (const auto &[key, text] : statement.values)
        if (key == name) return text;
    return u"(none)"_s;
}

}  // namespace

class TstConnectionEdits : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addDatabaseRows(); }
    void init();
    void everyCellGoesThereAndBack();
    void saysWhatDoesNotFit();
    void showsTheStatementThatRuns();
    void masksSecretsInThePreview();
    void savesEachInItsOwnTransaction();
    void showsTheThreeVersionsOfAConflict();

private:
    QHash<int, std::shared_ptr<TestDatabase>> m_databases;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<Bench> b;
};

void TstConnectionEdits::init()
{
    QFETCH_GLOBAL(int, kind);
    b.reset();
    auto &database = m_databases[kind];
    if (!database) database = std::make_shared<TestDatabase>(Dialect::Kind(kind));
    m_session = database->open();
    execute(*m_session, {u"delete from connections"_s}, QUuid::createUuid());
    b = std::make_unique<Bench>(*database);
}

void TstConnectionEdits::everyCellGoesThereAndBack()
{
    const Connection one = b->add(u"one"_s);
    const QList<QPair<QString, QString>> typed{{u"name"_s, u"two"_s}, {u"environment"_s, u"staging"_s}, {u"host"_s, u"other.test"_s}, {u"port"_s, u"6543"_s}, {u"database_name"_s, u"db"_s},
                                               {u"username"_s, u"anna"_s}, {u"tags"_s, u"a,  b, a"_s}, {u"read_only_reason"_s, u"month end"_s}, {u"description"_s, u"it's new"_s},
                                               {u"config"_s, u"{\"sslmode\":\"require\",\"x-unknown\":{\"deep\":[1,null]}}"_s}};
    QList<QPair<QString, QVariant>> cells{{u"is_active"_s, false}, {u"is_read_only"_s, true}};
    for (const auto &[column, text] : typed) cells << qMakePair(column, ConnectionCells::fromText(column, text));
    const auto outcomes = valueOf(b->edits.save({ConnectionEdit::of(one, cells)}));
    const Connection stored = outcomes.first().stored.orThrow();
    QCOMPARE(stored, valueOf(b->service.get(one.id)));
    for (const auto &[column, wanted] : cells)
        if (column != u"config") QCOMPARE(ConnectionCells::value(stored, column), wanted);
    QCOMPARE(stored.tags, (QStringList{u"a"_s, u"b"_s}));
    QCOMPARE(stored.port, std::optional(6543));
    QVERIFY(stored.config.contains(u"x-unknown"_s) && stored.config.value(u"read_only_reason"_s) == u"month end"_s);
    const auto none = ConnectionEdit::of(stored, {{u"port"_s, QVariant()}, {u"description"_s, ConnectionCells::fromText(u"description"_s, u""_s)}});
    const Connection bare = valueOf(b->edits.save({none})).first().stored.orThrow();
    QVERIFY(!bare.port && bare.description.isEmpty());
    QVERIFY(!ConnectionCells::value(bare, u"description"_s).isValid());
}

void TstConnectionEdits::saysWhatDoesNotFit()
{
    const Connection one = b->add(u"one"_s);
    const auto fieldsOf = [&one](const QString &column, const QVariant &cell) {
        QStringList fields;
        for (const FieldError &error : ConnectionEdit::problems(one, {{column, cell}})) fields << error.field;
        return fields;
    };
    QCOMPARE(fieldsOf(u"name"_s, u""_s), QStringList{u"name"_s});
    QCOMPARE(fieldsOf(u"port"_s, ConnectionCells::fromText(u"port"_s, u"many"_s)), QStringList{u"port"_s});
    QCOMPARE(fieldsOf(u"port"_s, qint64(1) << 40), QStringList{u"port"_s});
    QCOMPARE(fieldsOf(u"environment"_s, u"nowhere"_s), QStringList{u"environment"_s});
    QCOMPARE(fieldsOf(u"host"_s, QVariant()), QStringList{u"host"_s});
    QCOMPARE(fieldsOf(u"config"_s, u"{\"sslmode\""_s), QStringList{u"config"_s});
    QCOMPARE(fieldsOf(u"config"_s, u"{\"sslmode\": \"maybe\"}"_s), QStringList{u"config"_s});
    QCOMPARE(fieldsOf(u"config"_s, u"{\"password\": \"x\"}"_s), QStringList{u"config"_s});
    QCOMPARE(fieldsOf(u"is_read_only"_s, true), QStringList{u"read_only_reason"_s});
    QCOMPARE(fieldsOf(u"description"_s, u"fine"_s), QStringList());
}

/// What the preview says and what the database got, letter by letter.
void TstConnectionEdits::showsTheStatementThatRuns()
{
    const Connection one = b->add(u"one"_s);
    const auto edit = ConnectionEdit::of(one, {{u"name"_s, u"it's \"two\" :id"_s}, {u"port"_s, qint64(6543)}, {u"username"_s, u"Zoë"_s}, {u"description"_s, QVariant()},
                                               {u"tags"_s, QStringList{u"x"_s, u"y z"_s}}, {u"config"_s, u"{\"sslmode\":\"require\"}"_s}});
    const QList<StatementText> preview = b->service.statements(edit.base, {edit.wanted, std::nullopt});
    QCOMPARE(preview.size(), 1);
    const StatementText &statement = preview.first();
    QCOMPARE(statement.values.size(), 7);  // what changed, id and version; no more
    Trace trace(b->database);
    QVERIFY(valueOf(b->edits.save({edit})).first().stored.ok());
    const QString text = trace.text();
    if (b->database.dialect().isSqlite()) {
        QVERIFY2(text.contains(statement.sql + u'\n'), qPrintable(text));
        // Put in from the back, so that a value that looks like a name is left alone.
        QString whole = statement.sql;
        QList<QPair<qsizetype, QPair<QString, QString>>> places;
        for (const auto &each : statement.values) places << qMakePair(whole.indexOf(QRegularExpression(u":%1\\b"_s.arg(each.first))), each);
        std::ranges::sort(places, std::greater<>(), [](const auto &place) { return place.first; });
        for (const auto &[at, each] : places) whole.replace(at, each.first.size() + 1, each.second);
        QVERIFY2(text.contains(whole + u'\n'), qPrintable(whole + u"\n\n"_s + text));
    } else {
        QString numbered = statement.sql;
        for (int i = 0; i < statement.values.size(); ++i) numbered.replace(QRegularExpression(u":%1\\b"_s.arg(statement.values[i].first)), u"$%1"_s.arg(i + 1));
        QVERIFY2(text.contains(u" AS "_s + numbered), qPrintable(numbered + u"\n\n"_s + text));
        QStringList values;
        for (const auto &[name, literal] : statement.values) values << literal;
        QVERIFY2(text.contains(u'(' + values.join(u", "_s) + u')'), qPrintable(values.join(u", "_s) + u"\n\n"_s + text));
    }
}

void TstConnectionEdits::masksSecretsInThePreview()
{
    const Connection one = b->add(u"one"_s);
    Connection wanted = one;
    wanted.config.insert(u"password"_s, kCanary);
    const QList<StatementText> preview = b->service.statements(one, {wanted, kCanary});
    QCOMPARE(preview.size(), 2);
    QCOMPARE(value(preview[1], u"secret"_s), u"••••"_s);
    for (const StatementText &statement : preview) {
        QVERIFY(!statement.sql.contains(kCanary));
        for (const auto &[name, text] : statement.values) QVERIFY2(!text.contains(kCanary), qPrintable(text));
    }
    QCOMPARE(value(b->service.statements(one, {one, QString()})[1], u"secret"_s), u"NULL"_s);
}

void TstConnectionEdits::savesEachInItsOwnTransaction()
{
    const Connection one = b->add(u"one"_s);
    const Connection two = b->add(u"two"_s);
    const Connection three = b->add(u"three"_s);
    const auto outcomes = valueOf(b->edits.save({ConnectionEdit::of(one, {{u"description"_s, u"1"_s}}), ConnectionEdit::of(two, {{u"name"_s, u"one"_s}}),
                                                 ConnectionEdit::of(three, {{u"description"_s, u"3"_s}})}));
    QVERIFY(outcomes[0].stored.ok() && outcomes[2].stored.ok());
    QCOMPARE(outcomes[1].stored.error().kind, ErrorKind::Invalid);  // the name is taken
    QVERIFY(!outcomes[1].now);
    QCOMPARE(valueOf(b->service.get(three.id)).description, u"3"_s);
    QStringList newest;
    for (const AuditRecord &row : AuditStore::page(*m_session, {}, {}).rows) newest << row.action + u' ' + row.entityName;
    QCOMPARE(newest.mid(0, 3), (QStringList{u"UPDATE three"_s, u"UPDATE one"_s, u"CREATE three"_s}));
}

void TstConnectionEdits::showsTheThreeVersionsOfAConflict()
{
    const Connection read = b->add(u"one"_s);
    Connection theirs = read;
    theirs.description = u"theirs"_s;
    theirs.port = 1111;
    theirs = valueOf(b->service.update({theirs, std::nullopt}));
    const auto outcomes = valueOf(b->edits.save({ConnectionEdit::of(read, {{u"description"_s, u"mine"_s}, {u"username"_s, u"anna"_s}})}));
    const ConnectionEditOutcome &outcome = outcomes.first();
    QCOMPARE(outcome.stored.error().kind, ErrorKind::Conflict);
    QCOMPARE(outcome.edit.base, read);
    QCOMPARE(outcome.edit.wanted.description, u"mine"_s);
    QCOMPARE(outcome.now, std::optional(theirs));
    QCOMPARE(valueOf(b->service.get(read.id)), theirs);
    const Connection merged = valueOf(b->edits.save({ConnectionEdit::of(theirs, {{u"description"_s, u"mine"_s}})})).first().stored.orThrow();
    QCOMPARE(merged.port, std::optional(1111));
    QCOMPARE(merged.description, u"mine"_s);
    (void)valueOf(b->service.remove(read.id, merged.version));
    const auto gone = valueOf(b->edits.save({ConnectionEdit::of(merged, {{u"description"_s, u"late"_s}})}));
    QCOMPARE(gone.first().stored.error().kind, ErrorKind::NotFound);
}

HEADGATE_TEST(TstConnectionEdits);
#include "tst_connectionedits.moc"
