// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/tasks.h"
#include "models/audit/auditpayload.h"
#include "models/audit/trailpoints.h"
#include "tests/app/audit/trailfixture.h"
#include "tests/models/audit/tamperer.h"
#include "tests/support/testregistry.h"

#include <QJsonDocument>
#include <QTest>

using namespace headgate;
using namespace headgate::test;

/// Each way to change a trail behind the console's back, done by somebody who owns the database and took the guards away.
class TstIntegrity : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addDatabaseRows(); }
    void init();
    void cleanup() { m_trail.reset(); }
    void anUntouchedTrailIsWhole();
    void detectsAnEdit();
    void detectsAnEditWithItsHash();
    void detectsADelete();
    void detectsAnInsert();
    void detectsASwap();
    void detectsACutTail();
    void detectsAWholeFileRollback();
    void detectsARehashOfEverything();
    void detectsWrongRollups();
    void mergesRunsAndNamesTheFirst();
    void detectsAChangedMemory();
    void goesOnFromTheVerifiedHead();
    void looksQuickly();
    void acceptsAHead();
    void stopsWhenCancelled();
    void keepsTheMemoryPrivate();

private:
    void deriveAnew(Tamperer &tamperer);
    std::unique_ptr<Trail> m_trail;
};

void TstIntegrity::init()
{
    QFETCH_GLOBAL(int, kind);
    m_trail = std::make_unique<Trail>(Dialect::Kind(kind));
    m_trail->add(12, Timestamp{Timestamp::now().us - 100'000'000});
    QCOMPARE(m_trail->kinds(), QString());
}

/// What a careful forger also does.
void TstIntegrity::deriveAnew(Tamperer &tamperer)
{
    const bool pg = tamperer.session().dialect().isPostgresql();
    tamperer.doing({QStringLiteral("delete from audit_rollups"), QStringLiteral("delete from audit_facets"),
                    QStringLiteral("insert into audit_rollups (bucket_start, action, status, events) select %1, action, status, count(*) from audit_logs group by 1, 2, 3")
                        .arg(pg ? QStringLiteral("date_trunc('hour', occurred_at)") : QStringLiteral("occurred_at - occurred_at % 3600000000"))});
    for (const char *facet : {"actor", "entity_type"})
        tamperer.doing({QStringLiteral("insert into audit_facets (facet, bucket_start, value, events) select '%1', %2, %1, count(*) from audit_logs group by 2, 3")
                            .arg(QLatin1String(facet), pg ? QStringLiteral("date_trunc('month', occurred_at)")
                                                          : QStringLiteral("cast(strftime('%s', occurred_at / 1000000, 'unixepoch', 'start of month') as integer) * 1000000"))});
}

void TstIntegrity::anUntouchedTrailIsWhole()
{
    const AuditVerification result = m_trail->verify();
    QVERIFY(result.ok());
    QCOMPARE(result.rows, 12);
    QCOMPARE(result.start.id, 0);
    QVERIFY(result.rowsPerSecond() > 0);
    QVERIFY2(result.remark.isEmpty(), qPrintable(result.remark));
}

void TstIntegrity::detectsAnEdit()
{
    Tamperer(m_trail->database).doing({QStringLiteral("update audit_logs set actor = 'jon' where id = 5")});
    QCOMPARE(m_trail->kinds(), QStringLiteral("payload"));
    QCOMPARE(m_trail->verify().findings.first().id, 5);
}

void TstIntegrity::detectsAnEditWithItsHash()
{
    const AuditRecord row = valueOf(m_trail->audit->get({5}));
    const QByteArray payload = QByteArray(row.payload).replace("mira", "jon");
    Tamperer tamperer(m_trail->database);
    tamperer.doing({QStringLiteral("update audit_logs set actor = 'jon', payload = %1, hash = %2 where id = 5")
                        .arg(tamperer.literal(payload), tamperer.literal(AuditPayload::hash(row.previousHash, payload)))});
    QCOMPARE(m_trail->kinds(), QStringLiteral("link"));
    QCOMPARE(m_trail->verify().findings.first().id, 6);
}

void TstIntegrity::detectsADelete()
{
    Tamperer tamperer(m_trail->database);
    tamperer.doing({QStringLiteral("delete from audit_logs where id in (5, 6)"), QStringLiteral("delete from operations where audit_id in (5, 6)")});
    deriveAnew(tamperer);
    const AuditVerification result = m_trail->verify();
    QCOMPARE(m_trail->kinds(), QStringLiteral("gap,link"));
    QCOMPARE(result.findings.first().kind, QStringLiteral("gap"));
    QCOMPARE(result.findings.first().id, 5);
    QCOMPARE(result.findings.first().lastId, 6);
    QCOMPARE(result.findingCount, 3);
}

void TstIntegrity::detectsAnInsert()
{
    Tamperer tamperer(m_trail->database);
    tamperer.doing({QStringLiteral("create table slip as select * from audit_logs where id = 12"), QStringLiteral("update slip set id = 13"),
                    QStringLiteral("insert into audit_logs select * from slip"), QStringLiteral("drop table slip")});
    const QString kinds = m_trail->kinds();
    QVERIFY2(kinds.contains(u"link") && kinds.contains(u"head") && kinds.contains(u"payload"), qPrintable(kinds));
}

