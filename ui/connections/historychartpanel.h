// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/canceltoken.h"
#include "models/base/result.h"
#include "models/connections/testhistory.h"

#include <QWidget>

class QComboBox;
class QLabel;

namespace headgate {

class HistoryChart;
class TestHistoryService;
class Theme;

/// A stretch of time that ends now, on whole hours or days.
enum class HistoryRange { Day, Week, Month, All };
/// From (0: from the first test on) and to, in the zone that is shown.
std::pair<Timestamp, Timestamp> historyTimes(HistoryRange range, Timestamp now);

/// The chart of some connections over a range to choose, with its figures and, when the connection flaps, the words.
/// Asks the service anew for another range, another width and refresh(); the old picture stays meanwhile.
class HistoryChartPanel : public QWidget {
    Q_OBJECT
public:
    HistoryChartPanel(TestHistoryService &service, const Theme &theme, QWidget *parent = nullptr);

    /// None: all connections together. Merged: these in one line.
    void setConnections(const QList<ConnectionId> &connections, bool isMerged = false);
    void refresh();
    HistoryRange range() const;
    HistoryChart *chart() const { return m_chart; }

Q_SIGNALS:
    void rangeChanged();
    void dataChanged(const headgate::HistoryChartData &data);
    void failed(const headgate::Error &error);

protected:
    void showEvent(QShowEvent *event) override;

private:
    void load();
    void present(const HistoryChartData &data);
    QString figures(const HistorySeries &series) const;

    TestHistoryService &m_service;
    const Theme &m_theme;
    QList<ConnectionId> m_connections;
    bool m_isMerged = false;
    CancelToken m_cancel;
    quint64 m_generation = 0;
    bool m_isOutdated = true;
    std::optional<HistoryChartData> m_data;
    QComboBox *m_range;
    QLabel *m_figures;
    QLabel *m_flapping;
    HistoryChart *m_chart;
};

}  // namespace headgate
