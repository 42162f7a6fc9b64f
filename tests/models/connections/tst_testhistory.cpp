// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/connectionstore.h"
#include "models/connections/healthrule.h"
#include "models/connections/testdifference.h"
#include "models/connections/testhistorystore.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

#include <QRandomGenerator>
#include <QTest>
#include <algorithm>
#include <cmath>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 second = 1'000'000;
constexpr Timestamp start{1'700'000'000'000'000};

bool answered(const ConnectionTest &test) { return test.status == TestStatus::Success || test.status == TestStatus::Warning; }

ConnectionTest testAt(ConnectionId id, TestStatus status, Timestamp at, double ms = 1)
{
    ConnectionTest test;
    test.connectionId = id;
    test.status = status;
    test.responseTimeMs = ms;
    test.testedAt = at;
    for (const auto &[stage, name] : testStages.rows()) test.stages.push_back({stage, StageStatus::Pass, 1.25, QString::fromLatin1(name), {}, FixKind::None, {}, {}});
    return test;
}

ServerIdentity server(const QString &identifier)
{
    return {u"PostgreSQL 15.8"_s, u"10.0.0.1"_s, 5432, u"app"_s, identifier, false, u"aa:bb"_s};
}

/// What a column must say, reckoned in the plainest way.
HistoryColumn expected(std::vector<ConnectionTest> tests)
{
    HistoryColumn column;
    std::vector<double> times;
    for (const ConnectionTest &test : tests) {
        column.first = column.tests == 0 ? test.testedAt : std::min(column.first, test.testedAt);
        column.last = std::max(column.last, test.testedAt);
        ++column.tests;
        column.failed += test.status == TestStatus::Failure;
        column.warned += test.status == TestStatus::Warning;
        if (answered(test)) times.push_back(test.responseTimeMs);
    }
    std::ranges::sort(times);
    column.answered = int(times.size());
    const auto rank = [&times](double share) { return times.empty() ? 0 : times[size_t(std::ceil(share * double(times.size()) - 1e-9)) - 1]; };
    column.p50 = rank(0.5);
    column.p95 = rank(0.95);
    return column;
}

}  // namespace

class TstTestHistory : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addDatabaseRows(); }
    void init();
    void aggregatesLikeAPlainSum();
    void pagesByKey();
    void filtersAndSearches();
    void findsTheLastGoodTest();
    void knowsTheServer();
    void comparesIdentities_data();
    void comparesIdentities();
    void warnsOfAnotherServer();
    void recognisesFlapping();
    void countsFailuresUntilDown();
    void keepsWhatARuleDoesNotKnow();
    void tellsTheDifference();

private:
    ConnectionId add(const QString &name);
    void store(const std::vector<ConnectionTest> &tests)
    {
        write(*m_session, [&](Transaction &transaction) {
            ConnectionStore::insertTests(transaction, tests);
            return Done{};
        });
    }

    QHash<int, std::shared_ptr<TestDatabase>> m_databases;
    std::unique_ptr<Session> m_session;
};

void TstTestHistory::init()
{
    QFETCH_GLOBAL(int, kind);
    m_session.reset();
    auto &database = m_databases[kind];
    if (!database) database = std::make_shared<TestDatabase>(Dialect::Kind(kind));
    m_session = database->open();
    execute(*m_session, {u"delete from connections"_s}, QUuid::createUuid());
}

ConnectionId TstTestHistory::add(const QString &name)
{
    Connection c;
    c.name = name;
    c.databaseType = DatabaseType::Sqlite;
    c.databaseName = u"/x"_s;
    return write(*m_session, [&](Transaction &transaction) { return ConnectionStore::insert(transaction, c); });
}

