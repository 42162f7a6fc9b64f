// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/shell/demopage.h"
#include "tests/support/testregistry.h"
#include "ui/base/formfield.h"
#include "ui/base/messagebar.h"
#include "ui/base/plaintable.h"
#include "ui/base/plaintext.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QLineEdit>
#include <QPromise>
#include <QSignalSpy>
#include <QTest>
#include <QTextDocument>

using namespace headgate;
using namespace headgate::test;

class TstLists : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keys();
    void anotherQueryLeavesNoCurrentRow();
    void showsValuesAsTheyAre();
    void copiesAsCsvAndJson();
    void columnsAreRemembered();
    void nameTakesWhatIsLeft();
    void emptyOffersAnAction();
    void failureKeepsTheRows();
    void errorReplacesHelpOnceLeft();
};

namespace {

struct Listed {
    explicit Listed(const QList<DemoRow> &rows = demoRows()) : model(rows), panel(&model, theme)
    {
        panel.setEmptyText(QStringLiteral("Nothing yet."), QStringLiteral("Add one"), QStringLiteral("Nothing matches."));
        panel.resize(1200, 500);
        panel.show();
        model.refresh();
    }
    Theme theme{*qApp};
    DemoModel model;
    ListPanel panel;
};

}  // namespace

void TstLists::keys()
{
    Listed list;
    ListView *view = list.panel.view();
    QTRY_COMPARE(list.model.rowCount(), 8);
    QSignalSpy opened(view, &ListView::openRequested);
    QSignalSpy removed(view, &ListView::removeRequested);
    QSignalSpy current(view, &ListView::currentIdChanged);
    view->selectId(3);
    QCOMPARE(view->currentId(), 3);
    QCOMPARE(current.size(), 1);
    QTest::keyClick(view, Qt::Key_Down);
    QTest::keyClick(view, Qt::Key_Return);
    QTest::keyClick(view, Qt::Key_F2);
    QCOMPARE(opened.size(), 2);
    QCOMPARE(opened.constFirst().constFirst().toLongLong(), 4);
    QTest::keyClick(view, Qt::Key_Down, Qt::ShiftModifier);
    QTest::keyClick(view, Qt::Key_Delete);
    QCOMPARE(removed.constFirst().constFirst().value<QList<qint64>>(), (QList<qint64>{4, 5}));
    view->setCurrentIndex({});
    QCOMPARE(current.constLast().constFirst().toLongLong(), 0);
}

void TstLists::anotherQueryLeavesNoCurrentRow()
{
    Listed list;
    ListView *view = list.panel.view();
    QTRY_COMPARE(list.model.rowCount(), 8);
    view->selectId(3);
    QSignalSpy current(view, &ListView::currentIdChanged);
    ListQuery query;
    query.search = QStringLiteral("billing");
    list.model.setQuery(query);
    QTRY_COMPARE(current.size(), 1);
    QCOMPARE(current.constFirst().constFirst().toLongLong(), 0);
}

/// A tooltip guesses at HTML.
void TstLists::showsValuesAsTheyAre()
{
    Listed list;
    PlainTable table(list.theme, {QStringLiteral("Name")});
    table.setRowCount(1);
    const QString value = QStringLiteral("<b>bold</b> & <a href=\"https://x.example\">x</a>");
    QTextDocument shown;
    shown.setHtml(table.put(0, 0, value)->toolTip());
    QCOMPARE(shown.toPlainText(), value);
    QCOMPARE(asPlain(QStringLiteral("1 < 2")), QStringLiteral("1 < 2"));
}

void TstLists::copiesAsCsvAndJson()
{
    Listed list;
    ListView *view = list.panel.view();
    QTRY_COMPARE(list.model.rowCount(), 8);
    view->selectId(8);
    QTest::keyClick(view, Qt::Key_C, Qt::ControlModifier);
    const QStringList lines = QApplication::clipboard()->text().split(QLatin1Char('\n'));
    QVERIFY(lines.at(0).startsWith(QStringLiteral("name,environment,")));
    QVERIFY2(lines.at(1).startsWith(QStringLiteral("\"events\",\"development\",\"events.internal:5432\",,\"7010.5\"")), qPrintable(lines.at(1)));
    const QJsonArray rows = QJsonDocument::fromJson(view->selectionAs(ListFormat::Json).toUtf8()).array();
    QCOMPARE(rows.size(), 1);
    QCOMPARE(rows.at(0)[QLatin1String("name")].toString(), QStringLiteral("events"));
    QVERIFY(rows.at(0)[QLatin1String("status")].isNull());
    QCOMPARE(rows.at(0)[QLatin1String("ms")].toDouble(), 7010.5);
}

