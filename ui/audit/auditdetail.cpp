// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/auditdetail.h"

#include "app/audit/auditreviewservice.h"
#include "models/audit/redaction.h"
#include "ui/audit/auditchanges.h"
#include "ui/audit/eventview.h"
#include "ui/audit/stateview.h"
#include "ui/audit/timelineview.h"
#include "ui/base/celldelegate.h"
#include "ui/base/chips.h"
#include "ui/base/plaintext.h"
#include "ui/base/theme.h"
#include "ui/base/wrappedlabel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QTabWidget>
#include <QVBoxLayout>

namespace headgate {

namespace {

enum Tab { Changes, Life, State, Event };

constexpr int lowPane = 300;

/// Counters say nothing about what was meant, and the trail holds no secret to put back.
bool isRestorable(const QString &field) { return field != u"version" && field != u"updated_at" && !Redaction::isSecretName(field); }

QStringList changedFields(const AuditRecord &record)
{
    QStringList fields;
    for (const ChangeLine &line : auditChanges(record.oldValues, record.newValues))
        if (const QString field = line.field.section(u'.', 0, 0).section(u'[', 0, 0).section(u' ', 0, 0); isRestorable(field) && !fields.contains(field)) fields << field;
    return fields;
}

/// A pane under a list may be low.
QScrollArea *scrolled(QWidget *content)
{
    auto *area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidget(content);
    area->viewport()->setAutoFillBackground(false);  // after setWidget(), which fills the content too
    content->setAutoFillBackground(false);
    return area;
}

}  // namespace

AuditDetail::AuditDetail(AuditReviewService &service, const Theme &theme, QWidget *parent)
    : QWidget(parent), m_service(service), m_theme(theme), m_name(new QLabel), m_result(new StatusChip(theme)), m_act(new QLabel), m_tabs(new QTabWidget),
      m_notices(new WrappedLabel), m_summary(new QLabel), m_note(new QLabel), m_changes(new ChangesTable(theme)), m_restore(new QPushButton(tr("&Undo this change…"))),
      m_follow(new QPushButton), m_life(new TimelineView(service, theme)), m_state(new StateView(service, theme)), m_event(new EventView(theme)), m_footer(new QLabel)
{
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(scrolled(changesTab()), tr("Changes"));
    m_tabs->setMinimumHeight(130);
    m_tabs->addTab(m_life, tr("Life"));
    m_tabs->addTab(scrolled(m_state), tr("State"));
    m_tabs->addTab(scrolled(m_event), tr("Event"));
    m_footer->setProperty("muted", true);
    m_footer->setTextFormat(Qt::PlainText);
    m_footer->setWordWrap(true);
    m_footer->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_footer->setContentsMargins(Theme::CardPadding, Theme::Gap, Theme::CardPadding, Theme::CardPadding);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->setSpacing(0);
    box->addWidget(head());
    box->addWidget(m_tabs, 1);
    box->addWidget(m_footer);
    connect(m_tabs, &QTabWidget::currentChanged, this, &AuditDetail::readTab);
    connect(m_life, &TimelineView::eventRequested, this, &AuditDetail::eventRequested);
    connect(m_life, &TimelineView::failed, this, &AuditDetail::failed);
    connect(m_life, &TimelineView::totalChanged, this, [this](qint64 events) { m_tabs->setTabText(Life, tr("Life (%1)").arg(CellDelegate::groupedNumber(events))); });
    connect(m_state, &StateView::failed, this, &AuditDetail::failed);
    connect(m_state, &StateView::restoreRequested, this, [this](const EntityKey &entity, const EntityMoment &moment) { Q_EMIT restoreRequested(entity, moment, {}); });
    connect(m_follow, &QPushButton::clicked, this, [this] { follow(); });
    // The state before this event: that after the one before it.
    connect(m_restore, &QPushButton::clicked, this, [this] {
        Q_EMIT restoreRequested(entity(), {std::nullopt, AuditId{m_record.id.value - 1}}, changedFields(m_record));
    });
}

QWidget *AuditDetail::head()
{
    m_name->setFont(m_theme.semibold());
    m_name->setTextFormat(Qt::PlainText);
    m_name->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_act->setProperty("muted", true);
    m_act->setTextFormat(Qt::PlainText);
    m_act->setWordWrap(true);
    auto *head = new QWidget;
    auto *line = new QHBoxLayout;
    line->setSpacing(Theme::Gap);
    line->addWidget(m_name, 1);
    line->addWidget(m_result);
    auto *box = new QVBoxLayout(head);
    box->setContentsMargins(Theme::CardPadding, Theme::CardPadding, Theme::CardPadding, Theme::Tight);
    box->setSpacing(Theme::Tight);
    box->addLayout(line);
    box->addWidget(m_act);
    return head;
}

QWidget *AuditDetail::changesTab()
{
    for (QLabel *label : {static_cast<QLabel *>(m_notices), m_summary, m_note}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setContentsMargins(Theme::CardPadding, Theme::Gap, Theme::CardPadding, Theme::Gap);
    }
    m_summary->setProperty("muted", true);
    m_notices->setObjectName(QStringLiteral("anomalies"));
    m_notices->hide();
    const auto paint = [this] {
        m_notices->setStyleSheet(QStringLiteral("QLabel { background: %1; color: %2; }").arg(m_theme.ground(Theme::Warning).name(), m_theme.color(Theme::Text).name()));
    };
    connect(&m_theme, &Theme::changed, m_notices, paint);
    paint();
    auto *buttons = new QHBoxLayout;
    buttons->setContentsMargins(Theme::CardPadding, Theme::Gap, Theme::CardPadding, Theme::Gap);
    buttons->setSpacing(Theme::Gap);
    buttons->addWidget(m_restore);
    buttons->addWidget(m_follow);
    buttons->addStretch();
    auto *tab = new QWidget;
    auto *box = new QVBoxLayout(tab);
    box->setContentsMargins({});
    box->setSpacing(0);
    box->addWidget(m_notices);
    box->addWidget(m_note, 0, Qt::AlignTop);
    box->addWidget(m_summary);
    box->addWidget(m_changes, 100);
    box->addLayout(buttons);
    box->addStretch(1);
    return tab;
}

EntityKey AuditDetail::entity() const
{
    return {EntityKey{m_record.entityType, {}}.types().first(), m_record.entityId};
}

void AuditDetail::setRecord(const AuditRecord &record)
{
    const bool isOther = record.id != m_record.id;
    m_record = record;
    m_entity = entity();
    if (isOther) setAnomalies({});
    m_name->setText(record.entityName.isEmpty() ? record.entityType : record.entityName);
    m_name->setToolTip(asPlain(m_name->text()));
    m_result->setStatus(record.success ? QStringLiteral("success") : QStringLiteral("failure"), record.success ? tr("success") : tr("failure"));
    showAct();
    showChangesOf(record);
    m_event->setRecord(record);
    showFooter();
    const bool hasRecord = m_entity.isValid();
    m_tabs->setTabVisible(Life, hasRecord);
    m_tabs->setTabVisible(State, hasRecord);
    m_follow->setVisible(hasRecord);
    m_follow->setText(tr("&Follow this %1").arg(m_entity.type));
    m_restore->setVisible(hasRecord && record.success && record.oldValues && m_service.canRestore(m_entity.type) &&
                          !changedFields(record).isEmpty());
    m_tabs->setTabText(Life, tr("Life"));
    m_lifeIsRead = m_stateIsRead = false;
    readTab();
}

void AuditDetail::setAnomalies(const QList<Anomaly> &anomalies)
{
    QStringList lines;
    if (m_record.action == u"EXTERNAL") lines << tr("! external: changed outside Headgate, caught by the database and sealed afterwards");
    for (const Anomaly &anomaly : anomalies) lines << tr("! %1: %2").arg(anomalyWords(anomaly.kind), anomaly.text);
    m_notices->setPlainText(lines.join(QLatin1Char('\n')));
    m_notices->setVisible(!lines.isEmpty());
}

void AuditDetail::showAct()
{
    const QDateTime local = m_record.occurredAt.toDateTime().toLocalTime();
    const QString when = QLocale().toString(local, QStringLiteral("d MMM yyyy HH:mm:ss ")) + local.timeZoneAbbreviation();
    m_act->setText(tr("%1 · %2 · %3 (%4)").arg(m_record.action, m_record.actor, when, CellDelegate::relativeTime(m_record.occurredAt, Timestamp::now())));
    m_act->setToolTip(m_record.occurredAt.toIso());
}

void AuditDetail::showChangesOf(const AuditRecord &record)
{
    const QList<ChangeLine> changes = auditChanges(record);
    m_changes->setChanges(changes);
    m_changes->setVisible(!changes.isEmpty());
    m_summary->setText(ChangesTable::summary(changes));
    m_summary->setVisible(!changes.isEmpty());
    const bool failed = !record.errorMessage.isEmpty();
    const QString facts = changeSummary(record);
    m_note->setText(failed ? record.errorMessage : facts.isEmpty() ? tr("This event changed no field.") : tr("This event changed no field: %1.").arg(facts));
    m_note->setVisible(failed || changes.isEmpty());
}

void AuditDetail::showFooter()
{
    const QString address = m_record.ipAddress.isEmpty() ? tr("this machine") : m_record.ipAddress;
    m_footer->setText(tr("Address %1 · event %2 · hash %3 · previous %4 · operation %5")
                          .arg(address, CellDelegate::groupedNumber(m_record.id.value), EventView::shortForm(QString::fromLatin1(m_record.hash.toHex())),
                               EventView::shortForm(QString::fromLatin1(m_record.previousHash.toHex())), m_record.operationId.toString(QUuid::WithoutBraces).left(8)));
}

/// The tab "Event" says all that the footer does.
void AuditDetail::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_footer->setVisible(height() >= lowPane);
}

void AuditDetail::follow()
{
    follow(entity());
}

void AuditDetail::follow(const EntityKey &entity)
{
    m_entity = entity;
    m_lifeIsRead = m_stateIsRead = false;
    m_tabs->setTabVisible(Life, true);
    m_tabs->setTabVisible(State, true);
    m_tabs->setCurrentIndex(Life);
    readTab();
}

void AuditDetail::showChanges()
{
    m_tabs->setCurrentIndex(Changes);
}

void AuditDetail::readTab()
{
    if (m_tabs->currentIndex() == Life && !std::exchange(m_lifeIsRead, true)) m_life->setEntity(m_entity, m_record.id);
    if (m_tabs->currentIndex() == State && !std::exchange(m_stateIsRead, true)) m_state->setEntity(m_entity, m_record.id);
}

}  // namespace headgate
