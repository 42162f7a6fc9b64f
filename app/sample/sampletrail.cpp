// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sample/sampletrail.h"

#include "models/connections/connectionjson.h"

#include <algorithm>

namespace headgate {

namespace {

constexpr qint64 kMinute = 60'000'000;
constexpr qint64 kHour = 60 * kMinute;
constexpr qint64 kDay = 24 * kHour;
constexpr const char *kConnection = "connection";

/// Takes one improvement back; false when there is nothing of that kind to take back.
bool undo(Connection &c, int kind)
{
    const QString mode = c.config.value(QLatin1String("sslmode")).toString();
    switch (kind) {
    case 0:
        if (c.tags.size() < 2) return false;
        c.tags.removeLast();
        return true;
    case 1:
        if (c.description.isEmpty()) return false;
        c.description.clear();
        return true;
    case 2:
        if (mode != u"verify-full") return false;
        c.config[QStringLiteral("sslmode")] = QStringLiteral("require");
        c.config.remove(QStringLiteral("sslrootcert"));
        return true;
    case 3:
        if (c.username != u"cdc_reader") return false;
        c.username = c.databaseType == DatabaseType::Mysql ? QStringLiteral("root") : QStringLiteral("postgres");
        return true;
    case 4:
        if (c.host.isEmpty()) return false;
        c.host = QStringLiteral("old-") + c.host;
        return true;
    default:
        if (c.isActive) return false;
        c.isActive = true;
        return true;
    }
}

}  // namespace

SampleLife sampleLife(const SampleConnection &sample, Timestamp now, SampleRandom &random)
{
    SampleLife life;
    life.states.push_back(sample.connection);
    const int wanted = random.below(4);
    for (int kind = 5, done = 0; kind >= 0 && done < wanted + (sample.connection.isActive ? 0 : 1); --kind) {
        Connection earlier = life.states.front();
        if ((kind < 5 && random.chance(0.4)) || !undo(earlier, kind)) continue;
        life.states.insert(life.states.begin(), earlier);
        ++done;
    }
    const qint64 made = now.us - qint64(sample.ageDays) * kDay + qint64(random.between(0.2, 3) * double(kHour));
    qint64 at = made;
    const qint64 step = (now.us - made) / qint64(life.states.size());
    for (size_t i = 0; i < life.states.size(); ++i) {
        Connection &state = life.states[i];
        state.version = int(i) + 1;
        state.createdAt = {made};
        state.updatedAt = {at};
        at += qint64(double(step) * random.between(0.5, 0.95));
    }
    return life;
}

std::vector<SampleLife> sampleRemovedLives(Timestamp now)
{
    struct Seed {
        const char *name;
        const char *host;
        int madeDays;
        int removedDays;
    };
    std::vector<SampleLife> lives;
    for (const Seed &seed : {Seed{"tmp-load-test", "pg-load.ci.test", 25, 24}, Seed{"orders-copy", "orders-9-dev.test", 20, 11},
                             Seed{"crm-old", "crm-0.internal", 29, 6}}) {
        Connection c;
        c.name = QLatin1String(seed.name);
        c.databaseType = c.name.startsWith(QLatin1String("crm")) ? DatabaseType::Mysql : DatabaseType::Postgresql;
        c.host = QLatin1String(seed.host);
        c.databaseName = c.name.section(QLatin1Char('-'), 0, 0);
        c.username = QStringLiteral("headgate");
        c.config = {{QStringLiteral("sslmode"), QStringLiteral("require")}};
        c.version = 1;
        c.createdAt = c.updatedAt = {now.us - seed.madeDays * kDay + 5 * kHour};
        lives.push_back({{c}, {now.us - seed.removedDays * kDay + 3 * kHour}});
    }
    return lives;
}

SampleTrail::SampleTrail(std::vector<SamplePerson> people, Timestamp begin, Timestamp now, SampleRandom &random)
    : m_people(std::move(people)), m_begin(begin), m_now(now), m_random(random)
{
}

AuditEntry SampleTrail::entry(Timestamp at, const SamplePerson &who, const char *action, const char *type, const QString &id, const QString &name) const
{
    AuditEntry entry;
    entry.actor = who.actor;
    entry.action = QLatin1String(action);
    entry.entityType = QLatin1String(type);
    entry.entityId = id;
    entry.entityName = name;
    entry.occurredAt = std::clamp(at, m_begin, m_now);
    return entry;
}

const SamplePerson &SampleTrail::editor()
{
    const SamplePerson *person = nullptr;
    while (!person || !person->edits) person = &m_people.at(size_t(m_random.below(int(m_people.size()))));
    return *person;
}

void SampleTrail::addUsers()
{
    qint64 at = m_begin.us;
    for (size_t i = 1; i < m_people.size(); ++i) {
        const User &user = m_people[i].user;
        AuditEntry made = entry({at += 4 * kMinute + 11'330'000}, m_people.front(), "CREATE", "user", QString::number(user.id.value), user.username);
        made.newValues = QJsonObject{{QStringLiteral("username"), user.username}, {QStringLiteral("full_name"), user.fullName},
                                     {QStringLiteral("email"), user.email}, {QStringLiteral("role"), user.role}};
        add(std::move(made), true);
    }
}

void SampleTrail::addLogins()
{
    for (qint64 midnight = m_begin.us - m_begin.us % kDay + kDay; midnight < m_now.us; midnight += kDay) {
        const int weekday = Timestamp{midnight}.toDateTime().date().dayOfWeek();
        if (weekday > 5) continue;
        for (const SamplePerson &person : m_people) {
            if (m_random.chance(0.25)) continue;
            const qint64 at = midnight + qint64(m_random.between(7.2, 9.8) * double(kHour));
            if (at >= m_now.us) continue;
            AuditEntry login = entry({at}, person, "LOGIN", "user", QString::number(person.user.id.value), person.user.username);
            if (m_random.chance(0.05)) {
                AuditEntry refused = login;
                refused.occurredAt = Timestamp{at - 21'400'000};
                refused.success = false;
                refused.errorMessage = QStringLiteral("The password is not right");
                add(std::move(refused));
            }
            add(std::move(login));
        }
    }
}

void SampleTrail::addExports()
{
    for (int days : {27, 22, 18, 13, 9, 4, 1}) {
        const bool trail = days % 2 == 0;
        AuditEntry made = entry({m_now.us - days * kDay + qint64(m_random.between(-3, 3) * double(kHour))}, m_people.at(size_t(days) % m_people.size()), "EXPORT",
                                trail ? "audit" : kConnection, {}, trail ? QStringLiteral("audit.json") : QStringLiteral("connections.csv"));
        made.metadata = {{QStringLiteral("format"), trail ? QStringLiteral("json") : QStringLiteral("csv")}, {QStringLiteral("rows"), 30 + m_random.below(300)}};
        if (days == 13) {
            made.success = false;
            made.errorMessage = QStringLiteral("No space left on device");
        }
        add(std::move(made));
    }
}

void SampleTrail::addLife(const SampleLife &life)
{
    const Connection &first = life.states.front();
    const bool lives = life.removedAt.us == 0;
    const QString id = QString::number(first.id.value);
    AuditEntry made = entry(first.createdAt, editor(), "CREATE", kConnection, id, first.name);
    made.newValues = ConnectionJson::toJson(first);
    add(std::move(made), lives);
    for (size_t i = 1; i < life.states.size(); ++i) addEdit(life.states[i - 1], life.states[i]);
    if (lives) return;
    AuditEntry removed = entry(life.removedAt, editor(), "DELETE", kConnection, id, first.name);
    removed.oldValues = ConnectionJson::toJson(life.states.back());
    add(std::move(removed));
}

/// Every ninth change was made behind the console's back, and sealed afterwards.
void SampleTrail::addEdit(const Connection &before, const Connection &after)
{
    const SamplePerson &who = editor();
    const bool external = ++m_edits % 9 == 0;
    AuditEntry edit = entry(after.updatedAt, who, external ? "EXTERNAL" : "UPDATE", external ? "connections" : kConnection,
                            QString::number(after.id.value), after.name);
    edit.oldValues = ConnectionJson::toJson(before);
    edit.newValues = ConnectionJson::toJson(after);
    if (external) {
        edit.actor = {std::nullopt, QStringLiteral("postgres"), {}, QStringLiteral("psql")};
        edit.metadata = {{QStringLiteral("operation"), QStringLiteral("UPDATE")}, {QStringLiteral("changed_at"), after.updatedAt.toIso()},
                         {QStringLiteral("sealed_by"), who.actor.name}};
    }
    add(std::move(edit));
}

void SampleTrail::addTests(const Connection &connection, const std::vector<ConnectionTest> &tests)
{
    for (const ConnectionTest &test : tests) {
        const auto who = std::find_if(m_people.begin(), m_people.end(), [&](const SamplePerson &p) { return test.testedByUserId == p.user.id; });
        if (!test.testedByUserId || who == m_people.end()) continue;
        AuditEntry made = entry(test.testedAt, *who, "TEST", kConnection, QString::number(connection.id.value), connection.name);
        made.success = test.status != TestStatus::Failure;
        made.errorMessage = test.errorMessage;
        made.metadata = {{QStringLiteral("status"), testStatuses.name(test.status)}, {QStringLiteral("response_time_ms"), test.responseTimeMs}};
        if (!test.errorCode.isEmpty()) made.metadata.insert(QStringLiteral("error_code"), test.errorCode);
        add(std::move(made));
    }
}

void SampleTrail::addFailures(const std::vector<SampleLife> &lives)
{
    struct Refusal {
        const char *name;
        const char *action;
        int daysAgo;
        const char *words;
    };
    for (const Refusal &refusal : {Refusal{"billing", "UPDATE", 15, "billing was changed by somebody else"},
                                   Refusal{"orders-primary", "DELETE", 10, "orders-primary is used by 2 pipelines"},
                                   Refusal{"warehouse", "UPDATE", 3, "The port is between 1 and 65535."}}) {
        for (const SampleLife &life : lives) {
            const Connection &c = life.states.back();
            if (c.name != QLatin1String(refusal.name)) continue;
            AuditEntry made = entry({m_now.us - refusal.daysAgo * kDay - 37 * kMinute}, editor(), refusal.action, kConnection,
                                    QString::number(c.id.value), c.name);
            made.success = false;
            made.errorMessage = QLatin1String(refusal.words);
            add(std::move(made));
        }
    }
}

void SampleTrail::addReads(const std::vector<SampleLife> &lives)
{
    for (qint64 midnight = m_begin.us - m_begin.us % kDay + kDay; midnight < m_now.us; midnight += kDay) {
        if (Timestamp{midnight}.toDateTime().date().dayOfWeek() > 5) continue;
        for (const SamplePerson &person : m_people)
            for (int reads = m_random.below(9); reads > 0; --reads) {
                const Connection &c = lives.at(size_t(m_random.below(int(lives.size())))).states.front();
                const qint64 at = midnight + qint64(m_random.between(8, 16.9) * double(kHour));
                if (at < m_now.us && at > c.createdAt.us) add(entry({at}, person, "READ", kConnection, QString::number(c.id.value), c.name));
            }
    }
}

void SampleTrail::addUnusual(const std::vector<SampleLife> &lives)
{
    const qint64 today = m_now.us - m_now.us % kDay;
    const SamplePerson &late = m_people.at(2);
    SamplePerson elsewhere = m_people.at(1);
    elsewhere.actor.ipAddress = QStringLiteral("203.0.113.77");
    const QString user = QString::number(elsewhere.user.id.value);
    add(entry({today - 3 * kDay + 13 * kHour + 12 * kMinute}, elsewhere, "LOGIN", "user", user, elsewhere.user.username));
    AuditEntry taken = entry({today - 3 * kDay + 13 * kHour + 15 * kMinute}, elsewhere, "EXPORT", kConnection, {}, QStringLiteral("connections.csv"));
    taken.metadata = {{QStringLiteral("format"), QStringLiteral("csv")}, {QStringLiteral("rows"), 37}};
    add(std::move(taken));
    const Connection &shown = lives.front().states.front();
    add(entry({today - 5 * kDay + 2 * kHour + 47 * kMinute}, late, "REVEAL", kConnection, QString::number(shown.id.value), shown.name));
    qint64 burst = today - 2 * kDay + 14 * kHour + 5 * kMinute;
    for (const SampleLife &life : lives)
        add(entry({burst += kMinute / 40}, m_people.at(3), "READ", kConnection, QString::number(life.states.front().id.value), life.states.front().name));
}

std::vector<SampleTrail::Event> SampleTrail::events() const
{
    std::vector<Event> sorted = m_events;
    std::stable_sort(sorted.begin(), sorted.end(), [](const Event &a, const Event &b) { return a.entry.occurredAt < b.entry.occurredAt; });
    return sorted;
}

}  // namespace headgate
