// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/proberun.h"

#include <QHostInfo>
#include <QSocketNotifier>
#include <algorithm>
#include <sodium.h>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

constexpr int certificateWarningDays = 30;
constexpr qsizetype maxMessage = 2000;

StageResult verdict(TestStage stage, StageStatus status, const QString &message, const ProbeAdvice &advice = {}, const QString &code = {})
{
    return {stage, status, 0, message, advice.hint, advice.kind, advice.fix, code};
}

double milliseconds(const QElapsedTimer &timer)
{
    return double(timer.nsecsElapsed()) / 1e6;
}

ProbeTarget ownCopy(const ProbeTarget &target)
{
    ProbeTarget copy = target;
    // Not shared with the caller's bytes: what is wiped at the end must be the only copy held here.
    copy.password = QByteArray(target.password.constData(), target.password.size());
    return copy;
}

}  // namespace

/// How other threads reach a run that may be gone by then.
struct ProbeRun::Mailbox {
    std::mutex mutex;
    ProbeRun *run = nullptr;

    template <typename F>
    void post(F function)
    {
        const std::lock_guard lock(mutex);
        if (run) QMetaObject::invokeMethod(run, [function, run = run] { function(run); }, Qt::QueuedConnection);
    }
};

ProbeRun::ProbeRun(const ProbeTarget &target, ConnectionProbe::StageCallback onStage, ConnectionProbe::DoneCallback done)
    : m_target(ownCopy(target)),
      m_onStage(std::move(onStage)),
      m_done(std::move(done)),
      m_mailbox(std::make_shared<Mailbox>()),
      m_fiber([this] { runFiber(); }),
      m_deadline(std::max(1, target.timeoutMs), Qt::PreciseTimer),
      m_deadlineTimer(this),
      m_waitTimer(this)
{
    m_mailbox->run = this;
    for (QTimer *timer : {&m_deadlineTimer, &m_waitTimer}) {
        timer->setSingleShot(true);
        timer->setTimerType(Qt::PreciseTimer);
    }
    connect(&m_deadlineTimer, &QTimer::timeout, this, [this] { stop(Stop::Deadline); });
    connect(&m_waitTimer, &QTimer::timeout, this, [this] { wake(WaitResult::TimedOut); });
    m_total.start();
    m_lap.start();
}

ProbeRun::~ProbeRun() = default;

void ProbeRun::begin(const CancelToken &cancel, FinishedCallback finished)
{
    m_finished = std::move(finished);
    m_cancel = cancel;
    m_cancelKey = cancel.onCancel([mailbox = m_mailbox] { mailbox->post([](ProbeRun *run) { run->cancel(); }); });
    m_deadlineTimer.start(std::max(0, remainingMs()));
    if (cancel.isCancelled()) m_stop = Stop::Cancelled;
    resume();
}

void ProbeRun::cancel()
{
    stop(Stop::Cancelled);
}

void ProbeRun::runFiber()
{
    try {
        if (isStopped()) return;
        const auto mode = targetoptions::sslMode(connection());
        if (!mode)
            fail(TestStage::Resolve, u"sslmode \"%1\" is not known."_s.arg(configText("sslmode")),
                 {u"Use one of disable, allow, prefer, require, verify-ca, verify-full."_s, FixKind::ClientConfig, u"sslmode=prefer"_s});
        m_sslMode = *mode;
        probe();
    } catch (const Ended &) {
    } catch (const std::exception &error) {
        if (m_stages.size() < testStages.rows().size())
            record(verdict(currentStage(), StageStatus::Fail, QString::fromUtf8(error.what())), {});
    }
}

void ProbeRun::resume()
{
    m_fiber.resume();
    if (m_fiber.isFinished()) finish();
}

WaitResult ProbeRun::suspend()
{
    if (isStopped()) return WaitResult::Stopped;
    m_suspended = true;
    m_fiber.yield();
    return m_woken;
}

void ProbeRun::wake(WaitResult result)
{
    if (!m_suspended) return;
    m_suspended = false;
    m_woken = result;
    resume();
}

void ProbeRun::stop(Stop reason)
{
    if (isStopped()) return;
    m_stop = reason;
    wake(WaitResult::Stopped);
}

void ProbeRun::proceed()
{
    if (!isStopped() && m_cancel.isCancelled()) m_stop = Stop::Cancelled;
    if (isStopped()) throw Ended{};
}

