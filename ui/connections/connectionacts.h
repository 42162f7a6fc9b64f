// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connections/connectionbulk.h"
#include "app/connections/connectionimport.h"
#include "ui/connections/connectiondialog.h"
#include "ui/shell/command.h"

#include <QObject>

class QMenu;

namespace headgate {

class ConnectionTableModel;
class JobRegistry;
class ListActions;
class ListPageFrame;
class NotificationCenter;

/// What can be done to the connections chosen in the list, beyond editing and testing one: clone, copy as, import, what any
/// list offers, and the acts on many. Its menu is the list's context menu and the button "More". GUI thread.
class ConnectionActs : public QObject {
    Q_OBJECT
public:
    ConnectionActs(ConnectionService &service, ConnectionTableModel &model, ListPageFrame &frame, JobRegistry &jobs, NotificationCenter &notifications,
                   const DialogTools &tools);

    QList<Command> commands();
    void removeSelected() { bulk(BulkAction::Kind::Remove); }

Q_SIGNALS:
    /// The list is not as it was; `wanted` is to be selected when it is valid.
    void changed(headgate::ConnectionId wanted);

private:
    const Connection *current() const;
    QList<ConnectionId> selected() const;
    void fillMenu(QMenu *menu);
    void fillCopyMenu(QMenu *menu);
    void clone();
    void importFile();
    void bulk(BulkAction::Kind kind);

    ConnectionService &m_service;
    ConnectionTableModel &m_model;
    ListPageFrame &m_frame;
    DialogTools m_tools;
    ConnectionBulk m_bulk;
    ConnectionImport m_import;
    ListActions *m_list;
};

}  // namespace headgate
