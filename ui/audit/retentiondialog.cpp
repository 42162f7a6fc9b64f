// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/retentiondialog.h"

#include "app/base/attach.h"
#include "ui/audit/workprogress.h"
#include "ui/base/celldelegate.h"
#include "ui/base/formfield.h"
#include "ui/base/messagebar.h"
#include "ui/base/messages.h"
#include "ui/base/plaintable.h"

#include <QDateEdit>
#include <QDir>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QVBoxLayout>

namespace headgate {

namespace {

enum HoldColumn { Name, State, Covers, Reason };
enum MonthColumn { Month, Events, Fate };

QString covers(const AuditHold &hold)
{
    QStringList parts;
    if (hold.from) parts << RetentionDialog::tr("from %1").arg(hold.from->toIso().left(10));
    if (hold.to) parts << RetentionDialog::tr("before %1").arg(hold.to->toIso().left(10));
    if (!hold.entityType.isEmpty()) parts << hold.entityType;
    if (!hold.entityId.isEmpty()) parts << hold.entityId;
    if (!hold.actor.isEmpty()) parts << RetentionDialog::tr("by %1").arg(hold.actor);
    return parts.isEmpty() ? RetentionDialog::tr("everything") : parts.join(QStringLiteral(", "));
}

}  // namespace

RetentionDialog::RetentionDialog(RetentionService &service, Messages &messages, const Theme &theme, QWidget *parent)
    : QDialog(parent), m_service(service), m_messages(messages), m_theme(theme), m_message(new MessageBar(theme)),
      m_holds(new PlainTable(theme, {tr("Hold"), tr("State"), tr("Covers"), tr("Reason")})), m_name(new QLineEdit), m_reason(new QLineEdit), m_entityType(new QLineEdit),
      m_entityId(new QLineEdit), m_actor(new QLineEdit), m_add(new QPushButton(tr("&Add hold"))), m_release(new QPushButton(tr("Re&lease…"))), m_before(new QDateEdit),
      m_counts(new QLabel), m_months(new PlainTable(theme, {tr("Month"), tr("Events"), tr("What happens")})), m_folder(new QLineEdit), m_progress(new WorkProgress),
      m_retire(new QPushButton(tr("Retire…")))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Holds and retention"));
    resize(720, 560);
    auto *tabs = new QTabWidget;
    tabs->addTab(holdsTab(), tr("Legal &holds"));
    tabs->addTab(retireTab(), tr("Old &events"));
    auto *close = new QPushButton(tr("Close"));
    close->setAutoDefault(false);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(close);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins(Theme::PageMargin, Theme::PageMargin, Theme::PageMargin, Theme::PageMargin);
    box->setSpacing(Theme::CardPadding);
    box->addWidget(m_message);
    box->addWidget(tabs, 1);
    box->addLayout(buttons);
    loadHolds();
    loadPlan();
}

// Holds -------------------------------------------------------------------------------------------------------------------

QWidget *RetentionDialog::holdsTab()
{
    auto *tab = new QWidget;
    auto *fields = new QWidget;
    FormLayout form(fields);
    form.addField(tr("&Name"), m_name);
    form.addField(tr("&Reason"), m_reason, tr("The case or the order."));
    auto *conditions = new QWidget;
    auto *line = new QHBoxLayout(conditions);
    line->setContentsMargins({});
    const QList<QPair<QLineEdit *, QString>> edits{{m_entityType, tr("Type")}, {m_entityId, tr("Id")}, {m_actor, tr("Actor")}};
    for (const auto &[edit, name] : edits) {
        edit->setPlaceholderText(name);
        edit->setAccessibleName(name);
        line->addWidget(edit);
    }
    line->addWidget(m_add);
    conditions->setFocusProxy(m_entityType);
    form.addField(tr("&Covers"), conditions, tr("Empty fields cover anything."));
    m_holds->setAccessibleName(tr("Legal holds"));
    m_add->setEnabled(false);
    m_add->setAutoDefault(false);
    m_release->setEnabled(false);
    m_release->setAutoDefault(false);
    auto *box = new QVBoxLayout(tab);
    box->setContentsMargins(Theme::CardPadding, Theme::CardPadding, Theme::CardPadding, Theme::CardPadding);
    box->setSpacing(Theme::CardPadding);
    box->addWidget(m_holds, 1);
    box->addWidget(m_release, 0, Qt::AlignLeft);
    box->addWidget(fields);
    const auto check = [this] { m_add->setEnabled(!m_name->text().trimmed().isEmpty() && !m_reason->text().trimmed().isEmpty()); };
    connect(m_name, &QLineEdit::textChanged, this, check);
    connect(m_reason, &QLineEdit::textChanged, this, check);
    connect(m_add, &QPushButton::clicked, this, &RetentionDialog::addHold);
    connect(m_release, &QPushButton::clicked, this, &RetentionDialog::releaseHold);
    connect(m_holds, &QTableWidget::itemSelectionChanged, this, &RetentionDialog::offerRelease);
    return tab;
}

