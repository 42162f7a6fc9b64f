// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/connectionediting.h"

#include "models/connections/connectioncells.h"
#include "models/connections/connectiontablemodel.h"
#include "ui/base/listpageframe.h"
#include "ui/base/listpanel.h"
#include "ui/base/listview.h"
#include "ui/base/messages.h"
#include "ui/base/stagedbar.h"
#include "ui/connections/connectionfields.h"
#include "ui/connections/connectionreview.h"

#include <QBoxLayout>
#include <QEvent>
#include <algorithm>

namespace headgate {

ConnectionEditing::ConnectionEditing(ConnectionService &service, ConnectionTableModel &model, ListPageFrame &frame, const DialogTools &tools)
    : QObject(&frame), m_service(service), m_model(model), m_frame(frame), m_tools(tools), m_edits(service)
{
    model.setOverlay(&m_staged);
    new ListEditor(*frame.view(), m_staged, *this, tools.theme, this);
    auto *bar = new StagedBar(m_staged, tools.theme);
    static_cast<QBoxLayout *>(frame.panel()->layout())->addWidget(bar);
    connect(bar, &StagedBar::reviewRequested, this, &ConnectionEditing::review);
    connect(&m_staged, &StagedChanges::cellChanged, this, [this](qint64 row) { m_unchecked.insert(row); });
    connect(&m_staged, &StagedChanges::changed, this, &ConnectionEditing::checkRows);
}

QList<Command> ConnectionEditing::commands()
{
    const auto any = [this] { return !m_staged.isEmpty(); };
    return {
        {QStringLiteral("connections.reviewEdits"), tr("Review and save the changes"), QStringLiteral("document-save"), QKeySequence::Save, [this] { review(); }, any},
        {QStringLiteral("connections.undo"), tr("Undo a change"), QStringLiteral("edit-undo"), QKeySequence::Undo, [this] { m_staged.undo(); }, [this] { return m_staged.canUndo(); }},
        {QStringLiteral("connections.redo"), tr("Redo a change"), QStringLiteral("edit-redo"), QKeySequence::Redo, [this] { m_staged.redo(); }, [this] { return m_staged.canRedo(); }},
        {QStringLiteral("connections.discardEdits"), tr("Discard all changes"), QStringLiteral("edit-clear-all"), {}, [this] { m_staged.discardAll(); }, any},
    };
}

CellSource::Input ConnectionEditing::input(qint64 row, const QString &column) const
{
    const std::optional<Connection> connection = base(row);
    if (!connection) return Input::None;
    const bool isFile = connection->databaseType == DatabaseType::Sqlite;
    if (isFile && (column == u"host" || column == u"port" || column == u"username")) return Input::None;
    if (column == u"config") return Input::Json;
    return column == u"environment" || column == u"is_active" || column == u"is_read_only" ? Input::Choice : Input::Text;
}

bool ConnectionEditing::isNullable(const QString &column) const { return ConnectionCells::isNullable(column); }
QString ConnectionEditing::toText(const QVariant &value) const { return ConnectionCells::toText(value); }
QVariant ConnectionEditing::fromText(const QString &column, const QString &text) const { return ConnectionCells::fromText(column, text); }

QList<QPair<QVariant, QString>> ConnectionEditing::choices(const QString &column) const
{
    if (column != u"environment") return {{true, tr("yes")}, {false, tr("no")}};
    QList<QPair<QVariant, QString>> list;
    for (const auto &[value, name] : environments.rows()) list << qMakePair(QVariant(QString::fromLatin1(name)), environmentLabel(value));
    return list;
}

QVariant ConnectionEditing::value(qint64 row, const QString &column) const
{
    if (const StagedChanges::Change *change = m_staged.find({row, column})) return change->after;
    const std::optional<Connection> connection = base(row);
    return connection ? ConnectionCells::value(*connection, column) : QVariant();
}

std::optional<Connection> ConnectionEditing::base(qint64 row) const
{
    if (m_staged.hasRow(row)) return m_bases.value(row);
    const Connection *shown = m_model.findId(row);
    return shown ? std::optional(*shown) : std::nullopt;
}

ConnectionEditing::Cells ConnectionEditing::cells(qint64 row) const
{
    Cells list;
    for (const StagedChanges::Change &change : m_staged.ofRow(row)) list << qMakePair(change.cell.column, change.after);
    return list;
}

ConnectionEdit ConnectionEditing::editOf(qint64 row) const
{
    ConnectionEdit edit = ConnectionEdit::of(m_bases.value(row), cells(row));
    // A change that was undone and done again may stand on an older version than the rest.
    for (const StagedChanges::Change &change : m_staged.ofRow(row)) edit.wanted.version = std::min(edit.wanted.version, change.version);
    return edit;
}

QString ConnectionEditing::check(qint64 row, const QString &column, const QVariant &value) const
{
    const std::optional<Connection> connection = base(row);
    if (!connection) return {};
    Cells list = cells(row);
    list.removeIf([&column](const auto &cell) { return cell.first == column; });
    list << qMakePair(column, value);
    for (const FieldError &error : ConnectionEdit::problems(*connection, list))
        if (error.field == column) return error.message;
    return {};
}

QString ConnectionEditing::problem(qint64 row, const QString &column) const
{
    for (const FieldError &error : m_problems.value(row))
        if (error.field == column) return error.message;
    return {};
}

void ConnectionEditing::stage(qint64 row, const QString &column, const QVariant &value)
{
    const std::optional<Connection> connection = base(row);
    if (!connection) return;
    m_bases.insert(row, *connection);
    m_frame.window()->installEventFilter(this);
    m_staged.stage({row, column}, connection->version, ConnectionCells::value(*connection, column), value);
}

bool ConnectionEditing::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::Close || watched != m_frame.window() || m_staged.isEmpty() || m_mayClose) return QObject::eventFilter(watched, event);
    const int count = m_staged.count();
    const Question question{count == 1 ? tr("Discard 1 change?") : tr("Discard %1 changes?").arg(count), tr("What was changed in the list of connections is not saved."), tr("Discard and close"), true};
    m_tools.messages.ask(m_frame.window(), question, [this] {
        m_mayClose = true;
        m_frame.window()->close();
    });
    event->ignore();
    return true;
}

