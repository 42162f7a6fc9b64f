// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/tasks.h"
#include "models/audit/entitytrail.h"
#include "models/audit/redaction.h"
#include "tests/app/audit/trailfixture.h"
#include "tests/support/testregistry.h"

#include <QJsonArray>
#include <QTest>

using namespace headgate;
using namespace headgate::test;

namespace {

QString connection(const QString &name, const QString &config = QStringLiteral("{}"))
{
    return QStringLiteral("insert into connections (name, connection_type, database_type, config) values (%1, 'both', "
                          "'mysql', '%2')")
        .arg(name, config);
}

}  // namespace

/// What somebody did past Headgate, by SQL, and what the trail tells of it.
class TstSealedChanges : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addDatabaseRows(); }
    void init();
    void cleanup() { m_trail.reset(); }
    void nothingThatIsWrittenStopsIt();
    void tellsSecretsApart();
    void theStateKnowsWhetherThereWasAPassword();
    void namesWhatHasNoNameColumn();
    void tellsWhyItFailed();
    void needsNoRightWhenNothingIsThere();

private:
    bool isSqlite() const { return m_trail->database.spec().kind == Dialect::Kind::Sqlite; }
    QString character(int code) const
    {
        return QStringLiteral("%1(%2)").arg(isSqlite() ? QStringLiteral("char") : QStringLiteral("chr")).arg(code);
    }
    QString blob(const char *hex) const
    {
        return (isSqlite() ? QStringLiteral("x'%1'") : QStringLiteral("'\\x%1'")).arg(QLatin1String(hex));
    }
    /// As the owner of the database, and sealed at once; the newest event.
    AuditRecord outside(const QStringList &statements);
    /// The console may not seal.
    void forbid();
    std::unique_ptr<Trail> m_trail;
};

void TstSealedChanges::init()
{
    QFETCH_GLOBAL(int, kind);
    m_trail = std::make_unique<Trail>(Dialect::Kind(kind));
}

AuditRecord TstSealedChanges::outside(const QStringList &statements)
{
    execute(*m_trail->database.openAsOwner(), statements);
    (void)valueOf(m_trail->audit->sealExternalChanges());
    return m_trail->newest();
}

void TstSealedChanges::forbid()
{
    const auto owner = m_trail->database.openAsOwner();
    owner->execute(isSqlite()
                       ? QStringLiteral("create trigger stop before update on external_changes begin select "
                                        "raise(abort, 'no sealing here'); end")
                       : QStringLiteral("revoke update (sealed_audit_id) on external_changes from headgate_console"));
}

/// Nobody can delete a row of external_changes: one that no event could hold would keep all later ones out as well.
void TstSealedChanges::nothingThatIsWrittenStopsIt()
{
    QStringList statements{
        connection(character(0xfeff) + QStringLiteral(" || 'orders'")),
        connection(character(0xffff) + QStringLiteral(" || 'x'")),
        connection(QStringLiteral("'far'"), QStringLiteral(R"({"a": 1e400})")),
        connection(QStringLiteral("'deep'"),
                   QStringLiteral("{\"a\": %1%2}").arg(QString(1020, u'['), QString(1020, u']'))),
        connection(QStringLiteral("'brackets'"), QStringLiteral("{\"a\": \"\\\"%1\"}").arg(QString(1020, u'[')))};
    if (isSqlite())
        statements << connection(QStringLiteral("'a' || char(0) || 'b'"))
                   << connection(QStringLiteral("'half'"), QStringLiteral(R"({"a": "\ud800"})"))
                   << QStringLiteral("insert into connector_profiles (id, profile_data) values ('i' || char(0), '{}')");
    statements << connection(QStringLiteral("'plain'"));
    execute(*m_trail->database.openAsOwner(), statements);
    QCOMPARE(valueOf(m_trail->audit->sealExternalChanges()), int(statements.size()));
    const AuditVerification verification = m_trail->verify();
    QVERIFY2(verification.ok(), qPrintable(m_trail->kinds()));
    QCOMPARE(verification.unsealedExternal, 0);
    const auto event = [this](qint64 id) { return valueOf(m_trail->audit->get({id})); };
    QCOMPARE(event(1).entityName, QStringLiteral("orders"));  // Qt's JSON drops a byte order mark
    QCOMPARE(event(2).entityName, QString(QChar::ReplacementCharacter) + QStringLiteral("x"));
    QVERIFY(event(3).newValues->value(u"unreadable").toString().contains(QStringLiteral("\"far\"")));
    QVERIFY(event(4).newValues->value(u"unreadable").toString().contains(QStringLiteral("[[[")));
    QCOMPARE(event(5).entityName, QStringLiteral("brackets"));
    QCOMPARE(m_trail->newest().entityName, QStringLiteral("plain"));
}