void TstTestHistory::aggregatesLikeAPlainSum()
{
    const quint32 seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    const QList<ConnectionId> ids{add(u"a"_s), add(u"b"_s)};
    const HistoryScope scope{ids, start, {start.us + 1000 * second}, 37};
    std::vector<ConnectionTest> tests;
    for (int i = 0; i < 900; ++i) {
        const auto status = testStatuses.rows()[size_t(random.bounded(4))].first;
        tests.push_back(testAt(ids[random.bounded(2)], status, {start.us - 5 * second + random.bounded(1010) * second}, random.bounded(50)));
    }
    store(tests);
    const qint64 width = (1000 * second + 36) / 37;
    const HistoryChartData data = TestHistoryStore::chart(*m_session, scope);
    QCOMPARE(data.series.size(), 2u);
    for (const HistorySeries &series : data.series) {
        std::map<qint64, std::vector<ConnectionTest>> byColumn;
        std::vector<ConnectionTest> inside;
        for (const ConnectionTest &test : tests) {
            if (test.connectionId != series.connectionId || test.testedAt < scope.from || test.testedAt >= scope.to) continue;
            byColumn[(test.testedAt.us - scope.from.us) / width].push_back(test);
            inside.push_back(test);
        }
        QVERIFY(series.columns.size() <= 37u);
        QCOMPARE(series.columns.size(), byColumn.size());
        size_t i = 0;
        for (const auto &[bucket, list] : byColumn) QCOMPARE(series.columns[i++], expected(list));
        QCOMPARE(series.total, expected(inside));
    }
    const HistoryChartData all = TestHistoryStore::chart(*m_session, {{}, scope.from, scope.to, 10});
    QCOMPARE(all.series.size(), 1u);
    QCOMPARE(all.series[0].total.tests, data.series[0].total.tests + data.series[1].total.tests);
    const HistoryChartData merged = TestHistoryStore::chart(*m_session, {ids, scope.from, scope.to, 10, true});
    QCOMPARE(merged.series.size(), 1u);
    QCOMPARE(merged.series[0].columns, all.series[0].columns);
    QVERIFY(TestHistoryStore::chart(*m_session, {ids, {1}, {2}, 10}).series[0].columns.empty());
    QCOMPARE(TestHistoryStore::firstTest(*m_session, {})->us, std::ranges::min(tests, {}, &ConnectionTest::testedAt).testedAt.us);
}

void TstTestHistory::pagesByKey()
{
    const ConnectionId id = add(u"a"_s);
    std::vector<ConnectionTest> tests;
    for (int i = 0; i < 100; ++i) tests.push_back(testAt(id, TestStatus::Success, {start.us + i / 7}));  // many at the same moment
    store(tests);
    QList<TestRecord> rows;
    ListCursor cursor{std::nullopt, 9};
    for (bool atEnd = false; !atEnd;) {
        const auto page = TestHistoryStore::page(*m_session, {}, cursor);
        rows += page.rows;
        atEnd = page.atEnd;
        cursor.key = page.lastKey;
    }
    QCOMPARE(rows.size(), 100);
    QVERIFY(std::ranges::is_sorted(rows, std::greater(), [](const TestRecord &row) { return std::pair(row.testedAt.us, row.id.value); }));
    QCOMPARE(TestHistoryStore::count(*m_session, {}), 100);
}

void TstTestHistory::filtersAndSearches()
{
    const ConnectionId a = add(u"alpha"_s);
    const ConnectionId b = add(u"beta"_s);
    ConnectionTest failing = testAt(b, TestStatus::Failure, {start.us + 5});
    failing.errorMessage = u"no route to 50%_host"_s;
    store({testAt(a, TestStatus::Success, start), testAt(a, TestStatus::Warning, {start.us + 1}), failing});
    const auto count = [this](const ListQuery &query) { return TestHistoryStore::count(*m_session, query); };
    using Op = ColumnFilter::Op;
    QCOMPARE(count({u"ALPHA"_s, {}, {}, false}), 2);
    QCOMPARE(count({u"50%_h"_s, {}, {}, false}), 1);
    QCOMPARE(count({u"5_%h"_s, {}, {}, false}), 0);
    QCOMPARE(count({{}, {{u"status"_s, Op::In, {u"warning"_s, u"failure"_s}}}, {}, false}), 2);
    QCOMPARE(count({{}, {{u"connection_id"_s, Op::Equal, {a.value}}, {u"tested_at"_s, Op::AtLeast, {start.us + 1}}}, {}, false}), 1);
    QCOMPARE(count({{}, {{u"connection"_s, Op::Equal, {u"beta"_s}}}, {}, false}), 1);
    QCOMPARE(TestHistoryStore::page(*m_session, {}, {std::nullopt, 5}).rows.first().errorMessage, failing.errorMessage);
}

