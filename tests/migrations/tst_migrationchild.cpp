// SPDX-License-Identifier: GPL-3.0-or-later
#include "migrations/engine/migrationlock.h"
#include "models/base/error.h"
#include "tests/migrations/scratch.h"
#include "tests/support/testregistry.h"

#include <cstdio>
#include <QTest>
#include <QThread>

using namespace headgate;
using namespace headgate::test;

/// The other process of TstMigrationProcess, which starts this class with its orders in the environment; does nothing
/// by itself. Says "ready" on standard output before the act, the outcome after.
class TstMigrationChild : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void act();

private:
    void obey(const QString &order);
};

namespace {

void say(const QString &line)
{
    std::fputs(qPrintable(line + QLatin1Char('\n')), stdout);
    std::fflush(stdout);
}

ConnectSpec ordered()
{
    const QString where = qEnvironmentVariable("HEADGATE_CHILD_WORKSPACE");
    ConnectSpec spec;
    if (where.startsWith(QLatin1String("postgresql:"))) {
        spec = specFromUrl(where);
    } else {
        spec.path = where;
        spec.createFile = true;
    }
    return spec;
}

}  // namespace

void TstMigrationChild::act()
{
    const QString order = qEnvironmentVariable("HEADGATE_CHILD_ORDER");
    if (order.isEmpty()) return;
    try {
        obey(order);
    } catch (const Exception &exception) {
        say(exception.error().text());
    }
}

void TstMigrationChild::obey(const QString &order)
{
    Migrator::Options options = optionsFor(qEnvironmentVariable("HEADGATE_CHILD_ROOT"), 30'000);
    options.application = QStringLiteral("headgate child");
    ConnectSpec spec = ordered();
    spec.options.insert(QStringLiteral("application_name"), options.application);
    const auto session = Session::open(spec);
    if (order == u"hold") {
        const MigrationLock lock(*session, options.application, std::chrono::seconds(5));
        say(QStringLiteral("ready"));
        QThread::sleep(60);
    } else {
        Migrator migrator(*session, options);
        say(QStringLiteral("ready"));
        const Migrator::Report report = migrator.upgrade();
        say(outcomeName(report.outcome) + QLatin1Char(' ') + report.error.text());
    }
}

HEADGATE_TEST(TstMigrationChild);
#include "tst_migrationchild.moc"
