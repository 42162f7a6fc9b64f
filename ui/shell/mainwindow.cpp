// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/mainwindow.h"

#include "ui/base/environmentband.h"
#include "ui/base/notifications.h"
#include "ui/base/theme.h"
#include "ui/shell/commandpalette.h"
#include "ui/shell/headerbar.h"
#include "ui/shell/navigation.h"
#include "ui/shell/statusline.h"
#include "ui/shell/workspacestatus.h"

#include <QAction>
#include <QCloseEvent>
#include <QJsonDocument>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace headgate {

namespace {

constexpr QSize smallest(800, 560);
constexpr QSize usual(1440, 900);

QString stateKey(const Page &page) { return QStringLiteral("pages/") + page.id(); }

}  // namespace

MainWindow::MainWindow(const QList<Page *> &pages, const ShellContext &context)
    : m_pages(pages), m_context(context), m_header(new HeaderBar(m_context)), m_navigation(new Navigation(pages, context.theme)),
      m_stack(new QStackedWidget), m_status(new StatusLine(m_context))
{
    setMinimumSize(smallest);
    build();
    for (Page *page : pages) adopt(page);
    addWindowCommands();
    connect(m_header->userMenu(), &QMenu::aboutToShow, this, &MainWindow::fillUserMenu);
    connect(m_header, &HeaderBar::paletteRequested, this, &MainWindow::openPalette);
    connect(m_header, &HeaderBar::notificationsRequested, this, [this] { setNotificationsShown(m_notifications->isHidden()); });
    connect(m_notifications, &NotificationPanel::closeRequested, this, [this] { setNotificationsShown(false); });
    connect(m_navigation, &Navigation::chosen, this, &MainWindow::showPage);
    connect(m_status, &StatusLine::healthRequested, this, [this] { open(m_context.health); });
    connect(m_palette, &CommandPalette::openRequested, this, &MainWindow::open);
    connect(m_stack, &QStackedWidget::currentChanged, this, &MainWindow::onPageShown);
    restoreState();
    m_navigation->setFocus(Qt::OtherFocusReason);
}

void MainWindow::build()
{
    auto *band = new EnvironmentBand(m_context.theme);
    const auto follow = [this, band] {
        band->setEnvironment(m_context.status.values().environment);
        setWindowTitle(tr("%1 – Headgate").arg(m_context.status.values().name));
    };
    connect(&m_context.status, &WorkspaceStatus::changed, this, follow);
    follow();
    auto *middle = new QHBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(m_navigation);
    middle->addWidget(m_stack, 1);
    auto *centre = new QWidget;
    auto *box = new QVBoxLayout(centre);
    box->setContentsMargins({});
    box->setSpacing(0);
    box->addWidget(m_header);
    box->addWidget(band);
    box->addLayout(middle, 1);
    box->addWidget(m_status);
    setCentralWidget(centre);
    m_notifications = new NotificationPanel(m_context.notifications, m_context.theme, centre);
    m_notifications->hide();
    m_palette = new CommandPalette([this] { return paletteItems(); }, m_context.sources, m_context.theme, centre);
}

void MainWindow::adopt(Page *page)
{
    m_stack->addWidget(page);
    m_commands.insert(page, page->commands());
    for (const Command &command : std::as_const(m_commands[page])) m_actions[page] << addShortcut(command, page);
    connect(page, &Page::openRequested, this, &MainWindow::open);
    connect(page, &Page::badgeChanged, this, [this, id = page->id()](int count) { m_navigation->setBadge(id, count); });
    connect(page, &Page::refreshed, this, [this, page] {
        m_refreshedAt.insert(page, Timestamp::now());
        if (page == currentPage()) m_status->setRefreshed(m_refreshedAt.value(page));
    });
}

