// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/error.h"
#include "models/connections/connectionstore.h"
#include "models/database/dberror.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

#include <QRandomGenerator>
#include <QTest>
#include <algorithm>

using namespace headgate;
using namespace headgate::test;

namespace {

Connection plain(const QString &name)
{
    Connection c;
    c.name = name;
    c.host = QStringLiteral("db.example.test");
    c.databaseName = QStringLiteral("app");
    c.username = QStringLiteral("app");
    return c;
}

Connection full(const QString &name)
{
    Connection c = plain(name);
    c.role = ConnectionRole::Target;
    c.databaseType = DatabaseType::Mysql;
    c.host = QStringLiteral("ホスト.example");
    c.port = 65535;
    c.databaseName = QStringLiteral("\"quoted\" 'db' \\ {us:x} :name");
    c.username = QStringLiteral("Ünïcode 🐘");
    c.config = {{QStringLiteral("sslmode"), QStringLiteral("require")}, {QStringLiteral("x-unknown"), QJsonObject{{QStringLiteral("deep"), QJsonArray{1, QStringLiteral("two"), QJsonValue()}}}}};
    c.environment = Environment::Production;
    c.isReadOnly = true;
    c.isActive = false;
    c.description = QStringLiteral("line one\nline two\t— \u00a0 'quotes'");
    c.tags = {QStringLiteral("a,b"), QStringLiteral("ümlaut"), QStringLiteral("with \"quotes\" and {braces}")};
    c.ownerUserId = UserId{7};
    return c;
}

ConnectionTest testOf(ConnectionId id, TestStatus status, Timestamp at)
{
    ConnectionTest test;
    test.connectionId = id;
    test.status = status;
    test.responseTimeMs = 12.345678901234;
    test.testedAt = at;
    for (const auto &[stage, name] : testStages.rows()) test.stages.push_back({stage, StageStatus::Pass, 1.25, QString::fromLatin1(name), {}, FixKind::None, {}, {}});
    return test;
}

ConnectionId insertOne(Session &session, const Connection &c)
{
    return write(session, [&](Transaction &transaction) { return ConnectionStore::insert(transaction, c); });
}

QList<Connection> allPages(Session &session, const ListQuery &query, int limit)
{
    QList<Connection> rows;
    ListCursor cursor{std::nullopt, limit};
    for (bool atEnd = false; !atEnd;) {
        const auto page = ConnectionStore::page(session, query, cursor);
        rows += page.rows;
        atEnd = page.atEnd;
        cursor.key = page.lastKey;
        if (page.rows.isEmpty()) break;
    }
    return rows;
}

QStringList names(const QList<Connection> &rows)
{
    QStringList list;
    for (const Connection &c : rows) list << c.name;
    return list;
}

/// What a column sorts by, as the store promises it: NULL first, text without case.
QVariant sortKey(const Connection &c, const QString &column)
{
    if (column == u"port") return c.port.value_or(-1);
    if (column == u"last_response_ms") return c.lastResponseMs.value_or(-1);
    if (column == u"last_tested_at") return c.lastTestedAt.value_or(Timestamp{}).us;
    if (column == u"is_active") return int(c.isActive);
    if (column == u"is_read_only") return int(c.isReadOnly);
    if (column == u"host") return c.host.toLower();
    if (column == u"connection_type") return connectionRoles.name(c.role);
    if (column == u"database_type") return databaseTypes.name(c.databaseType);
    if (column == u"environment") return environments.name(c.environment);
    if (column == u"last_test_status") return c.lastTestStatus ? testStatuses.name(*c.lastTestStatus) : QString();
    if (column == u"database_name") return c.databaseName.toLower();
    if (column == u"username") return c.username.toLower();
    return c.name.toLower();
}

bool before(const QVariant &a, const QVariant &b)
{
    return a.metaType().id() == QMetaType::QString ? a.toString() < b.toString() : a.toDouble() < b.toDouble();
}

Connection randomConnection(QRandomGenerator &random, int i)
{
    const auto pick = [&random](auto list) { return list.at(size_t(random.bounded(int(list.size())))).first; };
    Connection c = plain(QStringLiteral("%1%2").arg(QStringLiteral("ABCabc").at(random.bounded(6))).arg(i, 4, 10, QLatin1Char('0')));
    c.role = pick(connectionRoles.rows());
    c.databaseType = pick(databaseTypes.rows());
    c.environment = pick(environments.rows());
    c.host = random.bounded(4) == 0 ? QString() : QStringLiteral("h%1").arg(random.bounded(5));
    if (random.bounded(3) != 0) c.port = 1 + random.bounded(4);
    c.databaseName = QStringLiteral("d%1").arg(random.bounded(3));
    c.isActive = random.bounded(2) == 0;
    c.isReadOnly = random.bounded(2) == 0;
    if (random.bounded(3) != 0) {
        c.lastTestStatus = pick(testStatuses.rows());
        c.lastTestedAt = Timestamp{1'700'000'000'000'000 + random.bounded(5)};  // microseconds apart
        c.lastResponseMs = random.bounded(4) / 3.0;
    }
    c.createdAt = c.updatedAt = Timestamp{1'700'000'000'000'001};
    c.version = 1;
    return c;
}

}  // namespace

class TstConnectionStore : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDatabaseRows(); }
    void init();
    void keepsEveryField();
    void keepsMissingValues();
    void refusesWhatCannotBeStored();
    void nameIsUnique();
    void updatesOnlyTheVersionThatWasRead();
    void secretStandsApart();
    void aTestLeavesTheVersion();
    void keepsTheHistory();
    void countsDependents();
    void loadsInBulk();
    void pagesByKey_data();
    void pagesByKey();
    void filters_data();
    void filters();
    void refusesUnknownColumns();
    void countsByStatus();

private:
    QHash<int, std::shared_ptr<TestDatabase>> m_databases;
    std::unique_ptr<Session> m_session;
};

