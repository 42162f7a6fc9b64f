// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/healthwatch.h"

#include "app/base/attach.h"
#include "ui/base/notifications.h"
#include "ui/shell/workspacestatus.h"

namespace headgate {

namespace {

constexpr int everyMs = 15'000;
constexpr double slowMs = 500;
constexpr double pressure = 0.8;

}  // namespace

HealthWatch::HealthWatch(Source source, WorkspaceStatus &status, NotificationCenter &notifications, QObject *parent)
    : QObject(parent), m_source(std::move(source)), m_status(status), m_notifications(notifications)
{
    connect(&m_timer, &QTimer::timeout, this, &HealthWatch::look);
    m_timer.start(everyMs);
    look();
}

void HealthWatch::look()
{
    // A hung server must not collect questions.
    if (std::exchange(m_looking, true)) return;
    attach(this, m_source(), [this](const Result<HealthFigures> &figures) {
        m_looking = false;
        tell(figures);
    });
}

void HealthWatch::tell(const Result<HealthFigures> &figures)
{
    using Health = WorkspaceStatus::Health;
    WorkspaceStatus::Values values = m_status.values();
    const bool wasFailing = values.health == Health::Failing;
    if (figures.ok()) {
        values.server = figures->server;
        values.pingMs = figures->pingMs;
        const bool slow = figures->pingMs > slowMs;
        const bool crowded = figures->utilisation > pressure;
        values.health = slow || crowded ? Health::Strained : Health::Good;
        values.problem = slow ? tr("The workspace's database answers slowly.") : crowded ? tr("More than 80 % of the database connections are in use.") : QString();
        if (wasFailing) m_notifications.addInfo(tr("The workspace answers again"));
    } else {
        values.pingMs.reset();
        values.health = Health::Failing;
        values.problem = figures.error().text();
        if (!wasFailing) m_notifications.addError(figures.error());
    }
    m_status.set(values);
}

}  // namespace headgate
