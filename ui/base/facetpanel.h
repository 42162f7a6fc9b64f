// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/canceltoken.h"
#include "models/base/facet.h"
#include "models/base/listquery.h"
#include "models/base/result.h"

#include <QFuture>
#include <QWidget>
#include <functional>

class QLabel;
class QLineEdit;
class QListWidget;
class QListWidgetItem;

namespace headgate {

class Theme;

/// The values of one column with how often they occur among the rows that the rest of the filter leaves: any number may
/// be chosen (Space or a click). Counts come late; those of an older query stay, muted, until then, and what counts for
/// a query that nobody looks at any more is cancelled. What is chosen stays in the list, counted or not. GUI thread.
class FacetPanel : public QWidget {
    Q_OBJECT
public:
    using Source = std::function<QFuture<Result<QList<FacetCount>>>(const ListQuery &, const QString &column, const CancelToken &)>;
    using Label = std::function<QString(const QVariant &)>;

    FacetPanel(const QString &column, const QString &title, Source source, const Theme &theme, QWidget *parent = nullptr);
    ~FacetPanel() override;

    /// Words for a value; without, the value itself, and "none" for NULL.
    void setLabel(Label label);
    const QString &column() const { return m_column; }
    /// Counts for this query (the column's own condition is left out); the same query again counts anew.
    void setQuery(const ListQuery &query);

    QVariantList chosen() const { return m_chosen; }
    void choose(const QVariantList &values);
    /// None when nothing is chosen.
    std::optional<ColumnFilter> filter() const;

Q_SIGNALS:
    void changed();
    void failed(const headgate::Error &error);

private:
    void showCounts(const QList<FacetCount> &counts);
    void addItem(const FacetCount &each, qint64 most);
    void onItemChanged(const QListWidgetItem *item);
    void narrow();
    void setStale(bool stale);
    QString labelOf(const QVariant &value) const;

    QString m_column;
    Source m_source;
    Label m_label;
    const Theme &m_theme;
    QLabel *m_title;
    QLineEdit *m_search;
    QListWidget *m_list;
    QVariantList m_chosen;
    QList<FacetCount> m_counts;
    CancelToken m_cancel;
    quint64 m_generation = 0;
};

}  // namespace headgate
