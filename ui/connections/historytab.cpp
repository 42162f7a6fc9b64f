// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/historytab.h"

#include "models/connections/testhistorymodel.h"
#include "ui/base/listpanel.h"
#include "ui/base/listview.h"
#include "ui/base/theme.h"
#include "ui/connections/flowsplitter.h"
#include "ui/connections/historychartpanel.h"
#include "ui/connections/testview.h"

#include <QSplitter>
#include <QVBoxLayout>

namespace headgate {

HistoryTab::HistoryTab(TestHistoryService &service, const Theme &theme, QWidget *parent)
    : QWidget(parent), m_chart(new HistoryChartPanel(service, theme)),
      m_model(new TestHistoryModel(
          TestHistoryModel::Of::OneConnection,
          [&service](const auto &query, const auto &cursor, const auto &cancel) { return service.page(query, cursor, cancel); },
          [&service](const auto &query, const auto &cancel) { return service.count(query, cancel); }, this)),
      m_panel(new ListPanel(m_model, theme)), m_test(new TestView(service, theme))
{
    m_model->setRank([&service](const auto &query, const auto &key, const auto &cancel) { return service.rank(query, key, cancel); });
    m_panel->view()->setObjectName(QStringLiteral("history"));
    m_panel->view()->setAccessibleName(tr("Tests of this connection"));
    m_panel->setEmptyText(tr("Not tested yet."), {}, tr("Not tested yet."));
    m_test->hide();
    auto *splitter = new QSplitter(Qt::Vertical);
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(Theme::Tight);
    splitter->addWidget(m_panel);
    splitter->addWidget(m_test);
    auto *flow = new FlowSplitter;
    flow->addWidget(m_chart);
    flow->addWidget(splitter);
    flow->setStretchFactor(0, 2);
    flow->setStretchFactor(1, 3);
    flow->setSizes({220, 400});
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->addWidget(flow);
    connect(m_panel->view(), &ListView::currentIdChanged, this, [this](qint64 id) {
        m_test->setVisible(id > 0);
        m_test->setTest({id});
    });
}

void HistoryTab::setConnection(ConnectionId id)
{
    m_chart->setConnections({id});
    // A test of another connection must not stand under this one's name until the list has come.
    m_test->hide();
    m_test->setTest({});
    ListQuery query;
    query.filters << ColumnFilter{QStringLiteral("connection_id"), ColumnFilter::Op::Equal, {id.value}};
    m_model->setQuery(query);
}

void HistoryTab::showDifference(ConnectionTestId id)
{
    m_panel->view()->selectId(id.value);
    m_test->setVisible(true);
    m_test->setTest(id);
    m_test->showDifference();
}

void HistoryTab::refresh()
{
    m_chart->refresh();
    m_model->refresh();
}

}  // namespace headgate
