// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/listeditor.h"

#include "models/base/recordtablemodel.h"
#include "models/base/stagedchanges.h"
#include "ui/base/celldelegate.h"
#include "ui/base/jsondialog.h"
#include "ui/base/listview.h"
#include "ui/base/theme.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QToolTip>

namespace headgate {

namespace {

qint64 rowOf(const QModelIndex &index) { return index.data(RecordTableModel::IdRole).toLongLong(); }

QString columnOf(const QModelIndex &index)
{
    const auto *model = qobject_cast<const RecordTableModel *>(index.model());
    return model && index.isValid() ? model->columns()[index.column()].id : QString();
}

/// Draws like the list, and makes the editors.
class EditDelegate : public CellDelegate {
public:
    EditDelegate(CellSource &source, const Theme &theme, QObject *parent) : CellDelegate(theme, parent), m_source(source), m_theme(theme) {}

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        CellDelegate::paint(painter, option, index);
        const auto *view = qobject_cast<const QAbstractItemView *>(option.widget);
        const bool isFaulty = index.data(RecordTableModel::StagedRole).toBool() && !m_source.problem(rowOf(index), columnOf(index)).isEmpty();
        if (isFaulty) painter->fillRect(QRect(option.rect.topLeft(), QSize(StagedMark, option.rect.height() - 1)), m_theme.color(Theme::Error));
        if (!view || !view->hasFocus() || view->currentIndex() != index || !index.flags().testFlag(Qt::ItemIsEditable)) return;
        painter->setPen(m_theme.color(Theme::Accent));
        painter->drawRect(option.rect.adjusted(0, 0, -1, -1));
    }

    bool helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option, const QModelIndex &index) override
    {
        const QString problem = index.data(RecordTableModel::StagedRole).toBool() ? m_source.problem(rowOf(index), columnOf(index)) : QString();
        if (event->type() != QEvent::ToolTip || problem.isEmpty()) return CellDelegate::helpEvent(event, view, option, index);
        QToolTip::showText(event->globalPos(), problem, view);
        return true;
    }

    QWidget *createEditor(QWidget *parent, const QStyleOptionViewItem &, const QModelIndex &index) const override
    {
        QWidget *editor = m_source.input(rowOf(index), columnOf(index)) == CellSource::Input::Choice ? choiceEditor(parent, index) : textEditor(parent, index);
        editor->setObjectName(QStringLiteral("cellEditor"));
        editor->setAccessibleName(index.model()->headerData(index.column(), Qt::Horizontal).toString());
        return editor;
    }

    void setEditorData(QWidget *, const QModelIndex &) const override {}  // it holds its value from the beginning

    void setModelData(QWidget *editor, QAbstractItemModel *, const QModelIndex &index) const override
    {
        if (const auto *choice = qobject_cast<QComboBox *>(editor)) return m_source.stage(rowOf(index), columnOf(index), choice->currentData());
        const auto *line = qobject_cast<QLineEdit *>(editor);
        if (line->isModified()) m_source.stage(rowOf(index), columnOf(index), m_source.fromText(columnOf(index), line->text()));
    }

private:
    QWidget *choiceEditor(QWidget *parent, const QModelIndex &index) const
    {
        auto *box = new QComboBox(parent);
        for (const auto &[value, word] : m_source.choices(columnOf(index))) box->addItem(word, value);
        box->setCurrentIndex(box->findData(m_source.value(rowOf(index), columnOf(index))));
        return box;
    }

    QWidget *textEditor(QWidget *parent, const QModelIndex &index) const
    {
        auto *line = new QLineEdit(m_source.toText(m_source.value(rowOf(index), columnOf(index))), parent);
        line->setFrame(false);
        line->selectAll();
        connect(line, &QLineEdit::textChanged, line, [this, line, row = rowOf(index), column = columnOf(index)](const QString &text) {
            line->setModified(true);
            const QString problem = m_source.check(row, column, m_source.fromText(column, text));
            QPalette palette = line->parentWidget()->palette();
            if (!problem.isEmpty()) palette.setColor(QPalette::Text, m_theme.color(Theme::Error));
            line->setPalette(palette);
            line->setToolTip(problem);
            line->setAccessibleDescription(problem);
            if (problem.isEmpty()) QToolTip::hideText();
            else QToolTip::showText(line->mapToGlobal(QPoint(0, line->height())), problem, line);
        });
        return line;
    }

    CellSource &m_source;
    const Theme &m_theme;
};

}  // namespace

ListEditor::ListEditor(ListView &view, StagedChanges &staged, CellSource &source, const Theme &theme, QObject *parent)
    : QObject(parent), m_view(view), m_staged(staged), m_source(source), m_theme(theme)
{
    view.setEditTriggers(QAbstractItemView::NoEditTriggers);
    view.setItemDelegate(new EditDelegate(source, theme, this));
    view.installEventFilter(this);
}

bool ListEditor::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == &m_view && event->type() == QEvent::KeyPress && onKey(static_cast<QKeyEvent *>(event))) return true;
    return QObject::eventFilter(watched, event);
}

bool ListEditor::onKey(QKeyEvent *event)
{
    const QModelIndex index = m_view.currentIndex();
    if (!index.isValid() || !index.flags().testFlag(Qt::ItemIsEditable)) return false;
    const qint64 row = rowOf(index);
    const QString column = columnOf(index);
    if (event->key() == Qt::Key_F2) return edit(index);
    if (event->modifiers() == Qt::ControlModifier && event->key() == Qt::Key_0) {
        if (m_source.isNullable(column)) m_source.stage(row, column, {});
        return true;
    }
    if (event->modifiers() == Qt::ControlModifier && event->key() == Qt::Key_Backspace) {
        m_staged.revert({row, column});
        return true;
    }
    const bool isTyping = !(event->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier)) && !event->text().isEmpty() && event->text().at(0).isPrint() && event->key() != Qt::Key_Space;
    return isTyping && edit(index, event);
}

bool ListEditor::edit(const QModelIndex &index, QKeyEvent *typed)
{
    const CellSource::Input input = m_source.input(rowOf(index), columnOf(index));
    if (input == CellSource::Input::None) return false;
    if (input == CellSource::Input::Json) {
        editJson(rowOf(index), columnOf(index));
        return true;
    }
    m_view.edit(index);
    // What was typed belongs to the editor, which has just taken the focus.
    if (QWidget *editor = m_view.indexWidget(index); editor && typed) QCoreApplication::sendEvent(editor, typed);
    return true;
}

void ListEditor::editJson(qint64 row, const QString &column)
{
    const auto check = [this, row, column](const QString &text) { return m_source.check(row, column, text); };
    auto *dialog = new JsonDialog(m_source.value(row, column).toString(), check, m_theme, m_view.window());
    connect(dialog, &JsonDialog::chosen, this, [this, row, column](const QString &text) { m_source.stage(row, column, text); });
    dialog->open();
}

}  // namespace headgate
