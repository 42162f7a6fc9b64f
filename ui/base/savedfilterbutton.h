// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/filters/savedfilter.h"

#include <QToolButton>

class QMenu;

namespace headgate {

class ListPageFrame;
class Messages;
class NotificationCenter;
class SavedFilterService;

/// The filters that a person keeps for a list: apply, save the present one, rename, delete; and the colour of the rows that
/// match one, whatever the list is filtered by (the first of the list that matches wins). Belongs into the frame's filter
/// row. GUI thread.
class SavedFilterButton : public QToolButton {
    Q_OBJECT
public:
    SavedFilterButton(SavedFilterService &service, const QString &page, ListPageFrame &frame, Messages &messages, NotificationCenter &notifications,
                      QWidget *parent = nullptr);

private:
    void load();
    void fillMenu();
    void addFilterMenus();
    void addTintMenu(const SavedFilter &filter, QMenu *menu);
    void setTint(const SavedFilter &filter, const QString &tint);
    void showTints();
    bool canTint(const SavedFilter &filter) const;
    void askName(const QString &title, const QString &name, std::function<void(const QString &)> named);
    void save();
    void rename(const SavedFilter &filter);
    void remove(const SavedFilter &filter);

    SavedFilterService &m_service;
    QString m_page;
    ListPageFrame &m_frame;
    Messages &m_messages;
    NotificationCenter &m_notifications;
    QMenu *m_menu;
    QList<SavedFilter> m_filters;
};

}  // namespace headgate
