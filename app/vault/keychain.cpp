// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/vault/keychain.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QThread>
#include <chrono>
#include <cstring>
#include <functional>
#include <future>
#include <qt6keychain/keychain.h>
#include <semaphore>
#include <sodium.h>

namespace headgate {

namespace {

using Step = std::function<QKeychain::Job *()>;
using Answer = std::optional<QByteArray>;

const QString kService = QStringLiteral("Headgate");

/// QtKeychain passes all jobs of a process, one after another, through one object that belongs to the thread of the
/// first job. So there is one thread for them, for as long as the application lives. A job that was given up cannot be
/// deleted (its reply would find freed memory): it keeps the turn until the keychain answers after all, and whoever
/// comes meanwhile waits no longer than the deadline.
class JobThread {
public:
    static JobThread &shared()
    {
        static JobThread *const thread = new JobThread;  // outlives a reply that comes during exit
        return *thread;
    }

    Answer run(const Step &step, int deadlineMs)
    {
        const QDeadlineTimer deadline(deadlineMs);
        if (!m_turn.try_acquire_for(std::chrono::milliseconds(deadlineMs))) return std::nullopt;
        const auto promise = std::make_shared<std::promise<Answer>>();
        std::future<Answer> answer = promise->get_future();
        QMetaObject::invokeMethod(&m_context, [this, step, promise] { start(step(), promise); });
        const auto left = std::chrono::milliseconds(deadline.remainingTime());
        return answer.wait_for(left) == std::future_status::ready ? answer.get() : std::nullopt;
    }

private:
    JobThread()
    {
        m_context.moveToThread(&m_thread);
        m_thread.setObjectName(QStringLiteral("keychain"));
        m_thread.start();
        qAddPostRoutine([] {
            shared().m_thread.quit();
            shared().m_thread.wait(1000);
        });
    }

    void start(QKeychain::Job *job, const std::shared_ptr<std::promise<Answer>> &promise)
    {
        job->setInsecureFallback(false);
        QObject::connect(job, &QKeychain::Job::finished, &m_context, [this, promise](QKeychain::Job *done) {
            const auto *read = qobject_cast<QKeychain::ReadPasswordJob *>(done);
            const bool good = done->error() == QKeychain::NoError;
            promise->set_value(good ? Answer(read ? read->binaryData() : QByteArray()) : std::nullopt);
            m_turn.release();
        });
        job->start();
    }

    QThread m_thread;
    QObject m_context;
    std::binary_semaphore m_turn{1};
};

template <typename Job>
Job *job(const QString &entry)
{
    auto *made = new Job(kService);
    made->setKey(entry);
    return made;
}

}  // namespace

Keychain::Keychain(bool enabled, int deadlineMs)
    : m_enabled(enabled && qEnvironmentVariable("HEADGATE_KEYCHAIN").compare(QLatin1String("off"), Qt::CaseInsensitive) != 0),
      m_deadlineMs(deadlineMs)
{
}

std::optional<SecureKey> Keychain::read(const QString &entry) const
{
    if (!m_enabled) return std::nullopt;
    Answer answer = JobThread::shared().run([entry] { return job<QKeychain::ReadPasswordJob>(entry); }, m_deadlineMs);
    if (!answer || answer->size() != qsizetype(SecureKey::kSize)) return std::nullopt;
    SecureKey key;
    std::memcpy(key.data(), answer->constData(), SecureKey::kSize);
    sodium_memzero(answer->data(), SecureKey::kSize);
    return key;
}

bool Keychain::write(const QString &entry, const SecureKey &key) const
{
    if (!m_enabled) return false;
    // A copy: a job that is given up may still read it. QtKeychain keeps its own anyway.
    const QByteArray data(key.view().constData(), qsizetype(SecureKey::kSize));
    const auto answer = JobThread::shared().run(
        [entry, data]() -> QKeychain::Job * {
            auto *made = job<QKeychain::WritePasswordJob>(entry);
            made->setBinaryData(data);
            return made;
        },
        m_deadlineMs);
    return answer.has_value();
}

void Keychain::remove(const QString &entry) const
{
    if (m_enabled) JobThread::shared().run([entry] { return job<QKeychain::DeletePasswordJob>(entry); }, m_deadlineMs);
}

}  // namespace headgate
