// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/benchmarks/firstpicture.h"
#include "tests/integration/cli/console.h"
#include "tests/support/testregistry.h"

#include <QJsonDocument>
#include <QTest>
#include <algorithm>
#include <vector>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values.at(values.size() / 2);
}

void print(const QJsonObject &figures) { qInfo("%s", QJsonDocument(figures).toJson(QJsonDocument::Compact).constData()); }

}  // namespace

/// From the start of the process to the first picture of the window, against the least window in the same run, each
/// taken in turn; and the verbs from start to end. Median of the runs.
class BenchStartup : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void window();
    void verbs();
};

void BenchStartup::window()
{
    const FirstPicture picture;
    Console console(Dialect::Kind::Sqlite);
    console.environment().insert(u"DISPLAY"_s, picture.display());
    console.environment().insert(u"QT_QPA_PLATFORM"_s, u"xcb"_s);
    const auto measure = [&](const char *binary, const QStringList &arguments) {
        QProcess process;
        process.setProcessEnvironment(console.environment());
        process.setProgram(QString::fromLocal8Bit(serverVariable(binary)));
        process.setArguments(arguments);
        return picture.measure(process);
    };
    std::vector<double> bare, whole;
    for (int i = 0; i < 12; ++i) {
        bare.push_back(measure("BAREWINDOW_BINARY", {}));
        whole.push_back(measure("HEADGATE_BINARY", {u"--workspace"_s, console.spec().path}));
        QVERIFY2(bare.back() > 0 && whole.back() > 0, "no window came");
    }
    bare.erase(bare.begin(), bare.begin() + 2);  // the first ones read from the disk
    whole.erase(whole.begin(), whole.begin() + 2);
    print({{u"bare_window_ms"_s, median(bare)}, {u"headgate_window_ms"_s, median(whole)}, {u"ratio"_s, median(whole) / median(bare)}, {u"runs"_s, int(bare.size())}});
}

void BenchStartup::verbs()
{
    const Console console(Dialect::Kind::Sqlite);
    for (const QStringList &verb : {QStringList{u"--version"_s}, {u"connection"_s, u"list"_s}}) {
        std::vector<double> ms;
        for (int i = 0; i < 20; ++i) {
            QElapsedTimer clock;
            clock.start();
            const auto process = console.start(verb);
            QCOMPARE(Console::finish(*process).exitCode, 0);
            ms.push_back(double(clock.nsecsElapsed()) / 1e6);
        }
        print({{u"verb"_s, verb.join(u' ')}, {u"median_ms"_s, median(ms)}, {u"runs"_s, 20}});
    }
}

HEADGATE_TEST(BenchStartup);
#include "bench_startup.moc"
