// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/listpageframe.h"

#include "models/base/recordtablemodel.h"
#include "ui/base/anyofdialog.h"
#include "ui/base/facetbutton.h"
#include "ui/base/facetpanel.h"
#include "ui/base/filterchips.h"
#include "ui/base/filterrow.h"
#include "ui/base/flowlayout.h"
#include "ui/base/listpanel.h"
#include "ui/base/listview.h"
#include "ui/base/theme.h"
#include "ui/base/timerangebutton.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QShortcut>
#include <QSignalBlocker>
#include <QSplitter>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace headgate {

ListPageFrame::ListPageFrame(RecordTableModel *model, QWidget *detail, const Theme &theme, QWidget *parent)
    : QWidget(parent), m_model(model), m_panel(new ListPanel(model, theme)), m_title(new QLabel), m_count(new QLabel),
      m_besideTitle(new QHBoxLayout), m_buttons(new QHBoxLayout), m_filters(new FlowLayout(Theme::Gap)), m_search(new QLineEdit),
      m_clear(new QPushButton(tr("Clear filters"))), m_typing(new QTimer(this)), m_splitter(new QSplitter), m_detail(detail), m_chips(new FilterChips)
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
    box->addWidget(m_chips);
    box->addWidget(m_splitter, 1);

    m_typing->setSingleShot(true);
    m_typing->setInterval(150);
    connect(m_search, &QLineEdit::textChanged, m_typing, qOverload<>(&QTimer::start));
    connect(m_typing, &QTimer::timeout, this, &ListPageFrame::applyQuery);
    connect(m_clear, &QPushButton::clicked, this, &ListPageFrame::clearFilters);
    connect(m_panel, &ListPanel::clearFilterRequested, this, &ListPageFrame::clearFilters);
    // Of the whole window, in which one list is seen at a time: after a start the focus is in the navigation.
    auto *find = new QShortcut(QKeySequence::Find, this);
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
    m_search->setClearButtonEnabled(true);
    m_search->setMaxLength(1000);
    m_search->setMinimumWidth(160);
    m_search->setMaximumWidth(270);
    m_clear->setProperty("kind", QStringLiteral("link"));
    m_clear->hide();
    box->addWidget(m_search, 1, Qt::AlignTop);
    box->addLayout(m_filters, 4);
    box->addWidget(m_clear, 0, Qt::AlignTop);
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

void ListPageFrame::setSidePanel(QWidget *panel)
{
    m_sidePanel = panel;
    m_detail->parentWidget()->layout()->addWidget(panel);
    panel->hide();
}

void ListPageFrame::showSidePanel(bool shown)
{
    m_detail->setVisible(!shown);
    m_sidePanel->setVisible(shown);
    foldDetail();
}

void ListPageFrame::setDetailNeeded(bool needed)
{
    m_detailNeeded = needed;
    foldDetail();
}

