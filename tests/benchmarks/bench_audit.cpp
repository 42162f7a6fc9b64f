// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/auditreviewservice.h"
#include "models/audit/auditstore.h"
#include "tests/benchmarks/auditsynth.h"
#include "tests/benchmarks/benchworkspace.h"
#include "tests/benchmarks/rawquery.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

#include <QElapsedTimer>
#include <QFile>
#include <QJsonDocument>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlTableModel>
#include <QTest>
#include <algorithm>
#include <map>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kDayUs = 86'400'000'000;
constexpr int kPage = 200;
/// What a person cannot tell from at once, whatever the ratio.
constexpr double kUnseenMs = 2;
constexpr qint64 kPeerRows = 1'000'000;

double onceMs(const std::function<void()> &work)
{
    QElapsedTimer timer;
    timer.start();
    work();
    return double(timer.nsecsElapsed()) / 1e6;
}

double medianMs(int count, const std::function<void()> &work)
{
    std::vector<double> times;
    for (int i = 0; i < count; ++i) times.push_back(onceMs(work));
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

/// The median of the second of two equal passes: what is measured is the work, not who came to the disk first.
double warmMedianMs(int count, const std::function<void()> &rewind, const std::function<void()> &work)
{
    rewind();
    medianMs(count, work);
    rewind();
    return medianMs(count, work);
}

double residentMib()
{
    QFile status(u"/proc/self/status"_s);
    if (!status.open(QIODevice::ReadOnly)) return 0;
    const QByteArray text = status.readAll();
    return text.mid(text.indexOf("VmRSS:") + 6).trimmed().split(' ').first().toDouble() / 1024;
}

ListQuery where(const QList<ColumnFilter> &filters)
{
    ListQuery query;
    query.filters = filters;
    return query;
}

ColumnFilter equals(const QString &column, const QVariant &value) { return {column, ColumnFilter::Op::Equal, {value}}; }

}  // namespace

/// Ten million audit rows through the product's services, against the C interfaces running the best statement for the same
/// answer, and against a plain QSqlTableModel over the newest million. HEADGATE_BENCH_AUDIT names a SQLite file that
/// fillaudit has filled (run under with-kept-pg then, whose database is taken for PostgreSQL); without it a trail of
/// HEADGATE_BENCH_AUDIT_ROWS rows (200,000) is made.
class BenchAudit : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDatabaseRows(); }
    void init();
    void firstPage();
    void nextPage();
    void middle();
    void jumpToTime();
    void userActionAndRange();
    void substring();
    void exactCount();
    void filteredCount();
    void facets();
    void histogram();
    void cancels();
    void tableModel();

private:
    struct Trail {
        std::unique_ptr<TestDatabase> made;
        std::unique_ptr<Database> database;
        std::unique_ptr<AuditService> service;
        std::unique_ptr<RawQuery> raw;
        qint64 first = 0;
        qint64 last = 0;
        Timestamp end;
    };
    static Trail open(Dialect::Kind kind);
    QList<qint64> ids(const ListQuery &query, const ListCursor &cursor);
    QByteArray page(const QByteArray &condition) const;
    void report(const char *what, double ms, double rawMs, double target, const QJsonObject &more = {});
    qint64 rows() const { return m_trail->last - m_trail->first + 1; }

    std::map<int, Trail> m_trails;
    Trail *m_trail = nullptr;
};

