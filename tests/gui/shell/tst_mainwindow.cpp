// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/shell/shellfixture.h"
#include "tests/support/testregistry.h"
#include "ui/shell/commandpalette.h"
#include "ui/shell/navigation.h"
#include "ui/shell/screenshots.h"
#include "ui/shell/startdialog.h"
#include "ui/shell/statusline.h"
#include "ui/shell/welcomepage.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QToolButton>

using namespace headgate;
using namespace headgate::test;

class TstMainWindow : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keysSwitchPages();
    void arrowsWalkTheNavigation();
    void navigationFolds();
    void badgesAreShown();
    void commandsAnswerOnTheirPageOnly();
    void shownAgainIsReadAgain();
    void intentsOpenRecords();
    void paletteFindsPagesAndActions();
    void paletteFindsRecords();
    void paletteGivesTheFocusBack();
    void paletteOutlivesWhatHadTheFocus();
    void startDialogStaysWhileItTries();
    void partsOfWords();
    void themeSwitchesAtRunTime();
    void notificationsComeAndGo();
    void jobsAreShownAndCancelled();
    void healthOpensItsPage();
    void welcomeUntilAPageIsChosen();
    void stateIsRestored();
    void everyControlHasAName();
    void everythingFits();
    void screenshots();
};

namespace {

QLineEdit *paletteField(const MainWindow &window)
{
    return window.findChild<CommandPalette *>()->findChild<QLineEdit *>();
}

QStringList found(const MainWindow &window)
{
    const auto *model = window.findChild<QListView *>(QStringLiteral("paletteList"))->model();
    QStringList texts;
    for (int row = 0; row < model->rowCount(); ++row) texts << model->index(row, 0).data().toString();
    return texts;
}

}  // namespace

void TstMainWindow::keysSwitchPages()
{
    ShellFixture f;
    QCOMPARE(f.window->currentPage(), f.first);
    QTest::keyClick(f.window.get(), Qt::Key_2, Qt::ControlModifier);
    QCOMPARE(f.window->currentPage(), f.second);
    QTest::keyClick(f.window.get(), Qt::Key_1, Qt::ControlModifier);
    QCOMPARE(f.window->currentPage(), f.first);
}

void TstMainWindow::arrowsWalkTheNavigation()
{
    ShellFixture f;
    auto *list = f.window->findChild<QListView *>(QStringLiteral("navigationList"));
    list->setFocus();
    QTest::keyClick(list, Qt::Key_Down);  // over the heading
    QCOMPARE(f.window->currentPage(), f.second);
    QTest::keyClick(list, Qt::Key_Down);
    QCOMPARE(f.window->currentPage(), f.third);
    QTest::keyClick(list, Qt::Key_Home);
    QCOMPARE(f.window->currentPage(), f.first);
}

void TstMainWindow::navigationFolds()
{
    ShellFixture f;
    auto *navigation = f.window->findChild<Navigation *>();
    QCOMPARE(navigation->width(), 216);
    QTest::keyClick(f.window.get(), Qt::Key_B, Qt::ControlModifier);
    QVERIFY(navigation->isCollapsed());
    QVERIFY(navigation->width() < 60);
    QTest::keyClick(f.window.get(), Qt::Key_B, Qt::ControlModifier);
    QVERIFY(!navigation->isCollapsed());
}

void TstMainWindow::badgesAreShown()
{
    ShellFixture f;
    auto *navigation = f.window->findChild<Navigation *>();
    Q_EMIT f.second->badgeChanged(2);
    QCOMPARE(navigation->badge(QStringLiteral("connections")), 2);
    Q_EMIT f.second->badgeChanged(0);
    QCOMPARE(navigation->badge(QStringLiteral("connections")), 0);
}

void TstMainWindow::commandsAnswerOnTheirPageOnly()
{
    ShellFixture f;
    f.window->showPage(QStringLiteral("connections"));
    QTest::keyClick(f.window.get(), Qt::Key_N, Qt::ControlModifier);
    QCOMPARE(f.second->made, 1);
    QCOMPARE(f.first->made, 0);
    f.window->showPage(QStringLiteral("overview"));
    QTest::keyClick(f.window.get(), Qt::Key_N, Qt::ControlModifier);
    QCOMPARE(f.second->made, 1);
    QCOMPARE(f.first->made, 1);
}

void TstMainWindow::shownAgainIsReadAgain()
{
    ShellFixture f;
    QCOMPARE(f.first->refreshes, 0);
    f.window->showPage(QStringLiteral("connections"));
    f.window->showPage(QStringLiteral("overview"));
    QCOMPARE(f.first->refreshes, 1);
}

