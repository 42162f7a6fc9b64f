// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/auditservice.h"
#include "app/base/tasks.h"
#include "app/connections/connectionservice.h"
#include "app/filters/savedfilterservice.h"
#include "tests/gui/support/pagefixture.h"
#include "tests/support/testregistry.h"
#include "ui/base/environmentband.h"
#include "ui/base/facetbutton.h"
#include "ui/base/listview.h"
#include "ui/base/savedfilterbutton.h"
#include "ui/connections/bulkdialog.h"
#include "ui/connections/clonedialog.h"
#include "ui/connections/connectionspage.h"
#include "ui/connections/importdialog.h"
#include "ui/shell/palettesource.h"

#include <QClipboard>
#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QInputDialog>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QTableWidget>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

struct ActsFixture : PageFixture {
    ActsFixture() : page(workspace->connections(), jobs, notifications, {theme, messages, files})
    {
        page.setSavedFilters(workspace->savedFilters());
        page.resize(1200, 800);
        page.show();
    }

    ListView *list() const { return page.findChild<ListView *>(u"list"_s); }
    int rows() const { return list()->model()->rowCount(); }
    Connection add(const QString &name, Environment environment = Environment::Development)
    {
        ConnectionDraft draft;
        draft.connection.name = name;
        draft.connection.databaseType = DatabaseType::Sqlite;
        draft.connection.databaseName = folder.filePath(name + u".db"_s);
        draft.connection.environment = environment;
        return valueOf(workspace->connections().add(draft));
    }
    Connection stored(const QString &name) { return valueOf(workspace->connections().getByName(name)); }
    void run(const QString &command)
    {
        for (const Command &each : page.commands())
            if (each.id == command) return each.run();
        QFAIL(qPrintable(command));
    }
    QMenu *moreMenu()
    {
        QMenu *menu = page.findChild<QPushButton *>(u"more"_s)->menu();
        Q_EMIT menu->aboutToShow();
        return menu;
    }
    template <typename T>
    T *dialog() const { return page.window()->findChild<T *>(); }

    ConnectionsPage page;
};

QAction *actionOf(QMenu *menu, const QString &text)
{
    for (QAction *each : menu->actions())
        if (each->text().remove(u'&') == text) return each;
    return nullptr;
}

QPushButton *act(QWidget *dialog) { return dialog->findChild<QPushButton *>(u"act"_s); }

QStringList column(const QTableWidget *table, int column)
{
    QStringList texts;
    for (int row = 0; row < table->rowCount(); ++row) texts << (table->item(row, column) ? table->item(row, column)->text() : QString());
    return texts;
}

/// A pipeline made by hand: its page is to come.
void addPipeline(const PageFixture &f, const QString &name, ConnectionId source)
{
    {
        auto database = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"pipelines"_s);
        database.setDatabaseName(f.folder.filePath(u"workspace.sqlite"_s));
        QVERIFY(database.open());
        QSqlQuery query(database);
        QVERIFY(query.exec(u"create temp table session_operation (x)"_s));
        const bool inserted = query.exec(u"insert into pipelines (name, pipeline_type, tables, mode, engine, source_connection_id) values ('%1', 'cdc', '[]', 'cdc_only', 'builtin', %2)"_s.arg(name).arg(source.value));
        QVERIFY2(inserted, qPrintable(query.lastError().text()));
    }
    QSqlDatabase::removeDatabase(u"pipelines"_s);
}

}  // namespace

class TstConnectionActs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsManySelectedAcrossARefresh();
    void showsThePlanAndTheResults();
    void namesTheGravestEnvironment();
    void removesWhatNoPipelineUses();
    void tagsMany();
    void importsFromAFile();
    void clones();
    void copiesAs();
    void exportsTheList();
    void savesAndAppliesFilters();
    void ranksTheExactNameFirst();
    void asksForTheReasonOfReadOnly();
};

