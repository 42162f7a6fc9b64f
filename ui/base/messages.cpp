// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/messages.h"

#include "ui/base/plaintext.h"

#include <QMessageBox>
#include <QPushButton>

namespace headgate {

void Messages::ask(QWidget *parent, const Question &question, std::function<void()> yes)
{
    auto *box = new QMessageBox(parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(question.title);
    box->setText(QStringLiteral("<b>%1</b>").arg(question.title.toHtmlEscaped()));
    box->setInformativeText(asPlain(question.text));
    box->setTextFormat(Qt::RichText);
    // Its kind first: the style sheet looks when a button comes into the box.
    auto *go = new QPushButton(question.verb);
    go->setProperty("kind", question.destructive ? QStringLiteral("destructive") : QStringLiteral("primary"));
    box->addButton(go, QMessageBox::AcceptRole);
    QPushButton *cancel = box->addButton(QMessageBox::Cancel);
    box->setDefaultButton(question.destructive ? cancel : go);
    box->setEscapeButton(cancel);
    QObject::connect(box, &QMessageBox::buttonClicked, box, [go, yes = std::move(yes)](QAbstractButton *button) {
        if (button == go) yes();
    });
    box->open();
}

void Messages::tell(QWidget *parent, const QString &title, const QString &text)
{
    auto *box = new QMessageBox(QMessageBox::NoIcon, title, QStringLiteral("<b>%1</b>").arg(title.toHtmlEscaped()), QMessageBox::Close, parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(asPlain(text));
    box->open();
}

}  // namespace headgate
