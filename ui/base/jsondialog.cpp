// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/jsondialog.h"

#include "models/base/jsontext.h"
#include "ui/base/theme.h"

#include <QHBoxLayout>
#include <QJsonDocument>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace headgate {

namespace {

QString placeOf(const JsonFault &fault)
{
    const QString line = JsonDialog::tr("Line %1, column %2").arg(fault.line).arg(fault.column);
    return fault.pointer.isEmpty() ? line : JsonDialog::tr("%1, at %2").arg(line, fault.pointer);
}

}  // namespace

JsonDialog::JsonDialog(const QString &text, Check check, const Theme &theme, QWidget *parent)
    : QDialog(parent), m_check(std::move(check)), m_theme(theme), m_text(new QPlainTextEdit), m_place(new QPushButton), m_message(new QLabel),
      m_format(new QPushButton(tr("&Format"))), m_use(new QPushButton(tr("&Use")))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Edit JSON"));
    resize(640, 480);
    m_text->setFont(theme.fixedFont());
    m_text->setAccessibleName(tr("JSON"));
    m_text->setTabChangesFocus(true);
    m_text->setPlainText(findJsonFault(text) ? text : formattedJson(text));
    m_place->setProperty("kind", QStringLiteral("link"));
    m_place->setAutoDefault(false);
    m_place->setToolTip(tr("Go there"));
    m_message->setWordWrap(true);
    m_message->setTextFormat(Qt::PlainText);
    m_message->setObjectName(QStringLiteral("jsonMessage"));
    m_use->setDefault(true);
    m_use->setProperty("kind", QStringLiteral("primary"));
    m_format->setAutoDefault(false);
    auto *cancel = new QPushButton(tr("Cancel"));
    cancel->setAutoDefault(false);

    auto *state = new QHBoxLayout;
    state->addWidget(m_place);
    state->addWidget(m_message, 1);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_format);
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(m_use);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins(Theme::PageMargin, Theme::PageMargin, Theme::PageMargin, Theme::PageMargin);
    box->setSpacing(Theme::CardPadding);
    box->addWidget(m_text, 1);
    box->addLayout(state);
    box->addLayout(buttons);
    connect(m_text, &QPlainTextEdit::textChanged, this, &JsonDialog::validate);
    connect(m_place, &QPushButton::clicked, this, &JsonDialog::goToFault);
    connect(m_format, &QPushButton::clicked, this, &JsonDialog::format);
    connect(cancel, &QPushButton::clicked, this, &JsonDialog::reject);
    connect(m_use, &QPushButton::clicked, this, &JsonDialog::accept);
    validate();
}

void JsonDialog::validate()
{
    const QString text = m_text->toPlainText();
    const auto fault = findJsonFault(text);
    m_fault = fault ? fault->offset : -1;
    m_place->setVisible(fault.has_value());
    m_format->setEnabled(!fault);
    m_use->setEnabled(!fault);
    const QString problem = fault ? fault->message : m_check(text);
    if (fault) m_place->setText(placeOf(*fault));
    m_message->setText(problem.isEmpty() ? tr("Valid.") : problem);
    QPalette palette = this->palette();
    palette.setColor(QPalette::WindowText, m_theme.color(fault ? Theme::Error : problem.isEmpty() ? Theme::Muted : Theme::Warning));
    m_message->setPalette(palette);
}

void JsonDialog::goToFault()
{
    QTextCursor cursor = m_text->textCursor();
    cursor.setPosition(int(std::max<qsizetype>(0, m_fault)));
    m_text->setTextCursor(cursor);
    m_text->setFocus();
}

void JsonDialog::format()
{
    QTextCursor all(m_text->document());  // so that Ctrl+Z takes it back
    all.select(QTextCursor::Document);
    all.insertText(formattedJson(m_text->toPlainText()));
}

void JsonDialog::accept()
{
    if (m_fault >= 0) return goToFault();
    Q_EMIT chosen(QString::fromUtf8(QJsonDocument::fromJson(m_text->toPlainText().toUtf8()).toJson(QJsonDocument::Compact)));
    QDialog::accept();
}

}  // namespace headgate