void TstMainWindow::intentsOpenRecords()
{
    ShellFixture f;
    Q_EMIT f.first->openRequested({QStringLiteral("connections"), QStringLiteral("42")});
    QCOMPARE(f.window->currentPage(), f.second);
    QCOMPARE(f.second->opened, QStringList{QStringLiteral("42")});
    Q_EMIT f.first->openRequested({QStringLiteral("nowhere"), QStringLiteral("1")});
    QCOMPARE(f.window->currentPage(), f.second);
}

void TstMainWindow::paletteFindsPagesAndActions()
{
    ShellFixture f;
    QTest::keyClick(f.window.get(), Qt::Key_K, Qt::ControlModifier);
    auto *field = paletteField(*f.window);
    QVERIFY(field->hasFocus());
    QVERIFY(!found(*f.window).contains(QStringLiteral("Never possible")));
    QTest::keyClicks(field, QStringLiteral("conn"));
    QCOMPARE(found(*f.window).constFirst(), QStringLiteral("Connections"));
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(f.window->currentPage(), f.second);
    QVERIFY(!field->isVisible());

    QTest::keyClick(f.window.get(), Qt::Key_K, Qt::ControlModifier);
    QTest::keyClicks(field, QStringLiteral("rec new aud"));
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(f.window->currentPage(), f.third);
    QCOMPARE(f.third->made, 1);
}

void TstMainWindow::paletteFindsRecords()
{
    ShellFixture f;
    f.window->openPalette();
    auto *field = paletteField(*f.window);
    QTest::keyClicks(field, QStringLiteral("bill"));
    QTRY_COMPARE(f.source.asked, QStringList{QStringLiteral("bill")});
    const auto late = f.source.answer;
    QTest::keyClicks(field, QStringLiteral("i"));
    QVERIFY(f.source.tokens.constFirst().isCancelled());
    QTRY_COMPARE(f.source.asked.size(), 2);
    PaletteItem item;
    item.text = QStringLiteral("billing");
    item.target = {QStringLiteral("connections"), QStringLiteral("7")};
    late({item});
    QVERIFY2(!found(*f.window).contains(QStringLiteral("billing")), "an answer to what is no longer asked is dropped");
    f.source.answer({item});
    QCOMPARE(found(*f.window), QStringList{QStringLiteral("billing")});
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(f.window->currentPage(), f.second);
    QCOMPARE(f.second->opened, QStringList{QStringLiteral("7")});
}

void TstMainWindow::paletteGivesTheFocusBack()
{
    ShellFixture f;
    f.first->view()->setFocus();
    QTest::keyClick(f.window.get(), Qt::Key_K, Qt::ControlModifier);
    QTest::keyClick(paletteField(*f.window), Qt::Key_Escape);
    QVERIFY(f.first->view()->hasFocus());
    f.window->openPalette();
    f.first->view()->setFocus();
    QVERIFY2(!paletteField(*f.window)->isVisible(), "a click elsewhere closes it");
}

/// The editor of a cell goes when it loses the focus: the list that it stood in gets it back.
void TstMainWindow::paletteOutlivesWhatHadTheFocus()
{
    ShellFixture f;
    auto *editor = new QLineEdit(f.first->view()->viewport());
    editor->show();
    editor->setFocus();
    f.window->openPalette();
    delete editor;
    QTest::keyClick(paletteField(*f.window), Qt::Key_Escape);
    QVERIFY(!paletteField(*f.window)->isVisible());
    QVERIFY(f.first->view()->hasFocus());
}

/// It is the only window: without it the program would end.
void TstMainWindow::startDialogStaysWhileItTries()
{
    const Theme theme(*qApp);
    StartDialog dialog({ErrorKind::Unreachable, QStringLiteral("The server does not answer"), {}, {}, {}}, theme);
    dialog.show();
    QSignalSpy retried(&dialog, &StartDialog::retryRequested);
    QSignalSpy embedded(&dialog, &StartDialog::embeddedRequested);
    const auto buttons = dialog.findChildren<QPushButton *>();
    const auto press = [&buttons](const QString &text) {
        for (QPushButton *each : buttons)
            if (each->text().remove(u'&').startsWith(text)) each->click();
    };
    press(QStringLiteral("Retry"));
    QCOMPARE(retried.size(), 1);
    QVERIFY(dialog.isVisible());
    press(QStringLiteral("Use the workspace"));  // one at a time
    QCOMPARE(embedded.size(), 0);
    dialog.setError({ErrorKind::Unreachable, QStringLiteral("It still does not answer"), {}, {}, {}});
    press(QStringLiteral("Use the workspace"));
    QCOMPARE(embedded.size(), 1);
    QVERIFY(dialog.isVisible());
}

