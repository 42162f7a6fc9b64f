// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/facetpanel.h"

#include "app/base/attach.h"
#include "ui/base/celldelegate.h"
#include "ui/base/plaintext.h"
#include "ui/base/theme.h"

#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QSignalBlocker>
#include <QStyle>
#include <QStyledItemDelegate>
#include <QVBoxLayout>
#include <algorithm>

namespace headgate {

namespace {

enum Role { ValueRole = Qt::UserRole, CountRole, ShareRole };

constexpr int searchFrom = 8;  ///< values from which on one searches among them
constexpr int rowHeight = 24;

/// A bar as long as the value is frequent, behind box and label; the count on the right.
class FacetDelegate : public QStyledItemDelegate {
public:
    FacetDelegate(const Theme &theme, QObject *parent) : QStyledItemDelegate(parent), m_theme(theme) {}

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QVariant count = index.data(CountRole);
        const int width = int(index.data(ShareRole).toDouble() * (option.rect.width() - 2 * Theme::Tight));
        const QRect bar(option.rect.left() + Theme::Tight, option.rect.bottom() - 3, width, 2);
        const QString number = count.isValid() ? CellDelegate::groupedNumber(count) : QString();
        const int room = option.fontMetrics.horizontalAdvance(number) + 2 * Theme::Gap;
        QStyleOptionViewItem text = option;
        text.rect.setRight(option.rect.right() - room);
        QStyledItemDelegate::paint(painter, text, index);
        initStyleOption(&text, index);
        const QRect box = text.widget->style()->subElementRect(QStyle::SE_ItemViewItemCheckIndicator, &text, text.widget);
        painter->save();
        painter->setPen(m_theme.color(Theme::Muted));
        painter->drawRect(box.adjusted(0, 0, -1, -1));  // the style's own outline is lost on a dark ground
        painter->drawText(option.rect.adjusted(0, 0, -Theme::Gap, 0), Qt::AlignRight | Qt::AlignVCenter, number);
        painter->fillRect(bar, m_theme.color(index.data(Qt::CheckStateRole).toInt() == Qt::Checked ? Theme::Accent : Theme::Border));
        painter->restore();
    }
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        return {QStyledItemDelegate::sizeHint(option, index).width(), rowHeight};
    }

private:
    const Theme &m_theme;
};

}  // namespace

FacetPanel::FacetPanel(const QString &column, const QString &title, Source source, const Theme &theme, QWidget *parent)
    : QWidget(parent), m_column(column), m_source(std::move(source)), m_theme(theme), m_title(new QLabel(title)), m_search(new QLineEdit), m_list(new QListWidget)
{
    setObjectName(QStringLiteral("facets.") + column);
    setFocusProxy(m_list);
    m_title->setFont(theme.semibold());
    m_search->setPlaceholderText(tr("Search"));
    m_search->setAccessibleName(tr("Search the values of %1").arg(title));
    m_search->setClearButtonEnabled(true);
    m_search->hide();
    m_list->setAccessibleName(tr("Values of %1").arg(title));
    m_list->setItemDelegate(new FacetDelegate(theme, m_list));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setTextElideMode(Qt::ElideRight);
    m_list->setUniformItemSizes(true);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->setSpacing(Theme::Tight);
    box->addWidget(m_title);
    box->addWidget(m_search);
    box->addWidget(m_list, 1);
    connect(m_search, &QLineEdit::textChanged, this, &FacetPanel::narrow);
    connect(m_list, &QListWidget::itemChanged, this, &FacetPanel::onItemChanged);
    connect(m_list, &QListWidget::itemActivated, this, [](QListWidgetItem *item) { item->setCheckState(item->checkState() == Qt::Checked ? Qt::Unchecked : Qt::Checked); });
}

FacetPanel::~FacetPanel()
{
    m_cancel.cancel();
}

void FacetPanel::setLabel(Label label)
{
    m_label = std::move(label);
    showCounts(m_counts);
}

QString FacetPanel::labelOf(const QVariant &value) const
{
    if (m_label) return m_label(value);
    return value.isValid() ? value.toString() : tr("none");
}

void FacetPanel::setQuery(const ListQuery &query)
{
    m_cancel.cancel();
    m_cancel = CancelToken();
    setStale(true);
    const quint64 generation = ++m_generation;
    attach(this, m_source(query, m_column, m_cancel), [this, generation](const Result<QList<FacetCount>> &counts) {
        if (generation != m_generation) return;
        if (counts.ok()) showCounts(*counts);
        else if (counts.error().kind != ErrorKind::Cancelled) Q_EMIT failed(counts.error());
        setStale(false);
    });
}

void FacetPanel::setStale(bool stale)
{
    QPalette colours = m_list->palette();
    colours.setColor(QPalette::Text, m_theme.color(stale ? Theme::Muted : Theme::Text));
    m_list->setPalette(colours);
}

void FacetPanel::showCounts(const QList<FacetCount> &counts)
{
    m_counts = counts;
    const QVariant before = m_list->currentItem() ? m_list->currentItem()->data(ValueRole) : QVariant();
    const QSignalBlocker quiet(m_list);
    m_list->clear();
    qint64 most = 1;
    for (const FacetCount &each : counts) most = std::max(most, each.count.value_or(0));
    for (const FacetCount &each : counts) addItem(each, most);
    for (const QVariant &value : std::as_const(m_chosen))
        if (std::ranges::find(counts, value, &FacetCount::value) == counts.end()) addItem({value, std::nullopt}, most);
    for (int i = 0; i < m_list->count(); ++i)
        if (m_list->item(i)->data(ValueRole) == before) m_list->setCurrentRow(i);
    m_search->setVisible(m_list->count() >= searchFrom || !m_search->text().isEmpty());
    narrow();
}

void FacetPanel::addItem(const FacetCount &each, qint64 most)
{
    auto *item = new QListWidgetItem(labelOf(each.value), m_list);
    item->setData(ValueRole, each.value);
    item->setData(CountRole, each.count ? QVariant(*each.count) : QVariant());
    item->setData(ShareRole, double(each.count.value_or(0)) / double(most));
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
    item->setCheckState(m_chosen.contains(each.value) ? Qt::Checked : Qt::Unchecked);
    item->setToolTip(asPlain(item->text()));
}

void FacetPanel::narrow()
{
    const QString part = m_search->text();
    for (int i = 0; i < m_list->count(); ++i) m_list->item(i)->setHidden(!m_list->item(i)->text().contains(part, Qt::CaseInsensitive));
}

void FacetPanel::onItemChanged(const QListWidgetItem *item)
{
    const QVariant value = item->data(ValueRole);
    const bool isChosen = item->checkState() == Qt::Checked;
    if (m_chosen.contains(value) == isChosen) return;
    if (isChosen) m_chosen << value;
    else m_chosen.removeAll(value);
    Q_EMIT changed();
}

void FacetPanel::choose(const QVariantList &values)
{
    if (m_chosen == values) return;
    m_chosen = values;
    showCounts(m_counts);
    Q_EMIT changed();
}

std::optional<ColumnFilter> FacetPanel::filter() const
{
    return m_chosen.isEmpty() ? std::nullopt : std::optional(ColumnFilter{m_column, ColumnFilter::Op::In, m_chosen});
}

}  // namespace headgate
