// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/auditreviewservice.h"
#include "app/base/tasks.h"
#include "app/connections/connectionrestorer.h"
#include "app/connections/connectionservice.h"
#include "app/vault/vault.h"
#include "models/audit/auditstore.h"
#include "models/connections/connectionjson.h"
#include "models/workspace/workspacestore.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

#include <QRandomGenerator>
#include <QTest>

using namespace headgate;
using namespace headgate::test;

namespace {

VaultOptions vaultOptions()
{
    VaultOptions options;
    options.holder = QStringLiteral("tester");
    options.keychain = false;
    return options;
}

std::vector<std::unique_ptr<EntityRestorer>> restorers(ConnectionService &connections)
{
    std::vector<std::unique_ptr<EntityRestorer>> list;
    list.push_back(std::make_unique<ConnectionRestorer>(connections));
    return list;
}

struct Bench {
    explicit Bench(Dialect::Kind kind)
        : where(kind), database(where.spec()), vault(database, where.folder() + QStringLiteral("/keys"), vaultOptions()),
          connections(database, vault, probe, [] { return Actor{UserId{1}, QStringLiteral("tester"), QStringLiteral("192.0.2.1"), QStringLiteral("test")}; }),
          review(database, restorers(connections)), session(where.open())
    {
        (void)valueOf(database.write([](Transaction &t) {
            WorkspaceStore::insert(t, {QUuid::createUuid(), QStringLiteral("review test"), Environment::Test});
            return Done{};
        }));
    }
    Connection add(const QString &name)
    {
        ConnectionDraft draft;
        Connection &c = draft.connection;
        c.name = name;
        c.host = QStringLiteral("db.example.test");
        c.port = 5432;
        c.databaseName = QStringLiteral("app");
        c.username = QStringLiteral("app");
        draft.password = QStringLiteral("c4n4ry");
        return valueOf(connections.add(draft));
    }
    Connection edit(Connection c)
    {
        return valueOf(connections.update({std::move(c), std::nullopt}));
    }
    AuditRecord newest() { return AuditStore::records(*session, {}, {std::nullopt, 1}).rows.value(0); }
    EntityState stateAfter(const Connection &c, AuditId event)
    {
        return valueOf(review.state({QStringLiteral("connection"), QString::number(c.id.value)}, {std::nullopt, event}));
    }
    static EntityKey keyOf(const Connection &c) { return {QStringLiteral("connection"), QString::number(c.id.value)}; }

    TestDatabase where;
    Database database;
    Vault vault;
    ConnectionProbe probe;
    ConnectionService connections;
    AuditReviewService review;
    std::unique_ptr<Session> session;
};

QJsonObject known(const EntityState &state)
{
    QJsonObject values = state.values();
    values.remove(QStringLiteral("version"));
    return values;
}

QJsonObject stored(const Connection &c)
{
    QJsonObject values = ConnectionJson::toJson(c);
    values.remove(QStringLiteral("version"));
    values.remove(QStringLiteral("password"));
    return values;
}

/// One to three fields become something else.
Connection changed(Connection c, QRandomGenerator &random)
{
    for (int changes = 1 + random.bounded(3); changes > 0; --changes)
        switch (random.bounded(7)) {
        case 0: c.port = random.bounded(2) ? std::optional(5000 + random.bounded(1000)) : std::nullopt; break;
        case 1: c.description = QStringLiteral("line\nnumber %1").arg(random.bounded(100)); break;
        case 2: c.tags << QStringLiteral("tag%1").arg(random.bounded(1000)); break;
        case 3: c.config.insert(QStringLiteral("x%1").arg(random.bounded(3)), QJsonObject{{QStringLiteral("deep"), random.bounded(100)}}); break;
        case 4: c.isActive = !c.isActive; break;
        case 5: c.environment = random.bounded(2) ? Environment::Test : Environment::Staging; break;
        default: c.host = QStringLiteral("db%1.example.test").arg(random.bounded(100)); break;
        }
    return c;
}

}  // namespace

class TstAuditReview : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addDatabaseRows(); }
    void aStateIsWhatWasStored();
    void knowsWhatItDoesNotKnow();
    void seesWhatWasChangedOutside();
    void restoresThroughTheService();
    void aRestoreThatComesTooLateIsAConflict();
    void restoresWhatIsGone();
    void onlyWhatAServiceCan();
    void findsARecord();
};

