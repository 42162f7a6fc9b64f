// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/listquery.h"

#include <QToolButton>

namespace headgate {

/// A filter chip for one column: a menu of values of which any number may be chosen. Names what it filters when it does
/// ("Environment: production, test") and carries an entry that removes the filter.
class FacetButton : public QToolButton {
    Q_OBJECT
public:
    struct Value {
        QVariant value;
        QString label;
    };

    FacetButton(const QString &column, const QString &title, const QList<Value> &values, QWidget *parent = nullptr);

    /// Replaces the values to choose from; what was chosen stays chosen as far as it is still there.
    void setValues(const QList<Value> &values);
    const QList<Value> &values() const { return m_values; }
    const QString &column() const { return m_column; }
    QVariantList chosen() const;
    void choose(const QVariantList &values);
    /// None when nothing is chosen: every value passes.
    std::optional<ColumnFilter> filter() const;

Q_SIGNALS:
    void changed();

private:
    void onToggled();
    void showText();

    QString m_column;
    QString m_title;
    QList<Value> m_values;
    QList<QAction *> m_actions;
    QAction *m_clear;
};

}  // namespace headgate
