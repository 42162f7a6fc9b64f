// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/cli/console.h"
#include "tests/support/testregistry.h"

#include <QDir>
#include <QRegularExpression>
#include <QTest>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

/// The verbs work where there is no display, and start as quickly as they can: no library of the window is loaded.
class TstLibraries : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void verbsLoadNoWindow();
};

void TstLibraries::verbsLoadNoWindow()
{
    Console console(Dialect::Kind::Sqlite);
    QCOMPARE(console.run({u"connection"_s, u"add"_s, u"--name"_s, u"file"_s, u"sqlite:"_s + console.spec().path}).exitCode, 0);
    console.environment().insert(u"LD_DEBUG"_s, u"libs"_s);
    static const QRegularExpression window(u"lib(Qt6(Gui|Widgets|Charts|Svg|OpenGL|XcbQpa|WaylandClient)|X11|xcb|wayland|GL|EGL|headgate_window)\\b"_s);
    for (const QStringList &verb : {QStringList{u"--version"_s}, {u"connection"_s, u"list"_s}, {u"connection"_s, u"test"_s, u"--all"_s}, {u"audit"_s, u"verify"_s}}) {
        const Answer answer = console.run(verb);
        QVERIFY2(answer.exitCode == 0, answer.text());
        QVERIFY(answer.err.contains("libQt6Core"));  // it is the loader's report
        for (const QByteArray &line : answer.err.split('\n')) {
            const bool loads = line.contains("trying file=") || line.contains("calling init:");
            QVERIFY2(!loads || !QString::fromLocal8Bit(line).contains(window), verb.join(u' ').toUtf8() + ": " + line);
        }
    }
}

HEADGATE_TEST(TstLibraries);
#include "tst_libraries.moc"
