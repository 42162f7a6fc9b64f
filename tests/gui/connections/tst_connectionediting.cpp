// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/auditservice.h"
#include "app/base/tasks.h"
#include "app/connections/connectionservice.h"
#include "models/base/recordtablemodel.h"
#include "models/base/stagedchanges.h"
#include "tests/gui/support/pagefixture.h"
#include "tests/support/testregistry.h"
#include "ui/base/jsondialog.h"
#include "ui/base/listview.h"
#include "ui/connections/connectionediting.h"
#include "ui/connections/connectionreview.h"
#include "ui/connections/connectionspage.h"

#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QGuiApplication>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QTableWidget>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

struct EditingFixture : PageFixture {
    EditingFixture() : page(workspace->connections(), jobs, notifications, {theme, messages, files})
    {
        for (const char *name : {"alpha", "beta", "gamma"}) add(QLatin1String(name));
        page.resize(1400, 800);
        page.show();
        QApplication::setActiveWindow(&page);
        page.refresh();
        [&] { QTRY_COMPARE(model()->rowCount(), 3); }();
        for (const char *column : {"port", "description", "config", "is_active"}) list()->setColumnShown(model()->columnIndex(QLatin1String(column)), true);
        list()->setFocus();
    }
    ~EditingFixture() { QTest::qWait(0); }

    void add(const QString &name)
    {
        ConnectionDraft draft;
        draft.connection.name = name;
        draft.connection.host = name + u".internal"_s;
        draft.connection.databaseName = u"app"_s;
        draft.connection.username = u"cdc"_s;
        draft.connection.environment = name == u"beta" ? Environment::Production : Environment::Test;
        (void)valueOf(workspace->connections().add(draft));
    }
    ListView *list() const { return page.findChild<ListView *>(u"list"_s); }
    RecordTableModel *model() const { return qobject_cast<RecordTableModel *>(list()->model()); }
    Connection stored(const QString &name) { return valueOf(workspace->connections().getByName(name)); }
    StagedChanges &staged() { return page.findChild<ConnectionEditing *>()->staged(); }
    QModelIndex cell(const QString &name, const QString &column) const
    {
        for (int row = 0; row < model()->rowCount(); ++row)
            if (model()->index(row, 0).data().toString() == name) return model()->index(row, model()->columnIndex(column));
        return {};
    }
    void goTo(const QString &name, const QString &column)
    {
        list()->setFocus();
        list()->setCurrentIndex(cell(name, column));
        QVERIFY(list()->currentIndex().isValid());
    }
    /// F2, the text over what is there, Enter.
    void type(const QString &name, const QString &column, const QString &text)
    {
        goTo(name, column);
        QTest::keyClick(list(), Qt::Key_F2);
        auto *editor = list()->findChild<QLineEdit *>(u"cellEditor"_s);
        QVERIFY(editor);
        editor->selectAll();
        QTest::keyClicks(editor, text);
        QTest::keyClick(editor, Qt::Key_Return);
        QTRY_VERIFY(!list()->findChild<QLineEdit *>(u"cellEditor"_s));
        QVERIFY(!page.window()->findChild<ConnectionDialog *>());  // Enter belonged to the cell
    }
    void run(const QString &command)
    {
        for (const Command &each : page.commands())
            if (each.id == command) return each.run();
        QFAIL(qPrintable(command));
    }
    ConnectionReview *review() { return page.window()->findChild<ConnectionReview *>(); }

    ConnectionsPage page;
};

}  // namespace

class TstConnectionEditing : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void savesWhatWasTyped();
    void typingBeginsAnEdit();
    void takesBackAndClears();
    void choosesByKey();
    void outlivesSortFilterAndRefresh();
    void marksWhatDoesNotFit();
    void resolvesAConflict();
    void staysWhileItSaves();
    void editsJson();
    void asksBeforeTheWindowCloses();
    void enterStillOpensTheForm();
    void showsARowAsJson();
    void copiesInFourForms();
    void goesFromATestToItsConnection();
};

