// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/rowjsonpanel.h"

#include "models/audit/redaction.h"
#include "ui/base/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QJsonDocument>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace headgate {

RowJsonPanel::RowJsonPanel(const Theme &theme, QWidget *parent) : QWidget(parent), m_text(new QPlainTextEdit)
{
    auto *title = new QLabel(tr("Row as JSON"));
    title->setFont(theme.semibold());
    auto *copy = new QPushButton(tr("&Copy"));
    auto *close = new QPushButton(tr("C&lose"));
    m_text->setReadOnly(true);
    m_text->setFont(theme.fixedFont());
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setAccessibleName(title->text());
    m_text->setObjectName(QStringLiteral("rowJson"));
    m_text->setTabChangesFocus(true);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(Theme::CardPadding, Theme::Gap, Theme::Gap, Theme::Gap);
    head->setSpacing(Theme::Gap);
    head->addWidget(title, 1);
    head->addWidget(copy);
    head->addWidget(close);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->setSpacing(0);
    box->addLayout(head);
    box->addWidget(m_text, 1);
    connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_text->toPlainText()); });
    connect(close, &QPushButton::clicked, this, &RowJsonPanel::closeRequested);
}

void RowJsonPanel::setRow(const QJsonObject &row)
{
    m_text->setPlainText(row.isEmpty() ? QString() : QString::fromUtf8(QJsonDocument(Redaction::redact(row)).toJson()).trimmed());
}

}  // namespace headgate