/// Once for each change, and not with each paint: a check may look at files.
void ConnectionEditing::checkRows()
{
    for (const qint64 row : std::as_const(m_unchecked)) {
        m_problems.remove(row);
        if (m_staged.hasRow(row)) m_problems.insert(row, ConnectionEdit::problems(m_bases.value(row), cells(row)));
    }
    m_unchecked.clear();
}

void ConnectionEditing::review()
{
    QList<ConnectionReview::Row> rows;
    for (const qint64 row : m_staged.rows()) {
        const QList<FieldError> problems = m_problems.value(row);
        rows << ConnectionReview::Row{editOf(row), problems.isEmpty() ? QString() : problems.first().message};
    }
    if (rows.isEmpty()) return;
    auto *dialog = new ConnectionReview(m_service, m_edits, rows, m_tools.theme, m_frame.window());
    connect(dialog, &ConnectionReview::saved, this, [this](const Connection &stored) {
        forget(stored.id.value);
        Q_EMIT saved();
    });
    connect(dialog, &ConnectionReview::rebased, this, &ConnectionEditing::rebase);
    dialog->open();
}

void ConnectionEditing::rebase(const Connection &now, const Connection &wanted)
{
    const qint64 row = now.id.value;
    forget(row);
    m_bases.insert(row, now);
    for (const QString &column : ConnectionCells::columns())
        m_staged.stage({row, column}, now.version, ConnectionCells::value(now, column), ConnectionCells::value(wanted, column));
}

void ConnectionEditing::forget(qint64 row)
{
    m_staged.forget(row);
    m_bases.remove(row);
}

}  // namespace headgate
