// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/page.h"
#include "ui/shell/palettesource.h"
#include "ui/shell/shellcontext.h"

#include <QHash>
#include <QMainWindow>

class QSettings;
class QStackedWidget;

namespace headgate {

class CommandPalette;
class HeaderBar;
class Navigation;
class NotificationPanel;
class StatusLine;

/// Stacks pages and makes menus, shortcuts and the palette from their commands; owns nothing else. A page is added by one
/// line where the window is put together.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    /// The pages become children of the window.
    MainWindow(const ShellContext &context, const QList<PageEntry> &pages, const QList<PaletteSource *> &sources);

    void openPage(const QString &id);
    void openEntity(const EntityRef &ref);
    Page *currentPage() const;
    QList<Page *> pages() const;
    CommandPalette *openPalette();
    void refreshAll();
    /// In front of all pages until another one is opened.
    void showWelcome(Page *welcome);

    void saveState(QSettings &settings) const;
    void restoreState(QSettings &settings);

Q_SIGNALS:
    void openWorkspaceRequested();
    void closing();

protected:
    void closeEvent(QCloseEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void addPage(const PageEntry &entry);
    void addShortcuts(Page *page);
    void addWindowShortcuts();
    void showAbout();
    QList<PaletteEntry> paletteEntries();

    const ShellContext m_context;
    const QList<PaletteSource *> m_sources;
    HeaderBar *m_header;
    Navigation *m_navigation;
    QStackedWidget *m_stack;
    NotificationPanel *m_notifications;
    StatusLine *m_status;
    QHash<QString, Page *> m_pages;
    QStringList m_order;
    bool m_collapsedByHand = false;
};

}  // namespace headgate
