// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/healthdialog.h"

#include "app/base/attach.h"
#include "models/connections/healthrule.h"
#include "ui/base/environmentband.h"
#include "ui/base/theme.h"
#include "ui/connections/healtheditor.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

namespace headgate {

HealthDialog::HealthDialog(ConnectionService &service, const QList<Connection> &connections, const Theme &theme, QWidget *parent)
    : QDialog(parent), m_service(service), m_connections(connections), m_editor(new HealthEditor), m_result(new QLabel), m_save(new QPushButton)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(connections.size() == 1 ? tr("Health rule of %1").arg(connections.first().name) : tr("Health rule of %1 connections").arg(connections.size()));
    resize(600, 360);
    m_editor->setRule(HealthRule::of(connections.first().config));
    auto *band = new EnvironmentBand(theme);
    const auto riskiest = std::ranges::max_element(connections, {}, &Connection::environment);
    band->setEnvironment(riskiest->environment);
    m_result->setWordWrap(true);
    m_result->setTextFormat(Qt::PlainText);
    m_result->setProperty("error", true);
    m_result->hide();
    m_save->setText(riskiest->environment == Environment::Production ? tr("&Save on production") : tr("&Save"));
    m_save->setDefault(true);
    m_save->setProperty("kind", QStringLiteral("primary"));
    auto *cancel = new QPushButton(tr("Cancel"));
    cancel->setAutoDefault(false);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_save, &QPushButton::clicked, this, &HealthDialog::save);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(m_save);
    auto *content = new QVBoxLayout;
    content->setContentsMargins(Theme::PageMargin, Theme::PageMargin, Theme::PageMargin, Theme::PageMargin);
    content->setSpacing(Theme::CardPadding);
    content->addWidget(m_editor, 1);
    content->addWidget(m_result);
    content->addLayout(buttons);
    auto *box = new QVBoxLayout(this);
    box->setContentsMargins({});
    box->setSpacing(0);
    box->addWidget(band);
    box->addLayout(content);
    m_editor->setFocus();
}

void HealthDialog::save()
{
    m_save->setEnabled(false);
    m_faults.clear();
    m_waiting = int(m_connections.size());
    for (const Connection &connection : std::as_const(m_connections))
        attach(this, m_service.setHealthRule(connection.id, m_editor->rule()), [this, connection](const Result<Connection> &result) { onSaved(connection, result); });
}

void HealthDialog::onSaved(const Connection &connection, const Result<Connection> &result)
{
    if (!result.ok()) m_faults << tr("%1: %2").arg(connection.name, result.error().what);
    if (--m_waiting > 0) return;
    Q_EMIT saved();
    if (m_faults.isEmpty()) return accept();
    m_result->setText(tr("Saved for %1 of %2.").arg(m_connections.size() - m_faults.size()).arg(m_connections.size()) + u'\n' + m_faults.join(u'\n'));
    m_result->show();
    m_save->setEnabled(true);
}

}  // namespace headgate