BenchAudit::Trail BenchAudit::open(Dialect::Kind kind)
{
    Trail trail;
    const QString kept = qEnvironmentVariable("HEADGATE_BENCH_AUDIT");
    ConnectSpec spec;
    if (!kept.isEmpty()) {
        spec = BenchWorkspace(kind == Dialect::Kind::Sqlite ? kept : u"postgresql"_s).spec();
    } else {
        const qint64 rows = std::max(20'000, qEnvironmentVariable("HEADGATE_BENCH_AUDIT_ROWS", u"200000"_s).toInt());
        trail.made = std::make_unique<TestDatabase>(kind);
        spec = trail.made->spec();
        const Timestamp now = Timestamp::now();
        BenchWorkspace::fill(spec, AuditSynth(rows, {now.us - 730 * kDayUs}, now), 0, 20'000);
    }
    spec = BenchWorkspace::patient(spec);
    trail.database = std::make_unique<Database>(spec);
    trail.service = std::make_unique<AuditService>(*trail.database, [] { return Actor(); });
    trail.raw = std::make_unique<RawQuery>(spec);
    trail.first = trail.raw->number("select min(id) from audit_logs");
    trail.last = trail.raw->number("select last_id from audit_head");
    trail.end = AuditStore::headTime(trail.raw->session());
    return trail;
}

void BenchAudit::init()
{
    QFETCH_GLOBAL(int, kind);
    if (!m_trails.contains(kind)) m_trails.emplace(kind, open(Dialect::Kind(kind)));
    m_trail = &m_trails.at(kind);
}

QList<qint64> BenchAudit::ids(const ListQuery &query, const ListCursor &cursor)
{
    QList<qint64> ids;
    for (const AuditRecord &row : BenchWorkspace::valueOf(m_trail->service->page(query, cursor)).rows) ids << row.id.value;
    return ids;
}

/// What a page of the list reads, and the conditions behind it.
QByteArray BenchAudit::page(const QByteArray &condition) const
{
    return "select id, occurred_at, user_id, actor, action, entity_type, entity_id, entity_name, status, ip_address, user_agent from audit_logs "
           + condition + " limit " + QByteArray::number(kPage);
}

void BenchAudit::report(const char *what, double ms, double rawMs, double target, const QJsonObject &more)
{
    QJsonObject figures{{u"benchmark"_s, QLatin1String(what)}, {u"database"_s, m_trail->database->dialect().name()}, {u"rows"_s, rows()},
                        {u"ms"_s, ms}, {u"raw_ms"_s, rawMs}, {u"ratio"_s, ms / rawMs}, {u"target"_s, target}};
    for (auto it = more.begin(); it != more.end(); ++it) figures.insert(it.key(), it.value());
    const bool met = ms / rawMs <= target || (target >= 1 && ms <= kUnseenMs);
    figures.insert(u"met"_s, met);
    std::printf("%s\n", QJsonDocument(figures).toJson(QJsonDocument::Compact).constData());
    std::fflush(stdout);
    QVERIFY2(met, what);
}

void BenchAudit::firstPage()
{
    QList<qint64> shown, raw;
    const double ms = medianMs(31, [&] { shown = ids({}, {std::nullopt, kPage}); });
    const double rawMs = medianMs(31, [&] { raw = m_trail->raw->ids(page("order by id desc")); });
    QCOMPARE(shown, raw);
    report("first_page", ms, rawMs, 4);
}

void BenchAudit::nextPage()
{
    qint64 at = 0;
    const auto rewind = [&] { at = m_trail->last; };
    QList<qint64> shown, raw;
    const double ms = warmMedianMs(31, rewind, [&] { shown = ids({}, {QVariantList{at -= kPage}, kPage}); });
    const double rawMs = warmMedianMs(31, rewind, [&] { raw = m_trail->raw->ids(page("where id < " + QByteArray::number(at -= kPage) + " order by id desc")); });
    QCOMPARE(shown, raw);
    report("next_page", ms, rawMs, 4);
}

void BenchAudit::middle()
{
    qint64 skip = 0;
    const auto rewind = [&] { skip = rows() / 2; };
    QList<qint64> shown, raw;
    const double ms = warmMedianMs(31, rewind, [&] {
        ListCursor cursor{std::nullopt, kPage};
        cursor.skip = skip += 997;
        shown = ids({}, cursor);
    });
    const double rawMs = warmMedianMs(31, rewind, [&] { raw = m_trail->raw->ids(page("where id <= " + QByteArray::number(m_trail->last - (skip += 997)) + " order by id desc")); });
    QCOMPARE(shown, raw);
    const double first = medianMs(31, [&] { (void)ids({}, {std::nullopt, kPage}); });
    const double rawFirst = medianMs(31, [&] { (void)m_trail->raw->ids(page("order by id desc")); });
    // Minutes on a disk that is not in memory: the way that is not taken is measured on a tenth of a long trail.
    const qint64 offset = std::min(rows() / 2, kPeerRows / 2);
    const double offsetMs = onceMs([&] { (void)m_trail->raw->ids(page("order by id desc") + " offset " + QByteArray::number(offset)); });
    report("jump_to_middle", ms, rawMs, 4, {{u"to_first_page"_s, ms / first}, {u"raw_to_first_page"_s, rawMs / rawFirst}, {u"offset_rows"_s, offset}, {u"offset_ms"_s, offsetMs}});
    QVERIFY2(ms / first <= 1.3 || ms <= kUnseenMs, "a page in the middle takes longer than the first");
}

void BenchAudit::jumpToTime()
{
    qint64 at = 0;
    const auto rewind = [&] { at = m_trail->end.us - 400 * kDayUs; };
    const auto step = [&] { return at += 13 * kDayUs + 12'345'678; };
    QList<qint64> shown, raw;
    const double ms = warmMedianMs(25, rewind, [&] {
        const auto rank = BenchWorkspace::valueOf(m_trail->service->rankAt({}, Timestamp{step()}));
        ListCursor cursor{std::nullopt, kPage};
        cursor.skip = rank.value_or(0);
        shown = ids({}, cursor);
    });
    const double rawMs = warmMedianMs(25, rewind, [&] { raw = m_trail->raw->ids(page("where occurred_at <= " + m_trail->raw->time(step()) + " order by occurred_at desc, id desc")); });
    QCOMPARE(shown, raw);
    report("jump_to_time", ms, rawMs, 4);
}

void BenchAudit::userActionAndRange()
{
    const AuditSynth synth(1, {}, {1});
    int user = 0;
    const auto rewind = [&] { user = 0; };
    const qint64 from = m_trail->end.us - 60 * kDayUs;
    const qint64 to = from + 30 * kDayUs;
    QList<qint64> shown, raw;
    const double ms = warmMedianMs(25, rewind, [&] {
        const ColumnFilter range{u"occurred_at"_s, ColumnFilter::Op::Between, {qlonglong(from), qlonglong(to)}};
        shown = ids(where({equals(u"actor"_s, synth.actor(user += 3)), equals(u"action"_s, synth.action(2)), range}), {std::nullopt, kPage});
    });
    const QByteArray rest = " and action = '" + synth.action(2).toUtf8() + "' and occurred_at between " + m_trail->raw->time(from) + " and " + m_trail->raw->time(to)
                            + " order by occurred_at desc, id desc";
    const double byNameMs = warmMedianMs(25, rewind, [&] { raw = m_trail->raw->ids(page("where actor = '" + synth.actor(user += 3).toUtf8() + "'" + rest)); });
    QCOMPARE(shown, raw);
    // The best statement for the same answer: by the number of the user, which has another index than the name.
    const double rawMs = warmMedianMs(25, rewind, [&] { raw = m_trail->raw->ids(page("where user_id = " + QByteArray::number(10 + (user += 3)) + rest)); });
    QCOMPARE(shown, raw);
    report("user_action_range", ms, rawMs, 4, {{u"hits"_s, shown.size()}, {u"raw_by_name_ms"_s, byNameMs}});
}

void BenchAudit::substring()
{
    ListQuery query;
    query.search = AuditSynth::rareName().mid(0, 5);
    QList<qint64> shown, raw;
    const double ms = warmMedianMs(9, [] {}, [&] { shown = ids(query, {std::nullopt, kPage}); });
    const QByteArray text = query.search.toUtf8();
    const QByteArray names = m_trail->raw->isSqlite()
                                 ? "(select n.* from idx_audit_names_trgm t join audit_names n on n.id = t.rowid where t.entity_name match '\"" + text + "\"')"
                                 : "(select * from audit_names where entity_name ilike '%" + text + "%')";
    const QByteArray best = "select l.id, l.occurred_at, l.user_id, l.actor, l.action, l.entity_type, l.entity_id, l.entity_name, l.status, l.ip_address, "
                            "l.user_agent from " + names + " n join audit_logs l on l.entity_type = n.entity_type and l.entity_id = n.entity_id "
                            "and l.entity_name = n.entity_name order by l.id desc limit " + QByteArray::number(kPage);
    const double rawMs = medianMs(9, [&] { raw = m_trail->raw->ids(best); });
    QCOMPARE(shown, raw);
    QVERIFY(!shown.isEmpty());
    // The scan reads every row: of a long trail the newest million, from which the whole is reckoned.
    const qint64 scannedRows = std::min(rows(), kPeerRows);
    const qint64 from = m_trail->last - scannedRows;
    QList<qint64> scanned;
    const QByteArray like = m_trail->raw->isSqlite() ? " like '%" : " ilike '%";
    const double scanMs = onceMs([&] { scanned = m_trail->raw->ids(page("where id > " + QByteArray::number(from) + " and entity_name" + like + text + "%' order by id desc")); });
    shown.removeIf([from](qint64 id) { return id <= from; });
    QCOMPARE(shown, scanned);
    report("substring", ms, rawMs, 4, {{u"hits"_s, shown.size()}});
    // A short trail is scanned as fast as a dictionary is asked.
    if (rows() >= kPeerRows) report("substring_to_scan", ms, scanMs * double(rows()) / double(scannedRows), m_trail->raw->isSqlite() ? 0.01 : 0.02);
}

void BenchAudit::exactCount()
{
    qint64 shown = 0, raw = 0;
    const double ms = medianMs(25, [&] { shown = BenchWorkspace::valueOf(m_trail->service->count({})); });
    const double rawMs = medianMs(25, [&] { raw = m_trail->raw->number("select max(id) - min(id) + 1 from audit_logs"); });
    QCOMPARE(shown, raw);
    const double countedMs = onceMs([&] { raw = m_trail->raw->number("select count(*) from audit_logs"); });
    QCOMPARE(shown, raw);
    report("exact_count", ms, rawMs, 4, {{u"count_star_ms"_s, countedMs}});
}

void BenchAudit::filteredCount()
{
    const AuditSynth synth(1, {}, {1});
    const qint64 from = m_trail->end.us - 365 * kDayUs;
    qint64 shown = 0, raw = 0;
    const double ms = medianMs(3, [&] {
        shown = BenchWorkspace::valueOf(m_trail->service->count(where({equals(u"action"_s, synth.action(7)), {u"occurred_at"_s, ColumnFilter::Op::AtLeast, {qlonglong(from)}}})));
    });
    const double rawMs = medianMs(3, [&] {
        raw = m_trail->raw->number("select count(*) from audit_logs where action = '" + synth.action(7).toUtf8() + "' and occurred_at >= " + m_trail->raw->time(from));
    });
    QCOMPARE(shown, raw);
    report("count_of_action_in_a_year", ms, rawMs, 4);
}

void BenchAudit::facets()
{
    QList<FacetCount> shown;
    const double ms = medianMs(9, [&] { shown = BenchWorkspace::valueOf(m_trail->service->facets({}, u"actor"_s)); });
    QList<QByteArrayList> raw;
    const double rawMs = medianMs(9, [&] {
        raw = m_trail->raw->rows("select value, sum(events) from audit_facets where facet = 'actor' group by value order by 2 desc, 1 limit 100");
    });
    QVERIFY(!shown.isEmpty());
    QCOMPARE(shown.first().value.toString().toUtf8(), raw.first().first());
    QCOMPARE(shown.first().count.value_or(0), raw.first().last().toLongLong());
    report("facet_of_actors", ms, rawMs, 4);
}

void BenchAudit::histogram()
{
    AuditReviewService review(*m_trail->database, {});
    HistogramSpec spec;
    spec.span = *BenchWorkspace::valueOf(review.extent());
    spec.bucketUs = kDayUs;
    QList<HistogramCount> shown;
    const double ms = medianMs(5, [&] { shown = BenchWorkspace::valueOf(review.histogram(spec)); });
    QList<QByteArrayList> raw;
    const QByteArray day = m_trail->raw->isSqlite() ? "bucket_start / 86400000000" : "date_trunc('day', bucket_start)";
    const double rawMs = medianMs(5, [&] { raw = m_trail->raw->rows("select " + day + ", status, sum(events) from audit_rollups group by 1, 2 order by 1, 2"); });
    QCOMPARE(shown.size(), raw.size());
    for (qsizetype i = 0; i < raw.size(); ++i) {
        QCOMPARE(shown[i].part.toUtf8(), raw[i][1]);
        QCOMPARE(shown[i].events, raw[i][2].toLongLong());
    }
    const QByteArray counted = m_trail->raw->isSqlite() ? "occurred_at / 86400000000" : "date_trunc('day', occurred_at)";
    const qint64 countedRows = std::min(rows(), kPeerRows);
    const double countedMs = onceMs([&] {
        (void)m_trail->raw->rows("select " + counted + ", status, count(*) from audit_logs where id > " + QByteArray::number(m_trail->last - countedRows) + " group by 1, 2");
    });
    report("histogram_by_day", ms, rawMs, 4, {{u"counted_rows"_s, countedRows}, {u"counted_ms"_s, countedMs}});
}

void BenchAudit::cancels()
{
    // Nothing but reading every row answers this.
    const ListQuery scan = where({{u"error_message"_s, ColumnFilter::Op::Contains, {u"not to be found"_s}}});
    std::vector<double> times;
    for (int i = 0; i < 9; ++i) {
        const CancelToken token;
        auto running = m_trail->service->count(scan, token);
        QTest::qWait(20);
        const double ms = onceMs([&] {
            token.cancel();
            running.waitForFinished();
        });
        if (!running.result().ok()) times.push_back(ms);
    }
    if (times.empty()) QSKIP("the trail is too short for a statement that lasts");
    std::sort(times.begin(), times.end());
    // PQcancel's own median on this kind of machine is 14 ms.
    report("cancel", times[times.size() / 2], 1, m_trail->raw->isSqlite() ? 2 : 30);
}

void BenchAudit::tableModel()
{
    const auto session = Session::open(m_trail->raw->session().spec());
    const qint64 first = std::max(m_trail->first, m_trail->last - kPeerRows + 1);
    const double before = residentMib();
    QJsonObject figures{{u"benchmark"_s, u"qsqltablemodel"_s}, {u"database"_s, session->dialect().name()}, {u"rows"_s, m_trail->last - first + 1}};
    QSqlTableModel model(nullptr, session->sqlDatabase());
    model.setTable(u"audit_logs"_s);
    model.setSort(0, Qt::DescendingOrder);
    const QString newest = u"id >= %1"_s.arg(first);
    const auto read = [&](const QString &condition, int upTo) {
        model.setFilter(condition.isEmpty() ? newest : newest + u" and "_s + condition);
        if (!model.select()) qFatal("%s", qPrintable(model.lastError().text()));
        while (model.rowCount() < upTo && model.canFetchMore()) model.fetchMore();
    };
    const int all = int(m_trail->last - first + 1);
    figures.insert(u"first_page_ms"_s, onceMs([&] { read({}, kPage); }));
    figures.insert(u"middle_ms"_s, onceMs([&] { read({}, all / 2); }));
    figures.insert(u"end_ms"_s, onceMs([&] { read({}, all); }));
    QCOMPARE(model.rowCount(), all);
    figures.insert(u"mib"_s, residentMib() - before);
    const AuditSynth synth(1, {}, {1});
    figures.insert(u"user_and_action_ms"_s, onceMs([&] { read(u"actor = '%1' and action = '%2'"_s.arg(synth.actor(3), synth.action(2)), kPage); }));
    figures.insert(u"substring_ms"_s, onceMs([&] { read(u"entity_name like '%%1%'"_s.arg(AuditSynth::rareName()), kPage); }));
    std::printf("%s\n", QJsonDocument(figures).toJson(QJsonDocument::Compact).constData());
    std::fflush(stdout);
}

HEADGATE_TEST(BenchAudit);
#include "bench_audit.moc"
