// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/evidencereader.h"
#include "app/base/tasks.h"
#include "models/audit/auditstore.h"
#include "models/database/dberror.h"
#include "models/workspace/workspacestore.h"
#include "tests/app/audit/trailfixture.h"
#include "tests/support/testregistry.h"

#include <QDir>
#include <QProcess>
#include <QRandomGenerator>
#include <QTest>

using namespace headgate;
using namespace headgate::test;

namespace {

constexpr qint64 kDayUs = 86'400'000'000;

Timestamp at(const char *iso) { return *Timestamp::fromIso(QString::fromLatin1(iso)); }

AuditHold holdOf(const char *name)
{
    AuditHold hold;
    hold.name = QLatin1String(name);
    hold.reason = QStringLiteral("case 7");
    return hold;
}

}  // namespace

/// Three old months of ten events each, and five events of today.
class TstRetention : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addDatabaseRows(); }
    void init();
    void cleanup() { m_trail.reset(); }
    void plansWholeMonths();
    void retiresIntoArchives();
    void theChainGoesOn();
    void aHoldKeepsItsMonth();
    void aHoldCoversWhatWasDoneOutside();
    void releasesAHold();
    void checksHolds();
    void refusesByRawSql();
    void removesNothingThatDoesNotVerify();
    void setsTheDays();
    void losesNothingWhenKilled();
    void retirer();

private:
    QString folder() const { return m_trail->folder.filePath(QStringLiteral("archives")); }
    QList<RetiredMonth> retire() { return valueOf(m_trail->retention->retire(Timestamp::now(), folder())); }
    std::unique_ptr<Trail> m_trail;
};

void TstRetention::init()
{
    QFETCH_GLOBAL(int, kind);
    if (!qstrcmp(QTest::currentTestFunction(), "retirer")) return;
    m_trail = std::make_unique<Trail>(Dialect::Kind(kind));
    {
        const auto session = m_trail->database.open();
        write(*session, [](Transaction &transaction) {
            WorkspaceStore::ensurePartitions(transaction, at("2018-02-01T00:00:00Z"), at("2018-03-31T00:00:00Z"));
            return Done{};
        });
    }
    // January stands in the default partition of PostgreSQL, the others in their own.
    for (const char *month : {"2018-01-03T08:00:00Z", "2018-02-03T08:00:00Z", "2018-03-03T08:00:00Z"}) m_trail->add(10, at(month), kDayUs);
    m_trail->add(5);
    QCOMPARE(m_trail->kinds(), QString());
}

void TstRetention::plansWholeMonths()
{
    const RetentionPlan plan = valueOf(m_trail->retention->plan(Timestamp::now()));
    QCOMPARE(plan.retentionDays, 2557);
    QCOMPARE(plan.months.size(), 3);
    QCOMPARE(plan.months[1].name(), QStringLiteral("2018-02"));
    QCOMPARE(plan.months[1].firstId, 11);
    QCOMPARE(plan.months[1].lastId, 20);
    QCOMPARE(plan.events(), 30);
    QCOMPARE(plan.young, 5);
    QCOMPARE(valueOf(m_trail->retention->plan(at("2018-02-20T00:00:00Z"))).events(), 10);
    QCOMPARE(valueOf(m_trail->retention->plan(at("2017-02-20T00:00:00Z"))).events(), 0);
}

void TstRetention::retiresIntoArchives()
{
    const QList<RetiredMonth> retired = retire();
    QCOMPARE(retired.size(), 3);
    qint64 events = 0;
    for (const RetiredMonth &month : retired) {
        const EvidenceCheck check = checkEvidence(month.file.path, month.file.publicKey);
        QVERIFY2(check.ok(), qPrintable(check.ok() ? QString() : check.findings.first().text));
        events += check.events;
    }
    QCOMPARE(events, 30);
    QCOMPARE(m_trail->number(QStringLiteral("select min(id) from audit_logs")), 31);
    QCOMPARE(m_trail->number(QStringLiteral("select count(*) from audit_seals where removed_at is not null")), 3);
    QCOMPARE(m_trail->number(QStringLiteral("select count(*) from operations where audit_id < 31")), 0);
    // What is derived agrees with what is left: five events and three of retiring.
    QCOMPARE(m_trail->number(QStringLiteral("select sum(events) from audit_rollups")), 8);
    QCOMPARE(m_trail->number(QStringLiteral("select sum(events) from audit_facets where facet = 'actor'")), 8);
    QCOMPARE(m_trail->number(QStringLiteral("select count(*) from audit_logs")), 8);
    const AuditRecord event = m_trail->newest();
    QCOMPARE(event.action, QStringLiteral("RETIRE"));
    QCOMPARE(event.metadata.value(u"events").toInteger(), 10);
    QVERIFY(retire().isEmpty());
}

