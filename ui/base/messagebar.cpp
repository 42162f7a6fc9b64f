// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/messagebar.h"

#include "ui/base/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace headgate {

MessageBar::MessageBar(const Theme &theme, QWidget *parent)
    : QFrame(parent), m_theme(theme), m_mark(new QLabel), m_text(new QLabel), m_detail(new QLabel), m_action(new QPushButton)
{
    setObjectName(QStringLiteral("messageBar"));
    for (QLabel *label : {m_text, m_detail}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        label->setFocusPolicy(Qt::NoFocus);
    }
    m_detail->setProperty("muted", true);
    m_action->setAccessibleName(tr("Mend it"));
    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(m_text);
    words->addWidget(m_detail);
    auto *box = new QHBoxLayout(this);
    box->setContentsMargins(Theme::CardPadding, Theme::Gap, Theme::CardPadding, Theme::Gap);
    box->addWidget(m_mark, 0, Qt::AlignTop);
    box->addLayout(words, 1);
    box->addWidget(m_action, 0, Qt::AlignVCenter);
    connect(m_action, &QPushButton::clicked, this, &MessageBar::actionRequested);
    connect(&theme, &Theme::changed, this, &MessageBar::paintGround);
    hide();
}

void MessageBar::showError(const Error &error, const QString &action)
{
    QStringList detail;
    for (const QString &part : {error.where, error.evidence, error.hint})
        if (!part.isEmpty()) detail << QString(part).remove(u'\t');  // libpq indents what follows
    show(true, error.what, detail.join(QLatin1Char('\n')), action);
}

void MessageBar::showWarning(const QString &text, const QString &action) { show(false, text, {}, action); }
void MessageBar::clear() { hide(); }

void MessageBar::show(bool isError, const QString &text, const QString &detail, const QString &action)
{
    m_isError = isError;
    m_mark->setText(isError ? QStringLiteral("✕") : QStringLiteral("!"));
    m_text->setText(text);
    m_detail->setText(detail);
    m_detail->setVisible(!detail.isEmpty());
    m_action->setText(action);
    if (!action.isEmpty()) m_action->setAccessibleName(action);
    m_action->setVisible(!action.isEmpty());
    setAccessibleName((isError ? tr("Error: ") : tr("Warning: ")) + text);
    paintGround();
    QFrame::show();
}

void MessageBar::paintGround()
{
    const Theme::Role role = m_isError ? Theme::Error : Theme::Warning;
    setStyleSheet(QStringLiteral("QFrame#messageBar { background: %1; border: 1px solid %2; border-radius: 6px; }")
                      .arg(m_theme.ground(role).name(), m_theme.color(role).name()));
    QPalette palette = m_mark->palette();
    palette.setColor(QPalette::WindowText, m_theme.color(role));
    m_mark->setPalette(palette);
    m_mark->setFont(m_theme.semibold());
    m_text->setFont(m_theme.semibold());
}

}  // namespace headgate
