// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/page.h"

#include <QWidget>

class QListView;
class QStandardItem;
class QStandardItemModel;
class QToolButton;

namespace headgate {

class Theme;

/// The pages in their groups, with badges. Arrow keys go from page to page; collapsed, only icons are left. GUI thread.
class Navigation : public QWidget {
    Q_OBJECT
public:
    Navigation(const QList<Page *> &pages, const Theme &theme, QWidget *parent = nullptr);

    /// Marks a page without announcing it; an unknown id marks none.
    void setCurrent(const QString &id);
    void setBadge(const QString &id, int count);
    int badge(const QString &id) const;
    bool isCollapsed() const { return m_collapsed; }
    void setCollapsed(bool collapsed);

    static QString groupTitle(PageGroup group);

Q_SIGNALS:
    void chosen(const QString &id);

private:
    void addGroup(PageGroup group, const QList<Page *> &pages);
    void paintIcons();
    QStandardItem *find(const QString &id) const;

    const Theme &m_theme;
    QStandardItemModel *m_model;
    QListView *m_view;
    QToolButton *m_fold;
    bool m_collapsed = false;
};

}  // namespace headgate
