// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/session.h"
#include "tests/integration/cli/console.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

#include <QFile>
#include <QJsonArray>
#include <QTest>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

/// The verbs about the integrity of the trail, as an administrator types them.
class TstAuditCli : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { addDatabaseRows(); }
    void init();
    void cleanup() { m_console.reset(); }
    void verifies();
    void tellsWhatIsNotSealed();
    void checksArchivesAnywhere();
    void acceptsAHead();
    void holds();
    void retires();
    void refusesWrongUse();

private:
    QString file(const QString &name) const { return m_console->home() + u'/' + name; }
    std::unique_ptr<Console> m_console;
};

void TstAuditCli::init()
{
    QFETCH_GLOBAL(int, kind);
    m_console = std::make_unique<Console>(Dialect::Kind(kind));
    QCOMPARE(m_console->run({u"connection"_s, u"add"_s, u"--name"_s, u"shop"_s, u"postgresql://u@h/d"_s}).exitCode, 0);
}

void TstAuditCli::verifies()
{
    const Answer whole = m_console->run({u"audit"_s, u"verify"_s, u"--json"_s});
    QVERIFY2(whole.exitCode == 0, whole.text());
    const QJsonObject verification = whole.json()[u"verification"].toObject();
    QVERIFY(verification[u"rows_per_second"].toDouble() > 0);
    QCOMPARE(verification[u"incremental"].toBool(), false);
    const Answer later = m_console->run({u"audit"_s, u"verify"_s, u"--since-verified"_s, u"--json"_s});
    QCOMPARE(later.json()[u"verification"][u"incremental"].toBool(), true);
    QCOMPARE(later.json()[u"verification"][u"rows"].toInteger(), 0);
    const Answer spoken = m_console->run({u"audit"_s, u"verify"_s});
    QVERIFY2(spoken.out.startsWith("The chain is whole: "), spoken.text());
}

void TstAuditCli::tellsWhatIsNotSealed()
{
    const auto owner = Session::open(m_console->superuser());
    execute(*owner, {u"update connections set host = 'elsewhere'"_s});
    // Outside or not, it was done to a connection.
    QCOMPARE(m_console->run({u"audit"_s, u"verify"_s}).exitCode, 0);
    const Answer list = m_console->run({u"audit"_s, u"list"_s, u"--entity-type"_s, u"connection"_s, u"--json"_s});
    QVERIFY2(list.json()[u"audit_logs"].toArray().size() == 2, list.text());
    const Answer written = m_console->run(
        {u"audit"_s, u"export"_s, u"--output"_s, file(u"e.tar"_s), u"--entity-type"_s, u"connection"_s, u"--json"_s});
    QVERIFY2(written.json()[u"export"][u"events"].toInteger() == 2, written.text());
    const bool isServer = owner->dialect().isPostgresql();
    if (isServer) owner->execute(u"set headgate.maintenance = 'test'"_s);
    owner->execute(
        isServer
            ? u"alter table external_changes add check (sealed_audit_id is null) not valid"_s
            : u"create trigger stop before update on external_changes begin select raise(abort, 'no'); end"_s);
    if (isServer) owner->execute(u"reset headgate.maintenance"_s);
    execute(*owner, {u"update connections set host = 'far away'"_s});
    const Answer spoken = m_console->run({u"audit"_s, u"verify"_s});
    QCOMPARE(spoken.exitCode, 0);
    QVERIFY2(spoken.out.startsWith("1 changes made outside are not sealed into the trail.\n"), spoken.text());
    QVERIFY2(spoken.out.contains("Changes made outside could not be sealed into the trail"), spoken.text());
}

void TstAuditCli::checksArchivesAnywhere()
{
    const Answer written = m_console->run({u"audit"_s, u"export"_s, u"--output"_s, file(u"e.tar"_s), u"--entity-type"_s, u"connection"_s, u"--json"_s});
    QVERIFY2(written.exitCode == 0, written.text());
    QCOMPARE(written.json()[u"export"][u"events"].toInteger(), 1);
    const QString key = written.json()[u"export"][u"public_key"].toString();
    // Another computer: no workspace, no memory, no key.
    Console elsewhere(Dialect::Kind::Sqlite, Console::Make::Later);
    const Answer good = elsewhere.run({u"audit"_s, u"verify"_s, file(u"e.tar"_s), u"--key"_s, key, u"--json"_s});
    QVERIFY2(good.exitCode == 0, good.text());
    QCOMPARE(good.json()[u"evidence"][u"events"].toInteger(), 1);
    const Answer otherKey = elsewhere.run({u"audit"_s, u"verify"_s, file(u"e.tar"_s), u"--key"_s, QString(64, u'a'), u"--json"_s});
    QCOMPARE(otherKey.exitCode, 1);
    QCOMPARE(otherKey.json()[u"evidence"][u"findings"][0][u"kind"].toString(), u"key"_s);
    QFile archive(file(u"e.tar"_s));
    QVERIFY(archive.open(QIODevice::ReadWrite) && archive.seek(archive.size() / 2) && archive.write("x") == 1);
    archive.close();
    const Answer changed = elsewhere.run({u"audit"_s, u"verify"_s, file(u"e.tar"_s), u"--json"_s});
    QCOMPARE(changed.exitCode, 1);
    QVERIFY(changed.json()[u"evidence"][u"finding_count"].toInteger() > 0);
    QCOMPARE(elsewhere.run({u"audit"_s, u"verify"_s, file(u"nothing.tar"_s)}).exitCode, 1);
}

