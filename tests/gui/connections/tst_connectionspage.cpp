// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/auditservice.h"
#include "app/base/tasks.h"
#include "app/connections/connectionservice.h"
#include "tests/gui/support/pagefixture.h"
#include "tests/support/testregistry.h"
#include "ui/base/listpageframe.h"
#include "ui/base/listview.h"
#include "ui/connections/connectionspage.h"
#include "ui/connections/connectiondetail.h"

#include <QAbstractItemModel>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTabWidget>
#include <QTcpServer>
#include <QTimer>

using namespace headgate;
using namespace headgate::test;

namespace {

struct ConnectionsFixture : PageFixture {
    ConnectionsFixture()
        : page(workspace->connections(), jobs, notifications, {theme, messages, files})
    {
        page.resize(1200, 800);
        page.show();
    }

    ListView *list() const { return page.findChild<ListView *>(QStringLiteral("list")); }
    QAbstractItemModel *rows() const { return list()->model(); }
    void run(const QString &command)
    {
        for (const Command &each : page.commands())
            if (each.id == command) return each.execute();
        QFAIL(qPrintable(command));
    }
    ConnectionDialog *dialog() const { return page.window()->findChild<ConnectionDialog *>(); }
    Connection stored(const QString &name) { return valueOf(workspace->connections().getByName(name)); }
    Connection add(const QString &name)
    {
        ConnectionDraft draft;
        draft.connection.name = name;
        draft.connection.databaseType = DatabaseType::Sqlite;
        draft.connection.databaseName = folder.filePath(name + QStringLiteral(".db"));
        return valueOf(workspace->connections().add(draft));
    }

    ConnectionsPage page;
};

QLineEdit *edit(QWidget *parent, const QString &accessibleName)
{
    for (auto *each : parent->findChildren<QLineEdit *>())
        if (each->accessibleName() == accessibleName || each->parentWidget()->accessibleName() == accessibleName) return each;
    return nullptr;
}

QPushButton *button(QWidget *parent, const QString &text)
{
    for (auto *each : parent->findChildren<QPushButton *>())
        if (each->text().remove(QLatin1Char('&')) == text) return each;
    return nullptr;
}

void typeOver(QLineEdit *field, const QString &text)
{
    QVERIFY(field);
    field->setFocus();
    field->selectAll();
    QTest::keyClicks(field, text);
}

}  // namespace

class TstConnectionsPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void addsByTypingAndTests();
    void fillsTheFormFromAnAddress();
    void showsErrorsAfterAFieldWasLeft();
    void startsInTheName();
    void opensWhatIsFilteredOut();
    void asksOnceBeforeThrowingAway();
    void mergesAConflict();
    void removesAfterAsking();
    void searchesAsYouType();
    void staysLiveWhileAServerHangs();
};

void TstConnectionsPage::addsByTypingAndTests()
{
    ConnectionsFixture f;
    const QString file = f.folder.filePath(QStringLiteral("orders.db"));
    {
        auto database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("orders"));
        database.setDatabaseName(file);
        QVERIFY(database.open());
        QVERIFY(QSqlQuery(database).exec(QStringLiteral("create table orders (id integer primary key)")));
    }
    QSqlDatabase::removeDatabase(QStringLiteral("orders"));

    f.run(QStringLiteral("connections.add"));
    ConnectionDialog *dialog = f.dialog();
    QVERIFY(dialog);
    typeOver(edit(dialog, QStringLiteral("Address to fill the form from")), QStringLiteral("sqlite:") + file);
    typeOver(edit(dialog, QStringLiteral("Name")), QStringLiteral("orders"));
    QTest::mouseClick(button(dialog, QStringLiteral("Add connection")), Qt::LeftButton);
    QTRY_COMPARE(f.rows()->rowCount(), 1);
    QTRY_VERIFY(f.list()->currentId() > 0);

    f.run(QStringLiteral("connections.test"));
    QTRY_VERIFY_WITH_TIMEOUT(f.stored(QStringLiteral("orders")).lastTestStatus.has_value(), 15000);
    QCOMPARE(*f.stored(QStringLiteral("orders")).lastTestStatus, TestStatus::Success);
    auto *detail = f.page.findChild<ConnectionDetail *>();
    QTRY_VERIFY(detail->isVisible());
    QTRY_COMPARE(detail->findChildren<QFrame *>(QStringLiteral("stage")).size(), 8);

    const auto events = valueOf(f.workspace->audit().page({}, {}));
    QCOMPARE(events.rows[0].action, QStringLiteral("TEST"));
    QCOMPARE(events.rows[1].action, QStringLiteral("CREATE"));
}

