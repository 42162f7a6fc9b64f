// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/historyview.h"

#include "app/base/attach.h"
#include "app/connections/connectionexport.h"
#include "app/connections/connectionservice.h"
#include "app/connections/testhistoryservice.h"
#include "models/connections/testhistorymodel.h"
#include "ui/base/facetbutton.h"
#include "ui/base/listactions.h"
#include "ui/base/listpageframe.h"
#include "ui/base/listpanel.h"
#include "ui/base/listview.h"
#include "ui/base/theme.h"
#include "ui/connections/connectionfields.h"
#include "ui/connections/flowsplitter.h"
#include "ui/connections/historychartpanel.h"
#include "ui/connections/testview.h"

#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

namespace headgate {

namespace {

using Fetch = TestHistoryModel::Fetch;
using Count = TestHistoryModel::Count;

/// The list shows what the chart shows: the frame's query knows nothing of the range.
ListQuery within(ListQuery query, HistoryRange range)
{
    const Timestamp from = historyTimes(range, Timestamp::now()).first;
    if (from.us > 0) query.filters << ColumnFilter{QStringLiteral("tested_at"), ColumnFilter::Op::AtLeast, {from.us}};
    return query;
}

}  // namespace

HistoryView::HistoryView(ConnectionService &connections, const ListTools &tools, QWidget *parent)
    : QWidget(parent), m_connections(connections), m_chart(new HistoryChartPanel(connections.testHistory(), tools.theme)),
      m_test(new TestView(connections.testHistory(), tools.theme)), m_names(new FacetButton(QStringLiteral("connection_id"), tr("Connection"), {}))
{
    TestHistoryService &service = connections.testHistory();
    const Fetch fetch = [this, &service](const auto &query, const auto &cursor, const auto &cancel) {
        return service.page(within(query, m_chart->range()), cursor, cancel);
    };
    const Count count = [this, &service](const auto &query, const auto &cancel) { return service.count(within(query, m_chart->range()), cancel); };
    m_model = new TestHistoryModel(TestHistoryModel::Of::AllConnections, fetch, count, this);
    m_model->setRank([this, &service](const auto &query, const auto &key, const auto &cancel) { return service.rank(within(query, m_chart->range()), key, cancel); });
    m_test->hide();
    auto *side = new FlowSplitter;
    side->addWidget(m_chart);
    side->addWidget(m_test);
    m_frame = new ListPageFrame(m_model, side, tools.theme);
    m_frame->setTitle(tr("Test history"), tr("Search connection or error"));
    m_frame->view()->setObjectName(QStringLiteral("allTests"));
    m_frame->panel()->setEmptyText(tr("Nothing was tested in this range."), {}, tr("No test matches the filter."));
    QList<FacetButton::Value> statuses;
    for (const auto &[status, name] : testStatuses.rows()) statuses << FacetButton::Value{QString::fromLatin1(name), testStatusLabel(status)};
    m_frame->addFacet(new FacetButton(QStringLiteral("status"), tr("Result"), statuses));
    m_frame->addFacet(m_names);
    m_frame->setFilterColumns(TestHistoryService::filterColumns(), {{QStringLiteral("finding"), QStringLiteral("error_message")}});
    connect(m_names, &FacetButton::changed, this, [this] {
        QList<ConnectionId> ids;
        const QVariantList chosen = m_names->chosen();
        for (const QVariant &id : chosen) ids << ConnectionId{id.toLongLong()};
        m_chart->setConnections(ids, ids.size() > 1);
    });
    connect(m_frame->addButton(tr("&Back to the connections")), &QPushButton::clicked, this, &HistoryView::closeRequested);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->addWidget(m_frame);
    connect(m_model, &RecordTableModel::countChanged, this, &HistoryView::showCount);
    connect(m_frame->view(), &ListView::currentIdChanged, this, [this](qint64 id) {
        m_test->setVisible(id > 0);
        m_test->setTest({id});
    });
    connect(m_frame->view(), &ListView::openRequested, this, [this](qint64 id) {
        if (const TestRecord *test = m_model->findId(id)) Q_EMIT connectionRequested(test->connectionId);
    });
    connect(m_chart, &HistoryChartPanel::rangeChanged, m_model, &RecordTableModel::refresh);
    connect(m_chart, &HistoryChartPanel::failed, this, &HistoryView::failed);
    connect(m_test, &TestView::failed, this, &HistoryView::failed);
    addActions(tools);
    refresh();
}

void HistoryView::addActions(const ListTools &tools)
{
    const auto test = [this](qint64 id) {
        const TestRecord *record = m_model->findId(id);
        return record ? std::optional(*record) : std::nullopt;
    };
    const auto json = [test](qint64 id) {
        const auto record = test(id);
        return answered(record ? Result<QJsonObject>(connectionTestRow(*record)) : Result<QJsonObject>(Error{ErrorKind::NotFound, HistoryView::tr("The test is gone"), {}, {}, {}}));
    };
    const auto target = [test](qint64 id) {
        const auto record = test(id);
        return record ? std::optional(EntityRef{QStringLiteral("connections"), QString::number(record->connectionId.value)}) : std::nullopt;
    };
    const auto query = [this] { return within(m_frame->query(), m_chart->range()); };
    auto *actions = new ListActions(*m_frame, {connectionTestExport(m_connections), json, target, tr("&Go to the connection"), query}, tools);
    connect(actions, &ListActions::openRequested, this, [this](const EntityRef &ref) { Q_EMIT connectionRequested({ref.id.toLongLong()}); });
}

/// A menu holds a few hundred at most; the search finds the tests of any.
void HistoryView::loadNames()
{
    constexpr int most = 300;
    attach(this, m_connections.page({}, {std::nullopt, most}), [this](const Result<ListPage<Connection>> &page) {
        if (!page.ok()) return Q_EMIT failed(page.error());
        QList<FacetButton::Value> values;
        for (const Connection &connection : page->rows) values << FacetButton::Value{connection.id.value, connection.name};
        m_names->setValues(values);
    });
}

void HistoryView::refresh()
{
    loadNames();
    m_chart->refresh();
    m_model->refresh();
}

void HistoryView::showCount()
{
    const auto count = m_model->count();
    m_frame->setCount(!count ? QString() : *count == 1 ? tr("1 test") : tr("%1 tests").arg(m_model->countText()));
}

}  // namespace headgate
