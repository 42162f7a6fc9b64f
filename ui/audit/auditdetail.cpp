// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/auditdetail.h"

#include "ui/audit/auditchanges.h"
#include "ui/base/theme.h"

#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPlainTextEdit>
#include <QTabWidget>
#include <QVBoxLayout>

namespace headgate {

namespace {

/// "9f3c…04a1": enough to compare by eye; the tooltip has the whole.
QString shortForm(const QString &text)
{
    return text.size() <= 10 ? text : text.left(4) + QStringLiteral("…") + text.right(4);
}

QString localTime(Timestamp time)
{
    return QLocale().toString(time.toDateTime().toLocalTime(), QStringLiteral("yyyy-MM-dd HH:mm:ss"));
}

}  // namespace

AuditDetail::AuditDetail(const Theme &theme, QWidget *parent)
    : QWidget(parent), m_name(new QLabel), m_act(new QLabel), m_tabs(new QTabWidget), m_note(new QLabel),
      m_changes(new ChangesTable(theme)), m_raw(new QPlainTextEdit), m_footer(new QLabel)
{
    QFont bold = m_name->font();
    bold.setWeight(QFont::DemiBold);
    m_name->setFont(bold);
    m_name->setTextFormat(Qt::PlainText);
    for (QLabel *label : {m_act, m_note, m_footer}) {
        label->setProperty("muted", true);
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
    }
    m_note->setMargin(12);
    m_footer->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_footer->setContentsMargins(12, 8, 12, 12);
    m_raw->setReadOnly(true);
    m_raw->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_raw->setFrameShape(QFrame::NoFrame);
    m_raw->setAccessibleName(tr("The text that was hashed"));

    auto *head = new QHBoxLayout;
    head->setContentsMargins(12, 12, 12, 8);
    head->setSpacing(8);
    head->addWidget(m_name);
    head->addWidget(m_act, 1);
    auto *changes = new QWidget;
    auto *changesBox = new QVBoxLayout(changes);
    changesBox->setContentsMargins({});
    changesBox->addWidget(m_note);
    changesBox->addWidget(m_changes, 1);
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(changes, tr("Changes"));
    m_tabs->addTab(m_raw, tr("Raw"));

    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->setSpacing(0);
    box->addLayout(head);
    box->addWidget(m_tabs, 1);
    box->addWidget(m_footer);
}

void AuditDetail::setRecord(const AuditRecord &record)
{
    m_name->setText(record.entityName.isEmpty() ? record.entityType : record.entityName);
    m_act->setText(tr("%1 · %2 · %3").arg(record.action, record.actor, localTime(record.occurredAt)));
    m_act->setToolTip(record.occurredAt.toIso());
    const QList<ChangeLine> changes = auditChanges(record.oldValues, record.newValues);
    m_changes->setChanges(changes);
    m_changes->setVisible(!changes.isEmpty());
    const bool failed = !record.errorMessage.isEmpty();
    m_note->setText(failed ? record.errorMessage : tr("This event changed no field."));
    m_note->setVisible(failed || changes.isEmpty());
    static_cast<QVBoxLayout *>(m_note->parentWidget()->layout())->setAlignment(m_note, Qt::AlignTop);
    m_raw->setPlainText(QString::fromUtf8(record.payload));
    showFooter(record);
}

void AuditDetail::showFooter(const AuditRecord &record)
{
    const QString hash = QString::fromLatin1(record.hash.toHex());
    const QString previous = QString::fromLatin1(record.previousHash.toHex());
    const QString operation = record.operationId.toString(QUuid::WithoutBraces);
    const QString address = record.ipAddress.isEmpty() ? tr("this machine") : record.ipAddress;
    m_footer->setText(tr("Address %1 · event %2 · hash %3 · previous %4 · operation %5")
                          .arg(address, QLocale().toString(record.id.value), shortForm(hash), shortForm(previous), operation.left(8)));
    m_footer->setToolTip(tr("hash %1\nprevious %2\noperation %3\n%4").arg(hash, previous, operation, record.userAgent));
}

}  // namespace headgate
