// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/benchmarks/auditsynth.h"

#include <QJsonArray>
#include <algorithm>

namespace headgate::test {

namespace {

/// splitmix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
quint64 mixed(quint64 x)
{
    x += 0x9e3779b97f4a7c15;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

/// 0 … bound - 1, the low ones often: the first of 24 in a fifth of the cases, of 5,000 in one of seventy.
int skewed(quint64 random, int bound)
{
    const double unit = double(random >> 11) / double(1ull << 53);
    return int(unit * unit * bound);
}

const char *const kTypes[] = {"connection", "pipeline", "table", "dashboard", "alert_rule", "user", "query", "validation"};
const char *const kWords[] = {"orders", "billing", "customers", "stock", "ledger", "events", "sessions", "catalog"};
const char *const kPlaces[] = {"eu", "us", "apac", "test", "staging", "archive", "replica", "primary", "north", "south", "warehouse"};
const char *const kStates[] = {"active", "paused", "draft", "failed"};

}  // namespace

AuditSynth::AuditSynth(qint64 rows, Timestamp from, Timestamp to)
    : m_rows(rows), m_from(from), m_step(std::max<qint64>(1, (to.us - from.us) / rows)), m_things(std::max<qint64>(100, rows * 16 / 100))
{
    for (int i = 0; i < users; ++i)
        m_actors.push_back({UserId{i + 10}, QStringLiteral("user%1").arg(i, 4, 10, QLatin1Char('0')),
                            QStringLiteral("10.%1.%2.%3").arg(i / 250 % 250).arg(i % 250).arg(7 + i % 11),
                            i % 3 == 0 ? QStringLiteral("headgate 0.1.0 (window)") : QStringLiteral("headgate 0.1.0 (command line)")});
    for (const char *action : {"UPDATE", "READ", "TEST", "CREATE", "LOGIN", "START", "STOP", "DELETE", "EXPORT", "IMPORT", "REVEAL", "MIGRATE",
                               "EXTERNAL", "GRANT", "REVOKE", "ARCHIVE", "RESTORE", "CLONE", "SHARE", "SNOOZE", "ACKNOWLEDGE", "VALIDATE",
                               "SCHEDULE", "PURGE"})
        m_actions.push_back(QLatin1String(action));
}

AuditEntry AuditSynth::entry(qint64 i) const
{
    const quint64 random = mixed(quint64(i));
    AuditEntry entry;
    entry.actor = m_actors[size_t(skewed(random, users))];
    if (i % 1'000'000 == 777'777) entry.actor.ipAddress = rareAddress();
    entry.action = m_actions[size_t(skewed(mixed(random), actions))];
    entry.occurredAt = Timestamp{m_from.us + i * m_step + qint64(random % quint64(m_step))};
    entry.success = random % 50 != 17;
    if (!entry.success) entry.errorMessage = QStringLiteral("The server did not answer in %1 ms").arg(2'000 + random % 9'000);
    describeThing(entry, mixed(random + 1));
    describeChange(entry, mixed(random + 2));
    return entry;
}

void AuditSynth::describeThing(AuditEntry &entry, quint64 random) const
{
    const qint64 thing = qint64(random % quint64(m_things));
    const bool rare = thing % (m_things / 5) == 3 && thing / (m_things / 5) < 5;
    entry.entityType = QLatin1String(kTypes[thing % 8]);
    entry.entityId = QString::number(thing + 1'000);
    entry.entityName = (rare ? rareName() : QString(QLatin1String(kWords[thing / 8 % 8]))) + QLatin1Char('_') + QLatin1String(kPlaces[thing % 11])
                       + QLatin1Char('_') + entry.entityId;
}

void AuditSynth::describeChange(AuditEntry &entry, quint64 random) const
{
    const auto state = [&](int shift) {
        return QJsonObject{{QStringLiteral("state"), QLatin1String(kStates[(random >> shift) % 4])},
                           {QStringLiteral("limit"), qint64((random >> shift) % 100'000)},
                           {QStringLiteral("owner"), m_actors[size_t((random >> shift) % users)].name},
                           {QStringLiteral("ratio"), double((random >> shift) % 1'000) / 8},
                           {QStringLiteral("maintenance"), QStringLiteral("02:00-04:00")},
                           {QStringLiteral("regions"), QJsonArray{QLatin1String(kPlaces[(random >> shift) % 11]), QStringLiteral("eu")}}};
    };
    entry.metadata = {{QStringLiteral("request"), QString::number(random, 16)}, {QStringLiteral("source"), QStringLiteral("console")}};
    const int kind = int(random % 10);
    if (kind < 6) entry.oldValues = state(8);
    if (kind < 8) entry.newValues = state(20);
}

}  // namespace headgate::test
