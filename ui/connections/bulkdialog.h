// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connections/connectionbulk.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QTimer;

namespace headgate {

class EnvironmentBand;
class MessageBar;
class PlainTable;
class Theme;

/// One act on many connections: what happens to which and which are refused, then, once it was confirmed, how it went for
/// each. Asks for the tag or the environment where the act needs one. Not blocking: open() it. GUI thread.
class BulkDialog : public QDialog {
    Q_OBJECT
public:
    BulkDialog(ConnectionBulk &bulk, const QList<ConnectionId> &ids, const BulkAction &action, const Theme &theme, QWidget *parent = nullptr);
    ~BulkDialog() override;

    void reject() override;

Q_SIGNALS:
    /// Something was done to at least one of them.
    void acted();

private:
    void build();
    QWidget *question();
    void ask();
    void showPlan(const QList<BulkItem> &plan);
    void run();
    void showResults(const QList<BulkResult> &results);
    void fill(int row, const Connection &connection, const QString &what, const QString &icon, int role);
    QString verb(int count) const;
    int acting() const;

    ConnectionBulk &m_bulk;
    QList<ConnectionId> m_ids;
    BulkAction m_action;
    const Theme &m_theme;
    QList<BulkItem> m_plan;
    CancelToken m_cancel;
    quint64 m_generation = 0;
    bool m_running = false;
    bool m_done = false;

    EnvironmentBand *m_band;
    QLabel *m_title;
    QLabel *m_summary;
    MessageBar *m_message;
    QLineEdit *m_tag = nullptr;
    QComboBox *m_environment = nullptr;
    QTimer *m_typing;
    PlainTable *m_table;
    QProgressBar *m_progress;
    QPushButton *m_close;
    QPushButton *m_act;
};

}  // namespace headgate
