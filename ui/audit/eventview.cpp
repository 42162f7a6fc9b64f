// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/eventview.h"

#include "ui/base/celldelegate.h"
#include "ui/base/plaintext.h"
#include "ui/base/theme.h"
#include "ui/base/wrappedlabel.h"

#include <QApplication>
#include <QClipboard>
#include <QGridLayout>
#include <QJsonDocument>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace headgate {

EventView::EventView(const Theme &theme, QWidget *parent) : QWidget(parent), m_theme(theme), m_raw(new QPlainTextEdit)
{
    m_raw->setReadOnly(true);
    m_raw->setFont(theme.fixedFont());
    m_raw->setFrameShape(QFrame::NoFrame);
    m_raw->setMinimumHeight(120);
    m_raw->setAccessibleName(tr("The text that was hashed"));
    auto *title = new QLabel(tr("The text that was hashed"));
    title->setProperty("muted", true);
    title->setContentsMargins(Theme::CardPadding, Theme::Gap, Theme::CardPadding, Theme::Tight);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->setSpacing(0);
    box->addWidget(title);
    auto *raw = new QVBoxLayout;
    raw->setContentsMargins(Theme::CardPadding, 0, Theme::CardPadding, Theme::CardPadding);
    raw->addWidget(m_raw);
    box->addLayout(raw, 1);
}

QString EventView::shortForm(const QString &text)
{
    return text.size() <= 10 ? text : text.left(4) + QStringLiteral("…") + text.right(4);
}

void EventView::setRecord(const AuditRecord &record)
{
    delete m_facts;
    m_facts = new QWidget;
    m_grid = new QGridLayout(m_facts);
    m_grid->setContentsMargins(Theme::CardPadding, Theme::Gap, Theme::CardPadding, 0);
    m_grid->setHorizontalSpacing(Theme::Gap);
    m_grid->setVerticalSpacing(2);
    m_grid->setColumnStretch(1, 1);
    const QDateTime local = record.occurredAt.toDateTime().toLocalTime();
    addFact(tr("Who"), record.userId ? tr("%1 (user %2)").arg(record.actor).arg(record.userId->value) : record.actor);
    addFact(tr("When"), tr("%1 %2, %3").arg(QLocale().toString(local, QStringLiteral("d MMM yyyy HH:mm:ss.zzz")), local.timeZoneAbbreviation(),
                                            CellDelegate::relativeTime(record.occurredAt, Timestamp::now())));
    addFact(tr("From"), record.ipAddress.isEmpty() ? tr("this machine") : record.ipAddress);
    addFact(tr("Program"), record.userAgent);
    addFact(tr("What"), tr("%1 %2 %3").arg(record.action, record.entityType, record.entityId).trimmed());
    addFact(tr("Result"), record.success ? tr("✓ success") : tr("✕ failure: %1").arg(record.errorMessage));
    if (!record.metadata.isEmpty()) addFact(tr("More"), QString::fromUtf8(QJsonDocument(record.metadata).toJson(QJsonDocument::Compact)));
    addFact(tr("Event"), CellDelegate::groupedNumber(record.id.value));
    addCode(tr("Operation"), record.operationId.toString(QUuid::WithoutBraces));
    addCode(tr("Hash"), QString::fromLatin1(record.hash.toHex()));
    addCode(tr("Previous"), QString::fromLatin1(record.previousHash.toHex()));
    static_cast<QVBoxLayout *>(layout())->insertWidget(0, m_facts);
    m_raw->setPlainText(QString::fromUtf8(record.payload));
}

void EventView::addFact(const QString &label, const QString &value)
{
    const int row = m_grid->rowCount();
    auto *name = new QLabel(label);
    name->setProperty("muted", true);
    m_grid->addWidget(name, row, 0, Qt::AlignTop);
    m_grid->addWidget(new WrappedLabel(value), row, 1, 1, 2);
}

void EventView::addCode(const QString &label, const QString &value)
{
    const int row = m_grid->rowCount();
    auto *name = new QLabel(label);
    name->setProperty("muted", true);
    auto *code = new QLabel(shortForm(value));
    code->setFont(m_theme.fixedFont());
    code->setToolTip(asPlain(value));
    auto *copy = new QPushButton(tr("Copy"));
    copy->setProperty("kind", QStringLiteral("link"));
    copy->setAccessibleName(tr("Copy %1").arg(label));
    connect(copy, &QPushButton::clicked, this, [value] { QApplication::clipboard()->setText(value); });
    m_grid->addWidget(name, row, 0);
    m_grid->addWidget(code, row, 1);
    m_grid->addWidget(copy, row, 2);
}

}  // namespace headgate