void RetentionDialog::loadHolds()
{
    attach(this, m_service.holds(), [this](const Result<QList<AuditHold>> &holds) { holds.ok() ? showHolds(*holds) : m_message->showError(holds.error()); });
}

void RetentionDialog::showHolds(const QList<AuditHold> &holds)
{
    m_held = holds;
    m_holds->setRowCount(int(holds.size()));
    for (int row = 0; row < holds.size(); ++row) {
        const AuditHold &hold = holds.at(row);
        const bool released = hold.releasedAt.has_value();
        m_holds->put(row, Name, hold.name);
        m_holds->put(row, State, released ? tr("released") : tr("holds"), released ? QString() : QStringLiteral("dialog-ok"), released ? Theme::Muted : Theme::Success);
        m_holds->put(row, Covers, covers(hold));
        m_holds->put(row, Reason, hold.reason);
    }
    m_holds->fitColumns();
    offerRelease();
}

/// Only a hold that still holds can be released.
void RetentionDialog::offerRelease()
{
    const int row = m_holds->currentRow();
    m_release->setEnabled(row >= 0 && row < m_held.size() && !m_held.at(row).releasedAt);
}

void RetentionDialog::addHold()
{
    AuditHold hold;
    hold.name = m_name->text().trimmed();
    hold.reason = m_reason->text().trimmed();
    hold.entityType = m_entityType->text().trimmed();
    hold.entityId = m_entityId->text().trimmed();
    hold.actor = m_actor->text().trimmed();
    m_add->setEnabled(false);
    attach(this, m_service.addHold(hold), [this](const Result<AuditHold> &added) {
        m_add->setEnabled(true);
        if (!added.ok()) return m_message->showError(added.error());
        m_message->clear();
        for (QLineEdit *edit : {m_name, m_reason, m_entityType, m_entityId, m_actor}) edit->clear();
        loadHolds();
        loadPlan();
        Q_EMIT trailChanged();
    });
}

void RetentionDialog::releaseHold()
{
    const QString name = m_held.at(m_holds->currentRow()).name;
    const Question question{tr("Release the hold"), tr("What “%1” covers may then be retired when its time has come. The hold itself stays on record.").arg(name), tr("Release"), true};
    m_messages.ask(this, question, [this, name] {
        attach(this, m_service.releaseHold(name), [this](const Result<AuditHold> &released) {
            if (!released.ok()) return m_message->showError(released.error());
            m_message->clear();
            loadHolds();
            loadPlan();
            Q_EMIT trailChanged();
        });
    });
}

// Old events ----------------------------------------------------------------------------------------------------------------

QWidget *RetentionDialog::retireTab()
{
    auto *tab = new QWidget;
    m_before->setCalendarPopup(true);
    m_before->setDisplayFormat(QStringLiteral("yyyy-MM-dd"));
    m_before->setDate(QDate::currentDate());
    m_folder->setText(QDir::home().filePath(QStringLiteral("audit-archives")));
    auto *fields = new QWidget;
    FormLayout form(fields);
    form.addField(tr("Events &before"), m_before, tr("Whole months, and only those that were kept long enough."));
    form.addField(tr("Archives &in"), m_folder, tr("Each month becomes a signed archive here before it leaves the trail. Keep them."));
    m_counts->setWordWrap(true);
    m_months->setAccessibleName(tr("Months that may go"));
    m_retire->setObjectName(QStringLiteral("retire"));
    m_retire->setProperty("kind", QStringLiteral("destructive"));
    m_retire->setAutoDefault(false);
    m_retire->setEnabled(false);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_progress, 1);
    buttons->addStretch();
    buttons->addWidget(m_retire);
    auto *box = new QVBoxLayout(tab);
    box->setContentsMargins(Theme::CardPadding, Theme::CardPadding, Theme::CardPadding, Theme::CardPadding);
    box->setSpacing(Theme::CardPadding);
    box->addWidget(fields);
    box->addWidget(m_counts);
    box->addWidget(m_months, 1);
    box->addLayout(buttons);
    connect(m_before, &QDateEdit::dateChanged, this, &RetentionDialog::loadPlan);
    connect(m_retire, &QPushButton::clicked, this, &RetentionDialog::askToRetire);
    return tab;
}

