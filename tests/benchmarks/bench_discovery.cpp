// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/tasks.h"
#include "app/catalog/discoveryservice.h"
#include "app/connections/connectionservice.h"
#include "models/catalog/discoverymodel.h"
#include "models/catalog/discoverysql.h"
#include "models/connections/connectionurl.h"
#include "tests/gui/support/pagefixture.h"
#include "tests/support/servers.h"
#include "tests/support/testregistry.h"
#include "ui/connections/discoverydialog.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QTreeView>
#include <algorithm>
#include <atomic>
#include <libpq-fe.h>
#include <thread>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int tableCount = 5000;
constexpr int pageSize = 500;
constexpr int rounds = 11;
constexpr double lateMs = 5;

/// Milliseconds of one call, the median.
double medianMs(const std::function<void()> &work)
{
    QList<double> times;
    for (int i = 0; i < rounds; ++i) {
        QElapsedTimer timer;
        timer.start();
        work();
        times << double(timer.nsecsElapsed()) / 1e6;
    }
    std::sort(times.begin(), times.end());
    return times.at(rounds / 2);
}

void report(const char *what, double ms, double rawMs)
{
    std::printf("{\"benchmark\":\"%s\",\"tables\":%d,\"ms\":%.2f,\"raw_ms\":%.2f,\"ratio\":%.2f}\n", what, tableCount, ms, rawMs, ms / rawMs);
    std::fflush(stdout);
}

/// libpq with the settings of a session and the same statement, every cell made a text.
class Raw {
public:
    explicit Raw(const QString &url) : m_connection(PQconnectdb(url.toUtf8().constData()))
    {
        PQclear(PQexec(m_connection, "SET search_path = pg_catalog; SET jit = off"));
    }
    ~Raw() { PQfinish(m_connection); }
    Raw(const Raw &) = delete;
    Raw &operator=(const Raw &) = delete;

    int read(const QString &sql, const QMap<QString, QString> &values, int limit) const
    {
        const BoundSql bound = BoundSql::from(QString(sql).replace("{limit}"_L1, QString::number(limit)), values, true);
        QList<QByteArray> bytes;
        std::vector<const char *> texts;
        for (const QString &value : bound.values) bytes << value.toUtf8();
        for (const QByteArray &value : bytes) texts.push_back(value.constData());
        PGresult *result = PQexecParams(m_connection, bound.sql.toUtf8().constData(), int(texts.size()), nullptr, texts.data(), nullptr, nullptr, 0);
        const int rows = PQntuples(result);
        QStringList cells;
        for (int row = 0; row < rows; ++row)
            for (int column = 0; column < PQnfields(result); ++column) cells << QString::fromUtf8(PQgetvalue(result, row, column));
        PQclear(result);
        return rows;
    }

private:
    PGconn *m_connection;
};

/// How long the event loop kept beats waiting, without those at which an idle thread was late too.
class Heartbeat {
public:
    Heartbeat() : m_control([this] { watch(); })
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        m_clock.start();
        QObject::connect(&m_timer, &QTimer::timeout, [this] { beat(); });
        m_timer.start(1);
    }
    ~Heartbeat() { stop(); }
    void stop()
    {
        m_timer.stop();
        m_end = true;
        if (m_control.joinable()) m_control.join();
    }
    double worst() const { return m_gaps.isEmpty() ? 0 : *std::max_element(m_gaps.begin(), m_gaps.end()); }
    double p999()
    {
        std::sort(m_gaps.begin(), m_gaps.end());
        return m_gaps.isEmpty() ? 0 : m_gaps.at(std::min(m_gaps.size() - 1, m_gaps.size() * 999 / 1000));
    }
    qsizetype beats() const { return m_gaps.size(); }

private:
    void beat()
    {
        const double gap = double(m_clock.nsecsElapsed()) / 1e6;
        m_clock.restart();
        if (!m_controlLate.exchange(false)) m_gaps << gap;
    }
    void watch()
    {
        while (!m_end) {
            QElapsedTimer timer;
            timer.start();
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            if (double(timer.nsecsElapsed()) / 1e6 > 1 + lateMs) m_controlLate = true;
        }
    }

    std::atomic<bool> m_end = false;
    std::atomic<bool> m_controlLate = false;
    QTimer m_timer;
    QElapsedTimer m_clock;
    QList<double> m_gaps;
    std::thread m_control;
};

}  // namespace

