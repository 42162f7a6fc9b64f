// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/auditservice.h"
#include "app/base/tasks.h"
#include "app/catalog/discoveryservice.h"
#include "app/connections/connectionservice.h"
#include "models/catalog/discoverymodel.h"
#include "tests/gui/support/pagefixture.h"
#include "tests/support/testregistry.h"
#include "ui/connections/discoverydialog.h"
#include "ui/connections/discoverytab.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QFile>
#include <QLineEdit>
#include <QListWidget>
#include <QPointer>
#include <QPushButton>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTreeView>
#include <QTreeWidget>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int tableCount = 1200;

QPushButton *button(QWidget *parent, const QString &text)
{
    for (auto *each : parent->findChildren<QPushButton *>())
        if (each->text().remove(u'&') == text) return each;
    return nullptr;
}

struct DiscoveryFixture : PageFixture {
    DiscoveryFixture()
    {
        path = folder.filePath(u"shop.db"_s);
        {
            QSqlDatabase file = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"shop"_s);
            file.setDatabaseName(path);
            if (!file.open()) qFatal("the shop cannot be made");
            QSqlQuery query(file);
            query.exec(u"BEGIN"_s);
            for (int i = 0; i < tableCount; ++i) query.exec(u"CREATE TABLE t%1(id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT 'x')"_s.arg(i, 4, 10, QChar(u'0')));
            query.exec(u"CREATE TABLE keyless(a REFERENCES t0001(id))"_s);
            query.exec(u"COMMIT"_s);
        }
        QSqlDatabase::removeDatabase(u"shop"_s);
        ConnectionDraft draft;
        draft.connection.name = u"shop"_s;
        draft.connection.databaseType = DatabaseType::Sqlite;
        draft.connection.databaseName = path;
        connection = valueOf(workspace->connections().add(draft));
    }

    /// Deletes itself when it is closed.
    DiscoveryDialog *open()
    {
        auto *dialog = new DiscoveryDialog(workspace->discovery(), valueOf(workspace->connections().get(connection.id)), {theme, messages, files});
        tree = dialog->findChild<QTreeView *>();
        model = dialog->findChild<DiscoveryModel *>();
        new QAbstractItemModelTester(model, QAbstractItemModelTester::FailureReportingMode::QtTest, dialog);
        dialog->open();
        return dialog;
    }
    QModelIndex schema() const { return model->index(0, 0); }
    QModelIndex find(const QString &name) const
    {
        for (int row = 0; row < model->rowCount(schema()); ++row)
            if (const QModelIndex index = model->index(row, 0, schema()); index.data().toString() == name) return index;
        return {};
    }

    QString path;
    Connection connection;
    QPointer<QTreeView> tree;
    QPointer<DiscoveryModel> model;
};

}  // namespace

class TstDiscoveryDialog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void showsTheOnlySchemaAtOnce();
    void goesOnWhenAsked();
    void showsColumnsAndKeys();
    void searchesWhileOneTypes();
    void keepsWhatIsTicked();
    void asksBeforeThrowingAChoiceAway();
    void copiesNames();
    void triesAgain();
    void closesWhileItAsks();
    void showsTheChoiceInTheTab();
};

void TstDiscoveryDialog::showsTheOnlySchemaAtOnce()
{
    DiscoveryFixture fixture;
    const std::unique_ptr<DiscoveryDialog> dialog(fixture.open());
    QTRY_COMPARE(fixture.model->rowCount(fixture.schema()), 501);
    QVERIFY(fixture.tree->isExpanded(fixture.schema()));
    QVERIFY(fixture.find(u"keyless"_s).isValid());
}

void TstDiscoveryDialog::goesOnWhenAsked()
{
    DiscoveryFixture fixture;
    const std::unique_ptr<DiscoveryDialog> dialog(fixture.open());
    for (const int expected : {501, 1001, tableCount + 1}) {
        QTRY_COMPARE(fixture.model->rowCount(fixture.schema()), expected);
        fixture.tree->setCurrentIndex(fixture.model->index(expected - 1, 0, fixture.schema()));
        fixture.tree->setFocus();
        QTest::keyClick(fixture.tree, Qt::Key_Return);
    }
    QVERIFY(fixture.find(u"t1199"_s).isValid());
}

void TstDiscoveryDialog::showsColumnsAndKeys()
{
    DiscoveryFixture fixture;
    const std::unique_ptr<DiscoveryDialog> dialog(fixture.open());
    QTRY_VERIFY(fixture.find(u"keyless"_s).isValid());
    auto *columns = dialog->findChild<QTreeWidget *>(u"columns"_s);
    auto *keys = dialog->findChild<QTreeWidget *>(u"keys"_s);
    fixture.tree->setCurrentIndex(fixture.find(u"t0001"_s));
    QTRY_COMPARE(columns->topLevelItemCount(), 2);
    QCOMPARE(columns->topLevelItem(1)->text(0), u"name"_s);
    QCOMPARE(columns->topLevelItem(1)->text(2), u"not null, default 'x'"_s);
    QCOMPARE(keys->topLevelItem(0)->text(0), u"primary"_s);
    fixture.tree->setCurrentIndex(fixture.find(u"keyless"_s));
    QTRY_COMPARE(columns->topLevelItemCount(), 1);
    QVERIFY(keys->topLevelItem(0)->text(2).contains(u"main.t0001 (id)"_s));
    fixture.tree->setCurrentIndex(fixture.schema());
    QVERIFY(!columns->isVisible());
}

