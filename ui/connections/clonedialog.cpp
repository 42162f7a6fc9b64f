// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/clonedialog.h"

#include "app/base/attach.h"
#include "ui/base/environmentband.h"
#include "ui/base/formfield.h"
#include "ui/base/messagebar.h"
#include "ui/base/theme.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace headgate {

CloneDialog::CloneDialog(ConnectionService &service, const Connection &original, const Theme &theme, QWidget *parent)
    : QDialog(parent), m_service(service), m_original(original), m_message(new MessageBar(theme)), m_name(new QLineEdit(tr("%1 copy").arg(original.name))),
      m_password(new QCheckBox(tr("Copy the stored &password too"))),
      m_act(new QPushButton(original.environment == Environment::Production ? tr("&Clone on production") : tr("&Clone")))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Clone %1").arg(original.name));
    resize(560, 200);
    auto *band = new EnvironmentBand(theme);
    band->setEnvironment(original.environment);
    m_name->selectAll();
    auto *fields = new QWidget;
    FormLayout form(fields);
    form.addField(tr("&Name"), m_name);
    if (original.hasSecret) form.addField({}, m_password, tr("It is opened and sealed anew for the copy."));
    else m_password->setParent(this);
    m_password->setVisible(original.hasSecret);
    m_act->setDefault(true);
    m_act->setProperty("kind", QStringLiteral("primary"));
    auto *cancel = new QPushButton(tr("Cancel"));
    cancel->setAutoDefault(false);
    connect(cancel, &QPushButton::clicked, this, &CloneDialog::reject);
    connect(m_act, &QPushButton::clicked, this, &CloneDialog::clone);
    connect(m_name, &QLineEdit::textChanged, m_act, [this](const QString &name) { m_act->setEnabled(!name.trimmed().isEmpty()); });

    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(Theme::Gap);
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(m_act);
    auto *content = new QVBoxLayout;
    content->setContentsMargins(Theme::PageMargin, Theme::PageMargin, Theme::PageMargin, Theme::PageMargin);
    content->setSpacing(Theme::CardPadding);
    content->addWidget(m_message);
    content->addWidget(fields, 1);
    content->addLayout(buttons);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->setSpacing(0);
    box->addWidget(band);
    box->addLayout(content);
}

void CloneDialog::clone()
{
    m_act->setEnabled(false);
    attach(this, m_service.clone(m_original.id, m_name->text().trimmed(), m_original.hasSecret && m_password->isChecked()), [this](const Result<Connection> &copy) {
        m_act->setEnabled(true);
        if (!copy.ok()) return m_message->showError(copy.error());
        Q_EMIT cloned(*copy);
        accept();
    });
}

}  // namespace headgate
