// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/tasks.h"
#include "app/connections/connectionservice.h"
#include "app/filters/savedfilterservice.h"
#include "models/connections/connectiontablemodel.h"
#include "tests/gui/support/pagefixture.h"
#include "tests/support/testregistry.h"
#include "ui/base/anyofdialog.h"
#include "ui/base/facetbutton.h"
#include "ui/base/facetpanel.h"
#include "ui/base/filterchips.h"
#include "ui/base/filterrow.h"
#include "ui/base/listpageframe.h"
#include "ui/base/listview.h"
#include "ui/base/savedfilterbutton.h"
#include "ui/base/timerangebutton.h"
#include "ui/base/timerangedialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPromise>
#include <QPushButton>
#include <QSignalSpy>

using namespace headgate;
using namespace headgate::test;

namespace {

using Op = ColumnFilter::Op;

/// Six connections in a frame as pages have it.
struct Filtered : PageFixture {
    Filtered()
    {
        int i = 0;
        for (const char *name : {"lake", "Lake house", "orders", "orders 100%", "events", "it's \"odd\""}) {
            ConnectionDraft draft;
            draft.connection.name = QString::fromUtf8(name);
            draft.connection.databaseType = DatabaseType::Sqlite;
            draft.connection.databaseName = folder.filePath(QString::number(i));
            draft.connection.environment = i % 2 ? Environment::Production : Environment::Test;
            draft.connection.tags = i < 2 ? QStringList{QStringLiteral("pii")} : QStringList();
            valueOf(workspace->connections().add(draft));
            ++i;
        }
        ConnectionService &service = workspace->connections();
        model = new ConnectionTableModel([&service](const auto &query, const auto &cursor, const auto &cancel) { return service.page(query, cursor, cancel); },
                                         [&service](const auto &query, const auto &cancel) { return service.count(query, cancel); });
        frame = std::make_unique<ListPageFrame>(model, new QWidget, theme);
        model->setParent(frame.get());
        environment = new FacetButton(QStringLiteral("environment"), QStringLiteral("Environment"), {{QStringLiteral("test"), QStringLiteral("Test")}, {QStringLiteral("production"), QStringLiteral("Production")}});
        frame->addFacet(environment);
        time = new TimeRangeButton(QStringLiteral("created_at"), QStringLiteral("Created"));
        frame->addTimeRange(time);
        frame->setFilterColumns(ConnectionService::filterColumns());
        frame->resize(1300, 700);
        frame->show();
        frame->activateWindow();
        model->refresh();
    }
    QLineEdit *field(const char *column) const { return frame->findChild<QLineEdit *>(QStringLiteral("filter.") + QLatin1String(column)); }
    QList<QToolButton *> chips() const
    {
        QList<QToolButton *> all;
        for (QToolButton *each : frame->findChild<FilterChips *>()->findChildren<QToolButton *>())
            if (!each->isHidden()) all << each;
        return all;
    }
    QString title(int section) const { return model->headerData(section, Qt::Horizontal).toString(); }

    ConnectionTableModel *model = nullptr;
    std::unique_ptr<ListPageFrame> frame;
    FacetButton *environment = nullptr;
    TimeRangeButton *time = nullptr;
};

}  // namespace

class TstColumnFilters : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void typesAFilter();
    void searchesFromAnywhere();
    void saysWhatIsWrong();
    void followsTheHeader();
    void removesByChip();
    void anyOf();
    void keepsAWholeQuery();
    void choosesATime();
    void coloursRows();
    void facetsCountLate();
    void facetsByKeyAndMouse();
};

