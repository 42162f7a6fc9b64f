// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/tabledetailview.h"

#include "models/base/recordtablemodel.h"
#include "ui/base/celldelegate.h"
#include "ui/base/messagebar.h"
#include "ui/base/theme.h"

#include <QFontMetrics>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QTreeWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

constexpr int rowHeight = 24;
constexpr int maxColumnWidth = 180;

QString keyLabel(KeyKind kind)
{
    switch (kind) {
    case KeyKind::Primary: return TableDetailView::tr("primary");
    case KeyKind::Unique: return TableDetailView::tr("unique");
    case KeyKind::Foreign: break;
    }
    return TableDetailView::tr("foreign");
}

/// What a column is besides its type, as SQL says it.
QString extras(const CatalogColumn &column)
{
    QStringList words;
    if (!column.isNullable) words << u"not null"_s;
    if (!column.generated.isEmpty()) words << column.generated;
    if (column.defaultValue) words << (column.generated == "stored"_L1 || column.generated == "virtual"_L1 ? u"as "_s : u"default "_s) + *column.defaultValue;
    return words.join(u", "_s);
}

void addRow(QTreeWidget *list, const QStringList &cells, const QString &comment = {})
{
    auto *item = new QTreeWidgetItem(list, cells);
    item->setSizeHint(0, {0, rowHeight});
    for (int i = 0; i < cells.size(); ++i) {
        item->setData(i, RecordTableModel::RawRole, cells[i]);
        item->setData(i, RecordTableModel::KindRole, int(ColumnKind::Identifier));
    }
    if (!comment.isEmpty()) item->setData(1, RecordTableModel::RawRole, cells[1] + u" · "_s + comment);
}

/// Two columns as wide as their contents in the font of the delegate, but not so wide that nothing is left for the third.
void fit(QTreeWidget *list, const QFont &font)
{
    const QFontMetrics metrics(font);
    for (const int column : {0, 1}) {
        int width = list->header()->sectionSizeHint(column);
        for (int i = 0; i < list->topLevelItemCount(); ++i)
            width = std::max(width, metrics.horizontalAdvance(list->topLevelItem(i)->data(column, RecordTableModel::RawRole).toString()) + 3 * Theme::Gap);
        list->setColumnWidth(column, std::min(width, maxColumnWidth));
    }
}

}  // namespace

TableDetailView::TableDetailView(const Theme &theme, QWidget *parent)
    : QWidget(parent), m_theme(theme), m_name(new QLabel), m_facts(new QLabel), m_message(new MessageBar(theme)),
      m_columnsTitle(new QLabel(tr("Columns"))), m_keysTitle(new QLabel(tr("Keys")))
{
    m_columns = makeList({tr("Name"), tr("Type"), tr("Constraints")}, tr("Columns of the table"), u"columns"_s);
    m_keys = makeList({tr("Kind"), tr("Columns"), tr("Name, reference")}, tr("Keys of the table"), u"keys"_s);
    for (QLabel *label : {m_name, m_facts}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    }
    m_name->setFont(theme.sectionFont());
    m_facts->setProperty("muted", true);
    for (QLabel *title : {m_columnsTitle, m_keysTitle}) title->setFont(theme.semibold());
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins(Theme::CardPadding, 0, 0, 0);
    box->setSpacing(Theme::Gap);
    for (QWidget *widget : {static_cast<QWidget *>(m_name), static_cast<QWidget *>(m_facts), static_cast<QWidget *>(m_message), static_cast<QWidget *>(m_columnsTitle)})
        box->addWidget(widget);
    box->addWidget(m_columns, 3);
    box->addWidget(m_keysTitle);
    box->addWidget(m_keys, 1);
    box->addStretch();
    connect(m_message, &MessageBar::actionRequested, this, &TableDetailView::retryRequested);
    clear();
}

QTreeWidget *TableDetailView::makeList(const QStringList &header, const QString &accessibleName, const QString &objectName)
{
    auto *list = new QTreeWidget;
    list->setObjectName(objectName);
    list->setAccessibleName(accessibleName);
    list->setHeaderLabels(header);
    list->setRootIsDecorated(false);
    list->setUniformRowHeights(true);
    list->setFrameShape(QFrame::NoFrame);
    list->setItemDelegate(new CellDelegate(m_theme, list));
    list->header()->setTextElideMode(Qt::ElideRight);
    list->header()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    return list;
}

void TableDetailView::clear()
{
    m_name->setText(tr("No table is chosen"));
    m_facts->setText(tr("Its columns and keys are shown here."));
    m_message->clear();
    for (QWidget *widget : {static_cast<QWidget *>(m_columnsTitle), static_cast<QWidget *>(m_columns), static_cast<QWidget *>(m_keysTitle), static_cast<QWidget *>(m_keys)})
        widget->hide();
}

void TableDetailView::begin(const CatalogTable &table)
{
    m_message->clear();
    m_name->setText(table.name.text());
    setFacts(table);
}

void TableDetailView::setFacts(const CatalogTable &table)
{
    QStringList facts;
    if (table.rowEstimate) facts << tr("about %1 rows").arg(CellDelegate::groupedNumber(*table.rowEstimate));
    if (table.sizeBytes) facts << QLocale().formattedDataSize(*table.sizeBytes, 1);
    if (table.partitions > 0) facts << (table.partitions == 1 ? tr("1 partition") : tr("%1 partitions").arg(CellDelegate::groupedNumber(table.partitions)));
    if (!table.replicaIdentity.isEmpty()) facts << tr("replica identity %1").arg(table.replicaIdentity);
    const QString line = facts.join(u" · "_s);
    m_facts->setText(table.comment.isEmpty() ? line : line + u'\n' + table.comment);
    m_facts->setVisible(!m_facts->text().isEmpty());
}

void TableDetailView::setDetail(const TableDetail &detail)
{
    begin(detail.table);
    fillColumns(detail);
    fillKeys(detail.keys);
}

void TableDetailView::fillColumns(const TableDetail &detail)
{
    m_columns->clear();
    for (const CatalogColumn &column : detail.columns) addRow(m_columns, {column.name, column.type, extras(column)}, column.comment);
    fit(m_columns, m_theme.fixedFont());
    m_columnsTitle->setText(detail.columns.size() == 1 ? tr("1 column") : tr("%1 columns").arg(CellDelegate::groupedNumber(qint64(detail.columns.size()))));
    m_columnsTitle->show();
    m_columns->show();
}

void TableDetailView::fillKeys(const QList<CatalogKey> &keys)
{
    m_keys->clear();
    for (const CatalogKey &key : keys) {
        const QString reference = key.kind == KeyKind::Foreign ? u" → %1 (%2)"_s.arg(key.references.text(), key.referencedColumns.join(u", "_s)) : QString();
        addRow(m_keys, {keyLabel(key.kind), key.columns.join(u", "_s), key.name + reference});
    }
    fit(m_keys, m_theme.fixedFont());
    m_keysTitle->setText(keys.isEmpty() ? tr("No keys") : tr("Keys"));
    m_keysTitle->show();
    m_keys->setVisible(!keys.isEmpty());
}

void TableDetailView::showError(const Error &error)
{
    m_message->showError(error, tr("Retry"));
}

}  // namespace headgate
