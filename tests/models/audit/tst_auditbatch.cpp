// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/auditpayload.h"
#include "models/audit/auditstore.h"
#include "models/audit/redaction.h"
#include "tests/benchmarks/auditsynth.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QTest>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

/// The payload as it is defined: QJsonDocument's text of an object of every column.
QByteArray definedPayload(const AuditRecord &row)
{
    const auto text = [](const QString &value) { return value.isEmpty() ? QJsonValue() : QJsonValue(value); };
    const auto object = [](const std::optional<QJsonObject> &value) { return value ? QJsonValue(*value) : QJsonValue(); };
    return QJsonDocument(QJsonObject{{u"id"_s, qint64(row.id.value)},
                                     {u"occurred_at"_s, row.occurredAt.toIso()},
                                     {u"user_id"_s, row.userId ? QJsonValue(qint64(row.userId->value)) : QJsonValue()},
                                     {u"actor"_s, row.actor},
                                     {u"action"_s, row.action},
                                     {u"entity_type"_s, row.entityType},
                                     {u"entity_id"_s, text(row.entityId)},
                                     {u"entity_name"_s, text(row.entityName)},
                                     {u"status"_s, row.success ? u"success"_s : u"failure"_s},
                                     {u"ip_address"_s, text(row.ipAddress)},
                                     {u"user_agent"_s, text(row.userAgent)},
                                     {u"old_values"_s, object(row.oldValues)},
                                     {u"new_values"_s, object(row.newValues)},
                                     {u"error_message"_s, text(row.errorMessage)},
                                     {u"metadata"_s, row.metadata},
                                     {u"op_id"_s, row.operationId.toString(QUuid::WithoutBraces)}})
        .toJson(QJsonDocument::Compact);
}

QByteArray definedHash(const AuditRecord &row)
{
    return QCryptographicHash::hash("headgate-audit-v1\n" + row.previousHash + row.payload, QCryptographicHash::Sha256);
}

constexpr int kRows = 1'500;

QList<AuditEntry> synthetic(int rows)
{
    const Timestamp now = Timestamp::now();
    const AuditSynth synth(rows, {now.us - 86'400'000'000}, now);
    QList<AuditEntry> entries;
    for (int i = 0; i < rows; ++i) entries << synth.entry(i);
    return entries;
}

}  // namespace

class TstAuditBatch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDatabaseRows(); }
    void init();
    void writesManyAsOne();
    void derivesWhatSingleRowsDerive();
    void isAllOrNothing();
    void doesNothingWithoutEntries();
    void takesSecretsOut();
    void sparesOnlyWhatHoldsNoSecret();
    void tellsTimesLikeQt();

private:
    std::unique_ptr<TestDatabase> m_database;
    std::unique_ptr<Session> m_session;
};

void TstAuditBatch::init()
{
    QFETCH_GLOBAL(int, kind);
    m_session.reset();
    m_database = std::make_unique<TestDatabase>(Dialect::Kind(kind));
    m_session = m_database->open();
}

void TstAuditBatch::writesManyAsOne()
{
    const QList<AuditEntry> entries = synthetic(kRows);
    write(*m_session, [&](Transaction &transaction) {
        AuditStore::record(transaction, entries);
        return Done{};
    });
    QCOMPARE(number(*m_session, u"select count(*) from operations"_s), 1);
    const AuditVerification verified = AuditStore::verify(*m_session, {}, {});
    QVERIFY(verified.ok());
    QCOMPARE(verified.rows, kRows);
    for (int i = 0; i < kRows; i += 7) {
        const AuditRecord row = *AuditStore::get(*m_session, {i + 1});
        QCOMPARE(row.payload, definedPayload(row));
        QCOMPARE(row.hash, definedHash(row));
        QCOMPARE(row.oldValues, entries[i].oldValues);
        QCOMPARE(row.newValues, entries[i].newValues);
        QCOMPARE(row.metadata, entries[i].metadata);
        QCOMPARE(row.entityName, entries[i].entityName);
        QCOMPARE(row.errorMessage, entries[i].errorMessage);
        QCOMPARE(row.occurredAt, *entries[i].occurredAt);
    }
}

void TstAuditBatch::derivesWhatSingleRowsDerive()
{
    const QList<AuditEntry> entries = synthetic(120);
    write(*m_session, [&](Transaction &transaction) {
        AuditStore::record(transaction, entries);
        return Done{};
    });
    QFETCH_GLOBAL(int, kind);
    const TestDatabase other{Dialect::Kind(kind)};
    const auto session = other.open();
    write(*session, [&](Transaction &transaction) {
        for (const AuditEntry &entry : entries) AuditStore::record(transaction, entry);
        return Done{};
    });
    for (const QString &sql : {u"select count(*) from audit_rollups"_s, u"select cast(sum(events) as bigint) from audit_rollups where action = 'UPDATE'"_s,
                               u"select count(*) from audit_names"_s, u"select count(*) from audit_facets"_s, u"select cast(max(events) as bigint) from audit_facets"_s,
                               u"select count(*) from audit_seen"_s, u"select cast(sum(events * first_id) as bigint) from audit_seen"_s})
        QCOMPARE(number(*m_session, sql), number(*session, sql));
}

