// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/auditservice.h"
#include "app/base/tasks.h"
#include "app/connections/connectionservice.h"
#include "app/sample/sampleworkspace.h"
#include "app/workspace/workspace.h"
#include "models/audit/auditstore.h"
#include "models/connections/connectionstore.h"
#include "models/sample/samplefiles.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

#include <QCryptographicHash>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QFileInfo>
#include <QTest>
#include <algorithm>

using namespace headgate;
using namespace headgate::test;

namespace {

const Timestamp kNow = *Timestamp::fromIso(QStringLiteral("2026-06-15T09:30:00.000000Z"));

std::unique_ptr<Workspace> opened(const TestDatabase &database, std::optional<Timestamp> madeAt)
{
    WorkspaceOptions options;
    options.address.spec = database.spec();
    options.address.origin = WorkspaceAddress::Origin::Argument;
    options.keychain = false;
    options.madeAt = madeAt;
    auto result = Workspace::open(options);
    if (!result.ok()) qFatal("%s", qPrintable(result.error().text()));
    return std::move(result.value());
}

QList<Connection> connectionsOf(Workspace &workspace) { return valueOf(workspace.connections().page({}, {std::nullopt, 500})).rows; }

/// Everything that is the same at every filling: not the folder, nor what belongs to the workspace alone.
QByteArray fingerprint(Workspace &workspace, const QString &folder)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const Connection &c : connectionsOf(workspace)) {
        hash.addData(QStringLiteral("%1|%2|%3|%4|%5|%6|%7").arg(c.name, c.host, c.username, c.createdAt.toIso(), c.updatedAt.toIso()).arg(c.version).arg(c.tags.join(u',')).toUtf8());
        for (const ConnectionTest &test : valueOf(workspace.connections().history(c.id, 1000)))
            hash.addData(QJsonDocument(stagesToJson(test.stages)).toJson().replace(folder.toUtf8(), "") + test.testedAt.toIso().toUtf8() + QByteArray::number(test.responseTimeMs));
    }
    for (const AuditRecord &row : valueOf(workspace.audit().page({}, {std::nullopt, 5000})).rows)
        if (row.entityType == u"connection") hash.addData((row.occurredAt.toIso() + row.actor + row.action + row.entityName).toUtf8());
    return hash.result();
}

}  // namespace

class TstSampleWorkspace : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addDatabaseRows(); }
    void isWhatItPromises();
    void isTheSameEveryTime();
    void fitsAnOlderWorkspace();
    void refusesAWorkspaceInUse();
};

