// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/shellcontext.h"

#include <QWidget>

class QToolButton;

namespace headgate {

/// The top of the window: workspace, environment, palette, notifications, user menu; the band of the environment below.
class HeaderBar : public QWidget {
    Q_OBJECT
public:
    explicit HeaderBar(const ShellContext &context, QWidget *parent = nullptr);

Q_SIGNALS:
    void paletteRequested();
    void notificationsRequested();
    void aboutRequested();
    void openWorkspaceRequested();

private:
    QWidget *environmentChip() const;
    QToolButton *userMenu();
    void showCount();

    const ShellContext &m_context;
    QToolButton *m_bell;
};

}  // namespace headgate
