// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/testhistory.h"

#include <QWidget>

namespace headgate {

class Theme;

/// What the tests of a stretch of time said, as a band below a chart: from each test to the next the colour of its
/// verdict, the worst one where several share a place. A verdict holds for at most a 24th of the range: where nothing was
/// tested, nothing is shown.
class VerdictStrip : public QWidget {
    Q_OBJECT
public:
    explicit VerdictStrip(const Theme &theme, QWidget *parent = nullptr);
    void setColumns(const std::vector<HistoryColumn> &columns, Timestamp from, Timestamp to);
    /// Where the chart's plot begins and ends, in this widget's pixels.
    void setPlot(double left, double right);

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    double xOf(qint64 us) const;
    void paintColumn(QPainter &painter, size_t index) const;
    QRectF segment(size_t index) const;

    const Theme &m_theme;
    std::vector<HistoryColumn> m_columns;
    Timestamp m_from;
    Timestamp m_to;
    double m_left = 0;
    double m_right = 0;
};

/// failure, warning or success: the worst of them; cancelled when nothing but that happened.
QString worstStatus(const HistoryColumn &column);
/// "21 Nov 14:05: 12 tests, 2 failed, p50 3.1 ms, p95 9.8 ms".
QString columnText(const HistoryColumn &column);

}  // namespace headgate