void TstSampleWorkspace::isWhatItPromises()
{
    QFETCH_GLOBAL(int, kind);
    const TestDatabase database{Dialect::Kind(kind)};
    const auto workspace = opened(database, SampleWorkspace::beginOf(kNow));
    QElapsedTimer timer;
    timer.start();
    SampleWorkspace::fill(*workspace, kNow);
    qInfo("filled in %lld ms", timer.elapsed());
    const QList<Connection> all = connectionsOf(*workspace);
    QVERIFY(all.size() >= 36);
    int files = 0, failing = 0, inactive = 0;
    for (const Connection &c : all) {
        QVERIFY2(ConnectionService::validate({c, std::nullopt}).isEmpty(), qPrintable(c.name));
        QVERIFY(c.host.isEmpty() || c.host.endsWith(QLatin1String(".internal")) || c.host.endsWith(QLatin1String(".test")));
        QVERIFY(c.createdAt <= c.updatedAt && c.updatedAt <= kNow);
        const auto tests = valueOf(workspace->connections().history(c.id, 1000));
        inactive += !c.isActive;
        failing += c.lastTestStatus == TestStatus::Failure;
        QCOMPARE(c.lastTestStatus.has_value(), !tests.isEmpty());
        if (tests.isEmpty()) continue;
        QCOMPARE(*c.lastTestStatus, tests.first().status);
        QCOMPARE(*c.lastTestedAt, tests.first().testedAt);
        QCOMPARE(*c.lastResponseMs, tests.first().responseTimeMs);
        QVERIFY(tests.size() > 50 && tests.last().testedAt > c.createdAt);
        for (const ConnectionTest &test : tests) {
            QCOMPARE(test.stages.size(), size_t(8));
            QCOMPARE(test.status, overallStatus(test.stages));
            if (test.status == TestStatus::Failure) QVERIFY(!test.errorMessage.isEmpty());
        }
        if (c.databaseType != DatabaseType::Sqlite) continue;
        ++files;
        QVERIFY(QFileInfo::exists(c.databaseName));
        QCOMPARE(valueOf(workspace->connections().test(c.id)).status, TestStatus::Success);
    }
    QCOMPARE(files, int(SampleFiles::names().size()));
    QCOMPARE(failing, 3);
    QCOMPARE(inactive, 2);
    const auto verification = valueOf(workspace->audit().verify());
    QVERIFY2(verification.ok(), verification.findings.isEmpty() ? "" : qPrintable(verification.findings.first().text));
    QCOMPARE(verification.unsealedExternal, 0);
    const auto session = database.open();
    for (const char *action : {"CREATE", "UPDATE", "DELETE", "TEST", "LOGIN", "EXPORT", "EXTERNAL"})
        QVERIFY2(AuditStore::count(*session, {{}, {{QStringLiteral("action"), ColumnFilter::Op::Equal, {QString::fromLatin1(action)}}}, {}, false}) > 1, action);
    QCOMPARE(number(*session, QStringLiteral("select count(*) from external_changes")), 0);
    if (session->dialect().isPostgresql()) QCOMPARE(number(*session, QStringLiteral("select count(*) from audit_logs_default")), 0);
}

void TstSampleWorkspace::isTheSameEveryTime()
{
    QFETCH_GLOBAL(int, kind);
    QByteArray first;
    for (int i = 0; i < 2; ++i) {
        const TestDatabase database{Dialect::Kind(kind)};
        const auto workspace = opened(database, SampleWorkspace::beginOf(kNow));
        SampleWorkspace::fill(*workspace, kNow);
        const QString file = valueOf(workspace->connections().getByName(QStringLiteral("pos-berlin"))).databaseName;
        const QByteArray print = fingerprint(*workspace, QFileInfo(file).absolutePath());
        if (i == 0) first = print;
        QCOMPARE(print, first);
    }
}

void TstSampleWorkspace::fitsAnOlderWorkspace()
{
    QFETCH_GLOBAL(int, kind);
    const TestDatabase database{Dialect::Kind(kind)};
    const auto workspace = opened(database, std::nullopt);
    SampleWorkspace::fill(*workspace, Timestamp::now());
    QVERIFY(valueOf(workspace->audit().verify()).ok());
    const auto session = database.open();
    const ListQuery made{{}, {{QStringLiteral("action"), ColumnFilter::Op::Equal, {QStringLiteral("CREATE")}}, {QStringLiteral("entity_type"), ColumnFilter::Op::Equal, {QStringLiteral("connection")}}}, {}, false};
    QCOMPARE(AuditStore::count(*session, made), ConnectionStore::count(*session, {}));
}

void TstSampleWorkspace::refusesAWorkspaceInUse()
{
    QFETCH_GLOBAL(int, kind);
    const TestDatabase database{Dialect::Kind(kind)};
    const auto workspace = opened(database, std::nullopt);
    ConnectionDraft draft;
    draft.connection.name = QStringLiteral("mine");
    draft.connection.databaseType = DatabaseType::Sqlite;
    draft.connection.databaseName = QStringLiteral("/some/file");
    (void)valueOf(workspace->connections().add(draft));
    try {
        SampleWorkspace::fill(*workspace, kNow);
        QFAIL("filled");
    } catch (const Exception &exception) {
        QCOMPARE(exception.error().kind, ErrorKind::Conflict);
        QVERIFY(!exception.error().hint.isEmpty());
    }
    QCOMPARE(connectionsOf(*workspace).size(), 1);
}

HEADGATE_TEST(TstSampleWorkspace);
#include "tst_sampleworkspace.moc"