void TstRetention::theChainGoesOn()
{
    retire();
    const AuditVerification result = m_trail->verify();
    QVERIFY2(result.ok(), qPrintable(result.ok() ? QString() : result.findings.first().kind + result.findings.first().text));
    QCOMPARE(result.start.id, 30);
    QCOMPARE(result.rows, 8);
    m_trail->add(2);
    QVERIFY(m_trail->verify(IntegrityService::Scope::SinceVerified).ok());
    const EvidenceFile file = valueOf(m_trail->integrity->exportEvidence({}, m_trail->folder.filePath(QStringLiteral("rest.tar"))));
    QCOMPARE(file.events, 10);
    QVERIFY(checkEvidence(file.path).ok());
}

void TstRetention::aHoldKeepsItsMonth()
{
    AuditHold hold = holdOf("smith v. jones");
    hold.entityType = QStringLiteral("connection");
    hold.entityId = QStringLiteral("15");
    const AuditHold added = valueOf(m_trail->retention->addHold(hold));
    QCOMPARE(added.createdBy, QStringLiteral("mira"));
    const RetentionPlan plan = valueOf(m_trail->retention->plan(Timestamp::now()));
    QCOMPARE(plan.months.size(), 1);
    QCOMPARE(plan.keptByHolds, 20);
    QCOMPARE(plan.held, (QList<HeldEvents>{{QStringLiteral("smith v. jones"), 1, 15}}));
    QCOMPARE(retire().size(), 1);
    QCOMPARE(m_trail->number(QStringLiteral("select min(id) from audit_logs")), 11);
    QVERIFY(m_trail->verify().ok());
}

/// Which stands in the trail under the name of the table.
void TstRetention::aHoldCoversWhatWasDoneOutside()
{
    QFETCH_GLOBAL(int, kind);
    m_trail = std::make_unique<Trail>(Dialect::Kind(kind));
    AuditEntry entry;
    entry.actor.name = QStringLiteral("app");
    entry.action = QStringLiteral("EXTERNAL");
    entry.entityType = QStringLiteral("connections");
    entry.entityId = QStringLiteral("42");
    entry.occurredAt = at("2018-01-03T08:00:00Z");
    const auto session = m_trail->database.open();
    write(*session, [&](Transaction &transaction) {
        AuditStore::record(transaction, entry);
        return Done{};
    });
    m_trail->add(5);
    AuditHold hold = holdOf("case-7");
    hold.entityType = QStringLiteral("Connections");
    hold.entityId = QStringLiteral("42");
    QCOMPARE(valueOf(m_trail->retention->addHold(hold)).entityType, QStringLiteral("connection"));
    QCOMPARE(valueOf(m_trail->retention->heldEvents(QStringLiteral("case-7"))), 1);
    const RetentionPlan plan = valueOf(m_trail->retention->plan(Timestamp::now()));
    QCOMPARE(plan.held.size(), 1);
    QCOMPARE(plan.events(), 0);
    // The guards of the schema say so too.
    const bool pg = Dialect::Kind(kind) == Dialect::Kind::Postgresql;
    execute(*session, {QStringLiteral("insert into audit_seals (first_id, last_id, first_at, last_at, previous_hash, "
                                      "last_hash, events, file_name, file_sha256, sealed_by) "
                                      "select id, id, occurred_at, occurred_at, previous_hash, hash, 1, 'x', hash, 'x' "
                                      "from audit_logs where id = 1")});
    const QString remove = pg ? QStringLiteral("select remove_sealed_audit((select max(id) from audit_seals))")
                              : QStringLiteral("delete from audit_logs where id = 1");
    QVERIFY_EXCEPTION_THROWN(execute(*session, {remove}), DbError);
    valueOf(m_trail->retention->releaseHold(QStringLiteral("case-7")));
    execute(*session, {remove});
    QCOMPARE(m_trail->number(QStringLiteral("select count(*) from audit_logs where id = 1")), 0);
}

void TstRetention::releasesAHold()
{
    AuditHold hold = holdOf("a");
    hold.actor = QStringLiteral("mira");
    hold.to = at("2018-01-05T00:00:00Z");
    valueOf(m_trail->retention->addHold(hold));
    QVERIFY(retire().isEmpty());
    const AuditHold released = valueOf(m_trail->retention->releaseHold(QStringLiteral("a")));
    QVERIFY(released.releasedAt);
    QCOMPARE(m_trail->newest().action, QStringLiteral("RELEASE"));
    QCOMPARE(m_trail->retention->releaseHold(QStringLiteral("a")).result().error().kind, ErrorKind::NotFound);
    QCOMPARE(retire().size(), 3);
    QCOMPARE(valueOf(m_trail->retention->holds()).size(), 1);
}

