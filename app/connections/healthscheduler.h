// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/listquery.h"
#include "models/base/result.h"
#include "models/connections/connectiontest.h"
#include "models/connections/healthrule.h"

#include <QHash>
#include <QObject>
#include <QRandomGenerator>
#include <functional>

class QTimer;

namespace headgate {

class ConnectionService;

/// Runs the tests that health rules ask for, for as long as it lives: the console is open. Rules are read anew every
/// minute, so that those made in another console count too; states are read from the kept tests, so that a restart forgets
/// nothing. The times of a rule are spread by a tenth of its interval, overdue ones over half a minute, so that not all
/// come at once; a connection that is being tested, by whom ever, is left for the next round. Thread: the one that made it.
class HealthScheduler : public QObject {
    Q_OBJECT
public:
    using Clock = std::function<Timestamp()>;
    static constexpr int TickMs = 1000;
    static constexpr int ReloadSeconds = 60;
    static constexpr int CatchUpSeconds = 30;  ///< overdue tests are spread over this, or over the interval if shorter
    static constexpr int MostAtOnce = 32;

    explicit HealthScheduler(ConnectionService &service, QObject *parent = nullptr, Clock clock = Timestamp::now);

    /// Reads the rules and goes by the timer from then on.
    void start();
    /// Reads the rules now: after an edit.
    void reload();
    /// Starts what is due. The timer does it each second; tests with a clock of their own do it by hand.
    void tick();

    /// Unknown also for a connection without an enabled rule.
    HealthState state(ConnectionId id) const;
    /// Connections that are watched.
    int size() const { return int(m_watched.size()); }
    /// When the next test of this connection is due; 0 when it is not watched.
    Timestamp nextDue(ConnectionId id) const { return m_watched.value(id).due; }

Q_SIGNALS:
    /// The rules and states are known, or known anew.
    void loaded();
    /// A rule's test ended.
    void tested(const headgate::Connection &connection, const headgate::ConnectionTest &test);
    /// A connection went down or came up again. Not for the state that is found when a connection is first seen.
    void stateChanged(const headgate::Connection &connection, headgate::HealthState state, const headgate::ConnectionTest &test);
    /// The rules could not be read, or the test of a connection could not be run or kept. Once until it works again.
    void failed(const headgate::Error &error);

private:
    struct Watched {
        Connection connection;
        HealthRule rule;
        HealthState state = HealthState::Unknown;
        Timestamp due;
        bool hasFault = false;  ///< its test could not be run or kept, which was reported
    };
    void collect(const ListCursor &cursor, QHash<ConnectionId, Watched> found);
    void readStates(QHash<ConnectionId, Watched> found);
    void adopt(QHash<ConnectionId, Watched> found, const QHash<ConnectionId, HealthState> &states);
    Timestamp firstDue(const Watched &watched);
    qint64 spread(qint64 us) { return us > 0 ? qint64(m_random.generateDouble() * double(us)) : 0; }
    void run(ConnectionId id);
    void onTested(ConnectionId id, const Result<ConnectionTest> &result);
    void report(const Error &error, bool &isReported);

    ConnectionService &m_service;
    Clock m_clock;
    QTimer *m_timer;
    QRandomGenerator m_random;
    QHash<ConnectionId, Watched> m_watched;
    int m_running = 0;
    bool m_isLoading = false;
    bool m_isOutdated = false;
    bool m_hasFault = false;
    Timestamp m_loadedAt;
};

}  // namespace headgate
