// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/integrityacts.h"

#include "app/base/attach.h"
#include "ui/audit/evidencedialog.h"
#include "ui/audit/integritydialog.h"
#include "ui/audit/retentiondialog.h"
#include "ui/base/notifications.h"

#include <QTimer>
#include <chrono>

namespace headgate {

namespace {
constexpr std::chrono::minutes kLookEvery{5};
}

IntegrityActs::IntegrityActs(IntegrityService &integrity, RetentionService &retention, const Tools &tools, std::function<ListQuery()> query, QWidget *page)
    : QObject(page), m_integrity(integrity), m_retention(retention), m_tools(tools), m_query(std::move(query)), m_page(page), m_timer(new QTimer(this))
{
    m_timer->setInterval(kLookEvery);
    connect(m_timer, &QTimer::timeout, this, &IntegrityActs::look);
}

IntegrityActs::~IntegrityActs()
{
    // The service waits for its work when it goes, so what was written until now is remembered.
    if (m_timer->isActive()) (void)m_integrity.look();
}

QList<Command> IntegrityActs::commands()
{
    return {{QStringLiteral("audit.integrity"), tr("Verify and report…"), QStringLiteral("security-high"), {}, [this] { verify(); }, {}},
            {QStringLiteral("audit.evidence"), tr("Export evidence…"), QStringLiteral("document-export"), Qt::CTRL | Qt::SHIFT | Qt::Key_E, [this] { exportEvidence(); }, {}},
            {QStringLiteral("audit.retention"), tr("Holds and retention…"), QStringLiteral("document-save-as"), Qt::CTRL | Qt::SHIFT | Qt::Key_H, [this] { keep(); }, {}}};
}

void IntegrityActs::verify()
{
    auto *dialog = new IntegrityDialog(m_integrity, m_tools.files, m_tools.theme, m_page);
    connect(dialog, &IntegrityDialog::eventRequested, this, &IntegrityActs::eventRequested);
    connect(dialog, &IntegrityDialog::verified, this, &IntegrityActs::verified);
    dialog->show();
}

void IntegrityActs::exportEvidence()
{
    (new EvidenceDialog(m_integrity, m_query(), m_tools.files, m_tools.theme, m_page))->open();
}

void IntegrityActs::keep()
{
    auto *dialog = new RetentionDialog(m_retention, m_tools.messages, m_tools.theme, m_page);
    connect(dialog, &RetentionDialog::trailChanged, this, &IntegrityActs::trailChanged);
    dialog->open();
}

void IntegrityActs::watch()
{
    m_timer->start();
    look();
}

void IntegrityActs::look()
{
    attach(this, m_integrity.look(), [this](const Result<QList<AuditFinding>> &findings) {
        if (findings.ok()) tell(*findings);
    });
}

void IntegrityActs::tell(const QList<AuditFinding> &findings)
{
    QStringList texts;
    for (const AuditFinding &finding : findings) texts << finding.text;
    const QString text = texts.join(u'\n');
    if (text == std::exchange(m_told, text) || text.isEmpty()) return;
    Notification notification;
    notification.error = {ErrorKind::Integrity, tr("The audit trail is not the one that this computer remembers"), {}, text,
                          tr("A restored backup looks like this, and so does a trail that somebody cut or rewrote. Verify it; there you can also accept it.")};
    notification.action = tr("Verify…");
    notification.act = [self = QPointer(this)] {
        if (self) self->verify();
    };
    m_tools.notifications.add(notification);
}

}  // namespace headgate