void TstIntegrity::detectsASwap()
{
    Tamperer(m_trail->database)
        .doing({QStringLiteral("update audit_logs set id = 100 where id = 5"), QStringLiteral("update audit_logs set id = 5 where id = 6"),
                QStringLiteral("update audit_logs set id = 6 where id = 100")});
    const QString kinds = m_trail->kinds();
    QVERIFY2(kinds.contains(u"link") && kinds.contains(u"payload") && kinds.contains(u"time"), qPrintable(kinds));
    QCOMPARE(m_trail->verify().findings.first().id, 5);
}

void TstIntegrity::detectsACutTail()
{
    Tamperer tamperer(m_trail->database);
    tamperer.doing({QStringLiteral("delete from audit_logs where id > 9"), QStringLiteral("delete from operations where audit_id > 9"),
                    QStringLiteral("update audit_head set last_id = 9, last_hash = (select hash from audit_logs where id = 9), "
                                   "last_occurred_at = (select occurred_at from audit_logs where id = 9)")});
    deriveAnew(tamperer);
    QCOMPARE(m_trail->kinds(), QStringLiteral("rollback"));
    const AuditFinding finding = m_trail->verify().findings.first();
    QVERIFY2(finding.text.startsWith(QStringLiteral("The trail ends at event 9, but this computer saw event 12 on 20")), qPrintable(finding.text));
    // New events do not cover it up.
    m_trail->add(20);
    QVERIFY(m_trail->kinds(IntegrityService::Scope::SinceVerified).contains(u"rewrite"));
}

void TstIntegrity::detectsAWholeFileRollback()
{
    QFETCH_GLOBAL(int, kind);
    if (Dialect::Kind(kind) == Dialect::Kind::Postgresql) {
        Tamperer older(m_trail->database);  // keeps the tables as they are now
        m_trail->add(5);
        QCOMPARE(m_trail->integrity->look().result()->size(), 0);
        older.restore();
    } else {
        const QString path = m_trail->database.spec().path;
        m_trail->close();
        for (const QString &part : {QString(), QStringLiteral("-wal")}) QFile::copy(path + part, path + QStringLiteral(".older") + part);
        m_trail->reopen();
        m_trail->add(5);
        QCOMPARE(m_trail->kinds(), QString());
        m_trail->close();
        for (const QString &part : {QString(), QStringLiteral("-wal"), QStringLiteral("-shm")}) {
            QFile::remove(path + part);
            QFile::copy(path + QStringLiteral(".older") + part, path + part);
        }
        m_trail->reopen();
    }
    QCOMPARE(m_trail->kinds(), QStringLiteral("rollback"));
    QCOMPARE(m_trail->verify().findings.first().lastId, 17);
}

void TstIntegrity::detectsARehashOfEverything()
{
    Tamperer tamperer(m_trail->database);
    QByteArray previous = valueOf(m_trail->audit->get({4})).hash;
    for (qint64 id = 5; id <= 12; ++id) {
        AuditRecord row = valueOf(m_trail->audit->get({id}));
        if (id == 5) row.actor = QStringLiteral("jon");
        row.payload = AuditPayload::canonical(row);
        row.hash = AuditPayload::hash(previous, row.payload);
        tamperer.doing({QStringLiteral("update audit_logs set actor = '%1', payload = %2, previous_hash = %3, hash = %4 where id = %5")
                            .arg(row.actor, tamperer.literal(row.payload), tamperer.literal(previous), tamperer.literal(row.hash))
                            .arg(id)});
        previous = row.hash;
    }
    tamperer.doing({QStringLiteral("update audit_head set last_hash = %1").arg(tamperer.literal(previous))});
    QVERIFY(valueOf(m_trail->audit->verify()).ok());  // the database alone does not tell
    QCOMPARE(m_trail->kinds(), QStringLiteral("rewrite"));
    QVERIFY(m_trail->verify().findings.first().text.startsWith(QStringLiteral("Event 12 is not the one that this computer saw on")));
}

void TstIntegrity::detectsWrongRollups()
{
    const auto owner = m_trail->database.openAsOwner();
    for (const char *table : {"audit_rollups", "audit_facets"}) {
        execute(*owner, {QStringLiteral("update %1 set events = events + 3").arg(QLatin1String(table))});
        QCOMPARE(m_trail->kinds(), QStringLiteral("rollup"));
        execute(*owner, {QStringLiteral("update %1 set events = events - 3").arg(QLatin1String(table))});
        QCOMPARE(m_trail->kinds(), QString());
    }
}

void TstIntegrity::mergesRunsAndNamesTheFirst()
{
    m_trail->add(300);
    Tamperer(m_trail->database).doing({QStringLiteral("update audit_logs set actor = 'jon' where id between 20 and 220 or id = 300")});
    const AuditVerification result = m_trail->verify();
    QCOMPARE(result.findings.size(), 2);
    QCOMPARE(result.findings.first().id, 20);
    QCOMPARE(result.findings.first().lastId, 220);
    QCOMPARE(result.findingCount, 202);
}

