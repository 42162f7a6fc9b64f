// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/connectionprobe.h"

#include <QElapsedTimer>
#include <QString>
#include <future>

namespace headgate::test {

/// How long a test of a server that does not answer may take.
inline constexpr int shortMs = 700;
/// What it may take beyond that.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr int slackMs = 1000;  // a hundred TLS handshakes keep an instrumented thread busy beyond the deadline
#else
inline constexpr int slackMs = 300;
#endif
/// A MariaDB greeting that offers TLS, as 10.11 sends it.
QByteArray mysqlGreeting();

ProbeTarget targetFrom(const QString &url);
ProbeTarget postgresql();
ProbeTarget mariadb();
ProbeTarget of(DatabaseType type);
/// A target that reaches the port of a stub, its password "canary-secret".
ProbeTarget stub(DatabaseType type, int port, const QString &sslmode = QStringLiteral("prefer"));

/// One test as its caller sees it.
class Run {
public:
    Run(ConnectionProbe &probe, const ProbeTarget &target, const CancelToken &cancel = {}, ConnectionProbe::StageCallback onStage = {});
    ConnectionTest wait() { return m_future.get(); }
    qint64 elapsed() const { return m_elapsed; }
    int timesDone() const { return m_done; }
    const std::vector<StageResult> &seen() const { return m_seen; }

private:
    QElapsedTimer m_clock;
    std::atomic<qint64> m_elapsed = 0;
    std::atomic<int> m_done = 0;
    std::vector<StageResult> m_seen;
    std::promise<ConnectionTest> m_promise;
    std::future<ConnectionTest> m_future = m_promise.get_future();
};

ConnectionTest testOf(const ProbeTarget &target);
const StageResult &stageOf(const ConnectionTest &test, TestStage stage);
QByteArray describe(const ConnectionTest &test);

/// Runs SQL as a superuser; ends the program when it is refused, unless it may be.
void postgresqlAdmin(const QByteArray &sql, bool mayFail = false);
void mariadbAdmin(const QByteArray &sql, bool mayFail = false);

}  // namespace headgate::test

/// The test ended with a failure at `stage`: all before passed or were skipped, all after were skipped, in time, with advice.
#define VERIFY_FAILS_AT(test, at, timeoutMs)                                                                         \
    do {                                                                                                             \
        const ConnectionTest &t = (test);                                                                            \
        QVERIFY2(t.stages.size() == 8, describe(t).constData());                                                     \
        QCOMPARE(t.status, TestStatus::Failure);                                                                     \
        for (const StageResult &s : t.stages) {                                                                      \
            if (s.stage < (at)) QVERIFY2(s.status != StageStatus::Fail, describe(t).constData());                    \
            if (s.stage == (at)) QVERIFY2(s.status == StageStatus::Fail, describe(t).constData());                   \
            if (s.stage == (at)) QVERIFY2(!s.message.isEmpty() && !s.hint.isEmpty(), describe(t).constData());       \
            if (s.stage > (at)) QVERIFY2(s.status == StageStatus::Skipped, describe(t).constData());                 \
        }                                                                                                            \
        QVERIFY2(t.responseTimeMs < (timeoutMs) + 1000, describe(t).constData());                                    \
        QVERIFY2(!describe(t).contains("canary"), describe(t).constData());                                          \
    } while (false)
