// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/responsechart.h"

#include "ui/base/theme.h"
#include "ui/connections/connectionfields.h"

#include <QChart>
#include <QChartView>
#include <QHBoxLayout>
#include <QHelpEvent>
#include <QLabel>
#include <QLineSeries>
#include <QLocale>
#include <QPainter>
#include <QToolTip>
#include <QVBoxLayout>
#include <QValueAxis>
#include <algorithm>
#include <cmath>

namespace headgate {

namespace {

bool answered(const ConnectionTest &test)
{
    return test.status == TestStatus::Success || test.status == TestStatus::Warning;
}

QString oneDecimal(double value)
{
    return QLocale().toString(value, 'f', 1);
}

/// Runs of consecutive tests that answered; each becomes one line, so that a failure is a gap.
QList<QList<QPointF>> runs(const QList<ConnectionTest> &oldestFirst)
{
    QList<QList<QPointF>> lines;
    bool open = false;
    for (int i = 0; i < oldestFirst.size(); ++i) {
        if (!answered(oldestFirst[i])) {
            open = false;
            continue;
        }
        if (!open) lines << QList<QPointF>();
        lines.last() << QPointF(i, oldestFirst[i].responseTimeMs);
        open = true;
    }
    return lines;
}

}  // namespace

double percentile(QList<double> values, double share)
{
    if (values.isEmpty()) return 0;
    const auto rank = qsizetype(std::ceil(share * double(values.size())));
    const auto at = values.begin() + std::clamp<qsizetype>(rank - 1, 0, values.size() - 1);
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

VerdictStrip::VerdictStrip(const Theme &theme, QWidget *parent) : QWidget(parent), m_theme(theme)
{
    setFixedHeight(12);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void VerdictStrip::setTests(const QList<ConnectionTest> &oldestFirst)
{
    m_tests = oldestFirst;
    const auto failures = std::ranges::count(m_tests, TestStatus::Failure, &ConnectionTest::status);
    setAccessibleName(tr("Verdicts of the last %1 tests, %2 failed").arg(m_tests.size()).arg(failures));
    update();
}

QRectF VerdictStrip::cell(int index) const
{
    const double step = double(width()) / double(m_tests.size());
    return QRectF(index * step, 0, std::max(1.0, step - 1), height());
}

void VerdictStrip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    for (int i = 0; i < m_tests.size(); ++i)
        painter.fillRect(cell(i), m_theme.statusColor(testStatuses.name(m_tests[i].status)));
}

bool VerdictStrip::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const QPoint at = static_cast<QHelpEvent *>(event)->pos();
    for (int i = 0; i < m_tests.size(); ++i) {
        if (!cell(i).contains(at)) continue;
        const ConnectionTest &test = m_tests[i];
        QToolTip::showText(mapToGlobal(at), tr("%1, %2 ms, %3").arg(testStatusLabel(test.status), oneDecimal(test.responseTimeMs),
                                                                   test.testedAt.toIso()));
    }
    return true;
}

ResponseChart::ResponseChart(const Theme &theme, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_figures(new QLabel), m_view(new QChartView), m_strip(new VerdictStrip(theme))
{
    auto *title = new QLabel(tr("Response time"));
    QFont font = title->font();
    font.setWeight(QFont::DemiBold);
    title->setFont(font);
    m_figures->setProperty("muted", true);
    auto *head = new QHBoxLayout;
    head->addWidget(title);
    head->addWidget(m_figures, 1);

    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setFixedHeight(110);
    m_view->setFocusPolicy(Qt::NoFocus);
    m_view->chart()->legend()->hide();
    m_view->chart()->setMargins({});
    m_view->chart()->setBackgroundVisible(false);

    auto *box = new QVBoxLayout(this);
    box->setContentsMargins(12, 12, 12, 12);
    box->setSpacing(4);
    box->addLayout(head);
    box->addWidget(m_view);
    box->addWidget(m_strip);
    connect(&theme, &Theme::changed, this, &ResponseChart::draw);
}

void ResponseChart::setTests(const QList<ConnectionTest> &newestFirst)
{
    m_tests = newestFirst;
    std::ranges::reverse(m_tests);
    m_strip->setTests(m_tests);
    draw();
}

void ResponseChart::draw()
{
    QChart *chart = m_view->chart();
    m_view->setBackgroundBrush(m_theme.color(Theme::Base));
    chart->removeAllSeries();
    const QList<QAbstractAxis *> old = chart->axes();
    for (QAbstractAxis *axis : old) {
        chart->removeAxis(axis);
        delete axis;
    }
    QList<double> times;
    for (const ConnectionTest &test : std::as_const(m_tests))
        if (answered(test)) times << test.responseTimeMs;
    m_figures->setText(tr("last %1 tests, ms · p50 %2 · p95 %3")
                           .arg(m_tests.size())
                           .arg(oneDecimal(percentile(times, 0.5)), oneDecimal(percentile(times, 0.95))));
    m_view->setAccessibleName(tr("Response time, %1").arg(m_figures->text()));
    m_view->setVisible(!times.isEmpty());
    if (times.isEmpty()) return;

    auto *x = new QValueAxis;
    x->setRange(-0.5, double(m_tests.size()) - 0.5);
    x->setVisible(false);
    auto *y = new QValueAxis;
    y->setRange(0, *std::ranges::max_element(times) * 1.1);
    y->setTickCount(3);
    y->applyNiceNumbers();
    y->setLabelFormat(QStringLiteral("%g"));
    y->setLabelsColor(m_theme.color(Theme::Muted));
    y->setLineVisible(false);
    y->setGridLinePen(QPen(m_theme.color(Theme::Border), 1));
    chart->addAxis(x, Qt::AlignBottom);
    chart->addAxis(y, Qt::AlignLeft);
    const auto lines = runs(m_tests);
    for (const QList<QPointF> &points : lines) {
        auto *series = new QLineSeries;
        series->append(points);
        series->setPen(QPen(m_theme.chartColor(0), 1.5));
        // A single point between two gaps would draw nothing.
        series->setPointsVisible(points.size() == 1);
        chart->addSeries(series);
        series->attachAxis(x);
        series->attachAxis(y);
    }
}

}  // namespace headgate
