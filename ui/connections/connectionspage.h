// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connections/connectionservice.h"
#include "ui/connections/connectiondialog.h"
#include "ui/shell/page.h"

class QStackedWidget;

namespace headgate {

class ConnectionDetail;
class ConnectionSummaryView;
class ConnectionTab;
class ConnectionTableModel;
class ConnectionTester;
class FacetButton;
class JobRegistry;
class ListPageFrame;
class NotificationCenter;

/// The list of connections with its detail pane: find, add, edit, test, remove.
class ConnectionsPage : public Page {
    Q_OBJECT
public:
    ConnectionsPage(ConnectionService &service, JobRegistry &jobs, NotificationCenter &notifications, const DialogTools &tools,
                    QWidget *parent = nullptr);

    /// A further tab of the detail pane.
    void addTab(ConnectionTab *tab, const QString &title);

    QString id() const override { return QStringLiteral("connections"); }
    QString title() const override { return tr("Connections"); }
    QString iconName() const override { return QStringLiteral("network-connect"); }
    PageGroup group() const override { return PageGroup::Move; }
    QList<Command> commands() const override;
    void refresh() override;
    /// An id, "new", or "status=failure" to show those whose last test ended so.
    void open(const QString &id) override;
    QJsonObject saveState() const override;
    void restoreState(const QJsonObject &state) override;

private:
    void buildFacets();
    void buildButtons();
    void connectTester();
    void onCurrentChanged();
    void onLoaded();
    void showCount();
    void refreshSummary();
    void showDetailOf(const Connection &connection);
    void openDialog(const Connection &connection);
    void addConnection();
    void editCurrent();
    void testCurrent();
    void removeCurrent();
    void remove(const Connection &connection);
    void confirmRemoval(const Connection &connection, const QList<QPair<QString, qint64>> &dependents);
    void copyUrl();
    const Connection *current() const;

    ConnectionService &m_service;
    NotificationCenter &m_notifications;
    DialogTools m_tools;
    ConnectionTableModel *m_model;
    ConnectionTester *m_tester;
    ConnectionDetail *m_detail;
    ConnectionSummaryView *m_summary;
    QStackedWidget *m_side;
    ListPageFrame *m_frame;
    FacetButton *m_statusFacet;
    ConnectionSummary m_numbers;
    /// Selected as soon as the list has it.
    ConnectionId m_wanted;
};

}  // namespace headgate
