// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/benchmarks/auditsynth.h"
#include "tests/benchmarks/benchworkspace.h"
#include "tests/support/testregistry.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <chrono>
#include <thread>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kTwoYearsUs = 730 * 86'400'000'000;
constexpr double kLateMs = 5;

qint64 nowNs()
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// An idle process that beats like the window: when it is late, the machine was.
int control(const QStringList &)
{
    for (qint64 last = nowNs();;) {
        std::this_thread::sleep_for(std::chrono::milliseconds(4));
        const qint64 now = nowNs();
        if (double(now - last) / 1e6 > 4 + kLateMs) {
            std::printf("%lld %lld\n", last, now);
            std::fflush(stdout);
        }
        last = now;
    }
}

/// A stretch of the monotonic clock.
struct Stretch {
    double from = 0;
    double to = 0;
    bool meets(const Stretch &other) const { return from < other.to && other.from < to; }
};

}  // namespace

/// A person's session at the real window (sessiondriver.cpp) while another process appends 500 rows a second.
/// HEADGATE_BENCH_AUDIT names a SQLite workspace that fillaudit has filled; else one of 60,000 rows is made.
/// HEADGATE_BENCH_SESSION_SECONDS: 300 in the long form, 45 without (a round takes some 40). Limits: design/house.md's rule of the event loop.
class BenchSession : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void session();

private:
    static QString workspace(const QTemporaryDir &folder);
};

QString BenchSession::workspace(const QTemporaryDir &folder)
{
    const QString kept = qEnvironmentVariable("HEADGATE_BENCH_AUDIT");
    if (!kept.isEmpty()) return kept;
    const BenchWorkspace place(folder.filePath(u"session.sqlite"_s));
    const Timestamp now = Timestamp::now();
    const qint64 there = BenchWorkspace::valueOf(place.open(Timestamp{now.us - kTwoYearsUs - 60'000'000})->audit().count({}));
    BenchWorkspace::fill(place.spec(), AuditSynth(60'000, {now.us - kTwoYearsUs}, now), there, 20'000);
    return place.spec().path;
}

void BenchSession::session()
{
    const QTemporaryDir folder;
    const QString path = workspace(folder);
    const int seconds = qEnvironmentVariable("HEADGATE_BENCH_SESSION_SECONDS", u"45"_s).toInt();
    const QString binaries = QCoreApplication::applicationDirPath();

    QProcess beats, appender, window;
    beats.start(QCoreApplication::applicationFilePath(), {u"--helper"_s, u"control"_s});
    appender.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    appender.start(binaries + u"/fillaudit"_s, {u"--append"_s, u"500"_s, u"--seconds"_s, QString::number(seconds + 30), path});
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"LD_PRELOAD"_s, binaries + u"/../lib/headgate/libsessiondriver.so"_s);
    environment.insert(u"HEADGATE_SESSION_SECONDS"_s, QString::number(seconds));
    environment.insert(u"HEADGATE_SESSION_EXPORT"_s, folder.filePath(u"export.csv"_s));
    for (const char *variable : {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"}) environment.insert(QLatin1String(variable), folder.filePath(u"home"_s));
    window.setProcessEnvironment(environment);
    window.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    window.start(binaries + u"/headgate"_s, {u"--workspace"_s, path});
    QVERIFY2(window.waitForFinished((seconds + 60) * 1000), "the session ends");
    beats.kill();
    appender.kill();
    beats.waitForFinished();
    appender.waitForFinished();

    QByteArray line;
    for (const QByteArray &each : window.readAllStandardOutput().split('\n'))
        if (each.startsWith("SESSION ")) line = each.mid(8);
    QJsonObject told = QJsonDocument::fromJson(line).object();
    QVERIFY2(!told.isEmpty(), "the driver tells what it saw");
    QList<Stretch> machine;
    for (const QByteArray &each : beats.readAllStandardOutput().split('\n')) {
        const QByteArrayList times = each.split(' ');
        if (times.size() == 2) machine << Stretch{times[0].toDouble(), times[1].toDouble()};
    }
    const double total = told[u"beats"_s].toDouble();
    QList<double> own;
    int excused = 0;
    QJsonObject byAct;
    for (const QJsonValue &value : told[u"late"_s].toArray()) {
        const Stretch late{value[0].toDouble(), value[1].toDouble()};
        if (std::ranges::any_of(machine, [&](const Stretch &stretch) { return stretch.meets(late); })) {
            ++excused;
            continue;
        }
        const double ms = (late.to - late.from) / 1e6;
        own << ms;
        const QString act = value[2].toString();
        byAct[act] = std::max(byAct[act].toDouble(), ms);
    }
    std::ranges::sort(own, std::greater<>());
    // The thousandth part of all beats may be later.
    const qsizetype allowed = qsizetype(total / 1000);
    const double p999 = own.size() > allowed ? own[allowed] : 0;
    const double worst = own.isEmpty() ? 0 : own.first();
    told.remove(u"late"_s);
    told.insert(u"benchmark"_s, u"session"_s);
    told.insert(u"seconds"_s, seconds);
    told.insert(u"excused"_s, excused);
    told.insert(u"own_p999_ms"_s, p999);
    told.insert(u"own_max_ms"_s, worst);
    told.insert(u"worst_by_act_ms"_s, byAct);
    std::printf("%s\n", QJsonDocument(told).toJson(QJsonDocument::Compact).constData());
    std::fflush(stdout);
    const QJsonObject acts = told[u"acts"_s].toObject();
    for (const QString &act : {u"page"_s, u"scroll"_s, u"jump"_s, u"search"_s, u"sort"_s, u"brush"_s, u"edit"_s, u"export"_s, u"refresh"_s})
        QVERIFY2(acts[act].toInt() > 0, qPrintable(act + u" was not done"_s));
    QVERIFY2(p999 <= 16, "p99.9 of the beats");
    QVERIFY2(worst <= 50, "the latest beat");
    QVERIFY2(told[u"rss_mib"_s].toDouble() < 300, "resident memory");
}

HEADGATE_TEST(BenchSession);
HEADGATE_TEST_HELPER(control, control);
#include "bench_session.moc"
