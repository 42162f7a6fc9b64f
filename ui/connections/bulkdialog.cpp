// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/bulkdialog.h"

#include "app/base/attach.h"
#include "ui/base/chips.h"
#include "ui/base/environmentband.h"
#include "ui/base/messagebar.h"
#include "ui/base/plaintable.h"
#include "ui/connections/connectionfields.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>
#include <atomic>
#include <memory>

namespace headgate {

namespace {

enum Column { Name, EnvironmentName, What };
using Kind = BulkAction::Kind;
using Outcome = BulkResult::Outcome;

constexpr int typingMs = 200;
constexpr int lookMs = 50;

QString titleOf(Kind kind, int count)
{
    switch (kind) {
    case Kind::Activate: return BulkDialog::tr("Activate %1").arg(connectionsText(count));
    case Kind::Deactivate: return BulkDialog::tr("Deactivate %1").arg(connectionsText(count));
    case Kind::AddTag: return BulkDialog::tr("Add a tag to %1").arg(connectionsText(count));
    case Kind::RemoveTag: return BulkDialog::tr("Remove a tag from %1").arg(connectionsText(count));
    case Kind::SetEnvironment: return BulkDialog::tr("Set the environment of %1").arg(connectionsText(count));
    case Kind::Remove: return BulkDialog::tr("Remove %1").arg(connectionsText(count));
    case Kind::Test: break;
    }
    return BulkDialog::tr("Test %1").arg(connectionsText(count));
}

QString outcomeWord(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Done: return BulkDialog::tr("done");
    case Outcome::Unchanged: return BulkDialog::tr("unchanged");
    case Outcome::Refused: return BulkDialog::tr("refused");
    case Outcome::Failed: return BulkDialog::tr("failed");
    case Outcome::Cancelled: break;
    }
    return BulkDialog::tr("cancelled");
}

QPair<QString, Theme::Role> markOf(Outcome outcome)
{
    if (outcome == Outcome::Done) return {QStringLiteral("dialog-ok"), Theme::Success};
    if (outcome == Outcome::Failed) return {QStringLiteral("dialog-error"), Theme::Error};
    return {QStringLiteral("dialog-warning"), outcome == Outcome::Refused ? Theme::Warning : Theme::Muted};
}

}  // namespace

BulkDialog::BulkDialog(ConnectionBulk &bulk, const QList<ConnectionId> &ids, const BulkAction &action, const Theme &theme, QWidget *parent)
    : QDialog(parent), m_bulk(bulk), m_ids(ids), m_action(action), m_theme(theme), m_band(new EnvironmentBand(theme)), m_title(new QLabel),
      m_summary(new QLabel), m_message(new MessageBar(theme)), m_typing(new QTimer(this)),
      m_table(new PlainTable(theme, {tr("Name"), tr("Environment"), tr("What happens")})), m_progress(new QProgressBar), m_close(new QPushButton(tr("Cancel"))),
      m_act(new QPushButton)
{
    setAttribute(Qt::WA_DeleteOnClose);
    resize(720, 440);
    build();
    m_typing->setSingleShot(true);
    m_typing->setInterval(typingMs);
    connect(m_typing, &QTimer::timeout, this, &BulkDialog::ask);
    ask();
}

BulkDialog::~BulkDialog()
{
    m_cancel.cancel();
}

void BulkDialog::build()
{
    const QString title = titleOf(m_action.kind, int(m_ids.size()));
    setWindowTitle(title);
    m_title->setText(title);
    m_title->setFont(m_theme.sectionFont());
    m_summary->setProperty("muted", true);
    m_summary->setWordWrap(true);
    m_summary->setTextFormat(Qt::PlainText);
    m_table->setAccessibleName(title);
    m_progress->hide();
    m_close->setAutoDefault(false);
    m_act->setAutoDefault(m_action.kind != Kind::Remove);
    m_act->setObjectName(QStringLiteral("act"));
    m_act->setProperty("kind", m_action.kind == Kind::Remove ? QStringLiteral("destructive") : QStringLiteral("primary"));
    connect(m_close, &QPushButton::clicked, this, &BulkDialog::reject);
    connect(m_act, &QPushButton::clicked, this, &BulkDialog::run);

    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_progress, 1);
    buttons->addStretch();
    buttons->addWidget(m_close);
    buttons->addWidget(m_act);
    auto *content = new QVBoxLayout;
    content->setContentsMargins(Theme::PageMargin, Theme::PageMargin, Theme::PageMargin, Theme::PageMargin);
    content->setSpacing(Theme::CardPadding);
    content->addWidget(m_title);
    if (QWidget *input = question()) content->addWidget(input);
    content->addWidget(m_summary);
    content->addWidget(m_message);
    content->addWidget(m_table, 1);
    content->addLayout(buttons);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->setSpacing(0);
    box->addWidget(m_band);
    box->addLayout(content);
}