void TstAuditCli::acceptsAHead()
{
    QCOMPARE(m_console->run({u"audit"_s, u"verify"_s}).exitCode, 0);
    const auto owner = Session::open(m_console->superuser());
    const qint64 last = number(*owner, u"select last_id from audit_head"_s);
    const bool pg = owner->dialect().isPostgresql();
    if (pg) owner->execute(u"set headgate.maintenance = 'test'"_s);
    for (const char *table : {"audit_logs", "audit_head"}) {
        const QStringList triggers = pg ? QStringList{u"alter table %1 disable trigger user"_s.arg(QLatin1String(table))}
                                        : QStringList{u"drop trigger if exists %1_update"_s.arg(QLatin1String(table)), u"drop trigger if exists %1_derive"_s.arg(QLatin1String(table))};
        for (const QString &statement : triggers) owner->execute(statement);
    }
    execute(*owner, {u"update audit_head set last_hash = (select previous_hash from audit_logs where id = %1)"_s.arg(last),
                     u"update audit_logs set hash = previous_hash where id = %1"_s.arg(last)});
    const Answer found = m_console->run({u"audit"_s, u"verify"_s});
    QCOMPARE(found.exitCode, 1);
    QVERIFY2(found.out.contains("is not the one that this computer saw on") && found.out.contains("--accept-head"), found.text());
    QCOMPARE(m_console->run({u"audit"_s, u"verify"_s, u"--accept-head"_s, QString::number(last + 7)}).exitCode, 1);
    const Answer accepted = m_console->run({u"audit"_s, u"verify"_s, u"--accept-head"_s, QString::number(last), u"--json"_s});
    QVERIFY2(accepted.exitCode == 0, accepted.text());
    QVERIFY(!m_console->run({u"audit"_s, u"verify"_s}).out.contains("this computer saw"));
}

void TstAuditCli::holds()
{
    QCOMPARE(m_console->run({u"audit"_s, u"hold"_s, u"add"_s, u"case 7"_s}).exitCode, 2);  // no reason
    const Answer added = m_console->run({u"audit"_s, u"hold"_s, u"add"_s, u"case 7"_s, u"--reason"_s, u"court"_s, u"--entity-type"_s, u"connection"_s, u"--from"_s, u"2026-01-01"_s, u"--json"_s});
    QVERIFY2(added.exitCode == 0, added.text());
    QCOMPARE(added.json()[u"events"], QJsonValue(1));
    QCOMPARE(added.json()[u"hold"][u"from_at"].toString(), u"2026-01-01T00:00:00.000000Z"_s);
    QCOMPARE(m_console->run({u"audit"_s, u"hold"_s, u"add"_s, u"case 7"_s, u"--reason"_s, u"x"_s, u"--json"_s}).errorCode(), u"conflict"_s);
    QCOMPARE(m_console->run({u"audit"_s, u"hold"_s, u"list"_s, u"--json"_s}).json()[u"holds"].toArray().size(), 1);
    QCOMPARE(m_console->run({u"audit"_s, u"hold"_s, u"release"_s, u"case 7"_s}).exitCode, 0);
    QCOMPARE(m_console->run({u"audit"_s, u"hold"_s, u"release"_s, u"case 7"_s}).exitCode, 1);
    QCOMPARE(m_console->run({u"audit"_s, u"verify"_s}).exitCode, 0);
}

void TstAuditCli::retires()
{
    const Answer plan = m_console->run({u"audit"_s, u"retire"_s, u"--before"_s, u"2030-01-01"_s, u"--dry-run"_s, u"--json"_s});
    QVERIFY2(plan.exitCode == 0, plan.text());
    QCOMPARE(plan.json()[u"plan"][u"events"].toInteger(), 0);
    QVERIFY(plan.json()[u"plan"][u"kept_by_age"].toInteger() > 0);
    const Answer none = m_console->run({u"audit"_s, u"retire"_s, u"--before"_s, u"2030-01-01"_s, u"--output"_s, file(u"archives"_s), u"--json"_s});
    QVERIFY2(none.exitCode == 0, none.text());
    QCOMPARE(none.json()[u"retired"][u"archives"].toArray().size(), 0);
    QCOMPARE(m_console->run({u"audit"_s, u"retention"_s, u"2000"_s, u"--json"_s}).errorCode(), u"invalid"_s);
    QCOMPARE(m_console->run({u"audit"_s, u"retention"_s, u"3000"_s}).exitCode, 0);
}

void TstAuditCli::refusesWrongUse()
{
    QCOMPARE(m_console->run({u"audit"_s, u"retire"_s, u"--before"_s, u"2030-01-01"_s}).exitCode, 2);
    QCOMPARE(m_console->run({u"audit"_s, u"retire"_s, u"--before"_s, u"soon"_s, u"--dry-run"_s}).exitCode, 2);
    QCOMPARE(m_console->run({u"audit"_s, u"export"_s}).exitCode, 2);
    QCOMPARE(m_console->run({u"audit"_s, u"export"_s, u"--output"_s, file(u"n.tar"_s), u"--actor"_s, u"nobody"_s}).exitCode, 1);
    QVERIFY(!QFile::exists(file(u"n.tar"_s)));
}

HEADGATE_TEST(TstAuditCli);
#include "tst_auditcli.moc"
