// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connections/connectionservice.h"
#include "ui/connections/connectiondialog.h"
#include "ui/connections/connectiontester.h"
#include "ui/shell/page.h"

class QStackedWidget;
class QTimer;

namespace headgate {

class CompareView;
class ConnectionActs;
class ConnectionDetail;
class ConnectionEditing;
class ConnectionSummaryView;
class ConnectionTab;
class ConnectionTableModel;
class FacetButton;
class HealthScheduler;
class HistoryView;
class JobRegistry;
class ListPageFrame;
class NotificationCenter;
class SavedFilterService;

/// The list of connections with its detail pane: find, add, edit, test, watch, compare, remove; and the history of all
/// tests in its place. `health` may be missing: then nothing is marked as up or down.
class ConnectionsPage : public Page {
    Q_OBJECT
public:
    ConnectionsPage(ConnectionService &service, JobRegistry &jobs, NotificationCenter &notifications, const DialogTools &tools,
                    HealthScheduler *health = nullptr, QWidget *parent = nullptr);

    /// Adds the button of saved filters to the filter row.
    void setSavedFilters(SavedFilterService &filters);

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
    int unsavedChanges() const override;
    QJsonObject saveState() const override;
    void restoreState(const QJsonObject &state) override;

private:
    void buildFacets();
    void buildButtons();
    void connectTester();
    void connectHealth();
    void showBatch(const BatchSummary &summary);
    void refreshSoon();
    void onCurrentChanged();
    void onLoaded();
    void showCount();
    void refreshSummary();
    void showDetailOf(const Connection &connection);
    void openDialog(const Connection &connection);
    void addConnection();
    void editCurrent();
    void testSelected();
    void editHealth();
    void acceptServer();
    void toggleHistory();
    QList<Connection> selected() const;
    void copyUrl();
    const Connection *current() const;

    ConnectionService &m_service;
    JobRegistry &m_jobs;
    NotificationCenter &m_notifications;
    DialogTools m_tools;
    ConnectionTableModel *m_model;
    ConnectionTester *m_tester;
    ConnectionDetail *m_detail;
    ConnectionSummaryView *m_summary;
    CompareView *m_compare;
    QStackedWidget *m_side;
    QStackedWidget *m_stack;
    HistoryView *m_history = nullptr;  ///< from the first look at it on
    HealthScheduler *m_health;
    QTimer *m_refreshSoon;
    ListPageFrame *m_frame;
    ConnectionActs *m_acts;
    ConnectionEditing *m_editing;
    FacetButton *m_statusFacet;
    ConnectionSummary m_numbers;
    /// Selected as soon as the list has it.
    ConnectionId m_wanted;
};

}  // namespace headgate
