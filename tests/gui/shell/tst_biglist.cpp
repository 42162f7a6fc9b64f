// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/tasks.h"
#include "models/base/listkeyset.h"
#include "models/base/recordlistmodel.h"
#include "models/database/database.h"
#include "tests/support/memorylimit.h"
#include "tests/support/testregistry.h"
#include "ui/base/celldelegate.h"
#include "ui/base/gotofield.h"
#include "ui/base/listpanel.h"
#include "ui/base/listview.h"
#include "ui/base/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QElapsedTimer>
#include <QFile>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPromise>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <ctime>

using namespace headgate;

namespace {

constexpr qint64 kMillions = 10'000'000;

struct Event {
    Id<struct EventTag> id;
    QStringList cells;
    bool operator==(const Event &) const = default;
};

/// A trail of numbered events, newest first, that knows ranks as the audit trail does; it grows while it is read.
class TrailModel final : public RecordListModel<Event> {
public:
    TrailModel()
        : RecordListModel({{QStringLiteral("id"), QStringLiteral("Event"), ColumnKind::Number}, {QStringLiteral("what"), QStringLiteral("What"), ColumnKind::Text, true, 200, true}},
                          [this](const ListQuery &, const ListCursor &cursor, const CancelToken &) { return answered(Result(page(cursor))); },
                          [this](const ListQuery &, const CancelToken &) { return answered(Result<qint64>(rows)); })
    {
    }
    ListPage<Event> page(const ListCursor &cursor) const
    {
        qint64 id = cursor.key ? cursor.key->last().toLongLong() : cursor.backward ? 0 : rows + 1;
        id += (cursor.backward ? 1 : -1) * (cursor.skip + (cursor.inclusive ? 0 : 1));
        ListPage<Event> page;
        for (; id >= 1 && id <= rows && page.rows.size() < cursor.limit; id += cursor.backward ? 1 : -1) page.rows << Event{{id}, {QString::number(id), QStringLiteral("event %1").arg(id)}};
        if (cursor.backward) std::ranges::reverse(page.rows);
        page.atEnd = id < 1 || id > rows;
        page.total = rows;
        if (page.rows.isEmpty()) return page;
        page.firstKey = {page.rows.first().id.value};
        page.lastKey = {page.rows.last().id.value};
        page.firstRank = rows - page.rows.first().id.value;
        return page;
    }
    qint64 rows = kMillions;

protected:
    QVariant value(const Event &event, int column) const override { return column == 0 ? QVariant(event.id.value) : QVariant(event.cells.at(column)); }
};

qint64 residentKb()
{
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly)) return 0;
    for (const QByteArray &line : status.readAll().split('\n'))
        if (line.startsWith("VmRSS:")) return line.simplified().split(' ').at(1).toLongLong();
    return 0;
}

/// Ten thousand of them, without ranks, counted when the test says so.
class SlowModel final : public RecordListModel<Event> {
public:
    SlowModel()
        : RecordListModel({{QStringLiteral("id"), QStringLiteral("Event"), ColumnKind::Number}},
                          [this](const ListQuery &, const ListCursor &cursor, const CancelToken &) {
                              ListPage<Event> page = m_trail.page(cursor);
                              page.total.reset();
                              page.firstRank.reset();
                              return answered(Result(page));
                          },
                          [this](const ListQuery &, const CancelToken &) { return m_counted.future(); })
    {
        m_trail.rows = 10'000;
        m_counted.start();
    }
    void count()
    {
        m_counted.addResult(Result<qint64>(m_trail.rows));
        m_counted.finish();
    }

protected:
    QVariant value(const Event &event, int) const override { return event.id.value; }

private:
    TrailModel m_trail;
    QPromise<Result<qint64>> m_counted;
};

struct Shown {
    Shown() : panel(&model, theme)
    {
        panel.resize(900, 600);
        panel.show();
        model.refresh();
    }
    ListView *view() const { return panel.view(); }
    bool isFilled() const
    {
        for (int row = panel.view()->firstVisibleRow(); row < panel.view()->endVisibleRow(); ++row)
            if (!model.isLoaded(row)) return false;
        return model.rowCount() > 0;
    }
    Theme theme{*qApp};
    TrailModel model;
    ListPanel panel;
};

}  // namespace