void TstSealedChanges::tellsSecretsApart()
{
    const QString mask = Redaction::mask();
    const auto column = [](const AuditRecord &event, const char *name) {
        return QJsonArray{event.oldValues.value_or(QJsonObject()).value(QLatin1String(name)),
                          event.newValues.value_or(QJsonObject()).value(QLatin1String(name))};
    };
    const auto anew = [](const AuditRecord &event) { return event.metadata.value(u"set_anew").toArray(); };
    const QJsonValue none;
    const AuditRecord made =
        outside({QStringLiteral("insert into users (username, api_key_hash) values ('bob', 'k1')")});
    QCOMPARE(column(made, "password_hash").last(), none);
    QCOMPARE(column(made, "api_key_hash").last(), QJsonValue(mask));
    QVERIFY(!made.metadata.contains(u"credentials_changed"));
    const AuditRecord given = outside({QStringLiteral("update users set password_hash = 'p1'")});
    QCOMPARE(column(given, "password_hash"), (QJsonArray{none, mask}));
    QCOMPARE(anew(given), QJsonArray{QStringLiteral("password_hash")});
    const AuditRecord replaced = outside({QStringLiteral("update users set api_key_hash = 'k2'")});
    QCOMPARE(column(replaced, "api_key_hash"), (QJsonArray{mask, mask}));
    QCOMPARE(replaced.metadata.value(u"credentials_changed"), QJsonValue(true));
    QCOMPARE(anew(replaced), QJsonArray{QStringLiteral("api_key_hash")});
    const AuditRecord other = outside({QStringLiteral("update users set full_name = 'Bob'")});
    QVERIFY(!other.metadata.contains(u"credentials_changed"));
    const AuditRecord taken = outside({QStringLiteral("update users set password_hash = null")});
    QCOMPARE(column(taken, "password_hash"), (QJsonArray{mask, none}));
    // Values that cannot be taken apart hide it no better.
    outside({connection(QStringLiteral("'c'"))});
    const AuditRecord hidden =
        outside({QStringLiteral("update connections set config = '{\"a\": 1e400}', secret = %1").arg(blob("00"))});
    QVERIFY(hidden.newValues->contains(u"unreadable"));
    QCOMPARE(anew(hidden), QJsonArray{QStringLiteral("secret")});
}

void TstSealedChanges::theStateKnowsWhetherThereWasAPassword()
{
    outside({connection(QStringLiteral("'c'"))});
    outside({QStringLiteral("update connections set secret = %1").arg(blob("00"))});
    outside({QStringLiteral("update connections set secret = null")});
    const auto session = m_trail->database.open();
    const EntityKey entity = EntityTrail::resolve(*session, QStringLiteral("connection/c"));
    const auto password = [&](qint64 event) {
        return EntityTrail::state(*session, entity, {std::nullopt, AuditId{event}})
            .fields.value(QStringLiteral("password"));
    };
    QVERIFY(password(1).value.isNull());
    QCOMPARE(password(2).value, QJsonValue(QStringLiteral("set")));
    QVERIFY(password(2).isHidden);
    QVERIFY(password(3).value.isNull());
    QVERIFY(EntityTrail::state(*session, entity, {std::nullopt, AuditId{3}}).contradictions.isEmpty());
}

void TstSealedChanges::namesWhatHasNoNameColumn()
{
    QCOMPARE(outside({QStringLiteral("insert into users (username) values ('bob')")}).entityName,
             QStringLiteral("bob"));
    QCOMPARE(outside({QStringLiteral("update users set role = 'admin' where username = 'bob'")}).entityName,
             QStringLiteral("bob"));
    const QString slot =
        QStringLiteral(
            "insert into key_slots (holder, kind, wrapped_key, key_check) values ('anna', 'passphrase', %1, %1)")
            .arg(blob("00"));
    QCOMPARE(outside({slot}).entityName, QStringLiteral("anna"));
    QCOMPARE(outside({QStringLiteral("insert into catalog_tables (table_name) values ('orders')")}).entityName,
             QStringLiteral("orders"));
    QCOMPARE(outside({QStringLiteral(
                         "insert into connector_profiles (id, profile_data) values ('p', '{\"name\": \"shop\"}')")})
                 .entityName,
             QStringLiteral("shop"));
    QCOMPARE(outside({connection(QStringLiteral("'c'")), QStringLiteral("update connections set username = 'root'")})
                 .entityName,
             QStringLiteral("c"));
    ListQuery bob;
    bob.search = QStringLiteral("bob");
    QCOMPARE(valueOf(m_trail->audit->page(bob, {})).rows.size(), 2);
}

void TstSealedChanges::tellsWhyItFailed()
{
    execute(*m_trail->database.openAsOwner(), {connection(QStringLiteral("'c'"))});
    forbid();
    const Result<int> sealed = m_trail->audit->sealExternalChanges().result();
    QVERIFY(!sealed.ok());
    QCOMPARE(sealed.error().what, QStringLiteral("Changes made outside could not be sealed into the trail"));
    QVERIFY2(sealed.error().evidence.contains(isSqlite() ? QStringLiteral("no sealing here")
                                                         : QStringLiteral("permission denied")),
             qPrintable(sealed.error().evidence));
    const AuditVerification verification = m_trail->verify();
    QCOMPARE(verification.unsealedExternal, 1);
    QVERIFY2(verification.remark.startsWith(sealed.error().what), qPrintable(verification.remark));
}

void TstSealedChanges::needsNoRightWhenNothingIsThere()
{
    m_trail->add(1);
    forbid();
    QCOMPARE(valueOf(m_trail->audit->sealExternalChanges()), 0);
    QCOMPARE(m_trail->verify().remark, QString());
}

HEADGATE_TEST(TstSealedChanges);
#include "tst_sealedchanges.moc"