QString ProbeRun::configText(const char *key) const
{
    return connection().config.value(QLatin1String(key)).toString();
}

int ProbeRun::port() const
{
    return connection().port.value_or(defaultPort(connection().databaseType));
}

double ProbeRun::lap()
{
    const double ms = milliseconds(m_lap);
    m_lap.restart();
    return ms;
}

void ProbeRun::pass(TestStage stage, const QString &message, std::optional<double> ms)
{
    record(verdict(stage, StageStatus::Pass, message), ms);
}

void ProbeRun::warn(TestStage stage, const QString &message, const ProbeAdvice &advice, std::optional<double> ms)
{
    record(verdict(stage, StageStatus::Warn, message, advice), ms);
}

void ProbeRun::skip(TestStage stage, const QString &message)
{
    record(verdict(stage, StageStatus::Skipped, message), 0.0);
}

void ProbeRun::fail(TestStage stage, const QString &message, const ProbeAdvice &advice, const QString &code)
{
    m_stop = Stop::Failed;
    // A server that answers out of order may be judged for a stage that is over, or before those that lead to it.
    while (currentStage() < stage) skip(currentStage(), u"The server went past it."_s);
    record(verdict(currentStage(), StageStatus::Fail, message, advice, code), {});
    throw Ended{};
}

void ProbeRun::record(StageResult result, std::optional<double> ms)
{
    Q_ASSERT(size_t(result.stage) == m_stages.size());
    result.ms = ms ? *ms : lap();
    result.message = presentable(result.message);
    m_stages.push_back(result);
    m_expected.clear();
    if (m_onStage) m_onStage(result);
}

// A hostile server's words go into the history and onto terminals: short, nothing that steers a terminal or turns the
// direction of writing, and no password that it repeats.
QString ProbeRun::presentable(const QString &serverText) const
{
    QString text = serverText;
    if (m_target.password.size() >= 4) text.replace(QString::fromUtf8(m_target.password), u"••••"_s);
    if (text.size() > maxMessage) text = text.left(maxMessage) + u" …"_s;
    for (QChar &c : text) {
        const bool isLayout = c == u'\n' || c == u'\t';
        const bool steers = c.category() == QChar::Other_Control || c.category() == QChar::Other_Format;
        if (steers && !isLayout) c = QChar::ReplacementCharacter;
    }
    return text;
}

WaitResult ProbeRun::waitSocket(int socket, bool forWriting, int ms)
{
    if (isStopped()) return WaitResult::Stopped;
    if (ms >= 0) m_waitTimer.start(ms);
    QSocketNotifier *notifier = nullptr;
    if (socket >= 0) {
        notifier = new QSocketNotifier(socket, forWriting ? QSocketNotifier::Write : QSocketNotifier::Read, this);
        connect(notifier, &QSocketNotifier::activated, this, [this] { wake(WaitResult::Ready); });
    }
    const WaitResult result = suspend();
    m_waitTimer.stop();
    if (notifier) {
        // Its own signal may be what woke us, and the socket may be another one after the next call.
        notifier->setEnabled(false);
        notifier->deleteLater();
    }
    return result;
}

SocketWait ProbeRun::socketWait()
{
    return [this](int socket, bool forWriting, int ms) { return waitSocket(socket, forWriting, ms); };
}

std::vector<QHostAddress> ProbeRun::resolveHost()
{
    const QString host = connection().host;
    if (host.isEmpty())
        fail(TestStage::Resolve, u"No host is given."_s, {u"Give a name or an address."_s, FixKind::ClientConfig, u"host=localhost"_s});
    if (const QHostAddress address(host); !address.isNull()) {
        pass(TestStage::Resolve, u"%1 is an address; nothing to look up."_s.arg(host));
        return {address};
    }
    expect(u"the name server's answer for %1"_s.arg(host));
    const auto info = std::make_shared<QHostInfo>();
    const int lookup = QHostInfo::lookupHost(host, this, [this, info](const QHostInfo &found) {
        *info = found;
        wake(WaitResult::Ready);
    });
    if (suspend() == WaitResult::Stopped) {
        QHostInfo::abortHostLookup(lookup);
        throw Ended{};
    }
    const QList<QHostAddress> addresses = info->addresses();
    if (addresses.isEmpty()) fail(TestStage::Resolve, u"%1: %2"_s.arg(host, info->errorString()), advice::nameNotFound(host));
    QStringList texts;
    for (const QHostAddress &address : addresses) texts.append(address.toString());
    pass(TestStage::Resolve, u"%1 is %2."_s.arg(host, texts.join(u", "_s)));
    return {addresses.begin(), addresses.end()};
}

