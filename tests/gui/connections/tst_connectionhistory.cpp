// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/tasks.h"
#include "app/connections/connectionservice.h"
#include "app/connections/healthscheduler.h"
#include "app/sample/sampleworkspace.h"
#include "models/connections/connectionstore.h"
#include "models/database/database.h"
#include "tests/gui/support/pagefixture.h"
#include "tests/support/testregistry.h"
#include "ui/base/listview.h"
#include "ui/base/wrappedlabel.h"
#include "ui/connections/compareview.h"
#include "ui/connections/connectiondetail.h"
#include "ui/connections/connectionspage.h"
#include "ui/connections/differenceview.h"
#include "ui/connections/healthdialog.h"
#include "ui/connections/healthnotices.h"
#include "ui/connections/historychart.h"
#include "ui/connections/historyview.h"
#include "ui/connections/testview.h"

#include <QChart>
#include <QChartView>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QLineEdit>
#include <QLineSeries>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableWidget>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

struct HistoryFixture : PageFixture {
    HistoryFixture() : PageFixture(SampleWorkspace::beginOf(Timestamp::now())), health(workspace->connections())
    {
        SampleWorkspace::fill(*workspace, Timestamp::now());
        page = std::make_unique<ConnectionsPage>(workspace->connections(), jobs, notifications, DialogTools{theme, messages, files}, &health);
        page->resize(1220, 820);
        page->show();
        if (!QTest::qWaitFor([this] { return list()->model()->rowCount() > 30 && page->isIdle(); })) qFatal("the list was not read");
    }
    ListView *list() const { return page->findChild<ListView *>(u"list"_s); }
    Connection named(const QString &name) { return valueOf(workspace->connections().getByName(name)); }
    /// The first connection whose newest test ended so.
    Connection with(TestStatus status)
    {
        for (const Connection &c : valueOf(workspace->connections().page({}, {std::nullopt, 500})).rows)
            if (c.lastTestStatus == status) return c;
        qFatal("no such connection");
    }
    void run(const QString &id)
    {
        for (const Command &command : page->commands())
            if (command.id == id) return command.run();
        QFAIL(qPrintable(id));
    }

    HealthScheduler health;
    std::unique_ptr<ConnectionsPage> page;
};

qsizetype pointsOf(HistoryChart *chart)
{
    qsizetype points = 0;
    for (QAbstractSeries *series : chart->findChild<QChartView *>()->chart()->series()) points += static_cast<QLineSeries *>(series)->count();
    return points;
}

}  // namespace

class TstConnectionHistory : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void showsAConnection();
    void showsNoTestOfAnother();
    void drawsNoMoreThanItHasPlacesFor();
    void comparesASelection();
    void showsAllTests();
    void setsHealthRulesInBulk();
    void tellsOfHealth();
    void copiesWhatWasGiven();
    void sharesNoKeys();
};