void TstRetention::checksHolds()
{
    AuditHold hold = holdOf("");
    QCOMPARE(m_trail->retention->addHold(hold).result().error().kind, ErrorKind::Invalid);
    hold = holdOf("a");
    hold.reason.clear();
    QCOMPARE(m_trail->retention->addHold(hold).result().error().kind, ErrorKind::Invalid);
    hold = holdOf("a");
    hold.from = at("2018-02-01T00:00:00Z");
    hold.to = at("2018-01-01T00:00:00Z");
    QCOMPARE(m_trail->retention->addHold(hold).result().error().kind, ErrorKind::Invalid);
    valueOf(m_trail->retention->addHold(holdOf("a")));
    QCOMPARE(m_trail->retention->addHold(holdOf("a")).result().error().kind, ErrorKind::Conflict);
    QVERIFY(m_trail->verify().ok());
}

/// Young, unsealed and held rows stay, whoever asks: the console's login and the owner with the guards in place.
void TstRetention::refusesByRawSql()
{
    QFETCH_GLOBAL(int, kind);
    const bool pg = Dialect::Kind(kind) == Dialect::Kind::Postgresql;
    const auto refused = [&](const QStringList &statements) {
        for (const bool owner : {false, true}) {
            const auto session = owner ? m_trail->database.openAsOwner() : m_trail->database.open();
            const qint64 before = number(*session, QStringLiteral("select count(*) from audit_logs"));
            bool threw = false;
            try {
                execute(*session, statements);
            } catch (const DbError &) {
                threw = true;
            }
            if (!threw || number(*session, QStringLiteral("select count(*) from audit_logs")) != before) return false;
        }
        return true;
    };
    const QString seal = QStringLiteral("insert into audit_seals (first_id, last_id, first_at, last_at, previous_hash, last_hash, events, file_name, file_sha256, sealed_by) "
                                        "select f.id, l.id, f.occurred_at, l.occurred_at, f.previous_hash, l.hash, l.id - f.id + 1, 'x', f.hash, 'x' "
                                        "from audit_logs f, audit_logs l where f.id = 1 and l.id = %1");
    const QString remove = pg ? QStringLiteral("select remove_sealed_audit((select max(id) from audit_seals))") : QStringLiteral("delete from audit_logs where id <= (select max(last_id) from audit_seals)");
    QVERIFY(refused({QStringLiteral("delete from audit_logs where id = 1")}));                             // unsealed
    QVERIFY(refused({seal.arg(32), remove}));                                                              // too young
    QVERIFY(refused({seal.arg(10).replace(QStringLiteral("f.id = 1"), QStringLiteral("f.id = 2")), remove}));  // not from the beginning
    if (!pg) QVERIFY(refused({seal.arg(10), QStringLiteral("delete from audit_logs where id = 5")}));
    if (pg) QVERIFY(refused({seal.arg(15), remove}));  // in the middle of a month
    AuditHold hold = holdOf("held");
    hold.entityId = QStringLiteral("7");
    valueOf(m_trail->retention->addHold(hold));
    QVERIFY(refused({seal.arg(10), remove}));
    QVERIFY(refused({QStringLiteral("delete from audit_holds")}));
    QVERIFY(refused({QStringLiteral("update audit_holds set to_at = from_at, reason = 'x'")}));
    QVERIFY(refused({QStringLiteral("update audit_settings set retention_days = 1")}));
    valueOf(m_trail->retention->releaseHold(QStringLiteral("held")));
    const auto session = m_trail->database.open();
    execute(*session, {seal.arg(10), remove});  // the same is allowed once nothing stands against it
    QCOMPARE(number(*session, QStringLiteral("select min(id) from audit_logs")), 11);
}

void TstRetention::removesNothingThatDoesNotVerify()
{
    {
        const auto owner = m_trail->database.openAsOwner();
        const bool pg = owner->dialect().isPostgresql();
        owner->execute(pg ? QStringLiteral("drop trigger audit_logs_change on audit_logs") : QStringLiteral("drop trigger audit_logs_update"));
        execute(*owner, {pg ? QStringLiteral("update audit_logs set payload = convert_to(replace(convert_from(payload, 'UTF8'), 'mira', 'jona'), 'UTF8') where id = 14")
                            : QStringLiteral("update audit_logs set payload = cast(replace(cast(payload as text), 'mira', 'jona') as blob) where id = 14")});
    }
    const auto result = m_trail->retention->retire(Timestamp::now(), folder()).result();
    QVERIFY(!result.ok());
    QCOMPARE(result.error().kind, ErrorKind::Integrity);
    QCOMPARE(m_trail->number(QStringLiteral("select min(id) from audit_logs")), 11);  // January was whole
}

