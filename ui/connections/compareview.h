// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/error.h"
#include "models/connections/connection.h"
#include "models/connections/testhistory.h"

#include <QWidget>

class QLabel;
class QTableWidget;

namespace headgate {

class HistoryChartPanel;
class TestHistoryService;
class Theme;

/// Several connections side by side: one line each and a table that is the legend too; a line can be switched off there.
class CompareView : public QWidget {
    Q_OBJECT
public:
    static constexpr int Most = 8;  ///< as many as there are colours to tell apart

    CompareView(TestHistoryService &service, const Theme &theme, QWidget *parent = nullptr);
    /// The first eight of these.
    void setConnections(const QList<Connection> &connections);
    void refresh();

Q_SIGNALS:
    void failed(const headgate::Error &error);

private:
    void showTable(const HistoryChartData &data);
    void paintMarks();

    const Theme &m_theme;
    QList<Connection> m_connections;
    QLabel *m_title;
    HistoryChartPanel *m_chart;
    QTableWidget *m_table;
};

}  // namespace headgate
