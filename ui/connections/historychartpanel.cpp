// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/historychartpanel.h"

#include "app/base/attach.h"
#include "app/connections/testhistoryservice.h"
#include "ui/base/celldelegate.h"
#include "ui/base/theme.h"
#include "ui/connections/historychart.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace headgate {

std::pair<Timestamp, Timestamp> historyTimes(HistoryRange range, Timestamp now)
{
    const QDateTime local = now.toDateTime().toLocalTime();
    const QDateTime midnight = local.date().addDays(1).startOfDay();
    const QDateTime hour(local.date(), QTime(local.time().hour(), 0));
    switch (range) {
    case HistoryRange::Day: return {Timestamp::fromDateTime(hour.addSecs(-23 * 3600)), Timestamp::fromDateTime(hour.addSecs(3600))};
    case HistoryRange::Week: return {Timestamp::fromDateTime(midnight.addDays(-7)), Timestamp::fromDateTime(midnight)};
    case HistoryRange::Month: return {Timestamp::fromDateTime(midnight.addDays(-30)), Timestamp::fromDateTime(midnight)};
    case HistoryRange::All: break;
    }
    return {Timestamp(), Timestamp::fromDateTime(midnight)};
}

HistoryChartPanel::HistoryChartPanel(TestHistoryService &service, const Theme &theme, QWidget *parent)
    : QWidget(parent), m_service(service), m_theme(theme), m_range(new QComboBox), m_figures(new QLabel), m_flapping(new QLabel), m_chart(new HistoryChart(theme))
{
    for (const auto &[range, text] : {std::pair(HistoryRange::Day, tr("24 hours")), std::pair(HistoryRange::Week, tr("7 days")),
                                      std::pair(HistoryRange::Month, tr("30 days")), std::pair(HistoryRange::All, tr("All"))})
        m_range->addItem(text, int(range));
    m_range->setCurrentIndex(int(HistoryRange::Week));
    m_range->setAccessibleName(tr("Range of the history"));
    auto *title = new QLabel(tr("Response time"));
    title->setFont(theme.semibold());
    m_figures->setTextFormat(Qt::RichText);
    m_figures->setWordWrap(true);
    m_flapping->setWordWrap(true);
    m_flapping->hide();
    auto *head = new QHBoxLayout;
    head->addWidget(title);
    head->addStretch();
    head->addWidget(m_range);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins(Theme::CardPadding, Theme::Gap, Theme::CardPadding, Theme::Gap);
    box->setSpacing(Theme::Tight);
    box->addLayout(head);
    box->addWidget(m_figures);
    box->addWidget(m_chart, 1);
    box->addWidget(m_flapping);
    connect(m_range, &QComboBox::currentIndexChanged, this, [this] {
        refresh();
        Q_EMIT rangeChanged();
    });
    connect(m_chart, &HistoryChart::placesChanged, this, &HistoryChartPanel::refresh);
    connect(&theme, &Theme::changed, this, [this] {
        if (m_data) present(*m_data);
    });
}

HistoryRange HistoryChartPanel::range() const
{
    return HistoryRange(m_range->currentData().toInt());
}

void HistoryChartPanel::setConnections(const QList<ConnectionId> &connections, bool isMerged)
{
    // What belongs to others must not stand here while the history is read.
    if (connections != m_connections) present(HistoryChartData{{}, {}, std::vector<HistorySeries>(1)});
    m_connections = connections;
    m_isMerged = isMerged;
    refresh();
}

void HistoryChartPanel::refresh()
{
    m_isOutdated = true;
    if (isVisible()) load();
}

void HistoryChartPanel::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (m_isOutdated) load();
}

void HistoryChartPanel::load()
{
    m_isOutdated = false;
    m_cancel.cancel();
    m_cancel = CancelToken();
    const auto [from, to] = historyTimes(range(), Timestamp::now());
    attach(this, m_service.chart({m_connections, from, to, m_chart->places(), m_isMerged}, m_cancel),
           [this, generation = ++m_generation](const Result<HistoryChartData> &data) {
               if (generation != m_generation) return;
               if (!data.ok()) return Q_EMIT failed(data.error());
               present(*data);
               Q_EMIT dataChanged(*data);
           });
}

void HistoryChartPanel::present(const HistoryChartData &data)
{
    m_data = data;
    m_chart->setData(data);
    const bool isSingle = data.series.size() == 1;
    m_figures->setVisible(isSingle);
    const Flapping flapping = isSingle ? data.series.front().flapping : Flapping();
    m_flapping->setVisible(flapping.isFlapping());
    m_flapping->setText(tr("! Flapping: the state changed %1 times in the last %2 tests.").arg(flapping.changes).arg(flapping.tests));
    QPalette palette = m_flapping->palette();
    palette.setColor(QPalette::WindowText, m_theme.color(Theme::Warning));
    m_flapping->setPalette(palette);
    if (isSingle) m_figures->setText(figures(data.series.front()));
}

QString HistoryChartPanel::figures(const HistorySeries &series) const
{
    const HistoryColumn &total = series.total;
    if (total.tests == 0) return tr("No test in this time.");
    const auto mark = [this](int index) { return QStringLiteral("<span style=\"color:%1\">●</span>").arg(HistoryChart::color(m_theme, index).name()); };
    const auto value = [&total](double ms) { return total.answered > 0 ? tr("%1 ms").arg(CellDelegate::groupedNumber(ms)) : tr("–"); };
    const QString tests = total.tests == 1 ? tr("1 test") : tr("%1 tests").arg(CellDelegate::groupedNumber(total.tests));
    // A line that is not drawn has no mark.
    const QString p95 = haveSpread(series.columns) ? mark(1) + u' ' : QString();
    return tr("%1 p50 %2 &nbsp; %3p95 %4 &nbsp; %5, %6 failed")
        .arg(mark(0), value(total.p50), p95, value(total.p95), tests, CellDelegate::groupedNumber(total.failed));
}

}  // namespace headgate
