// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <QAbstractItemView>
#include <QApplication>
#include <QString>
#include <stdexcept>

class QAbstractButton;
class QLineEdit;
class QTabWidget;

namespace headgate::pictures {

/// A state was not reached; what was waited for in vain.
class Missed : public std::runtime_error {
public:
    explicit Missed(const QString &what) : std::runtime_error(what.toStdString()) {}
};

/// A person's hand at the window, from a thread of its own: the event loop runs on, whatever dialog or menu is open,
/// and a state is written down as one act after the other. Each act happens on the GUI thread; an act that may open a
/// menu or a dialog is posted, so that it need not end. What is not there within the patience is Missed. It knows
/// classes by the names of their meta-objects, as the program's own code cannot be linked from here.
class Hand {
public:
    /// On the GUI thread, at once.
    template <typename F> static auto ask(F question)
    {
        using Answer = decltype(question());
        if constexpr (std::is_void_v<Answer>) {
            QMetaObject::invokeMethod(qApp, question, Qt::BlockingQueuedConnection);
        } else {
            Answer answer{};
            QMetaObject::invokeMethod(
                qApp, [&] { answer = question(); }, Qt::BlockingQueuedConnection);
            return answer;
        }
    }
    /// On the GUI thread, soon; `owner` may go before.
    static void post(QObject *owner, const std::function<void()> &act);

    /// Looks until it is so.
    void until(const QString &what, const std::function<bool()> &isSo) const;
    /// Until no model, future or delay is on its way, and the newest window is the active one.
    void settle() const;

    // What is seen. To be called on the GUI thread; null when there is none.
    static QWidget *top();  ///< the newest dialog, else the window
    static QWidget *find(const char *className, const QString &objectName = {});
    static QAbstractButton *button(const QString &words);
    static QAbstractItemView *list();
    static bool says(const QString &words);  ///< a visible label

    // Acts, each waiting for what it acts on.
    void page(const QString &title) const;
    void run(const QString &command) const;
    void press(const QString &words) const;
    void key(int code, Qt::KeyboardModifiers modifiers = {}) const;
    void type(const QString &text) const;
    void fill(const QString &field, const QString &text) const;  ///< by object name, accessible name or placeholder
    void choose(const QString &box, const QString &entry) const;
    void tab(const QString &title) const;
    void menuOf(const QString &button) const;
    void entry(const QString &text) const;  ///< of the open menu
    void row(const QString &firstCell) const;
    void rowAt(int row, int column = 0) const;
    void awaitDialog(const char *className) const;
    void awaitText(const QString &words) const;
    void scrollTo(const QString &name) const;  ///< where the window is low
    /// Everything closed, nothing filtered, nothing chosen.
    void reset() const;
    void resize(QSize size) const;
    /// The whole screen, which is as large as the window: dialogs and menus are in the picture.
    void shoot(const QString &file) const;
};

}  // namespace headgate::pictures