/// A schema of five thousand tables: what discovery costs over libpq with the same statements, in the same run, and
/// whether the window lives on meanwhile.
class BenchDiscovery : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void firstLevel();
    void expansion();
    void wholeSchema();
    void search();
    void windowWhileAllIsShown();

private:
    QMap<QString, QString> after(const QString &name) const { return {{u"schema"_s, u"wide"_s}, {u"after"_s, name}}; }

    static void execute(const QString &url, const QByteArray &sql);

    QString m_url;
    std::unique_ptr<PageFixture> m_fixture;
    Connection m_connection;
    DiscoverySql m_sql = postgresqlDiscovery();
};

void BenchDiscovery::execute(const QString &url, const QByteArray &sql)
{
    PGconn *server = PQconnectdb(url.toUtf8().constData());
    PGresult *result = PQexec(server, sql.constData());
    if (PQresultStatus(result) != PGRES_COMMAND_OK) qFatal("%s", PQerrorMessage(server));
    PQclear(result);
    PQfinish(server);
}

// A database of ten thousand files takes its time to go: not by the helper, which waits for half a minute.
void BenchDiscovery::cleanupTestCase()
{
    m_fixture.reset();
    execute(serverUrl("HEADGATE_TEST_PG_SUPERUSER_URL"), "DROP DATABASE discovery_bench WITH (FORCE)");
}

void BenchDiscovery::initTestCase()
{
    execute(serverUrl("HEADGATE_TEST_PG_SUPERUSER_URL"), "DROP DATABASE IF EXISTS discovery_bench WITH (FORCE)");
    execute(serverUrl("HEADGATE_TEST_PG_SUPERUSER_URL"), "CREATE DATABASE discovery_bench");
    m_url = serverUrl("HEADGATE_TEST_PG_SUPERUSER_URL", u"discovery_bench"_s);
    execute(m_url, "CREATE SCHEMA wide");
    // In batches: a transaction locks every table that it makes.
    for (int first = 0; first < tableCount; first += 1000) {
        const QByteArray sql = "DO $$ BEGIN FOR i IN " + QByteArray::number(first) + ".." + QByteArray::number(first + 999)
                               + " LOOP EXECUTE format('CREATE TABLE wide.t%s(id bigint PRIMARY KEY, name varchar(80), at timestamptz, net numeric(12,2))',"
                                 " lpad(i::text, 5, '0')); END LOOP; END $$";
        execute(m_url, sql);
    }
    execute(m_url, "ANALYZE");
    m_fixture = std::make_unique<PageFixture>();
    ConnectionDraft draft;
    const ParsedUrl parsed = parseConnectionUrl(m_url).orThrow();
    draft.connection = parsed.connection;
    draft.connection.name = u"wide"_s;
    draft.password = parsed.password;
    m_connection = valueOf(m_fixture->workspace->connections().add(draft));
}

void BenchDiscovery::firstLevel()
{
    const double ms = medianMs([this] {
        const auto discovery = m_fixture->workspace->discovery().look(m_connection);
        QVERIFY(valueOf(discovery->schemas()).size() >= 2);
    });
    const double raw = medianMs([this] { QVERIFY(Raw(m_url).read(m_sql.schemas, {}, 0) >= 2); });
    report("first level, connecting included", ms, raw);
    QVERIFY(ms < 500);
}

