// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/canceltoken.h"
#include "models/base/error.h"

#include <QElapsedTimer>
#include <QList>
#include <QObject>
#include <QString>
#include <memory>
#include <optional>

namespace headgate {

class JobRegistry;

/// How a long piece of work is doing. Value type.
struct JobState {
    int id = 0;
    QString name;
    QString note;           ///< a remark beside the progress: "3 failed"
    qint64 done = 0;
    qint64 total = 0;       ///< 0 = not known
    double perSecond = 0;   ///< 0 = not known yet
    std::optional<int> secondsLeft;
    bool cancelling = false;
};

/// The worker's end of a job: copies share one job. setProgress(), setNote() and end() may be called from any thread; a handle that
/// outlives its registry does nothing.
class JobHandle {
public:
    JobHandle() = default;
    void setProgress(qint64 done, qint64 total) const;
    void setNote(const QString &note) const;
    void end() const;

private:
    friend class JobRegistry;
    struct Link;
    JobHandle(std::shared_ptr<Link> link, int id) : m_link(std::move(link)), m_id(id) {}
    std::shared_ptr<Link> m_link;
    int m_id = 0;
};

/// The running jobs of the window. Lives on the GUI thread.
class JobRegistry : public QObject {
    Q_OBJECT
public:
    explicit JobRegistry(QObject *parent = nullptr);
    ~JobRegistry() override;

    /// `cancel` is cancelled when a person presses the job's cancel button.
    JobHandle begin(const QString &name, const CancelToken &cancel);
    QList<JobState> jobs() const;
    void cancel(int id);

Q_SIGNALS:
    /// A job began, went on or ended; at most ten times a second for progress.
    void changed();

private:
    struct Job {
        JobState state;
        CancelToken cancel;
        QElapsedTimer clock;
    };
    friend class JobHandle;
    void update(int id, qint64 done, qint64 total);
    void remark(int id, const QString &note);
    void remove(int id);
    Job *find(int id);
    void announce();

    std::shared_ptr<JobHandle::Link> m_link;
    QList<Job> m_jobs;
    QElapsedTimer m_announced;
    bool m_pending = false;
    int m_nextId = 0;
};

}  // namespace headgate
