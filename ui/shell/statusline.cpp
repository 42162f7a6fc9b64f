// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/statusline.h"

#include "ui/base/celldelegate.h"
#include "ui/base/theme.h"
#include "ui/shell/jobstrip.h"
#include "ui/shell/shellcontext.h"
#include "ui/shell/workspacestatus.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QTimer>
#include <QToolButton>

namespace headgate {

namespace {

constexpr int lineHeight = 26;
constexpr int agedEveryMs = 5000;
constexpr int roomForTwoJobs = 1250;

Theme::Role roleOf(WorkspaceStatus::Health health)
{
    switch (health) {
    case WorkspaceStatus::Health::Good: return Theme::Success;
    case WorkspaceStatus::Health::Strained: return Theme::Warning;
    case WorkspaceStatus::Health::Failing: return Theme::Error;
    case WorkspaceStatus::Health::Unknown: break;
    }
    return Theme::Neutral;
}

QString wordOf(WorkspaceStatus::Health health)
{
    switch (health) {
    case WorkspaceStatus::Health::Good: return StatusLine::tr("healthy");
    case WorkspaceStatus::Health::Strained: return StatusLine::tr("strained");
    case WorkspaceStatus::Health::Failing: return StatusLine::tr("failing");
    case WorkspaceStatus::Health::Unknown: break;
    }
    return StatusLine::tr("not checked yet");
}

QString pingText(double ms)
{
    if (ms < 0.1) return StatusLine::tr("under 0.1 ms");
    return StatusLine::tr("%1 ms").arg(QString::number(ms, 'f', ms < 10 ? 1 : 0));
}

QIcon dot(const QColor &color)
{
    QPixmap pixmap(32, 32);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawEllipse(QPointF(16, 16), 13, 13);
    return QIcon(pixmap);
}

}  // namespace

StatusLine::StatusLine(const ShellContext &context, QWidget *parent)
    : QWidget(parent), m_context(context), m_health(new QToolButton), m_schema(new QLabel), m_jobs(new JobStrip(context.jobs)), m_refreshed(new QLabel)
{
    setObjectName(QStringLiteral("statusLine"));
    setAttribute(Qt::WA_StyledBackground);
    setFixedHeight(lineHeight);
    m_health->setObjectName(QStringLiteral("health"));
    m_health->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_health->setIconSize({10, 10});
    m_health->setFocusPolicy(Qt::StrongFocus);
    auto *box = new QHBoxLayout(this);
    box->setContentsMargins(Theme::Gap, 1, Theme::PageMargin, 0);
    box->setSpacing(Theme::PageMargin);
    box->addWidget(m_health);
    box->addWidget(m_schema);
    box->addWidget(m_jobs);
    box->addStretch(1);
    box->addWidget(m_refreshed);
    auto *ageing = new QTimer(this);
    ageing->setInterval(agedEveryMs);
    ageing->setTimerType(Qt::VeryCoarseTimer);
    ageing->start();
    connect(ageing, &QTimer::timeout, this, &StatusLine::showRefreshed);
    connect(m_health, &QToolButton::clicked, this, &StatusLine::healthRequested);
    connect(&context.status, &WorkspaceStatus::changed, this, &StatusLine::showStatus);
    connect(&context.theme, &Theme::changed, this, &StatusLine::showStatus);
    showStatus();
}

void StatusLine::showStatus()
{
    const WorkspaceStatus::Values &values = m_context.status.values();
    QStringList parts{values.name};
    if (!values.server.isEmpty()) parts << values.server;
    if (values.pingMs) parts << pingText(*values.pingMs);
    parts.removeAll(QString());
    const bool well = values.health == WorkspaceStatus::Health::Good || values.health == WorkspaceStatus::Health::Unknown;
    if (!well) parts << wordOf(values.health);
    m_health->setText(parts.join(QStringLiteral(" · ")));
    m_health->setIcon(dot(m_context.theme.color(roleOf(values.health))));
    m_health->setToolTip(values.problem.isEmpty() ? tr("The workspace's database: %1").arg(wordOf(values.health)) : values.problem);
    m_health->setAccessibleName(tr("Workspace %1: %2").arg(values.name, wordOf(values.health)));
    m_health->setEnabled(!m_context.health.page.isEmpty());
    m_schema->setText(values.schemaVersion ? tr("Schema %1").arg(*values.schemaVersion) : QString());
}

void StatusLine::setRefreshed(const std::optional<Timestamp> &at)
{
    m_refreshedAt = at;
    showRefreshed();
}

void StatusLine::showRefreshed()
{
    m_refreshed->setText(m_refreshedAt ? tr("Refreshed %1").arg(CellDelegate::relativeTime(*m_refreshedAt, Timestamp::now())) : QString());
}

void StatusLine::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_jobs->setRoom(width() >= roomForTwoJobs ? 2 : 1);
}

}  // namespace headgate