void TstMainWindow::partsOfWords()
{
    const QString text = QStringLiteral("Test all connections");
    QVERIFY(paletteScore(text, QStringLiteral("conn test")) > 0);
    QVERIFY(paletteScore(text, QStringLiteral("nect")) > 0);
    QCOMPARE(paletteScore(text, QStringLiteral("test audit")), 0);
    QVERIFY(paletteScore(text, QStringLiteral("test")) > paletteScore(text, QStringLiteral("conn")));
    QVERIFY(paletteScore(text, QStringLiteral("conn")) > paletteScore(text, QStringLiteral("nect")));
    QVERIFY(paletteScore(QStringLiteral("Test"), QStringLiteral("test")) > paletteScore(text, QStringLiteral("test")));
}

void TstMainWindow::themeSwitchesAtRunTime()
{
    ShellFixture f;
    const auto run = [&f](const char *words) {
        f.window->openPalette();
        QTest::keyClicks(paletteField(*f.window), QLatin1String(words));
        QTest::keyClick(paletteField(*f.window), Qt::Key_Return);
    };
    run("dark col");
    QVERIFY(f.theme.isDark());
    const QColor dark = f.window->grab().toImage().pixelColor(300, 600);
    run("light col");
    QVERIFY(!f.theme.isDark());
    const QColor light = f.window->grab().toImage().pixelColor(300, 600);
    QVERIFY(dark.lightness() < 60);
    QVERIFY(light.lightness() > 200);
}

