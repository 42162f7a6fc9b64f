// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/tasks.h"
#include "app/cli/commandline.h"
#include "app/cli/connectionverbs.h"
#include "app/connections/testhistoryservice.h"

#include <CLI/CLI.hpp>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QRegularExpression>
#include <QThread>
#include <unistd.h>

namespace headgate {

namespace {

using namespace Qt::StringLiterals;

constexpr int testsAtOnce = 500;  ///< each holds a descriptor, and a process has 1024 by default
constexpr int lookEveryMs = 20;

struct HistoryOptions {
    std::string name;
    bool all = false;
    int limit = 60;
    std::string since;
};

struct HealthOptions {
    std::vector<std::string> names;
    bool all = false;
    bool off = false;
    int interval = 0;
    int timeout = 0;
    int failures = 0;
};

QString text(const std::string &value) { return QString::fromStdString(value); }
QJsonValue orNull(const QString &value) { return value.isEmpty() ? QJsonValue() : QJsonValue(value); }
QString oneDecimal(double value) { return QString::number(value, 'f', 1); }

QJsonObject testJson(const QString &name, const ConnectionTest &test)
{
    return {{u"name"_s, name},
            {u"status"_s, testStatuses.name(test.status)},
            {u"response_time_ms"_s, test.responseTimeMs},
            {u"tested_at"_s, test.testedAt.toIso()},
            {u"server_version"_s, orNull(test.serverVersion)},
            {u"server_identity"_s, test.identity ? QJsonValue(test.identity->toJson()) : QJsonValue()},
            {u"stages"_s, stagesToJson(test.stages)},
            {u"error_code"_s, orNull(test.errorCode)},
            {u"error_message"_s, orNull(test.errorMessage)}};
}

void printTest(const Output &out, const QString &name, const ConnectionTest &test)
{
    out.line(u"%1: %2, %3 ms %4"_s.arg(name, testStatuses.name(test.status)).arg(test.responseTimeMs, 0, 'f', 1).arg(test.serverVersion));
    if (test.stages.empty()) out.line(u"  "_s + test.errorMessage);
    QList<QStringList> rows;
    for (const StageResult &stage : test.stages) {
        const bool skipped = stage.status == StageStatus::Skipped;
        rows << QStringList{u"  "_s + stageStatuses.name(stage.status), stageLabel(stage.stage), skipped ? QString() : oneDecimal(stage.ms), stage.message};
        if (!stage.hint.isEmpty()) rows << QStringList{QString(), QString(), QString(), u"→ "_s + stage.hint};
        if (!stage.fixSql.isEmpty()) rows << QStringList{QString(), QString(), QString(), u"  "_s + stage.fixSql};
    }
    if (!rows.isEmpty()) out.table({u"  verdict"_s, u"stage"_s, u"ms"_s, u"found"_s}, rows);
}

QList<Connection> named(ConnectionService &service, const std::vector<std::string> &names, bool all)
{
    QList<Connection> chosen;
    if (all) {
        for (const Connection &c : allConnections(service, {}))
            if (c.isActive) chosen << c;
    }
    for (const std::string &name : names) chosen << valueOf(service.getByName(text(name)));
    if (chosen.isEmpty() && !all) throw Exception({ErrorKind::Invalid, u"Name the connections, or give --all"_s, {}, {}, {}});
    return chosen;
}

/// One line on a terminal that is written over as the tests go on; nothing where standard error is a file.
class Progress {
public:
    explicit Progress(qsizetype total) : m_total(total), m_isShown(total > 1 && ::isatty(STDERR_FILENO) == 1) { m_clock.start(); }
    ~Progress()
    {
        if (m_isShown) std::fputs("\r\033[K", stderr);
    }
    void show(qsizetype done, int failed)
    {
        if (!m_isShown || m_clock.elapsed() - m_shownAt < 100) return;
        m_shownAt = m_clock.elapsed();
        const double perSecond = double(done) * 1000 / double(std::max<qint64>(1, m_shownAt));
        QString line = u"%1 of %2, %3 failed"_s.arg(done).arg(m_total).arg(failed);
        if (done > 0) line += u", %1/s, %2 s left"_s.arg(perSecond, 0, 'f', 0).arg(int(double(m_total - done) / perSecond) + 1);
        std::fputs(qPrintable(u"\r\033[K"_s + line), stderr);
    }
    qint64 elapsed() const { return m_clock.elapsed(); }

private:
    qsizetype m_total;
    bool m_isShown;
    QElapsedTimer m_clock;
    qint64 m_shownAt = 0;
};

bool hasFailed(const ConnectionTest &test) { return test.status == TestStatus::Failure || test.status == TestStatus::Cancelled; }

/// A test that could not be run or kept is a failure with the words of the error, and stops nobody else's.
ConnectionTest outcomeOf(const QFuture<Result<ConnectionTest>> &future)
{
    const Result<ConnectionTest> result = future.result();
    if (result.ok()) return *result;
    ConnectionTest test;
    test.testedAt = Timestamp::now();
    test.errorCode = errorKindName(result.error().kind);
    test.errorMessage = result.error().text();
    return test;
}

std::vector<ConnectionTest> runTests(ConnectionService &service, const QList<Connection> &chosen, Progress &progress)
{
    std::vector<ConnectionTest> outcomes(size_t(chosen.size()));
    std::vector<std::pair<size_t, QFuture<Result<ConnectionTest>>>> running;
    size_t next = 0;
    int failed = 0;
    for (;;) {
        while (next < outcomes.size() && running.size() < testsAtOnce) {
            running.emplace_back(next, service.test(chosen[qsizetype(next)].id));
            ++next;
        }
        std::erase_if(running, [&](const auto &each) {
            if (!each.second.isFinished()) return false;
            outcomes[each.first] = outcomeOf(each.second);
            failed += hasFailed(outcomes[each.first]);
            return true;
        });
        if (running.empty() && next == outcomes.size()) return outcomes;
        progress.show(qsizetype(next - running.size()), failed);
        QThread::msleep(lookEveryMs);
    }
}

QJsonObject summaryOf(const std::vector<ConnectionTest> &outcomes, qint64 elapsedMs)
{
    QJsonObject summary{{u"tested"_s, qint64(outcomes.size())}, {u"elapsed_ms"_s, elapsedMs}};
    for (const auto &[status, name] : testStatuses.rows())
        summary.insert(QString::fromLatin1(name), qint64(std::ranges::count(outcomes, status, &ConnectionTest::status)));
    return summary;
}

int test(CommandContext &context, const std::vector<std::string> &names, bool all)
{
    ConnectionService &service = context.workspace().connections();
    const QList<Connection> chosen = named(service, names, all);
    QJsonObject summary;
    std::vector<ConnectionTest> outcomes;
    {
        Progress progress(chosen.size());
        outcomes = runTests(service, chosen, progress);
        summary = summaryOf(outcomes, progress.elapsed());
    }
    QJsonArray array;
    for (size_t i = 0; i < outcomes.size(); ++i) {
        array << testJson(chosen[qsizetype(i)].name, outcomes[i]);
        printTest(context.out(), chosen[qsizetype(i)].name, outcomes[i]);
    }
    context.out().object({{u"connections"_s, array}, {u"summary"_s, summary}});
    if (outcomes.size() > 1) {
        QStringList parts;
        for (const auto &[status, name] : testStatuses.rows())
            if (const int count = summary.value(QLatin1String(name)).toInt(); count > 0) parts << u"%1 %2"_s.arg(count).arg(QLatin1String(name));
        context.out().line(u"Tested %1 connections in %2 s: %3."_s.arg(outcomes.size()).arg(summary.value("elapsed_ms"_L1).toDouble() / 1000, 0, 'f', 1).arg(parts.join(u", "_s)));
    }
    return std::ranges::any_of(outcomes, hasFailed) ? Exit_Failed : Exit_Done;
}

/// A time, or how long ago: 30m, 24h, 7d, 4w.
Timestamp since(const std::string &value)
{
    if (value.empty()) return {};
    static const QRegularExpression ago(u"^(\\d{1,6})([mhdw])$"_s);
    const auto match = ago.match(text(value));
    if (match.hasMatch()) {
        const qint64 minutes = match.captured(2) == u"m" ? 1 : match.captured(2) == u"h" ? 60 : match.captured(2) == u"d" ? 1440 : 10'080;
        return {Timestamp::now().us - match.captured(1).toLongLong() * minutes * 60'000'000};
    }
    if (const auto time = Timestamp::fromIso(text(value))) return *time;
    throw Exception({ErrorKind::Invalid, u"--since is a time such as 2026-11-21T08:00:00Z, or 30m, 24h, 7d, 4w"_s, u"--since"_s, text(value), {}});
}

QJsonObject figuresJson(const HistorySeries &series)
{
    const HistoryColumn &total = series.total;
    const auto ms = [&total](double value) { return total.answered > 0 ? QJsonValue(value) : QJsonValue(); };
    return {{u"tests"_s, total.tests},
            {u"failed"_s, total.failed},
            {u"warned"_s, total.warned},
            {u"p50_ms"_s, ms(total.p50)},
            {u"p95_ms"_s, ms(total.p95)}};
}

QJsonObject flappingJson(const Flapping &flapping)
{
    return {{u"flapping"_s, flapping.isFlapping()}, {u"changes"_s, flapping.changes}, {u"tests"_s, flapping.tests}};
}

QString figuresText(const HistorySeries &series)
{
    const HistoryColumn &total = series.total;
    QString line = u"%1 tests, %2 failed"_s.arg(total.tests).arg(total.failed);
    if (total.answered > 0) line += u", p50 %1 ms, p95 %2 ms"_s.arg(oneDecimal(total.p50), oneDecimal(total.p95));
    if (series.flapping.isFlapping()) line += u", flapping: the state changed %1 times in the last %2 tests"_s.arg(series.flapping.changes).arg(series.flapping.tests);
    return line;
}

HistoryScope scopeOf(const QList<ConnectionId> &ids, Timestamp from) { return {ids, from, {Timestamp::now().us + 1}, 1}; }

void printDifference(const Output &out, const TestDifference &difference)
{
    out.line(u"Since the last good test of %1:"_s.arg(difference.goodAt.toIso()));
    QList<QStringList> rows;
    for (const StageDifference &stage : difference.stages) {
        if (!stage.statusChanged() && !stage.messageChanged()) continue;
        rows << QStringList{stageLabel(stage.after.stage), stageStatuses.name(stage.before.status) + u" → "_s + stageStatuses.name(stage.after.status),
                            oneDecimal(stage.before.ms) + u" → "_s + oneDecimal(stage.after.ms), stage.after.message};
    }
    for (const IdentityChange &change : difference.identity) rows << QStringList{u"server"_s, change.label, {}, change.before + u" → "_s + change.after};
    rows.isEmpty() ? out.line(u"  nothing changed"_s) : out.table({u"stage"_s, u"verdict"_s, u"ms"_s, u"found"_s}, rows);
}

int historyOfOne(CommandContext &context, const HistoryOptions &o)
{
    ConnectionService &service = context.workspace().connections();
    const Connection c = valueOf(service.getByName(text(o.name)));
    const Timestamp from = since(o.since);
    QJsonArray array;
    QList<QStringList> rows;
    for (const ConnectionTest &test : valueOf(service.history(c.id, o.limit))) {
        if (test.testedAt < from) break;
        array << testJson(c.name, test);
        rows << QStringList{test.testedAt.toIso(), testStatuses.name(test.status), oneDecimal(test.responseTimeMs), test.serverVersion, test.errorMessage};
    }
    const HistorySeries series = valueOf(service.testHistory().chart(scopeOf({c.id}, from))).series.front();
    const auto newest = valueOf(service.testHistory().newest(c.id));
    const bool hasDifference = newest && newest->difference;
    context.out().object({{u"connection_tests"_s, array},
                          {u"summary"_s, figuresJson(series)},
                          {u"flapping"_s, flappingJson(series.flapping)},
                          {u"difference"_s, hasDifference ? QJsonValue(differenceToJson(*newest->difference)) : QJsonValue()}});
    context.out().table({u"tested at"_s, u"status"_s, u"ms"_s, u"server"_s, u"error"_s}, rows);
    context.out().line(figuresText(series));
    if (hasDifference && newest->test.status != TestStatus::Success) printDifference(context.out(), *newest->difference);
    return Exit_Done;
}

/// Each connection that was tested, in figures; so many at a time that a statement's values stay few.
QJsonArray figuresOfEach(ConnectionService &service, Timestamp from)
{
    constexpr qsizetype atATime = 500;
    QJsonArray array;
    const QList<Connection> all = allConnections(service, {});
    for (qsizetype begin = 0; begin < all.size(); begin += atATime) {
        const QList<Connection> some = all.mid(begin, atATime);
        QList<ConnectionId> ids;
        for (const Connection &c : some) ids << c.id;
        const HistoryChartData data = valueOf(service.testHistory().chart(scopeOf(ids, from)));
        for (size_t i = 0; i < data.series.size(); ++i) {
            if (data.series[i].total.tests == 0) continue;
            QJsonObject json = figuresJson(data.series[i]);
            json.insert(u"name"_s, some[qsizetype(i)].name);
            json.insert(u"last_status"_s, data.series[i].lastStatus ? QJsonValue(testStatuses.name(*data.series[i].lastStatus)) : QJsonValue());
            json.insert(u"flapping"_s, flappingJson(data.series[i].flapping));
            array << json;
        }
    }
    return array;
}

int historyOfAll(CommandContext &context, const HistoryOptions &o)
{
    ConnectionService &service = context.workspace().connections();
    const Timestamp from = since(o.since);
    ListQuery query;
    if (from.us > 0) query.filters << ColumnFilter{u"tested_at"_s, ColumnFilter::Op::AtLeast, {from.us}};
    QJsonArray array;
    QList<QStringList> rows;
    for (const TestRecord &test : valueOf(service.testHistory().page(query, {std::nullopt, o.limit})).rows) {
        array << QJsonObject{{u"name"_s, test.connectionName},
                             {u"status"_s, testStatuses.name(test.status)},
                             {u"response_time_ms"_s, test.responseTimeMs},
                             {u"tested_at"_s, test.testedAt.toIso()},
                             {u"server_version"_s, orNull(test.serverVersion)},
                             {u"error_code"_s, orNull(test.errorCode)},
                             {u"error_message"_s, orNull(test.errorMessage)}};
        rows << QStringList{test.testedAt.toIso(), test.connectionName, testStatuses.name(test.status), oneDecimal(test.responseTimeMs), test.errorMessage};
    }
    const HistorySeries series = valueOf(service.testHistory().chart(scopeOf({}, from))).series.front();
    context.out().object({{u"connection_tests"_s, array}, {u"summary"_s, figuresJson(series)}, {u"connections"_s, figuresOfEach(service, from)}});
    context.out().table({u"tested at"_s, u"connection"_s, u"status"_s, u"ms"_s, u"error"_s}, rows);
    context.out().line(figuresText(series));
    return Exit_Done;
}

int history(CommandContext &context, const HistoryOptions &o)
{
    if (o.all == !o.name.empty()) throw Exception({ErrorKind::Invalid, u"Name one connection, or give --all"_s, {}, {}, {}});
    return o.all ? historyOfAll(context, o) : historyOfOne(context, o);
}

QJsonObject ruleJson(const Connection &c)
{
    const HealthRule rule = HealthRule::of(c.config);
    return {{u"name"_s, c.name}, {u"enabled"_s, rule.isEnabled}, {u"interval_s"_s, rule.intervalSeconds}, {u"timeout_s"_s, rule.timeoutSeconds}, {u"failures"_s, rule.failures}};
}

/// Without an option that changes something it shows the rules. What one connection refuses does not stop the others.
int health(CommandContext &context, const HealthOptions &o)
{
    ConnectionService &service = context.workspace().connections();
    const bool isChange = o.off || o.interval > 0 || o.timeout > 0 || o.failures > 0;
    QJsonArray array;
    QList<QStringList> rows;
    bool hasFaults = false;
    for (const Connection &c : named(service, o.names, o.all)) {
        HealthRule rule = HealthRule::of(c.config);
        rule.isEnabled = isChange ? !o.off : rule.isEnabled;
        if (o.interval > 0) rule.intervalSeconds = o.interval;
        if (o.timeout > 0) rule.timeoutSeconds = o.timeout;
        if (o.failures > 0) rule.failures = o.failures;
        const Result<Connection> stored = isChange ? service.setHealthRule(c.id, rule).result() : Result<Connection>(c);
        QJsonObject json = ruleJson(stored.ok() ? *stored : c);
        if (!stored.ok()) json.insert(u"error"_s, stored.error().what);
        hasFaults = hasFaults || !stored.ok();
        array << json;
        rows << QStringList{c.name, json.value("enabled"_L1).toBool() ? u"on"_s : u"off"_s, json.value("interval_s"_L1).toVariant().toString(),
                            json.value("timeout_s"_L1).toVariant().toString(), json.value("failures"_L1).toVariant().toString(), json.value("error"_L1).toString()};
    }
    context.out().object({{u"health_rules"_s, array}});
    context.out().table({u"name"_s, u"health"_s, u"interval, s"_s, u"time limit, s"_s, u"failures"_s, u"error"_s}, rows);
    return hasFaults ? Exit_Failed : Exit_Done;
}

int acceptServer(CommandContext &context, const std::string &name)
{
    ConnectionService &service = context.workspace().connections();
    const Connection c = valueOf(service.acceptServer(valueOf(service.getByName(text(name))).id));
    context.out().object({{u"accepted"_s, c.name}});
    context.out().line(u"%1: later tests compare with the server that the last test found."_s.arg(c.name));
    return Exit_Done;
}

}  // namespace

void addTestCommands(CLI::App &app, const Choose &choose)
{
    CLI::App *noun = app.get_subcommand("connection");
    const auto names = std::make_shared<std::vector<std::string>>();
    const auto all = std::make_shared<bool>(false);
    const auto past = std::make_shared<HistoryOptions>();
    const auto rule = std::make_shared<HealthOptions>();
    const auto name = std::make_shared<std::string>();

    CLI::App *verb = noun->add_subcommand("test", "Test connections stage by stage");
    verb->add_option("NAME", *names, "Names");
    verb->add_flag("--all", *all, "Every active connection");
    verb->callback([=] { choose([=](CommandContext &context) { return test(context, *names, *all); }); });

    verb = noun->add_subcommand("history", "Past tests, newest first, with p50, p95, flapping and what changed since the last good test");
    verb->add_option("NAME", past->name, "Name");
    verb->add_flag("--all", past->all, "Of all connections");
    verb->add_option("--limit", past->limit, "How many")->check(CLI::Range(1, 100000));
    verb->add_option("--since", past->since, "From a time on (ISO 8601), or 30m, 24h, 7d, 4w");
    verb->callback([=] { choose([=](CommandContext &context) { return history(context, *past); }); });

    verb = noun->add_subcommand("health", "Show or set the health rules of connections");
    verb->add_option("NAME", rule->names, "Names");
    verb->add_flag("--all", rule->all, "Every active connection");
    verb->add_option("--interval", rule->interval, "Seconds between two tests")->check(CLI::Range(HealthRule::MinInterval, HealthRule::MaxInterval));
    verb->add_option("--timeout", rule->timeout, "Time limit of a test in seconds")->check(CLI::Range(1, HealthRule::MaxTimeout));
    verb->add_option("--failures", rule->failures, "Failures in a row until it counts as down")->check(CLI::Range(1, HealthRule::MaxFailures));
    verb->add_flag("--off", rule->off, "Test them no more by themselves");
    verb->callback([=] { choose([=](CommandContext &context) { return health(context, *rule); }); });

    verb = noun->add_subcommand("accept-server", "Take the server that the last test found as the right one");
    verb->add_option("NAME", *name, "Name")->required();
    verb->callback([=] { choose([=](CommandContext &context) { return acceptServer(context, *name); }); });
}

}  // namespace headgate