void ListPageFrame::foldDetail()
{
    const bool besideList = m_splitter->orientation() == Qt::Horizontal;
    const bool hasPanel = m_sidePanel && !m_sidePanel->isHidden();
    const bool wasShown = !m_splitter->widget(1)->isHidden();
    m_splitter->widget(1)->setVisible(besideList || hasPanel || m_detailNeeded);
    // What unfolds below takes room of the list, and the row that it is about must stay in sight.
    if (wasShown == m_splitter->widget(1)->isHidden())
        QTimer::singleShot(0, m_panel->view(), [view = m_panel->view()] { view->scrollTo(view->currentIndex()); });
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

void ListPageFrame::addTimeRange(TimeRangeButton *button)
{
    m_time = button;
    m_filters->addWidget(button);
    connect(button, &TimeRangeButton::changed, this, &ListPageFrame::applyQuery);
}

void ListPageFrame::addFacetPanel(FacetPanel *panel)
{
    m_facetPanels << panel;
    connect(panel, &FacetPanel::changed, this, &ListPageFrame::applyQuery);
    panel->setQuery(m_model->query());
}

void ListPageFrame::setFilterColumns(const QList<FilterColumn> &columns, const QHash<QString, QString> &of)
{
    m_filterColumns = columns;
    m_filterColumnOf = of;
    buildFilterRow();
    auto *more = new QToolButton;
    more->setObjectName(QStringLiteral("moreFilters"));
    more->setProperty("chip", true);
    more->setText(tr("Filter") + QStringLiteral(" ▾"));
    more->setAccessibleName(tr("More filters"));
    more->setFocusPolicy(Qt::StrongFocus);
    more->setPopupMode(QToolButton::InstantPopup);
    more->setMenu(new QMenu(more));
    QAction *fields = more->menu()->addAction(tr("&Column filters"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F), this, &ListPageFrame::editColumnFilters);
    fields->setShortcutContext(Qt::WindowShortcut);
    addAction(fields);
    more->menu()->addAction(tr("&Any of…"), this, [this] { editGroup(m_groups.size()); });
    m_filters->addWidget(more);
}

void ListPageFrame::buildFilterRow()
{
    QList<FilterRow::Field> fields;
    for (int i = 0; i < m_model->columns().size(); ++i) {
        const RecordColumn &shown = m_model->columns().at(i);
        const auto column = std::ranges::find(m_filterColumns, m_filterColumnOf.value(shown.id, shown.id), &FilterColumn::id);
        if (column != m_filterColumns.end()) fields << FilterRow::Field{i, shown.title, *column};
    }
    m_row = new FilterRow(view()->horizontalHeader(), fields);
    m_row->hide();
    m_panel->addAboveList(m_row);
    connect(m_row, &FilterRow::changed, m_typing, qOverload<>(&QTimer::start));
    connect(m_row, &FilterRow::committed, this, &ListPageFrame::applyQuery);
    connect(m_row, &FilterRow::left, this, [this] {
        if (m_row->active().isEmpty()) m_row->hide();
        view()->setFocus(Qt::OtherFocusReason);
    });
}

void ListPageFrame::editColumnFilters()
{
    if (!m_row) return;
    m_row->show();
    m_row->focusSection(view()->currentIndex().column());
}

void ListPageFrame::editGroup(qsizetype index)
{
    QList<AnyOfDialog::Choice> choices;
    for (const FilterColumn &column : std::as_const(m_filterColumns)) choices << AnyOfDialog::Choice{column, titleOf(column.id)};
    auto *dialog = new AnyOfDialog(choices, m_groups.value(index), window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, index] {
        if (index < m_groups.size()) m_groups[index] = dialog->group();
        else m_groups << dialog->group();
        applyQuery();
    });
    dialog->open();
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
    m_isTaking = true;
    ListQuery rest = query;
    const auto take = [&rest](auto fits) -> std::optional<ColumnFilter> {
        const auto found = std::ranges::find_if(rest.filters, fits);
        return found == rest.filters.end() ? std::nullopt : std::optional(rest.filters.takeAt(found - rest.filters.begin()));
    };
    const auto choiceOf = [&take](const QString &id) { return take([&id](const ColumnFilter &each) { return each.column == id && each.op == ColumnFilter::Op::In; }); };
    for (FacetPanel *panel : std::as_const(m_facetPanels)) {
        const auto choice = choiceOf(panel->column());
        panel->choose(choice ? choice->values : QVariantList());
    }
    QList<ColumnFilter> unknown;  // of values that a menu does not offer
    for (FacetButton *facet : std::as_const(m_facets)) {
        const auto choice = choiceOf(facet->column());
        facet->choose(choice ? choice->values : QVariantList());
        if (!choice || facet->chosen().size() == choice->values.size()) continue;
        facet->choose({});
        unknown << *choice;
    }
    rest.filters << unknown;
    if (m_time) m_time->setFilter(take([this](const ColumnFilter &each) { return m_time->fits(each); }), query.timeZone);
    if (m_row) m_row->takeFrom(rest);
    if (m_row) m_row->setVisible(m_row->isVisible() || !m_row->active().isEmpty());
    m_others = rest.filters;
    m_groups = rest.anyOf;
    m_search->setText(query.search);
    m_isTaking = false;
    ListQuery ordered = m_model->query();
    const int column = query.sortColumn.isEmpty() ? -1 : m_model->columnIndex(query.sortColumn);
    const bool isOrdered = column >= 0 && m_model->columns().at(column).sortable;
    ordered.sortColumn = isOrdered ? query.sortColumn : QString();
    ordered.descending = query.descending;
    QSignalBlocker quiet(view()->horizontalHeader());  // the model takes the order together with the rest
    view()->horizontalHeader()->setSortIndicator(isOrdered ? column : -1, query.descending ? Qt::DescendingOrder : Qt::AscendingOrder);
    quiet.unblock();
    apply(ordered);
}

