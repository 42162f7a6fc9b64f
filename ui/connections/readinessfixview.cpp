// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/readinessfixview.h"

#include "ui/base/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace headgate {

namespace {

QLabel *wrapped()
{
    auto *label = new QLabel;
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

/// A statement is read by words, and a long name may break after these.
QString breakable(QString text)
{
    for (const QChar c : {u'_', u'.', u'/'}) text.replace(c, QString(c) + QChar(0x200B));
    return text;
}

void put(QLabel *label, const QString &text)
{
    label->setText(breakable(text));
    label->setVisible(!text.isEmpty());
}

}  // namespace

ReadinessFixView::ReadinessFixView(const Theme &theme, QWidget *parent)
    : QWidget(parent),
      m_theme(theme),
      m_title(wrapped()),
      m_evidence(wrapped()),
      m_hint(wrapped()),
      m_statement(wrapped()),
      m_copy(new QPushButton),
      m_recheck(new QPushButton(tr("Re-&check")))
{
    m_title->setFont(theme.semibold());
    m_statement->setObjectName(QStringLiteral("fixStatement"));
    m_statement->setFont(theme.fixedFont());
    m_statement->setProperty("code", true);
    m_statement->setAccessibleName(tr("The fix"));
    m_recheck->setAccessibleName(tr("Check this line again"));
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_copy);
    buttons->addWidget(m_recheck);
    buttons->addStretch();
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins(Theme::CardPadding, Theme::CardPadding, Theme::CardPadding, Theme::CardPadding);
    box->setSpacing(Theme::Gap);
    for (QLabel *label : {m_title, m_evidence, m_hint, m_statement}) box->addWidget(label);
    box->addLayout(buttons);
    box->addStretch();
    connect(m_copy, &QPushButton::clicked, this, &ReadinessFixView::copy);
    connect(m_recheck, &QPushButton::clicked, this, [this] { Q_EMIT recheckRequested(m_check.check, m_check.table); });
    setCheck(nullptr);
}

void ReadinessFixView::setCheck(const ReadinessCheck *check)
{
    m_check = check ? *check : ReadinessCheck();
    put(m_title, m_check.table.isEmpty() ? m_check.check : tr("%1: %2").arg(m_check.check, m_check.table));
    put(m_evidence, check ? m_check.evidence : tr("Choose a line to see what was found and how to mend it."));
    put(m_hint, m_check.hint);
    put(m_statement, m_check.fixSql);
    m_copy->setText(m_check.fixKind == FixKind::Sql ? tr("&Copy SQL") : tr("&Copy line"));
    m_copy->setVisible(!m_check.fixSql.isEmpty());
    m_recheck->setVisible(check != nullptr);
}

void ReadinessFixView::setBusy(bool busy) { m_recheck->setEnabled(!busy); }

void ReadinessFixView::copy() { QGuiApplication::clipboard()->setText(m_check.fixSql); }

}  // namespace headgate
