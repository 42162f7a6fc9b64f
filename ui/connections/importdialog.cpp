// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/importdialog.h"

#include "app/base/attach.h"
#include "ui/base/environmentband.h"
#include "ui/base/messagebar.h"
#include "ui/base/plaintable.h"
#include "ui/connections/connectionfields.h"

#include <QComboBox>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

namespace headgate {

namespace {

enum ItemColumn { Name, Choice, Address, User, Password, Origin, Note };
enum ProblemColumn { LineNumber, Subject, Why };
using Outcome = ImportResult::Outcome;

QString formatLabel(ImportFormat format)
{
    switch (format) {
    case ImportFormat::Env: return ImportDialog::tr("environment file");
    case ImportFormat::PgService: return ImportDialog::tr("libpq services");
    case ImportFormat::PgPass: return ImportDialog::tr("libpq passwords");
    case ImportFormat::MyCnf: break;
    }
    return ImportDialog::tr("MySQL client options");
}

QString outcomeText(const ImportResult &result)
{
    const auto word = [&result]() -> QString {
        switch (result.outcome) {
        case Outcome::Added: return ImportDialog::tr("added");
        case Outcome::Replaced: return ImportDialog::tr("replaced");
        case Outcome::Skipped: return ImportDialog::tr("skipped");
        case Outcome::Refused: return ImportDialog::tr("refused");
        case Outcome::Failed: break;
        }
        return ImportDialog::tr("failed");
    }();
    return result.message.isEmpty() ? word : ImportDialog::tr("%1: %2").arg(word, result.message);
}

Theme::Role roleOf(Outcome outcome)
{
    if (outcome == Outcome::Added || outcome == Outcome::Replaced) return Theme::Success;
    if (outcome == Outcome::Failed) return Theme::Error;
    return outcome == Outcome::Refused ? Theme::Warning : Theme::Muted;
}

}  // namespace

ImportDialog::ImportDialog(ConnectionImport &import, const QString &path, const Theme &theme, QWidget *parent)
    : QDialog(parent), m_import(import), m_theme(theme), m_band(new EnvironmentBand(theme)), m_message(new MessageBar(theme)), m_summary(new QLabel),
      m_environment(new QComboBox),
      m_items(new PlainTable(theme, {tr("Name"), tr("What to do"), tr("Address"), tr("User"), tr("Password"), tr("From"), tr("Note")})),
      m_problemsTitle(new QLabel(tr("Not understood"))), m_problems(new PlainTable(theme, {tr("Line"), tr("What"), tr("Why")})),
      m_close(new QPushButton(tr("Cancel"))), m_act(new QPushButton(tr("&Import")))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Import connections from %1").arg(QFileInfo(path).fileName()));
    resize(960, 560);
    build();
    m_act->setEnabled(false);
    m_summary->setText(tr("Reading…"));
    attach(this, m_import.read(path), [this](const Result<ImportPlan> &plan) {
        m_summary->clear();
        if (!plan.ok()) return m_message->showError(plan.error());
        showPlan(*plan);
    });
}

void ImportDialog::build()
{
    for (const auto &[value, name] : environments.rows()) m_environment->addItem(environmentLabel(value), int(value));
    m_environment->setAccessibleName(tr("Environment of what is made"));
    m_summary->setTextFormat(Qt::PlainText);
    m_summary->setWordWrap(true);
    m_items->setAccessibleName(tr("Connections in the file"));
    m_items->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed | QAbstractItemView::SelectedClicked);
    m_problems->setAccessibleName(m_problemsTitle->text());
    m_problemsTitle->setFont(m_theme.sectionFont());
    m_problemsTitle->hide();
    m_problems->hide();
    m_close->setAutoDefault(false);
    m_act->setDefault(true);
    m_act->setObjectName(QStringLiteral("act"));
    m_act->setProperty("kind", QStringLiteral("primary"));
    connect(m_close, &QPushButton::clicked, this, &ImportDialog::reject);
    connect(m_act, &QPushButton::clicked, this, &ImportDialog::run);
    connect(m_environment, &QComboBox::currentIndexChanged, this, &ImportDialog::showCount);

    auto *label = new QLabel(tr("&Environment"));
    label->setBuddy(m_environment);
    auto *top = new QHBoxLayout;
    top->setSpacing(Theme::Gap);
    top->addWidget(m_summary, 1);
    top->addWidget(label);
    top->addWidget(m_environment);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(m_close);
    buttons->addWidget(m_act);
    auto *content = new QVBoxLayout;
    content->setContentsMargins(Theme::PageMargin, Theme::PageMargin, Theme::PageMargin, Theme::PageMargin);
    content->setSpacing(Theme::CardPadding);
    content->addWidget(m_message);
    content->addLayout(top);
    content->addWidget(m_items, 3);
    content->addWidget(m_problemsTitle);
    content->addWidget(m_problems, 2);
    content->addLayout(buttons);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->setSpacing(0);
    box->addWidget(m_band);
    box->addLayout(content);
}

void ImportDialog::showPlan(const ImportPlan &plan)
{
    m_plan = plan;
    if (!plan.warnings.isEmpty()) m_message->showWarning(plan.warnings.join(QLatin1Char('\n')));
    m_summary->setText(plan.items.isEmpty() ? tr("No connection was found (%1).").arg(formatLabel(plan.format))
                                            : tr("%1 found (%2). Names can be changed here; passwords are sealed and never shown.").arg(connectionsText(plan.items.size()), formatLabel(plan.format)));
    if (!plan.items.isEmpty()) m_environment->setCurrentIndex(m_environment->findData(int(plan.items.first().found.connection.environment)));
    m_items->setRowCount(int(plan.items.size()));
    for (int row = 0; row < plan.items.size(); ++row) showItem(row, plan.items[row]);
    m_items->fitColumns();
    m_items->setColumnWidth(Choice, 150);
    showProblems();
    showCount();
}