void MainWindow::addWindowCommands()
{
    for (int i = 0; i < m_pages.size(); ++i) {
        const Page *page = m_pages.at(i);
        const QKeySequence keys = i < 9 ? QKeySequence(Qt::CTRL | Qt::Key(Qt::Key_1 + i)) : QKeySequence();
        m_windowCommands << Command{page->id(), page->title(), page->iconName(), keys, [this, id = page->id()] { showPage(id); }, {}, false};
    }
    m_windowCommands << m_context.commands;
    addWindowCommand("window.palette", tr("Command palette"), "edit-find", Qt::CTRL | Qt::Key_K, [this] { openPalette(); });
    addWindowCommand("window.notifications", tr("Notifications"), "notifications", Qt::CTRL | Qt::SHIFT | Qt::Key_N,
                     [this] { setNotificationsShown(m_notifications->isHidden()); });
    addAppearanceCommands();
    addWindowCommand("window.quit", tr("Quit"), "application-exit", QKeySequence::Quit, [this] { close(); });
    for (const Command &command : std::as_const(m_windowCommands)) addShortcut(command, this);
}

void MainWindow::addAppearanceCommands()
{
    auto &theme = m_context.theme;
    addWindowCommand("window.navigation", tr("Fold the navigation"), "sidebar-collapse-left", Qt::CTRL | Qt::Key_B,
                     [this] { m_navigation->setCollapsed(!m_navigation->isCollapsed()); });
    // Without icons: the mark of the chosen one stands in their place.
    addWindowCommand("theme.system", tr("Colours of the desktop"), "", {}, [&theme] { theme.setMode(Theme::Mode::System); });
    addWindowCommand("theme.light", tr("Light colours"), "", {}, [&theme] { theme.setMode(Theme::Mode::Light); });
    addWindowCommand("theme.dark", tr("Dark colours"), "", {}, [&theme] { theme.setMode(Theme::Mode::Dark); });
}

void MainWindow::addWindowCommand(const char *id, const QString &text, const char *icon, const QKeySequence &keys, std::function<void()> act)
{
    m_windowCommands << Command{QString::fromLatin1(id), text, QString::fromLatin1(icon), keys, std::move(act), {}, false};
}

QAction *MainWindow::addShortcut(const Command &command, QWidget *owner)
{
    auto *action = new QAction(command.text, owner);
    action->setShortcut(command.shortcut);
    // What destroys answers only while the focus is where it can be seen what will go.
    if (command.destructive) action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    if (owner != this) action->setEnabled(false);  // until its page is shown
    connect(action, &QAction::triggered, this, [command] { command.run(); });
    QWidget *listener = command.destructive ? owner : this;
    listener->addAction(action);
    return action;
}

QAction *MainWindow::put(QMenu *menu, const Command &command)
{
    // The keys are only shown: the window's own action answers to them.
    const QString text = command.text + QLatin1Char('\t') + command.shortcut.toString(QKeySequence::NativeText);
    QAction *action = menu->addAction(m_context.theme.icon(command.icon), text, this, [command] { command.run(); });
    action->setEnabled(command.isEnabled());
    return action;
}

void MainWindow::fillUserMenu()
{
    QMenu *menu = m_header->userMenu();
    menu->clear();
    qDeleteAll(menu->findChildren<QMenu *>(Qt::FindDirectChildrenOnly));
    if (const Page *page = currentPage(); page && !m_commands.value(m_shown).isEmpty()) {
        QMenu *actions = menu->addMenu(page->title());
        for (const Command &command : m_commands.value(m_shown)) put(actions, command);
        menu->addSeparator();
    }
    const QStringList modes{QStringLiteral("theme.system"), QStringLiteral("theme.light"), QStringLiteral("theme.dark")};
    for (const Command &command : std::as_const(m_windowCommands)) {
        if (find(command.id)) continue;
        if (command.id == modes.first() || command.id == u"window.palette" || command.id == u"window.quit") menu->addSeparator();
        QAction *action = put(menu, command);
        if (!modes.contains(command.id)) continue;
        action->setCheckable(true);
        action->setChecked(command.id == modes.at(int(m_context.theme.mode())));
    }
}

Page *MainWindow::find(const QString &id) const
{
    for (Page *page : m_pages)
        if (page->id() == id) return page;
    return nullptr;
}

Page *MainWindow::currentPage() const
{
    return m_stack->currentWidget() == m_welcome ? nullptr : static_cast<Page *>(m_stack->currentWidget());
}

void MainWindow::showPage(const QString &id)
{
    Page *page = find(id);
    if (!page) return;
    m_stack->setCurrentWidget(page);
    m_navigation->setCurrent(id);
}

void MainWindow::open(const EntityRef &ref)
{
    showPage(ref.page);
    if (Page *page = find(ref.page); page && !ref.id.isEmpty()) page->open(ref.id);
}