void TstDiscoveryDialog::searchesWhileOneTypes()
{
    DiscoveryFixture fixture;
    const std::unique_ptr<DiscoveryDialog> dialog(fixture.open());
    auto *search = dialog->findChild<QLineEdit *>();
    QTest::keyClicks(search, u"T119"_s);
    QTRY_COMPARE(fixture.model->rowCount(), 10);
    QCOMPARE(fixture.model->index(0, 0).data().toString(), u"main.t1190"_s);
    search->clear();
    QTRY_VERIFY(fixture.model->hasChildren(fixture.schema()));
}

void TstDiscoveryDialog::keepsWhatIsTicked()
{
    DiscoveryFixture fixture;
    {
        const std::unique_ptr<DiscoveryDialog> dialog(fixture.open());
        QTRY_VERIFY(fixture.find(u"t0002"_s).isValid());
        QPushButton *keep = button(dialog.get(), u"Keep choice"_s);
        QVERIFY(!keep->isEnabled());
        for (const QString &name : {u"t0002"_s, u"keyless"_s}) {
            fixture.tree->setCurrentIndex(fixture.find(name));
            QTest::keyClick(fixture.tree, Qt::Key_Space);
        }
        QVERIFY(keep->isEnabled());
        keep->click();
        QTRY_COMPARE(DiscoveryService::chosenTables(valueOf(fixture.workspace->connections().get(fixture.connection.id))).size(), 2);
        QTRY_VERIFY(!keep->isEnabled());
        button(dialog.get(), u"Copy table.include.list"_s)->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), u"main.keyless,main.t0002"_s);
    }
    const auto trail = valueOf(fixture.workspace->audit().page({}, {std::nullopt, 1}));
    QCOMPARE(trail.rows.first().action, u"UPDATE"_s);
    QCOMPARE(trail.rows.first().entityName, u"shop"_s);
    const std::unique_ptr<DiscoveryDialog> again(fixture.open());
    QTRY_VERIFY(fixture.find(u"t0002"_s).isValid());
    QCOMPARE(fixture.find(u"t0002"_s).data(Qt::CheckStateRole).toInt(), int(Qt::Checked));
    QCOMPARE(fixture.find(u"t0003"_s).data(Qt::CheckStateRole).toInt(), int(Qt::Unchecked));
}

void TstDiscoveryDialog::asksBeforeThrowingAChoiceAway()
{
    DiscoveryFixture fixture;
    const std::unique_ptr<DiscoveryDialog> dialog(fixture.open());
    dialog->setAttribute(Qt::WA_DeleteOnClose, false);
    QTRY_VERIFY(fixture.find(u"t0002"_s).isValid());
    fixture.tree->setCurrentIndex(fixture.find(u"t0002"_s));
    QTest::keyClick(fixture.tree, Qt::Key_Space);
    fixture.messages.answer = false;
    QTest::keyClick(dialog.get(), Qt::Key_Escape);
    QCOMPARE(fixture.messages.asked.size(), 1);
    QVERIFY(dialog->isVisible());
    QTest::keyClick(fixture.tree, Qt::Key_Space);
    QTest::keyClick(dialog.get(), Qt::Key_Escape);
    QCOMPARE(fixture.messages.asked.size(), 1);
    QVERIFY(!dialog->isVisible());
}

void TstDiscoveryDialog::copiesNames()
{
    DiscoveryFixture fixture;
    const std::unique_ptr<DiscoveryDialog> dialog(fixture.open());
    QTRY_VERIFY(fixture.find(u"t0002"_s).isValid());
    fixture.tree->setCurrentIndex(fixture.find(u"t0002"_s));
    QTest::keyClick(fixture.tree, Qt::Key_Down, Qt::ShiftModifier);
    button(dialog.get(), u"Copy names"_s)->click();
    QCOMPARE(QGuiApplication::clipboard()->text(), u"main.t0002\nmain.t0003"_s);
}

void TstDiscoveryDialog::triesAgain()
{
    DiscoveryFixture fixture;
    QVERIFY(QFile::rename(fixture.path, fixture.path + u".away"_s));
    const std::unique_ptr<DiscoveryDialog> dialog(fixture.open());
    const auto type = [&] { return DiscoveryModel::RowType(fixture.model->index(0, 0).data(DiscoveryModel::RowTypeRole).toInt()); };
    QTRY_COMPARE(type(), DiscoveryModel::RowType::Failed);
    QVERIFY(fixture.model->index(0, 0).data().toString().contains(fixture.path));
    QVERIFY(QFile::rename(fixture.path + u".away"_s, fixture.path));
    fixture.tree->setCurrentIndex(fixture.model->index(0, 0));
    QTest::keyClick(fixture.tree, Qt::Key_Return);
    QTRY_COMPARE(type(), DiscoveryModel::RowType::Schema);
}

void TstDiscoveryDialog::closesWhileItAsks()
{
    DiscoveryFixture fixture;
    for (int i = 0; i < 20; ++i) {
        const std::unique_ptr<DiscoveryDialog> dialog(fixture.open());
        if (i % 2 == 0) QTest::qWait(i);
    }
}

void TstDiscoveryDialog::showsTheChoiceInTheTab()
{
    DiscoveryFixture fixture;
    DiscoveryTab tab(fixture.workspace->discovery(), {fixture.theme, fixture.messages, fixture.files});
    tab.setConnection(fixture.connection);
    auto *list = tab.findChild<QListWidget *>();
    QCOMPARE(list->count(), 0);
    tab.setConnection(valueOf(fixture.workspace->discovery().choose(fixture.connection.id, {{u"main"_s, u"t0007"_s}})));
    QCOMPARE(list->item(0)->text(), u"main.t0007"_s);
    button(&tab, u"Copy table.include.list"_s)->click();
    QCOMPARE(QGuiApplication::clipboard()->text(), u"main.t0007"_s);
}

HEADGATE_TEST(TstDiscoveryDialog);

#include "tst_discoverydialog.moc"
