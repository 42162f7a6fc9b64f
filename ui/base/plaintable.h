// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/base/theme.h"

#include <QTableWidget>

namespace headgate {

/// A short table in a dialog: rows, no grid, texts with their whole in the tooltip. The last column takes what is left.
class PlainTable : public QTableWidget {
    Q_OBJECT
public:
    PlainTable(const Theme &theme, const QStringList &headers, QWidget *parent = nullptr);

    /// Replaces the cell; an icon of that theme name and role stands before the text.
    QTableWidgetItem *put(int row, int column, const QString &text, const QString &icon = {}, Theme::Role role = Theme::Text);
    /// As wide as their texts, up to half of the table each.
    void fitColumns();

private:
    const Theme &m_theme;
};

}  // namespace headgate
