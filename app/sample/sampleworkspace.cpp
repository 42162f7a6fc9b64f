// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sample/sampleworkspace.h"

#include "app/base/tasks.h"
#include "app/connections/connectionservice.h"
#include "app/sample/samplehistory.h"
#include "app/sample/sampletrail.h"
#include "app/workspace/workspace.h"
#include "models/audit/auditstore.h"
#include "models/connections/connectionstore.h"
#include "models/sample/samplefiles.h"

#include <QFileInfo>
#include <headgate_version.h>

namespace headgate::SampleWorkspace {

namespace {

constexpr qint64 kDay = 86'400'000'000;
constexpr quint32 kSeed = 20261;

struct Person {
    const char *username;
    const char *fullName;
    const char *role;
    const char *machine;
    const char *address;
};
constexpr Person kPeople[] = {{"mira.holm", "Mira Holm", "operator", "ws-0412", "192.0.2.41"},
                              {"jon.adeyemi", "Jon Adeyemi", "operator", "ws-0398", "192.0.2.57"},
                              {"priya.nair", "Priya Nair", "admin", "ws-0377", "192.0.2.23"},
                              {"lukas.weber", "Lukas Weber", "viewer", "ws-0421", "192.0.2.88"}};

struct Plan {
    QString folder;
    Timestamp now;
    Actor actor;
};

/// A connection with everything that is told of it.
struct Told {
    SampleLife life;
    std::vector<ConnectionTest> tests;
};

QString folderOf(const Workspace &workspace)
{
    const ConnectSpec &spec = workspace.address().spec;
    if (spec.kind == Dialect::Kind::Sqlite) {
        const QFileInfo file(spec.path);
        return file.absolutePath() + QLatin1Char('/') + file.completeBaseName() + QStringLiteral("-sample");
    }
    return QFileInfo(WorkspaceLocator::embeddedPath()).absolutePath() + QLatin1Char('/') + spec.database + QStringLiteral("-sample");
}

void refuseUnlessEmpty(qint64 connections)
{
    if (connections == 0) return;
    throw Exception({ErrorKind::Conflict, QStringLiteral("The sample data goes into an empty workspace only"), QStringLiteral("connections"),
                     QStringLiteral("%1 connections are there").arg(connections),
                     QStringLiteral("Make another workspace for it: headgate init --sample --workspace FILE.")});
}

SamplePerson self(const Actor &actor)
{
    User user;
    user.id = actor.userId.value_or(UserId{});
    user.username = actor.name;
    return {user, actor, true};
}

std::vector<SamplePerson> makePeople(Transaction &transaction, const Plan &plan)
{
    std::vector<SamplePerson> people{self(plan.actor)};
    for (const Person &person : kPeople) {
        SamplePerson made;
        made.user = {{}, QLatin1String(person.username), QLatin1String(person.role), true, QLatin1String(person.fullName),
                     QLatin1String(person.username) + QStringLiteral("@example.com")};
        const auto there = WorkspaceStore::user(transaction.session(), made.user.username);
        made.user.id = there ? there->id : WorkspaceStore::insertUser(transaction, made.user, beginOf(plan.now)).value();
        made.actor = {made.user.id, made.user.username, QLatin1String(person.address),
                      QStringLiteral("headgate " HEADGATE_VERSION " (window; %1@%2)").arg(QLatin1String(person.username), QLatin1String(person.machine))};
        made.edits = made.user.role != u"viewer";
        people.push_back(made);
    }
    return people;
}

std::vector<UserId> testersAmong(const std::vector<SamplePerson> &people)
{
    std::vector<UserId> ids;
    for (const SamplePerson &person : people)
        if (person.edits) ids.push_back(person.user.id);
    return ids;
}

std::vector<Told> tell(const Plan &plan, const std::vector<SamplePerson> &people, SampleRandom &random)
{
    std::vector<Told> all;
    const std::vector<UserId> testers = testersAmong(people);
    quint32 seed = kSeed;
    for (const SampleConnection &sample : sampleConnections(plan.folder)) {
        Told told{sampleLife(sample, plan.now, random), sampleHistory(sample, plan.now, testers, ++seed)};
        Connection &c = told.life.states.back();
        if (!told.tests.empty()) {
            c.lastTestStatus = told.tests.back().status;
            c.lastTestedAt = told.tests.back().testedAt;
            c.lastResponseMs = told.tests.back().responseTimeMs;
        }
        all.push_back(std::move(told));
    }
    for (const SampleLife &life : sampleRemovedLives(plan.now)) all.push_back({life, {}});
    return all;
}

void store(Transaction &transaction, std::vector<Told> &all)
{
    QList<Connection> connections;
    for (const Told &told : all) connections << told.life.states.back();
    const QList<ConnectionId> ids = ConnectionStore::insertAll(transaction, connections);
    for (size_t i = 0; i < all.size(); ++i) {
        const ConnectionId id = ids.at(qsizetype(i));
        for (Connection &state : all[i].life.states) state.id = id;
        for (ConnectionTest &test : all[i].tests) test.connectionId = id;
        ConnectionStore::insertTests(transaction, all[i].tests);
        if (all[i].life.removedAt.us != 0) ConnectionStore::remove(transaction, id, connections.at(qsizetype(i)).version);
    }
}

void recordTrail(Transaction &transaction, const Plan &plan, const std::vector<SamplePerson> &people, const std::vector<Told> &all, SampleRandom &random)
{
    SampleTrail trail(people, beginOf(plan.now), plan.now, random);
    trail.addUsers();
    trail.addLogins();
    trail.addExports();
    std::vector<SampleLife> lives;
    for (const Told &told : all) {
        trail.addLife(told.life);
        trail.addTests(told.life.states.back(), told.tests);
        lives.push_back(told.life);
    }
    trail.addFailures(lives);
    trail.addReads(lives);
    trail.addUnusual(lives);
    const Timestamp head = AuditStore::headTime(transaction.session());
    QList<AuditEntry> entries;
    for (const SampleTrail::Event &event : trail.events())
        if (event.essential || event.entry.occurredAt >= head) entries << event.entry;
    AuditStore::record(transaction, entries);
}

void write(Transaction &transaction, const Plan &plan)
{
    refuseUnlessEmpty(ConnectionStore::count(transaction.session(), {}));
    WorkspaceStore::ensurePartitions(transaction, beginOf(plan.now), std::max(plan.now, Timestamp::now()));
    SampleRandom random(kSeed);
    const std::vector<SamplePerson> people = makePeople(transaction, plan);
    std::vector<Told> all = tell(plan, people, random);
    store(transaction, all);
    recordTrail(transaction, plan, people, all, random);
}

}  // namespace

Timestamp beginOf(Timestamp now) { return {now.us - 31 * kDay}; }

void fill(Workspace &workspace, Timestamp now)
{
    refuseUnlessEmpty(valueOf(workspace.connections().count({})));
    const Plan plan{folderOf(workspace), now, workspace.actor()};
    SampleFiles::make(plan.folder);
    (void)valueOf(workspace.database().write([plan](Transaction &transaction) {
        write(transaction, plan);
        return Done{};
    }));
}

}  // namespace headgate::SampleWorkspace