void TstTestHistory::findsTheLastGoodTest()
{
    const ConnectionId id = add(u"a"_s);
    store({testAt(id, TestStatus::Success, start), testAt(id, TestStatus::Warning, {start.us + 1}), testAt(id, TestStatus::Failure, {start.us + 2}),
           testAt(id, TestStatus::Cancelled, {start.us + 3}), testAt(id, TestStatus::Failure, {start.us + 4})});
    const ConnectionTest last = ConnectionStore::history(*m_session, id, 1).first();
    QCOMPARE(TestHistoryStore::lastGoodBefore(*m_session, last)->testedAt.us, start.us + 1);
    QCOMPARE(TestHistoryStore::newestStatuses(*m_session, id, 3), QList<TestStatus>({TestStatus::Failure, TestStatus::Failure, TestStatus::Warning}));
    const ConnectionTest first = ConnectionStore::history(*m_session, id, 9).last();
    QVERIFY(!TestHistoryStore::lastGoodBefore(*m_session, first));
}

void TstTestHistory::knowsTheServer()
{
    Connection c;
    c.id = add(u"a"_s);
    const auto kept = [&](TestStatus status, int offset, const QString &identifier, const QString &code = {}) {
        ConnectionTest test = testAt(c.id, status, {start.us + offset});
        test.identity = server(identifier);
        test.errorCode = code;
        store({test});
    };
    QVERIFY(!TestHistoryStore::knownServer(*m_session, c));
    kept(TestStatus::Success, 0, u"one"_s);
    kept(TestStatus::Failure, 1, u"failed"_s);
    kept(TestStatus::Warning, 2, u"two"_s, serverChangedCode);
    QCOMPARE(*TestHistoryStore::knownServer(*m_session, c), server(u"one"_s));
    c.config = {{TestHistoryStore::serverKnownFrom, Timestamp{start.us + 2}.toIso()}};
    QCOMPARE(*TestHistoryStore::knownServer(*m_session, c), server(u"two"_s));
    kept(TestStatus::Warning, 3, u"three"_s, serverChangedCode);
    QCOMPARE(*TestHistoryStore::knownServer(*m_session, c), server(u"two"_s));
    kept(TestStatus::Success, 4, u"two"_s);
    QCOMPARE(*TestHistoryStore::knownServer(*m_session, c), server(u"two"_s));
    c.config = {{TestHistoryStore::serverKnownFrom, Timestamp{start.us + 9}.toIso()}};
    QVERIFY(!TestHistoryStore::knownServer(*m_session, c));
}

using Change = std::function<void(ServerIdentity &)>;

