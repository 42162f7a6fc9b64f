// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/connections/connectionedits.h"
#include "models/base/stagedchanges.h"
#include "ui/base/listeditor.h"
#include "ui/connections/connectiondialog.h"
#include "ui/shell/command.h"

#include <QHash>

namespace headgate {

class ConnectionTableModel;
class ListPageFrame;

/// Editing connections in their list: keeps what was read of each one with changes, says what does not fit, and brings
/// the changes to review and into the workspace. GUI thread.
class ConnectionEditing : public QObject, private CellSource {
    Q_OBJECT
public:
    ConnectionEditing(ConnectionService &service, ConnectionTableModel &model, ListPageFrame &frame, const DialogTools &tools);

    QList<Command> commands();
    StagedChanges &staged() { return m_staged; }
    void review();
    /// Asks once before the window closes over changes that are not saved.
    bool eventFilter(QObject *watched, QEvent *event) override;

Q_SIGNALS:
    /// At least one was saved.
    void saved();

private:
    Input input(qint64 row, const QString &column) const override;
    bool isNullable(const QString &column) const override;
    QList<QPair<QVariant, QString>> choices(const QString &column) const override;
    QVariant value(qint64 row, const QString &column) const override;
    QString toText(const QVariant &value) const override;
    QVariant fromText(const QString &column, const QString &text) const override;
    QString check(qint64 row, const QString &column, const QVariant &value) const override;
    QString problem(qint64 row, const QString &column) const override;
    void stage(qint64 row, const QString &column, const QVariant &value) override;

    using Cells = QList<QPair<QString, QVariant>>;
    /// What was read of it: when its first cell was changed, or what the list shows.
    std::optional<Connection> base(qint64 row) const;
    Cells cells(qint64 row) const;
    ConnectionEdit editOf(qint64 row) const;
    void checkRows();
    void rebase(const Connection &now, const Connection &wanted);
    void forget(qint64 row);

    ConnectionService &m_service;
    ConnectionTableModel &m_model;
    ListPageFrame &m_frame;
    DialogTools m_tools;
    ConnectionEdits m_edits;
    StagedChanges m_staged;
    QHash<qint64, Connection> m_bases;
    QHash<qint64, QList<FieldError>> m_problems;
    QSet<qint64> m_unchecked;
    bool m_mayClose = false;
};

}  // namespace headgate
