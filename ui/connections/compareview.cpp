// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/compareview.h"

#include "ui/base/celldelegate.h"
#include "ui/base/plaintext.h"
#include "ui/base/theme.h"
#include "ui/connections/connectionfields.h"
#include "ui/connections/flowsplitter.h"
#include "ui/connections/historychart.h"
#include "ui/connections/historychartpanel.h"

#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPixmap>
#include <QSignalBlocker>
#include <QTableWidget>
#include <QVBoxLayout>

namespace headgate {

namespace {

enum Column { Name, P50, P95, Failed, Last };

QTableWidgetItem *cell(const QString &text, bool isNumber)
{
    auto *item = new QTableWidgetItem(text);
    item->setToolTip(asPlain(text));
    if (isNumber) item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    return item;
}

}  // namespace

CompareView::CompareView(TestHistoryService &service, const Theme &theme, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_title(new QLabel), m_chart(new HistoryChartPanel(service, theme)), m_table(new QTableWidget(0, 5))
{
    m_title->setFont(theme.sectionFont());
    m_title->setWordWrap(true);
    m_title->setContentsMargins(Theme::CardPadding, Theme::CardPadding, Theme::CardPadding, 0);
    m_table->setHorizontalHeaderLabels({tr("Connection"), tr("p50"), tr("p95"), tr("Failed"), tr("Last")});
    for (int column = 0; column < m_table->columnCount(); ++column)
        m_table->horizontalHeaderItem(column)->setTextAlignment((column == Name || column == Last ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(Theme::RowHeight);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(Name, QHeaderView::Stretch);
    m_table->setWordWrap(false);
    m_table->setShowGrid(false);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setSelectionMode(QAbstractItemView::NoSelection);
    m_table->setTabKeyNavigation(false);
    m_table->setAccessibleName(tr("Compared connections; the box shows or hides a line"));
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->setSpacing(0);
    box->addWidget(m_title);
    auto *flow = new FlowSplitter;
    flow->addWidget(m_chart);
    flow->addWidget(m_table);
    box->addWidget(flow, 1);
    connect(m_chart, &HistoryChartPanel::dataChanged, this, &CompareView::showTable);
    connect(m_chart, &HistoryChartPanel::failed, this, &CompareView::failed);
    connect(m_table, &QTableWidget::itemChanged, this, [this](const QTableWidgetItem *item) {
        if (item->column() == Name) m_chart->chart()->setSeriesShown(item->row(), item->checkState() == Qt::Checked);
    });
    connect(&theme, &Theme::changed, this, &CompareView::paintMarks);
}

void CompareView::setConnections(const QList<Connection> &connections)
{
    const QList<Connection> shown = connections.mid(0, Most);
    const auto idOf = [](const QList<Connection> &list) {
        QList<ConnectionId> ids;
        for (const Connection &each : list) ids << each.id;
        return ids;
    };
    m_title->setText(connections.size() <= Most ? tr("%1 connections compared, times in ms").arg(connections.size())
                                                : tr("The first %1 of %2 connections compared, times in ms").arg(Most).arg(connections.size()));
    const bool isOther = idOf(shown) != idOf(m_connections);
    m_connections = shown;
    if (!isOther) return;
    m_table->setRowCount(0);
    m_chart->setConnections(idOf(shown));
}

void CompareView::refresh()
{
    m_chart->refresh();
}

void CompareView::showTable(const HistoryChartData &data)
{
    if (qsizetype(data.series.size()) != m_connections.size()) return;
    const QSignalBlocker blocker(m_table);
    const QLocale locale;
    m_table->setRowCount(int(data.series.size()));
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const HistorySeries &series = data.series[size_t(row)];
        const auto ms = [&](double value) { return series.total.answered > 0 ? locale.toString(value, 'f', 1) : QStringLiteral("–"); };
        auto *name = cell(m_connections[row].name, false);
        name->setFlags(name->flags() | Qt::ItemIsUserCheckable);
        name->setCheckState(Qt::Checked);
        QString last = series.lastStatus ? CellDelegate::statusMark(testStatuses.name(*series.lastStatus)) : tr("–");
        if (series.flapping.isFlapping()) last += tr(" flaps");
        m_table->setItem(row, Name, name);
        m_table->setItem(row, P50, cell(ms(series.total.p50), true));
        m_table->setItem(row, P95, cell(ms(series.total.p95), true));
        m_table->setItem(row, Failed, cell(tr("%1/%2").arg(CellDelegate::groupedNumber(series.total.failed), CellDelegate::groupedNumber(series.total.tests)), true));
        m_table->setItem(row, Last, cell(last, false));
        QString words = testStatusLabel(series.lastStatus);
        if (series.flapping.isFlapping()) words += tr(", the state changed %1 times in the last %2 tests").arg(series.flapping.changes).arg(series.flapping.tests);
        m_table->item(row, Last)->setToolTip(words);
        m_table->item(row, Last)->setData(Qt::AccessibleTextRole, words);
        if (series.lastStatus) m_table->item(row, Last)->setData(Qt::UserRole, testStatuses.name(*series.lastStatus));
    }
    paintMarks();
}

void CompareView::paintMarks()
{
    const QSignalBlocker blocker(m_table);
    for (int row = 0; row < m_table->rowCount(); ++row) {
        QPixmap mark(12, 12);
        mark.fill(HistoryChart::color(m_theme, row));
        m_table->item(row, Name)->setIcon(QIcon(mark));
        const QString status = m_table->item(row, Last)->data(Qt::UserRole).toString();
        if (!status.isEmpty()) m_table->item(row, Last)->setForeground(m_theme.statusColor(status));
    }
}

}  // namespace headgate
