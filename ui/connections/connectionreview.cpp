// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/connectionreview.h"

#include "app/base/attach.h"
#include "ui/base/changestable.h"
#include "ui/base/chips.h"
#include "ui/base/environmentband.h"
#include "ui/base/messagebar.h"
#include "ui/base/plaintable.h"
#include "ui/connections/conflictview.h"
#include "ui/connections/connectionfields.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace headgate {

namespace {

enum Column { Name, EnvironmentName, What };

Environment graver(const ConnectionEdit &edit) { return std::max(edit.base.environment, edit.wanted.environment); }

}  // namespace

ConnectionReview::ConnectionReview(ConnectionService &service, ConnectionEdits &edits, const QList<Row> &rows, const Theme &theme, QWidget *parent)
    : QDialog(parent), m_service(service), m_edits(edits), m_theme(theme), m_band(new EnvironmentBand(theme)), m_title(new QLabel), m_message(new MessageBar(theme)),
      m_table(new PlainTable(theme, {tr("Name"), tr("Environment"), tr("State")})), m_changes(new ChangesTable(theme)), m_fields(new QStackedWidget),
      m_statement(new QPlainTextEdit), m_close(new QPushButton(tr("Cancel"))), m_save(new QPushButton)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Review the changes"));
    resize(1000, 620);
    for (const Row &row : rows) m_items << Item{row.edit, row.problem.isEmpty() ? State::Ready : State::Faulty, row.problem, {}, nullptr, nullptr};
    build();
    m_table->setRowCount(int(m_items.size()));
    for (int row = 0; row < m_items.size(); ++row) showRow(row);
    m_table->setColumnWidth(Name, 130);
    m_table->setColumnWidth(EnvironmentName, 100);
    m_table->selectRow(0);
    showState();
}

void ConnectionReview::build()
{
    m_title->setFont(m_theme.sectionFont());
    auto *note = new QLabel(tr("Each connection is saved in a transaction of its own, together with its event in the audit trail; one that is refused holds up no other."));
    note->setProperty("muted", true);
    note->setWordWrap(true);
    m_table->setAccessibleName(tr("Connections with changes"));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_statement->setReadOnly(true);
    m_statement->setFont(m_theme.fixedFont());
    m_statement->setAccessibleName(tr("The statement that will run, and its values"));
    m_statement->setObjectName(QStringLiteral("statement"));
    m_fields->addWidget(m_changes);
    auto *right = new QSplitter(Qt::Vertical);
    right->addWidget(m_fields);
    right->addWidget(m_statement);
    right->setStretchFactor(0, 3);
    right->setStretchFactor(1, 2);
    auto *split = new QSplitter;
    split->addWidget(m_table);
    split->addWidget(right);
    split->setSizes({340, 640});
    split->setChildrenCollapsible(false);
    m_save->setObjectName(QStringLiteral("save"));
    m_save->setProperty("kind", QStringLiteral("primary"));
    m_save->setDefault(true);
    m_close->setAutoDefault(false);

    auto *buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(m_close);
    buttons->addWidget(m_save);
    auto *content = new QVBoxLayout;
    content->setContentsMargins(Theme::PageMargin, Theme::PageMargin, Theme::PageMargin, Theme::PageMargin);
    content->setSpacing(Theme::CardPadding);
    content->addWidget(m_title);
    content->addWidget(note);
    content->addWidget(m_message);
    content->addWidget(split, 1);
    content->addLayout(buttons);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->setSpacing(0);
    box->addWidget(m_band);
    box->addLayout(content);
    connect(m_close, &QPushButton::clicked, this, &ConnectionReview::reject);
    connect(m_save, &QPushButton::clicked, this, &ConnectionReview::save);
    connect(m_table, &QTableWidget::currentCellChanged, this, &ConnectionReview::showCurrent);
}

void ConnectionReview::showRow(int row)
{
    const Item &item = m_items[row];
    const auto changes = int(ConnectionService::changes(item.edit.base, {item.edit.wanted, std::nullopt}).size());
    m_table->put(row, Name, item.edit.base.name);
    m_table->put(row, EnvironmentName, environmentLabel(item.edit.base.environment));
    switch (item.state) {
    case State::Ready: m_table->put(row, What, changes == 1 ? tr("1 change") : tr("%1 changes").arg(changes)); break;
    case State::Faulty: m_table->put(row, What, item.message, QStringLiteral("dialog-error"), Theme::Error); break;
    case State::Conflict: m_table->put(row, What, tr("changed by somebody else"), QStringLiteral("dialog-warning"), Theme::Warning); break;
    case State::Failed: m_table->put(row, What, item.message, QStringLiteral("dialog-error"), Theme::Error); break;
    case State::Saved: m_table->put(row, What, tr("saved"), QStringLiteral("dialog-ok"), Theme::Success); break;
    }
}

ConnectionEdit ConnectionReview::chosen(const Item &item) const
{
    return item.conflict ? ConnectionEdit{*item.now, item.conflict->merged()} : item.edit;
}