void TstAuditReview::aStateIsWhatWasStored()
{
    QFETCH_GLOBAL(int, kind);
    Bench b(Dialect::Kind{kind});
    const quint32 seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    Connection c = b.add(QStringLiteral("orders"));
    (void)b.add(QStringLiteral("another"));
    struct Moment {
        AuditId event;
        Timestamp at;
        QJsonObject values;
    };
    QList<Moment> moments;
    const auto keep = [&] {
        const AuditRecord event = b.newest();
        moments << Moment{event.id, event.occurredAt, stored(c)};
    };
    for (int i = 0; i < 60; ++i) {
        c = b.edit(changed(c, random));
        keep();
    }
    for (const Moment &moment : std::as_const(moments)) {
        const EntityState state = b.stateAfter(c, moment.event);
        QCOMPARE(known(state), moment.values);
        QVERIFY(state.exists && state.isFromBegin && state.contradictions.isEmpty());
        QVERIFY(state.fields.value(QStringLiteral("password")).isHidden);
    }
    // The same by the clock; moments may share a time, then the last of them counts.
    const Moment &last = moments.last();
    QCOMPARE(known(valueOf(b.review.state(Bench::keyOf(c), {last.at, std::nullopt}))), last.values);
    const EntityLife life = valueOf(b.review.life(Bench::keyOf(c), {}, 10));
    QCOMPARE(life.total, 61);
    QCOMPARE(life.events.size(), 10);
    QVERIFY(!life.atEnd);
    QCOMPARE(life.events.first().id, last.event);
    QCOMPARE(valueOf(b.review.life(Bench::keyOf(c), life.events.last().id, 100)).events.size(), 51);
    QCOMPARE(valueOf(b.review.moments(Bench::keyOf(c))).size(), 61);
}

void TstAuditReview::knowsWhatItDoesNotKnow()
{
    QFETCH_GLOBAL(int, kind);
    Bench b(Dialect::Kind{kind});
    const auto event = [&b](const char *action, const QJsonObject &old, const QJsonObject &current) {
        write(*b.session, [&](Transaction &t) {
            AuditEntry entry;
            entry.actor.name = QStringLiteral("mira");
            entry.action = QLatin1String(action);
            entry.entityType = QStringLiteral("gadget");
            entry.entityId = QStringLiteral("7");
            entry.oldValues = old;
            entry.newValues = current;
            AuditStore::record(t, entry);
            return 0;
        });
        return b.newest().id;
    };
    const QString a = QStringLiteral("a"), x = QStringLiteral("x"), secret = QStringLiteral("api_key");
    const AuditId first = event("UPDATE", {{a, 1}}, {{a, 2}, {secret, QStringLiteral("k")}});
    const AuditId second = event("UPDATE", {{x, 5}}, {{x, 6}});
    const AuditId third = event("UPDATE", {{a, 9}}, {{a, 10}});
    const EntityKey gadget{QStringLiteral("gadget"), QStringLiteral("7")};
    const auto state = [&](AuditId id) { return valueOf(b.review.state(gadget, {std::nullopt, id})); };
    // x is told by the second event as its value before; of a secret only that there is one.
    const EntityState early = state(first);
    QCOMPARE(early.values(), (QJsonObject{{a, 2}, {x, 5}}));
    QVERIFY(early.fields.value(x).isLater && early.fields.value(x).from == second);
    QVERIFY(early.fields.value(secret).isHidden);
    QVERIFY(!early.isFromBegin);
    QCOMPARE(early.remarks().size(), 3);
    // A change that is not in the trail shows where the next one began.
    QVERIFY(state(second).contradictions.isEmpty());
    QCOMPARE(state(third).contradictions.size(), 1);
    // Before the first event everything comes from what it found.
    const EntityState before = state({first.value - 1});
    QCOMPARE(before.values(), (QJsonObject{{a, 1}, {x, 5}}));
    QVERIFY(before.exists);
}

void TstAuditReview::seesWhatWasChangedOutside()
{
    QFETCH_GLOBAL(int, kind);
    Bench b(Dialect::Kind{kind});
    const Connection c = b.add(QStringLiteral("orders"));
    execute(*b.session, {QStringLiteral("update connections set port = 6543, is_active = %1 where id = %2")
                             .arg(b.session->dialect().isSqlite() ? QStringLiteral("0") : QStringLiteral("false")).arg(c.id.value)});
    QCOMPARE(valueOf(b.database.write([](Transaction &t) { return AuditStore::sealExternalChanges(t, {}, 10); })), 1);
    const EntityState state = b.stateAfter(c, b.newest().id);
    QCOMPARE(known(state), stored(valueOf(b.connections.get(c.id))));
    QCOMPARE(state.values().value(QLatin1String("is_active")), QJsonValue(false));
    QCOMPARE(valueOf(b.review.life(Bench::keyOf(c))).total, 2);
}

