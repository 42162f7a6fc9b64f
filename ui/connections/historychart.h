// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/testhistory.h"

#include <QHash>
#include <QWidget>

class QChart;
class QChartView;
class QLineSeries;

namespace headgate {

class Theme;
class VerdictStrip;

/// Whether p95 differs from p50 anywhere: with one test a column both are the same line.
bool haveSpread(const std::vector<HistoryColumn> &columns);

/// Response times over time. One series: its p50 and p95 with the strip of verdicts below, aligned. Several: the p50 of
/// each in a colour of its own. Where all tests of a place failed is a gap: their times are how long they took to fail.
class HistoryChart : public QWidget {
    Q_OBJECT
public:
    explicit HistoryChart(const Theme &theme, QWidget *parent = nullptr);

    void setData(const HistoryChartData &data);
    /// How many places for points there are; at least 1.
    int places() const;
    /// Of a series when there are several.
    void setSeriesShown(int series, bool shown);
    /// The colour of p50 and p95, or of each of several series.
    static QColor color(const Theme &theme, int index);

Q_SIGNALS:
    /// The number of places changed for good: ask for data anew.
    void placesChanged();

protected:
    void resizeEvent(QResizeEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    bool isSingle() const { return m_data.series.size() == 1; }
    void draw();
    int mostSteps() const;
    void addAxes(double highest);
    void addLines(const std::vector<HistoryColumn> &columns, double HistoryColumn::*value, const QColor &color);
    void alignStrip();
    QString textAt(double us) const;

    const Theme &m_theme;
    HistoryChartData m_data;
    QHash<int, bool> m_hidden;
    QChartView *m_view;
    QChart *m_chart;
    VerdictStrip *m_strip;
    QTimer *m_resized;
    int m_drawnSteps = 0;
};

}  // namespace headgate