Timestamp RetentionDialog::before() const
{
    return Timestamp::fromDateTime(m_before->date().startOfDay(Qt::UTC));
}

void RetentionDialog::loadPlan()
{
    if (m_progress->isRunning()) return;  // the button is its Cancel; at its end the plan is read again
    m_retire->setEnabled(false);
    attach(this, m_service.plan(before()), [this, generation = ++m_generation](const Result<RetentionPlan> &plan) {
        if (generation != m_generation) return;
        plan.ok() ? showPlan(*plan) : m_message->showError(plan.error());
    });
}

void RetentionDialog::showPlan(const RetentionPlan &plan)
{
    m_plan = plan;
    QStringList lines{plan.events() > 0 ? tr("%1 events may go.").arg(CellDelegate::groupedNumber(plan.events())) : tr("No event may go.")};
    lines << tr("%1 stay because they are not before %2 (kept for %3 days).").arg(CellDelegate::groupedNumber(plan.young), plan.cutoff.toIso().left(10), CellDelegate::groupedNumber(plan.retentionDays));
    if (plan.keptByHolds > 0) lines << tr("%1 stay because of holds.").arg(CellDelegate::groupedNumber(plan.keptByHolds));
    m_counts->setText(lines.join(u' '));
    m_months->setRowCount(int(plan.months.size() + plan.held.size()));
    int row = 0;
    for (const TrailMonth &month : plan.months) {
        m_months->put(row, Month, month.name());
        m_months->put(row, Events, CellDelegate::groupedNumber(month.events()))->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        m_months->put(row++, Fate, tr("sealed into an archive, then removed"));
    }
    for (const HeldEvents &held : plan.held) {
        m_months->put(row, Month, tr("from event %1").arg(CellDelegate::groupedNumber(held.firstId)));
        m_months->put(row, Events, CellDelegate::groupedNumber(held.events))->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        m_months->put(row++, Fate, tr("kept by the hold “%1”, with all that follows").arg(held.hold), QStringLiteral("dialog-warning"), Theme::Warning);
    }
    m_months->fitColumns();
    m_retire->setText(plan.events() > 0 ? tr("&Retire %1 events…").arg(CellDelegate::groupedNumber(plan.events())) : tr("Retire…"));
    m_retire->setEnabled(plan.events() > 0);
}

void RetentionDialog::askToRetire()
{
    if (m_progress->isRunning()) return m_progress->cancel();
    const Question question{tr("Retire old events"),
                            tr("%1 events of %2 months move into archives in %3 and leave the trail. The archives are then the only place where they are.")
                                .arg(CellDelegate::groupedNumber(m_plan.events()))
                                .arg(m_plan.months.size())
                                .arg(m_folder->text()),
                            tr("Retire %1 events").arg(CellDelegate::groupedNumber(m_plan.events())), true};
    m_messages.ask(this, question, [this] { retire(); });
}

/// What it works on stands still meanwhile.
void RetentionDialog::setRetiring(bool retiring)
{
    m_before->setEnabled(!retiring);
    m_folder->setEnabled(!retiring);
}

void RetentionDialog::retire()
{
    m_message->clear();
    m_retire->setText(tr("&Cancel"));
    ++m_generation;  // a plan that is on its way would take the Cancel away
    setRetiring(true);
    const CancelToken cancel = m_progress->begin();
    attach(this, m_service.retire(before(), m_folder->text().trimmed(), m_progress->reporter(), cancel), [this](const Result<QList<RetiredMonth>> &retired) {
        m_progress->end();
        setRetiring(false);
        if (!retired.ok() && retired.error().kind != ErrorKind::Cancelled) m_message->showError(retired.error());
        loadPlan();
        Q_EMIT trailChanged();
    });
}

}  // namespace headgate