void TstAuditReview::restoresThroughTheService()
{
    QFETCH_GLOBAL(int, kind);
    Bench b(Dialect::Kind{kind});
    const Connection first = b.add(QStringLiteral("orders"));
    const AuditId made = b.newest().id;
    Connection c = first;
    c.port = 6000;
    c.tags = {QStringLiteral("new")};
    c.config = {{QStringLiteral("sslmode"), QStringLiteral("require")}};
    c = b.edit(c);
    const RestorePlan plan = valueOf(b.review.planRestore(Bench::keyOf(c), {std::nullopt, made}));
    QStringList fields;
    for (const RestorePlan::Field &field : plan.fields) fields << field.name;
    QCOMPARE(fields, (QStringList{QStringLiteral("port"), QStringLiteral("tags"), QStringLiteral("config")}));
    QVERIFY(plan.notes.join(u' ').contains(QStringLiteral("password stays as it is")));
    // One value, then the rest.
    QCOMPARE(valueOf(b.review.restore(plan, {QStringLiteral("port")})), QString::number(c.id.value));
    c = valueOf(b.connections.get(c.id));
    QCOMPARE(c.port, std::optional(5432));
    QCOMPARE(c.tags, QStringList{QStringLiteral("new")});
    const AuditRecord event = b.newest();
    QCOMPARE(event.action, QStringLiteral("UPDATE"));
    QCOMPARE(event.metadata.value(QLatin1String("restored_from")).toInteger(), made.value);
    (void)valueOf(b.review.restore(valueOf(b.review.planRestore(Bench::keyOf(c), {std::nullopt, made})), fields));
    c = valueOf(b.connections.get(c.id));
    QCOMPARE(stored(c), stored(first));
    QVERIFY(c.hasSecret);
    const RestorePlan nothing = valueOf(b.review.planRestore(Bench::keyOf(c), {std::nullopt, made}));
    QVERIFY(nothing.fields.isEmpty());
    QCOMPARE(b.review.restore(nothing, fields).result().error().kind, ErrorKind::Invalid);
}

void TstAuditReview::aRestoreThatComesTooLateIsAConflict()
{
    QFETCH_GLOBAL(int, kind);
    Bench b(Dialect::Kind{kind});
    Connection c = b.add(QStringLiteral("orders"));
    const AuditId made = b.newest().id;
    c.port = 6000;
    c = b.edit(c);
    const RestorePlan plan = valueOf(b.review.planRestore(Bench::keyOf(c), {std::nullopt, made}));
    c.description = QStringLiteral("somebody was here");
    c = b.edit(c);
    QCOMPARE(b.review.restore(plan, {QStringLiteral("port")}).result().error().kind, ErrorKind::Conflict);
    QCOMPARE(valueOf(b.connections.get(c.id)), c);
}

void TstAuditReview::restoresWhatIsGone()
{
    QFETCH_GLOBAL(int, kind);
    Bench b(Dialect::Kind{kind});
    const Connection c = b.add(QStringLiteral("orders"));
    const AuditId made = b.newest().id;
    (void)valueOf(b.connections.remove(c.id, c.version));
    QVERIFY(!b.stateAfter(c, b.newest().id).exists);
    const RestorePlan plan = valueOf(b.review.planRestore(Bench::keyOf(c), {std::nullopt, made}));
    QStringList fields;
    for (const RestorePlan::Field &field : plan.fields) fields << field.name;
    const Connection again = valueOf(b.connections.get({valueOf(b.review.restore(plan, fields)).toLongLong()}));
    QJsonObject expected = stored(c);
    expected[QStringLiteral("id")] = again.id.value;
    QCOMPARE(stored(again), expected);
    QVERIFY(again.id != c.id && !again.hasSecret);
    QCOMPARE(b.newest().action, QStringLiteral("CREATE"));
    QCOMPARE(b.newest().metadata.value(QLatin1String("restored_from")).toInteger(), made.value);
}

void TstAuditReview::onlyWhatAServiceCan()
{
    QFETCH_GLOBAL(int, kind);
    Bench b(Dialect::Kind{kind});
    QVERIFY(b.review.canRestore(QStringLiteral("connection")) && b.review.canRestore(QStringLiteral("connections")));
    QVERIFY(!b.review.canRestore(QStringLiteral("user")));
    QCOMPARE(b.review.planRestore({QStringLiteral("user"), QStringLiteral("1")}, {}).result().error().kind, ErrorKind::Invalid);
}

void TstAuditReview::findsARecord()
{
    QFETCH_GLOBAL(int, kind);
    Bench b(Dialect::Kind{kind});
    const Connection c = b.add(QStringLiteral("orders"));
    QCOMPARE(valueOf(b.review.resolve(QStringLiteral("connection/orders"))), Bench::keyOf(c));
    QCOMPARE(valueOf(b.review.resolve(QStringLiteral("connections/%1").arg(c.id.value))), Bench::keyOf(c));
    QCOMPARE(b.review.resolve(QStringLiteral("connection/nobody")).result().error().kind, ErrorKind::NotFound);
    QCOMPARE(b.review.resolve(QStringLiteral("orders")).result().error().kind, ErrorKind::Invalid);
}

HEADGATE_TEST(TstAuditReview);
#include "tst_auditreview.moc"
