// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/auditpayload.h"
#include "models/audit/auditstore.h"
#include "models/base/error.h"
#include "models/database/dberror.h"
#include "tests/models/audit/tamperer.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QTest>
#include <array>
#include <thread>

using namespace headgate;
using namespace headgate::test;

namespace {

AuditEntry entryOf(const QString &name, const char *action = "UPDATE")
{
    AuditEntry entry;
    entry.actor = {UserId{4}, QStringLiteral("mira"), QStringLiteral("192.0.2.4"), QStringLiteral("headgate test")};
    entry.action = QLatin1String(action);
    entry.entityType = QStringLiteral("connection");
    entry.entityId = QStringLiteral("17");
    entry.entityName = name;
    entry.oldValues = QJsonObject{{QStringLiteral("port"), 5432}, {QStringLiteral("ratio"), 0.1}, {QStringLiteral("big"), qint64(9007199254740993)}};
    entry.newValues = QJsonObject{{QStringLiteral("port"), QJsonValue()}, {QStringLiteral("note"), QStringLiteral("ä \"q\" \\ \n 🐘")}, {QStringLiteral("far"), 1e21}};
    entry.metadata = {{QStringLiteral("z"), 1}, {QStringLiteral("a"), QJsonArray{true, QJsonValue()}}};
    return entry;
}

int recordOne(Session &session, const AuditEntry &entry)
{
    return write(session, [&](Transaction &t) {
        AuditStore::record(t, entry);
        return 0;
    });
}

AuditVerification verified(Session &session) { return AuditStore::verify(session, {}, {}); }

QStringList kinds(const AuditVerification &result)
{
    QStringList list;
    for (const AuditFinding &finding : result.findings)
        if (!list.contains(finding.kind)) list << finding.kind;
    list.sort();
    return list;
}

}  // namespace

class TstAuditStore : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDatabaseRows(); }
    void init();
    void chainsWhatIsRecorded();
    void takesSecretsOut();
    void needsAnOperation();
    void aRollbackLeavesNoGap();
    void timesNeverGoBack();
    void pagesAndFilters();
    void jumpsAnywhere();
    void findsByName();
    void twoWritersLeaveNoGaps();
    void isAppendOnly();
    void sealsExternalChanges();
    void twoProcessesSealOnce();
    void racer();
    void findsTampering();

private:
    std::shared_ptr<TestDatabase> m_database;
    std::unique_ptr<Session> m_session;
};

void TstAuditStore::init()
{
    QFETCH_GLOBAL(int, kind);
    m_session.reset();
    if (!qstrcmp(QTest::currentTestFunction(), "racer")) return;
    m_database = std::make_shared<TestDatabase>(Dialect::Kind(kind));
    m_session = m_database->open();
}

void TstAuditStore::chainsWhatIsRecorded()
{
    QCOMPARE(verified(*m_session).rows, 0);
    const QUuid operation = QUuid::createUuid();
    {
        Transaction transaction(*m_session, Transaction::Mode::Write, operation);
        AuditStore::record(transaction, entryOf(QStringLiteral("first")));
        AuditEntry bare;
        bare.action = QStringLiteral("LOGIN");
        bare.entityType = QStringLiteral("user");
        bare.success = false;
        AuditStore::record(transaction, bare);
        transaction.commit();
    }
    const AuditRecord first = *AuditStore::get(*m_session, {1});
    const AuditRecord second = *AuditStore::get(*m_session, {2});
    const AuditEntry wanted = entryOf(QStringLiteral("first"));
    QCOMPARE(first.oldValues, wanted.oldValues);
    QCOMPARE(first.newValues, wanted.newValues);
    QCOMPARE(first.metadata, wanted.metadata);
    QCOMPARE(first.actor, QStringLiteral("mira"));
    QCOMPARE(*first.userId, UserId{4});
    QCOMPARE(first.operationId, operation);
    QCOMPARE(first.previousHash, AuditPayload::zeroHash());
    QCOMPARE(first.hash, AuditPayload::hash(first.previousHash, first.payload));
    QCOMPARE(second.previousHash, first.hash);
    QVERIFY(!second.success && !second.oldValues && !second.newValues && !second.userId && second.entityId.isEmpty());
    QCOMPARE(number(*m_session, QStringLiteral("select audit_id from operations")), 1);
    const AuditVerification result = verified(*m_session);
    QVERIFY2(result.ok(), qPrintable(kinds(result).join(u' ')));
    QCOMPARE(result.lastId, 2);
    QCOMPARE(result.headHash, second.hash);
    QCOMPARE(AuditStore::headTime(*m_session), second.occurredAt);
}