void TstConnectionsPage::fillsTheFormFromAnAddress()
{
    ConnectionsFixture f;
    f.run(QStringLiteral("connections.add"));
    ConnectionDialog *dialog = f.dialog();
    typeOver(edit(dialog, QStringLiteral("Address to fill the form from")),
             QStringLiteral("postgresql://cdc:canary@db.internal:5433/billing?sslmode=require"));
    QCOMPARE(edit(dialog, QStringLiteral("Host"))->text(), QStringLiteral("db.internal"));
    QCOMPARE(edit(dialog, QStringLiteral("Database name"))->text(), QStringLiteral("billing"));
    for (auto *label : dialog->findChildren<QLabel *>()) QVERIFY(!label->text().contains(QStringLiteral("canary")));
}

void TstConnectionsPage::showsErrorsAfterAFieldWasLeft()
{
    ConnectionsFixture f;
    f.run(QStringLiteral("connections.add"));
    ConnectionDialog *dialog = f.dialog();
    const auto shown = [dialog] {
        return std::ranges::count_if(dialog->findChildren<QLabel *>(), [](QLabel *label) { return label->property("error").toBool(); });
    };
    QCOMPARE(shown(), 0);
    QTest::mouseClick(button(dialog, QStringLiteral("Add connection")), Qt::LeftButton);
    QVERIFY(shown() > 0);
    QVERIFY(dialog->isVisible());
}

void TstConnectionsPage::startsInTheName()
{
    ConnectionsFixture f;
    f.run(QStringLiteral("connections.add"));
    QTRY_VERIFY(f.dialog()->isActiveWindow());
    QTRY_COMPARE(QApplication::focusWidget(), edit(f.dialog(), QStringLiteral("Name")));
}

/// A record that the palette found: chosen, and the keys go to it.
void TstConnectionsPage::opensWhatIsFilteredOut()
{
    ConnectionsFixture f;
    const Connection wanted = f.add(QStringLiteral("alpha"));
    f.add(QStringLiteral("beta"));
    f.page.refresh();
    QTRY_COMPARE(f.rows()->rowCount(), 2);
    f.page.findChild<ListPageFrame *>()->search()->setText(QStringLiteral("beta"));
    QTRY_COMPARE(f.rows()->rowCount(), 1);
    f.page.open(QString::number(wanted.id.value));
    QTRY_COMPARE(f.list()->currentId(), wanted.id.value);
    QTest::qWait(400);  // what was typed is applied after a pause
    QCOMPARE(f.list()->currentId(), wanted.id.value);
    QTRY_VERIFY(f.list()->hasFocus());
}

void TstConnectionsPage::asksOnceBeforeThrowingAway()
{
    ConnectionsFixture f;
    f.messages.answer = false;
    f.run(QStringLiteral("connections.add"));
    QPointer<ConnectionDialog> dialog = f.dialog();
    typeOver(edit(dialog, QStringLiteral("Name")), QStringLiteral("half done"));
    QTest::keyClick(dialog, Qt::Key_Escape);
    QCOMPARE(f.messages.asked.size(), 1);
    QVERIFY(dialog->isVisible());
    f.messages.answer = true;
    QTest::keyClick(dialog, Qt::Key_Escape);
    QTRY_VERIFY(!dialog);
    QCOMPARE(f.rows()->rowCount(), 0);
}