void TstTestHistory::comparesIdentities_data()
{
    QTest::addColumn<Change>("change");
    QTest::addColumn<int>("verdict");
    QTest::addColumn<QStringList>("fields");
    const auto row = [](const char *name, IdentityVerdict verdict, const QStringList &fields, Change change) {
        QTest::newRow(name) << change << int(verdict) << fields;
    };
    row("nothing", IdentityVerdict::Same, {}, [](ServerIdentity &) {});
    row("database", IdentityVerdict::Same, {}, [](ServerIdentity &s) { s.database = u"other"_s; });
    row("version", IdentityVerdict::Note, {u"version"_s}, [](ServerIdentity &s) { s.version = u"PostgreSQL 15.18"_s; });
    row("identifier", IdentityVerdict::Other, {u"system_identifier"_s}, [](ServerIdentity &s) { s.systemIdentifier = u"two"_s; });
    row("identifier not shown", IdentityVerdict::Same, {}, [](ServerIdentity &s) { s.systemIdentifier.clear(); });
    row("address", IdentityVerdict::Moved, {u"address"_s}, [](ServerIdentity &s) { s.address = u"10.0.0.2"_s; });
    row("port", IdentityVerdict::Moved, {u"address"_s}, [](ServerIdentity &s) { s.port = 1; });
    row("address alone", IdentityVerdict::Other, {u"address"_s}, [](ServerIdentity &s) { s.address = u"10.0.0.2"_s, s.systemIdentifier.clear(); });
    row("standby", IdentityVerdict::Moved, {u"in_recovery"_s}, [](ServerIdentity &s) { s.inRecovery = true; });
    row("role not known", IdentityVerdict::Same, {}, [](ServerIdentity &s) { s.inRecovery.reset(); });
    row("certificate", IdentityVerdict::Moved, {u"certificate_fingerprint"_s}, [](ServerIdentity &s) { s.certificateFingerprint = u"cc"_s; });
    row("without TLS", IdentityVerdict::Same, {}, [](ServerIdentity &s) { s.certificateFingerprint.clear(); });
    row("version and certificate", IdentityVerdict::Moved, {u"version"_s, u"certificate_fingerprint"_s},
        [](ServerIdentity &s) { s.version = u"x"_s, s.certificateFingerprint = u"cc"_s; });
}

void TstTestHistory::comparesIdentities()
{
    QFETCH(Change, change);
    QFETCH(int, verdict);
    QFETCH(QStringList, fields);
    ServerIdentity now = server(u"one"_s);
    change(now);
    const IdentityComparison found = compareIdentity(server(u"one"_s), now);
    QCOMPARE(int(found.verdict), verdict);
    QStringList changed;
    for (const IdentityChange &each : found.changes) changed << each.field;
    QCOMPARE(changed, fields);
    QCOMPARE(int(compareIdentity(now, server(u"one"_s)).verdict), verdict);
}

void TstTestHistory::warnsOfAnotherServer()
{
    const auto judged = [](const QString &before, const QString &after, TestStatus status = TestStatus::Success) {
        ConnectionTest test = testAt({1}, status, start);
        if (status == TestStatus::Failure) test.stages[size_t(TestStage::RoundTrip)].status = StageStatus::Fail;
        test.identity = server(after);
        judgeIdentity(test, server(before));
        return test;
    };
    const ConnectionTest other = judged(u"one"_s, u"two"_s);
    const StageResult &stage = other.stages[size_t(TestStage::Identity)];
    QCOMPARE(other.status, TestStatus::Warning);
    QCOMPARE(other.errorCode, QString(serverChangedCode));
    QCOMPARE(stage.status, StageStatus::Warn);
    QVERIFY(stage.message.startsWith(u"This is not the server of the last good test: system identifier one → two."));
    QVERIFY(stage.hint.startsWith(u"Another server answers"));
    QCOMPARE(judged(u"one"_s, u"one"_s).status, TestStatus::Success);
    const ConnectionTest failed = judged(u"one"_s, u"two"_s, TestStatus::Failure);
    QCOMPARE(failed.status, TestStatus::Failure);
    QCOMPARE(failed.stages[size_t(TestStage::Identity)].status, StageStatus::Warn);
    QVERIFY(failed.errorCode.isEmpty());
    // MariaDB by its own id where both know it; a file by all but its user_version.
    const QString maria = u"server_id=1 host=%1 server_uid=%2"_s;
    QCOMPARE(judged(maria.arg(u"h1"_s, u"U"_s), maria.arg(u"h2"_s, u"U"_s)).status, TestStatus::Success);
    QCOMPARE(judged(maria.arg(u"h1"_s, u"U"_s), maria.arg(u"h1"_s, u"V"_s)).status, TestStatus::Warning);
    const QString file = u"application_id=0 user_version=%1 inode=%2"_s;
    QCOMPARE(judged(file.arg(1).arg(7), file.arg(2).arg(7)).status, TestStatus::Success);
    QCOMPARE(judged(file.arg(1).arg(7), file.arg(1).arg(8)).status, TestStatus::Warning);
    QCOMPARE(judged(u"application_id=0 user_version=0"_s, file.arg(1).arg(8)).status, TestStatus::Success);
}