void TstAuditStore::takesSecretsOut()
{
    const QString canary = QStringLiteral("c4n4ry-S3cret");
    AuditEntry entry = entryOf(QStringLiteral("secret"));
    entry.oldValues = QJsonObject{{QStringLiteral("password"), canary}, {QStringLiteral("config"), QJsonObject{{QStringLiteral("api_key"), canary}}}};
    entry.newValues = QJsonObject{{QStringLiteral("url"), QStringLiteral("postgres://u:%1@h/d").arg(canary)}};
    entry.errorMessage = QStringLiteral("could not connect: password=%1").arg(canary);
    entry.metadata = {{QStringLiteral("token"), canary}};
    recordOne(*m_session, entry);
    const AuditRecord row = *AuditStore::get(*m_session, {1});
    QVERIFY(!row.payload.contains(canary.toUtf8()));
    QVERIFY(!row.errorMessage.contains(canary));
    QVERIFY(row.oldValues && row.newValues);
    QVERIFY(!QJsonDocument(*row.oldValues).toJson().contains(canary.toUtf8()));
    QVERIFY(!QJsonDocument(*row.newValues).toJson().contains(canary.toUtf8()));
    QVERIFY(verified(*m_session).ok());
}

void TstAuditStore::needsAnOperation()
{
    Transaction transaction(*m_session);
    QVERIFY_EXCEPTION_THROWN(AuditStore::record(transaction, entryOf(QStringLiteral("x"))), Exception);
}

void TstAuditStore::aRollbackLeavesNoGap()
{
    recordOne(*m_session, entryOf(QStringLiteral("kept")));
    {
        Transaction transaction(*m_session, Transaction::Mode::Write, QUuid::createUuid());
        AuditStore::record(transaction, entryOf(QStringLiteral("lost")));
    }
    recordOne(*m_session, entryOf(QStringLiteral("kept too")));
    QCOMPARE(verified(*m_session).lastId, 2);
    QVERIFY(verified(*m_session).ok());
}