void TstConnectionStore::init()
{
    QFETCH_GLOBAL(int, kind);
    auto &database = m_databases[kind];
    if (!database) database = std::make_shared<TestDatabase>(Dialect::Kind(kind));
    m_session = database->open();
    execute(*m_session, {QStringLiteral("delete from pipelines"), QStringLiteral("delete from connections")}, QUuid::createUuid());
}

void TstConnectionStore::keepsEveryField()
{
    Connection wanted = full(QStringLiteral("Ärger & 'Söhne' 日本"));
    wanted.id = insertOne(*m_session, wanted);
    Connection stored = *ConnectionStore::get(*m_session, wanted.id);
    QVERIFY(stored.createdAt.us > 1'600'000'000'000'000);
    wanted.createdAt = stored.createdAt;
    wanted.updatedAt = stored.updatedAt;
    wanted.version = 1;
    QCOMPARE(stored, wanted);
    QCOMPARE(*ConnectionStore::getByName(*m_session, wanted.name), stored);
    const Connection first = stored;
    stored.config.insert(QStringLiteral("connect_timeout"), 5);
    stored.tags.clear();
    QVERIFY(write(*m_session, [&](Transaction &t) { return ConnectionStore::update(t, first, stored); }));
    const Connection after = *ConnectionStore::get(*m_session, wanted.id);
    QCOMPARE(after.config, stored.config);
    QVERIFY(after.config.contains(QLatin1String("x-unknown")));
    QCOMPARE(after.tags, QStringList());
    QCOMPARE(after.version, 2);
    QVERIFY(after.updatedAt >= stored.updatedAt);
}

void TstConnectionStore::keepsMissingValues()
{
    Connection c;
    c.name = QStringLiteral("bare");
    const ConnectionId id = insertOne(*m_session, c);
    const Connection stored = *ConnectionStore::get(*m_session, id);
    QVERIFY(!stored.port && !stored.ownerUserId && !stored.lastTestStatus && !stored.lastTestedAt && !stored.lastResponseMs);
    QVERIFY(stored.host.isEmpty() && stored.username.isEmpty() && stored.description.isEmpty() && stored.tags.isEmpty());
    QCOMPARE(number(*m_session, QStringLiteral("select count(*) from connections where host is null and port is null and username is null "
                                               "and description is null and secret is null")),
             1);
    QVERIFY(!ConnectionStore::get(*m_session, {id.value + 1}));
    QVERIFY(!ConnectionStore::getByName(*m_session, QStringLiteral("nobody")));
}

void TstConnectionStore::refusesWhatCannotBeStored()
{
    Connection c = plain(QString(QChar(0xd800)));
    QVERIFY_EXCEPTION_THROWN(insertOne(*m_session, c), Exception);
    c = plain(QStringLiteral("fine"));
    c.config = {{QStringLiteral("k"), QString(QChar(u'\0'))}};
    QVERIFY_EXCEPTION_THROWN(insertOne(*m_session, c), Exception);
    c = plain(QString(256, u'x'));
    QVERIFY_EXCEPTION_THROWN(insertOne(*m_session, c), DbError);
    QCOMPARE(ConnectionStore::count(*m_session, {}), 0);
}

void TstConnectionStore::nameIsUnique()
{
    insertOne(*m_session, plain(QStringLiteral("same")));
    try {
        insertOne(*m_session, plain(QStringLiteral("same")));
        QFAIL("accepted twice");
    } catch (const DbError &error) {
        QVERIFY(error.isUniqueViolation());
    }
    QVERIFY(!m_session->inTransaction());
}

void TstConnectionStore::updatesOnlyTheVersionThatWasRead()
{
    Connection c = plain(QStringLiteral("contested"));
    c.id = insertOne(*m_session, c);
    Connection mine = *ConnectionStore::get(*m_session, c.id);
    const Connection read = mine;
    Connection theirs = mine;
    theirs.description = QStringLiteral("theirs");
    mine.description = QStringLiteral("mine");
    QVERIFY(write(*m_session, [&](Transaction &t) { return ConnectionStore::update(t, read, theirs); }));
    QVERIFY(!write(*m_session, [&](Transaction &t) { return ConnectionStore::update(t, read, mine); }));
    QVERIFY(!write(*m_session, [&](Transaction &t) { return ConnectionStore::remove(t, c.id, mine.version); }));
    QCOMPARE(ConnectionStore::get(*m_session, c.id)->description, QStringLiteral("theirs"));
    QVERIFY(write(*m_session, [&](Transaction &t) { return ConnectionStore::remove(t, c.id, mine.version + 1); }));
    QVERIFY(!ConnectionStore::get(*m_session, c.id));
}

void TstConnectionStore::secretStandsApart()
{
    const ConnectionId id = insertOne(*m_session, plain(QStringLiteral("sealed")));
    QVERIFY(!ConnectionStore::secret(*m_session, id));
    const QByteArray sealed("\0\xff\x00sealed\\x27", 12);
    write(*m_session, [&](Transaction &t) { ConnectionStore::setSecret(t, id, sealed); return 0; });
    QCOMPARE(*ConnectionStore::secret(*m_session, id), sealed);
    QVERIFY(ConnectionStore::get(*m_session, id)->hasSecret);
    write(*m_session, [&](Transaction &t) { ConnectionStore::setSecret(t, id, std::nullopt); return 0; });
    QVERIFY(!ConnectionStore::secret(*m_session, id));
    QVERIFY(!ConnectionStore::get(*m_session, id)->hasSecret);
}

void TstConnectionStore::aTestLeavesTheVersion()
{
    const ConnectionId id = insertOne(*m_session, plain(QStringLiteral("tested")));
    const Connection before = *ConnectionStore::get(*m_session, id);
    const ConnectionTest test = testOf(id, TestStatus::Warning, {1'750'000'000'123'457});
    write(*m_session, [&](Transaction &t) { return ConnectionStore::insertTest(t, test); });
    Connection after = *ConnectionStore::get(*m_session, id);
    QCOMPARE(after.version, before.version);
    QCOMPARE(after.updatedAt, before.updatedAt);
    QCOMPARE(*after.lastTestStatus, TestStatus::Warning);
    QCOMPARE(*after.lastTestedAt, test.testedAt);
    QCOMPARE(*after.lastResponseMs, test.responseTimeMs);
    after.description = QStringLiteral("still mine");
    after.version = before.version;
    QVERIFY(write(*m_session, [&](Transaction &t) { return ConnectionStore::update(t, before, after); }));
}

void TstConnectionStore::keepsTheHistory()
{
    const ConnectionId id = insertOne(*m_session, plain(QStringLiteral("history")));
    ConnectionTest bad = testOf(id, TestStatus::Failure, {1'750'000'000'000'002});
    bad.testedByUserId = UserId{3};
    bad.errorCode = QStringLiteral("28P01");
    bad.errorMessage = QStringLiteral("FATAL: mot de passe refusé");
    bad.stages[3] = {TestStage::Authenticate, StageStatus::Fail, 0.5, bad.errorMessage, QStringLiteral("hint"), FixKind::Sql, QStringLiteral("ALTER ROLE x;"), bad.errorCode};
    ConnectionTest good = testOf(id, TestStatus::Success, {1'750'000'000'000'001});
    good.serverVersion = QStringLiteral("PostgreSQL 15.8");
    good.identity = ServerIdentity{good.serverVersion, QStringLiteral("10.0.0.1"), 5432, QStringLiteral("app"), QStringLiteral("7300000000000000001"), true, QStringLiteral("ab")};
    for (ConnectionTest *test : {&bad, &good}) test->id = write(*m_session, [&](Transaction &t) { return ConnectionStore::insertTest(t, *test); });
    const QList<ConnectionTest> history = ConnectionStore::history(*m_session, id, 10);
    QCOMPARE(history.size(), 2);
    QCOMPARE(history.at(0), bad);
    QCOMPARE(history.at(1), good);
    QCOMPARE(ConnectionStore::history(*m_session, id, 1).size(), 1);
    const int version = ConnectionStore::get(*m_session, id)->version;
    QVERIFY(write(*m_session, [&](Transaction &t) { return ConnectionStore::remove(t, id, version); }));
    QCOMPARE(number(*m_session, QStringLiteral("select count(*) from connection_tests")), 0);
}

void TstConnectionStore::countsDependents()
{
    const ConnectionId id = insertOne(*m_session, plain(QStringLiteral("used")));
    write(*m_session, [&](Transaction &t) { return ConnectionStore::insertTest(t, testOf(id, TestStatus::Success, {1})); });
    for (const char *name : {"p2", "p1"})
        execute(*m_session, {QStringLiteral("insert into pipelines (name, pipeline_type, mode, engine, status, full_load_status, cdc_status, source_connection_id) "
                                            "values ('%1', 'cdc', 'cdc_only', 'builtin', 'STOPPED', 'NOT_STARTED', 'NOT_STARTED', %2)").arg(QLatin1String(name)).arg(id.value)},
                QUuid::createUuid());
    const auto dependents = ConnectionStore::dependents(*m_session, id);
    QVERIFY(dependents.contains(qMakePair(QStringLiteral("connection_tests"), qint64(1))));
    QVERIFY(dependents.contains(qMakePair(QStringLiteral("pipelines"), qint64(2))));
    QCOMPARE(ConnectionStore::pipelineNames(*m_session, id), QStringList({QStringLiteral("p1"), QStringLiteral("p2")}));
    QVERIFY_EXCEPTION_THROWN(write(*m_session, [&](Transaction &t) { return ConnectionStore::remove(t, id, 1); }), DbError);
}

void TstConnectionStore::loadsInBulk()
{
    QRandomGenerator random(5);
    QList<Connection> wanted;
    for (int i = 0; i < 30; ++i) wanted << randomConnection(random, i);
    wanted << full(QStringLiteral("rich"));
    wanted.last().version = 9;
    wanted.last().createdAt = Timestamp{1'600'000'000'000'123};
    wanted.last().updatedAt = Timestamp{1'700'000'000'000'999};
    const auto ids = write(*m_session, [&](Transaction &t) { return ConnectionStore::insertAll(t, wanted); });
    for (qsizetype i = 0; i < wanted.size(); ++i) {
        wanted[i].id = ids.at(i);
        QCOMPARE(*ConnectionStore::get(*m_session, ids.at(i)), wanted.at(i));
    }
    std::vector<ConnectionTest> tests;
    for (int i = 0; i < 50; ++i) tests.push_back(testOf(ids.last(), TestStatus::Success, {1'000 + i}));
    tests[7].serverVersion = QStringLiteral("only here");
    write(*m_session, [&](Transaction &t) { ConnectionStore::insertTests(t, tests); return 0; });
    const auto history = ConnectionStore::history(*m_session, ids.last(), 100);
    QCOMPARE(history.size(), 50);
    QCOMPARE(std::count_if(history.begin(), history.end(), [](const auto &t) { return !t.serverVersion.isEmpty(); }), 1);
    QCOMPARE(*ConnectionStore::get(*m_session, ids.last()), wanted.last());
}

void TstConnectionStore::pagesByKey_data()
{
    QTest::addColumn<QString>("column");
    QTest::addColumn<bool>("descending");
    for (const char *column : {"", "name", "connection_type", "database_type", "host", "port", "database_name", "username", "environment",
                               "is_active", "is_read_only", "last_test_status", "last_response_ms", "last_tested_at"})
        for (const bool descending : {false, true})
            QTest::addRow("%s %s", column, descending ? "down" : "up") << QString::fromLatin1(column) << descending;
}

void TstConnectionStore::pagesByKey()
{
    QFETCH(QString, column);
    QFETCH(bool, descending);
    const quint32 seed = QRandomGenerator::global()->generate();
    QRandomGenerator random(seed);
    QList<Connection> rows;
    for (int i = 0; i < 97; ++i) rows << randomConnection(random, i);
    const auto ids = write(*m_session, [&](Transaction &t) { return ConnectionStore::insertAll(t, rows); });
    for (qsizetype i = 0; i < rows.size(); ++i) rows[i].id = ids.at(i);
    std::sort(rows.begin(), rows.end(), [&](const Connection &a, const Connection &b) {
        const QVariant keyA = sortKey(a, column), keyB = sortKey(b, column);
        const bool less = before(keyA, keyB) || (!before(keyB, keyA) && a.id < b.id);
        return descending ? !less && a.id != b.id : less;
    });
    for (const int limit : {1, 10, 96, 97, 500})
        QVERIFY2(names(allPages(*m_session, {{}, {}, column, descending}, limit)) == names(rows), qPrintable(QStringLiteral("seed %1, limit %2").arg(seed).arg(limit)));
}

void TstConnectionStore::filters_data()
{
    using Op = ColumnFilter::Op;
    const auto filter = [](const char *column, Op op, const QVariantList &values) { return ListQuery{{}, {{QLatin1String(column), op, values}}, {}, false}; };
    const auto search = [](const QString &text) { return ListQuery{text, {}, {}, false}; };
    const auto s = [](const char *text) { return QVariant(QString::fromUtf8(text)); };
    QTest::addColumn<ListQuery>("query");
    QTest::addColumn<QString>("found");
    QTest::newRow("all") << ListQuery{} << QStringLiteral("alpha,beta_1,gamma%");
    QTest::newRow("equal") << filter("name", Op::Equal, {s("alpha")}) << QStringLiteral("alpha");
    QTest::newRow("not equal keeps NULL") << filter("host", Op::NotEqual, {s("h1")}) << QStringLiteral("beta_1,gamma%");
    QTest::newRow("null") << filter("host", Op::Equal, {QVariant()}) << QStringLiteral("gamma%");
    QTest::newRow("not null") << filter("host", Op::NotEqual, {QVariant()}) << QStringLiteral("alpha,beta_1");
    QTest::newRow("in") << filter("environment", Op::In, {s("production"), s("test")}) << QStringLiteral("alpha,gamma%");
    QTest::newRow("contains underscore") << filter("name", Op::Contains, {s("_")}) << QStringLiteral("beta_1");
    QTest::newRow("contains percent") << filter("name", Op::Contains, {s("%")}) << QStringLiteral("gamma%");
    QTest::newRow("at least") << filter("port", Op::AtLeast, {s("2")}) << QStringLiteral("beta_1");
    QTest::newRow("at most") << filter("port", Op::AtMost, {s("1")}) << QStringLiteral("alpha");
    QTest::newRow("time") << filter("last_tested_at", Op::AtLeast, {QVariant(qlonglong(1'700'000'000'000'001))}) << QStringLiteral("beta_1");
    QTest::newRow("truth") << filter("is_active", Op::Equal, {false}) << QStringLiteral("gamma%");
    QTest::newRow("tag") << filter("tags", Op::Equal, {s("red, \"hot\"")}) << QStringLiteral("alpha");
    QTest::newRow("quote") << filter("name", Op::Equal, {s("' or 1=1 --")}) << QString();
    QTest::newRow("search name") << search(QStringLiteral("BETA_")) << QStringLiteral("beta_1");
    QTest::newRow("search host") << search(QStringLiteral("h1")) << QStringLiteral("alpha");
    QTest::newRow("search database") << search(QStringLiteral("orders")) << QStringLiteral("gamma%");
    QTest::newRow("search tag") << search(QStringLiteral("blue")) << QStringLiteral("gamma%");
    QTest::newRow("search percent") << search(QStringLiteral("%")) << QStringLiteral("gamma%");
    QTest::newRow("search backslash") << search(QStringLiteral("\\")) << QString();
}

void TstConnectionStore::filters()
{
    Connection a = plain(QStringLiteral("alpha")), b = plain(QStringLiteral("beta_1")), c = plain(QStringLiteral("gamma%"));
    a.host = QStringLiteral("h1");
    a.port = 1;
    a.environment = Environment::Production;
    a.tags = {QStringLiteral("red, \"hot\"")};
    a.lastTestedAt = Timestamp{1'700'000'000'000'000};
    b.host = QStringLiteral("h2");
    b.port = 2;
    b.lastTestedAt = Timestamp{1'700'000'000'000'001};
    c.host.clear();
    c.environment = Environment::Test;
    c.isActive = false;
    c.databaseName = QStringLiteral("Orders");
    c.tags = {QStringLiteral("blue")};
    QList<Connection> rows{a, b, c};
    for (Connection &row : rows) row.version = 1;
    write(*m_session, [&](Transaction &t) { return ConnectionStore::insertAll(t, rows); });
    QFETCH(ListQuery, query);
    QFETCH(QString, found);
    QCOMPARE(names(allPages(*m_session, query, 10)).join(QLatin1Char(',')), found);
    QCOMPARE(ConnectionStore::count(*m_session, query), found.isEmpty() ? 0 : found.count(QLatin1Char(',')) + 1);
}

void TstConnectionStore::refusesUnknownColumns()
{
    const ListQuery bad{{}, {{QStringLiteral("secret"), ColumnFilter::Op::Equal, {QStringLiteral("x")}}}, {}, false};
    QVERIFY_EXCEPTION_THROWN(ConnectionStore::count(*m_session, bad), Exception);
    QVERIFY_EXCEPTION_THROWN(ConnectionStore::page(*m_session, {{}, {}, QStringLiteral("name; drop table users"), false}, {}), Exception);
    const ListQuery text{{}, {{QStringLiteral("port"), ColumnFilter::Op::AtLeast, {QStringLiteral("many")}}}, {}, false};
    QVERIFY_EXCEPTION_THROWN(ConnectionStore::count(*m_session, text), Exception);
}

void TstConnectionStore::countsByStatus()
{
    Connection c = plain(QStringLiteral("a"));
    c.version = 1;
    QList<Connection> rows;
    for (const auto status : {std::optional(TestStatus::Success), std::optional(TestStatus::Success), std::optional(TestStatus::Failure), std::optional<TestStatus>()}) {
        c.lastTestStatus = status;
        c.name += QLatin1Char('a');
        rows << c;
    }
    c.name = QStringLiteral("inactive");
    c.isActive = false;
    rows << c;
    write(*m_session, [&](Transaction &t) { return ConnectionStore::insertAll(t, rows); });
    const auto counts = ConnectionStore::statusCounts(*m_session);
    QCOMPARE(counts.value(QStringLiteral("total")), 5);
    QCOMPARE(counts.value(QStringLiteral("active")), 4);
    QCOMPARE(counts.value(QStringLiteral("success")), 2);
    QCOMPARE(counts.value(QStringLiteral("failure")), 1);
    QCOMPARE(counts.value(QString()), 1);
}

HEADGATE_TEST(TstConnectionStore);
#include "tst_connectionstore.moc"
