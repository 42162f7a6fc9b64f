// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/codec.h"
#include "models/base/recordtablemodel.h"
#include "tests/gui/shell/demopage.h"
#include "tests/support/testregistry.h"
#include "ui/base/celldelegate.h"

#include <QStandardItemModel>
#include <QTest>

using namespace headgate;

class TstCellDelegate : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void text_data();
    void text();
    void relativeTime_data();
    void relativeTime();
    void toolTipOfATime();
    void groupedNumbers();
};

namespace {

constexpr qint64 second = 1'000'000;

QStandardItem *cell(ColumnKind kind, const QVariant &raw)
{
    auto *item = new QStandardItem;
    item->setData(raw, RecordTableModel::RawRole);
    item->setData(int(kind), RecordTableModel::KindRole);
    return item;
}

}  // namespace

void TstCellDelegate::text_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QVariant>("raw");
    QTest::addColumn<QString>("shown");
    const auto row = [](const char *name, ColumnKind kind, const QVariant &raw, const QString &shown) { QTest::newRow(name) << int(kind) << raw << shown; };
    row("text", ColumnKind::Text, QStringLiteral("billing"), QStringLiteral("billing"));
    row("null", ColumnKind::Text, {}, QStringLiteral("NULL"));
    row("empty", ColumnKind::Text, QStringLiteral(""), QString());
    row("never tested", ColumnKind::Status, {}, QStringLiteral("–"));
    row("success", ColumnKind::Status, QStringLiteral("success"), QStringLiteral("✓ Success"));
    row("warning", ColumnKind::Status, QStringLiteral("warning"), QStringLiteral("! Warning"));
    row("failure", ColumnKind::Status, QStringLiteral("failure"), QStringLiteral("✕ Failure"));
    row("cancelled", ColumnKind::Status, QStringLiteral("cancelled"), QStringLiteral("○ Cancelled"));
    row("environment", ColumnKind::Environment, QStringLiteral("production"), QStringLiteral("PROD"));
    row("number", ColumnKind::Number, qint64(10'482'113), QStringLiteral("10\u2009482\u2009113"));
    row("fraction", ColumnKind::Number, 2003.04, QStringLiteral("2\u2009003.0"));
    row("tags", ColumnKind::Tags, QStringList{QStringLiteral("a"), QStringLiteral("b")}, QStringLiteral("a, b"));
    row("notice", ColumnKind::Notice, QStringLiteral("late"), QStringLiteral("! late"));
    row("no notice", ColumnKind::Notice, QStringLiteral(""), QString());
}

void TstCellDelegate::text()
{
    QFETCH(int, kind);
    QFETCH(QVariant, raw);
    QFETCH(QString, shown);
    QStandardItemModel model;
    model.appendRow(cell(ColumnKind(kind), raw));
    QCOMPARE(CellDelegate::text(model.index(0, 0)), shown);
}

void TstCellDelegate::relativeTime_data()
{
    QTest::addColumn<qint64>("age");
    QTest::addColumn<QString>("shown");
    QTest::newRow("now") << qint64(2) << QStringLiteral("just now");
    QTest::newRow("seconds") << qint64(8) << QStringLiteral("8 s ago");
    QTest::newRow("minutes") << qint64(3 * 60 + 59) << QStringLiteral("3 min ago");
    QTest::newRow("hours") << qint64(2 * 3600) << QStringLiteral("2 h ago");
    QTest::newRow("a day") << qint64(86400) << QStringLiteral("1 day ago");
    QTest::newRow("days") << qint64(3 * 86400) << QStringLiteral("3 days ago");
    QTest::newRow("ahead") << qint64(-7200) << QStringLiteral("in 2 h");
}

void TstCellDelegate::relativeTime()
{
    QFETCH(qint64, age);
    QFETCH(QString, shown);
    const Timestamp now = Timestamp::now();
    QCOMPARE(CellDelegate::relativeTime({now.us - age * second}, now), shown);
}

void TstCellDelegate::toolTipOfATime()
{
    QStandardItemModel model;
    const auto time = Timestamp::fromIso(QStringLiteral("2026-11-21T09:14:53.000123Z"));
    model.appendRow(cell(ColumnKind::Time, QVariant::fromValue(*time)));
    const QString tip = CellDelegate::toolTip(model.index(0, 0));
    QVERIFY2(tip.contains(QStringLiteral("2026-11-21T09:14:53.000123Z")), qPrintable(tip));
    QVERIFY2(tip.contains(QStringLiteral("Nov 2026")), qPrintable(tip));
}

void TstCellDelegate::groupedNumbers()
{
    QCOMPARE(CellDelegate::groupedNumber(qint64(0)), QStringLiteral("0"));
    QCOMPARE(CellDelegate::groupedNumber(qint64(999)), QStringLiteral("999"));
    QCOMPARE(CellDelegate::groupedNumber(qint64(1000)), QStringLiteral("1\u2009000"));
    QCOMPARE(CellDelegate::groupedNumber(qint64(-100)), QStringLiteral("-100"));
    QCOMPARE(CellDelegate::groupedNumber(qint64(-1234567)), QStringLiteral("-1\u2009234\u2009567"));
}

HEADGATE_TEST(TstCellDelegate);
#include "tst_celldelegate.moc"
