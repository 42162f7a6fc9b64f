// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/connectionprobe.h"
#include "models/connections/probeadvice.h"
#include "models/connections/probeworkers.h"
#include "models/connections/targetoptions.h"
#include "models/database/native/fiber.h"
#include "models/database/native/socketwait.h"
#include "models/database/native/tlsfacts.h"

#include <QDeadlineTimer>
#include <QElapsedTimer>
#include <QHostAddress>
#include <QObject>
#include <QTimer>
#include <memory>
#include <optional>
#include <vector>

namespace headgate {

/// One running test. A subclass writes probe() in a straight line; it runs on a fiber of the probe thread and gives the
/// thread back whenever it waits. Stages are ended in their order; whatever is left when probe() ends is skipped.
/// Made on any thread, then moved to the probe thread; deletes itself after `done`.
class ProbeRun : public QObject {
public:
    using FinishedCallback = std::function<void(ProbeRun *)>;

    ProbeRun(const ProbeTarget &target, ConnectionProbe::StageCallback onStage, ConnectionProbe::DoneCallback done);
    ~ProbeRun() override;

    /// Starts, on the probe thread. `finished` is called just before `done`.
    void begin(const CancelToken &cancel, FinishedCallback finished);
    void cancel();

protected:
    /// Thrown to leave probe() once nothing more is to be done.
    struct Ended {};

    virtual void probe() = 0;

    const ProbeTarget &target() const { return m_target; }
    const Connection &connection() const { return m_target.connection; }
    QString configText(const char *key) const;
    SslMode sslMode() const { return m_sslMode; }
    int port() const;
    ServerIdentity &identity() { return m_identity; }
    int remainingMs() const { return int(m_deadline.remainingTime()); }
    bool isStopped() const { return m_stop != Stop::None; }
    /// Throws Ended when the test was cancelled since: an answer may be there without any wait.
    void proceed();
    /// The stage that runs: the one after the last verdict.
    TestStage currentStage() const { return TestStage(m_stages.size()); }

    /// Verdicts. Each ends `stage`, whose time began when the one before it ended; `ms` overrides the time taken.
    void pass(TestStage stage, const QString &message, std::optional<double> ms = {});
    void warn(TestStage stage, const QString &message, const ProbeAdvice &advice, std::optional<double> ms = {});
    void skip(TestStage stage, const QString &message);
    [[noreturn]] void fail(TestStage stage, const QString &message, const ProbeAdvice &advice, const QString &code = {});
    /// Milliseconds since the last verdict or lap; the next stage begins.
    double lap();
    /// What the deadline will say that it cut off.
    void expect(const QString &what) { m_expected = what; }

    /// Waiting. The host name's addresses, or the address itself; ends the stage Resolve.
    std::vector<QHostAddress> resolveHost();
    WaitResult waitSocket(int socket, bool forWriting, int ms);
    SocketWait socketWait();
    /// Runs `work` on the file workers, where it may hang for ever; throws Ended when the test ends first.
    template <typename T>
    T onWorker(std::function<T()> work)
    {
        const auto result = std::make_shared<std::optional<T>>();
        runOnWorker([result, work = std::move(work)] { *result = work(); });
        return std::move(**result);
    }

    /// " The server refuses writes in this session (SETTING)." for a read-only connection, else empty; fails the stage
    /// Privileges when the server does not.
    QString readOnlyRemark(bool isRefusing, const QString &setting);
    /// "TLSv1.3, TLS_AES_256_GCM_SHA384, certificate valid until …"; warns when it expires within 30 days.
    void judgeTls(const TlsFacts &facts, const QString &remark = {}, std::optional<double> ms = {});

private:
    enum class Stop { None, Cancelled, Deadline, Failed };
    struct Mailbox;

    void record(StageResult result, std::optional<double> ms);
    void runFiber();
    void resume();
    WaitResult suspend();
    void wake(WaitResult result);
    void stop(Stop reason);
    void runOnWorker(std::function<void()> work);
    void finish();
    void recordEnd();
    ConnectionTest result() const;
    QString presentable(const QString &serverText) const;

    ProbeTarget m_target;
    ConnectionProbe::StageCallback m_onStage;
    ConnectionProbe::DoneCallback m_done;
    FinishedCallback m_finished;
    CancelToken m_cancel;
    int m_cancelKey = 0;
    std::shared_ptr<Mailbox> m_mailbox;
    SslMode m_sslMode = SslMode::Prefer;
    Fiber m_fiber;
    QDeadlineTimer m_deadline;
    QTimer m_deadlineTimer;
    QTimer m_waitTimer;
    QElapsedTimer m_total;
    QElapsedTimer m_lap;
    bool m_suspended = false;
    WaitResult m_woken = WaitResult::Ready;
    Stop m_stop = Stop::None;
    QString m_expected;
    std::vector<StageResult> m_stages;
    ServerIdentity m_identity;
};

}  // namespace headgate