class TstBigList : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keysReachEveryRow();
    void selectsAllAtOnce();
    void memoryIsBounded();
    void nothingJumpsWhileRowsArrive();
    void goesToARow();
    void saysWhyItDoesNotGo();
    void showsManyColumns();
};

void TstBigList::keysReachEveryRow()
{
    Shown f;
    QTRY_COMPARE(f.model.rowCount(), int(kMillions));
    f.view()->setFocus();
    f.view()->selectId(kMillions);
    QTest::keyClick(f.view(), Qt::Key_End, Qt::ControlModifier);
    QCOMPARE(f.view()->currentIndex().row(), int(kMillions) - 1);
    QCOMPARE(f.view()->endVisibleRow(), int(kMillions));
    QTRY_VERIFY(f.isFilled());
    QTRY_COMPARE(f.view()->currentId(), 1);
    QTest::keyClick(f.view(), Qt::Key_PageUp);
    QVERIFY(f.view()->currentIndex().row() < int(kMillions) - 10);
    QTRY_VERIFY(f.view()->currentId() > 10);
    QTest::keyClick(f.view(), Qt::Key_Home, Qt::ControlModifier);
    QCOMPARE(f.view()->currentId(), kMillions);
    QTest::keyClick(f.view(), Qt::Key_Down);
    QTest::keyClick(f.view(), Qt::Key_Down, Qt::ShiftModifier);
    QCOMPARE(f.view()->selectedIds(), (QList<qint64>{kMillions - 1, kMillions - 2}));
    QTest::keyClick(f.view(), Qt::Key_End, Qt::ShiftModifier);
    QCOMPARE(f.view()->selectedCount(), kMillions - 1);
    f.view()->verticalScrollBar()->setValue(f.view()->verticalScrollBar()->maximum() / 2);
    QTRY_VERIFY(f.isFilled());
    QVERIFY(std::abs(f.view()->firstVisibleRow() - kMillions / 2) < 100);
    QCOMPARE(f.model.idAt(f.view()->firstVisibleRow()), kMillions - f.view()->firstVisibleRow());
}

