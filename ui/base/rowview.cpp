// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/rowview.h"

#include <QHeaderView>
#include <QPainter>
#include <QScrollBar>
#include <QWheelEvent>
#include <algorithm>

namespace headgate {

namespace {

/// The scroll bar counts pixels as long as they fit; beyond, it counts in this many steps.
constexpr int kLargestBar = 1'000'000'000;
constexpr int kLinesPerNotch = 3;

int clamped(qint64 pixels)
{
    return int(std::clamp<qint64>(pixels, -kLargestBar, kLargestBar));
}

}  // namespace

RowView::RowView(int rowHeight, QWidget *parent) : QAbstractItemView(parent), m_rowHeight(rowHeight), m_header(new QHeaderView(Qt::Horizontal, this))
{
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollMode(ScrollPerPixel);
    setTabKeyNavigation(false);  // Tab leaves the list
    setFrameShape(NoFrame);
    m_header->setFixedHeight(rowHeight);
    m_header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_header->setHighlightSections(false);
    m_header->setSectionsMovable(true);
    m_header->setSectionsClickable(true);
    m_header->setSortIndicatorShown(true);
    m_header->setMinimumSectionSize(40);
    connect(m_header, &QHeaderView::sectionResized, this, &RowView::updateGeometries);
    connect(m_header, &QHeaderView::sectionMoved, this, &RowView::updateGeometries);
    connect(m_header, &QHeaderView::sectionCountChanged, this, &RowView::updateGeometries);
}

int RowView::columnWidth(int column) const { return m_header->sectionSize(column); }
void RowView::setColumnWidth(int column, int width) { m_header->resizeSection(column, width); }
bool RowView::isColumnHidden(int column) const { return m_header->isSectionHidden(column); }
void RowView::setColumnHidden(int column, bool hidden) { m_header->setSectionHidden(column, hidden); }
void RowView::sortByColumn(int column, Qt::SortOrder order) { m_header->setSortIndicator(column, order); }
int RowView::horizontalOffset() const { return m_header->offset(); }
int RowView::verticalOffset() const { return clamped(m_offset); }
int RowView::firstVisibleRow() const { return int(m_offset / m_rowHeight); }

int RowView::endVisibleRow() const
{
    return int(std::min<qint64>(rows(), (m_offset + viewport()->height() + m_rowHeight - 1) / m_rowHeight));
}

int RowView::rowsPerPage() const
{
    return std::max(1, viewport()->height() / m_rowHeight);
}

qint64 RowView::maximumOffset() const
{
    return std::max<qint64>(0, qint64(rows()) * m_rowHeight - viewport()->height());
}

void RowView::setModel(QAbstractItemModel *model)
{
    m_header->setModel(model);
    QAbstractItemView::setModel(model);
    if (model) connect(model, &QAbstractItemModel::rowsRemoved, this, &RowView::updateGeometries, Qt::UniqueConnection);
}

void RowView::reset()
{
    QAbstractItemView::reset();
    m_offset = 0;
    m_announcedFirst = -1;
    updateGeometries();
}

void RowView::doItemsLayout()
{
    QAbstractItemView::doItemsLayout();
    updateGeometries();
}

void RowView::updateGeometries()
{
    setViewportMargins(0, m_rowHeight, 0, 0);
    const QRect inside = viewport()->geometry();
    m_header->setGeometry(inside.left(), inside.top() - m_rowHeight, inside.width(), m_rowHeight);
    horizontalScrollBar()->setPageStep(inside.width());
    horizontalScrollBar()->setSingleStep(m_rowHeight);
    horizontalScrollBar()->setRange(0, std::max(0, m_header->length() - inside.width()));
    m_header->setOffset(horizontalScrollBar()->value());
    m_offset = std::clamp<qint64>(m_offset, 0, maximumOffset());
    showOffset();
    QAbstractItemView::updateGeometries();
}

void RowView::setOffset(qint64 offset)
{
    const qint64 wanted = std::clamp<qint64>(offset, 0, maximumOffset());
    if (wanted == m_offset) return;
    m_offset = wanted;
    showOffset();
}

void RowView::showOffset()
{
    m_isShowingOffset = true;
    const qint64 most = maximumOffset();
    QScrollBar *bar = verticalScrollBar();
    bar->setSingleStep(m_rowHeight);
    bar->setPageStep(viewport()->height());
    bar->setRange(0, int(std::min<qint64>(most, kLargestBar)));
    bar->setValue(most <= kLargestBar ? int(m_offset) : int(double(m_offset) / double(most) * kLargestBar));
    m_isShowingOffset = false;
    updateEditorGeometries();
    viewport()->update();
    announceRows();
}

void RowView::announceRows()
{
    if (!isVisible() || !model()) return;
    const int first = firstVisibleRow(), end = endVisibleRow();
    if (first == m_announcedFirst && end == m_announcedEnd) return;
    m_announcedFirst = first;
    m_announcedEnd = end;
    Q_EMIT visibleRowsChanged(first, end);
}

void RowView::scrollContentsBy(int, int)
{
    m_header->setOffset(horizontalScrollBar()->value());
    if (!m_isShowingOffset) {
        const qint64 most = maximumOffset();
        const int value = verticalScrollBar()->value();
        m_offset = most <= kLargestBar ? value : value == verticalScrollBar()->maximum() ? most : qint64(double(value) / kLargestBar * double(most));
        announceRows();
    }
    updateEditorGeometries();
    viewport()->update();
}

void RowView::wheelEvent(QWheelEvent *event)
{
    const QPoint pixels = event->pixelDelta(), angle = event->angleDelta();
    if (std::abs(angle.x()) > std::abs(angle.y()) || event->modifiers() != Qt::NoModifier) return QAbstractItemView::wheelEvent(event);
    setOffset(m_offset - (pixels.isNull() ? angle.y() * kLinesPerNotch * m_rowHeight / 120 : pixels.y()));
    event->accept();
}

void RowView::resizeEvent(QResizeEvent *event)
{
    QAbstractItemView::resizeEvent(event);
    updateGeometries();
}

void RowView::showEvent(QShowEvent *event)
{
    QAbstractItemView::showEvent(event);
    announceRows();
}

void RowView::rowsInserted(const QModelIndex &parent, int first, int last)
{
    const int top = firstVisibleRow();
    const int current = currentIndex().row() - (last - first + 1);  // where it stood, when rows came above it
    const bool isCurrentSeen = currentIndex().isValid() && current >= top && current < top + rowsPerPage();
    if (first <= top && last < rows() - 1 && (m_offset > 0 || isCurrentSeen)) m_offset += qint64(last - first + 1) * m_rowHeight;
    QAbstractItemView::rowsInserted(parent, first, last);
    updateGeometries();
}

void RowView::rowsAboutToBeRemoved(const QModelIndex &parent, int first, int last)
{
    QAbstractItemView::rowsAboutToBeRemoved(parent, first, last);
    const int top = firstVisibleRow();
    if (last < top) m_offset -= qint64(last - first + 1) * m_rowHeight;
    else if (first < top) m_offset = qint64(first) * m_rowHeight;
}

int RowView::rowAt(int y) const
{
    const qint64 row = (m_offset + y) / m_rowHeight;
    return m_offset + y >= 0 && row < rows() ? int(row) : -1;
}

QModelIndex RowView::indexAt(const QPoint &point) const
{
    const int row = rowAt(point.y());
    const int column = m_header->logicalIndexAt(point.x());
    return row < 0 || column < 0 ? QModelIndex() : model()->index(row, column, rootIndex());
}

QRect RowView::visualRect(const QModelIndex &index) const
{
    if (!index.isValid() || isColumnHidden(index.column())) return {};
    return {m_header->sectionViewportPosition(index.column()), clamped(qint64(index.row()) * m_rowHeight - m_offset), columnWidth(index.column()), m_rowHeight};
}

void RowView::scrollTo(const QModelIndex &index, ScrollHint hint)
{
    if (!index.isValid()) return;
    const qint64 top = qint64(index.row()) * m_rowHeight, room = viewport()->height() - m_rowHeight;
    if (hint == PositionAtTop) setOffset(top);
    else if (hint == PositionAtBottom) setOffset(top - room);
    else if (hint == PositionAtCenter) setOffset(top - room / 2);
    else if (top < m_offset) setOffset(top);
    else if (top > m_offset + room) setOffset(top - std::max<qint64>(0, room));
    const QRect cell = visualRect(index);
    QScrollBar *bar = horizontalScrollBar();
    if (cell.left() < 0) bar->setValue(bar->value() + cell.left());
    else if (cell.right() > viewport()->width()) bar->setValue(bar->value() + std::min(cell.left(), cell.right() - viewport()->width()));
}

void RowView::scrollToRow(int row)
{
    setCurrentIndex(model()->index(row, std::max(0, currentIndex().column()), rootIndex()));
    scrollTo(currentIndex(), PositionAtCenter);
}

QModelIndex RowView::moveCursor(CursorAction action, Qt::KeyboardModifiers)
{
    if (rows() == 0) return {};
    const QModelIndex current = currentIndex();
    if (!current.isValid()) return model()->index(0, std::max(0, m_header->logicalIndex(0)), rootIndex());
    qint64 row = current.row();
    int place = m_header->visualIndex(current.column());
    const auto nextShown = [&](int step) {
        int other = place + step;
        while (other >= 0 && other < m_header->count() && isColumnHidden(m_header->logicalIndex(other))) other += step;
        if (other >= 0 && other < m_header->count()) place = other;
    };
    switch (action) {
    case MoveUp: row -= 1; break;
    case MoveDown: row += 1; break;
    case MovePageUp: row -= rowsPerPage(); break;
    case MovePageDown: row += rowsPerPage(); break;
    case MoveHome: row = 0; break;
    case MoveEnd: row = rows() - 1; break;
    case MoveLeft: case MovePrevious: nextShown(-1); break;
    case MoveRight: case MoveNext: nextShown(1); break;
    }
    return model()->index(int(std::clamp<qint64>(row, 0, rows() - 1)), m_header->logicalIndex(place), rootIndex());
}

QItemSelectionModel::SelectionFlags RowView::selectionCommand(const QModelIndex &index, const QEvent *event) const
{
    const auto command = QAbstractItemView::selectionCommand(index, event);
    return command == QItemSelectionModel::NoUpdate ? command : command | QItemSelectionModel::Rows;
}

void RowView::setSelection(const QRect &rect, QItemSelectionModel::SelectionFlags command)
{
    if (!selectionModel() || rows() == 0) return;
    const auto rowNear = [this](int y) { return int(std::clamp<qint64>((m_offset + y) / m_rowHeight, 0, rows() - 1)); };
    const QRect area = rect.normalized();
    if (m_offset + area.top() >= qint64(rows()) * m_rowHeight) return selectionModel()->select(QItemSelection(), command);
    const QItemSelection picked(model()->index(rowNear(area.top()), 0, rootIndex()), model()->index(rowNear(area.bottom()), 0, rootIndex()));
    selectionModel()->select(picked, command | QItemSelectionModel::Rows);
}

QRegion RowView::visualRegionForSelection(const QItemSelection &selection) const
{
    QRegion region;
    for (const QItemSelectionRange &range : selection) {
        const int first = std::max(range.top(), firstVisibleRow()), last = std::min(range.bottom(), endVisibleRow() - 1);
        if (first <= last) region += QRect(0, clamped(qint64(first) * m_rowHeight - m_offset), viewport()->width(), (last - first + 1) * m_rowHeight);
    }
    return region;
}

void RowView::keyboardSearch(const QString &text)
{
    const int column = std::max(0, currentIndex().column());
    for (int row = firstVisibleRow(); row < endVisibleRow(); ++row) {
        const QModelIndex index = model()->index(row, column, rootIndex());
        if (isRowLoaded(row) && index.data().toString().startsWith(text, Qt::CaseInsensitive)) return setCurrentIndex(index);
    }
}

void RowView::paintEvent(QPaintEvent *event)
{
    if (!model()) return;
    QPainter painter(viewport());
    const QRect area = event->rect();
    const int first = std::max(0, m_header->visualIndexAt(area.left()));
    const int at = m_header->visualIndexAt(area.right());
    const int last = at < 0 ? m_header->count() - 1 : at;
    const int end = std::min<int>(endVisibleRow(), int((m_offset + area.bottom()) / m_rowHeight) + 1);
    for (int row = std::max(firstVisibleRow(), int((m_offset + area.top()) / m_rowHeight)); row < end; ++row) paintRow(&painter, row, first, last);
}

void RowView::paintRow(QPainter *painter, int row, int firstColumn, int lastColumn)
{
    const int top = int(qint64(row) * m_rowHeight - m_offset);
    QStyleOptionViewItem option;
    initViewItemOption(&option);
    const bool isSelected = selectionModel()->isSelected(model()->index(row, 0, rootIndex()));
    if (isSelected) option.state |= QStyle::State_Selected;
    if (!isRowLoaded(row)) {
        if (isSelected) painter->fillRect(QRect(0, top, viewport()->width(), m_rowHeight), option.palette.color(QPalette::Highlight));
        return paintMissing(painter, {-m_header->offset(), top, m_header->length(), m_rowHeight});
    }
    for (int place = firstColumn; place <= lastColumn; ++place) {
        const int column = m_header->logicalIndex(place);
        if (isColumnHidden(column)) continue;
        const QModelIndex index = model()->index(row, column, rootIndex());
        option.rect = QRect(m_header->sectionViewportPosition(column), top, columnWidth(column), m_rowHeight);
        if (hasFocus() && index == currentIndex()) option.state |= QStyle::State_HasFocus;
        else option.state &= ~QStyle::State_HasFocus;
        itemDelegateForIndex(index)->paint(painter, option, index);
    }
}

}  // namespace headgate
