// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/headerbar.h"

#include "ui/base/notifications.h"
#include "ui/base/theme.h"
#include "ui/shell/shellcontext.h"
#include "ui/shell/workspacestatus.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>

namespace headgate {

namespace {

QString environmentTitle(Environment environment)
{
    switch (environment) {
    case Environment::Development: return HeaderBar::tr("development");
    case Environment::Test: return HeaderBar::tr("test");
    case Environment::Staging: return HeaderBar::tr("staging");
    case Environment::Production: return HeaderBar::tr("production");
    }
    return {};
}

}  // namespace

HeaderBar::HeaderBar(const ShellContext &context, QWidget *parent)
    : QWidget(parent), m_context(context), m_product(new QLabel(QStringLiteral("Headgate"))), m_workspace(new QLabel), m_environment(new QLabel),
      m_lockIcon(new QLabel), m_lock(new QLabel), m_bell(new QToolButton), m_field(new QPushButton), m_user(new QToolButton), m_userMenu(new QMenu(this))
{
    setObjectName(QStringLiteral("header"));
    setAttribute(Qt::WA_StyledBackground);
    setFixedHeight(40);
    auto *dot = new QLabel(QStringLiteral("·"));
    dot->setProperty("muted", true);
    m_lock->setProperty("muted", true);
    m_workspace->setTextFormat(Qt::PlainText);
    m_bell->setFocusPolicy(Qt::StrongFocus);
    m_bell->setObjectName(QStringLiteral("bell"));
    m_field->setObjectName(QStringLiteral("paletteField"));
    m_field->setText(tr("Go to page, record or action"));
    m_field->setAccessibleName(tr("Command palette: go to page, record or action"));
    m_field->setMinimumWidth(240);
    m_field->setMaximumWidth(360);
    auto *keys = new QLabel(QStringLiteral("Ctrl+K"));
    keys->setProperty("muted", true);
    keys->setAttribute(Qt::WA_TransparentForMouseEvents);
    auto *inside = new QHBoxLayout(m_field);
    inside->setContentsMargins(0, 0, Theme::CardPadding, 0);
    inside->addWidget(keys, 0, Qt::AlignRight);
    m_user->setPopupMode(QToolButton::InstantPopup);
    m_user->setFocusPolicy(Qt::StrongFocus);
    m_user->setObjectName(QStringLiteral("userMenu"));
    m_user->setMenu(m_userMenu);

    auto *box = new QHBoxLayout(this);
    box->setContentsMargins(Theme::PageMargin, 0, Theme::Gap, 0);
    box->setSpacing(Theme::Gap);
    for (QLabel *label : {m_product, dot, m_workspace, m_environment, m_lockIcon, m_lock}) box->addWidget(label);
    box->addStretch(1);
    box->addWidget(m_bell);
    box->addWidget(m_field, 2);
    box->addWidget(m_user);

    connect(m_field, &QPushButton::clicked, this, &HeaderBar::paletteRequested);
    connect(m_bell, &QToolButton::clicked, this, &HeaderBar::notificationsRequested);
    connect(&context.status, &WorkspaceStatus::changed, this, &HeaderBar::showStatus);
    connect(&context.notifications, &NotificationCenter::changed, this, &HeaderBar::showNotifications);
    connect(&context.theme, &Theme::changed, this, &HeaderBar::paint);
    showStatus();
    showNotifications();
}

QWidget *HeaderBar::paletteField() const
{
    return m_field;
}

void HeaderBar::showStatus()
{
    const WorkspaceStatus::Values &values = m_context.status.values();
    m_workspace->setText(values.name);
    m_environment->setText(environmentTitle(values.environment));
    m_environment->setAccessibleName(tr("Environment: %1").arg(m_environment->text()));
    m_lock->setText(values.lock);
    m_lock->setVisible(!values.lock.isEmpty());
    m_lockIcon->setVisible(!values.lock.isEmpty());
    const QString user = values.user.isEmpty() ? tr("Menu") : values.user;
    m_user->setText(user + QStringLiteral(" ▾"));
    m_user->setAccessibleName(tr("Menu of %1").arg(user));
    paint();
}

void HeaderBar::showNotifications()
{
    int pressing = 0;
    for (const Notification &n : m_context.notifications.list()) pressing += n.severity != Notification::Severity::Info;
    const auto all = int(m_context.notifications.list().size());
    m_bell->setText(all > 0 ? QString::number(all) : QString());
    m_bell->setToolButtonStyle(all > 0 ? Qt::ToolButtonTextBesideIcon : Qt::ToolButtonIconOnly);
    const QString words = all > 0 ? tr("%n notification(s)", nullptr, all) : tr("No notifications");
    m_bell->setAccessibleName(words);
    m_bell->setToolTip(words + QStringLiteral(" (Ctrl+Shift+N)"));
    m_bell->setProperty("alert", pressing > 0);
    m_bell->style()->unpolish(m_bell);
    m_bell->style()->polish(m_bell);
    m_bell->setIcon(m_context.theme.icon(QStringLiteral("notifications"), pressing > 0 ? Theme::Error : Theme::Muted));
}

void HeaderBar::paint()
{
    const Theme &theme = m_context.theme;
    m_product->setFont(theme.semibold());
    m_lockIcon->setPixmap(theme.icon(QStringLiteral("object-locked"), Theme::Muted).pixmap(16));
    // The outline carries the colour; the word keeps the contrast of text.
    m_environment->setFixedHeight(20);
    m_environment->setStyleSheet(QStringLiteral("border: 1px solid %1; border-radius: 4px; padding: 0 6px;")
                                     .arg(theme.environmentColor(environments.name(m_context.status.values().environment)).name()));
    showNotifications();
}

}  // namespace headgate