void TstConnectionEditing::savesWhatWasTyped()
{
    EditingFixture f;
    f.type(u"alpha"_s, u"description"_s, u"orders of the shop"_s);
    f.type(u"beta"_s, u"port"_s, u"6543"_s);
    QCOMPARE(f.staged().count(), 2);
    QCOMPARE(f.page.unsavedChanges(), 2);
    QVERIFY(f.cell(u"beta"_s, u"port"_s).data(RecordTableModel::StagedRole).toBool());
    QCOMPARE(f.cell(u"beta"_s, u"host"_s).data().toString(), u"beta.internal:6543"_s);  // the address follows its port
    QVERIFY(f.stored(u"beta"_s).version == 1);
    auto *bar = f.page.findChild<QWidget *>(u"stagedBar"_s);
    QVERIFY(bar->isVisible());

    f.run(u"connections.reviewEdits"_s);
    QVERIFY(f.review());
    auto *statement = f.review()->findChild<QPlainTextEdit *>(u"statement"_s);
    QCOMPARE(statement->toPlainText().section(u'\n', 0, 0), u"update connections set description = :description where id = :id and version = :version;"_s);
    QVERIFY(statement->toPlainText().contains(u":description = 'orders of the shop'"_s));
    auto *save = f.review()->findChild<QPushButton *>(u"save"_s);
    QCOMPARE(save->text().remove(u'&'), u"Save 2 connections, 1 of them on production"_s);
    QTest::keyClick(f.review(), Qt::Key_Return);
    QTRY_VERIFY(!f.review());
    QCOMPARE(f.stored(u"alpha"_s).description, u"orders of the shop"_s);
    QCOMPARE(f.stored(u"beta"_s).port, std::optional(6543));
    QVERIFY(f.staged().isEmpty() && !f.staged().canUndo());
    QTRY_VERIFY(!bar->isVisible());
    const auto events = valueOf(f.workspace->audit().page({}, {}));
    QCOMPARE(events.rows[0].action, u"UPDATE"_s);
    QCOMPARE(events.rows[1].action, u"UPDATE"_s);
    QVERIFY(f.notifications.list().isEmpty());
}

void TstConnectionEditing::typingBeginsAnEdit()
{
    EditingFixture f;
    f.goTo(u"alpha"_s, u"name"_s);
    QTest::keyClicks(f.list(), u"z"_s);
    auto *editor = f.list()->findChild<QLineEdit *>(u"cellEditor"_s);
    QVERIFY(editor);
    QCOMPARE(editor->text(), u"z"_s);
    QTest::keyClick(editor, Qt::Key_Escape);
    QTRY_VERIFY(!f.list()->findChild<QLineEdit *>(u"cellEditor"_s));
    QVERIFY(f.staged().isEmpty());
}

void TstConnectionEditing::takesBackAndClears()
{
    EditingFixture f;
    f.type(u"alpha"_s, u"port"_s, u"1"_s);
    f.type(u"alpha"_s, u"port"_s, u"2"_s);
    f.goTo(u"alpha"_s, u"port"_s);
    f.run(u"connections.undo"_s);
    QCOMPARE(f.cell(u"alpha"_s, u"port"_s).data().toString(), u"1"_s);
    f.run(u"connections.redo"_s);
    QCOMPARE(f.cell(u"alpha"_s, u"port"_s).data().toString(), u"2"_s);
    QTest::keyClick(f.list(), Qt::Key_0, Qt::ControlModifier);
    QVERIFY(f.staged().isEmpty());  // it was NULL when it was read
    f.type(u"alpha"_s, u"description"_s, u"x"_s);
    f.type(u"gamma"_s, u"description"_s, u"y"_s);
    f.goTo(u"alpha"_s, u"description"_s);
    QTest::keyClick(f.list(), Qt::Key_Backspace, Qt::ControlModifier);
    QCOMPARE(f.staged().count(), 1);
    f.run(u"connections.discardEdits"_s);
    QVERIFY(f.staged().isEmpty());
    f.run(u"connections.undo"_s);
    QCOMPARE(f.staged().count(), 1);
    f.goTo(u"alpha"_s, u"name"_s);
    QTest::keyClick(f.list(), Qt::Key_0, Qt::ControlModifier);  // a name is never NULL
    QCOMPARE(f.staged().count(), 1);
}