void TstAuditStore::timesNeverGoBack()
{
    const Timestamp past{Timestamp::now().us - 86'400'000'000};
    AuditEntry entry = entryOf(QStringLiteral("past"));
    entry.occurredAt = past;
    recordOne(*m_session, entry);
    entry.occurredAt = Timestamp{past.us - 5};
    recordOne(*m_session, entry);
    QCOMPARE(AuditStore::get(*m_session, {1})->occurredAt, past);
    QCOMPARE(AuditStore::get(*m_session, {2})->occurredAt, past);
    recordOne(*m_session, entryOf(QStringLiteral("now")));
    const Timestamp now = AuditStore::get(*m_session, {3})->occurredAt;
    QVERIFY(now > past && now <= Timestamp::now());
    QVERIFY(verified(*m_session).ok());
}

void TstAuditStore::pagesAndFilters()
{
    for (int i = 1; i <= 25; ++i) recordOne(*m_session, entryOf(QStringLiteral("e%1").arg(i), i % 5 == 0 ? "DELETE" : "UPDATE"));
    const auto ids = [this](const ListQuery &query, int limit) {
        QStringList list;
        ListCursor cursor{std::nullopt, limit};
        for (bool atEnd = false; !atEnd;) {
            const auto page = AuditStore::page(*m_session, query, cursor);
            for (const auto &row : page.rows) list << QString::number(row.id.value);
            atEnd = page.atEnd;
            cursor.key = page.lastKey;
        }
        return list.join(u',');
    };
    const ListQuery deletes{{}, {{QStringLiteral("action"), ColumnFilter::Op::Equal, {QStringLiteral("DELETE")}}}, {}, false};
    QCOMPARE(ids(deletes, 2), QStringLiteral("25,20,15,10,5"));
    QCOMPARE(AuditStore::count(*m_session, deletes), 5);
    ListQuery oldest = deletes;
    oldest.sortColumn = QStringLiteral("id");
    QCOMPARE(ids(oldest, 5), QStringLiteral("5,10,15,20,25"));
    QCOMPARE(ids({}, 7).count(u','), 24);
    QCOMPARE(AuditStore::count(*m_session, {}), 25);
    const Timestamp tenth = AuditStore::get(*m_session, {10})->occurredAt;
    const ListQuery since{{}, {{QStringLiteral("occurred_at"), ColumnFilter::Op::AtLeast, {QVariant(qlonglong(tenth.us))}}}, {}, false};
    QVERIFY(AuditStore::count(*m_session, since) >= 16);
}

void TstAuditStore::jumpsAnywhere()
{
    constexpr int rows = 40;
    for (int i = 1; i <= rows; ++i) recordOne(*m_session, entryOf(QStringLiteral("e%1").arg(i), i % 4 == 0 ? "DELETE" : "UPDATE"));
    const ListQuery deletes{{}, {{QStringLiteral("action"), ColumnFilter::Op::Equal, {QStringLiteral("DELETE")}}}, {}, false};
    for (const auto &[sort, descending] : {std::pair("", false), std::pair("id", false), std::pair("id", true), std::pair("actor", true), std::pair("entity_name", false)})
        for (ListQuery query : {ListQuery{}, deletes}) {
            query.sortColumn = QLatin1String(sort);
            query.descending = descending;
            const auto ids = [](const ListPage<AuditRecord> &page) {
                QList<qint64> list;
                for (const AuditRecord &row : page.rows) list << row.id.value;
                return list;
            };
            const auto whole = AuditStore::page(*m_session, query, {});
            const QList<qint64> all = ids(whole);
            QCOMPARE(all.size(), AuditStore::count(*m_session, query));
            for (int at = 0; at < all.size(); ++at)
                for (const bool backward : {false, true})
                    for (const bool inclusive : {false, true}) {
                        const auto key = AuditStore::page(*m_session, query, {{}, 1, false, at}).firstKey;
                        QCOMPARE(AuditStore::rank(*m_session, query, key), at);
                        const auto page = AuditStore::page(*m_session, query, {key, 3, backward, 5, inclusive});
                        const int first = backward ? std::max(0, at - 8 + inclusive) : at + 6 - inclusive;
                        const int end = backward ? at - 5 + inclusive : first + 3;
                        QCOMPARE(ids(page), all.mid(first, std::max(0, end - first)));
                        if (page.firstRank) QCOMPARE(*page.firstRank, first);
                    }
            QCOMPARE(whole.firstRank.has_value(), !query.isFiltered() && query.sortColumn != u"actor" && query.sortColumn != u"entity_name");
            if (whole.total) QCOMPARE(*whole.total, rows);
        }
    QCOMPARE(AuditStore::estimate(*m_session, {}), rows);
    const Timestamp tenth = AuditStore::get(*m_session, {10})->occurredAt;
    QCOMPARE(AuditStore::rankAt(*m_session, {}, tenth), std::optional<qint64>(rows - 10));
    QCOMPARE(AuditStore::rankAt(*m_session, {{}, {}, QStringLiteral("id"), false}, tenth), std::optional<qint64>(9));
    QVERIFY(!AuditStore::rankAt(*m_session, {{}, {}, QStringLiteral("actor"), false}, tenth));
}

void TstAuditStore::findsByName()
{
    recordOne(*m_session, entryOf(QStringLiteral("orders_primary")));
    recordOne(*m_session, entryOf(QStringLiteral("billing")));
    AuditEntry withoutId = entryOf(QStringLiteral("Orders.csv"), "EXPORT");
    withoutId.entityId.clear();
    recordOne(*m_session, withoutId);
    QCOMPARE(AuditStore::count(*m_session, {QStringLiteral("orders"), {}, {}, false}), 2);
    QCOMPARE(AuditStore::count(*m_session, {QStringLiteral("S_P"), {}, {}, false}), 1);
    QCOMPARE(AuditStore::page(*m_session, {QStringLiteral("%"), {}, {}, false}, {}).rows.size(), 0);
}

void TstAuditStore::twoWritersLeaveNoGaps()
{
    constexpr int each = 60;
    Database database(m_database->spec());
    QList<QFuture<Result<int>>> ours;
    std::thread other([this] {
        const auto session = m_database->open();
        for (int i = 0; i < each;) {
            try {
                recordOne(*session, entryOf(QStringLiteral("thread")));
                ++i;
            } catch (const DbError &error) {
                if (!error.isTransient()) throw;
            }
        }
    });
    for (int i = 0; i < each; ++i)
        ours << database.write([](Transaction &t) {
            AuditStore::record(t, entryOf(QStringLiteral("pool")));
            return 0;
        });
    for (const auto &future : ours) QVERIFY2(future.result().ok(), qPrintable(future.result().ok() ? QString() : future.result().error().text()));
    other.join();
    const AuditVerification result = verified(*m_session);
    QVERIFY2(result.ok(), qPrintable(kinds(result).join(u' ')));
    QCOMPARE(result.rows, 2 * each);
    QCOMPARE(result.lastId, 2 * each);
    QCOMPARE(number(*m_session, QStringLiteral("select count(*) from operations")), 2 * each);
}

void TstAuditStore::isAppendOnly()
{
    recordOne(*m_session, entryOf(QStringLiteral("a")));
    for (const char *statement : {"update audit_logs set actor = 'x'", "delete from audit_logs", "delete from audit_head", "update audit_head set last_id = 0",
                                  "delete from operations", "insert into audit_logs select * from audit_logs"})
        for (const bool owner : {false, true}) {
            const auto session = owner ? m_database->openAsOwner() : m_database->open();
            QVERIFY_EXCEPTION_THROWN(execute(*session, {QString::fromLatin1(statement)}), DbError);
        }
    QVERIFY(verified(*m_session).ok());
    QCOMPARE(verified(*m_session).rows, 1);
}

void TstAuditStore::sealsExternalChanges()
{
    const auto owner = m_database->openAsOwner();
    execute(*owner, {QStringLiteral("insert into connections (name, connection_type, database_type) values ('outside', 'both', 'sqlite')"),
                     QStringLiteral("update connections set host = 'h' where name = 'outside'")});
    QCOMPARE(AuditStore::unsealedExternalChanges(*m_session), 2);
    QCOMPARE(verified(*m_session).unsealedExternal, 2);
    const Actor actor{UserId{1}, QStringLiteral("sealer"), {}, {}};
    const auto seal = [&] { return write(*m_session, [&](Transaction &t) { return AuditStore::sealExternalChanges(t, actor); }); };
    QCOMPARE(seal(), 2);
    QCOMPARE(seal(), 0);
    QCOMPARE(AuditStore::unsealedExternalChanges(*m_session), 0);
    const AuditRecord first = *AuditStore::get(*m_session, {1});
    QCOMPARE(first.action, QStringLiteral("EXTERNAL"));
    QCOMPARE(first.entityType, QStringLiteral("connections"));
    QCOMPARE(first.entityName, QStringLiteral("outside"));
    QCOMPARE(first.metadata.value(QLatin1String("operation")).toString(), QStringLiteral("INSERT"));
    QCOMPARE(first.metadata.value(QLatin1String("sealed_by")).toString(), QStringLiteral("sealer"));
    const AuditRecord second = *AuditStore::get(*m_session, {2});
    QCOMPARE(second.newValues->value(QLatin1String("host")).toString(), QStringLiteral("h"));
    QVERIFY(second.oldValues->value(QLatin1String("host")).isNull());
    const AuditVerification result = verified(*m_session);
    QVERIFY2(result.ok(), qPrintable(kinds(result).join(u' ')));
}

/// The other process of twoProcessesSealOnce; does nothing unless it is started as that.
void TstAuditStore::racer()
{
    const QByteArray path = qgetenv("HEADGATE_RACE_WORKSPACE");
    QFETCH_GLOBAL(int, kind);
    if (path.isEmpty() || qEnvironmentVariableIntValue("HEADGATE_RACE_KIND") != kind) return;
    ConnectSpec spec;
    if (Dialect::Kind(kind) == Dialect::Kind::Postgresql) spec = specFromUrl(QString::fromUtf8(path));
    else spec.path = QString::fromUtf8(path);
    Database database(spec);
    int sealed = 0;
    for (int i = 0; i < 100; ++i) {
        const auto answer = database.write([](Transaction &t) { return AuditStore::sealExternalChanges(t, {std::nullopt, QStringLiteral("racer"), {}, {}}, 3); }).result();
        QVERIFY2(answer.ok(), answer.ok() ? "" : qPrintable(answer.error().text()));
        sealed += *answer;
    }
    QVERIFY(sealed >= 0);
}

void TstAuditStore::twoProcessesSealOnce()
{
    constexpr int changes = 200;
    const auto owner = m_database->openAsOwner();
    QStringList statements;
    for (int i = 0; i < changes; ++i)
        statements << QStringLiteral("insert into connections (name, connection_type, database_type) values ('n%1', 'both', 'sqlite')").arg(i);
    execute(*owner, statements);
    const ConnectSpec &spec = m_database->spec();
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    const bool pg = spec.kind == Dialect::Kind::Postgresql;
    environment.insert(QStringLiteral("HEADGATE_RACE_WORKSPACE"),
                       pg ? QStringLiteral("postgresql://%1:%2@%3:%4/%5").arg(spec.user, QString::fromUtf8(spec.password), spec.host, spec.port, spec.database) : spec.path);
    environment.insert(QStringLiteral("HEADGATE_RACE_KIND"), QString::number(int(spec.kind)));
    std::array<QProcess, 2> racers;
    for (QProcess &racer : racers) {
        racer.setProcessEnvironment(environment);
        racer.setProcessChannelMode(QProcess::MergedChannels);
        racer.start(QCoreApplication::applicationFilePath(), {QStringLiteral("TstAuditStore"), QStringLiteral("racer")});
    }
    for (QProcess &racer : racers) {
        QVERIFY(racer.waitForFinished(60'000));
        QVERIFY2(racer.exitCode() == 0, racer.readAll().constData());
    }
    const AuditVerification result = verified(*m_session);
    QVERIFY2(result.ok(), qPrintable(kinds(result).join(u' ')));
    QCOMPARE(result.rows, changes);
    QCOMPARE(result.unsealedExternal, 0);
    QCOMPARE(number(*m_session, QStringLiteral("select count(distinct sealed_audit_id) from external_changes")), changes);
}

void TstAuditStore::findsTampering()
{
    for (int i = 1; i <= 12; ++i) {
        AuditEntry entry = entryOf(QStringLiteral("e%1").arg(i));
        entry.occurredAt = Timestamp{Timestamp::now().us - 1'000'000'000 + i * 1'000'000};
        recordOne(*m_session, entry);
    }
    Tamperer tamperer(*m_database);
    const auto found = [&](const QStringList &statements) {
        tamperer.doing(statements);
        QStringList list = kinds(verified(*m_session));
        list.removeAll(QStringLiteral("rollup"));  // they tell of most of it too
        tamperer.restore();
        return list.join(u',');
    };
    const bool pg = m_session->dialect().isPostgresql();
    const auto sql = [pg](const char *postgresql, const char *sqlite) { return QString::fromLatin1(pg ? postgresql : sqlite); };
    QCOMPARE(found({}), QString());
    for (const char *change : {"actor = 'x'", "action = 'READ'", "entity_id = null", "entity_name = 'other'", "user_id = 5", "status = 'failure'", "ip_address = '::1'",
                               "user_agent = 'x'", "error_message = 'x'", "old_values = '{}'", "new_values = null", "metadata = '{\"z\": 2}'"})
        QCOMPARE(found({QStringLiteral("update audit_logs set %1 where id = 5").arg(QLatin1String(change))}), QStringLiteral("payload"));
    QCOMPARE(found({sql("update audit_logs set payload = convert_to(replace(convert_from(payload, 'UTF8'), 'mira', 'jon'), 'UTF8'), actor = 'jon' where id = 5",
                        "update audit_logs set payload = cast(replace(cast(payload as text), 'mira', 'jon') as blob), actor = 'jon' where id = 5")}),
             QStringLiteral("hash"));
    QCOMPARE(found({sql("update audit_logs set hash = decode(repeat('ab', 32), 'hex') where id = 5",
                        "update audit_logs set hash = randomblob(32) where id = 5")}),
             QStringLiteral("hash,link"));
    QCOMPARE(found({QStringLiteral("delete from audit_logs where id = 5")}), QStringLiteral("gap,link,operation"));
    QCOMPARE(found({QStringLiteral("delete from audit_logs where id = 12")}), QStringLiteral("head,operation"));
    QCOMPARE(found({QStringLiteral("delete from audit_logs where id > 9"), QStringLiteral("delete from operations where audit_id > 9"),
                    QStringLiteral("update audit_head set last_id = 9")}),
             QStringLiteral("head"));
    QVERIFY(found({QStringLiteral("update audit_logs set occurred_at = (select occurred_at from audit_logs where id = 2) where id = 9")}).contains(u"time"));
    // Two rows change places, ids included.
    QVERIFY(found({QStringLiteral("update audit_logs set id = 100 where id = 5"), QStringLiteral("update audit_logs set id = 5 where id = 6"),
                   QStringLiteral("update audit_logs set id = 6 where id = 100")})
                .contains(u"link"));
    // A row is slipped in at the end.
    QCOMPARE(found({QStringLiteral("create table slip as select * from audit_logs where id = 12"), QStringLiteral("update slip set id = 13"),
                    QStringLiteral("insert into audit_logs select * from slip"), QStringLiteral("drop table slip")})
                 .contains(u"link"),
             true);
    // Everything after the change was hashed anew, the head as well: only a head hash kept elsewhere shows it.
    QVERIFY(verified(*m_session).ok());
}

HEADGATE_TEST(TstAuditStore);
#include "tst_auditstore.moc"