void ListPageFrame::clearFilters()
{
    ListQuery query;
    query.sortColumn = m_model->query().sortColumn;
    query.descending = m_model->query().descending;
    setQuery(query);
}

void ListPageFrame::applyQuery()
{
    if (!m_isTaking) apply(m_model->query());
}

/// The order is that query's, the rest the controls'.
void ListPageFrame::apply(ListQuery query)
{
    m_typing->stop();
    query.search = m_search->text().trimmed();
    query.filters = m_others;
    query.anyOf = m_groups;
    for (const FacetButton *facet : std::as_const(m_facets))
        if (const auto filter = facet->filter()) query.filters << *filter;
    for (const FacetPanel *panel : std::as_const(m_facetPanels))
        if (const auto filter = panel->filter()) query.filters << *filter;
    if (m_time && m_time->filter()) query.filters << *m_time->filter();
    query.timeZone = m_time ? m_time->timeZone() : query.timeZone;
    if (m_row) m_row->addTo(query);
    m_clear->setVisible(query.isFiltered());
    showChips();
    markHeaders(query);
    const bool isAnother = query != m_model->query();
    m_model->setQuery(query);
    if (!isAnother) return;
    for (FacetPanel *panel : std::as_const(m_facetPanels)) panel->setQuery(query);
}

void ListPageFrame::showChips()
{
    QList<FilterChips::Chip> chips;
    if (m_row)
        for (const FilterRow::Active &each : m_row->active())
            chips << FilterChips::Chip{each.text, [this, column = each.column] {
                                           m_row->clear(column);
                                           applyQuery();
                                       }};
    for (const ColumnFilter &each : std::as_const(m_others))
        chips << FilterChips::Chip{describe({each}), [this, each] {
                                       m_others.removeOne(each);
                                       applyQuery();
                                   }};
    for (qsizetype i = 0; i < m_groups.size(); ++i)
        chips << FilterChips::Chip{describe(m_groups.at(i)), [this, i] {
                                       m_groups.removeAt(i);
                                       applyQuery();
                                   },
                                   [this, i] { editGroup(i); }};
    m_chips->setChips(chips);
}

void ListPageFrame::markHeaders(const ListQuery &query)
{
    QStringList marked;
    for (const RecordColumn &column : m_model->columns())
        if (query.isFilteredOn(m_filterColumnOf.value(column.id, column.id))) marked << column.id;
    m_model->markFiltered(marked);
}

QString ListPageFrame::describe(const QList<ColumnFilter> &group) const
{
    QStringList parts;
    for (const ColumnFilter &filter : group) {
        const auto column = std::ranges::find(m_filterColumns, filter.column, &FilterColumn::id);
        const auto type = column == m_filterColumns.end() ? FilterColumn::Type::Text : column->type;
        const bool isLong = filter.op == ColumnFilter::Op::In && filter.values.size() > 8;
        parts << titleOf(filter.column) + QLatin1Char(' ') + (isLong ? tr("one of %1").arg(filter.values.size()) : FilterText::format(filter, type));
    }
    return parts.join(tr(" or "));
}

/// The title in the list; a column that is not shown there is called by its name.
QString ListPageFrame::titleOf(const QString &filterColumn) const
{
    for (const RecordColumn &shown : m_model->columns())
        if (m_filterColumnOf.value(shown.id, shown.id) == filterColumn) return shown.title;
    QString name = filterColumn;
    name.replace(QLatin1Char('_'), QLatin1Char(' '));
    return name.left(1).toUpper() + name.mid(1);
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
    m_splitter->setStretchFactor(1, wanted == Qt::Vertical ? 1 : 0);  // above each other both give way
    m_splitter->setSizes(wanted == Qt::Vertical ? QList<int>{300, 300} : QList<int>{810, 364});
    foldDetail();
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
