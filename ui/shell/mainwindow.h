// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/page.h"
#include "ui/shell/shellcontext.h"

#include "models/database/codec.h"

#include <QHash>
#include <QMainWindow>

class QMenu;
class QStackedWidget;

namespace headgate {

class CommandPalette;
class HeaderBar;
class Navigation;
class NotificationPanel;
class StatusLine;
struct PaletteItem;

/// The window: stacks the pages, makes shortcuts, menu and palette from their commands, and remembers itself in the
/// settings. It knows no page by name. GUI thread.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    /// Takes the pages over, in the order of the navigation; the first is shown when none was remembered.
    MainWindow(const QList<Page *> &pages, const ShellContext &context);

    const QList<Page *> &pages() const { return m_pages; }
    /// None while the welcome is shown.
    Page *currentPage() const;
    void showPage(const QString &id);
    void open(const EntityRef &ref);
    /// Shows it instead of a page until one is chosen; the window owns it from then on.
    void showWelcome(QWidget *welcome);
    void refreshAll();

    void openPalette();
    void setNotificationsShown(bool shown);
    void saveState();

protected:
    void closeEvent(QCloseEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void build();
    void adopt(Page *page);
    void addWindowCommands();
    void addAppearanceCommands();
    void addWindowCommand(const char *id, const QString &text, const char *icon, const QKeySequence &keys, std::function<void()> act);
    QAction *addShortcut(const Command &command, QWidget *owner);
    QAction *put(QMenu *menu, const Command &command);
    void fillUserMenu();
    void onPageShown();
    void placeNotifications();
    void restoreState();
    QList<PaletteItem> paletteItems() const;
    Page *find(const QString &id) const;

    QList<Page *> m_pages;
    ShellContext m_context;
    QList<Command> m_windowCommands;
    QHash<Page *, QList<Command>> m_commands;
    QHash<Page *, QList<QAction *>> m_actions;
    QHash<Page *, Timestamp> m_refreshedAt;
    HeaderBar *m_header;
    Navigation *m_navigation;
    QStackedWidget *m_stack;
    StatusLine *m_status;
    NotificationPanel *m_notifications = nullptr;
    CommandPalette *m_palette = nullptr;
    QWidget *m_welcome = nullptr;
    Page *m_shown = nullptr;
};

}  // namespace headgate