void TstConnectionEditing::choosesByKey()
{
    EditingFixture f;
    f.goTo(u"alpha"_s, u"environment"_s);
    QTest::keyClick(f.list(), Qt::Key_F2);
    auto *box = f.list()->findChild<QComboBox *>(u"cellEditor"_s);
    QVERIFY(box);
    QTest::keyClicks(box, u"stag"_s);
    QTest::keyClick(box, Qt::Key_Return);
    QTRY_COMPARE(f.staged().count(), 1);
    QCOMPARE(f.cell(u"alpha"_s, u"environment"_s).data(RecordTableModel::RawRole).toString(), u"staging"_s);
}

void TstConnectionEditing::outlivesSortFilterAndRefresh()
{
    EditingFixture f;
    f.type(u"alpha"_s, u"description"_s, u"kept"_s);
    f.model()->sort(f.model()->columnIndex(u"name"_s), Qt::DescendingOrder);
    QTRY_COMPARE(f.model()->index(0, 0).data().toString(), u"gamma"_s);
    QCOMPARE(f.cell(u"alpha"_s, u"description"_s).data().toString(), u"kept"_s);
    ListQuery query = f.model()->query();
    query.search = u"gamma"_s;
    f.model()->setQuery(query);
    QTRY_COMPARE(f.model()->rowCount(), 1);
    QCOMPARE(f.staged().count(), 1);
    query.search.clear();
    f.model()->setQuery(query);
    QTRY_COMPARE(f.model()->rowCount(), 3);
    f.page.refresh();
    QTRY_VERIFY(f.page.isIdle());
    QCOMPARE(f.cell(u"alpha"_s, u"description"_s).data().toString(), u"kept"_s);
    // Also when the row is not shown at all.
    query.search = u"gamma"_s;
    f.model()->setQuery(query);
    QTRY_COMPARE(f.model()->rowCount(), 1);
    f.run(u"connections.reviewEdits"_s);
    QTest::keyClick(f.review(), Qt::Key_Return);
    QTRY_COMPARE(f.stored(u"alpha"_s).description, u"kept"_s);
}

void TstConnectionEditing::marksWhatDoesNotFit()
{
    EditingFixture f;
    f.type(u"alpha"_s, u"port"_s, u"many"_s);
    QCOMPARE(f.cell(u"alpha"_s, u"port"_s).data().toString(), u"many"_s);  // kept, for a person to mend
    f.type(u"gamma"_s, u"description"_s, u"fine"_s);
    f.run(u"connections.reviewEdits"_s);
    auto *save = f.review()->findChild<QPushButton *>(u"save"_s);
    QCOMPARE(save->text().remove(u'&'), u"Save 1 connection"_s);
    QTest::keyClick(f.review(), Qt::Key_Return);
    QTRY_COMPARE(f.stored(u"gamma"_s).description, u"fine"_s);
    QTRY_VERIFY(!save->isEnabled());
    QCOMPARE(f.stored(u"alpha"_s).version, 1);
    QTRY_COMPARE(f.staged().rows(), QList<qint64>{f.stored(u"alpha"_s).id.value});
    QTest::keyClick(f.review(), Qt::Key_Escape);
    QTRY_VERIFY(!f.review());
    QCOMPARE(f.staged().count(), 1);
}

