// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/error.h"
#include "models/connections/targetsession.h"
#include "tests/integration/connections/tdsstandin.h"
#include "tests/support/sqlserverstandin.h"
#include "tests/support/testregistry.h"

#include <QElapsedTimer>
#include <QTest>
#include <thread>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

namespace {

/// The error of `work`; its kind is Unknown when there was none.
template <typename F>
Error errorOf(F work)
{
    try {
        work();
    } catch (const Exception &exception) {
        return exception.error();
    }
    return {ErrorKind::Unknown, u"no error"_s, {}, {}, {}};
}

}  // namespace

class TstSqlServerSession : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { m_server.emplace(); }
    void cleanupTestCase() { m_server.reset(); }
    void standInIsRead();
    void standInKeepsNothingWritten();
    void standInStopsStatements();
    void standInIsCancelled();
    void saysWhyItDidNotOpen();

private:
    std::unique_ptr<TargetSession> opened() { return TargetSession::open(m_server->target()); }

    std::optional<SqlServerStandIn> m_server;
};

void TstSqlServerSession::standInIsRead()
{
    const auto session = opened();
    QVERIFY(session->isOpen());
    QCOMPARE(session->version().text, u"SQL Server 16.0.4135.4"_s);
    QCOMPARE(session->version().number, 160000);
    QVERIFY(!session->version().isMariaDb);
    const auto rows = session->read(u"SELECT name, schema_name, NULL AS nothing, '' AS empty FROM sys.tables WHERE name = ? OR object_id = CAST(? AS int) ORDER BY name"_s,
                                    {u"orders"_s, u"2"_s});
    QCOMPARE(rows.columns, (QStringList{u"name"_s, u"schema_name"_s, u"nothing"_s, u"empty"_s}));
    QCOMPARE(rows.rows.size(), size_t(2));
    QCOMPARE(rows.text(0, 0), u"customers"_s);
    QVERIFY(!rows.rows[0][2].has_value());
    QCOMPARE(rows.rows[0][3], std::optional(QString()));
    const QString hostile = u"'; DROP TABLE sys.tables; -- {d} ? äé😀"_s;
    QCOMPARE(session->read(u"SELECT CAST(? AS varchar(99))"_s, {hostile}).text(0, 0), hostile);
    const Error error = errorOf([&] { session->read(u"SELECT * FROM sys.nosuch"_s); });
    QCOMPARE(error.kind, ErrorKind::Internal);
    QVERIFY2(error.evidence.contains(u"nosuch"_s), qPrintable(error.text()));
    QVERIFY(session->isOpen());
    QCOMPARE(session->read(u"SELECT 1"_s).text(0, 0), u"1"_s);
    const auto many = session->read(u"SELECT g, repeat('x', 100) FROM generate_series(1, 20000) g"_s);
    QCOMPARE(many.rows.size(), size_t(20000));
    QCOMPARE(many.text(19999, 1).size(), 100);
}

void TstSqlServerSession::standInKeepsNothingWritten()
{
    m_server->run({u"CREATE TABLE public.written (a int)"_s,
                   u"CREATE FUNCTION public.writes() RETURNS int LANGUAGE sql AS $$ INSERT INTO public.written VALUES (1) RETURNING a $$"_s});
    const auto session = opened();
    QCOMPARE(errorOf([&] { session->read(u"INSERT INTO written VALUES (2)"_s); }).kind, ErrorKind::Denied);
    errorOf([&] { session->read(u"SELECT writes()"_s); });
    QCOMPARE(session->read(u"SELECT count(*) FROM written"_s).text(0, 0), u"0"_s);
}

void TstSqlServerSession::standInStopsStatements()
{
    const auto session = opened();
    QElapsedTimer clock;
    clock.start();
    const Error error = errorOf([&] { session->read(u"SELECT pg_sleep(20)"_s, {}, 300); });
    QCOMPARE(error.kind, ErrorKind::Timeout);
    QVERIFY2(clock.elapsed() < 1500, qPrintable(QString::number(clock.elapsed())));
    QVERIFY(session->isOpen());
    QCOMPARE(session->read(u"SELECT 1"_s).text(0, 0), u"1"_s);
}

void TstSqlServerSession::standInIsCancelled()
{
    const auto session = opened();
    const CancelToken cancel;
    session->setCancel(cancel);
    std::thread later([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        cancel.cancel();
    });
    QElapsedTimer clock;
    clock.start();
    const Error error = errorOf([&] { session->read(u"SELECT pg_sleep(20)"_s); });
    later.join();
    QCOMPARE(error.kind, ErrorKind::Cancelled);
    QVERIFY2(clock.elapsed() < 1500, qPrintable(QString::number(clock.elapsed())));
    session->setCancel({});
    QCOMPARE(session->read(u"SELECT 1"_s).text(0, 0), u"1"_s);
}

void TstSqlServerSession::saysWhyItDidNotOpen()
{
    TdsStandIn refuses({{18456, u"Login failed for user 'anna'."_s}});
    ProbeTarget target = m_server->target();
    target.connection.config.insert(u"odbc_driver"_s, u"FreeTDS"_s);
    target.connection.port = refuses.port();
    Error error = errorOf([&] { TargetSession::open(target); });
    QCOMPARE(error.kind, ErrorKind::Denied);
    QVERIFY2(error.evidence.contains(u"18456"_s) && !error.hint.isEmpty(), qPrintable(error.text()));

    const StubServer silent([](int) {});
    target.connection.port = silent.port();
    target.timeoutMs = 500;
    QElapsedTimer clock;
    clock.start();
    QCOMPARE(errorOf([&] { TargetSession::open(target); }).kind, ErrorKind::Timeout);
    QVERIFY2(clock.elapsed() < 1500, qPrintable(QString::number(clock.elapsed())));

    target.connection.config.insert(u"odbc_driver"_s, u"Nosuch"_s);
    error = errorOf([&] { TargetSession::open(target); });
    QCOMPARE(error.kind, ErrorKind::NotFound);
    QVERIFY2(error.hint.contains(u"tdsodbc"_s) || error.hint.contains(u"install"_s), qPrintable(error.text()));
}

HEADGATE_TEST(TstSqlServerSession);
#include "tst_sqlserversession.moc"
