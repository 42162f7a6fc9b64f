// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/anomaly.h"

#include <algorithm>
#include <numeric>

namespace headgate {

namespace {

constexpr qint64 kMinute = 60'000'000;
constexpr qint64 kHour = 60 * kMinute;
constexpr qint64 kDay = 24 * kHour;
constexpr qint64 kBurst = 20;
constexpr qint64 kTimesUsual = 10;
constexpr qint64 kEnoughEvents = 100;
constexpr qint64 kEnoughDays = 7;

const ActorSeen::Value *find(const QList<ActorSeen::Value> &values, const QString &value)
{
    const auto found = std::ranges::find(values, value, &ActorSeen::Value::value);
    return found == values.end() ? nullptr : &*found;
}

/// The value seen longest before that event, other than it.
const ActorSeen::Value *before(const QList<ActorSeen::Value> &values, const AuditFact &fact)
{
    const ActorSeen::Value *best = nullptr;
    for (const ActorSeen::Value &value : values)
        if (value.firstId < fact.id.value && (!best || value.events > best->events)) best = &value;
    return best;
}

QString day(Timestamp at) { return at.toIso().left(10); }

int hourOf(Timestamp at) { return int(at.us / kHour % 24); }

qint64 eventsAt(const ActorSeen &seen, int hour)
{
    const ActorSeen::Value *value = find(seen.hours, QString::number((hour + 24) % 24));
    return value ? value->events : 0;
}

/// The mean over the minutes of the hours at which the actor works.
double usualPerMinute(const ActorSeen &seen)
{
    const double days = std::max(1.0, double(seen.lastAt().us - seen.firstAt().us) / kDay);
    return seen.hours.isEmpty() ? 0 : double(seen.events()) / (days * double(seen.hours.size()) * 60);
}

void addNewAddress(const AuditFact &fact, const ActorSeen &seen, QList<Anomaly> &found)
{
    const ActorSeen::Value *here = find(seen.addresses, fact.address);
    const ActorSeen::Value *usual = before(seen.addresses, fact);
    if (fact.address.isEmpty() || !here || here->firstId != fact.id.value || !usual) return;
    found << Anomaly{AnomalyKind::NewAddress, QStringLiteral("The first event of %1 from %2; before it came mostly from %3 (%4 events since %5).")
                                                  .arg(fact.actor, fact.address, usual->value).arg(usual->events).arg(day(usual->firstAt))};
}

void addOffHours(const AuditFact &fact, const ActorSeen &seen, QList<Anomaly> &found)
{
    const qint64 all = seen.events();
    if (all < kEnoughEvents || seen.lastAt().us - seen.firstAt().us < kEnoughDays * kDay) return;
    const int hour = hourOf(fact.at);
    const qint64 here = eventsAt(seen, hour);
    const qint64 around = here + eventsAt(seen, hour - 1) + eventsAt(seen, hour + 1);
    if (here * 100 >= all || around * 20 >= all) return;
    found << Anomaly{AnomalyKind::OffHours, QStringLiteral("Only %1 of the %2 events of %3 (%4 %) fell between %5:00 and %6:00 UTC.")
                                                .arg(here).arg(all).arg(fact.actor).arg(100.0 * double(here) / double(all), 0, 'f', 1)
                                                .arg(hour, 2, 10, QLatin1Char('0')).arg((hour + 1) % 24, 2, 10, QLatin1Char('0'))};
}

void addBurst(const AuditFact &fact, const ActorSeen &seen, QList<Anomaly> &found)
{
    if (fact.withinMinute < burstThreshold(seen)) return;
    found << Anomaly{AnomalyKind::Burst, QStringLiteral("%1 events of %2 within one minute; usual are %3 an hour.")
                                             .arg(fact.withinMinute).arg(fact.actor).arg(60 * usualPerMinute(seen), 0, 'g', 2)};
}

void addFirstDelete(const AuditFact &fact, const ActorSeen &seen, QList<Anomaly> &found)
{
    if (fact.action != u"DELETE") return;
    const ActorSeen::Value *deletes = find(seen.actions, fact.action);
    const ActorSeen::Value *other = before(seen.actions, fact);
    if (!deletes || deletes->firstId != fact.id.value || !other) return;
    found << Anomaly{AnomalyKind::FirstDelete, QStringLiteral("%1 had not deleted anything before, in all events since %2.").arg(fact.actor, day(seen.firstAt()))};
}

}  // namespace

qint64 ActorSeen::events() const
{
    return std::accumulate(hours.begin(), hours.end(), qint64(0), [](qint64 sum, const Value &hour) { return sum + hour.events; });
}

Timestamp ActorSeen::firstAt() const
{
    return hours.isEmpty() ? Timestamp() : std::ranges::min_element(hours, {}, &Value::firstAt)->firstAt;
}

Timestamp ActorSeen::lastAt() const
{
    return hours.isEmpty() ? Timestamp() : std::ranges::max_element(hours, {}, &Value::lastAt)->lastAt;
}

QString anomalyWords(AnomalyKind kind)
{
    switch (kind) {
    case AnomalyKind::NewAddress: return QStringLiteral("new address");
    case AnomalyKind::OffHours: return QStringLiteral("unusual hour");
    case AnomalyKind::Burst: return QStringLiteral("burst");
    case AnomalyKind::FirstDelete: return QStringLiteral("first DELETE");
    }
    return {};
}

qint64 burstThreshold(const ActorSeen &seen)
{
    return std::max(kBurst, qint64(kTimesUsual * usualPerMinute(seen)));
}

QList<Anomaly> anomaliesOf(const AuditFact &fact, const ActorSeen &seen)
{
    if (fact.action == u"EXTERNAL") return {};  // its time is that of its sealing
    QList<Anomaly> found;
    addFirstDelete(fact, seen, found);
    addNewAddress(fact, seen, found);
    addOffHours(fact, seen, found);
    addBurst(fact, seen, found);
    return found;
}

void MinuteWindow::add(const AuditFact &fact)
{
    // All that is open came within a minute before the first of it: that is its count.
    while (!m_open.empty() && m_open.front().at.us - fact.at.us >= kMinute) leave();
    m_open.push_back(fact);
}

void MinuteWindow::finish()
{
    while (!m_open.empty()) leave();
}

void MinuteWindow::leave()
{
    AuditFact fact = m_open.front();
    fact.withinMinute = qint64(m_open.size());
    m_open.pop_front();
    m_found(fact);
}

}  // namespace headgate
