// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/plaintable.h"

#include "ui/base/plaintext.h"

#include <QHeaderView>
#include <algorithm>

namespace headgate {

PlainTable::PlainTable(const Theme &theme, const QStringList &headers, QWidget *parent) : QTableWidget(0, int(headers.size()), parent), m_theme(theme)
{
    setHorizontalHeaderLabels(headers);
    horizontalHeader()->setStretchLastSection(true);
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setTextElideMode(Qt::ElideRight);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(Theme::RowHeight);
    setEditTriggers(NoEditTriggers);
    setSelectionBehavior(SelectRows);
    setFrameShape(QFrame::NoFrame);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
}

QTableWidgetItem *PlainTable::put(int row, int column, const QString &text, const QString &icon, Theme::Role role)
{
    auto *cell = new QTableWidgetItem(text);
    cell->setToolTip(asPlain(text));
    if (!icon.isEmpty()) cell->setIcon(m_theme.icon(icon, role));
    if (role != Theme::Text) cell->setForeground(m_theme.ink(role, m_theme.color(Theme::Base)));
    setItem(row, column, cell);
    return cell;
}

void PlainTable::fitColumns()
{
    resizeColumnsToContents();
    for (int i = 0; i + 1 < columnCount(); ++i) setColumnWidth(i, std::min(columnWidth(i) + 2 * Theme::Gap, viewport()->width() / 2));
    // A head stands as its column does: numbers right.
    for (int i = 0; rowCount() > 0 && i < columnCount(); ++i)
        if (const auto *first = item(0, i); first && (first->textAlignment() & Qt::AlignRight)) horizontalHeaderItem(i)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
}

}  // namespace headgate
