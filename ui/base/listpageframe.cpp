// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/listpageframe.h"

#include "models/base/recordtablemodel.h"
#include "ui/base/facetbutton.h"
#include "ui/base/listpanel.h"
#include "ui/base/listview.h"
#include "ui/base/theme.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>

namespace headgate {

ListPageFrame::ListPageFrame(RecordTableModel *model, QWidget *detail, const Theme &theme, QWidget *parent)
    : QWidget(parent), m_model(model), m_panel(new ListPanel(model, theme)), m_title(new QLabel), m_count(new QLabel),
      m_besideTitle(new QHBoxLayout), m_buttons(new QHBoxLayout), m_filters(new QHBoxLayout), m_search(new QLineEdit),
      m_clear(new QPushButton(tr("Clear filters"))), m_typing(new QTimer(this)), m_splitter(new QSplitter)
{
    m_title->setFont(theme.titleFont());
    auto *side = new QFrame;
    side->setProperty("card", true);
    side->setMinimumWidth(320);
    auto *sideBox = new QVBoxLayout(side);
    sideBox->setContentsMargins(1, 1, 1, 1);
    sideBox->addWidget(detail);
    m_panel->setMinimumWidth(320);
    m_splitter->addWidget(m_panel);
    m_splitter->addWidget(side);
    m_splitter->setHandleWidth(Theme::CardPadding);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setSizes({810, 364});
    m_panel->view()->setObjectName(QStringLiteral("list"));
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins(Theme::PageMargin, Theme::PageMargin, Theme::PageMargin, Theme::PageMargin);
    box->setSpacing(Theme::CardPadding);
    box->addWidget(titleRow());
    box->addWidget(filterRow());
    box->addWidget(m_splitter, 1);

    m_typing->setSingleShot(true);
    m_typing->setInterval(150);
    connect(m_search, &QLineEdit::textChanged, m_typing, qOverload<>(&QTimer::start));
    connect(m_typing, &QTimer::timeout, this, &ListPageFrame::applyQuery);
    connect(m_clear, &QPushButton::clicked, this, &ListPageFrame::clearFilters);
    connect(m_panel, &ListPanel::clearFilterRequested, this, &ListPageFrame::clearFilters);
    auto *find = new QShortcut(QKeySequence::Find, this, nullptr, nullptr, Qt::WidgetWithChildrenShortcut);
    connect(find, &QShortcut::activated, m_search, [this] { m_search->setFocus(Qt::ShortcutFocusReason); });
}

QWidget *ListPageFrame::titleRow()
{
    auto *row = new QWidget;
    auto *box = new QHBoxLayout(row);
    box->setContentsMargins({});
    box->setSpacing(Theme::CardPadding);
    m_count->setProperty("muted", true);
    m_buttons->setSpacing(Theme::Gap);
    box->addWidget(m_title);
    box->addWidget(m_count);
    box->addLayout(m_besideTitle);
    box->addStretch();
    box->addLayout(m_buttons);
    return row;
}

QWidget *ListPageFrame::filterRow()
{
    auto *row = new QWidget;
    auto *box = new QHBoxLayout(row);
    box->setContentsMargins({});
    box->setSpacing(Theme::Gap);
    m_filters->setSpacing(Theme::Gap);
    m_search->setClearButtonEnabled(true);
    m_search->setMinimumWidth(160);
    m_search->setMaximumWidth(270);
    m_clear->setProperty("kind", QStringLiteral("link"));
    m_clear->hide();
    box->addWidget(m_search, 1);
    box->addLayout(m_filters);
    box->addWidget(m_clear);
    box->addStretch();
    return row;
}

void ListPageFrame::setTitle(const QString &title, const QString &searchHint)
{
    m_title->setText(title);
    m_search->setPlaceholderText(searchHint);
    m_search->setAccessibleName(searchHint);
    m_panel->view()->setAccessibleName(title);
}

void ListPageFrame::setCount(const QString &text)
{
    m_count->setText(text);
}

void ListPageFrame::addBesideTitle(QWidget *widget)
{
    m_besideTitle->addWidget(widget);
}

QPushButton *ListPageFrame::addButton(const QString &text, bool primary)
{
    auto *button = new QPushButton(text);
    if (primary) button->setProperty("kind", QStringLiteral("primary"));
    m_buttons->addWidget(button);
    return button;
}

void ListPageFrame::addFacet(FacetButton *facet)
{
    m_filters->addWidget(facet);
    m_facets << facet;
    connect(facet, &FacetButton::changed, this, &ListPageFrame::applyQuery);
}

void ListPageFrame::addFilterWidget(QWidget *widget)
{
    m_filters->addWidget(widget);
}

void ListPageFrame::addAbove(QWidget *widget)
{
    auto *box = static_cast<QVBoxLayout *>(layout());
    box->insertWidget(box->count() - 1, widget);
}

ListQuery ListPageFrame::query() const
{
    return m_model->query();
}

void ListPageFrame::setQuery(const ListQuery &query)
{
    const int column = query.sortColumn.isEmpty() ? -1 : m_model->columnIndex(query.sortColumn);
    view()->sortByColumn(column, query.descending ? Qt::DescendingOrder : Qt::AscendingOrder);
    for (FacetButton *facet : std::as_const(m_facets)) {
        const auto filter = std::ranges::find(query.filters, facet->column(), &ColumnFilter::column);
        facet->choose(filter == query.filters.end() ? QVariantList() : filter->values);
    }
    m_ownFilters = query.filters;
    m_ownFilters.removeIf([this](const ColumnFilter &filter) {
        return std::ranges::any_of(m_facets, [&filter](const FacetButton *facet) { return facet->column() == filter.column; });
    });
    m_search->setText(query.search);
    applyQuery();
}

void ListPageFrame::clearFilters()
{
    m_ownFilters.clear();
    for (FacetButton *facet : std::as_const(m_facets)) facet->choose({});
    m_search->clear();
    applyQuery();
}

void ListPageFrame::applyQuery()
{
    m_typing->stop();
    ListQuery query = m_model->query();
    query.search = m_search->text().trimmed();
    query.filters = m_ownFilters;
    for (const FacetButton *facet : std::as_const(m_facets))
        if (const auto filter = facet->filter()) query.filters << *filter;
    m_clear->setVisible(query.isFiltered());
    m_model->setQuery(query);
}

ListView *ListPageFrame::view() const
{
    return m_panel->view();
}

void ListPageFrame::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    const auto wanted = width() < NarrowWidth ? Qt::Vertical : Qt::Horizontal;
    if (m_splitter->orientation() == wanted) return;
    m_splitter->setOrientation(wanted);
    m_splitter->setSizes(wanted == Qt::Vertical ? QList<int>{300, 300} : QList<int>{810, 364});
}

QJsonObject ListPageFrame::saveState() const
{
    const QString sizes = QString::fromLatin1(m_splitter->saveState().toBase64());
    return {{QStringLiteral("list"), view()->saveState()}, {QStringLiteral("splitter"), sizes}};
}

void ListPageFrame::restoreState(const QJsonObject &state)
{
    view()->restoreState(state.value(QLatin1String("list")).toObject());
    const auto orientation = m_splitter->orientation();
    m_splitter->restoreState(QByteArray::fromBase64(state.value(QLatin1String("splitter")).toString().toLatin1()));
    m_splitter->setOrientation(orientation);
}

}  // namespace headgate
