// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/wrappedlabel.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QRegularExpression>

namespace headgate {

namespace {

const QChar mayBreak(0x200B);

}  // namespace

WrappedLabel::WrappedLabel(const QString &text, QWidget *parent) : QLabel(parent)
{
    setTextFormat(Qt::PlainText);
    setWordWrap(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setPlainText(text);
}

void WrappedLabel::setPlainText(const QString &text)
{
    m_text = text;
    QString shown = text;
    for (const QChar c : {u'_', u'/', u'='}) shown.replace(c, QString(c) + mayBreak);
    // Long numbers and hashes; words stay whole.
    static const QRegularExpression digits(QStringLiteral("([0-9a-fA-F]{12})(?=[0-9a-fA-F]{4})"));
    shown.replace(digits, QStringLiteral("\\1") + mayBreak);
    // An identifier without a place to break would widen whatever it stands in.
    static const QRegularExpression endless(QStringLiteral("([^\\s\\x{200B}]{14})(?=[^\\s\\x{200B}]{3})"));
    shown.replace(endless, QStringLiteral("\\1") + mayBreak);
    setText(shown);
    setAccessibleName(text);
}

QString WrappedLabel::selection() const
{
    return selectedText().remove(mayBreak);
}

void WrappedLabel::keyPressEvent(QKeyEvent *event)
{
    if (!event->matches(QKeySequence::Copy)) return QLabel::keyPressEvent(event);
    if (hasSelectedText()) QGuiApplication::clipboard()->setText(selection());
}

void WrappedLabel::contextMenuEvent(QContextMenuEvent *event)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction *copy = menu->addAction(tr("&Copy"), this, [this] { QGuiApplication::clipboard()->setText(selection()); });
    copy->setEnabled(hasSelectedText());
    menu->addAction(tr("Select &all"), this, [this] { setSelection(0, int(text().size())); });
    menu->popup(event->globalPos());
}

/// The middle button pastes what was selected: that too is what was given.
void WrappedLabel::mouseReleaseEvent(QMouseEvent *event)
{
    QLabel::mouseReleaseEvent(event);
    QClipboard *clipboard = QGuiApplication::clipboard();
    if (hasSelectedText() && clipboard->supportsSelection()) clipboard->setText(selection(), QClipboard::Selection);
}

}  // namespace headgate
