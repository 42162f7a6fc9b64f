// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/listquery.h"

#include <QHash>
#include <QJsonObject>
#include <QWidget>

class QBoxLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSplitter;
class QTimer;

namespace headgate {

class FacetButton;
class FacetPanel;
class FilterChips;
class FilterRow;
class FlowLayout;
class ListPanel;
class ListView;
class RecordTableModel;
class Theme;
class TimeRangeButton;

/// The frame of every list page: title, count and buttons; search (150 ms after the last key) and filter chips; the list
/// with its states beside a detail pane, or above it where the window is narrow. Builds the query of the model from
/// search, facets, time range, the fields of the columns (Ctrl+Shift+F) and groups of alternatives; what no control shows
/// stands as a chip that removes it. The order stays the model's. GUI thread.
class ListPageFrame : public QWidget {
    Q_OBJECT
public:
    /// Below this width the detail pane stands under the list.
    static constexpr int NarrowWidth = 900;

    ListPageFrame(RecordTableModel *model, QWidget *detail, const Theme &theme, QWidget *parent = nullptr);

    void setTitle(const QString &title, const QString &searchHint);
    void setCount(const QString &text);
    void addBesideTitle(QWidget *widget);
    QPushButton *addButton(const QString &text, bool primary = false);
    void addFacet(FacetButton *facet);
    /// Beside the facets: for what works on the filter as a whole.
    void addFilterWidget(QWidget *widget);
    /// The columns that may be filtered on; `of` names the one that a column of the list stands for where it is not its
    /// own id. Adds the fields above the columns and the menu for groups.
    void setFilterColumns(const QList<FilterColumn> &columns, const QHash<QString, QString> &of = {});
    const QList<FilterColumn> &filterColumns() const { return m_filterColumns; }
    void addTimeRange(TimeRangeButton *button);
    /// Its choice is part of the filter, and it counts for the rest of it. The page gives it its place.
    void addFacetPanel(FacetPanel *panel);
    /// Shows the fields above the columns and goes to that of the current one.
    void editColumnFilters();
    /// A further pane, hidden; while it is shown, the detail pane is not.
    void setSidePanel(QWidget *panel);
    void showSidePanel(bool shown);
    /// Whether the detail pane says something of a row: otherwise it folds where it stands below the list.
    void setDetailNeeded(bool needed);
    /// A widget of the page's own between the filters and the list.
    void addAbove(QWidget *widget);
    void clearFilters();
    /// What the list shows, and the search, facets and order that show it.
    ListQuery query() const;
    void setQuery(const ListQuery &query);

    ListPanel *panel() const { return m_panel; }
    ListView *view() const;
    QLineEdit *search() const { return m_search; }
    RecordTableModel *model() const { return m_model; }

    QJsonObject saveState() const;
    void restoreState(const QJsonObject &state);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *titleRow();
    QWidget *filterRow();
    void foldDetail();
    void applyQuery();
    void apply(ListQuery query);
    void buildFilterRow();
    void showChips();
    void markHeaders(const ListQuery &query);
    void editGroup(qsizetype index);
    QString describe(const QList<ColumnFilter> &group) const;
    QString titleOf(const QString &filterColumn) const;

    RecordTableModel *m_model;
    ListPanel *m_panel;
    QLabel *m_title;
    QLabel *m_count;
    QBoxLayout *m_besideTitle;
    QBoxLayout *m_buttons;
    FlowLayout *m_filters;
    QLineEdit *m_search;
    QPushButton *m_clear;
    QTimer *m_typing;
    QSplitter *m_splitter;
    QWidget *m_detail;
    QWidget *m_sidePanel = nullptr;
    bool m_detailNeeded = true;
    QList<FacetButton *> m_facets;
    QList<FacetPanel *> m_facetPanels;
    FilterChips *m_chips;
    FilterRow *m_row = nullptr;
    TimeRangeButton *m_time = nullptr;
    bool m_isTaking = false;  ///< setQuery() is setting the controls: what they tell is one change
    QList<FilterColumn> m_filterColumns;
    QHash<QString, QString> m_filterColumnOf;
    QList<ColumnFilter> m_others;           ///< conditions that no other control shows
    QList<QList<ColumnFilter>> m_groups;
};

}  // namespace headgate
