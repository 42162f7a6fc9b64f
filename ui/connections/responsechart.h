// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/connectiontest.h"

#include <QWidget>

class QChartView;
class QLabel;

namespace headgate {

class Theme;

/// The value below which `share` (0…1) of the values lie, by nearest rank; 0 when there are none.
double percentile(QList<double> values, double share);

/// One cell per test, oldest left, in the colour of its verdict.
class VerdictStrip : public QWidget {
    Q_OBJECT
public:
    explicit VerdictStrip(const Theme &theme, QWidget *parent = nullptr);
    void setTests(const QList<ConnectionTest> &oldestFirst);

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    QRectF cell(int index) const;

    const Theme &m_theme;
    QList<ConnectionTest> m_tests;
};

/// Response times of the last tests with their p50 and p95, and the strip of verdicts below. A test that failed leaves a
/// gap: its time is how long it took to fail.
class ResponseChart : public QWidget {
    Q_OBJECT
public:
    explicit ResponseChart(const Theme &theme, QWidget *parent = nullptr);
    void setTests(const QList<ConnectionTest> &newestFirst);

private:
    void draw();

    const Theme &m_theme;
    QList<ConnectionTest> m_tests;
    QLabel *m_figures;
    QChartView *m_view;
    VerdictStrip *m_strip;
};

}  // namespace headgate
