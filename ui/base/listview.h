// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/listexport.h"
#include "ui/base/rowview.h"

#include <QHash>
#include <QJsonObject>

namespace headgate {

class RecordTableModel;
class Theme;

/// The table of every list, at any size: rows of 28 px, hairlines, first widths from the columns, keys. Enter and F2 activate, Del asks
/// for removal, Ctrl+C copies the selected rows (Shift: as JSON). Header menu: columns to show. GUI thread.
class ListView : public RowView {
    Q_OBJECT
public:
    explicit ListView(const Theme &theme, QWidget *parent = nullptr);

    void setRecordModel(RecordTableModel *model);
    /// The id under the cursor; 0 when there is none.
    qint64 currentId() const;
    /// Of the selected rows those that are loaded; selectedCount() counts all.
    QList<qint64> selectedIds() const;
    qint64 selectedCount() const;
    void selectId(qint64 id);

    /// As a person chose it: kept from now on, also in narrow lists.
    void setColumnShown(int column, bool shown);

    QJsonObject saveState() const;
    void restoreState(const QJsonObject &state);

    /// The selected rows with all columns; `table` is for INSERT statements.
    QString selectionAs(ListFormat format, const QString &table = {}) const;

Q_SIGNALS:
    void openRequested(qint64 id);
    void removeRequested(const QList<qint64> &ids);
    void currentIdChanged(qint64 id);
    /// The others of the selected rows are not loaded.
    void copiedInPart(qint64 copied, qint64 selected);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;
    bool isRowLoaded(int row) const override;
    void paintMissing(QPainter *painter, const QRect &row) const override;

private:
    void announceCurrent();
    void describeCurrent();
    void layOutColumns();
    void showColumnMenu(const QPoint &position);
    QList<int> selectedRows() const;

    const Theme &m_theme;
    RecordTableModel *m_records = nullptr;
    qint64 m_announcedId = 0;
    int fittingWidth(int column) const;
    bool isWidthChosen(int column) const;

    bool m_columnsChosen = false;  ///< a person said which columns to show
    QHash<int, int> m_givenWidths; ///< by layOutColumns(); any other width is a person's
};

}  // namespace headgate