QWidget *BulkDialog::question()
{
    if (m_action.kind == Kind::AddTag || m_action.kind == Kind::RemoveTag) {
        m_tag = new QLineEdit;
        m_tag->setPlaceholderText(tr("Tag"));
        m_tag->setAccessibleName(tr("Tag"));
        connect(m_tag, &QLineEdit::textChanged, m_typing, qOverload<>(&QTimer::start));
        return m_tag;
    }
    if (m_action.kind != Kind::SetEnvironment) return nullptr;
    m_environment = new QComboBox;
    m_environment->setAccessibleName(tr("Environment"));
    for (const auto &[value, name] : environments.rows()) m_environment->addItem(environmentLabel(value), int(value));
    connect(m_environment, &QComboBox::currentIndexChanged, this, &BulkDialog::ask);
    return m_environment;
}

void BulkDialog::ask()
{
    if (m_tag) m_action.tag = m_tag->text().trimmed();
    if (m_environment) m_action.environment = Environment(m_environment->currentData().toInt());
    m_act->setEnabled(false);
    m_act->setText(verb(int(m_ids.size())));
    const quint64 generation = ++m_generation;
    if (m_tag && m_action.tag.isEmpty()) {
        m_plan.clear();
        m_table->setRowCount(0);
        m_band->hide();  // nothing is known to change yet
        return m_summary->setText(tr("Type a tag to see what changes."));
    }
    attach(this, m_bulk.plan(m_ids, m_action), [this, generation](const Result<QList<BulkItem>> &plan) {
        if (generation != m_generation) return;
        if (!plan.ok()) return m_message->showError(plan.error());
        showPlan(*plan);
    });
}

int BulkDialog::acting() const
{
    return int(std::ranges::count(m_plan, BulkItem::Fate::Acts, &BulkItem::fate));
}

QString BulkDialog::verb(int count) const
{
    const QString what = onProduction(count, int(std::ranges::count_if(m_plan, [](const BulkItem &item) {
        return item.fate == BulkItem::Fate::Acts && item.connection.environment == Environment::Production;
    })));
    switch (m_action.kind) {
    case Kind::Activate: return tr("Activate %1").arg(what);
    case Kind::Deactivate: return tr("Deactivate %1").arg(what);
    case Kind::AddTag: return tr("Add to %1").arg(what);
    case Kind::RemoveTag: return tr("Remove from %1").arg(what);
    case Kind::SetEnvironment: return tr("Change %1").arg(what);
    case Kind::Remove: return tr("Remove %1").arg(what);
    case Kind::Test: break;
    }
    return tr("Test %1").arg(connectionsText(count));
}

void BulkDialog::fill(int row, const Connection &connection, const QString &what, const QString &icon, int role)
{
    m_table->put(row, Name, connection.name);
    m_table->put(row, EnvironmentName, QString())->setData(Qt::AccessibleTextRole, environmentLabel(connection.environment));
    auto *tag = new EnvironmentTag(m_theme);
    tag->setEnvironment(connection.environment);
    auto *cell = new QWidget;
    auto *box = new QHBoxLayout(cell);
    box->setContentsMargins(Theme::Tight, 0, Theme::Tight, 0);
    box->addWidget(tag, 0, Qt::AlignLeft | Qt::AlignVCenter);
    m_table->setCellWidget(row, EnvironmentName, cell);
    m_table->put(row, What, what, icon, Theme::Role(role));
}