void TstLists::columnsAreRemembered()
{
    Listed one;
    one.panel.view()->setColumnShown(2, false);
    one.panel.view()->setColumnWidth(3, 177);
    Listed other;
    other.panel.view()->restoreState(one.panel.view()->saveState());
    QVERIFY(other.panel.view()->isColumnHidden(2));
    QCOMPARE(other.panel.view()->columnWidth(3), 177);
}

void TstLists::nameTakesWhatIsLeft()
{
    Listed list;
    ListView *view = list.panel.view();
    int all = 0;
    for (int i = 0; i < list.model.columnCount(); ++i) all += view->columnWidth(i);
    QCOMPARE(all, view->viewport()->width());
    QTRY_VERIFY(list.model.rowCount() > 0);
    QCOMPARE(view->rowHeight(0), 28);
    QCOMPARE(view->horizontalHeader()->height(), 28);
}

void TstLists::emptyOffersAnAction()
{
    Listed list(QList<DemoRow>{});
    QTRY_VERIFY(list.model.hasLoaded());
    QPushButton *action = nullptr;
    for (auto *button : list.panel.findChildren<QPushButton *>())
        if (button->text() == QStringLiteral("Add one")) action = button;
    QVERIFY(action);
    QTRY_VERIFY(action->isVisible());
    QSignalSpy asked(&list.panel, &ListPanel::emptyActionRequested);
    action->click();
    QCOMPARE(asked.size(), 1);
}

void TstLists::failureKeepsTheRows()
{
    bool fail = false;
    struct FailingModel final : RecordListModel<DemoRow> {
        using RecordListModel::RecordListModel;
        QVariant value(const DemoRow &row, int column) const override { return row.cells.at(column); }
    };
    FailingModel model({{QStringLiteral("name"), QStringLiteral("Name")}},
                       [&fail](const ListQuery &, const ListCursor &, const CancelToken &) {
                           if (fail) return answered(Result<ListPage<DemoRow>>(Error{ErrorKind::Unreachable, QStringLiteral("The list could not be read"), {}, QStringLiteral("server closed the connection"), {}}));
                           return answered(Result<ListPage<DemoRow>>(ListPage<DemoRow>{demoRows(), {}, true}));
                       },
                       [](const ListQuery &, const CancelToken &) { return answered(Result<qint64>(8)); });
    Theme theme(*qApp);
    ListPanel panel(&model, theme);
    panel.show();
    model.refresh();
    QTRY_COMPARE(model.rowCount(), 8);
    fail = true;
    model.refresh();
    auto *banner = panel.findChild<MessageBar *>();
    QTRY_VERIFY(banner->isVisible());
    QCOMPARE(model.rowCount(), 8);
    fail = false;
    banner->findChild<QPushButton *>()->click();
    QTRY_VERIFY(!banner->isVisible());
}

void TstLists::errorReplacesHelpOnceLeft()
{
    QWidget page;
    FormLayout form(&page);
    auto *editor = new QLineEdit;
    auto *other = new QLineEdit;
    FormField *field = form.addField(QStringLiteral("&Port"), editor, QStringLiteral("5432 by default"));
    form.addField(QStringLiteral("&Host"), other);
    page.show();
    QVERIFY(QTest::qWaitForWindowActive(&page));
    QCOMPARE(editor->accessibleName(), QStringLiteral("Port"));
    editor->setFocus();
    field->setError(QStringLiteral("The port is a number."));
    QCOMPARE(editor->accessibleDescription(), QStringLiteral("5432 by default"));
    other->setFocus();
    QVERIFY(editor->accessibleDescription().endsWith(QStringLiteral("The port is a number.")));
    field->setError({});
    QCOMPARE(editor->accessibleDescription(), QStringLiteral("5432 by default"));
}

HEADGATE_TEST(TstLists);
#include "tst_lists.moc"
