// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connections/connectionedits.h"

#include <QDialog>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QScrollArea;
class QStackedWidget;

namespace headgate {

class ChangesTable;
class ConflictView;
class EnvironmentBand;
class MessageBar;
class PlainTable;
class Theme;

/// What the changes of the list will write, connection by connection: the fields before and after, the statement and its
/// values. Saving tells of each how it went; a conflict shows the three versions and asks field by field. What could not be
/// saved stays staged. Not blocking: open() it. GUI thread.
class ConnectionReview : public QDialog {
    Q_OBJECT
public:
    struct Row {
        ConnectionEdit edit;
        QString problem;  ///< why it cannot be saved as it is
    };

    ConnectionReview(ConnectionService &service, ConnectionEdits &edits, const QList<Row> &rows, const Theme &theme, QWidget *parent = nullptr);

    /// Not while it saves: how each one went would be lost, and one's own save come back as a conflict.
    void reject() override;

Q_SIGNALS:
    void saved(const headgate::Connection &stored);
    /// A person chose what each field shall hold over what somebody else saved.
    void rebased(const headgate::Connection &now, const headgate::Connection &wanted);

private:
    enum class State { Ready, Faulty, Conflict, Failed, Saved };
    struct Item {
        ConnectionEdit edit;
        State state = State::Ready;
        QString message;
        std::optional<Connection> now;
        ConflictView *conflict = nullptr;
        QScrollArea *conflictPage = nullptr;
    };
    void build();
    void showRow(int row);
    void showCurrent();
    void showState();
    void save();
    void settle(Item &item);
    void take(const QList<ConnectionEditOutcome> &outcomes);
    void take(Item &item, const ConnectionEditOutcome &outcome);
    bool isWaiting(const Item &item) const;
    ConnectionEdit chosen(const Item &item) const;

    ConnectionService &m_service;
    ConnectionEdits &m_edits;
    const Theme &m_theme;
    QList<Item> m_items;
    bool m_busy = false;

    EnvironmentBand *m_band;
    QLabel *m_title;
    MessageBar *m_message;
    PlainTable *m_table;
    ChangesTable *m_changes;
    QStackedWidget *m_fields;
    QPlainTextEdit *m_statement;
    QPushButton *m_close;
    QPushButton *m_save;
};

}  // namespace headgate