void TstConnectionEditing::resolvesAConflict()
{
    EditingFixture f;
    f.type(u"alpha"_s, u"description"_s, u"mine"_s);
    f.type(u"alpha"_s, u"port"_s, u"7000"_s);
    ConnectionDraft theirs{f.stored(u"alpha"_s), std::nullopt};
    theirs.connection.description = u"theirs"_s;
    theirs.connection.tags = QStringList{u"core"_s};
    (void)valueOf(f.workspace->connections().update(theirs));
    f.run(u"connections.reviewEdits"_s);
    auto *save = f.review()->findChild<QPushButton *>(u"save"_s);
    QTest::keyClick(f.review(), Qt::Key_Return);
    QTRY_VERIFY(f.review()->findChild<QRadioButton *>(u"description.yours"_s));
    QTRY_VERIFY(!save->isEnabled());
    QVERIFY(f.review()->findChild<QRadioButton *>(u"port.yours"_s)->isChecked());  // only one side changed it
    QVERIFY(f.review()->findChild<QRadioButton *>(u"tags.now"_s)->isChecked());
    auto *yours = f.review()->findChild<QRadioButton *>(u"description.yours"_s);
    yours->setFocus();
    QTest::keyClick(yours, Qt::Key_Space);
    QVERIFY(save->isEnabled());
    QVERIFY(f.review()->findChild<QPlainTextEdit *>(u"statement"_s)->toPlainText().contains(u":version = 2"_s));
    QTest::keyClick(f.review(), Qt::Key_Return);
    QTRY_VERIFY(!f.review());
    const Connection stored = f.stored(u"alpha"_s);
    QCOMPARE(stored.description, u"mine"_s);
    QCOMPARE(stored.port, std::optional(7000));
    QCOMPARE(stored.tags, QStringList{u"core"_s});
    QVERIFY(f.staged().isEmpty());
}

/// How it went would be lost, and one's own save come back as somebody else's.
void TstConnectionEditing::staysWhileItSaves()
{
    EditingFixture f;
    f.type(u"alpha"_s, u"description"_s, u"mine"_s);
    f.run(u"connections.reviewEdits"_s);
    QTest::keyClick(f.review(), Qt::Key_Return);
    QTest::keyClick(f.review(), Qt::Key_Escape);
    QVERIFY(f.review()->isVisible());
    QTRY_VERIFY(!f.review());
    QCOMPARE(f.stored(u"alpha"_s).description, u"mine"_s);
    QTRY_VERIFY(f.staged().isEmpty());
}

void TstConnectionEditing::editsJson()
{
    EditingFixture f;
    f.goTo(u"alpha"_s, u"config"_s);
    QTest::keyClick(f.list(), Qt::Key_F2);
    auto *dialog = f.page.window()->findChild<JsonDialog *>();
    QVERIFY(dialog);
    auto *text = dialog->findChild<QPlainTextEdit *>();
    auto *message = dialog->findChild<QLabel *>(u"jsonMessage"_s);
    text->setPlainText(u"{\n    \"x-unknown\": {\"deep\": [1, tru]}\n}"_s);
    bool hasPlace = false;
    for (const auto *button : dialog->findChildren<QPushButton *>()) hasPlace = hasPlace || button->text() == u"Line 2, column 31, at /x-unknown/deep/1"_s;
    QVERIFY(hasPlace);
    dialog->accept();
    QVERIFY(dialog->isVisible());
    text->setPlainText(u"{\"sslmode\": \"maybe\"}"_s);
    QVERIFY2(message->text().startsWith(u"The TLS mode is one of"_s), qPrintable(message->text()));
    text->setPlainText(u"{\"x-unknown\": {\"deep\": [1, true]}, \"sslmode\": \"require\"}"_s);
    dialog->accept();
    QTRY_COMPARE(f.staged().count(), 1);
    f.run(u"connections.reviewEdits"_s);
    QTest::keyClick(f.review(), Qt::Key_Return);
    QTRY_COMPARE(f.stored(u"alpha"_s).config.value(u"sslmode"_s).toString(), u"require"_s);
    QVERIFY(f.stored(u"alpha"_s).config.value(u"x-unknown"_s)[u"deep"_s][1].toBool());
}

