// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/listpattern.h"
#include "tests/support/testregistry.h"

#include <QElapsedTimer>
#include <QTest>

using namespace headgate;

class TstListPattern : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void refuses_data();
    void refuses();
    void givesUp_data();
    void givesUp();
};

void TstListPattern::refuses_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<int>("position");
    const auto row = [](const char *pattern, int position) { QTest::addRow("%s", pattern) << QString::fromLatin1(pattern) << position; };
    row("a(b", 3);
    row("a[b", 3);
    row("*a", 0);
    row("(a)\\1", 3);
    row("a\\Kb", 1);
    row("a++", 2);
    row("(?>a)", 0);
    row("(?<name>a)", 0);
    row("(?#note)a", 0);
    row("ab(?i)c", 2);
    row("(*ACCEPT)a", 0);
    row("a{300}", 1);
    row("a{b", 1);
    row("a\\x41", 1);
    row("[\\b]", 1);
    row("\\Qa.b\\E", 0);
    row("a\\", 2);
}

void TstListPattern::refuses()
{
    QFETCH(QString, pattern);
    QFETCH(int, position);
    const auto fault = ListPattern::fault(pattern);
    QVERIFY(fault);
    QVERIFY(!fault->message.isEmpty());
    QCOMPARE(int(fault->position), position);
}

void TstListPattern::givesUp_data()
{
    QTest::addColumn<QString>("pattern");
    for (const char *pattern : {"^(a+)+$", "^(a|aa)+$", "^(a*)*$", "^(\\w+\\s?)+$"}) QTest::addRow("%s", pattern) << QString::fromLatin1(pattern);
}

/// These take exponential or high polynomial time in a backtracking engine.
void TstListPattern::givesUp()
{
    QFETCH(QString, pattern);
    QVERIFY(!ListPattern::fault(pattern));
    const auto compiled = ListPattern::compiled(ListPattern::canonical(pattern));
    QCOMPARE(ListPattern::matches(compiled, QStringLiteral("nothing to see")).has_value(), true);
    QElapsedTimer clock;
    clock.start();
    QCOMPARE(ListPattern::matches(compiled, QString(5000, u'a') + u'!'), std::nullopt);
    QVERIFY2(clock.elapsed() < 500, qPrintable(QString::number(clock.elapsed())));
}

HEADGATE_TEST(TstListPattern);
#include "tst_listpattern.moc"
