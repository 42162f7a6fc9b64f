// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/error.h"
#include "models/catalog/catalogtable.h"

#include <QWidget>

class QLabel;
class QTreeWidget;

namespace headgate {

class MessageBar;
class Theme;

/// Columns and keys of one table of somebody's database.
class TableDetailView : public QWidget {
    Q_OBJECT
public:
    explicit TableDetailView(const Theme &theme, QWidget *parent = nullptr);

    /// Nothing is looked at.
    void clear();
    /// What the list knows, until the rest has come.
    void begin(const CatalogTable &table);
    void setDetail(const TableDetail &detail);
    void showError(const Error &error);

Q_SIGNALS:
    void retryRequested();

private:
    QTreeWidget *makeList(const QStringList &header, const QString &accessibleName, const QString &objectName);
    void setFacts(const CatalogTable &table);
    void fillColumns(const TableDetail &detail);
    void fillKeys(const QList<CatalogKey> &keys);

    const Theme &m_theme;
    QLabel *m_name;
    QLabel *m_facts;
    MessageBar *m_message;
    QLabel *m_columnsTitle;
    QTreeWidget *m_columns;
    QLabel *m_keysTitle;
    QTreeWidget *m_keys;
};

}  // namespace headgate
