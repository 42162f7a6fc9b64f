// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connections/testhistoryservice.h"

#include <QWidget>

namespace headgate {

class ConnectionService;
class FacetButton;
class HistoryChartPanel;
class ListPageFrame;
class TestHistoryModel;
class TestView;
struct ListTools;

/// The newest tests of all connections: a list to search and filter, the chart of all of them over the same range, and
/// the test that is selected.
class HistoryView : public QWidget {
    Q_OBJECT
public:
    HistoryView(ConnectionService &connections, const ListTools &tools, QWidget *parent = nullptr);
    void refresh();

Q_SIGNALS:
    /// Back to the list of connections.
    void closeRequested();
    /// A person wants to see the connection of a test.
    void connectionRequested(headgate::ConnectionId id);
    void failed(const headgate::Error &error);

private:
    void addActions(const ListTools &tools);
    void loadNames();
    void showCount();

    ConnectionService &m_connections;
    TestHistoryModel *m_model;
    HistoryChartPanel *m_chart;
    TestView *m_test;
    FacetButton *m_names;
    ListPageFrame *m_frame;
};

}  // namespace headgate
