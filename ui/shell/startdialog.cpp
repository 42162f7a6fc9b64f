// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/startdialog.h"

#include "ui/base/messagebar.h"
#include "ui/base/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace headgate {

StartDialog::StartDialog(const Error &error, const Theme &theme, QWidget *parent)
    : QDialog(parent), m_message(new MessageBar(theme)), m_choices(new QWidget), m_retry(new QPushButton)
{
    setWindowTitle(tr("No workspace is open"));
    setMinimumWidth(640);
    auto *title = new QLabel(windowTitle());
    title->setFont(theme.titleFont());
    auto *other = new QPushButton(tr("&Open another…"));
    auto *embedded = new QPushButton(tr("Use the &workspace of this machine"));
    m_retry->setProperty("kind", QStringLiteral("primary"));
    m_retry->setDefault(true);
    auto *buttons = new QHBoxLayout(m_choices);
    buttons->setContentsMargins({});
    buttons->addWidget(other);
    buttons->addWidget(embedded);
    buttons->addStretch();
    buttons->addWidget(m_retry);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins(Theme::PageMargin, Theme::PageMargin, Theme::PageMargin, Theme::PageMargin);
    box->setSpacing(Theme::PageMargin);
    box->addWidget(title);
    box->addWidget(m_message);
    box->addStretch();
    box->addWidget(m_choices);
    connect(m_retry, &QPushButton::clicked, this, [this] { tryAgain(&StartDialog::retryRequested); });
    connect(embedded, &QPushButton::clicked, this, [this] { tryAgain(&StartDialog::embeddedRequested); });
    connect(other, &QPushButton::clicked, this, &StartDialog::otherRequested);
    setError(error);
}

void StartDialog::setError(const Error &error)
{
    m_choices->setEnabled(true);
    m_retry->setText(tr("&Retry"));
    m_retry->setFocus();
    m_message->showError(error);
}

/// Opening may take as long as a server takes to answer.
void StartDialog::tryAgain(void (StartDialog::*requested)())
{
    m_choices->setEnabled(false);
    m_retry->setText(tr("Opening…"));
    m_message->clear();
    Q_EMIT (this->*requested)();
}

}  // namespace headgate
