// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connections/healthscheduler.h"

#include "app/base/attach.h"
#include "app/connections/connectionservice.h"
#include "app/connections/testhistoryservice.h"

#include <QTimer>
#include <algorithm>

namespace headgate {

namespace {

constexpr qint64 second = 1'000'000;
constexpr int pageRows = 500;

ListQuery activeConnections()
{
    ListQuery query;
    query.filters << ColumnFilter{QStringLiteral("is_active"), ColumnFilter::Op::Equal, {true}};
    return query;
}

}  // namespace

HealthScheduler::HealthScheduler(ConnectionService &service, QObject *parent, Clock clock)
    : QObject(parent), m_service(service), m_clock(std::move(clock)), m_timer(new QTimer(this)), m_random(QRandomGenerator::securelySeeded())
{
    m_timer->setInterval(TickMs);
    connect(m_timer, &QTimer::timeout, this, &HealthScheduler::tick);
}

void HealthScheduler::start()
{
    reload();
    m_timer->start();
}

void HealthScheduler::reload()
{
    if (m_isLoading) {
        m_isOutdated = true;  // what is being read may be from before the edit
        return;
    }
    m_isLoading = true;
    m_loadedAt = m_clock();
    collect({std::nullopt, pageRows}, {});
}

void HealthScheduler::collect(const ListCursor &cursor, QHash<ConnectionId, Watched> found)
{
    attach(this, m_service.page(activeConnections(), cursor), [this, found = std::move(found)](const Result<ListPage<Connection>> &page) mutable {
        if (!page.ok()) {
            m_isLoading = false;
            return report(page.error(), m_hasFault);
        }
        for (const Connection &connection : page->rows) {
            const HealthRule rule = HealthRule::of(connection.config);
            if (rule.isEnabled && rule.fault().isEmpty()) found.insert(connection.id, {connection, rule, HealthState::Unknown, {}, false});
        }
        page->atEnd ? readStates(std::move(found)) : collect({page->lastKey, pageRows}, std::move(found));
    });
}

void HealthScheduler::readStates(QHash<ConnectionId, Watched> found)
{
    QHash<ConnectionId, int> failures;
    for (const Watched &each : std::as_const(found)) failures.insert(each.connection.id, each.rule.failures);
    attach(this, m_service.testHistory().healthStates(failures), [this, found = std::move(found)](const Result<QHash<ConnectionId, HealthState>> &states) mutable {
        m_isLoading = false;
        if (!states.ok()) return report(states.error(), m_hasFault);
        adopt(std::move(found), *states);
        if (std::exchange(m_isOutdated, false)) reload();
    });
}

/// What is watched already keeps its turn and its state, unless its rule is another one.
void HealthScheduler::adopt(QHash<ConnectionId, Watched> found, const QHash<ConnectionId, HealthState> &states)
{
    for (Watched &each : found) {
        const auto known = m_watched.constFind(each.connection.id);
        if (known != m_watched.cend() && known->rule == each.rule) {
            each.state = known->state;
            each.due = known->due;
            each.hasFault = known->hasFault;
        } else {
            each.state = states.value(each.connection.id);
            each.due = firstDue(each);
        }
    }
    m_watched = std::move(found);
    m_hasFault = false;
    Q_EMIT loaded();
}

Timestamp HealthScheduler::firstDue(const Watched &watched)
{
    const Timestamp now = m_clock();
    const qint64 interval = watched.rule.intervalSeconds * second;
    const qint64 regular = watched.connection.lastTestedAt.value_or(Timestamp()).us + interval;
    if (regular > now.us) return {std::min(regular, now.us + interval) + spread(interval / 10)};
    return {now.us + spread(std::min(interval, CatchUpSeconds * second))};
}

void HealthScheduler::tick()
{
    const Timestamp now = m_clock();
    if (now.us - m_loadedAt.us >= ReloadSeconds * second || now < m_loadedAt) reload();
    QList<ConnectionId> due;
    for (const Watched &each : std::as_const(m_watched))
        if (each.due <= now && !m_service.isTesting(each.connection.id)) due << each.connection.id;
    std::ranges::sort(due, {}, [this](ConnectionId id) { return m_watched.value(id).due; });
    for (const ConnectionId id : due.mid(0, std::max(0, MostAtOnce - m_running))) run(id);
}

void HealthScheduler::run(ConnectionId id)
{
    Watched &watched = m_watched[id];
    const qint64 interval = watched.rule.intervalSeconds * second;
    watched.due = {m_clock().us + interval - interval / 20 + spread(interval / 10)};
    ++m_running;
    attach(this, m_service.testHealth(id), [this, id](const Result<ConnectionTest> &result) { onTested(id, result); });
}

void HealthScheduler::onTested(ConnectionId id, const Result<ConnectionTest> &result)
{
    --m_running;
    const auto watched = m_watched.find(id);
    if (watched == m_watched.end()) return;  // removed or switched off meanwhile
    if (!result.ok()) return report(result.error(), watched->hasFault);
    watched->hasFault = false;
    const Connection connection = watched->connection;
    Q_EMIT tested(connection, *result);
    if (result->status == TestStatus::Cancelled) return;
    // The tests of people count too: the state is what the kept tests say.
    const QHash<ConnectionId, int> failures{{id, watched->rule.failures}};
    attach(this, m_service.testHistory().healthStates(failures), [this, connection, test = *result](const Result<QHash<ConnectionId, HealthState>> &states) {
        const auto found = m_watched.find(connection.id);
        if (found == m_watched.end() || !states.ok()) return;
        const HealthState before = std::exchange(found->state, states->value(connection.id));
        const bool isChange = found->state != before && (found->state == HealthState::Down || before == HealthState::Down);
        if (isChange) Q_EMIT stateChanged(connection, found->state, test);
    });
}

HealthState HealthScheduler::state(ConnectionId id) const
{
    return m_watched.value(id).state;
}

void HealthScheduler::report(const Error &error, bool &isReported)
{
    if (error.kind == ErrorKind::NotFound || error.kind == ErrorKind::Cancelled || std::exchange(isReported, true)) return;
    Q_EMIT failed(error);
}

}  // namespace headgate