void ConnectionReview::showCurrent()
{
    const int row = m_table->currentRow();
    if (row < 0 || row >= m_items.size()) return;
    const Item &item = m_items[row];
    QList<ChangeLine> lines;
    for (const auto &change : ConnectionService::changes(item.edit.base, {item.edit.wanted, std::nullopt}))
        lines << ChangeLine{connectionFieldLabel(change.field), change.before, change.after};
    m_changes->setChanges(lines);
    m_fields->setCurrentWidget(item.conflict ? static_cast<QWidget *>(item.conflictPage) : m_changes);
    const ConnectionEdit edit = chosen(item);
    m_statement->setPlainText(statementsText(m_service.statements(edit.base, {edit.wanted, std::nullopt})));
}

bool ConnectionReview::isWaiting(const Item &item) const
{
    return item.state == State::Ready || item.state == State::Failed || (item.conflict && item.conflict->isResolved());
}

void ConnectionReview::showState()
{
    const auto waiting = int(std::ranges::count_if(m_items, [this](const Item &item) { return isWaiting(item); }));
    const auto left = int(std::ranges::count_if(m_items, [](const Item &item) { return item.state != State::Saved; }));
    Environment environment = Environment::Development;
    for (const Item &item : std::as_const(m_items))
        if (item.state != State::Saved) environment = std::max(environment, graver(chosen(item)));
    m_band->setEnvironment(environment);
    m_title->setText(tr("Changes to %1").arg(connectionsText(left)));
    const auto production = int(std::ranges::count_if(m_items, [this](const Item &item) { return isWaiting(item) && graver(chosen(item)) == Environment::Production; }));
    m_save->setText(waiting == 0 ? tr("&Save") : tr("&Save %1").arg(onProduction(waiting, production)));
    m_save->setEnabled(waiting > 0 && !m_busy);
    m_close->setEnabled(!m_busy);
    showCurrent();
}

void ConnectionReview::reject()
{
    if (!m_busy) QDialog::reject();
}

void ConnectionReview::save()
{
    if (m_busy) return;
    QList<ConnectionEdit> edits;
    for (Item &item : m_items) {
        if (!isWaiting(item)) continue;
        settle(item);
        if (item.state != State::Saved) edits << item.edit;
    }
    if (edits.isEmpty()) return accept();
    m_busy = true;
    m_message->clear();
    showState();
    attach(this, m_edits.save(edits), [this](const Result<QList<ConnectionEditOutcome>> &outcomes) {
        m_busy = false;
        showState();
        if (outcomes.ok()) take(*outcomes);
        else m_message->showError(outcomes.error());
    });
}

/// What was chosen field by field becomes the edit. Where nothing is left to write, theirs stands.
void ConnectionReview::settle(Item &item)
{
    if (!item.conflict) return;
    item.edit = chosen(item);
    delete std::exchange(item.conflictPage, nullptr);
    item.conflict = nullptr;
    item.state = State::Ready;
    if (item.edit.wanted == item.edit.base) {
        item.state = State::Saved;
        return Q_EMIT saved(item.edit.base);
    }
    Q_EMIT rebased(item.edit.base, item.edit.wanted);
}

void ConnectionReview::take(const QList<ConnectionEditOutcome> &outcomes)
{
    for (const ConnectionEditOutcome &outcome : outcomes) {
        const auto item = std::ranges::find_if(m_items, [&](const Item &each) { return each.edit.base.id == outcome.edit.base.id; });
        if (item != m_items.end()) take(*item, outcome);
    }
    for (int row = 0; row < m_items.size(); ++row) showRow(row);
    if (std::ranges::all_of(m_items, [](const Item &item) { return item.state == State::Saved; })) return accept();
    m_close->setText(tr("Close"));
    const auto first = std::ranges::find_if(m_items, [](const Item &item) { return item.state == State::Conflict || item.state == State::Failed; });
    if (first != m_items.end()) m_table->selectRow(int(first - m_items.begin()));
    showState();
}

void ConnectionReview::take(Item &item, const ConnectionEditOutcome &outcome)
{
    if (outcome.stored.ok()) {
        item.state = State::Saved;
        return Q_EMIT saved(*outcome.stored);
    }
    item.message = outcome.stored.error().what;
    item.state = State::Failed;
    if (!outcome.now) return m_message->showError(outcome.stored.error());
    item.state = State::Conflict;
    item.now = outcome.now;
    item.conflict = new ConflictView(item.edit.base, item.edit.wanted, *outcome.now);
    connect(item.conflict, &ConflictView::choiceChanged, this, &ConnectionReview::showState);
    item.conflictPage = new QScrollArea;
    item.conflictPage->setWidget(item.conflict);
    item.conflictPage->setWidgetResizable(true);
    item.conflictPage->setFrameShape(QFrame::NoFrame);
    m_fields->addWidget(item.conflictPage);
    m_message->showWarning(tr("Somebody saved “%1” while you edited it. Choose what each field shall hold, then save again.").arg(outcome.now->name));
}

}  // namespace headgate