void TstMainWindow::notificationsComeAndGo()
{
    ShellFixture f;
    auto *bell = f.window->findChild<QToolButton *>(QStringLiteral("bell"));
    auto *panel = f.window->findChild<NotificationPanel *>();
    QVERIFY(bell->text().isEmpty());
    int fixed = 0;
    f.notifications.add({Notification::Severity::Error,
                         {ErrorKind::Unreachable, QStringLiteral("billing does not answer"), QStringLiteral("billing.internal:5432"),
                          QStringLiteral("connection refused"), QStringLiteral("Start the server.")},
                         QStringLiteral("Test again"), [&fixed] { ++fixed; }});
    f.notifications.addInfo(QStringLiteral("Saved"));
    QCOMPARE(bell->text(), QStringLiteral("2"));
    QVERIFY(bell->property("alert").toBool());
    QVERIFY(!panel->isVisible());
    QTest::keyClick(f.window.get(), Qt::Key_N, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(panel->isVisible());
    const auto press = [panel](const QString &text) {
        for (auto *button : panel->findChildren<QAbstractButton *>())
            if (button->text() == text) return button->click();
        QFAIL("no such button");
    };
    press(QStringLiteral("Test again"));
    QCOMPARE(fixed, 1);
    press(QStringLiteral("Dismiss"));
    QTRY_COMPARE(bell->text(), QStringLiteral("1"));
    press(QStringLiteral("Clear"));
    QVERIFY(bell->text().isEmpty());
    press(QStringLiteral("✕"));
    QVERIFY(!panel->isVisible());
}

void TstMainWindow::jobsAreShownAndCancelled()
{
    ShellFixture f;
    f.window->resize(1440, 900);
    auto *status = f.window->findChild<StatusLine *>();
    const CancelToken cancel;
    const JobHandle job = f.jobs.begin(QStringLiteral("Test all connections"), cancel);
    job.setProgress(26, 41);
    QTRY_COMPARE(status->findChildren<QProgressBar *>().size(), 1);
    QTRY_COMPARE(status->findChild<QProgressBar *>()->value(), 634);
    const JobHandle another = f.jobs.begin(QStringLiteral("Verify"), {});
    const JobHandle third = f.jobs.begin(QStringLiteral("Export"), {});
    QTRY_COMPARE(status->findChildren<QProgressBar *>().size(), 2);
    const auto named = [status](const QString &name) -> QToolButton * {
        for (auto *button : status->findChildren<QToolButton *>())
            if (button->accessibleName() == name && button->isVisible()) return button;
        return nullptr;
    };
    QVERIFY(named(QStringLiteral("1 more job(s)")));
    named(QStringLiteral("Cancel: Test all connections"))->click();
    QVERIFY(cancel.isCancelled());
    QTRY_VERIFY(!named(QStringLiteral("Cancel: Test all connections"))->isEnabled());
    job.end();
    another.end();
    third.end();
    QTRY_VERIFY(f.jobs.jobs().isEmpty());
    QTRY_COMPARE(status->findChildren<QProgressBar *>().size(), 0);
}

void TstMainWindow::healthOpensItsPage()
{
    ShellFixture f;
    f.window->showPage(QStringLiteral("audit"));
    f.window->findChild<QToolButton *>(QStringLiteral("health"))->click();
    QCOMPARE(f.window->currentPage(), f.first);
}

void TstMainWindow::welcomeUntilAPageIsChosen()
{
    ShellFixture f;
    auto *welcome = new WelcomePage(f.theme);
    QSignalSpy add(welcome, &WelcomePage::addConnectionRequested);
    QSignalSpy open(welcome, &WelcomePage::openWorkspaceRequested);
    QSignalSpy sample(welcome, &WelcomePage::sampleRequested);
    f.window->showWelcome(welcome);
    QVERIFY(!f.window->currentPage());
    // In the navigation it would choose a page as soon as the window becomes active again.
    QTRY_VERIFY(welcome->isAncestorOf(QApplication::focusWidget()));
    for (auto *button : welcome->findChildren<QPushButton *>()) button->click();
    QCOMPARE(add.size() + open.size() * 10 + sample.size() * 100, 111);
    f.window->showPage(QStringLiteral("overview"));
    QCOMPARE(f.window->currentPage(), f.first);
}

void TstMainWindow::stateIsRestored()
{
    ShellFixture f;
    f.window->resize(1200, 800);
    f.window->showPage(QStringLiteral("connections"));
    f.second->view()->setColumnShown(2, false);
    f.window->findChild<Navigation *>()->setCollapsed(true);
    f.theme.setMode(Theme::Mode::Dark);
    f.window->close();
    f.theme.setMode(Theme::Mode::Light);

    f.makeWindow();
    QCOMPARE(f.window->currentPage(), f.second);
    QCOMPARE(f.window->size(), QSize(1200, 800));
    QVERIFY(f.window->findChild<Navigation *>()->isCollapsed());
    QVERIFY(f.theme.isDark());
    QVERIFY(f.second->view()->isColumnHidden(2));
    f.theme.setMode(Theme::Mode::Light);
}

void TstMainWindow::everyControlHasAName()
{
    ShellFixture f;
    f.notifications.addInfo(QStringLiteral("Saved"));
    const JobHandle job = f.jobs.begin(QStringLiteral("Verify"), {});
    QTRY_VERIFY(f.window->findChild<QProgressBar *>());
    f.window->showWelcome(new WelcomePage(f.theme));
    const auto checked = f.window->findChildren<QWidget *>();
    for (const QWidget *widget : checked) {
        const auto *button = qobject_cast<const QAbstractButton *>(widget);
        const bool control = button || qobject_cast<const QLineEdit *>(widget) || qobject_cast<const QComboBox *>(widget)
                             || qobject_cast<const QProgressBar *>(widget)
                             || (qobject_cast<const QAbstractItemView *>(widget) && !qobject_cast<const QMenu *>(widget->parentWidget()));
        if (!control || widget->objectName().startsWith(QLatin1String("qt_")) || widget->inherits("QHeaderView") || widget->inherits("QTableCornerButton")) continue;
        const QString name = !widget->accessibleName().isEmpty() || !button ? widget->accessibleName() : button->text();
        QVERIFY2(name.size() > 1, qPrintable(QStringLiteral("%1 %2 in %3").arg(QLatin1String(widget->metaObject()->className()), widget->objectName(),
                                                                                QLatin1String(widget->parentWidget()->metaObject()->className()))));
    }
}

void TstMainWindow::everythingFits()
{
    ShellFixture f;
    f.window->resize(1024, 700);
    const JobHandle job = f.jobs.begin(QStringLiteral("Test all connections"), {});
    job.setProgress(26, 41);
    QTRY_VERIFY(f.window->findChild<QProgressBar *>());
    QCOMPARE(f.window->size(), QSize(1024, 700));
    QVERIFY(f.window->minimumSizeHint().width() <= 1024);
}

void TstMainWindow::screenshots()
{
    ShellFixture f;
    Screenshots pictures(*f.window, f.theme, f.folder.filePath(QStringLiteral("shots")));
    QSignalSpy finished(&pictures, &Screenshots::finished);
    pictures.start();
    QVERIFY(finished.wait(30'000));
    QCOMPARE(finished.constFirst().constFirst().toString(), QString());
    const QDir folder(f.folder.filePath(QStringLiteral("shots")));
    QCOMPARE(folder.entryList(QDir::Files).size(), 3 * 2 * 2 * 2);
    QCOMPARE(QImage(folder.filePath(QStringLiteral("connections-dark-1024x700.png"))).size(), QSize(1024, 700));

    QFile blocker(f.folder.filePath(QStringLiteral("file")));
    QVERIFY(blocker.open(QIODevice::WriteOnly));
    Screenshots impossible(*f.window, f.theme, blocker.fileName());
    QSignalSpy failed(&impossible, &Screenshots::finished);
    impossible.start();
    QVERIFY(!failed.constFirst().constFirst().toString().isEmpty());
}

HEADGATE_TEST(TstMainWindow);
#include "tst_mainwindow.moc"
