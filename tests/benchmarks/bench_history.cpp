// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/connectionstore.h"
#include "models/connections/testhistorystore.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

#include <QElapsedTimer>
#include <QTest>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int kConnections = 40;
constexpr qint64 kTests = 1'000'000;
constexpr qint64 kYearUs = 365 * 86'400'000'000;

void report(const char *what, double limitMs, const std::function<void()> &work)
{
    QElapsedTimer timer;
    timer.start();
    work();
    const double ms = double(timer.nsecsElapsed()) / 1e6;
    std::printf("{\"benchmark\":\"%s\",\"database\":\"%s\",\"tests\":%lld,\"ms\":%.1f}\n", what, QTest::currentDataTag() ? QTest::currentDataTag() : "", kTests, ms);
    std::fflush(stdout);
    QVERIFY2(ms < limitMs, what);
}

}  // namespace

/// A year of a million tests of forty connections: pages and charts of the history.
class BenchHistory : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void millionTests_data() { addDatabaseRows(); }
    void millionTests();
};

void BenchHistory::millionTests()
{
    QFETCH(int, kind);
    const TestDatabase database{Dialect::Kind(kind)};
    const auto session = database.open();
    session->setStatementTimeout(0);
    QList<ConnectionId> ids;
    write(*session, [&](Transaction &transaction) {
        for (int i = 0; i < kConnections; ++i) {
            Connection c;
            c.name = u"c%1"_s.arg(i);
            c.databaseType = DatabaseType::Sqlite;
            c.databaseName = u"/x"_s;
            ids << ConnectionStore::insert(transaction, c);
        }
        return Done{};
    });
    const Timestamp to = Timestamp::now();
    const bool isPg = session->dialect().isPostgresql();
    const QString numbers = isPg ? u"select i from generate_series(cast(0 as bigint), %1) as g(i)"_s : u"with recursive g(i) as (select 0 union all select i + 1 from g where i < %1) select i from g"_s;
    const QString at = isPg ? u"timestamptz 'epoch' + (%1 + i * %2) * interval '1 microsecond'"_s : u"%1 + i * %2"_s;
    execute(*session, {u"insert into connection_tests (connection_id, status, response_time_ms, tested_at, stages) "
                       "select %1 + i %% %2, case when i %% 97 = 0 then 'failure' else 'success' end, 5 + (i * 7919) %% 1000 / 10.0, %3, '[]' from (%4) as n"_s
                           .replace(u"%%"_s, u"%"_s)
                           .arg(ids.first().value)
                           .arg(kConnections)
                           .arg(at.arg(to.us - kYearUs).arg(kYearUs / kTests), numbers.arg(kTests - 1)),
                       u"analyze"_s},
            QUuid::createUuid());
    const auto chart = [&](const QList<ConnectionId> &which, qint64 span) {
        (void)TestHistoryStore::chart(*session, {which, {to.us - span}, {to.us + 1}, 600});
    };
    report("history.page.first", 200, [&] { (void)TestHistoryStore::page(*session, {}, {std::nullopt, 200}); });
    report("history.page.deep", 200, [&] { (void)TestHistoryStore::page(*session, {}, {QVariantList{to.us - kYearUs / 2, qint64(1)}, 200}); });
    ListQuery one;
    one.filters << ColumnFilter{u"connection_id"_s, ColumnFilter::Op::Equal, {ids[7].value}};
    report("history.page.connection", 200, [&] { (void)TestHistoryStore::page(*session, one, {std::nullopt, 200}); });
    report("history.chart.week", 500, [&] { chart({ids[7]}, kYearUs / 52); });
    report("history.chart.year", 2000, [&] { chart({ids[7]}, kYearUs); });
    report("history.compare.month", 2000, [&] { chart(ids.mid(0, 8), kYearUs / 12); });
    report("history.chart.all.month", 5000, [&] { chart({}, kYearUs / 12); });
    report("history.chart.all.year", 30'000, [&] { chart({}, kYearUs); });
}

HEADGATE_TEST(BenchHistory);
#include "bench_history.moc"