void ImportDialog::showItem(int row, const ImportItem &item)
{
    const Connection &c = item.found.connection;
    const auto fixed = [this, row](int column, const QString &text, const QString &icon = {}, Theme::Role role = Theme::Text) {
        QTableWidgetItem *cell = m_items->put(row, column, text, icon, role);
        cell->setFlags(cell->flags() & ~Qt::ItemIsEditable);
    };
    m_items->put(row, Name, item.name);
    fixed(Choice, QString());
    QComboBox *box = choices(item);
    m_items->setCellWidget(row, Choice, box);
    connect(box, &QComboBox::currentIndexChanged, this, &ImportDialog::showCount);
    fixed(Address, connectionAddress(c));
    fixed(User, c.username);
    fixed(Password, item.found.password ? QStringLiteral("••••") : QString());
    fixed(Origin, tr("%1, line %2").arg(item.found.origin).arg(item.found.line));
    QStringList notes = item.found.notes;
    if (item.isSame) notes.prepend(tr("It is there already as %1.").arg(item.existing->name));
    else if (item.existing) notes.prepend(tr("The name %1 is taken.").arg(item.existing->name));
    if (item.refused.isEmpty()) fixed(Note, notes.join(QLatin1Char(' ')));
    else fixed(Note, item.refused, QStringLiteral("dialog-warning"), Theme::Warning);
}

QComboBox *ImportDialog::choices(const ImportItem &item)
{
    auto *box = new QComboBox;
    box->setAccessibleName(tr("What to do with %1").arg(item.name));
    if (item.refused.isEmpty()) box->addItem(tr("Add"), int(ImportItem::Choice::Add));
    if (item.refused.isEmpty() && item.existing) box->addItem(tr("Replace %1").arg(item.existing->name), int(ImportItem::Choice::Replace));
    box->addItem(tr("Skip"), int(ImportItem::Choice::Skip));
    box->setCurrentIndex(std::max(0, box->findData(int(item.choice))));
    return box;
}

void ImportDialog::showProblems()
{
    m_problemsTitle->setVisible(!m_plan.problems.isEmpty());
    m_problems->setVisible(!m_plan.problems.isEmpty());
    m_problems->setRowCount(int(m_plan.problems.size()));
    for (int row = 0; row < m_plan.problems.size(); ++row) {
        m_problems->put(row, LineNumber, QString::number(m_plan.problems[row].line))->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        m_problems->put(row, Subject, m_plan.problems[row].subject);
        m_problems->put(row, Why, m_plan.problems[row].why);
    }
    m_problems->fitColumns();
}

ImportItem ImportDialog::itemAt(int row) const
{
    ImportItem item = m_plan.items[row];
    const auto *box = qobject_cast<QComboBox *>(m_items->cellWidget(row, Choice));
    item.choice = ImportItem::Choice(box->currentData().toInt());
    item.name = item.choice == ImportItem::Choice::Replace ? item.existing->name : m_items->item(row, Name)->text().trimmed();
    item.found.connection.environment = Environment(m_environment->currentData().toInt());
    return item;
}

int ImportDialog::wanted() const
{
    int count = 0;
    for (int row = 0; row < m_items->rowCount(); ++row)
        if (const auto *box = qobject_cast<QComboBox *>(m_items->cellWidget(row, Choice))) count += int(box->currentData().toInt() != int(ImportItem::Choice::Skip));
    return count;
}

void ImportDialog::showCount()
{
    const auto environment = Environment(m_environment->currentData().toInt());
    const int count = wanted();
    m_band->setEnvironment(environment);
    m_act->setEnabled(count > 0);
    m_act->setText(environment == Environment::Production ? tr("&Import %1 into production").arg(count) : tr("&Import %1").arg(connectionsText(count)));
}

void ImportDialog::run()
{
    QList<ImportItem> items;
    for (int row = 0; row < m_plan.items.size(); ++row) items << itemAt(row);
    for (QWidget *each : {static_cast<QWidget *>(m_items), static_cast<QWidget *>(m_environment), static_cast<QWidget *>(m_act)}) each->setEnabled(false);
    attach(this, m_import.run(items), [this](const Result<QList<ImportResult>> &results) {
        m_items->setEnabled(true);
        m_act->hide();
        m_close->setText(tr("Close"));
        m_close->setDefault(true);
        if (!results.ok()) return m_message->showError(results.error());
        showResults(*results);
    });
}

void ImportDialog::showResults(const QList<ImportResult> &results)
{
    m_items->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_items->setHorizontalHeaderItem(Choice, new QTableWidgetItem(tr("What happened")));
    m_items->horizontalHeaderItem(Choice)->setTextAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    const auto count = [&results](Outcome outcome) { return int(std::ranges::count(results, outcome, &ImportResult::outcome)); };
    for (int row = 0; row < results.size(); ++row) {
        m_items->removeCellWidget(row, Choice);
        m_items->put(row, Name, results[row].name);
        m_items->put(row, Choice, outcomeText(results[row]), {}, roleOf(results[row].outcome));
    }
    m_items->fitColumns();
    m_summary->setText(tr("%1 added, %2 replaced, %3 skipped, %4 failed.")
                           .arg(count(Outcome::Added)).arg(count(Outcome::Replaced)).arg(count(Outcome::Skipped)).arg(count(Outcome::Failed) + count(Outcome::Refused)));
    if (count(Outcome::Added) + count(Outcome::Replaced) > 0) Q_EMIT imported();
}

}  // namespace headgate