void ProbeRun::runOnWorker(std::function<void()> work)
{
    proceed();
    probeworkers::run([mailbox = m_mailbox, work = std::move(work)] {
        work();
        mailbox->post([](ProbeRun *run) { run->wake(WaitResult::Ready); });
    });
    if (suspend() == WaitResult::Stopped) throw Ended{};
}

QString ProbeRun::readOnlyRemark(bool isRefusing, const QString &setting)
{
    if (!connection().isReadOnly) return {};
    if (isRefusing) return u" The server refuses writes in this session (%1)."_s.arg(setting);
    fail(TestStage::Privileges, u"The connection is read-only, and the server took the setting %1 without following it."_s.arg(setting),
         advice::hint(u"Something between here and the server drops session settings: a pooler in transaction mode, most likely."_s));
}

void ProbeRun::judgeTls(const TlsFacts &facts, const QString &remark, std::optional<double> ms)
{
    identity().certificateFingerprint = facts.certificateFingerprint;
    QString text = u"%1, %2"_s.arg(facts.protocol, facts.cipher);
    if (sslMode() == SslMode::VerifyFull) text += u"; certificate and host name verified"_s;
    else if (sslMode() == SslMode::VerifyCa) text += u"; certificate verified, host name not asked for"_s;
    else text += u"; certificate not verified (sslmode=%1)"_s.arg(sslModes.name(sslMode()));
    if (facts.validUntil.isValid()) text += u"; certificate valid until "_s + facts.validUntil.date().toString(Qt::ISODate);
    text += u'.' + remark;
    if (facts.validFrom > QDateTime::currentDateTimeUtc())
        return warn(TestStage::Tls, text, advice::hint(u"The server's certificate is not valid yet: renew it, or set the clocks."_s), ms);
    const qint64 days = QDateTime::currentDateTimeUtc().daysTo(facts.validUntil);
    if (!facts.validUntil.isValid() || days >= certificateWarningDays) return pass(TestStage::Tls, text, ms);
    warn(TestStage::Tls, text, advice::hint(days < 0 ? u"The server's certificate has expired: renew it."_s
                                                     : u"The server's certificate expires in %1 days: renew it."_s.arg(days)), ms);
}

// The stage that was running gets the verdict of what ended it; the rest was never begun.
void ProbeRun::recordEnd()
{
    if (m_stages.size() == testStages.rows().size()) return;
    const TestStage stage = currentStage();
    if (m_stop == Stop::Cancelled) {
        record(verdict(stage, StageStatus::Skipped, u"Cancelled."_s), {});
    } else if (m_stop == Stop::Deadline) {
        const QString waited = m_expected.isEmpty() ? QString() : u": still waiting for %1"_s.arg(m_expected);
        record(verdict(stage, StageStatus::Fail, u"No answer within %1 ms%2."_s.arg(m_target.timeoutMs).arg(waited),
                       advice::forDeadline(stage, connection())), {});
    }
    while (m_stages.size() < testStages.rows().size()) skip(currentStage(), u"Not reached."_s);
}

ConnectionTest ProbeRun::result() const
{
    ConnectionTest test;
    test.connectionId = connection().id;
    test.status = m_stop == Stop::Cancelled ? TestStatus::Cancelled : overallStatus(m_stages);
    test.responseTimeMs = milliseconds(m_total);
    test.testedAt = Timestamp::now();
    test.serverVersion = m_identity.version;
    if (!m_identity.version.isEmpty()) test.identity = m_identity;
    test.stages = m_stages;
    const auto failed = std::find_if(m_stages.begin(), m_stages.end(),
                                     [](const StageResult &stage) { return stage.status == StageStatus::Fail; });
    if (failed != m_stages.end()) {
        test.errorCode = failed->errorCode;
        test.errorMessage = failed->message;
    }
    return test;
}

void ProbeRun::finish()
{
    m_deadlineTimer.stop();
    m_cancel.removeCallback(m_cancelKey);
    {
        const std::lock_guard lock(m_mailbox->mutex);
        m_mailbox->run = nullptr;
    }
    recordEnd();
    const ConnectionTest test = result();
    sodium_memzero(m_target.password.data(), size_t(m_target.password.size()));
    m_finished(this);
    m_done(test);
    deleteLater();
}

}  // namespace headgate
