// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/changestable.h"

#include "ui/base/plaintext.h"
#include "ui/base/theme.h"

#include <QFontDatabase>
#include <QHeaderView>
#include <algorithm>

namespace headgate {

namespace {

enum Column { Field, Before, After };

QTableWidgetItem *signOf(const ChangeLine &line)
{
    auto *sign = new QTableWidgetItem(!line.before ? QStringLiteral("+") : !line.after ? QStringLiteral("−") : QStringLiteral("~"));
    const QString words = !line.before ? ChangesTable::tr("added") : !line.after ? ChangesTable::tr("removed") : ChangesTable::tr("changed");
    sign->setToolTip(words);
    sign->setData(Qt::AccessibleTextRole, words);
    return sign;
}

}  // namespace

ChangesTable::ChangesTable(const Theme &theme, QWidget *parent) : QTableWidget(0, 3, parent), m_theme(theme)
{
    setHorizontalHeaderLabels({tr("Field"), tr("Before"), tr("After")});
    horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    horizontalHeader()->setHighlightSections(false);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setFixedWidth(24);
    verticalHeader()->setDefaultAlignment(Qt::AlignCenter);
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
        setVerticalHeaderItem(row, signOf(changes[row]));
    }
    paintGrounds();
    resizeRowsToContents();
    // What stands below follows the last row.
    setMaximumHeight(horizontalHeader()->sizeHint().height() + verticalHeader()->length() + 2);
}

QString ChangesTable::summary(const QList<ChangeLine> &changes)
{
    const auto added = std::ranges::count_if(changes, [](const ChangeLine &line) { return !line.before; });
    const auto removed = std::ranges::count_if(changes, [](const ChangeLine &line) { return !line.after; });
    QStringList words;
    if (const auto changed = changes.size() - added - removed; changed > 0) words << tr("%1 changed").arg(changed);
    if (added > 0) words << tr("%1 added").arg(added);
    if (removed > 0) words << tr("%1 removed").arg(removed);
    return words.join(QStringLiteral(", "));
}

QTableWidgetItem *ChangesTable::cell(const std::optional<QString> &text) const
{
    auto *item = new QTableWidgetItem(text.value_or(QString()));
    item->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    item->setToolTip(asPlain(text.value_or(QString())));
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
