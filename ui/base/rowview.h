// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractItemView>

class QHeaderView;

namespace headgate {

/// A table of rows of one height under a header of columns, at any number of rows: it touches the rows on the screen and
/// no others. Whole rows are selected. What a person looks at stays where it is when rows come or go above it; only at
/// the very top, with no current row in sight, new rows come into view. GUI thread.
class RowView : public QAbstractItemView {
    Q_OBJECT
public:
    explicit RowView(int rowHeight, QWidget *parent = nullptr);

    QHeaderView *horizontalHeader() const { return m_header; }
    int columnWidth(int column) const;
    void setColumnWidth(int column, int width);
    bool isColumnHidden(int column) const;
    void setColumnHidden(int column, bool hidden);
    /// As a click on the header does.
    void sortByColumn(int column, Qt::SortOrder order);
    int rowHeight(int) const { return m_rowHeight; }

    /// The row at this height of the viewport, -1 when there is none.
    int rowAt(int y) const;
    /// The rows in sight, the last one perhaps in part.
    int firstVisibleRow() const;
    int endVisibleRow() const;
    /// Pixels between the top of the first row and the top of the view.
    qint64 offset() const { return m_offset; }
    void scrollToRow(int row);

    void setModel(QAbstractItemModel *model) override;
    QRect visualRect(const QModelIndex &index) const override;
    void scrollTo(const QModelIndex &index, ScrollHint hint = EnsureVisible) override;
    QModelIndex indexAt(const QPoint &point) const override;
    void doItemsLayout() override;
    void reset() override;
    /// Only among the rows in sight: the others may not be loaded.
    void keyboardSearch(const QString &text) override;

Q_SIGNALS:
    void visibleRowsChanged(int first, int end);

protected:
    /// The cells of a row that is not loaded; nothing is asked of the model.
    virtual bool isRowLoaded(int) const { return true; }
    virtual void paintMissing(QPainter *painter, const QRect &row) const = 0;

    QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) override;
    int horizontalOffset() const override;
    int verticalOffset() const override;
    bool isIndexHidden(const QModelIndex &index) const override { return isColumnHidden(index.column()); }
    void setSelection(const QRect &rect, QItemSelectionModel::SelectionFlags command) override;
    QItemSelectionModel::SelectionFlags selectionCommand(const QModelIndex &index, const QEvent *event) const override;
    QRegion visualRegionForSelection(const QItemSelection &selection) const override;
    void paintEvent(QPaintEvent *event) override;
    void updateGeometries() override;
    void scrollContentsBy(int dx, int dy) override;
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void rowsInserted(const QModelIndex &parent, int first, int last) override;
    void rowsAboutToBeRemoved(const QModelIndex &parent, int first, int last) override;

private:
    int rows() const { return model() ? model()->rowCount(rootIndex()) : 0; }
    int rowsPerPage() const;
    qint64 maximumOffset() const;
    void setOffset(qint64 offset);
    void showOffset();
    void announceRows();
    void paintRow(QPainter *painter, int row, int firstColumn, int lastColumn);

    int m_rowHeight;
    QHeaderView *m_header;
    qint64 m_offset = 0;
    bool m_isShowingOffset = false;  ///< the scroll bar follows, and is not followed
    int m_announcedFirst = -1;
    int m_announcedEnd = -1;
};

}  // namespace headgate