void TstConnectionsPage::mergesAConflict()
{
    ConnectionsFixture f;
    const Connection before = f.add(QStringLiteral("lake"));
    f.page.refresh();
    QTRY_COMPARE(f.rows()->rowCount(), 1);
    f.list()->selectId(before.id.value);
    f.run(QStringLiteral("connections.edit"));
    ConnectionDialog *dialog = f.dialog();
    typeOver(edit(dialog, QStringLiteral("Name")), QStringLiteral("lake two"));

    ConnectionDraft theirs{before, std::nullopt};
    theirs.connection.name = QStringLiteral("lake of theirs");
    theirs.connection.description = QStringLiteral("kept");
    valueOf(f.workspace->connections().update(theirs));

    QTest::mouseClick(button(dialog, QStringLiteral("Save")), Qt::LeftButton);
    QTRY_VERIFY(dialog->findChild<QRadioButton *>(QStringLiteral("name.yours")));
    auto *save = button(dialog, QStringLiteral("Save"));
    QTRY_VERIFY(!save->isEnabled());
    dialog->findChild<QRadioButton *>(QStringLiteral("name.yours"))->click();
    QVERIFY(save->isEnabled());
    QTest::mouseClick(save, Qt::LeftButton);
    QTRY_COMPARE(valueOf(f.workspace->connections().get(before.id)).name, QStringLiteral("lake two"));
    QCOMPARE(valueOf(f.workspace->connections().get(before.id)).description, QStringLiteral("kept"));
}

void TstConnectionsPage::removesAfterAsking()
{
    ConnectionsFixture f;
    const Connection connection = f.add(QStringLiteral("old"));
    f.page.refresh();
    QTRY_COMPARE(f.rows()->rowCount(), 1);
    f.list()->selectId(connection.id.value);
    f.list()->setFocus();
    QTest::keyClick(f.list(), Qt::Key_Delete);
    auto *act = f.page.window()->findChild<QPushButton *>(QStringLiteral("act"));
    QVERIFY(act);
    QTRY_VERIFY(act->isEnabled());
    QVERIFY(!act->isDefault());
    QTest::mouseClick(act, Qt::LeftButton);
    QTRY_COMPARE(f.rows()->rowCount(), 0);
    QVERIFY(f.notifications.list().isEmpty());
}

void TstConnectionsPage::searchesAsYouType()
{
    ConnectionsFixture f;
    for (const char *name : {"alpha", "beta", "alphabet"}) f.add(QString::fromLatin1(name));
    f.page.refresh();
    QTRY_COMPARE(f.rows()->rowCount(), 3);
    QTest::keyClicks(edit(&f.page, QStringLiteral("Search name, host, database, tag")), QStringLiteral("alpha"));
    QTRY_COMPARE(f.rows()->rowCount(), 2);
}

/// A listener that accepts and never answers.
void TstConnectionsPage::staysLiveWhileAServerHangs()
{
    ConnectionsFixture f;
    QTcpServer silent;
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    ConnectionDraft draft;
    draft.connection.name = QStringLiteral("silent");
    draft.connection.host = QStringLiteral("127.0.0.1");
    draft.connection.port = silent.serverPort();
    draft.connection.username = QStringLiteral("u");
    draft.connection.databaseName = QStringLiteral("d");
    draft.connection.config.insert(QStringLiteral("connect_timeout"), 2);
    const Connection connection = valueOf(f.workspace->connections().add(draft));
    f.page.refresh();
    QTRY_COMPARE(f.rows()->rowCount(), 1);
    f.list()->selectId(connection.id.value);

    QElapsedTimer beat;
    qint64 worst = 0;
    QTimer heart;
    connect(&heart, &QTimer::timeout, this, [&] { worst = std::max(worst, beat.restart()); });
    beat.start();
    heart.start(5);
    f.run(QStringLiteral("connections.test"));
    QTRY_VERIFY(!f.jobs.jobs().isEmpty());
    QTRY_VERIFY_WITH_TIMEOUT(f.jobs.jobs().isEmpty(), 8000);
    qInfo("longest gap between two beats: %lld ms", worst);
    QVERIFY(worst < 250);
    QTRY_COMPARE(f.stored(QStringLiteral("silent")).lastTestStatus, std::optional(TestStatus::Failure));
}

HEADGATE_TEST(TstConnectionsPage);
#include "tst_connectionspage.moc"
