// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QPair>
#include <QVariant>

class QKeyEvent;
class QModelIndex;

namespace headgate {

class ListView;
class StagedChanges;
class Theme;

/// What a feature knows about changing the cells of its list. Called on the GUI thread.
class CellSource {
public:
    enum class Input { None, Text, Choice, Json };

    virtual ~CellSource() = default;
    /// None where this row has nothing to change in the column.
    virtual Input input(qint64 row, const QString &column) const = 0;
    virtual bool isNullable(const QString &column) const = 0;
    /// Values and their words, for Choice.
    virtual QList<QPair<QVariant, QString>> choices(const QString &column) const = 0;
    /// The value to begin with: staged or read.
    virtual QVariant value(qint64 row, const QString &column) const = 0;
    virtual QString toText(const QVariant &value) const = 0;
    virtual QVariant fromText(const QString &column, const QString &text) const = 0;
    /// Why the cell could not hold that value; empty when it could.
    virtual QString check(qint64 row, const QString &column, const QVariant &value) const = 0;
    /// The same for what is staged, known already.
    virtual QString problem(qint64 row, const QString &column) const = 0;
    virtual void stage(qint64 row, const QString &column, const QVariant &value) = 0;
};

/// Edits the cells of a list in place. F2 or typing begins, Enter keeps, Esc leaves; Ctrl+0 makes it NULL, Ctrl+Backspace
/// takes the change of a cell back. Nothing is saved here: values are staged, also those that do not fit yet, and drawn
/// with the accent, or in red with the reason as the tooltip. Enter and the double click on a row stay the list's. GUI thread.
class ListEditor : public QObject {
    Q_OBJECT
public:
    /// All must outlive it.
    ListEditor(ListView &view, StagedChanges &staged, CellSource &source, const Theme &theme, QObject *parent);

    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    bool onKey(QKeyEvent *event);
    bool edit(const QModelIndex &index, QKeyEvent *typed = nullptr);
    void editJson(qint64 row, const QString &column);

    ListView &m_view;
    StagedChanges &m_staged;
    CellSource &m_source;
    const Theme &m_theme;
};

}  // namespace headgate