void TstAuditBatch::isAllOrNothing()
{
    QList<AuditEntry> entries = synthetic(50);
    entries[40].entityName = QString(300, u'x');  // longer than the column
    QVERIFY_EXCEPTION_THROWN(write(*m_session,
                                   [&](Transaction &transaction) {
                                       AuditStore::record(transaction, entries);
                                       return Done{};
                                   }),
                             Exception);
    QCOMPARE(AuditStore::count(*m_session, {}), 0);
    entries[40].entityName = QString(QChar(0xd800));
    QVERIFY_EXCEPTION_THROWN(write(*m_session,
                                   [&](Transaction &transaction) {
                                       AuditStore::record(transaction, entries);
                                       return Done{};
                                   }),
                             Exception);
    entries[40].entityName.clear();
    entries[40].metadata = {{u"text"_s, u"a\0b"_s}};
    QVERIFY_EXCEPTION_THROWN(write(*m_session,
                                   [&](Transaction &transaction) {
                                       AuditStore::record(transaction, entries);
                                       return Done{};
                                   }),
                             Exception);
    QVERIFY(AuditStore::verify(*m_session, {}, {}).ok());
}

void TstAuditBatch::doesNothingWithoutEntries()
{
    write(*m_session, [](Transaction &transaction) {
        AuditStore::record(transaction, QList<AuditEntry>());
        return Done{};
    });
    QCOMPARE(AuditStore::count(*m_session, {}), 0);
}

void TstAuditBatch::takesSecretsOut()
{
    const QString canary = u"c4n4ry"_s;
    QList<AuditEntry> entries = synthetic(3);
    entries[0].newValues = QJsonObject{{u"pass\u0001word"_s, canary}, {u"Api-Key"_s, canary}};
    entries[1].oldValues = QJsonObject{{u"list"_s, QJsonArray{QJsonObject{{u"field"_s, u"p_w_d"_s}, {u"before"_s, canary}}}}};
    entries[2].metadata = {{u"note"_s, u"tcp://me:%1@host"_s.arg(canary)}};
    entries[2].errorMessage = u"\u017fecret=%1"_s.arg(canary) + u" token: "_s + canary;
    write(*m_session, [&](Transaction &transaction) {
        AuditStore::record(transaction, entries);
        return Done{};
    });
    for (qint64 id = 1; id <= 2; ++id) QVERIFY(!AuditStore::get(*m_session, {id})->payload.contains(canary.toUtf8()));
    QVERIFY(!AuditStore::get(*m_session, {3})->payload.contains((u"me:"_s + canary).toUtf8()));
    QVERIFY(!AuditStore::get(*m_session, {3})->payload.contains((u"token: "_s + canary).toUtf8()));
}

/// Text that mayHoldSecret() lets pass must be one that the patterns leave alone. A U+017F somewhere makes them look.
void TstAuditBatch::sparesOnlyWhatHoldsNoSecret()
{
    const quint32 seed = qEnvironmentVariableIntValue("HEADGATE_TEST_SEED") ? quint32(qEnvironmentVariableIntValue("HEADGATE_TEST_SEED"))
                                                                            : QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    static const QStringList parts{u"pass"_s, u"PASS"_s, u"wd"_s, u"pwd"_s, u"_"_s, u"-"_s, u" "_s, u"="_s, u": "_s, u"'"_s, u"\""_s, u"x"_s, u"9"_s, u"key"_s,
                                   u"Api"_s, u"access"_s, u"private"_s, u"secr"_s, u"et"_s, u"tok"_s, u"en"_s, u"s"_s, u"u:v"_s, u"@h"_s, u"://"_s, u"cook"_s, u"ie"_s,
                                   u"Bear"_s, u"er "_s, u"Basic"_s, u"IDENTIFIED BY "_s, u"SET "_s, u"auth"_s, u"orization"_s, u"credential"_s, u"connection"_s,
                                   u"string"_s, u"ä"_s, u"\u212a"_s, u"\\"_s, u"--"_s, u"-----BEGIN PRIVATE KEY-----"_s, u"hidden value"_s, u"longenough"_s};
    int spared = 0;
    for (int i = 0; i < 30'000; ++i) {
        QString text;
        for (int n = 1 + random.bounded(6); n > 0; --n) text += parts[random.bounded(int(parts.size()))];
        const QJsonObject object{{text, u"v4lue"_s}, {u"field"_s, text}, {u"before"_s, u"v4lue"_s}};
        const QByteArray json = QJsonDocument(object).toJson(QJsonDocument::Compact);
        if (!Redaction::mayHoldSecret(json)) QCOMPARE(Redaction::redact(object), object);
        if (Redaction::mayHoldSecret(text.toUtf8())) continue;
        ++spared;
        QCOMPARE(Redaction::redactText(u"\u017f "_s + text), u"\u017f "_s + text);
    }
    QVERIFY(spared > 1'000);
}

void TstAuditBatch::tellsTimesLikeQt()
{
    QRandomGenerator random(7);
    const auto compare = [](qint64 us) {
        const qint64 seconds = us >= 0 ? us / 1'000'000 : -((-us + 999'999) / 1'000'000);
        const QString qt = QDateTime::fromSecsSinceEpoch(seconds, Qt::UTC).toString(u"yyyy-MM-ddTHH:mm:ss"_s)
                           + u".%1Z"_s.arg(us - seconds * 1'000'000, 6, 10, QLatin1Char('0'));
        QCOMPARE(Timestamp{us}.toIso(), qt);
    };
    for (const qint64 us : {qint64(0), qint64(-1), qint64(951'782'400'000'000), qint64(-62'135'596'800'000'000), qint64(253'402'300'799'999'999), qint64(253'402'300'800'000'000)}) compare(us);
    for (int i = 0; i < 10'000; ++i) compare(qint64(random.generate64() % 253'402'300'800'000'000ull) - qint64(random.bounded(2)) * 60'000'000'000'000'000);
}

HEADGATE_TEST(TstAuditBatch);
#include "tst_auditbatch.moc"
