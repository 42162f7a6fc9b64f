// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/openworkspacedialog.h"

#include "ui/base/filedialogs.h"
#include "ui/base/formfield.h"
#include "ui/base/messagebar.h"
#include "ui/base/theme.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QProcessEnvironment>
#include <QPushButton>
#include <QVBoxLayout>

namespace headgate {

OpenWorkspaceDialog::OpenWorkspaceDialog(const Theme &theme, FileDialogs &files, QWidget *parent)
    : QDialog(parent), m_files(files), m_message(new MessageBar(theme)), m_address(new QLineEdit), m_password(new QLineEdit),
      m_open(new QPushButton(tr("&Open workspace")))
{
    setWindowTitle(tr("Open another workspace"));
    resize(600, 260);
    m_password->setEchoMode(QLineEdit::Password);
    m_address->setPlaceholderText(QStringLiteral("postgresql://headgate_console@db.example:5432/headgate"));
    auto *browse = new QPushButton(tr("&File…"));
    auto *place = new QWidget;
    auto *placeRow = new QHBoxLayout(place);
    placeRow->setContentsMargins({});
    placeRow->addWidget(m_address, 1);
    placeRow->addWidget(browse);
    place->setFocusProxy(m_address);
    m_address->setAccessibleName(tr("Workspace"));

    auto *page = new QWidget;
    FormLayout form(page);
    form.addField(tr("&Workspace"), place, tr("A PostgreSQL URL, or an SQLite file."));
    form.addField(tr("&Password (optional)"), m_password, tr("Used for this session only; ~/.pgpass works too."));
    form.addStretch();

    m_open->setProperty("kind", QStringLiteral("primary"));
    m_open->setDefault(true);
    m_open->setEnabled(false);
    auto *cancel = new QPushButton(tr("Cancel"));
    auto *buttons = new QHBoxLayout;
    buttons->setContentsMargins(Theme::PageMargin, 0, Theme::PageMargin, Theme::PageMargin);
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(m_open);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->addWidget(m_message);
    box->addWidget(page, 1);
    box->addLayout(buttons);

    connect(m_address, &QLineEdit::textChanged, this, [this](const QString &text) { m_open->setEnabled(!text.trimmed().isEmpty()); });
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_open, &QPushButton::clicked, this, &OpenWorkspaceDialog::choose);
    connect(browse, &QPushButton::clicked, this, [this] {
        m_files.openFile(this, tr("Choose a workspace file"), m_address->text(), [this](const QString &path) { m_address->setText(path); });
    });
}

void OpenWorkspaceDialog::choose()
{
    // The environment shapes the pool; the address is what was typed.
    const Result<WorkspaceAddress> address = WorkspaceLocator::resolve(m_address->text().trimmed(), QProcessEnvironment::systemEnvironment(), {}, {});
    if (!address.ok()) return setError(address.error());
    WorkspaceAddress wanted = *address;
    if (!m_password->text().isEmpty()) wanted.spec.password = m_password->text().toUtf8();
    m_message->clear();
    m_open->setEnabled(false);
    m_open->setText(tr("Opening…"));
    Q_EMIT chosen(wanted);
}

void OpenWorkspaceDialog::setError(const Error &error)
{
    m_open->setEnabled(true);
    m_open->setText(tr("&Open workspace"));
    m_message->showError(error);
}

}  // namespace headgate
