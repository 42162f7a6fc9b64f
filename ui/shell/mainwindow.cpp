// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/mainwindow.h"

#include "ui/base/notifications.h"
#include "ui/base/theme.h"
#include "ui/shell/commandpalette.h"
#include "ui/shell/headerbar.h"
#include "ui/shell/navigation.h"
#include "ui/shell/statusline.h"

#include <QAction>
#include <QCloseEvent>
#include <QFrame>
#include <QHBoxLayout>
#include <QJsonDocument>
#include <QMessageBox>
#include <QSettings>
#include <QShortcut>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <headgate_version.h>

namespace headgate {

namespace {

/// Below this width the navigation shows icons only.
constexpr int kNarrow = 1100;

QFrame *hairline(bool vertical)
{
    auto *line = new QFrame;
    line->setProperty("line", true);
    vertical ? line->setFixedWidth(1) : line->setFixedHeight(1);
    return line;
}

}  // namespace

MainWindow::MainWindow(const ShellContext &context, const QList<PageEntry> &pages, const QList<PaletteSource *> &sources)
    : m_context(context), m_sources(sources), m_header(new HeaderBar(m_context)), m_navigation(new Navigation(context.theme)),
      m_stack(new QStackedWidget), m_notifications(new NotificationPanel(context.notifications, context.theme)), m_status(new StatusLine(m_context))
{
    setWindowTitle(QStringLiteral("%1 (%2) – Headgate").arg(context.workspaceName, environments.name(context.environment)));
    resize(1440, 900);
    setMinimumSize(800, 560);
    auto *middle = new QHBoxLayout;
    middle->setSpacing(0);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_navigation, hairline(true)}) middle->addWidget(widget);
    middle->addWidget(m_stack, 1);
    middle->addWidget(m_notifications);
    auto *centre = new QWidget;
    auto *box = new QVBoxLayout(centre);
    box->setContentsMargins({});
    box->setSpacing(0);
    box->addWidget(m_header);
    box->addLayout(middle, 1);
    box->addWidget(hairline(false));
    box->addWidget(m_status);
    setCentralWidget(centre);
    m_notifications->hide();

    for (const PageEntry &entry : pages) addPage(entry);
    m_navigation->finish();
    connect(m_navigation, &Navigation::pageRequested, this, &MainWindow::openPage);
    connect(m_header, &HeaderBar::paletteRequested, this, &MainWindow::openPalette);
    connect(m_header, &HeaderBar::notificationsRequested, this, [this] { m_notifications->setVisible(!m_notifications->isVisible()); });
    connect(m_header, &HeaderBar::openWorkspaceRequested, this, &MainWindow::openWorkspaceRequested);
    connect(m_header, &HeaderBar::aboutRequested, this, &MainWindow::showAbout);
    connect(m_notifications, &NotificationPanel::closeRequested, m_notifications, &QWidget::hide);
    addWindowShortcuts();
    if (!m_order.isEmpty()) openPage(m_order.first());
}

void MainWindow::addPage(const PageEntry &entry)
{
    Page *page = entry.page;
    m_pages.insert(page->id(), page);
    m_order << page->id();
    m_stack->addWidget(page);
    m_navigation->addPage(entry);
    connect(page, &Page::openRequested, this, &MainWindow::openEntity);
    connect(page, &Page::badgeChanged, this, [this, page](int count) { m_navigation->setBadge(page->id(), count); });
    addShortcuts(page);
}

void MainWindow::addShortcuts(Page *page)
{
    for (const Command &command : page->commands()) {
        if (command.shortcut.isEmpty()) continue;
        auto *shortcut = new QShortcut(command.shortcut, page);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, page, [command] {
            if (command.isEnabled()) command.execute();
        });
    }
}

void MainWindow::addWindowShortcuts()
{
    const auto add = [this](const QKeySequence &keys, auto run) { connect(new QShortcut(keys, this), &QShortcut::activated, this, run); };
    add(QKeySequence(Qt::CTRL | Qt::Key_K), [this] { openPalette(); });
    add(QKeySequence(Qt::CTRL | Qt::Key_B), [this] { m_navigation->setCollapsed(!m_navigation->isCollapsed()); });
    add(QKeySequence(Qt::CTRL | Qt::Key_Q), [this] { close(); });
    for (int i = 0; i < m_order.size() && i < 9; ++i)
        add(QKeySequence(Qt::CTRL | Qt::Key(Qt::Key_1 + i)), [this, id = m_order.at(i)] { openPage(id); });
}

void MainWindow::openPage(const QString &id)
{
    Page *page = m_pages.value(id);
    if (!page) return;
    m_stack->setCurrentWidget(page);
    m_navigation->setCurrent(id);
    page->refresh();
    m_status->setRefreshed(Timestamp::now());
}

