// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QMap>
#include <QObject>
#include <QString>
#include <QVariant>
#include <optional>

namespace headgate {

/// Edits of a list's cells that are not saved yet, under the row's id and the column's id. They know nothing of the rows
/// shown, so sorting, filtering, refreshing and losing the server leave them alone. Thread: the one that made it.
class StagedChanges : public QObject {
    Q_OBJECT
public:
    struct Cell {
        qint64 row = 0;
        QString column;
        bool operator==(const Cell &other) const = default;
        bool operator<(const Cell &other) const { return row != other.row ? row < other.row : column < other.column; }
    };
    /// `version` and `before` are what was read when the cell was first changed.
    struct Change {
        Cell cell;
        int version = 0;
        QVariant before;
        QVariant after;
        bool operator==(const Change &other) const = default;
    };

    using QObject::QObject;

    /// A cell gets a value. The value that was read takes the change away again. The version and the value read count
    /// when the cell holds no change yet.
    void stage(const Cell &cell, int version, const QVariant &before, const QVariant &after);
    /// Takes back the change of one cell, as a step that can be undone.
    void revert(const Cell &cell);
    /// All changes as one step that can be undone.
    void discardAll();
    /// The row was saved, or is to be forgotten: its changes go, and no undo brings them back.
    void forget(qint64 row);

    bool canUndo() const { return !m_undo.isEmpty(); }
    bool canRedo() const { return !m_redo.isEmpty(); }
    void undo() { move(m_undo, m_redo); }
    void redo() { move(m_redo, m_undo); }

    bool isEmpty() const { return m_changes.isEmpty(); }
    int count() const { return int(m_changes.size()); }
    const Change *find(const Cell &cell) const;
    bool hasRow(qint64 row) const { return !ofRow(row).isEmpty(); }
    /// In the order of the column ids.
    QList<Change> ofRow(qint64 row) const;
    /// Ascending.
    QList<qint64> rows() const;

Q_SIGNALS:
    void cellChanged(qint64 row, const QString &column);
    /// After any number of cells: the count or what can be undone may be another.
    void changed();

private:
    /// One cell of a step: none = no change.
    struct Swap {
        Cell cell;
        std::optional<Change> other;
    };
    using Step = QList<Swap>;

    void put(const Cell &cell, const std::optional<Change> &change);
    void perform(Step step, QList<Step> &history);
    void move(QList<Step> &from, QList<Step> &to);

    QMap<Cell, Change> m_changes;
    QList<Step> m_undo;
    QList<Step> m_redo;
};

}  // namespace headgate