void TstConnectionActs::keepsManySelectedAcrossARefresh()
{
    ActsFixture f;
    for (const QString &name : {u"b"_s, u"c"_s, u"d"_s}) f.add(name);
    f.page.refresh();
    QTRY_COMPARE(f.rows(), 3);
    f.list()->selectAll();
    const QList<qint64> before = f.list()->selectedIds();
    QCOMPARE(before.size(), 3);
    f.add(u"a"_s);
    f.page.refresh();
    QTRY_COMPARE(f.rows(), 4);
    QCOMPARE(f.list()->selectedIds(), before);
}

void TstConnectionActs::showsThePlanAndTheResults()
{
    ActsFixture f;
    f.add(u"live"_s, Environment::Production);
    f.add(u"spare"_s);
    f.page.refresh();
    QTRY_COMPARE(f.rows(), 2);
    f.list()->selectAll();
    f.run(u"connections.deactivate"_s);
    auto *dialog = f.dialog<BulkDialog>();
    QVERIFY(dialog);
    auto *table = dialog->findChild<QTableWidget *>();
    QTRY_COMPARE(column(table, 2), (QStringList{u"is no longer active"_s, u"is no longer active"_s}));
    QCOMPARE(act(dialog)->text(), u"Deactivate 2 connections, 1 of them on production"_s);
    QCOMPARE(dialog->findChild<EnvironmentBand *>()->environment(), Environment::Production);
    QVERIFY(std::ranges::any_of(dialog->findChildren<QLabel *>(), [](QLabel *label) { return label->text().contains(u"On production: live."_s); }));
    QTest::mouseClick(act(dialog), Qt::LeftButton);
    QTRY_COMPARE(column(table, 2).value(0), u"done: is no longer active"_s);
    QVERIFY(!f.stored(u"live"_s).isActive && !f.stored(u"spare"_s).isActive);
    QVERIFY(act(dialog)->isHidden());
    QTest::keyClick(dialog, Qt::Key_Escape);
    QTRY_VERIFY(!f.dialog<BulkDialog>());
}

void TstConnectionActs::namesTheGravestEnvironment()
{
    ActsFixture f;
    f.add(u"stage"_s, Environment::Staging);
    f.add(u"spare"_s);
    f.page.refresh();
    QTRY_COMPARE(f.rows(), 2);
    f.list()->selectAll();
    f.run(u"connections.deactivate"_s);
    auto *dialog = f.dialog<BulkDialog>();
    QTRY_VERIFY(act(dialog)->isEnabled());
    QCOMPARE(dialog->findChild<EnvironmentBand *>()->environment(), Environment::Staging);
    QCOMPARE(act(dialog)->text(), u"Deactivate 2 connections"_s);
}

void TstConnectionActs::removesWhatNoPipelineUses()
{
    ActsFixture f;
    const Connection used = f.add(u"used"_s);
    f.add(u"free"_s);
    addPipeline(f, u"nightly"_s, used.id);
    f.page.refresh();
    QTRY_COMPARE(f.rows(), 2);
    f.list()->selectAll();
    f.list()->setFocus();
    QTest::keyClick(f.list(), Qt::Key_Delete);
    auto *dialog = f.dialog<BulkDialog>();
    auto *table = dialog->findChild<QTableWidget *>();
    QTRY_COMPARE(column(table, 2), (QStringList{u"removed; nothing depends on it"_s, u"refused: used by the pipeline nightly"_s}));
    QCOMPARE(act(dialog)->text(), u"Remove 1 connection"_s);
    QTest::mouseClick(act(dialog), Qt::LeftButton);
    QTRY_COMPARE(f.rows(), 1);
    QCOMPARE(f.stored(u"used"_s).id, used.id);
}

void TstConnectionActs::tagsMany()
{
    ActsFixture f;
    f.add(u"one"_s);
    f.page.refresh();
    QTRY_COMPARE(f.rows(), 1);
    f.list()->selectAll();
    f.run(u"connections.addTag"_s);
    auto *dialog = f.dialog<BulkDialog>();
    QVERIFY(!act(dialog)->isEnabled());
    QTest::keyClicks(dialog->findChild<QLineEdit *>(), u"core"_s);
    QTRY_VERIFY(act(dialog)->isEnabled());
    QTest::mouseClick(act(dialog), Qt::LeftButton);
    QTRY_COMPARE(f.stored(u"one"_s).tags, QStringList{u"core"_s});
}

