// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/job.h"

#include <QTimer>
#include <mutex>

namespace headgate {

/// Keeps a handle on another thread from calling a registry that is gone.
struct JobHandle::Link {
    std::mutex mutex;
    JobRegistry *registry = nullptr;

    template <typename F>
    void post(F call)
    {
        const std::lock_guard lock(mutex);
        if (registry) QMetaObject::invokeMethod(registry, [call, target = registry] { call(target); }, Qt::QueuedConnection);
    }
};

void JobHandle::setProgress(qint64 done, qint64 total) const
{
    if (m_link) m_link->post([id = m_id, done, total](JobRegistry *registry) { registry->update(id, done, total); });
}

void JobHandle::setNote(const QString &note) const
{
    if (m_link) m_link->post([id = m_id, note](JobRegistry *registry) { registry->remark(id, note); });
}

void JobHandle::end() const
{
    if (m_link) m_link->post([id = m_id](JobRegistry *registry) { registry->remove(id); });
}

JobRegistry::JobRegistry(QObject *parent) : QObject(parent), m_link(std::make_shared<JobHandle::Link>())
{
    m_link->registry = this;
}

JobRegistry::~JobRegistry()
{
    {
        const std::lock_guard lock(m_link->mutex);
        m_link->registry = nullptr;
    }
    for (const Job &job : m_jobs) job.cancel.cancel();
}

JobHandle JobRegistry::begin(const QString &name, const CancelToken &cancel)
{
    Job job;
    job.state.id = ++m_nextId;
    job.state.name = name;
    job.cancel = cancel;
    job.clock.start();
    m_jobs << job;
    announce();
    return JobHandle(m_link, job.state.id);
}

QList<JobState> JobRegistry::jobs() const
{
    QList<JobState> states;
    for (const Job &job : m_jobs) states << job.state;
    return states;
}

void JobRegistry::cancel(int id)
{
    Job *job = find(id);
    if (!job) return;
    job->state.cancelling = true;
    const CancelToken token = job->cancel;  // its callbacks may end the job
    announce();
    token.cancel();
}

JobRegistry::Job *JobRegistry::find(int id)
{
    for (Job &job : m_jobs)
        if (job.state.id == id) return &job;
    return nullptr;
}

void JobRegistry::update(int id, qint64 done, qint64 total)
{
    Job *job = find(id);
    if (!job) return;
    job->state.done = done;
    job->state.total = total;
    const double seconds = double(job->clock.elapsed()) / 1000;
    job->state.perSecond = seconds > 0.2 ? double(done) / seconds : 0;
    job->state.secondsLeft.reset();
    if (job->state.perSecond > 0 && total > done) job->state.secondsLeft = int(double(total - done) / job->state.perSecond) + 1;
    announce();
}

void JobRegistry::remark(int id, const QString &note)
{
    if (Job *job = find(id)) job->state.note = note;
    announce();
}

void JobRegistry::remove(int id)
{
    m_jobs.removeIf([id](const Job &job) { return job.state.id == id; });
    announce();
}

void JobRegistry::announce()
{
    constexpr int intervalMs = 100;
    if (m_pending) return;
    m_pending = true;
    const int wait = m_announced.isValid() ? int(std::max<qint64>(0, intervalMs - m_announced.elapsed())) : 0;
    QTimer::singleShot(wait, this, [this] {
        m_pending = false;
        m_announced.start();
        Q_EMIT changed();
    });
}

}  // namespace headgate