void TstTestHistory::recognisesFlapping()
{
    const auto of = [](const char *word) {
        QList<TestStatus> statuses;
        for (const char *c = word; *c; ++c)
            statuses << (*c == 'F' ? TestStatus::Failure : *c == 'C' ? TestStatus::Cancelled : *c == 'W' ? TestStatus::Warning : TestStatus::Success);
        return flappingOf(statuses);
    };
    QCOMPARE(of(""), (Flapping{0, 0}));
    QCOMPARE(of("SWSWS"), (Flapping{5, 0}));
    QCOMPARE(of("SFFFS"), (Flapping{5, 2}));
    QVERIFY(!of("SFFFS").isFlapping());
    QCOMPARE(of("FCFSCSF"), (Flapping{5, 2}));
    QVERIFY(of("SFSFS").isFlapping());
    QVERIFY(!of("SFSSSSSSSSSSSSSSSSSSSSFSFS").isFlapping());  // what lies before the window is over
}

void TstTestHistory::countsFailuresUntilDown()
{
    const auto S = TestStatus::Success, F = TestStatus::Failure, C = TestStatus::Cancelled, W = TestStatus::Warning;
    QCOMPARE(healthState({}, 3), HealthState::Unknown);
    QCOMPARE(healthState({C}, 3), HealthState::Unknown);
    QCOMPARE(healthState({W, F, F, F}, 3), HealthState::Up);
    QCOMPARE(healthState({F, F, S}, 3), HealthState::Failing);
    QCOMPARE(healthState({F, F}, 3), HealthState::Failing);
    QCOMPARE(healthState({F, C, F, F, S}, 3), HealthState::Down);
    QCOMPARE(healthState({F}, 1), HealthState::Down);
}

void TstTestHistory::keepsWhatARuleDoesNotKnow()
{
    HealthRule rule{true, 60, 5, 2};
    const QJsonObject config{{u"sslmode"_s, u"require"_s}, {u"health"_s, QJsonObject{{u"later"_s, 1}}}};
    const QJsonObject with = rule.putInto(config);
    QCOMPARE(HealthRule::of(with), rule);
    QCOMPARE(with.value(u"health"_s).toObject().value(u"later"_s).toInt(), 1);
    QCOMPARE(with.value(u"sslmode"_s).toString(), u"require"_s);
    QCOMPARE(HealthRule().putInto({}), QJsonObject());
    QVERIFY(rule.fault().isEmpty());
    rule.intervalSeconds = 9;
    QVERIFY(!rule.fault().isEmpty());
}

void TstTestHistory::tellsTheDifference()
{
    ConnectionTest good = testAt({1}, TestStatus::Success, start);
    ConnectionTest bad = testAt({1}, TestStatus::Failure, {start.us + 60 * second});
    good.identity = server(u"one"_s);
    bad.identity = server(u"two"_s);
    bad.stages[3].status = StageStatus::Fail;
    bad.stages[3].message = u"refused"_s;
    bad.stages.resize(4);
    const TestDifference difference = differenceBetween(good, bad);
    QCOMPARE(difference.stages.size(), 8u);
    QVERIFY(!difference.stages[0].statusChanged() && !difference.stages[0].messageChanged());
    QVERIFY(difference.stages[3].statusChanged() && difference.stages[3].messageChanged());
    QCOMPARE(difference.stages[7].after.status, StageStatus::Skipped);
    QCOMPARE(difference.identity.size(), 1);
    const QJsonObject json = differenceToJson(difference);
    QCOMPARE(json.value(u"last_good_at"_s).toString(), start.toIso());
    QCOMPARE(json.value(u"stages"_s).toArray()[3].toObject().value(u"after"_s).toObject().value(u"message"_s).toString(), u"refused"_s);
}

HEADGATE_TEST(TstTestHistory);
#include "tst_testhistory.moc"
