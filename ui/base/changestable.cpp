// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/changestable.h"

#include "ui/base/theme.h"

#include <QFontDatabase>
#include <QHeaderView>

namespace headgate {

namespace {

enum Column { Field, Before, After };

}  // namespace

ChangesTable::ChangesTable(const Theme &theme, QWidget *parent) : QTableWidget(0, 3, parent), m_theme(theme)
{
    setHorizontalHeaderLabels({tr("Field"), tr("Before"), tr("After")});
    horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    horizontalHeader()->setHighlightSections(false);
    verticalHeader()->hide();
    setAccessibleName(tr("Changes"));
    setEditTriggers(NoEditTriggers);
    setSelectionBehavior(SelectItems);
    setFrameShape(QFrame::NoFrame);
    setShowGrid(false);
    setWordWrap(true);
    setTabKeyNavigation(false);
    connect(&theme, &Theme::changed, this, &ChangesTable::paintGrounds);
}

void ChangesTable::setChanges(const QList<ChangeLine> &changes)
{
    setRowCount(int(changes.size()));
    for (int row = 0; row < changes.size(); ++row) {
        setItem(row, Field, new QTableWidgetItem(changes[row].field));
        setItem(row, Before, cell(changes[row].before));
        setItem(row, After, cell(changes[row].after));
    }
    paintGrounds();
    resizeRowsToContents();
}

QTableWidgetItem *ChangesTable::cell(const std::optional<QString> &text) const
{
    auto *item = new QTableWidgetItem(text.value_or(QString()));
    item->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    item->setToolTip(text.value_or(QString()));
    item->setData(Qt::UserRole, text.has_value());
    return item;
}

void ChangesTable::paintGrounds()
{
    const auto paint = [this](int row, int column, const QColor &ground) {
        QTableWidgetItem *cell = item(row, column);
        cell->setBackground(cell->data(Qt::UserRole).toBool() ? QBrush(ground) : QBrush());
    };
    for (int row = 0; row < rowCount(); ++row) {
        paint(row, Before, m_theme.ground(Theme::Error));
        paint(row, After, m_theme.ground(Theme::Success));
    }
}

}  // namespace headgate
