// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/statusline.h"

#include "app/base/attach.h"
#include "app/base/job.h"
#include "ui/base/celldelegate.h"
#include "ui/base/notifications.h"
#include "ui/base/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QToolButton>

namespace headgate {

namespace {
constexpr int kHealthEveryMs = 15'000;
constexpr double kSlowMs = 500;        ///< slower than this is a warning
constexpr double kPressure = 0.8;      ///< of the pool
constexpr qsizetype kJobsShown = 2;
}  // namespace

StatusLine::StatusLine(const ShellContext &context, QWidget *parent)
    : QWidget(parent), m_context(context), m_dot(new QLabel(QStringLiteral("●"))), m_health(new QLabel), m_box(new QHBoxLayout(this)),
      m_refreshed(new QLabel)
{
    setObjectName(QStringLiteral("statusLine"));
    setAttribute(Qt::WA_StyledBackground);
    setFixedHeight(26);
    m_health->setText(context.workspaceName);
    m_refreshed->setProperty("muted", true);
    m_box->setContentsMargins(Theme::PageMargin, 0, Theme::PageMargin, 0);
    m_box->setSpacing(Theme::Gap);
    m_box->addWidget(m_dot);
    m_box->addWidget(m_health);
    m_box->addSpacing(Theme::PageMargin);
    auto *schema = new QLabel(tr("Schema %1").arg(context.schemaVersion));
    schema->setProperty("muted", true);
    m_box->addWidget(schema);
    m_box->addStretch();
    m_box->addWidget(m_refreshed);
    connect(&context.jobs, &JobRegistry::changed, this, &StatusLine::showJobs);
    connect(&m_healthTimer, &QTimer::timeout, this, &StatusLine::checkHealth);
    connect(&m_clock, &QTimer::timeout, this, &StatusLine::showRefreshed);
    m_healthTimer.start(kHealthEveryMs);
    m_clock.start(5'000);
    checkHealth();
}

void StatusLine::checkHealth()
{
    if (m_checking) return;  // a hung server must not collect questions
    m_checking = true;
    attach(this, m_context.health(), [this](const Result<ShellHealth> &health) {
        m_checking = false;
        showHealth(health);
    });
}

void StatusLine::showHealth(const Result<ShellHealth> &health)
{
    Theme::Role role = Theme::Success;
    QString text = m_context.workspaceName;
    if (health.ok()) {
        if (health->pingMs > kSlowMs || health->utilisation > kPressure) role = Theme::Warning;
        text += QStringLiteral(" · %1 · %2 ms").arg(health->server).arg(health->pingMs, 0, 'f', health->pingMs < 10 ? 1 : 0);
        if (m_failed) m_context.notifications.addInfo(tr("The workspace answers again"));
        m_failed = false;
    } else {
        role = Theme::Error;
        text += QStringLiteral(" · ") + tr("not reachable");
        // Once per outage, not every fifteen seconds.
        if (!m_failed) m_context.notifications.addError(health.error());
        m_failed = true;
    }
    m_health->setText(text);
    QPalette palette = m_dot->palette();
    palette.setColor(QPalette::WindowText, m_context.theme.color(role));
    m_dot->setPalette(palette);
    setAccessibleName(tr("Status: %1").arg(text));
}

void StatusLine::showJobs()
{
    delete m_jobs;
    m_jobs = new QWidget;
    auto *row = new QHBoxLayout(m_jobs);
    row->setContentsMargins({});
    row->setSpacing(Theme::Gap);
    const QList<JobState> jobs = m_context.jobs.jobs();
    for (const JobState &job : jobs.mid(0, kJobsShown)) {
        row->addWidget(new QLabel(job.name));
        auto *bar = new QProgressBar;
        bar->setTextVisible(false);
        bar->setFixedWidth(110);
        bar->setRange(0, job.total > 0 ? 1000 : 0);
        if (job.total > 0) bar->setValue(int(job.done * 1000 / job.total));
        bar->setAccessibleName(tr("Progress of %1").arg(job.name));
        row->addWidget(bar);
        QString text = job.cancelling ? tr("stopping") : QString();
        if (!job.cancelling && job.total > 0) text = tr("%1 of %2").arg(CellDelegate::groupedNumber(job.done), CellDelegate::groupedNumber(job.total));
        if (!job.cancelling && job.perSecond >= 1) text += QStringLiteral(" · ") + tr("%1/s").arg(CellDelegate::groupedNumber(qint64(job.perSecond)));
        if (!job.cancelling && job.secondsLeft) text += QStringLiteral(" · ") + tr("%1 s left").arg(*job.secondsLeft);
        row->addWidget(new QLabel(text));
        auto *cancel = new QToolButton;
        cancel->setText(QStringLiteral("✕"));
        cancel->setToolTip(tr("Cancel %1").arg(job.name));
        cancel->setAccessibleName(cancel->toolTip());
        connect(cancel, &QToolButton::clicked, &m_context.jobs, [&registry = m_context.jobs, id = job.id] { registry.cancel(id); }, Qt::QueuedConnection);
        row->addWidget(cancel);
    }
    if (jobs.size() > kJobsShown) row->addWidget(new QLabel(tr("and %1 more").arg(jobs.size() - kJobsShown)));
    m_box->insertWidget(4, m_jobs);
}

void StatusLine::setRefreshed(Timestamp at)
{
    m_refreshedAt = at;
    showRefreshed();
}

void StatusLine::showRefreshed()
{
    if (m_refreshedAt.us > 0) m_refreshed->setText(tr("Refreshed %1").arg(CellDelegate::relativeTime(m_refreshedAt, Timestamp::now())));
}

}  // namespace headgate
