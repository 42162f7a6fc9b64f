// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/listview.h"

#include "models/base/recordtablemodel.h"
#include "ui/base/celldelegate.h"
#include "ui/base/theme.h"

#include <QApplication>
#include <QBuffer>
#include <QClipboard>
#include <QHeaderView>
#include <QJsonArray>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QSignalBlocker>
#include <numeric>

namespace headgate {

ListView::ListView(const Theme &theme, QWidget *parent) : RowView(Theme::RowHeight, parent), m_theme(theme)
{
    setItemDelegate(new CellDelegate(theme, this));
    horizontalHeader()->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(horizontalHeader(), &QWidget::customContextMenuRequested, this, &ListView::showColumnMenu);
    connect(this, &QAbstractItemView::doubleClicked, this, [this](const QModelIndex &) { Q_EMIT openRequested(currentId()); });
    connect(&theme, &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

void ListView::setRecordModel(RecordTableModel *model)
{
    m_records = model;
    horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);  // the list's own order, until a header is clicked
    setModel(model);
    layOutColumns();
    connect(horizontalHeader(), &QHeaderView::sortIndicatorChanged, model, &RecordTableModel::sort);
    connect(this, &RowView::visibleRowsChanged, model, &RecordTableModel::setViewport);
    connect(model, &RecordTableModel::loaded, this, &ListView::announceCurrent);
    connect(model, &RecordTableModel::loadingChanged, this, [this] {
        // A query that was given up, or came from elsewhere: the header says what the rows are sorted by.
        const ListQuery &query = m_records->query();
        const QSignalBlocker blocker(horizontalHeader());
        horizontalHeader()->setSortIndicator(m_records->columnIndex(query.sortColumn), query.descending ? Qt::DescendingOrder : Qt::AscendingOrder);
    });
    // The current row may have been out of sight and not loaded when it was chosen.
    connect(model, &QAbstractItemModel::dataChanged, this, [this](const QModelIndex &top, const QModelIndex &bottom) {
        const int row = currentIndex().row();
        if (row >= top.row() && row <= bottom.row() && m_announcedId == 0) announceCurrent();
    });
}

void ListView::announceCurrent()
{
    // A reset takes the current row away without a word: it is said here.
    if (const qint64 id = currentId(); id != m_announcedId) Q_EMIT currentIdChanged(m_announcedId = id);
    describeCurrent();
}

/// What a screen reader says of the list: the row under the cursor, in words.
void ListView::describeCurrent()
{
    QStringList cells;
    for (int i = 0; currentId() > 0 && i < m_records->columns().size(); ++i)
        if (!isColumnHidden(i)) cells << m_records->columns().at(i).title + QLatin1Char(' ') + CellDelegate::text(m_records->index(currentIndex().row(), i));
    setAccessibleDescription(cells.isEmpty() ? QString() : tr("Row %1 of %2: %3").arg(currentIndex().row() + 1).arg(m_records->rowCount()).arg(cells.join(QStringLiteral(", "))));
}

bool ListView::isRowLoaded(int row) const
{
    return m_records && m_records->isLoaded(row);
}

void ListView::paintMissing(QPainter *painter, const QRect &row) const
{
    painter->setPen(m_theme.color(Theme::Border));
    painter->drawLine(row.bottomLeft(), row.bottomRight());
    const int width = std::min(columnWidth(horizontalHeader()->logicalIndex(0)) * 2 / 3, 160);
    painter->fillRect(QRect(row.left() + 8, row.center().y() - 3, width, 6), m_theme.color(Theme::Border));
}

qint64 ListView::currentId() const
{
    return m_records && currentIndex().isValid() ? m_records->idAt(currentIndex().row()) : 0;
}

QList<int> ListView::selectedRows() const
{
    QList<int> rows;
    if (!selectionModel()) return rows;
    const QItemSelection selection = selectionModel()->selection();
    for (const RankRange &loaded : m_records->loadedRanges())
        for (const QItemSelectionRange &range : selection)
            for (int row = std::max(range.top(), loaded.first); row <= std::min(range.bottom(), loaded.end - 1); ++row) rows << row;
    std::sort(rows.begin(), rows.end());
    return rows;
}

qint64 ListView::selectedCount() const
{
    qint64 rows = 0;
    if (!selectionModel()) return rows;
    const QItemSelection selection = selectionModel()->selection();
    for (const QItemSelectionRange &range : selection) rows += range.height();
    return rows;
}

QList<qint64> ListView::selectedIds() const
{
    QList<qint64> ids;
    for (int row : selectedRows()) ids << m_records->idAt(row);
    return ids;
}

void ListView::selectId(qint64 id)
{
    const int row = m_records ? m_records->rowOf(id) : -1;
    if (row >= 0) setCurrentIndex(m_records->index(row, 0));
}

void ListView::layOutColumns()
{
    if (!m_records) return;
    const QList<RecordColumn> &columns = m_records->columns();
    const auto width = [](int sum, const RecordColumn &column) { return sum + (column.isExtra ? 0 : column.hintWidth); };
    const bool isNarrow = std::accumulate(columns.begin(), columns.end(), 0, width) > viewport()->width();
    int fixed = 0;
    for (int i = 0; i < columns.size() && !m_columnsChosen; ++i)
        if (columns.at(i).spare || columns.at(i).isExtra) setColumnHidden(i, isNarrow || columns.at(i).isExtra);
    for (int i = 0; i < columns.size(); ++i) {
        if (isColumnHidden(i)) continue;
        if (!columns.at(i).stretch) {
            if (!isWidthChosen(i)) setColumnWidth(i, *m_givenWidths.insert(i, fittingWidth(i)));
            fixed += columnWidth(i);
        }
    }
    for (int i = 0; i < columns.size(); ++i)
        if (columns.at(i).stretch) setColumnWidth(i, std::max(columns.at(i).hintWidth, viewport()->width() - fixed));
}

/// The hint; but where all together do not fit, the widest gives way, by two fifths at most. A status never does: it is read at a glance.
int ListView::fittingWidth(int column) const
{
    const QList<RecordColumn> &columns = m_records->columns();
    int lack = -viewport()->width();
    int widest = -1;
    for (int i = 0; i < columns.size(); ++i) {
        if (isColumnHidden(i)) continue;
        lack += columns.at(i).hintWidth;
        const bool mayGive = !columns.at(i).stretch && columns.at(i).kind != ColumnKind::Status;
        if (mayGive && (widest < 0 || columns.at(i).hintWidth > columns.at(widest).hintWidth)) widest = i;
    }
    const int hint = columns.at(column).hintWidth;
    return column == widest ? hint - std::clamp(lack, 0, hint * 2 / 5) : hint;
}

bool ListView::isWidthChosen(int column) const
{
    const int width = columnWidth(column);
    return width != m_givenWidths.value(column, horizontalHeader()->defaultSectionSize());
}

void ListView::resizeEvent(QResizeEvent *event)
{
    RowView::resizeEvent(event);
    layOutColumns();
}

void ListView::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    RowView::currentChanged(current, previous);
    if (!current.isValid() && m_announcedId != 0) Q_EMIT currentIdChanged(m_announcedId = 0);
    announceCurrent();
    viewport()->update();
}

void ListView::keyPressEvent(QKeyEvent *event)
{
    const bool isCopy = event->key() == Qt::Key_C && event->modifiers().testFlag(Qt::ControlModifier);
    if (const qint64 copied = isCopy ? selectedRows().size() : 0; isCopy && copied < selectedCount()) Q_EMIT copiedInPart(copied, selectedCount());
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if ((enter || event->key() == Qt::Key_F2) && currentId() > 0) return Q_EMIT openRequested(currentId());
    if (event->key() == Qt::Key_Delete && !selectedIds().isEmpty()) return Q_EMIT removeRequested(selectedIds());
    if (event->matches(QKeySequence::Copy)) return QApplication::clipboard()->setText(selectionAs(ListFormat::Csv));
    const bool json = event->key() == Qt::Key_C && event->modifiers() == (Qt::ControlModifier | Qt::ShiftModifier);
    if (json) return QApplication::clipboard()->setText(selectionAs(ListFormat::Json));
    RowView::keyPressEvent(event);
}

void ListView::showColumnMenu(const QPoint &position)
{
    if (!m_records) return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (int i = 0; i < m_records->columns().size(); ++i) {
        QAction *action = menu->addAction(m_records->columns().at(i).title);
        action->setCheckable(true);
        action->setChecked(!isColumnHidden(i));
        action->setEnabled(i > 0);  // the first names the row
        connect(action, &QAction::toggled, this, [this, i](bool shown) { setColumnShown(i, shown); });
    }
    menu->popup(horizontalHeader()->mapToGlobal(position));
}

void ListView::setColumnShown(int column, bool shown)
{
    m_columnsChosen = true;
    setColumnHidden(column, !shown);
    layOutColumns();
}

QJsonObject ListView::saveState() const
{
    QJsonObject widths;
    QJsonArray hidden;
    for (int i = 0; m_records && i < m_records->columns().size(); ++i) {
        const RecordColumn &column = m_records->columns().at(i);
        if (isColumnHidden(i)) hidden << column.id;
        else if (!column.stretch && isWidthChosen(i)) widths.insert(column.id, columnWidth(i));
    }
    return {{QStringLiteral("widths"), widths}, {QStringLiteral("hidden"), hidden}, {QStringLiteral("chosen"), m_columnsChosen}};
}

void ListView::restoreState(const QJsonObject &state)
{
    if (!m_records) return;
    m_columnsChosen = state.value(QLatin1String("chosen")).toBool();
    const QJsonObject widths = state.value(QLatin1String("widths")).toObject();
    for (auto it = widths.begin(); it != widths.end(); ++it)
        if (const int column = m_records->columnIndex(it.key()); column >= 0 && it->toInt() >= 40) setColumnWidth(column, it->toInt());
    const QJsonArray hidden = state.value(QLatin1String("hidden")).toArray();
    for (int i = 1; i < m_records->columns().size() && m_columnsChosen; ++i) setColumnHidden(i, hidden.contains(m_records->columns().at(i).id));
    layOutColumns();
}

QString ListView::selectionAs(ListFormat format, const QString &table) const
{
    QStringList columns;
    for (const RecordColumn &column : m_records->columns()) columns << column.id;
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    ListWriter writer(buffer, {table, columns, format});
    writer.begin();
    for (int row : selectedRows()) writer.add(rowAsJson(*m_records, row));
    writer.end();
    return QString::fromUtf8(buffer.data());
}

}  // namespace headgate