void TstBigList::selectsAllAtOnce()
{
    Shown f;
    QTRY_COMPARE(f.model.rowCount(), int(kMillions));
    f.view()->setFocus();
    const qint64 before = residentKb();
    QElapsedTimer timer;
    timer.start();
    QTest::keyClick(f.view(), Qt::Key_A, Qt::ControlModifier);
    f.view()->viewport()->repaint();
    QVERIFY2(timer.elapsed() < 100, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(f.view()->selectedCount(), kMillions);
    QVERIFY(residentKb() - before < 8 * 1024 + test::sanitizerKb);
    timer.restart();
    f.model.rows += 3;
    f.model.refresh();
    QTRY_COMPARE(f.model.rowCount(), int(kMillions) + 3);
    QVERIFY2(timer.elapsed() < 500, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(f.view()->selectedCount(), kMillions);
}

void TstBigList::memoryIsBounded()
{
    Shown f;
    QTRY_COMPARE(f.model.rowCount(), int(kMillions));
    const auto scrollTo = [&f](qint64 row) {
        f.view()->verticalScrollBar()->setValue(int(row * f.view()->rowHeight(0)));
        QTRY_VERIFY(f.isFilled());
    };
    for (qint64 row = 0; row < 200'000; row += 1000) scrollTo(row);
    const qint64 before = residentKb();
    const qint64 last = test::sanitizerKb > 0 ? 200'000 : 1'200'000;  // the same way, only slower
    for (qint64 row = 0; row < last; row += 500) scrollTo(row);
    QVERIFY(f.model.loadedRows() <= RecordTableModel::KeptRows + 400);
    QVERIFY2(residentKb() - before < 16 * 1024 + test::sanitizerKb, qPrintable(QString::number(residentKb() - before)));
}

void TstBigList::nothingJumpsWhileRowsArrive()
{
    Shown f;
    QTRY_COMPARE(f.model.rowCount(), int(kMillions));
    f.view()->verticalScrollBar()->setValue(5000 * f.view()->rowHeight(0) + 13);
    QTRY_VERIFY(f.isFilled());
    const int row = f.view()->firstVisibleRow() + 3;
    const qint64 id = f.model.idAt(row);
    f.view()->setCurrentIndex(f.model.index(row, 0));
    const int y = f.view()->visualRect(f.view()->currentIndex()).top();
    for (int second = 0; second < 10; ++second) {
        f.model.rows += 500;
        f.model.refresh();
        QTRY_COMPARE(f.model.rowCount(), int(f.model.rows));
        QCOMPARE(f.view()->currentId(), id);
        QCOMPARE(f.view()->visualRect(f.view()->currentIndex()).top(), y);
        QCOMPARE(f.view()->selectedIds(), QList<qint64>{id});
        QTRY_VERIFY(f.isFilled());
    }
    // At the top with nothing chosen the newest come into view; a chosen row stays.
    f.view()->setCurrentIndex({});
    f.view()->verticalScrollBar()->setValue(0);
    QTRY_VERIFY(f.isFilled());
    f.model.rows += 5;
    f.model.refresh();
    QTRY_COMPARE(f.model.idAt(0), f.model.rows);
    QTRY_VERIFY(!f.model.isLoading());  // a refresh under way comes to its end first, and tells of these rows by rank
    QCOMPARE(f.view()->firstVisibleRow(), 0);
    f.view()->selectId(f.model.rows - 2);
    const int chosen = f.view()->visualRect(f.view()->currentIndex()).top();
    f.model.rows += 5;
    f.model.refresh();
    QTRY_COMPARE(f.model.idAt(0), f.model.rows);
    QCOMPARE(f.view()->visualRect(f.view()->currentIndex()).top(), chosen);
}

void TstBigList::goesToARow()
{
    Shown f;
    QTRY_COMPARE(f.model.rowCount(), int(kMillions));
    f.panel.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&f.panel));
    f.view()->setFocus();
    QTest::keyClick(f.view(), Qt::Key_G, Qt::ControlModifier);
    auto *field = f.panel.findChild<QLineEdit *>(QStringLiteral("goTo"));
    QTRY_VERIFY(field->isVisible());
    QTest::keyClicks(field, QStringLiteral("7000001"));
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(f.view()->currentIndex().row(), 7'000'000);
    QTRY_COMPARE(f.view()->currentId(), kMillions - 7'000'000);
    QVERIFY(!field->isVisible());
    QCOMPARE(GoToField::timeOf(QStringLiteral("2026-11-21T09:14:53Z"))->toIso(), QStringLiteral("2026-11-21T09:14:53.000000Z"));
    QVERIFY(GoToField::timeOf(QStringLiteral("2026-11-21 09:14")));
    const QByteArray zone = qgetenv("TZ");
    qputenv("TZ", "Asia/Tokyo");
    tzset();
    QCOMPARE(GoToField::timeOf(QStringLiteral("2026-11-21T09:14")), GoToField::timeOf(QStringLiteral("2026-11-21 09:14")));
    QCOMPARE(GoToField::timeOf(QStringLiteral("2026-11-21T09:14:53")), GoToField::timeOf(QStringLiteral("2026-11-21 09:14:53")));
    zone.isEmpty() ? qunsetenv("TZ") : qputenv("TZ", zone);
    tzset();
    QVERIFY(!GoToField::timeOf(QStringLiteral("next week")));
}

void TstBigList::saysWhyItDoesNotGo()
{
    Theme theme(*qApp);
    SlowModel model;
    model.setRankAt([](const ListQuery &, Timestamp, const CancelToken &) { return answered(Result(std::optional<qint64>())); });
    ListPanel panel(&model, theme);
    panel.show();
    model.refresh();
    QTRY_COMPARE(model.rowCount(), 201);
    panel.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&panel));
    auto *field = panel.findChild<QLineEdit *>(QStringLiteral("goTo"));
    const auto go = [&](const QString &where) {
        panel.view()->setFocus();
        QTest::keyClick(panel.view(), Qt::Key_G, Qt::ControlModifier);
        QTRY_VERIFY(field->isVisible());
        QTest::keyClicks(field, where);
        QTest::keyClick(field, Qt::Key_Return);
    };
    const auto says = [field](const QString &text) {
        return std::ranges::any_of(field->parentWidget()->findChildren<QLabel *>(), [&text](const QLabel *label) { return label->text().contains(text); });
    };
    go(QStringLiteral("5000"));
    QVERIFY(says(QStringLiteral("still being counted")));
    model.count();
    QTRY_COMPARE(panel.view()->currentIndex().row(), 4999);
    QVERIFY(!field->isVisible());
    go(QStringLiteral("20000"));
    QVERIFY(says(CellDelegate::groupedNumber(10'000)));
    go(QStringLiteral("2026-11-21"));
    QTRY_VERIFY(says(QStringLiteral("Sort the list by time")));
}

/// A table of 1,600 columns from a database: what is drawn are the cells in sight.
void TstBigList::showsManyColumns()
{
    constexpr int columns = 1600;
    struct WideModel final : RecordListModel<Event> {
        using RecordListModel::RecordListModel;
        mutable int asked = 0;
        QVariant value(const Event &event, int column) const override { return ++asked, QVariant(event.cells.at(column)); }
    };
    QTemporaryDir folder;
    ConnectSpec spec;
    spec.path = folder.filePath(QStringLiteral("wide.sqlite"));
    spec.createFile = true;
    QStringList names;
    QList<RecordColumn> titles;
    for (int i = 0; i < columns; ++i) {
        names << QStringLiteral("c%1").arg(i);
        titles << RecordColumn{names.last(), names.last()};
    }
    {
        const auto session = Session::open(spec);
        session->execute(QStringLiteral("create table wide (id integer primary key, %1)").arg(names.join(QStringLiteral(", "))));
        QStringList values;
        for (int i = 0; i < columns; ++i) values << QStringLiteral("'value ' || i || ' %1'").arg(i);
        session->execute(QStringLiteral("insert into wide with recursive n(i) as (select 1 union all select i + 1 from n where i < 400) select i, %1 from n").arg(values.join(QStringLiteral(", "))));
    }
    Database database(spec);
    const auto read = [names](Session &session, const ListCursor &cursor) {
        const ListSource source{QStringLiteral("id, ") + names.join(QStringLiteral(", ")), QStringLiteral("wide"), {}, {QStringLiteral("id"), {}, {}, false, false}};
        return ListKeyset::read<Event>(session, source, cursor, [](const Query &query) {
            Event event{{query.get<qint64>(0)}, {}};
            for (int i = 1; i <= columns; ++i) event.cells << query.get<QString>(i);
            return event;
        });
    };
    WideModel model(titles,
                    [&](const ListQuery &, const ListCursor &cursor, const CancelToken &cancel) {
                        return database.read([read, cursor](Session &session) { return read(session, cursor); }, cancel);
                    },
                    [](const ListQuery &, const CancelToken &) { return answered(Result<qint64>(400)); });
    model.setPageSize(20);
    const Theme theme(*qApp);
    ListPanel panel(&model, theme);
    panel.resize(900, 600);
    panel.show();
    model.refresh();
    QTRY_VERIFY(model.isLoaded(10));
    model.asked = 0;
    panel.view()->horizontalScrollBar()->setValue(panel.view()->horizontalScrollBar()->maximum());
    QElapsedTimer timer;
    timer.start();
    panel.view()->viewport()->repaint();
    QVERIFY2(timer.elapsed() < 200, qPrintable(QString::number(timer.elapsed())));
    QVERIFY2(model.asked < 22 * 10 * 8, qPrintable(QString::number(model.asked)));
    QCOMPARE(panel.view()->indexAt(QPoint(panel.view()->viewport()->width() - 5, 5)).column(), columns - 1);
}

HEADGATE_TEST(TstBigList);
#include "tst_biglist.moc"