void TstConnectionHistory::showsAConnection()
{
    HistoryFixture f;
    const Connection failing = f.with(TestStatus::Failure);
    f.list()->selectId(failing.id.value);
    auto *detail = f.page->findChild<ConnectionDetail *>();
    QTRY_COMPARE(detail->findChildren<QFrame *>(u"stage"_s).size(), 8);
    auto *compare = detail->findChild<QPushButton *>(u"compareWithLastGood"_s);
    QVERIFY(compare && compare->isVisible());
    compare->click();
    auto *tests = f.page->findChild<ListView *>(u"history"_s);
    QTRY_VERIFY(tests->isVisible() && tests->model()->rowCount() > 0);
    auto *difference = detail->findChild<DifferenceView *>();
    QTRY_VERIFY(difference->isVisible());
    QTRY_VERIFY(std::ranges::any_of(difference->findChildren<WrappedLabel *>(), [](WrappedLabel *label) { return label->plainText().startsWith(u"now: "); }));
    auto *chart = detail->findChild<HistoryChart *>();
    QTRY_VERIFY(pointsOf(chart) > 10);
    const qint64 stored = valueOf(f.workspace->connections().history(failing.id, 100'000)).size();
    QTRY_COMPARE(tests->model()->rowCount(), stored);
}

void TstConnectionHistory::showsNoTestOfAnother()
{
    HistoryFixture f;
    f.list()->selectId(f.with(TestStatus::Failure).id.value);
    auto *detail = f.page->findChild<ConnectionDetail *>();
    detail->findChild<QTabWidget *>()->setCurrentIndex(1);
    auto *tests = f.page->findChild<ListView *>(u"history"_s);
    QTRY_VERIFY(tests->isVisible() && tests->model()->rowCount() > 0);
    tests->setCurrentIndex(tests->model()->index(0, 0));
    const auto shown = [&tests] {
        const auto views = tests->window()->findChildren<TestView *>();
        return int(std::ranges::count_if(views, [](TestView *each) { return each->isVisible(); }));
    };
    QTRY_COMPARE(shown(), 1);
    f.list()->selectId(f.with(TestStatus::Success).id.value);
    QTRY_VERIFY(f.page->isIdle());
    QCOMPARE(shown(), 0);
}

void TstConnectionHistory::drawsNoMoreThanItHasPlacesFor()
{
    HistoryFixture f;
    const Connection c = f.with(TestStatus::Success);
    std::vector<ConnectionTest> tests;
    const Timestamp now = Timestamp::now();
    for (int i = 0; i < 20'000; ++i) {
        ConnectionTest test;
        test.connectionId = c.id;
        test.status = TestStatus::Success;
        test.responseTimeMs = 5 + i % 17;
        test.testedAt = {now.us - i * qint64(30'000'000)};
        tests.push_back(test);
    }
    (void)valueOf(f.workspace->database().write([tests](Transaction &t) {
        ConnectionStore::insertTests(t, tests);
        return Done{};
    }));
    f.list()->selectId(c.id.value);
    auto *detail = f.page->findChild<ConnectionDetail *>();
    detail->findChild<QTabWidget *>()->setCurrentIndex(1);
    auto *chart = detail->findChild<HistoryChart *>();
    QTRY_VERIFY(pointsOf(chart) > chart->places());
    QVERIFY2(pointsOf(chart) <= 2 * chart->places(), qPrintable(QString::number(pointsOf(chart))));
}

void TstConnectionHistory::comparesASelection()
{
    HistoryFixture f;
    f.list()->setCurrentIndex(f.list()->model()->index(1, 0));
    for (int row = 2; row < 4; ++row)
        f.list()->selectionModel()->select(f.list()->model()->index(row, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
    auto *compare = f.page->findChild<CompareView *>();
    QTRY_VERIFY(compare->isVisible());
    auto *table = compare->findChild<QTableWidget *>();
    QTRY_COMPARE(table->rowCount(), 3);
    QVERIFY(!table->item(0, 1)->text().isEmpty());
    auto *chart = compare->findChild<HistoryChart *>();
    const qsizetype all = pointsOf(chart);
    table->item(0, 0)->setCheckState(Qt::Unchecked);
    QVERIFY(pointsOf(chart) < all);
    f.list()->clearSelection();
    f.list()->setCurrentIndex(f.list()->model()->index(1, 0));
    QTRY_VERIFY(!compare->isVisible());
}

void TstConnectionHistory::showsAllTests()
{
    HistoryFixture f;
    f.run(u"connections.history"_s);
    auto *view = f.page->findChild<HistoryView *>();
    QVERIFY(view->isVisible());
    auto *tests = view->findChild<ListView *>(u"allTests"_s);
    QTRY_VERIFY(tests->model()->rowCount() >= 200);
    auto *range = view->findChild<QComboBox *>();
    range->setCurrentIndex(0);
    QTRY_VERIFY(tests->model()->rowCount() > 0 && tests->model()->rowCount() < 200);
    const QString name = tests->model()->index(0, 1).data().toString();
    QTest::keyClicks(view->findChild<QLineEdit *>(), name);
    QTRY_VERIFY(f.page->isIdle() && tests->model()->rowCount() > 0
                && tests->model()->index(tests->model()->rowCount() - 1, 1).data().toString() == name);
    tests->setCurrentIndex(tests->model()->index(0, 0));
    QTRY_VERIFY(view->findChild<TestView *>()->isVisible());
    QTest::keyClick(tests, Qt::Key_Return);
    QVERIFY(!view->isVisible());
    QTRY_COMPARE(f.list()->currentId(), f.named(name).id.value);
}

void TstConnectionHistory::setsHealthRulesInBulk()
{
    HistoryFixture f;
    f.list()->setCurrentIndex(f.list()->model()->index(1, 0));
    f.list()->selectionModel()->select(f.list()->model()->index(2, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
    const QList<qint64> ids = f.list()->selectedIds();
    f.run(u"connections.health"_s);
    QPointer<HealthDialog> dialog = f.page->window()->findChild<HealthDialog *>();
    QVERIFY(dialog);
    dialog->findChild<QCheckBox *>()->setChecked(true);
    for (QPushButton *button : dialog->findChildren<QPushButton *>())
        if (button->property("kind") == u"primary"_s) button->click();
    QTRY_VERIFY(!dialog);
    QCOMPARE(ids.size(), 2);
    for (const qint64 id : ids) QVERIFY(HealthRule::of(valueOf(f.workspace->connections().get({id})).config).isEnabled);
    QTRY_COMPARE(f.health.size(), 2);
    QTRY_VERIFY(!f.list()->model()->index(1, 0).data(Qt::ToolTipRole).toString().isEmpty());
}

void TstConnectionHistory::tellsOfHealth()
{
    PageFixture f;
    ConnectionDraft draft;
    draft.connection.name = u"gone"_s;
    draft.connection.databaseType = DatabaseType::Sqlite;
    draft.connection.databaseName = f.folder.filePath(u"gone.db"_s);
    draft.connection.config = HealthRule{true, 60, 2, 1}.putInto({});
    const Connection gone = valueOf(f.workspace->connections().add(draft));
    Timestamp now = Timestamp::now();
    HealthScheduler scheduler(f.workspace->connections(), nullptr, [&now] { return now; });
    QStringList opened;
    HealthNotices notices(scheduler, f.notifications, [&opened](const QString &id) { opened << id; });
    QSignalSpy loaded(&scheduler, &HealthScheduler::loaded);
    scheduler.reload();
    QVERIFY(loaded.wait());
    now.us += 31'000'000;
    scheduler.tick();
    QTRY_COMPARE(f.notifications.list().size(), 1);
    const Notification &notice = f.notifications.list().first();
    QVERIFY(notice.error.what.startsWith(u"gone is down"));
    QVERIFY(!notice.error.evidence.isEmpty());
    notice.act();
    QCOMPARE(opened, QStringList(QString::number(gone.id.value)));
}

void TstConnectionHistory::copiesWhatWasGiven()
{
    WrappedLabel label(u"TLS_AES_256 /etc/ssl/ca.pem"_s);
    label.setSelection(0, int(label.text().size()));
    QTest::keySequence(&label, QKeySequence::Copy);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"TLS_AES_256 /etc/ssl/ca.pem"_s);
    QVERIFY(label.text() != label.plainText());
}

/// A list copies its rows with Ctrl+C and, as JSON, with Ctrl+Shift+C: no command of the page takes these away.
void TstConnectionHistory::sharesNoKeys()
{
    HistoryFixture f;
    QSet<QString> keys{QKeySequence(Qt::CTRL | Qt::Key_C).toString(), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C).toString()};
    for (const Command &command : f.page->commands()) {
        if (command.shortcut.isEmpty()) continue;
        QVERIFY2(!keys.contains(command.shortcut.toString()), qPrintable(command.id));
        keys.insert(command.shortcut.toString());
        QCOMPARE(command.destructive, command.id == u"connections.remove");
    }
}

HEADGATE_TEST(TstConnectionHistory);
#include "tst_connectionhistory.moc"
