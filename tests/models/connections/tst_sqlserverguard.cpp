// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/sqlserverguard.h"
#include "tests/support/testregistry.h"

#include <QTest>

using namespace headgate;
using namespace Qt::StringLiterals;

class TstSqlServerGuard : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void letsReadsThrough_data();
    void letsReadsThrough();
    void refusesTheRest_data();
    void refusesTheRest();
};

void TstSqlServerGuard::letsReadsThrough_data()
{
    QTest::addColumn<QString>("sql");
    for (const char *sql : {"SELECT 1", "  select name from sys.tables where name = 'DROP TABLE x; delete'", "SELECT [into], \"delete\" FROM [a]]b DROP]",
                            "/* DROP /* nested */ DELETE */ SELECT 1 -- UPDATE", "WITH t AS (SELECT 1 AS a) SELECT a FROM t", "SELECT 'it''s; DELETE' AS a",
                            "EXEC sys.sp_cdc_help_change_data_capture", "exec sys.sp_cdc_help_jobs;", "SELECT inserted_at, updates FROM deleted_rows",
                            "SELECT servicename FROM sys.dm_server_services WHERE servicename LIKE N'SQL Server Agent (%'"})
        QTest::newRow(sql) << QString::fromUtf8(sql);
}

void TstSqlServerGuard::letsReadsThrough()
{
    QFETCH(QString, sql);
    QCOMPARE(forbiddenInReadOnlyBatch(sql), QString());
}

void TstSqlServerGuard::refusesTheRest_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("word");
    const auto row = [](const char *sql, const char *word) { QTest::newRow(sql) << QString::fromUtf8(sql) << QString::fromUtf8(word); };
    row("", "(nothing)");
    row("-- SELECT 1", "(nothing)");
    row("DELETE FROM t", "DELETE");
    row("SELECT 1 DELETE FROM t", "DELETE");
    row("SELECT 1;drop table t", "DROP");
    row("SELECT * INTO copy FROM t", "INTO");
    row("WITH t AS (SELECT 1 AS a) UPDATE x SET a = 1", "UPDATE");
    row("SELECT 'a' EXEC xp_cmdshell 'x'", "EXEC");
    row("EXEC sys.sp_cdc_enable_db", "EXEC");
    row("EXEC sys.sp_cdc_help_jobs DELETE FROM t", "EXEC");
    row("EXEC sys.sp_cdc_help_jobs; DROP TABLE t", "EXEC");
    row("EXEC [sys].sp_cdc_help_jobs", "EXEC");
    row("SELECT 1 COMMIT", "COMMIT");
    row("SELECT 'a''' DROP TABLE t --'", "DROP");
    row("/* /* */ SELECT 1 */ DELETE t", "DELETE");
    row("SELECT [a]]] DROP TABLE t", "DROP");
    row("sp_configure", "SP_CONFIGURE");
    row("SELECT * FROM OPENROWSET(BULK '/etc/passwd', SINGLE_CLOB) AS x", "OPENROWSET");
}

void TstSqlServerGuard::refusesTheRest()
{
    QFETCH(QString, sql);
    QFETCH(QString, word);
    QCOMPARE(forbiddenInReadOnlyBatch(sql), word);
}

HEADGATE_TEST(TstSqlServerGuard);
#include "tst_sqlserverguard.moc"
