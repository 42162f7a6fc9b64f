// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/pictures/hand.h"

#include "ui/shell/page.h"

#include <QAbstractButton>
#include <QAction>
#include <QComboBox>
#include <QCursor>
#include <QDialog>
#include <QFutureWatcher>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMainWindow>
#include <QMenu>
#include <QPlainTextEdit>
#include <QScreen>
#include <QScrollArea>
#include <QTabWidget>
#include <QTest>
#include <QTextEdit>
#include <QThread>
#include <QTimer>
#include <QToolButton>

namespace headgate::pictures {

using namespace Qt::StringLiterals;

namespace {

constexpr int kLookMs = 20;
constexpr int kPatienceMs = 20'000;
constexpr int kIdleLooks = 4;
constexpr int kLongestDelayMs = 1000;  ///< longer ones are not waits for what a person does

QString plain(QString text) { return text.remove(u'&'); }

QMainWindow *window()
{
    for (QWidget *each : QApplication::topLevelWidgets())
        if (auto *main = qobject_cast<QMainWindow *>(each); main && main->isVisible()) return main;
    return nullptr;
}

/// Also what one has to scroll to; a tab that is not in front is not seen.
bool isSeen(const QWidget *widget) { return widget->isVisible() && !widget->size().isEmpty(); }

bool isNamed(const QWidget *widget, const QString &name)
{
    if (widget->objectName() == name || widget->accessibleName() == name) return true;
    const auto *line = qobject_cast<const QLineEdit *>(widget);
    return line && line->placeholderText() == name;
}

/// The first below the newest window that fits; a form's hidden tabs are not seen.
template <typename T> T *seen(const std::function<bool(T *)> &fits)
{
    QWidget *top = Hand::top();
    if (!top) return nullptr;
    for (T *each : top->findChildren<T *>())
        if (isSeen(each) && fits(each)) return each;
    return nullptr;
}

/// Models and futures of pages and dialogs, and the short delays after typing and choosing.
bool isIdle()
{
    for (QWidget *each : QApplication::topLevelWidgets()) {
        for (const auto *watcher : each->findChildren<QFutureWatcherBase *>())
            if (!watcher->isFinished()) return false;
        for (const auto *timer : each->findChildren<QTimer *>())
            if (timer->isActive() && timer->isSingleShot() && timer->interval() <= kLongestDelayMs) return false;
        for (QWidget *child : each->findChildren<QWidget *>())
            if (child->inherits("headgate::Page") && child->isVisible() && !static_cast<Page *>(child)->isIdle())
                return false;
    }
    return true;
}

/// Without a window manager nobody hands the keyboard to a new window.
bool isActive()
{
    QWidget *top = Hand::top();
    if (QApplication::activePopupWidget() || !top || QApplication::activeWindow() == top) return true;
    top->raise();
    top->activateWindow();
    return false;
}

}  // namespace

void Hand::post(QObject *owner, const std::function<void()> &act)
{
    QMetaObject::invokeMethod(owner, act, Qt::QueuedConnection);
}

void Hand::until(const QString &what, const std::function<bool()> &isSo) const
{
    for (int waited = 0; waited < kPatienceMs; waited += kLookMs) {
        if (ask(isSo)) return;
        QThread::msleep(kLookMs);
    }
    throw Missed(what);
}

void Hand::settle() const
{
    int idle = 0;
    until(u"the window comes to rest"_s, [&idle] {
        idle = isActive() && isIdle() ? idle + 1 : 0;
        return idle >= kIdleLooks;
    });
}

QWidget *Hand::top()
{
    if (QWidget *modal = QApplication::activeModalWidget()) return modal;
    QWidget *newest = window();
    for (QWidget *each : QApplication::topLevelWidgets())
        if (qobject_cast<QDialog *>(each) && each->isVisible()) newest = each;
    return newest;
}

QWidget *Hand::find(const char *className, const QString &objectName)
{
    return seen<QWidget>([&](QWidget *each) {
        return each->inherits(className) && (objectName.isEmpty() || each->objectName() == objectName);
    });
}

QAbstractButton *Hand::button(const QString &words)
{
    const auto whole = [&](QAbstractButton *each) {
        return each->isEnabled() && (plain(each->text()) == words || isNamed(each, words));
    };
    const auto begin = [&](QAbstractButton *each) {
        return each->isEnabled() && plain(each->text()).startsWith(words);
    };
    QAbstractButton *found = seen<QAbstractButton>(whole);
    return found ? found : seen<QAbstractButton>(begin);
}

QAbstractItemView *Hand::list()
{
    return seen<QAbstractItemView>([](QAbstractItemView *each) { return each->inherits("headgate::ListView"); });
}

bool Hand::says(const QString &words)
{
    return seen<QLabel>([&](QLabel *each) { return each->text().contains(words); }) ||
           seen<QPlainTextEdit>([&](QPlainTextEdit *each) { return each->toPlainText().contains(words); });
}

void Hand::page(const QString &title) const
{
    run(title);
    until(u"the page "_s + title, [&] {
        const auto *pages = window()->findChild<QListView *>(u"navigationList"_s);
        return pages && pages->currentIndex().data().toString().startsWith(title);
    });
    settle();
}

void Hand::run(const QString &command) const
{
    QAction *found = nullptr;
    until(u"the command "_s + command, [&] {
        if (!window()) return false;
        for (QAction *action : window()->findChildren<QAction *>())
            if (action->text() == command && action->isEnabled() && !qobject_cast<QMenu *>(action->parent()))
                found = action;
        return found != nullptr;
    });
    post(found, [found] { found->trigger(); });
    settle();
}

void Hand::press(const QString &words) const
{
    QAbstractButton *found = nullptr;
    until(u"the button "_s + words, [&] { return (found = button(words)) != nullptr; });
    post(found, [found] { found->click(); });
    settle();
}

void Hand::key(int code, Qt::KeyboardModifiers modifiers) const
{
    post(qApp, [=] {
        QWidget *to = QApplication::focusWidget() ? QApplication::focusWidget() : top();
        if (to) QTest::keyClick(to, Qt::Key(code), modifiers);
    });
    settle();
}

void Hand::type(const QString &text) const
{
    until(u"a field to type into"_s, [] { return QApplication::focusWidget() != nullptr; });
    post(qApp, [text] { QTest::keyClicks(QApplication::focusWidget(), text); });
    settle();
}

void Hand::fill(const QString &field, const QString &text) const
{
    until(u"the field "_s + field, [&] {
        if (auto *line = seen<QLineEdit>([&](QLineEdit *each) { return isNamed(each, field); })) {
            line->setFocus();
            line->setText(text);
            return true;
        }
        auto *edit = seen<QPlainTextEdit>([&](QPlainTextEdit *each) { return isNamed(each, field); });
        if (edit) edit->setPlainText(text);
        return edit != nullptr;
    });
    settle();
}

void Hand::choose(const QString &box, const QString &entry) const
{
    until(u"%1 in the box %2"_s.arg(entry, box), [&] {
        auto *found =
            seen<QComboBox>([&](QComboBox *each) { return isNamed(each, box) && each->findText(entry) >= 0; });
        if (found) found->setCurrentText(entry);
        return found != nullptr;
    });
    settle();
}

void Hand::tab(const QString &title) const
{
    until(u"the tab "_s + title, [&] {
        auto *tabs = seen<QTabWidget>([&](QTabWidget *each) {
            for (int i = 0; i < each->count(); ++i)
                if (plain(each->tabText(i)).startsWith(title) && each->isTabEnabled(i) && each->isTabVisible(i))
                    return each->setCurrentIndex(i), true;
            return false;
        });
        return tabs != nullptr;
    });
    settle();
}

void Hand::menuOf(const QString &name) const
{
    QAbstractButton *found = nullptr;
    until(u"the menu "_s + name, [&] { return (found = button(name)) != nullptr; });
    post(found, [found] {
        if (auto *tool = qobject_cast<QToolButton *>(found))
            tool->showMenu();
        else
            found->click();
    });
    until(u"the open menu "_s + name,
          [] { return qobject_cast<QMenu *>(QApplication::activePopupWidget()) != nullptr; });
    settle();
}

void Hand::entry(const QString &text) const
{
    QAction *found = nullptr;
    until(u"the entry "_s + text, [&] {
        const auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
        for (QAction *each : menu ? menu->actions() : QList<QAction *>())
            if (plain(each->text()).startsWith(text) && each->isEnabled()) found = each;
        return found != nullptr;
    });
    post(found, [found] { found->trigger(); });
    post(qApp, [] {
        if (QWidget *popup = QApplication::activePopupWidget()) popup->close();
    });
    settle();
}

void Hand::row(const QString &firstCell) const
{
    until(u"the row "_s + firstCell, [&] {
        QAbstractItemView *view = list();
        for (int i = 0; view && i < view->model()->rowCount(); ++i) {
            const QModelIndex index = view->model()->index(i, 0);
            if (index.data().toString() != firstCell) continue;
            view->setFocus();
            view->setCurrentIndex(index);
            view->scrollTo(index);
            return true;
        }
        return false;
    });
    settle();
}

void Hand::rowAt(int row, int column) const
{
    until(u"row %1"_s.arg(row), [&] {
        QAbstractItemView *view = list();
        if (!view || view->model()->rowCount() <= row) return false;
        view->setFocus();
        view->setCurrentIndex(view->model()->index(row, column));
        return true;
    });
    settle();
}

void Hand::awaitDialog(const char *className) const
{
    until(u"the dialog "_s + QLatin1String(className), [&] {
        const QWidget *now = top();
        return now && now->inherits(className) && now->isVisible();
    });
    settle();
}

void Hand::awaitText(const QString &words) const
{
    until(u"the words “%1”"_s.arg(words), [&] { return says(words); });
}

void Hand::scrollTo(const QString &name) const
{
    until(u"%1 to scroll to"_s.arg(name), [&] {
        QWidget *found = seen<QWidget>([&](QWidget *each) { return isNamed(each, name); });
        for (QWidget *each = found ? found->parentWidget() : nullptr; each; each = each->parentWidget())
            if (auto *area = qobject_cast<QScrollArea *>(each)) area->ensureWidgetVisible(found, 0, 40);
        return found && !found->visibleRegion().isEmpty();
    });
}

void Hand::reset() const
{
    ask([] {
        while (QWidget *popup = QApplication::activePopupWidget()) popup->close();
        // Not by reject(): a form would ask what is to become of its changes.
        for (QWidget *each : QApplication::topLevelWidgets())
            if (auto *dialog = qobject_cast<QDialog *>(each); dialog && dialog->isVisible() && window())
                dialog->done(QDialog::Rejected);
    });
    until(u"the window without a dialog"_s, [] { return !QApplication::activeModalWidget(); });
    ask([] {
        QMainWindow *main = window();
        if (!main) return;
        for (QWidget *each : main->findChildren<QWidget *>()) {
            if (each->inherits("headgate::CommandPalette")) each->hide();
            if (!each->isVisible()) continue;
            if (each->inherits("headgate::NotificationPanel")) QMetaObject::invokeMethod(each, "closeRequested");
            if (each->inherits("headgate::RowJsonPanel")) QMetaObject::invokeMethod(each, "closeRequested");
            if (each->inherits("headgate::HistoryView")) QMetaObject::invokeMethod(each, "closeRequested");
        }
        for (auto *tabs : main->findChildren<QTabWidget *>()) tabs->setCurrentIndex(0);
        for (QWidget *each : main->findChildren<QWidget *>()) {
            if (each->inherits("headgate::ListPanel") && each->isVisible())
                QMetaObject::invokeMethod(each, "clearFilterRequested");
            if (each->inherits("headgate::FilterRow")) each->hide();
        }
    });
    settle();
    ask([] {
        QAbstractItemView *view = window() ? list() : nullptr;
        if (!view) return;
        view->clearSelection();
        view->setCurrentIndex({});
        view->scrollToTop();
        view->setFocus();
    });
    settle();
}

void Hand::resize(QSize size) const
{
    until(u"the window"_s, [] { return top() != nullptr; });
    ask([size] {
        if (QMainWindow *main = window()) {
            main->move(0, 0);
            main->resize(size);
        }
        // Neither a blinking line nor a pointer over a row makes a picture differ from the next.
        QApplication::setCursorFlashTime(0);
        QCursor::setPos(size.width() - 1, size.height() - 1);
    });
    until(u"the size of the window"_s, [size] { return !window() || window()->size() == size; });
    settle();
}

void Hand::shoot(const QString &file) const
{
    const bool isSaved = ask([&] { return QGuiApplication::primaryScreen()->grabWindow(0).save(file); });
    if (!isSaved) throw Missed(u"the picture cannot be written to "_s + file);
}

}  // namespace headgate::pictures
