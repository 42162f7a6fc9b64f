// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/restoredialog.h"

#include "app/base/attach.h"
#include "ui/audit/auditchanges.h"
#include "ui/base/celldelegate.h"
#include "ui/base/environmentband.h"
#include "ui/base/messagebar.h"
#include "ui/base/plaintable.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace headgate {

namespace {

enum Column { Field, Now, Then };

}  // namespace

RestoreDialog::RestoreDialog(AuditReviewService &service, const RestorePlan &plan, const QStringList &fields, const Theme &theme, QWidget *parent)
    : QDialog(parent), m_service(service), m_theme(theme), m_message(new MessageBar(theme)),
      m_table(new PlainTable(theme, {tr("Field"), tr("Now"), tr("Will be")})), m_notes(new QLabel), m_act(new QPushButton)
{
    setAttribute(Qt::WA_DeleteOnClose);
    const QString name = plan.state.name.isEmpty() ? plan.state.entity.id : plan.state.name;
    setWindowTitle(tr("Restore %1 %2").arg(plan.state.entity.types().first(), name));
    resize(640, 420);
    auto *band = new EnvironmentBand(theme);
    band->setEnvironment(environments.value(plan.stored.environment).value_or(Environment::Development));
    const QString source = plan.from.isValid()
                               ? tr("As it was after event %1, %2.").arg(CellDelegate::groupedNumber(plan.from.value),
                                                                         QLocale().toString(plan.state.lastAt.toDateTime().toLocalTime(), QStringLiteral("d MMM yyyy, HH:mm:ss")))
                               : tr("As it was before its first event.");
    auto *words = new QLabel(source + QLatin1Char(' ') + tr("The change is written to the trail as an edit of yours."));
    words->setWordWrap(true);
    m_notes->setWordWrap(true);
    m_notes->setTextFormat(Qt::PlainText);
    m_notes->setProperty("muted", true);
    m_table->setAccessibleName(tr("What will change"));
    m_act->setProperty("kind", QStringLiteral("primary"));
    auto *cancel = new QPushButton(tr("Cancel"));
    cancel->setAutoDefault(false);
    connect(cancel, &QPushButton::clicked, this, &RestoreDialog::reject);
    connect(m_act, &QPushButton::clicked, this, &RestoreDialog::restore);
    connect(m_table, &QTableWidget::itemChanged, this, &RestoreDialog::onChosen);
    connect(m_message, &MessageBar::actionRequested, this, &RestoreDialog::planAgain);

    auto *buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(m_act);
    auto *content = new QVBoxLayout;
    content->setContentsMargins(Theme::PageMargin, Theme::PageMargin, Theme::PageMargin, Theme::PageMargin);
    content->setSpacing(Theme::CardPadding);
    content->addWidget(m_message);
    content->addWidget(words);
    content->addWidget(m_table, 1);
    content->addWidget(m_notes);
    content->addLayout(buttons);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->setSpacing(0);
    box->addWidget(band);
    box->addLayout(content);
    show(plan, fields.isEmpty() ? std::nullopt : std::optional(fields));
}

void RestoreDialog::show(const RestorePlan &plan, const std::optional<QStringList> &fields)
{
    const QSignalBlocker quiet(m_table);
    m_plan = plan;
    m_table->setRowCount(int(plan.fields.size()));
    for (int row = 0; row < plan.fields.size(); ++row) {
        const RestorePlan::Field &field = plan.fields.at(row);
        QTableWidgetItem *name = m_table->put(row, Field, field.name);
        name->setFlags(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable | Qt::ItemIsSelectable);
        name->setCheckState(!fields || fields->contains(field.name) ? Qt::Checked : Qt::Unchecked);
        m_table->put(row, Now, QStringLiteral("− ") + auditValueText(field.now), {}, Theme::Error);
        m_table->put(row, Then, QStringLiteral("+ ") + auditValueText(field.then), {}, Theme::Success);
    }
    m_table->fitColumns();
    m_notes->setText(plan.notes.join(QLatin1Char('\n')));
    m_notes->setVisible(!plan.notes.isEmpty());
    onChosen();
}

QStringList RestoreDialog::chosen() const
{
    QStringList fields;
    for (int row = 0; row < m_table->rowCount(); ++row)
        if (m_table->item(row, Field)->checkState() == Qt::Checked) fields << m_plan.fields.at(row).name;
    return fields;
}

void RestoreDialog::onChosen()
{
    const int count = int(chosen().size());
    const QString what = count == 1 ? tr("&Restore 1 field") : tr("&Restore %1 fields").arg(count);
    m_act->setText(m_plan.stored.environment == u"production" ? tr("%1 on production").arg(what) : what);
    m_act->setEnabled(count > 0);
}

void RestoreDialog::restore()
{
    m_act->setEnabled(false);
    m_table->setEnabled(false);  // the choice stands while it is carried out
    attach(this, m_service.restore(m_plan, chosen()), [this](const Result<QString> &id) {
        m_act->setEnabled(true);
        m_table->setEnabled(true);
        if (!id.ok()) return m_message->showError(id.error(), id.error().kind == ErrorKind::Conflict ? tr("Compare again") : QString());
        Q_EMIT restored(*id);
        accept();
    });
}

void RestoreDialog::planAgain()
{
    attach(this, m_service.planRestore(m_plan.state.entity, {std::nullopt, m_plan.from}), [this, fields = chosen()](const Result<RestorePlan> &plan) {
        if (!plan.ok()) return m_message->showError(plan.error());
        m_message->clear();
        show(*plan, fields);
    });
}

}  // namespace headgate
