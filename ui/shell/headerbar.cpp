// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/headerbar.h"

#include "ui/base/environmentband.h"
#include "ui/base/notifications.h"
#include "ui/base/theme.h"

#include <QActionGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace headgate {

HeaderBar::HeaderBar(const ShellContext &context, QWidget *parent) : QWidget(parent), m_context(context), m_bell(new QToolButton)
{
    setObjectName(QStringLiteral("header"));
    setAttribute(Qt::WA_StyledBackground);
    auto *product = new QLabel(QStringLiteral("Headgate"));
    product->setFont(context.theme.sectionFont());
    auto *dot = new QLabel(QStringLiteral("·"));
    dot->setProperty("muted", true);
    auto *workspace = new QLabel(context.workspaceName);
    workspace->setToolTip(context.workspaceAddress);
    workspace->setAccessibleName(tr("Workspace %1").arg(context.workspaceName));
    auto *lock = new QLabel(context.lockReason);
    lock->setProperty("muted", true);

    auto *palette = new QPushButton(tr("Go to page, record or action") + QStringLiteral("          Ctrl+K"));
    palette->setAccessibleName(tr("Command palette"));
    palette->setToolTip(tr("Command palette (Ctrl+K)"));
    palette->setMinimumWidth(300);
    m_bell->setAutoRaise(true);
    m_bell->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);

    auto *row = new QHBoxLayout;
    row->setContentsMargins(Theme::PageMargin, 5, Theme::PageMargin, 5);
    row->setSpacing(Theme::Gap);
    for (QWidget *widget : std::initializer_list<QWidget *>{product, dot, workspace, environmentChip(), lock}) row->addWidget(widget);
    row->addStretch();
    for (QWidget *widget : std::initializer_list<QWidget *>{palette, m_bell, userMenu()}) row->addWidget(widget);
    auto *band = new EnvironmentBand(context.theme);
    band->setEnvironment(context.environment);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->setSpacing(0);
    box->addLayout(row);
    box->addWidget(band);

    connect(palette, &QPushButton::clicked, this, &HeaderBar::paletteRequested);
    connect(m_bell, &QToolButton::clicked, this, &HeaderBar::notificationsRequested);
    connect(&context.notifications, &NotificationCenter::changed, this, &HeaderBar::showCount);
    connect(&context.theme, &Theme::changed, this, &HeaderBar::showCount);
    showCount();
}

QWidget *HeaderBar::environmentChip() const
{
    auto *chip = new QLabel(environments.name(m_context.environment));
    chip->setAccessibleName(tr("Environment %1").arg(chip->text()));
    chip->setFixedHeight(20);
    const auto paint = [chip, &theme = m_context.theme] {
        const QColor color = theme.environmentColor(chip->text());
        chip->setStyleSheet(QStringLiteral("border: 1px solid %1; border-radius: 9px; padding: 0 8px;").arg(color.name()));
    };
    connect(&m_context.theme, &Theme::changed, chip, paint);
    paint();
    return chip;
}

QToolButton *HeaderBar::userMenu()
{
    auto *button = new QToolButton;
    button->setText(m_context.userName + QStringLiteral(" ▾"));
    button->setAccessibleName(tr("User menu of %1").arg(m_context.userName));
    button->setPopupMode(QToolButton::InstantPopup);
    auto *menu = new QMenu(button);
    menu->addAction(tr("Open another workspace…"), this, &HeaderBar::openWorkspaceRequested);
    menu->addSeparator();
    auto *group = new QActionGroup(menu);
    Theme &theme = m_context.theme;
    for (const auto &[mode, text] : {std::pair(Theme::Mode::System, tr("Colours as the desktop")), std::pair(Theme::Mode::Light, tr("Light")),
                                     std::pair(Theme::Mode::Dark, tr("Dark"))}) {
        QAction *action = menu->addAction(text);
        action->setCheckable(true);
        action->setChecked(theme.mode() == mode);
        group->addAction(action);
        connect(action, &QAction::triggered, &theme, [&theme, mode = mode] { theme.setMode(mode); });
    }
    menu->addSeparator();
    menu->addAction(tr("About Headgate"), this, &HeaderBar::aboutRequested);
    button->setMenu(menu);
    return button;
}

void HeaderBar::showCount()
{
    const qsizetype count = m_context.notifications.list().size();
    m_bell->setIcon(m_context.theme.icon(QStringLiteral("notifications"), count > 0 ? Theme::Error : Theme::Text));
    m_bell->setText(count > 0 ? QString::number(count) : QString());
    m_bell->setToolTip(tr("Notifications: %1").arg(count));
    m_bell->setAccessibleName(m_bell->toolTip());
}

}  // namespace headgate
