// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/discoverytab.h"

#include "ui/base/celldelegate.h"
#include "ui/base/theme.h"
#include "ui/connections/discoverydialog.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

namespace headgate {

DiscoveryTab::DiscoveryTab(DiscoveryService &service, const DialogTools &tools, QWidget *parent)
    : ConnectionTab(parent), m_service(service), m_tools(tools), m_note(new QLabel), m_list(new QListWidget),
      m_copy(new QPushButton(tr("&Copy table.include.list")))
{
    m_note->setProperty("muted", true);
    m_note->setWordWrap(true);
    m_list->setAccessibleName(tr("Chosen tables"));
    m_list->setFont(tools.theme.fixedFont());
    m_list->setFrameShape(QFrame::NoFrame);
    auto *discover = new QPushButton(tr("&Discover tables…"));
    connect(discover, &QPushButton::clicked, this, &DiscoveryTab::discover);
    connect(m_copy, &QPushButton::clicked, this, &DiscoveryTab::copy);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(discover);
    buttons->addWidget(m_copy);
    buttons->addStretch();
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins(Theme::CardPadding, Theme::CardPadding, Theme::CardPadding, Theme::CardPadding);
    box->setSpacing(Theme::Gap);
    box->addWidget(m_note);
    box->addLayout(buttons);
    box->addWidget(m_list, 1);
}

void DiscoveryTab::setConnection(const Connection &connection)
{
    m_connection = connection;
    m_list->clear();
    const QList<TableName> tables = DiscoveryService::chosenTables(connection);
    for (const TableName &table : tables) m_list->addItem(table.text());
    m_note->setText(tables.isEmpty() ? tr("Look at the schemas, tables, columns and keys of this database, and choose tables for a pipeline to come.")
                    : tables.size() == 1 ? tr("1 table is chosen for a pipeline to come.")
                                         : tr("%1 tables are chosen for a pipeline to come.").arg(CellDelegate::groupedNumber(qint64(tables.size()))));
    m_copy->setVisible(!tables.isEmpty());
}

void DiscoveryTab::discover()
{
    auto *dialog = new DiscoveryDialog(m_service, m_connection, m_tools, window());
    connect(dialog, &DiscoveryDialog::chosen, this, [this](const Connection &connection) {
        if (connection.id == m_connection.id) setConnection(connection);
    });
    dialog->open();
}

void DiscoveryTab::copy()
{
    QGuiApplication::clipboard()->setText(chosentables::includeList(DiscoveryService::chosenTables(m_connection)));
}

}  // namespace headgate
