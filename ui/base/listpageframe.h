// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/listquery.h"

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
class ListPanel;
class ListView;
class RecordTableModel;
class Theme;

/// The frame of every list page: title, count and buttons; search (150 ms after the last key) and filter chips; the list
/// with its states beside a detail pane, or above it where the window is narrow. Builds the query of the model from
/// search and chips; the order stays the model's. GUI thread.
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
    /// A widget of the page's own between the filters and the list.
    void addAbove(QWidget *widget);
    void clearFilters();
    /// What the list shows, and the search, facets and order that show it.
    ListQuery query() const;
    void setQuery(const ListQuery &query);

    ListPanel *panel() const { return m_panel; }
    ListView *view() const;
    QLineEdit *search() const { return m_search; }

    QJsonObject saveState() const;
    void restoreState(const QJsonObject &state);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *titleRow();
    QWidget *filterRow();
    void applyQuery();

    RecordTableModel *m_model;
    ListPanel *m_panel;
    QLabel *m_title;
    QLabel *m_count;
    QBoxLayout *m_besideTitle;
    QBoxLayout *m_buttons;
    QBoxLayout *m_filters;
    QLineEdit *m_search;
    QPushButton *m_clear;
    QTimer *m_typing;
    QSplitter *m_splitter;
    QList<FacetButton *> m_facets;
    QList<ColumnFilter> m_ownFilters;
};

}  // namespace headgate