void TstRetention::setsTheDays()
{
    QCOMPARE(m_trail->retention->setRetentionDays(2000).result().error().kind, ErrorKind::Invalid);
    valueOf(m_trail->retention->setRetentionDays(20'000));
    QCOMPARE(valueOf(m_trail->retention->plan(Timestamp::now())).events(), 0);
    QCOMPARE(m_trail->newest().oldValues->value(u"retention_days").toInt(), 2557);
}

/// Killed at any moment of the retiring, each event stands in the trail or in an archive that verifies; going on
/// afterwards ends well.
void TstRetention::losesNothingWhenKilled()
{
    QFETCH_GLOBAL(int, kind);
    const ConnectSpec &spec = m_trail->database.spec();
    const bool pg = Dialect::Kind(kind) == Dialect::Kind::Postgresql;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("HEADGATE_RETIRE_WORKSPACE"),
                       pg ? QStringLiteral("postgresql://%1:%2@%3:%4/%5").arg(spec.user, QString::fromUtf8(spec.password), spec.host, spec.port, spec.database) : spec.path);
    environment.insert(QStringLiteral("HEADGATE_RETIRE_KIND"), QString::number(kind));
    environment.insert(QStringLiteral("HEADGATE_RETIRE_FOLDER"), m_trail->folder.path());
    m_trail->close();
    const quint32 seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    for (int round = 0; round < 12; ++round) {
        QProcess child;
        child.setProcessEnvironment(environment);
        child.setProcessChannelMode(QProcess::MergedChannels);
        child.start(QCoreApplication::applicationFilePath(), {QStringLiteral("TstRetention"), QStringLiteral("retirer")});
        QVERIFY(child.waitForReadyRead(30'000));  // its test has begun
        QTest::qSleep(random.bounded(round < 6 ? 30 : 120));
        child.kill();
        child.waitForFinished();
        m_trail->reopen();
        const qint64 first = m_trail->number(QStringLiteral("select min(id) from audit_logs"));
        qint64 archived = 0;
        for (const QFileInfo &file : QDir(folder()).entryInfoList({QStringLiteral("*.tar")}, QDir::Files, QDir::Name)) {
            const EvidenceCheck check = checkEvidence(file.filePath());
            QVERIFY(check.ok());
            archived = std::max(archived, check.manifest[u"end"][u"id"].toInteger());
        }
        QVERIFY2(archived >= first - 1, qPrintable(QStringLiteral("archives end at %1, the trail begins at %2").arg(archived).arg(first)));
        QVERIFY(valueOf(m_trail->audit->verify()).ok());
        m_trail->close();
    }
    m_trail->reopen();
    retire();
    QCOMPARE(m_trail->number(QStringLiteral("select min(id) from audit_logs")), 31);
    QVERIFY(valueOf(m_trail->audit->verify()).ok());
}

/// The process that is killed; does nothing unless it is started as that.
void TstRetention::retirer()
{
    const QByteArray path = qgetenv("HEADGATE_RETIRE_WORKSPACE");
    QFETCH_GLOBAL(int, kind);
    if (path.isEmpty() || qEnvironmentVariableIntValue("HEADGATE_RETIRE_KIND") != kind) return;
    ConnectSpec spec;
    if (Dialect::Kind(kind) == Dialect::Kind::Postgresql) spec = specFromUrl(QString::fromUtf8(path));
    else spec.path = QString::fromUtf8(path);
    const QString folder = qEnvironmentVariable("HEADGATE_RETIRE_FOLDER");
    const auto actor = [] { return Actor{std::nullopt, QStringLiteral("mira"), {}, {}}; };
    Database database(spec);
    AuditService audit(database, actor);
    IntegrityService integrity(database, audit, {QUuid::createUuid(), QStringLiteral("team"), QStringLiteral("mira"), folder + QStringLiteral("/keys"), folder + QStringLiteral("/state"), false}, actor);
    RetentionService retention(database, integrity);
    (void)retention.retire(Timestamp::now(), folder + QStringLiteral("/archives")).result();
}

HEADGATE_TEST(TstRetention);
#include "tst_retention.moc"
