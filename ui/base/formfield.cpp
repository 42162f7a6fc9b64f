// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/formfield.h"

#include "ui/base/styleflag.h"
#include "ui/base/theme.h"

#include <QEvent>
#include <QFormLayout>
#include <QLabel>
#include <QLayout>
#include <QVBoxLayout>

namespace headgate {

namespace {

QString plainLabel(QString label)
{
    return label.remove(QLatin1Char('&'));
}

}  // namespace

FormField::FormField(QLabel *label, QWidget *editor, QLabel *note, const QString &help)
    : QObject(editor), m_label(label), m_editor(editor), m_note(note), m_help(help)
{
    m_note->setWordWrap(true);
    m_note->setTextFormat(Qt::PlainText);
    // A field may be a row of widgets: its focus leaves when any of them loses it.
    for (QWidget *part : editor->findChildren<QWidget *>()) part->installEventFilter(this);
    editor->installEventFilter(this);
    show();
}

void FormField::markLeft()
{
    m_left = true;
    show();
}

void FormField::setError(const QString &message)
{
    if (m_error == message) return;
    m_error = message;
    show();
}

void FormField::setHelp(const QString &help)
{
    m_help = help;
    show();
}

void FormField::setLabel(const QString &label)
{
    m_label->setText(label);
    m_editor->setAccessibleName(plainLabel(label));
    if (m_editor->focusProxy()) m_editor->focusProxy()->setAccessibleName(plainLabel(label));
}

void FormField::setVisible(bool visible)
{
    m_label->setVisible(visible);
    m_editor->parentWidget()->setVisible(visible);
}

void FormField::show()
{
    const bool wrong = m_left && !m_error.isEmpty();
    m_note->setText(wrong ? QStringLiteral("✕ ") + m_error : m_help);
    m_note->setVisible(!m_note->text().isEmpty());
    setStyleFlag(m_note, "error", wrong);
    setStyleFlag(m_note, "muted", !wrong);
    setStyleFlag(m_editor, "invalid", wrong);
    if (QWidget *field = m_editor->focusProxy()) setStyleFlag(field, "invalid", wrong);
    m_editor->setAccessibleDescription(m_note->text());
}

bool FormField::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::FocusOut) {
        markLeft();
        Q_EMIT left();
    }
    return QObject::eventFilter(watched, event);
}

FormLayout::FormLayout(QWidget *page) : m_page(page), m_form(new QFormLayout(page))
{
    m_form->setLabelAlignment(Qt::AlignRight | Qt::AlignTop);
    m_form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    m_form->setHorizontalSpacing(Theme::CardPadding);
    m_form->setVerticalSpacing(Theme::Gap);
    m_form->setContentsMargins(Theme::PageMargin, Theme::PageMargin, Theme::PageMargin, Theme::Gap);
}

FormField *FormLayout::addField(const QString &label, QWidget *editor, const QString &help)
{
    auto *caption = new QLabel(label, m_page);
    QWidget *target = editor->focusProxy() ? editor->focusProxy() : editor;
    caption->setBuddy(target);
    caption->setContentsMargins(0, 5, 0, 0);
    caption->setAlignment(Qt::AlignRight | Qt::AlignTop);  // beside the first line of a cell with help
    for (QWidget *each : {editor, target})
        if (each->accessibleName().isEmpty()) each->setAccessibleName(plainLabel(label));
    auto *cell = new QWidget(m_page);
    auto *column = new QVBoxLayout(cell);
    column->setContentsMargins({});
    column->setSpacing(2);
    // The note has the whole width, also below an editor that has not.
    const Qt::Orientations growth = editor->layout() ? editor->layout()->expandingDirections() : editor->sizePolicy().expandingDirections();
    cell->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    auto *note = new QLabel(cell);
    column->addWidget(editor, 0, growth & Qt::Horizontal ? Qt::Alignment() : Qt::AlignLeft);
    column->addWidget(note);
    m_form->addRow(caption, cell);
    return new FormField(caption, editor, note, help);
}

void FormLayout::addWidget(QWidget *widget) { m_form->addRow(widget); }
void FormLayout::addStretch() { m_form->addItem(new QSpacerItem(0, 0, QSizePolicy::Minimum, QSizePolicy::Expanding)); }

}  // namespace headgate