void BulkDialog::showPlan(const QList<BulkItem> &plan)
{
    m_plan = plan;
    m_message->clear();
    m_table->setRowCount(int(plan.size()));
    QStringList production;
    Environment gravest = Environment::Development;  // the enum rises with gravity
    int refused = 0;
    for (int row = 0; row < plan.size(); ++row) {
        const BulkItem &item = plan[row];
        const bool acts = item.fate == BulkItem::Fate::Acts;
        const bool isRefused = item.fate == BulkItem::Fate::Refused;
        refused += int(isRefused);
        if (acts) gravest = std::max(gravest, item.connection.environment);
        if (acts && item.connection.environment == Environment::Production) production << item.connection.name;
        fill(row, item.connection, isRefused ? tr("refused: %1").arg(item.what) : item.what, isRefused ? QStringLiteral("dialog-warning") : QString(),
             isRefused ? Theme::Warning : acts ? Theme::Text : Theme::Muted);
    }
    m_table->fitColumns();
    QStringList parts{tr("%1 will change.").arg(acting())};
    if (m_action.kind == Kind::Remove) parts = {tr("%1 will be removed with what depends on it; this cannot be undone.").arg(acting())};
    if (m_action.kind == Kind::Test) parts = {tr("%1 will be tested.").arg(acting())};
    if (refused > 0) parts << (refused == 1 ? tr("1 is refused.") : tr("%1 are refused.").arg(refused));
    if (!production.isEmpty()) parts << tr("On production: %1.").arg(production.join(QStringLiteral(", ")));
    m_summary->setText(parts.join(QLatin1Char(' ')));
    const bool becomesProduction = m_action.kind == Kind::SetEnvironment && m_action.environment == Environment::Production;
    m_band->setEnvironment(becomesProduction ? Environment::Production : gravest);
    m_band->show();
    m_act->setText(verb(acting()));
    m_act->setEnabled(acting() > 0);
}

void BulkDialog::run()
{
    m_running = true;
    m_act->hide();
    if (m_tag) m_tag->setEnabled(false);
    if (m_environment) m_environment->setEnabled(false);
    m_progress->setRange(0, int(m_plan.size()));
    m_progress->show();
    // The worker may outlive the dialog, so it only counts, and the dialog looks.
    const auto count = std::make_shared<std::atomic<int>>(0);
    const auto progress = [count](int done, int) { count->store(done); };
    auto *look = new QTimer(m_progress);
    connect(look, &QTimer::timeout, m_progress, [this, count] { m_progress->setValue(count->load()); });
    look->start(lookMs);
    attach(this, m_bulk.run(m_plan, m_action, m_cancel, progress), [this](const Result<QList<BulkResult>> &results) {
        m_running = false;
        m_done = true;
        m_progress->hide();
        m_close->setText(tr("Close"));
        m_close->setDefault(true);
        m_close->setFocus();
        if (!results.ok()) return m_message->showError(results.error());
        showResults(*results);
    });
}

void BulkDialog::showResults(const QList<BulkResult> &results)
{
    m_table->setHorizontalHeaderItem(What, new QTableWidgetItem(tr("What happened")));
    m_table->horizontalHeaderItem(What)->setTextAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    const auto count = [&results](Outcome outcome) { return int(std::ranges::count(results, outcome, &BulkResult::outcome)); };
    for (int row = 0; row < results.size(); ++row) {
        const auto [icon, role] = markOf(results[row].outcome);
        const QString word = outcomeWord(results[row].outcome);
        fill(row, results[row].connection, results[row].message.isEmpty() ? word : tr("%1: %2").arg(word, results[row].message), icon, role);
    }
    m_summary->setText(tr("%1 done, %2 failed, %3 refused.").arg(count(Outcome::Done)).arg(count(Outcome::Failed)).arg(count(Outcome::Refused)));
    if (count(Outcome::Done) + count(Outcome::Failed) > 0) Q_EMIT acted();
}

void BulkDialog::reject()
{
    // The first press stops what has not begun; the answer for each still comes.
    if (m_running) return m_cancel.cancel();
    QDialog::reject();
}

}  // namespace headgate