void TstIntegrity::detectsAChangedMemory()
{
    QFile file(m_trail->memoryFile());
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray text = file.readAll();
    file.close();
    // Every byte that says something.
    for (const char *word : {"\"id\": 12", "hash\": \"", "signature\": \"", "workspace\": \""}) {
        QByteArray changed = text;
        const qsizetype at = changed.indexOf(word) + qsizetype(qstrlen(word)) - (qstrcmp(word, "\"id\": 12") ? 0 : 1);
        changed[at] = changed[at] == '1' ? '2' : '1';
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(changed);
        file.close();
        QCOMPARE(m_trail->kinds(), QStringLiteral("memory"));
    }
}

void TstIntegrity::goesOnFromTheVerifiedHead()
{
    m_trail->add(7);
    const AuditVerification result = m_trail->verify(IntegrityService::Scope::SinceVerified);
    QVERIFY(result.ok() && result.incremental);
    QCOMPARE(result.start.id, 12);
    QCOMPARE(result.rows, 7);
    Tamperer(m_trail->database).doing({QStringLiteral("update audit_logs set actor = 'jon' where id = 5")});
    QVERIFY(m_trail->verify(IntegrityService::Scope::SinceVerified).ok());  // that part was verified before
    QCOMPARE(m_trail->kinds(), QStringLiteral("payload"));
    // What was found once is not forgotten by the one that reads only what is new.
    QCOMPARE(m_trail->kinds(IntegrityService::Scope::SinceVerified), QStringLiteral("payload"));
}

void TstIntegrity::looksQuickly()
{
    m_trail->add(3);
    QVERIFY(valueOf(m_trail->integrity->look()).isEmpty());
    m_trail->reopen();
    Tamperer(m_trail->database).doing({QStringLiteral("update audit_logs set hash = %1 where id = 15").arg(QStringLiteral("previous_hash"))});
    const QList<AuditFinding> findings = valueOf(m_trail->integrity->look());
    QCOMPARE(findings.size(), 1);
    QCOMPARE(findings.first().kind, QStringLiteral("rewrite"));
    QVERIFY(findings.first().text.endsWith(QStringLiteral("up to event 12 the trail is the same")));
}

void TstIntegrity::acceptsAHead()
{
    QCOMPARE(m_trail->integrity->acceptHead(12).result().error().kind, ErrorKind::NotFound);
    Tamperer tamperer(m_trail->database);
    tamperer.doing({QStringLiteral("delete from audit_logs where id > 9"), QStringLiteral("delete from operations where audit_id > 9"),
                    QStringLiteral("update audit_head set last_id = 9, last_hash = (select hash from audit_logs where id = 9), "
                                   "last_occurred_at = (select occurred_at from audit_logs where id = 9)")});
    deriveAnew(tamperer);
    QCOMPARE(m_trail->integrity->acceptHead(12).result().error().kind, ErrorKind::Conflict);
    QCOMPARE(m_trail->kinds(), QStringLiteral("rollback"));
    QCOMPARE(valueOf(m_trail->integrity->acceptHead(9)).id, 10);
    QVERIFY(valueOf(m_trail->integrity->look()).isEmpty());
    const AuditRecord event = m_trail->newest();
    QCOMPARE(event.action, QStringLiteral("ACCEPT"));
    QCOMPARE(event.oldValues->value(u"id").toInteger(), 12);
    QCOMPARE(event.newValues->value(u"id").toInteger(), 9);
}

void TstIntegrity::stopsWhenCancelled()
{
    const CancelToken cancel;
    cancel.cancel();
    const auto result = m_trail->integrity->verify(IntegrityService::Scope::Whole, {}, cancel).result();
    QVERIFY(!result.ok());
    QCOMPARE(result.error().kind, ErrorKind::Cancelled);
}

void TstIntegrity::keepsTheMemoryPrivate()
{
    QCOMPARE(QFileInfo(m_trail->memoryFile()).permissions() & ~QFileDevice::Permissions(QFile::ReadUser | QFile::WriteUser), QFile::ReadOwner | QFile::WriteOwner);
    const TrailMemory memory(m_trail->folder.filePath(QStringLiteral("state")), m_trail->workspace);
    for (int id = 13; id <= 232; ++id) memory.remember(*m_trail->integrity->signingKey(), {id, QByteArray(32, 'x')}, true);
    memory.remember(*m_trail->integrity->signingKey(), {20, QByteArray(32, 'y')}, true);  // an older one comes too late
    QFile file(m_trail->memoryFile());
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto heads = QJsonDocument::fromJson(file.readAll()).object().value(u"heads").toArray();
    QCOMPARE(heads.size(), TrailMemory::kMost);
    QCOMPARE(heads.first().toObject().value(u"id").toInteger(), 12);
    QCOMPARE(heads.last().toObject().value(u"id").toInteger(), 232);
}

HEADGATE_TEST(TstIntegrity);
#include "tst_integrity.moc"
