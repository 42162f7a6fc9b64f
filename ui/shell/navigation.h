// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/page.h"

#include <QHash>

class QPushButton;
class QVBoxLayout;

namespace headgate {

class Theme;
class NavigationButton;

/// The pages at the left edge, in groups; 216 px, or icons only. Up and Down move, Space or Enter opens.
class Navigation : public QWidget {
    Q_OBJECT
public:
    explicit Navigation(const Theme &theme, QWidget *parent = nullptr);

    void addPage(const PageEntry &entry);
    void finish();
    void setCurrent(const QString &id);
    void setBadge(const QString &id, int count);
    bool isCollapsed() const { return m_collapsed; }
    void setCollapsed(bool collapsed);

Q_SIGNALS:
    void pageRequested(const QString &id);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    const Theme &m_theme;
    QVBoxLayout *m_box;
    QPushButton *m_collapse;
    QList<NavigationButton *> m_buttons;
    QList<QWidget *> m_headings;
    QString m_lastGroup;
    bool m_collapsed = false;
};

}  // namespace headgate
