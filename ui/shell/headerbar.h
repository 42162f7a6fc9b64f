// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QMenu;
class QPushButton;
class QToolButton;

namespace headgate {

struct ShellContext;
class Theme;
class WorkspaceStatus;

/// The title bar: workspace and environment, what is locked and why, notifications, the way to the command palette, the
/// user's menu. GUI thread.
class HeaderBar : public QWidget {
    Q_OBJECT
public:
    explicit HeaderBar(const ShellContext &context, QWidget *parent = nullptr);

    /// The caller fills it.
    QMenu *userMenu() const { return m_userMenu; }
    QWidget *paletteField() const;

Q_SIGNALS:
    void paletteRequested();
    void notificationsRequested();

private:
    void showStatus();
    void showNotifications();
    void paint();

    const ShellContext &m_context;
    QLabel *m_product;
    QLabel *m_workspace;
    QLabel *m_environment;
    QLabel *m_lockIcon;
    QLabel *m_lock;
    QToolButton *m_bell;
    QPushButton *m_field;
    QToolButton *m_user;
    QMenu *m_userMenu;
};

}  // namespace headgate
