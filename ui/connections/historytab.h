// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connections/testhistoryservice.h"

#include <QWidget>

namespace headgate {

class HistoryChartPanel;
class ListPanel;
class TestHistoryModel;
class TestView;
class Theme;

/// The history of one connection: chart and strip over a range, the list of all its tests, and the one that is selected.
class HistoryTab : public QWidget {
    Q_OBJECT
public:
    HistoryTab(TestHistoryService &service, const Theme &theme, QWidget *parent = nullptr);
    void setConnection(ConnectionId id);
    /// Selects a test and shows what changed since the last good one before it.
    void showDifference(ConnectionTestId id);
    /// A test was added.
    void refresh();

private:
    HistoryChartPanel *m_chart;
    TestHistoryModel *m_model;
    ListPanel *m_panel;
    TestView *m_test;
};

}  // namespace headgate