void TstConnectionActs::importsFromAFile()
{
    ActsFixture f;
    f.files.path = f.folder.filePath(u".env.production"_s);
    QFile file(f.files.path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("DATABASE_URL=postgresql://app:c4n4ry@db/shop\nREDIS_URL=redis://cache\nPGHOST=pg\n");
    file.close();
    f.run(u"connections.import"_s);
    auto *dialog = f.dialog<ImportDialog>();
    QVERIFY(dialog);
    const auto tables = dialog->findChildren<QTableWidget *>();
    QTRY_COMPARE(tables[0]->rowCount(), 2);
    QCOMPARE(column(tables[0], 4), (QStringList{u"••••"_s, QString()}));
    QCOMPARE(column(tables[1], 0), QStringList{u"2"_s});
    QCOMPARE(act(dialog)->text().remove(u'&'), u"Import 1 into production"_s);
    tables[0]->item(0, 0)->setText(u"the shop"_s);
    for (auto *table : tables)
        for (int row = 0; row < table->rowCount(); ++row)
            for (int i = 0; i < table->columnCount(); ++i) QVERIFY(!table->item(row, i) || !table->item(row, i)->text().contains(u"c4n4ry"_s));
    QTest::mouseClick(act(dialog), Qt::LeftButton);
    QTRY_COMPARE(f.rows(), 1);
    QCOMPARE(column(tables[0], 1), (QStringList{u"added: Its password is sealed."_s, u"skipped"_s}));
    QVERIFY(f.stored(u"the shop"_s).hasSecret);
    QCOMPARE(f.stored(u"the shop"_s).environment, Environment::Production);
}

void TstConnectionActs::clones()
{
    ActsFixture f;
    f.list()->selectId(f.add(u"one"_s).id.value);
    f.page.refresh();
    QTRY_COMPARE(f.rows(), 1);
    f.list()->selectAll();
    f.list()->setCurrentIndex(f.list()->model()->index(0, 0));
    f.run(u"connections.clone"_s);
    auto *dialog = f.dialog<CloneDialog>();
    QCOMPARE(dialog->findChild<QLineEdit *>()->text(), u"one copy"_s);
    QTest::keyClick(dialog->findChild<QLineEdit *>(), Qt::Key_Return);
    QTRY_COMPARE(f.rows(), 2);
    QCOMPARE(f.stored(u"one copy"_s).databaseName, f.stored(u"one"_s).databaseName);
}

void TstConnectionActs::copiesAs()
{
    ActsFixture f;
    f.add(u"one"_s);
    f.page.refresh();
    QTRY_COMPARE(f.rows(), 1);
    f.list()->setCurrentIndex(f.list()->model()->index(0, 0));
    QMenu *copies = actionOf(f.moreMenu(), u"Copy as"_s)->menu();
    QVERIFY(copies);
    actionOf(copies, u"file: URI"_s)->trigger();
    QVERIFY(QGuiApplication::clipboard()->text().startsWith(u"file:/"_s));
    actionOf(copies, u"JDBC"_s)->trigger();
    QVERIFY(QGuiApplication::clipboard()->text().startsWith(u"jdbc:sqlite:"_s));
}

void TstConnectionActs::exportsTheList()
{
    ActsFixture f;
    f.add(u"one"_s);
    f.page.refresh();
    QTRY_COMPARE(f.rows(), 1);
    f.files.path = f.folder.filePath(u"list.md"_s);
    f.run(u"connections.export.markdown"_s);
    QTRY_VERIFY(QFile::exists(f.files.path));
    QTRY_VERIFY(f.jobs.jobs().isEmpty());
    QCOMPARE(f.notifications.list().value(0).error.what, u"Wrote 1 row to list.md."_s);
}

void TstConnectionActs::savesAndAppliesFilters()
{
    ActsFixture f;
    f.add(u"alpha"_s, Environment::Production);
    f.add(u"beta"_s);
    f.page.refresh();
    QTRY_COMPARE(f.rows(), 2);
    for (auto *facet : f.page.findChildren<FacetButton *>())
        if (facet->column() == u"environment"_s) facet->choose({u"production"_s});
    QTRY_COMPARE(f.rows(), 1);
    auto *button = f.page.findChild<SavedFilterButton *>();
    Q_EMIT button->menu()->aboutToShow();
    actionOf(button->menu(), u"Save this filter…"_s)->trigger();
    auto *dialog = f.page.window()->findChild<QInputDialog *>();
    dialog->setTextValue(u"live ones"_s);
    dialog->accept();
    QTRY_COMPARE(valueOf(f.workspace->savedFilters().list(u"connections"_s)).size(), 1);
    for (auto *facet : f.page.findChildren<FacetButton *>()) facet->choose({});
    QTRY_COMPARE(f.rows(), 2);
    QTRY_VERIFY(actionOf(button->menu(), u"live ones"_s));
    actionOf(button->menu(), u"live ones"_s)->trigger();
    QTRY_COMPARE(f.rows(), 1);
    Q_EMIT button->menu()->aboutToShow();
    QVERIFY(actionOf(button->menu(), u"live ones"_s)->isChecked());
    actionOf(actionOf(button->menu(), u"Delete"_s)->menu(), u"live ones"_s)->trigger();
    QTRY_VERIFY(valueOf(f.workspace->savedFilters().list(u"connections"_s)).isEmpty());
    QCOMPARE(f.messages.asked.size(), 1);
}

void TstConnectionActs::ranksTheExactNameFirst()
{
    const auto score = [](const QString &name) { return paletteScore(name, u"db.example:5432 core team of billing"_s, u"billing"_s); };
    QVERIFY(score(u"Billing"_s) > score(u"billing-staging"_s));
    QVERIFY(score(u"billing-eu"_s) > score(u"billing-staging"_s));
    QVERIFY(score(u"billing-staging"_s) > score(u"old billing"_s));
    QVERIFY(paletteScore(u"billing"_s, u"a-very-long-host-name.internal.example.test:5432 tag tag tag"_s, u"billing"_s) >
            paletteScore(u"billing-staging"_s, u"h"_s, u"billing"_s));
    QCOMPARE(paletteScore(u"orders"_s, u"h"_s, u"billing"_s), 0);
}

void TstConnectionActs::asksForTheReasonOfReadOnly()
{
    ActsFixture f;
    const Connection one = f.add(u"one"_s);
    f.page.refresh();
    QTRY_COMPARE(f.rows(), 1);
    f.list()->selectId(one.id.value);
    f.run(u"connections.edit"_s);
    auto *dialog = f.dialog<ConnectionDialog>();
    QVERIFY(QTest::qWaitForWindowActive(dialog));
    for (auto *box : dialog->findChildren<QCheckBox *>())
        if (box->text().contains(u"ead-only"_s)) box->setChecked(true);
    auto *save = dialog->findChild<QPushButton *>(u"save"_s);
    QTest::mouseClick(save, Qt::LeftButton);
    QVERIFY(dialog->isVisible());
    QLineEdit *reason = nullptr;
    for (auto *edit : dialog->findChildren<QLineEdit *>())
        if (edit->accessibleName() == u"Reason"_s) reason = edit;
    QVERIFY(reason);
    QCOMPARE(dialog->focusWidget(), reason);
    QTest::keyClicks(reason, u"belongs to finance"_s);
    QTest::mouseClick(save, Qt::LeftButton);
    QTRY_VERIFY(f.stored(u"one"_s).isReadOnly);
    QCOMPARE(f.stored(u"one"_s).config.value("read_only_reason"_L1).toString(), u"belongs to finance"_s);
    const auto shown = [&f] {
        return std::ranges::any_of(f.page.findChildren<QLabel *>(), [](QLabel *label) { return label->isVisible() && label->text() == u"Read-only: belongs to finance"_s; });
    };
    QTRY_VERIFY(shown());
}

HEADGATE_TEST(TstConnectionActs);
#include "tst_connectionacts.moc"