void MainWindow::showWelcome(QWidget *welcome)
{
    m_welcome = welcome;
    m_stack->addWidget(welcome);
    m_stack->setCurrentWidget(welcome);
    m_navigation->setCurrent({});
    // In the navigation the focus would choose its first page as soon as the window becomes active.
    if (auto *first = welcome->findChild<QPushButton *>()) first->setFocus(Qt::OtherFocusReason);
}

void MainWindow::refreshAll()
{
    for (Page *page : std::as_const(m_pages)) page->refresh();
}

void MainWindow::onPageShown()
{
    Page *page = currentPage();
    for (auto it = m_actions.cbegin(); it != m_actions.cend(); ++it)
        for (QAction *action : it.value()) action->setEnabled(it.key() == page);
    // What a page loaded in its constructor is fresh; what it showed before may be old.
    if (page && m_shown) page->refresh();
    if (page) m_shown = page;
    m_status->setRefreshed(m_refreshedAt.contains(page) ? std::optional(m_refreshedAt.value(page)) : std::nullopt);
}

QList<PaletteItem> MainWindow::paletteItems() const
{
    QList<PaletteItem> items;
    const auto put = [&items](const Command &command, const QString &kind, const QString &detail, std::function<void()> act) {
        PaletteItem item;
        item.text = command.text;
        item.text.remove(QLatin1Char('&'));
        item.detail = detail;
        item.kind = kind;
        item.icon = command.icon;
        item.shortcut = command.shortcut.toString(QKeySequence::NativeText);
        item.act = std::move(act);
        items << item;
    };
    for (const Command &command : m_windowCommands)
        if (command.id != u"window.palette") put(command, find(command.id) ? tr("Page") : tr("Action"), {}, command.execute);
    for (Page *page : m_pages)
        for (const Command &command : m_commands.value(page))
            if (command.isEnabled())
                put(command, tr("Action"), page->title(), [self = const_cast<MainWindow *>(this), page, command] {
                    self->showPage(page->id());
                    command.run();
                });
    return items;
}

void MainWindow::openPalette()
{
    const QWidget *field = m_header->paletteField();
    const QPoint corner = field->mapTo(centralWidget(), QPoint(field->width(), 0));
    m_palette->openAt(corner.x(), corner.y());
}

void MainWindow::setNotificationsShown(bool shown)
{
    m_notifications->setVisible(shown);
    placeNotifications();
    if (shown) m_notifications->setFocus(Qt::OtherFocusReason);
}

void MainWindow::placeNotifications()
{
    const int top = m_stack->mapTo(centralWidget(), QPoint()).y();
    const int width = m_notifications->width();
    m_notifications->setGeometry(centralWidget()->width() - width, top, width, m_stack->height());
    m_notifications->raise();
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    centralWidget()->layout()->activate();
    placeNotifications();
}

void MainWindow::saveState()
{
    QSettings &settings = m_context.settings;
    settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
    if (m_shown) settings.setValue(QStringLiteral("window/page"), m_shown->id());
    settings.setValue(QStringLiteral("window/folded"), m_navigation->isCollapsed());
    settings.setValue(QStringLiteral("window/theme"), int(m_context.theme.mode()));
    for (const Page *page : std::as_const(m_pages))
        settings.setValue(stateKey(*page), QString::fromUtf8(QJsonDocument(page->saveState()).toJson(QJsonDocument::Compact)));
}

void MainWindow::restoreState()
{
    QSettings &settings = m_context.settings;
    m_context.theme.setMode(Theme::Mode(std::clamp(settings.value(QStringLiteral("window/theme")).toInt(), 0, 2)));
    if (!restoreGeometry(settings.value(QStringLiteral("window/geometry")).toByteArray())) resize(usual);
    m_navigation->setCollapsed(settings.value(QStringLiteral("window/folded")).toBool());
    for (Page *page : std::as_const(m_pages))
        page->restoreState(QJsonDocument::fromJson(settings.value(stateKey(*page)).toString().toUtf8()).object());
    if (m_pages.isEmpty()) return;
    const QString remembered = settings.value(QStringLiteral("window/page")).toString();
    showPage(find(remembered) ? remembered : m_pages.constFirst()->id());
    onPageShown();
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    saveState();
    event->accept();
}

}  // namespace headgate
