// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connections/connectionimport.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QPushButton;

namespace headgate {

class EnvironmentBand;
class MessageBar;
class PlainTable;
class Theme;

/// Shows what a file of another program holds before anything is made: each connection with its name and what becomes of
/// it, the lines that were not understood, then the result for each. A password is never shown. Not blocking: open() it.
class ImportDialog : public QDialog {
    Q_OBJECT
public:
    ImportDialog(ConnectionImport &import, const QString &path, const Theme &theme, QWidget *parent = nullptr);

Q_SIGNALS:
    /// At least one connection was made or changed.
    void imported();

private:
    void build();
    void showPlan(const ImportPlan &plan);
    void showItem(int row, const ImportItem &item);
    void showProblems();
    void showCount();
    QComboBox *choices(const ImportItem &item);
    ImportItem itemAt(int row) const;
    int wanted() const;
    void run();
    void showResults(const QList<ImportResult> &results);

    ConnectionImport &m_import;
    const Theme &m_theme;
    ImportPlan m_plan;

    EnvironmentBand *m_band;
    MessageBar *m_message;
    QLabel *m_summary;
    QComboBox *m_environment;
    PlainTable *m_items;
    QLabel *m_problemsTitle;
    PlainTable *m_problems;
    QPushButton *m_close;
    QPushButton *m_act;
};

}  // namespace headgate
