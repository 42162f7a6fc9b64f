// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testregistry.h"

#include <QTest>
#include <cstring>
#ifdef HEADGATE_GUI_TESTS
#include <QApplication>
using Application = QApplication;
#else
#include <QCoreApplication>
using Application = QCoreApplication;
#endif
#include <QStandardPaths>
#include <memory>

QList<headgate::test::TestClass> &headgate::test::registry()
{
    static QList<TestClass> classes;
    return classes;
}

QList<headgate::test::Helper> &headgate::test::helpers()
{
    static QList<Helper> helpers;
    return helpers;
}

namespace {

int runHelper(const QStringList &arguments)
{
    for (const auto &helper : headgate::test::helpers())
        if (arguments.value(2) == QLatin1String(helper.name)) return helper.run(arguments.mid(3));
    qCritical("no helper %s", qPrintable(arguments.value(2)));
    return 1;
}

}  // namespace

int main(int argc, char **argv)
{
    QStandardPaths::setTestModeEnabled(true);
    Application application(argc, argv);
    if (argc > 1 && std::strcmp(argv[1], "--helper") == 0) return runHelper(application.arguments());
    const char *only = argc > 1 && argv[1][0] != '-' ? argv[1] : nullptr;
    QStringList arguments = application.arguments();
    if (only) arguments.removeAt(1);
    int failures = 0;
    int run = 0;
    for (const auto &testClass : headgate::test::registry()) {
        if (only && std::strcmp(testClass.name, only) != 0) continue;
        const std::unique_ptr<QObject> test(testClass.make());
        failures += QTest::qExec(test.get(), arguments);
        ++run;
    }
    if (run == 0) {
        qCritical("no test class %s", only ? only : "at all");
        return 1;
    }
    return failures == 0 ? 0 : 1;
}