void MainWindow::openEntity(const EntityRef &ref)
{
    openPage(ref.page);
    if (Page *page = m_pages.value(ref.page); page && !ref.id.isEmpty()) page->open(ref.id);
}

Page *MainWindow::currentPage() const { return qobject_cast<Page *>(m_stack->currentWidget()); }

QList<Page *> MainWindow::pages() const
{
    QList<Page *> pages;
    for (const QString &id : m_order) pages << m_pages.value(id);
    return pages;
}

void MainWindow::refreshAll()
{
    for (Page *page : pages()) page->refresh();
    m_status->setRefreshed(Timestamp::now());
}

void MainWindow::showWelcome(Page *welcome)
{
    m_stack->addWidget(welcome);
    m_stack->setCurrentWidget(welcome);
    m_navigation->setCurrent({});
}

QList<PaletteEntry> MainWindow::paletteEntries()
{
    QList<PaletteEntry> entries;
    if (Page *page = currentPage()) {
        for (const Command &command : page->commands())
            if (command.isEnabled()) entries << PaletteEntry{command.text, command.shortcut.toString(QKeySequence::NativeText), command.icon, command.execute};
    }
    for (int i = 0; i < m_order.size(); ++i) {
        const Page *page = m_pages.value(m_order.at(i));
        const QString keys = i < 9 ? QStringLiteral("Ctrl+%1").arg(i + 1) : QString();
        entries << PaletteEntry{page->title(), keys, page->iconName(), [this, id = page->id()] { openPage(id); }};
    }
    Theme &theme = m_context.theme;
    entries << PaletteEntry{theme.isDark() ? tr("Light colours") : tr("Dark colours"), {}, QStringLiteral("color-management"),
                            [&theme] { theme.setMode(theme.isDark() ? Theme::Mode::Light : Theme::Mode::Dark); }};
    entries << PaletteEntry{tr("Notifications"), {}, QStringLiteral("notifications"), [this] { m_notifications->show(); }};
    entries << PaletteEntry{tr("Open another workspace…"), {}, QStringLiteral("document-open"), [this] { Q_EMIT openWorkspaceRequested(); }};
    entries << PaletteEntry{tr("Quit"), QStringLiteral("Ctrl+Q"), QStringLiteral("application-exit"), [this] { close(); }};
    return entries;
}

CommandPalette *MainWindow::openPalette()
{
    auto *palette = new CommandPalette(paletteEntries(), m_sources, m_context.theme, this);
    palette->move(mapToGlobal(QPoint((width() - palette->width()) / 2, m_header->height() + 8)));
    palette->show();
    palette->activateWindow();
    return palette;
}

void MainWindow::showAbout()
{
    auto *box = new QMessageBox(this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(tr("About Headgate"));
    box->setText(tr("Headgate %1").arg(QStringLiteral(HEADGATE_VERSION)));
    box->setInformativeText(tr("A console for the administrators of data platforms.\nFree software under the GNU General Public License, version 3 or later.\nWorkspace: %1")
                                .arg(m_context.workspaceAddress));
    box->open();
}

void MainWindow::saveState(QSettings &settings) const
{
    settings.setValue(QStringLiteral("geometry"), saveGeometry());
    settings.setValue(QStringLiteral("page"), currentPage() ? currentPage()->id() : QString());
    settings.setValue(QStringLiteral("theme"), int(m_context.theme.mode()));
    settings.setValue(QStringLiteral("collapsed"), m_navigation->isCollapsed() && width() >= kNarrow);
    for (const Page *page : pages())
        settings.setValue(QStringLiteral("pages/") + page->id(), QJsonDocument(page->saveState()).toJson(QJsonDocument::Compact));
}

void MainWindow::restoreState(QSettings &settings)
{
    restoreGeometry(settings.value(QStringLiteral("geometry")).toByteArray());
    m_context.theme.setMode(Theme::Mode(std::clamp(settings.value(QStringLiteral("theme")).toInt(), 0, 2)));
    m_collapsedByHand = settings.value(QStringLiteral("collapsed")).toBool();
    m_navigation->setCollapsed(m_collapsedByHand);
    for (Page *page : pages()) {
        const QByteArray state = settings.value(QStringLiteral("pages/") + page->id()).toByteArray();
        page->restoreState(QJsonDocument::fromJson(state).object());
    }
    if (const QString id = settings.value(QStringLiteral("page")).toString(); m_pages.contains(id)) openPage(id);
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    const bool wasNarrow = event->oldSize().width() > 0 && event->oldSize().width() < kNarrow;
    const bool isNarrow = width() < kNarrow;
    if (isNarrow != wasNarrow || event->oldSize().width() <= 0) m_navigation->setCollapsed(isNarrow || m_collapsedByHand);
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    Q_EMIT closing();
    event->accept();
}

}  // namespace headgate
