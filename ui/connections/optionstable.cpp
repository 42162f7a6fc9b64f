// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/optionstable.h"

#include <QFontDatabase>
#include <QHeaderView>
#include <QKeyEvent>

namespace headgate {

namespace {

enum Column { Name, Value };
constexpr int lineHeight = 26;

}  // namespace

OptionsTable::OptionsTable(QWidget *parent) : QTableWidget(0, 2, parent)
{
    setHorizontalHeaderLabels({tr("Name"), tr("Value")});
    horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    horizontalHeader()->setHighlightSections(false);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(lineHeight);
    setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    setSelectionMode(SingleSelection);
    setEditTriggers(DoubleClicked | EditKeyPressed | AnyKeyPressed);
    setTabKeyNavigation(false);
    connect(this, &QTableWidget::itemChanged, this, &OptionsTable::onItemChanged);
}

void OptionsTable::addRow(const QString &name, const QString &value)
{
    insertRow(rowCount());
    setItem(rowCount() - 1, Name, new QTableWidgetItem(name));
    setItem(rowCount() - 1, Value, new QTableWidgetItem(value));
}

void OptionsTable::setOptions(const QJsonObject &options)
{
    m_filling = true;
    m_base = options;
    setRowCount(0);
    for (auto it = options.begin(); it != options.end(); ++it) addRow(it.key(), it->toVariant().toString());
    addRow({}, {});
    setCurrentCell(0, Name);
    m_filling = false;
}

QString OptionsTable::text(int row, int column) const
{
    const QTableWidgetItem *cell = item(row, column);
    return cell ? cell->text().trimmed() : QString();
}

QJsonObject OptionsTable::options() const
{
    QJsonObject options;
    for (int row = 0; row < rowCount(); ++row) {
        const QString name = text(row, Name);
        const QString value = text(row, Value);
        if (name.isEmpty()) continue;
        const QJsonValue was = m_base.value(name);
        options.insert(name, !was.isUndefined() && was.toVariant().toString() == value ? was : QJsonValue(value));
    }
    return options;
}

void OptionsTable::onItemChanged()
{
    if (m_filling) return;
    const bool full = !text(rowCount() - 1, Name).isEmpty() || !text(rowCount() - 1, Value).isEmpty();
    if (full) {
        m_filling = true;
        addRow({}, {});
        m_filling = false;
    }
    Q_EMIT changed();
}

void OptionsTable::keyPressEvent(QKeyEvent *event)
{
    const bool removes = event->key() == Qt::Key_Delete && state() != EditingState && currentRow() >= 0 && currentRow() < rowCount() - 1;
    if (!removes) return QTableWidget::keyPressEvent(event);
    removeRow(currentRow());
    Q_EMIT changed();
}

}  // namespace headgate