void BenchDiscovery::expansion()
{
    const auto discovery = m_fixture->workspace->discovery().look(m_connection);
    QCOMPARE(valueOf(discovery->tables(u"wide"_s, {}, pageSize)).tables.size(), pageSize);
    const double ms = medianMs([&] { QCOMPARE(valueOf(discovery->tables(u"wide"_s, u"t02000"_s, pageSize)).tables.size(), pageSize); });
    const Raw raw(m_url);
    const double rawMs = medianMs([&] { QCOMPARE(raw.read(m_sql.tables, after(u"t02000"_s), pageSize + 1), pageSize + 1); });
    report("one expansion of 500 tables", ms, rawMs);
    const double detail = medianMs([&] { QCOMPARE(valueOf(discovery->table({u"wide"_s, u"t02000"_s})).columns.size(), 4); });
    const QMap<QString, QString> one{{u"schema"_s, u"wide"_s}, {u"table"_s, u"t02000"_s}};
    const double rawDetail = medianMs([&] {
        for (const QString &sql : {m_sql.table, m_sql.keys, m_sql.columns, m_sql.size}) QVERIFY(raw.read(sql, one, 1) > 0);
    });
    report("columns and keys of one table", detail, rawDetail);
}

void BenchDiscovery::wholeSchema()
{
    const auto discovery = m_fixture->workspace->discovery().look(m_connection);
    const double ms = medianMs([&] {
        TablePage page{{}, false};
        QString last;
        int count = 0;
        for (; !page.atEnd; count += int(page.tables.size()), last = page.tables.last().name.name) page = valueOf(discovery->tables(u"wide"_s, last, pageSize));
        QCOMPARE(count, tableCount);
    });
    const Raw raw(m_url);
    const double rawMs = medianMs([&] { QCOMPARE(raw.read(m_sql.tables, after({}), tableCount + 1), tableCount); });
    report("all tables in pages, raw in one statement", ms, rawMs);
}

void BenchDiscovery::search()
{
    const auto discovery = m_fixture->workspace->discovery().look(m_connection);
    const double ms = medianMs([&] { QCOMPARE(valueOf(discovery->search(u"T0123"_s, 300)).tables.size(), 10); });
    const Raw raw(m_url);
    const double rawMs = medianMs([&] { QCOMPARE(raw.read(m_sql.search, {{u"pattern"_s, u"%T0123%"_s}}, 301), 10); });
    report("search by name", ms, rawMs);
}

void BenchDiscovery::windowWhileAllIsShown()
{
    QElapsedTimer clock;
    clock.start();
    const auto dialog = std::make_unique<DiscoveryDialog>(m_fixture->workspace->discovery(), m_connection,
                                                          DialogTools{m_fixture->theme, m_fixture->messages, m_fixture->files});
    dialog->open();
    auto *model = dialog->findChild<DiscoveryModel *>();
    auto *tree = dialog->findChild<QTreeView *>();
    QVERIFY(QTest::qWaitForWindowExposed(dialog.get()));
    Heartbeat heart;
    QTRY_VERIFY(model->rowCount() >= 2);
    std::printf("{\"benchmark\":\"dialog with its first level\",\"tables\":%d,\"ms\":%lld}\n", tableCount, static_cast<long long>(clock.elapsed()));
    QModelIndex wide;
    for (int row = 0; row < model->rowCount(); ++row)
        if (model->schemaAt(model->index(row, 0)) == "wide"_L1) wide = model->index(row, 0);
    tree->expand(wide);
    const QPersistentModelIndex schema = wide;
    for (int rows = pageSize; rows <= tableCount; rows += pageSize) {
        QTRY_VERIFY(model->rowCount(schema) >= rows);
        const QModelIndex last = model->index(model->rowCount(schema) - 1, 0, schema);
        tree->scrollTo(last);
        model->proceed(last);
    }
    QTRY_COMPARE(model->rowCount(schema), tableCount);
    heart.stop();
    std::printf("{\"benchmark\":\"window while all tables are shown\",\"tables\":%d,\"ms\":%lld,\"beats\":%lld,\"p999_ms\":%.1f,\"max_ms\":%.1f}\n", tableCount,
                static_cast<long long>(clock.elapsed()), static_cast<long long>(heart.beats()), heart.p999(), heart.worst());
    std::fflush(stdout);
    QVERIFY2(heart.worst() <= 50, qPrintable(QString::number(heart.worst())));
}

HEADGATE_TEST(BenchDiscovery);

#include "bench_discovery.moc"
