// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/connections/connectiontab.h"
#include "ui/connections/connectiondialog.h"

class QLabel;
class QListWidget;
class QPushButton;

namespace headgate {

class DiscoveryService;

/// The tables that a connection keeps for a pipeline to come, and the way to all others.
class DiscoveryTab : public ConnectionTab {
    Q_OBJECT
public:
    DiscoveryTab(DiscoveryService &service, const DialogTools &tools, QWidget *parent = nullptr);

    void setConnection(const Connection &connection) override;
    bool supports(const Connection &connection) const override { return connection.databaseType != DatabaseType::KafkaConnect; }

private:
    void discover();
    void copy();

    DiscoveryService &m_service;
    DialogTools m_tools;
    Connection m_connection;
    QLabel *m_note;
    QListWidget *m_list;
    QPushButton *m_copy;
};

}  // namespace headgate