void TstConnectionEditing::asksBeforeTheWindowCloses()
{
    EditingFixture f;
    f.type(u"alpha"_s, u"description"_s, u"not saved"_s);
    f.messages.answer = false;
    QVERIFY(!f.page.close());
    QCOMPARE(f.messages.asked.size(), 1);
    QVERIFY(f.messages.asked.first().destructive);
    f.staged().discardAll();
    QVERIFY(f.page.close());
}

void TstConnectionEditing::enterStillOpensTheForm()
{
    EditingFixture f;
    f.goTo(u"alpha"_s, u"name"_s);
    QTest::keyClick(f.list(), Qt::Key_Return);
    auto *form = f.page.window()->findChild<ConnectionDialog *>();
    QVERIFY(form);
    form->reject();
    QTRY_VERIFY(!f.page.window()->findChild<ConnectionDialog *>());
    f.goTo(u"alpha"_s, u"last_test_status"_s);
    QTest::keyClick(f.list(), Qt::Key_F2);  // nothing to edit in this cell
    form = f.page.window()->findChild<ConnectionDialog *>();
    QVERIFY(form);
    form->reject();
}

void TstConnectionEditing::showsARowAsJson()
{
    EditingFixture f;
    f.goTo(u"beta"_s, u"name"_s);
    f.run(u"connections.rowJson"_s);
    auto *text = f.page.findChild<QPlainTextEdit *>(u"rowJson"_s);
    QTRY_COMPARE(QJsonDocument::fromJson(text->toPlainText().toUtf8())[u"name"_s].toString(), u"beta"_s);
    QVERIFY(text->isVisible());
    QTest::keyClick(f.list(), Qt::Key_Down);
    QTRY_COMPARE(QJsonDocument::fromJson(text->toPlainText().toUtf8())[u"name"_s].toString(), u"gamma"_s);
    f.run(u"connections.rowJson"_s);
    QVERIFY(!text->isVisible());
}

void TstConnectionEditing::copiesInFourForms()
{
    EditingFixture f;
    f.goTo(u"alpha"_s, u"name"_s);
    const auto copied = [&f](const QString &form) {
        f.run(u"connections.copy."_s + form);
        return QGuiApplication::clipboard()->text();
    };
    QVERIFY(copied(u"csv"_s).startsWith(u"name,environment,"_s));
    QCOMPARE(QJsonDocument::fromJson(copied(u"json"_s).toUtf8())[0][u"host"_s].toString(), u"alpha.internal:5432"_s);
    QVERIFY2(copied(u"sql"_s).startsWith(u"insert into \"connections\" (\"name\", \"environment\""_s), qPrintable(copied(u"sql"_s)));
    QVERIFY(copied(u"markdown"_s).startsWith(u"| name | environment |"_s));

    f.files.path = f.folder.filePath(u"list.sql"_s);
    f.run(u"connections.export.sql"_s);
    QTRY_VERIFY(QFile::exists(f.files.path));
    QTRY_VERIFY(f.jobs.jobs().isEmpty());
    QFile file(f.files.path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll().count("insert into"), 3);
}

void TstConnectionEditing::goesFromATestToItsConnection()
{
    EditingFixture f;
    const Connection beta = f.stored(u"beta"_s);
    f.goTo(u"beta"_s, u"name"_s);
    f.run(u"connections.test"_s);
    QTRY_VERIFY_WITH_TIMEOUT(f.stored(u"beta"_s).lastTestStatus.has_value(), 20000);
    f.run(u"connections.history"_s);
    auto *tests = f.page.findChild<ListView *>(u"allTests"_s);
    QVERIFY(tests);
    QTRY_COMPARE(tests->model()->rowCount(), 1);
    tests->setCurrentIndex(tests->model()->index(0, 0));
    tests->setFocus();
    QTest::keyClick(tests, Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE(f.list()->currentId(), beta.id.value);
    QVERIFY(f.list()->isVisible());
}

HEADGATE_TEST(TstConnectionEditing);
#include "tst_connectionediting.moc"
