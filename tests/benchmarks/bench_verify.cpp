// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/auditbatch.h"
#include "models/audit/auditstore.h"
#include "tests/support/testdatabase.h"
#include "tests/support/testregistry.h"

#include <QElapsedTimer>
#include <QTest>
#include <QtEndian>
#include <libpq-fe.h>
#include <openssl/evp.h>
#include <sqlite3.h>

using namespace headgate;
using namespace headgate::test;

namespace {

qint64 rowsWanted()
{
    const qint64 wanted = qEnvironmentVariable("HEADGATE_BENCH_ROWS").toLongLong();
    return wanted > 0 ? wanted : 200'000;
}

AuditEntry entryOf(qint64 i)
{
    AuditEntry entry;
    entry.actor = {UserId{1 + i % 50}, QStringLiteral("user%1").arg(i % 50), QStringLiteral("192.0.2.%1").arg(i % 200), QStringLiteral("headgate 0.1.0 (window)")};
    entry.action = i % 7 == 0 ? QStringLiteral("DELETE") : QStringLiteral("UPDATE");
    entry.entityType = QStringLiteral("connection");
    entry.entityId = QString::number(i % 1000);
    entry.entityName = QStringLiteral("orders-%1").arg(i % 1000);
    entry.oldValues = QJsonObject{{QStringLiteral("port"), 5432}, {QStringLiteral("host"), QStringLiteral("db%1.example.org").arg(i % 30)}};
    entry.newValues = QJsonObject{{QStringLiteral("port"), 5433}, {QStringLiteral("host"), QStringLiteral("db%1.example.org").arg(i % 31)}};
    return entry;
}

/// The least that any verification must do: each payload read and hashed.
class Hashing {
public:
    ~Hashing() { EVP_MD_CTX_free(m_context); }
    void row(const void *previous, size_t previousSize, const void *payload, size_t payloadSize)
    {
        unsigned char digest[32];
        EVP_DigestInit_ex(m_context, EVP_sha256(), nullptr);
        EVP_DigestUpdate(m_context, previous, previousSize);
        EVP_DigestUpdate(m_context, payload, payloadSize);
        EVP_DigestFinal_ex(m_context, digest, nullptr);
        m_sum += digest[0];
        ++rows;
    }
    qint64 rows = 0;

private:
    EVP_MD_CTX *m_context = EVP_MD_CTX_new();
    unsigned m_sum = 0;
};

const char kFloorSql[] = "select previous_hash, payload from audit_logs order by id";

qint64 floorOfSqlite(sqlite3 *handle)
{
    Hashing hashing;
    sqlite3_stmt *statement = nullptr;
    sqlite3_prepare_v2(handle, kFloorSql, -1, &statement, nullptr);
    while (sqlite3_step(statement) == SQLITE_ROW)
        hashing.row(sqlite3_column_blob(statement, 0), size_t(sqlite3_column_bytes(statement, 0)), sqlite3_column_blob(statement, 1), size_t(sqlite3_column_bytes(statement, 1)));
    sqlite3_finalize(statement);
    return hashing.rows;
}

qint64 floorOfPostgresql(PGconn *handle)
{
    Hashing hashing;
    PQclear(PQexec(handle, (QByteArray("COPY (") + kFloorSql + ") TO STDOUT (FORMAT binary)").constData()));
    char *buffer = nullptr;
    for (bool first = true; PQgetCopyData(handle, &buffer, 0) > 0; first = false) {
        const char *at = buffer + (first ? 19 : 0);
        if (qFromBigEndian<qint16>(at) == 2) {
            const int previousSize = qFromBigEndian<qint32>(at + 2);
            const char *payload = at + 6 + previousSize;
            hashing.row(at + 6, size_t(previousSize), payload + 4, size_t(qFromBigEndian<qint32>(payload)));
        }
        PQfreemem(buffer);
    }
    while (PGresult *rest = PQgetResult(handle)) PQclear(rest);
    return hashing.rows;
}

}  // namespace

/// Verification of the whole trail against reading and hashing its payloads through the C interface of the database.
class BenchVerify : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void throughput_data() { addDatabaseRows(); }
    void throughput();
};

void BenchVerify::throughput()
{
    QFETCH(int, kind);
    const TestDatabase database{Dialect::Kind(kind)};
    const auto session = database.open();
    session->setStatementTimeout(0);
    const qint64 rows = rowsWanted();
    for (qint64 done = 0; done < rows;) {
        Transaction transaction(*session, Transaction::Mode::Write, QUuid::createUuid());
        AuditBatch batch(transaction);
        const qint64 end = std::min(rows, done + 50'000);
        for (; done < end; ++done) batch.add(entryOf(done));
        batch.finish();
        transaction.commit();
    }
    double floorSeconds = 1e9;
    AuditVerification best;
    for (int round = 0; round < 3; ++round) {
        QElapsedTimer timer;
        timer.start();
        const qint64 read = session->dialect().isSqlite() ? floorOfSqlite(static_cast<sqlite3 *>(session->nativeHandle())) : floorOfPostgresql(static_cast<PGconn *>(session->nativeHandle()));
        floorSeconds = std::min(floorSeconds, double(timer.nsecsElapsed()) / 1e9);
        QCOMPARE(read, rows);
        const AuditVerification result = AuditStore::verify(*session, {}, {});
        QVERIFY(result.ok());
        if (best.rows == 0 || result.seconds < best.seconds) best = result;
    }
    const double floorRate = double(rows) / floorSeconds;
    std::printf("{\"benchmark\":\"audit.verify\",\"database\":\"%s\",\"rows\":%lld,\"rows_per_second\":%.0f,\"floor_rows_per_second\":%.0f,\"ratio\":%.2f}\n", QTest::currentDataTag(),
                static_cast<long long>(rows), best.rowsPerSecond(), floorRate, best.rowsPerSecond() / floorRate);
    std::fflush(stdout);
    // Columns, operations and rollups are compared besides, so it cannot be the floor; a twentieth of it would be an accident.
    QVERIFY(best.rowsPerSecond() > floorRate / 20);
}

HEADGATE_TEST(BenchVerify);
#include "bench_verify.moc"
