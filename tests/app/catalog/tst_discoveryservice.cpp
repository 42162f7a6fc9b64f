// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/tasks.h"
#include "app/catalog/discoveryservice.h"
#include "app/connections/connectionservice.h"
#include "app/workspace/workspace.h"
#include "models/connections/connectionurl.h"
#include "tests/integration/connections/stubserver.h"
#include "tests/support/servers.h"
#include "tests/support/testregistry.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>
#include <libpq-fe.h>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

class TstDiscoveryService : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase() { m_workspace.reset(); }
    void asksOverOneSession();
    void opensACutSessionAgain();
    void leavesWithoutWaiting();
    void endsOneQuestionAlone();
    void keepsTheRestOfTheConnection();

private:
    QString ask(const char *sql) const;

    QTemporaryDir m_folder;
    std::unique_ptr<PgDatabase> m_pg;
    std::unique_ptr<Workspace> m_workspace;
    Connection m_connection;
};

void TstDiscoveryService::initTestCase()
{
    qputenv("XDG_CONFIG_HOME", m_folder.filePath(u"config"_s).toUtf8());
    WorkspaceOptions options;
    options.address.spec.path = m_folder.filePath(u"workspace.sqlite"_s);
    options.create = true;
    options.keychain = false;
    auto opened = Workspace::open(options);
    if (!opened.ok()) qFatal("%s", qPrintable(opened.error().text()));
    m_workspace = std::move(opened.value());
    m_pg = std::make_unique<PgDatabase>();
    ConnectionDraft draft;
    const ParsedUrl parsed = parseConnectionUrl(m_pg->consoleUrl()).orThrow();
    draft.connection = parsed.connection;
    draft.connection.name = u"shop"_s;
    draft.password = parsed.password;
    m_connection = valueOf(m_workspace->connections().add(draft));
}

QString TstDiscoveryService::ask(const char *sql) const
{
    PGconn *server = PQconnectdb(m_pg->superuserUrl().toUtf8().constData());
    PGresult *result = PQexec(server, sql);
    const QString text = PQntuples(result) > 0 ? QString::fromUtf8(PQgetvalue(result, 0, 0)) : QString::fromUtf8(PQresultErrorMessage(result));
    PQclear(result);
    PQfinish(server);
    return text;
}

void TstDiscoveryService::asksOverOneSession()
{
    constexpr char sessions[] = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'headgate'";
    {
        const auto discovery = m_workspace->discovery().look(m_connection);
        QCOMPARE(ask(sessions), u"0"_s);
        QList<QFuture<Result<QList<CatalogSchema>>>> answers;
        for (int i = 0; i < 8; ++i) answers << discovery->schemas();
        for (const auto &answer : answers) QVERIFY(!valueOf(answer).isEmpty());
        QCOMPARE(ask(sessions), u"1"_s);
    }
    QTRY_COMPARE(ask(sessions), u"0"_s);
}

void TstDiscoveryService::opensACutSessionAgain()
{
    const auto discovery = m_workspace->discovery().look(m_connection);
    QVERIFY(!valueOf(discovery->schemas()).isEmpty());
    ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'headgate'");
    QVERIFY(!valueOf(discovery->schemas()).isEmpty());
}

void TstDiscoveryService::leavesWithoutWaiting()
{
    const StubServer silent([](int) {});
    Connection connection = m_connection;
    connection.host = u"127.0.0.1"_s;
    connection.port = silent.port();
    auto discovery = m_workspace->discovery().look(connection);
    const auto answer = discovery->schemas();
    QTest::qWait(100);
    QElapsedTimer clock;
    clock.start();
    discovery.reset();
    QVERIFY2(clock.elapsed() < 50, qPrintable(QString::number(clock.elapsed())));
    const Result<QList<CatalogSchema>> result = answer.result();
    QCOMPARE(result.error().kind, ErrorKind::Cancelled);
    QVERIFY2(clock.elapsed() < 500, qPrintable(QString::number(clock.elapsed())));
}

void TstDiscoveryService::endsOneQuestionAlone()
{
    const auto discovery = m_workspace->discovery().look(m_connection);
    QVERIFY(!valueOf(discovery->schemas()).isEmpty());
    const CancelToken cancel;
    cancel.cancel();
    QCOMPARE(discovery->search(u"x"_s, 10, cancel).result().error().kind, ErrorKind::Cancelled);
    QVERIFY(!valueOf(discovery->schemas()).isEmpty());
}

void TstDiscoveryService::keepsTheRestOfTheConnection()
{
    ConnectionDraft draft{valueOf(m_workspace->connections().get(m_connection.id)), std::nullopt};
    draft.connection.description = u"changed meanwhile"_s;
    (void)valueOf(m_workspace->connections().update(draft));
    const QList<TableName> tables{{u"public"_s, u"orders"_s}};
    const Connection stored = valueOf(m_workspace->discovery().choose(m_connection.id, tables));
    QCOMPARE(DiscoveryService::chosenTables(stored), tables);
    QCOMPARE(stored.description, u"changed meanwhile"_s);
    const int version = stored.version;
    QCOMPARE(valueOf(m_workspace->discovery().choose(m_connection.id, tables)).version, version);
    QVERIFY(!valueOf(m_workspace->discovery().choose(m_connection.id, {})).config.contains(u"chosen_tables"_s));
}

HEADGATE_TEST(TstDiscoveryService);

#include "tst_discoveryservice.moc"
