// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/startdialog.h"

#include "ui/base/messagebar.h"
#include "ui/base/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace headgate {

StartDialog::StartDialog(const Error &error, const Theme &theme, QWidget *parent) : QDialog(parent)
{
    setWindowTitle(tr("The workspace could not be opened"));
    setMinimumWidth(640);
    auto *title = new QLabel(windowTitle());
    title->setFont(theme.titleFont());
    auto *message = new MessageBar(theme);
    message->showError(error);
    auto *other = new QPushButton(tr("&Open another…"));
    auto *embedded = new QPushButton(tr("Use the &workspace of this machine"));
    auto *retry = new QPushButton(tr("&Retry"));
    retry->setProperty("kind", QStringLiteral("primary"));
    retry->setDefault(true);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(other);
    buttons->addWidget(embedded);
    buttons->addStretch();
    buttons->addWidget(retry);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins(Theme::PageMargin, Theme::PageMargin, Theme::PageMargin, Theme::PageMargin);
    box->setSpacing(Theme::PageMargin);
    box->addWidget(title);
    box->addWidget(message);
    box->addStretch();
    box->addLayout(buttons);
    const auto choose = [this](QPushButton *button, void (StartDialog::*chosen)()) {
        connect(button, &QPushButton::clicked, this, [this, chosen] {
            Q_EMIT (this->*chosen)();
            close();
        });
    };
    choose(retry, &StartDialog::retryRequested);
    choose(embedded, &StartDialog::embeddedRequested);
    choose(other, &StartDialog::otherRequested);
}

}  // namespace headgate