void TstColumnFilters::typesAFilter()
{
    Filtered f;
    QTRY_COMPARE(f.model->rowCount(), 6);
    auto *row = f.frame->findChild<FilterRow *>();
    QVERIFY(row->isHidden());
    f.frame->view()->setFocus();
    QTest::keyClick(f.frame->view(), Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(row->isVisible());
    QTRY_VERIFY(f.field("name")->hasFocus());
    QTest::keyClicks(f.field("name"), QStringLiteral("LAKE"));
    QTest::keyClick(f.field("name"), Qt::Key_Return);
    QTRY_COMPARE(f.model->rowCount(), 2);
    QCOMPARE(f.title(0), QStringLiteral("Name •"));
    QCOMPARE(f.chips().size(), 1);
    f.field("name")->setText(QStringLiteral("100%|\"it's \"\"\""));  // without Enter: after a pause
    QTRY_COMPARE(f.model->rowCount(), 2);
    QTRY_COMPARE(f.model->query().filters.value(0).values.size(), 2);
    QTest::keyClick(f.field("name"), Qt::Key_Escape);
    QTRY_COMPARE(f.model->rowCount(), 6);
    QCOMPARE(f.title(0), QStringLiteral("Name"));
    QTest::keyClick(f.field("name"), Qt::Key_Escape);
    QVERIFY(row->isHidden());
    QTRY_VERIFY(f.frame->view()->hasFocus());
}

/// After a start the focus is in the navigation.
void TstColumnFilters::searchesFromAnywhere()
{
    Filtered f;
    QWidget window;
    auto *elsewhere = new QLineEdit(&window);
    f.frame->setParent(&window);
    window.resize(1300, 700);
    window.show();
    f.frame->show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    elsewhere->setFocus();
    QTest::keyClick(elsewhere, Qt::Key_F, Qt::ControlModifier);
    QTRY_VERIFY(f.frame->search()->hasFocus());
    elsewhere->setFocus();
    QTest::keyClick(elsewhere, Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(f.frame->findChild<FilterRow *>()->isVisible());
    f.frame->setParent(nullptr);
}

void TstColumnFilters::saysWhatIsWrong()
{
    Filtered f;
    f.frame->editColumnFilters();
    auto *fault = f.frame->findChild<QLabel *>(QStringLiteral("filterFault"));
    f.field("environment")->setText(QStringLiteral("prod"));
    QTRY_COMPARE(f.model->rowCount(), 3);
    QVERIFY(!fault->isVisible());
    f.field("environment")->setText(QStringLiteral("prodx"));
    QVERIFY(fault->isVisible());
    QVERIFY2(fault->text().contains(QStringLiteral("character 1")) && fault->text().contains(QStringLiteral("production")), qPrintable(fault->text()));
    QVERIFY(f.field("environment")->property("invalid").toBool());
    QTest::keyClick(f.field("environment"), Qt::Key_Return);
    QCOMPARE(f.model->query().filters.size(), 1);  // what held before
    QTRY_COMPARE(f.chips().size(), 1);
    QCOMPARE(f.chips().at(0)->text(), QStringLiteral("Env prod  ✕"));
    f.field("environment")->setText(QStringLiteral("!prod"));
    QVERIFY(!fault->isVisible());
    QTRY_COMPARE(f.model->query().filters.value(0).op, Op::NotEqual);
}

void TstColumnFilters::followsTheHeader()
{
    Filtered f;
    f.frame->editColumnFilters();
    QHeaderView *header = f.frame->view()->horizontalHeader();
    const auto isOver = [&](const char *column, int section) {
        QLineEdit *field = f.field(column);
        const int left = field->mapTo(f.frame.get(), QPoint()).x() - header->mapTo(f.frame.get(), QPoint()).x();
        return left == header->sectionViewportPosition(section) + 2 && field->width() == header->sectionSize(section) - 4;
    };
    QTRY_VERIFY(isOver("name", 0) && isOver("environment", 1) && isOver("last_response_ms", 5));
    header->resizeSection(1, 140);
    QTRY_VERIFY(isOver("environment", 1) && isOver("database_type", 2));
    header->moveSection(0, 2);
    QTRY_VERIFY(isOver("name", 0) && isOver("environment", 1));
    f.frame->view()->setColumnShown(3, false);
    QTRY_VERIFY(f.field("host")->isHidden());
    f.frame->view()->setColumnShown(3, true);
    QTRY_VERIFY(isOver("host", 3));
    f.frame->view()->setColumnShown(3, false);
    QTRY_VERIFY(f.field("host")->isHidden());
    QTRY_VERIFY(isOver("last_test_status", 4));
}

void TstColumnFilters::removesByChip()
{
    Filtered f;
    f.frame->editColumnFilters();
    f.field("name")->setText(QStringLiteral("lake"));
    f.field("tags")->setText(QStringLiteral("pii"));
    f.environment->choose({QStringLiteral("test")});
    QTRY_COMPARE(f.model->rowCount(), 1);
    QCOMPARE(f.chips().size(), 2);
    QCOMPARE(f.chips().at(0)->text(), QStringLiteral("Name lake  ✕"));
    QTest::mouseClick(f.chips().at(0), Qt::LeftButton);
    QCOMPARE(f.field("name")->text(), QString());
    QTRY_COMPARE(f.chips().size(), 1);
    QTest::keyClick(f.chips().at(0), Qt::Key_Space);
    QTRY_VERIFY(f.chips().isEmpty());
    QTRY_COMPARE(f.model->rowCount(), 3);  // the facet still holds
    f.frame->clearFilters();
    QTRY_COMPARE(f.model->rowCount(), 6);
}

void TstColumnFilters::anyOf()
{
    Filtered f;
    auto *more = f.frame->findChild<QToolButton *>(QStringLiteral("moreFilters"));
    more->menu()->actions().at(1)->trigger();
    auto *dialog = f.frame->window()->findChild<AnyOfDialog *>();
    QVERIFY(dialog);
    const auto columns = dialog->findChildren<QComboBox *>();
    auto edits = dialog->findChildren<QLineEdit *>();
    edits.removeIf([](const QLineEdit *each) { return qobject_cast<const QComboBox *>(each->parent()); });
    QPushButton *accept = nullptr;
    for (QPushButton *each : dialog->findChildren<QPushButton *>())
        if (each->isDefault()) accept = each;
    QVERIFY(accept && !accept->isEnabled());
    QCOMPARE(dialog->focusWidget(), edits.at(0));
    columns.at(0)->setCurrentIndex(columns.at(0)->findData(QStringLiteral("name")));
    columns.at(1)->setCurrentIndex(columns.at(1)->findData(QStringLiteral("tags")));
    edits.at(0)->setText(QStringLiteral("/^ev/"));
    edits.at(1)->setText(QStringLiteral(">x"));
    QVERIFY(!accept->isEnabled());
    edits.at(1)->setText(QStringLiteral("pii"));
    QVERIFY(accept->isEnabled());
    QTest::keyClick(edits.at(1), Qt::Key_Return);
    QTRY_COMPARE(f.model->rowCount(), 3);
    QCOMPARE(f.model->query().anyOf.size(), 1);
    QCOMPARE(f.chips().size(), 1);
    QVERIFY2(f.chips().at(0)->toolTip() == QStringLiteral("Name /^ev/ or Tags pii"), qPrintable(f.chips().at(0)->toolTip()));
    f.chips().at(0)->menu()->actions().at(1)->trigger();
    QTRY_COMPARE(f.model->rowCount(), 6);
}

void TstColumnFilters::keepsAWholeQuery()
{
    Filtered f;
    ListQuery query;
    query.search = QStringLiteral("e");
    query.timeZone = QStringLiteral("Europe/Berlin");
    query.filters = {{QStringLiteral("port"), Op::Equal, {QVariant()}},
                     {QStringLiteral("environment"), Op::In, {QStringLiteral("production")}},
                     {QStringLiteral("created_at"), Op::Equal, {QStringLiteral("today")}},
                     {QStringLiteral("name"), Op::NotContains, {QStringLiteral("100%")}},
                     {QStringLiteral("name"), Op::Greater, {QStringLiteral("A")}}};
    query.anyOf = {{{QStringLiteral("name"), Op::Contains, {QStringLiteral("lake")}}, {QStringLiteral("tags"), Op::Equal, {QStringLiteral("pii")}}}};
    f.frame->setQuery(query);
    QTRY_COMPARE(f.model->rowCount(), 1);
    QCOMPARE(f.model->data(f.model->index(0, 0)).toString(), QStringLiteral("Lake house"));
    QCOMPARE(f.environment->chosen(), QVariantList{QStringLiteral("production")});
    QVERIFY(f.time->text().contains(QStringLiteral("Today")));
    QCOMPARE(f.field("name")->text(), QStringLiteral("!100%"));
    const ListQuery shown = f.frame->query();
    QCOMPARE(shown.search, query.search);
    QCOMPARE(shown.timeZone, query.timeZone);
    QCOMPARE(shown.anyOf, query.anyOf);
    QCOMPARE(shown.filters.size(), query.filters.size());
    for (const ColumnFilter &each : query.filters) QVERIFY(shown.filters.contains(each));
    // A value that the menu does not offer is not lost.
    query = {};
    query.filters = {{QStringLiteral("environment"), Op::In, {QStringLiteral("staging")}}};
    f.frame->setQuery(query);
    QTRY_COMPARE(f.model->rowCount(), 0);
    QCOMPARE(f.field("environment")->text(), QStringLiteral("staging"));
}

void TstColumnFilters::choosesATime()
{
    Filtered f;
    QTRY_COMPARE(f.model->rowCount(), 6);
    for (QAction *each : f.time->menu()->actions())
        if (each->text() == u"Yesterday") each->trigger();
    QTRY_COMPARE(f.model->rowCount(), 0);
    for (QAction *each : f.time->menu()->actions())
        if (each->text() == u"&Between…") each->trigger();
    auto *dialog = f.frame->window()->findChild<TimeRangeDialog *>();
    QVERIFY(dialog);
    auto edits = dialog->findChildren<QLineEdit *>();
    edits.removeIf([](const QLineEdit *each) { return qobject_cast<const QComboBox *>(each->parent()); });
    auto *accept = dialog->findChild<QDialogButtonBox *>()->buttons().constLast();
    edits.at(0)->setText(QStringLiteral("soonish"));
    for (QAbstractButton *each : dialog->findChild<QDialogButtonBox *>()->buttons())
        if (static_cast<QPushButton *>(each)->isDefault()) accept = each;
    QVERIFY(!accept->isEnabled());
    edits.at(0)->setText(QStringLiteral("-1h"));
    edits.at(1)->setText(QStringLiteral("-2h"));
    QVERIFY(!accept->isEnabled());
    edits.at(1)->clear();
    QVERIFY(accept->isEnabled());
    dialog->findChild<QComboBox *>()->setEditText(QStringLiteral("Mars/Olympus"));
    QVERIFY(!accept->isEnabled());
    dialog->findChild<QComboBox *>()->setEditText(QStringLiteral("Asia/Tokyo"));
    QTest::keyClick(edits.at(0), Qt::Key_Return);
    QTRY_COMPARE(f.model->rowCount(), 6);
    QCOMPARE(f.model->query().timeZone, QStringLiteral("Asia/Tokyo"));
    QVERIFY(f.time->text().contains(QStringLiteral("Asia/Tokyo")));
}

void TstColumnFilters::coloursRows()
{
    Filtered f;
    auto *saved = new SavedFilterButton(f.workspace->savedFilters(), QStringLiteral("connections"), *f.frame, f.messages, f.notifications, f.frame.get());
    ListQuery query;
    query.filters = {{QStringLiteral("environment"), Op::Equal, {QStringLiteral("production")}}};
    const SavedFilter filter = valueOf(f.workspace->savedFilters().save(QStringLiteral("connections"), QStringLiteral("on production"), query));
    Q_EMIT saved->menu()->aboutToShow();
    QAction *red = nullptr;
    const auto findRed = [&] {
        for (QAction *each : saved->menu()->actions())
            if (each->menu() && each->text() == u"&Colour of matching rows") red = each->menu()->actions().at(0)->menu()->actions().at(2);
        return red != nullptr;
    };
    QTRY_VERIFY(findRed());
    red->trigger();
    QTRY_VERIFY(valueOf(f.workspace->savedFilters().list(QStringLiteral("connections"))).at(0).tint == u"red");
    QTRY_COMPARE(f.model->rowCount(), 6);
    const auto tints = [&f] {
        QStringList all;
        for (int i = 0; i < f.model->rowCount(); ++i) {
            const bool isProduction = f.model->index(i, 1).data(RecordTableModel::RawRole).toString() == u"production";
            const QString tint = f.model->index(i, 1).data(RecordTableModel::TintRole).toString();
            if (tint != (isProduction ? QStringLiteral("red") : QString())) all << tint;
        }
        return all;
    };
    QTRY_VERIFY(tints().isEmpty());
    QVERIFY(f.workspace->savedFilters().setTint(filter.id, QStringLiteral("plaid")).result().error().kind == ErrorKind::Invalid);
}

void TstColumnFilters::facetsCountLate()
{
    Theme theme(*qApp);
    std::vector<std::shared_ptr<QPromise<Result<QList<FacetCount>>>>> asked;
    QList<CancelToken> tokens;
    FacetPanel panel(QStringLiteral("actor"), QStringLiteral("Actor"),
                     [&](const ListQuery &, const QString &, const CancelToken &cancel) {
                         asked.push_back(std::make_shared<QPromise<Result<QList<FacetCount>>>>());
                         asked.back()->start();
                         tokens << cancel;
                         return asked.back()->future();
                     },
                     theme);
    panel.resize(240, 300);
    panel.show();
    auto *list = panel.findChild<QListWidget *>();
    const auto answer = [&](size_t which, const QList<FacetCount> &counts) {
        asked[which]->addResult(Result<QList<FacetCount>>(counts));
        asked[which]->finish();
    };
    panel.setQuery({});
    panel.setQuery({QStringLiteral("x"), {}, {}});
    QVERIFY(tokens.at(0).isCancelled() && !tokens.at(1).isCancelled());
    answer(1, {{QStringLiteral("ada"), 3}, {QVariant(), 1}});
    QTRY_COMPARE(list->count(), 2);
    answer(0, {{QStringLiteral("late"), 9}});
    QCoreApplication::processEvents();
    QCOMPARE(list->item(0)->text(), QStringLiteral("ada"));
    QCOMPARE(list->item(1)->text(), QStringLiteral("none"));
    panel.choose({QStringLiteral("ada")});
    panel.setQuery({});
    answer(2, {{QStringLiteral("grace"), 5}});
    QTRY_COMPARE(list->item(0)->text(), QStringLiteral("grace"));
    QCOMPARE(list->count(), 2);  // what was chosen stays, without a count
    QCOMPARE(list->item(1)->text(), QStringLiteral("ada"));
    QCOMPARE(list->item(1)->checkState(), Qt::Checked);
}

void TstColumnFilters::facetsByKeyAndMouse()
{
    Filtered f;
    auto *panel = new FacetPanel(QStringLiteral("connection_type"), QStringLiteral("Role"),
                                 [&f](const auto &query, const auto &column, const auto &cancel) { return f.workspace->connections().facets(query, column, cancel); }, f.theme, f.frame.get());
    auto *names = new FacetPanel(QStringLiteral("name"), QStringLiteral("Name"),
                                 [&f](const auto &query, const auto &column, const auto &cancel) { return f.workspace->connections().facets(query, column, cancel); }, f.theme, f.frame.get());
    f.frame->addFacetPanel(panel);
    f.frame->addFacetPanel(names);
    names->resize(260, 300);
    names->show();
    auto *list = names->findChild<QListWidget *>();
    QTRY_COMPARE(list->count(), 6);
    list->setFocus();
    list->setCurrentRow(0);
    QTest::keyClick(list, Qt::Key_Space);
    QTRY_COMPARE(f.model->rowCount(), 1);
    QCOMPARE(list->count(), 6);  // its own choice does not narrow it
    const QRect second = list->visualItemRect(list->item(1));
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, second.topLeft() + QPoint(10, second.height() / 2));
    QTRY_COMPARE(f.model->rowCount(), 2);
    f.environment->choose({QStringLiteral("test")});
    QTRY_VERIFY(list->count() < 6);
    f.frame->clearFilters();
    QTRY_COMPARE(f.model->rowCount(), 6);
    QVERIFY(names->chosen().isEmpty());
}

HEADGATE_TEST(TstColumnFilters);
#include "tst_columnfilters.moc"
