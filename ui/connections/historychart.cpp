// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/historychart.h"

#include "ui/base/theme.h"
#include "ui/connections/verdictstrip.h"

#include <QChart>
#include <QChartView>
#include <QDateTimeAxis>
#include <QGraphicsLayout>
#include <QHelpEvent>
#include <QLineSeries>
#include <QTimer>
#include <QToolTip>
#include <QVBoxLayout>
#include <QValueAxis>
#include <algorithm>
#include <cmath>

namespace headgate {

namespace {

constexpr int stepPixels = 36;
constexpr int placePixels = 2;  ///< a p50 and a p95 in every second column of pixels
constexpr qint64 dayUs = 86'400'000'000;

double milliseconds(Timestamp at) { return double(at.us) / 1000; }

/// Columns that hold nothing but failures part the line.
bool isGap(const HistoryColumn &column) { return column.answered == 0 && column.failed > 0; }

/// 1, 2 or 5 times a power of ten, so that at most so many steps reach `highest`.
double niceStep(double highest, int most)
{
    if (highest <= 0) return 1;
    const double power = std::pow(10, std::floor(std::log10(highest / most)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power * most >= highest) return factor * power;
    return 10 * power;
}

struct TimeScale {
    QString format;
    int ticks;
};

/// The ranges that a person may choose begin and end on whole hours or days; these ticks fall on such too.
TimeScale timeScale(qint64 us)
{
    if (us <= dayUs) return {QStringLiteral("HH:mm"), 5};
    if (us == 7 * dayUs) return {QStringLiteral("ddd"), 8};
    if (us == 30 * dayUs) return {QStringLiteral("d MMM"), 4};
    return {us < 400 * dayUs ? QStringLiteral("d MMM") : QStringLiteral("MMM yyyy"), 4};
}

}  // namespace

bool haveSpread(const std::vector<HistoryColumn> &columns)
{
    return std::ranges::any_of(columns, [](const HistoryColumn &column) { return column.p95 > column.p50; });
}

QColor HistoryChart::color(const Theme &theme, int index)
{
    return theme.chartColor(index);
}

HistoryChart::HistoryChart(const Theme &theme, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_view(new QChartView), m_chart(m_view->chart()), m_strip(new VerdictStrip(theme)), m_resized(new QTimer(this))
{
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setFocusPolicy(Qt::NoFocus);
    m_view->setMinimumHeight(90);
    m_view->setRenderHint(QPainter::Antialiasing);  // never more than a point or two for two columns of pixels
    m_view->viewport()->installEventFilter(this);
    m_chart->legend()->hide();
    m_chart->setMargins({});
    m_chart->setBackgroundVisible(false);
    m_chart->layout()->setContentsMargins(0, 0, 0, 0);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->setSpacing(Theme::Tight);
    box->addWidget(m_view, 1);
    box->addWidget(m_strip);
    m_resized->setSingleShot(true);
    m_resized->setInterval(200);
    connect(m_resized, &QTimer::timeout, this, &HistoryChart::placesChanged);
    connect(m_chart, &QChart::plotAreaChanged, this, &HistoryChart::alignStrip);
    connect(&theme, &Theme::changed, this, &HistoryChart::draw);
}

int HistoryChart::places() const
{
    return std::max(1, width() / placePixels);
}

/// As many as have room for a label each: one that overlaps reads "…".
int HistoryChart::mostSteps() const
{
    return std::clamp(m_view->height() / stepPixels, 1, 5);
}

void HistoryChart::setData(const HistoryChartData &data)
{
    m_data = data;
    m_hidden.clear();
    draw();
}

void HistoryChart::setSeriesShown(int series, bool shown)
{
    m_hidden[series] = !shown;
    draw();
}

void HistoryChart::draw()
{
    m_view->setBackgroundBrush(m_theme.color(Theme::Base));
    m_chart->removeAllSeries();
    const QList<QAbstractAxis *> old = m_chart->axes();
    for (QAbstractAxis *axis : old) {
        m_chart->removeAxis(axis);
        delete axis;
    }
    m_strip->setVisible(isSingle());
    double highest = 0;
    for (const HistorySeries &series : m_data.series)
        for (const HistoryColumn &column : series.columns) highest = std::max(highest, isSingle() ? column.p95 : column.p50);
    if (m_data.to > m_data.from) addAxes(highest);
    if (isSingle()) {
        const std::vector<HistoryColumn> &columns = m_data.series.front().columns;
        m_strip->setColumns(columns, m_data.from, m_data.to);
        // The same line twice would be one, in the wrong colour.
        if (haveSpread(columns)) addLines(columns, &HistoryColumn::p95, color(m_theme, 1));
        addLines(columns, &HistoryColumn::p50, color(m_theme, 0));
    } else {
        for (size_t i = 0; i < m_data.series.size(); ++i)
            if (!m_hidden.value(int(i))) addLines(m_data.series[i].columns, &HistoryColumn::p50, color(m_theme, int(i)));
    }
    alignStrip();
}

void HistoryChart::addAxes(double highest)
{
    m_drawnSteps = mostSteps();
    const TimeScale scale = timeScale(m_data.to.us - m_data.from.us);
    auto *x = new QDateTimeAxis;
    x->setRange(m_data.from.toDateTime().toLocalTime(), m_data.to.toDateTime().toLocalTime());
    x->setFormat(scale.format);
    x->setTickCount(scale.ticks);
    x->setGridLineVisible(false);
    auto *y = new QValueAxis;
    const double step = niceStep(highest, mostSteps());
    const int steps = std::max(1, int(std::ceil(highest / step)));
    y->setRange(0, steps * step);
    y->setTickCount(steps + 1);
    y->setLabelFormat(QStringLiteral("%g ms"));
    y->setGridLinePen(QPen(m_theme.color(Theme::Border), 1));
    for (QAbstractAxis *axis : {static_cast<QAbstractAxis *>(x), static_cast<QAbstractAxis *>(y)}) {
        axis->setLabelsColor(m_theme.color(Theme::Muted));
        axis->setLinePen(QPen(m_theme.color(Theme::Border), 1));
    }
    y->setLineVisible(false);
    m_chart->addAxis(x, Qt::AlignBottom);
    m_chart->addAxis(y, Qt::AlignLeft);
}

void HistoryChart::addLines(const std::vector<HistoryColumn> &columns, double HistoryColumn::*value, const QColor &color)
{
    QList<QList<QPointF>> lines;
    bool open = false;
    for (const HistoryColumn &column : columns) {
        if (isGap(column)) open = false;
        if (column.answered == 0) continue;
        if (!std::exchange(open, true)) lines << QList<QPointF>();
        lines.last() << QPointF((milliseconds(column.first) + milliseconds(column.last)) / 2, column.*value);
    }
    const QList<QAbstractAxis *> axes = m_chart->axes();
    for (const QList<QPointF> &points : std::as_const(lines)) {
        auto *series = new QLineSeries;
        series->append(points);
        series->setPen(QPen(color, 1.5));
        // A single point between two gaps would draw nothing.
        series->setPointsVisible(points.size() == 1);
        m_chart->addSeries(series);
        for (QAbstractAxis *axis : axes) series->attachAxis(axis);
    }
}

void HistoryChart::alignStrip()
{
    const QRectF plot = m_chart->plotArea();
    m_strip->setPlot(plot.left(), plot.right());
}

void HistoryChart::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    if (event->oldSize().width() != width()) m_resized->start();
    if (m_drawnSteps != mostSteps() && m_data.to > m_data.from) draw();
}

QString HistoryChart::textAt(double us) const
{
    QStringList lines;
    for (const HistorySeries &series : m_data.series) {
        const auto distance = [us](const HistoryColumn &column) { return std::abs(double(column.first.us + column.last.us) / 2 - us); };
        const auto nearest = std::ranges::min_element(series.columns, {}, distance);
        if (nearest != series.columns.end()) lines << columnText(*nearest);
    }
    return lines.join(u'\n');
}

bool HistoryChart::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::ToolTip || watched != m_view->viewport()) return QWidget::eventFilter(watched, event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const QRectF plot = m_chart->plotArea();
    const double share = (m_view->mapToScene(help->pos()).x() - plot.left()) / std::max(1.0, plot.width());
    QToolTip::showText(help->globalPos(), textAt(double(m_data.from.us) + share * double(m_data.to.us - m_data.from.us)), this);
    return true;
}

}  // namespace headgate
