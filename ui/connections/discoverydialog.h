// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/catalog/discoveryservice.h"
#include "ui/connections/connectiondialog.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTimer;
class QTreeView;

namespace headgate {

class DiscoveryModel;
class MessageBar;
class TableDetailView;

/// What is in the database of a connection: a tree of schemas and tables with a search, the columns and keys of one table
/// beside it, and the choice of tables for a pipeline to come. Not blocking: open() it.
class DiscoveryDialog : public QDialog {
    Q_OBJECT
public:
    DiscoveryDialog(DiscoveryService &service, const Connection &connection, const DialogTools &tools, QWidget *parent = nullptr);
    ~DiscoveryDialog() override;

    void reject() override;

Q_SIGNALS:
    /// The choice was kept with the connection.
    void chosen(const headgate::Connection &connection);

private:
    QWidget *topRow();
    QWidget *bottomRow();
    void buildTree();
    void buildLayout();
    void loadDatabases();
    void chooseDatabase(int index);
    void onLoaded();
    void onCurrentChanged();
    void loadDetail();
    void onActivated(const QModelIndex &index);
    void showChoice();
    void copyNames();
    void copyIncludeList();
    void keep();
    bool isDirty() const;
    DiscoveryModel *makeModel();

    DiscoveryService &m_service;
    DialogTools m_tools;
    Connection m_connection;
    std::unique_ptr<Discovery> m_discovery;
    DiscoveryModel *m_model;
    CancelToken m_detailCancel;
    bool m_isOpened = false;  ///< the first level has been shown

    MessageBar *m_message;
    QComboBox *m_database;
    QLineEdit *m_search;
    QTimer *m_searchDelay;
    QTimer *m_detailDelay;
    QTreeView *m_tree;
    TableDetailView *m_detail;
    QLabel *m_count;
    QPushButton *m_copyList;
    QPushButton *m_keep;
};

}  // namespace headgate
