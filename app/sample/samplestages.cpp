// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sample/samplestages.h"

#include "models/connections/probeadvice.h"

#include <QCryptographicHash>
#include <QFileInfo>
#include <algorithm>
#include <cmath>

namespace headgate {

namespace {

/// A number that belongs to the connection: the same in every test of it.
quint64 ownNumber(const Connection &c, const char *what)
{
    const QByteArray digest = QCryptographicHash::hash(c.name.toUtf8() + what, QCryptographicHash::Sha256);
    quint64 number = 0;
    for (int i = 0; i < 8; ++i) number = number << 8 | quint8(digest.at(i));
    return number;
}

/// Writes the stages of one test down, in order, each with its share of the time.
class Telling {
public:
    Telling(const SampleConnection &sample, double totalMs, SampleRandom &random)
        : m_sample(sample), m_c(sample.connection), m_total(totalMs), m_random(random)
    {
    }

    void pass(double share, const QString &message) { add(StageStatus::Pass, share, message, {}, {}); }
    void skip(const QString &message) { add(StageStatus::Skipped, 0, message, {}, {}); }
    void warn(double share, const QString &message, const ProbeAdvice &advice) { add(StageStatus::Warn, share, message, advice, {}); }
    void fail(double share, const QString &message, const ProbeAdvice &advice, const QString &code)
    {
        add(StageStatus::Fail, share, message, advice, code);
        m_test.errorCode = code;
        m_test.errorMessage = message;
    }
    ConnectionTest finish();

    void network(SampleOutcome outcome);
    void file();

private:
    void add(StageStatus status, double share, const QString &message, const ProbeAdvice &advice, const QString &code);
    void tls(SampleOutcome outcome);
    void inside();
    void identify();
    int port() const { return m_c.port.value_or(defaultPort(m_c.databaseType)); }
    bool isPostgresql() const { return m_c.databaseType == DatabaseType::Postgresql; }
    QString mode() const { return m_c.config.value(QLatin1String("sslmode")).toString(); }

    const SampleConnection &m_sample;
    const Connection &m_c;
    double m_total;
    SampleRandom &m_random;
    ConnectionTest m_test;
};

double rounded(double ms) { return std::round(ms * 1000) / 1000; }

void Telling::add(StageStatus status, double share, const QString &message, const ProbeAdvice &advice, const QString &code)
{
    const double ms = share > 0 ? rounded(m_total * share * m_random.between(0.9, 1.0)) : 0;
    m_test.stages.push_back({TestStage(m_test.stages.size()), status, ms, message, advice.hint, advice.kind, advice.fix, code});
}

void Telling::network(SampleOutcome outcome)
{
    pass(0.08, QStringLiteral("%1 is %2.").arg(m_c.host, m_sample.address));
    const QString peer = QStringLiteral("%1 port %2").arg(m_sample.address).arg(port());
    if (outcome == SampleOutcome::Silent)
        return fail(0.92, QStringLiteral("No answer within %1 ms: still waiting for %2.").arg(int(m_total)).arg(peer),
                    advice::forDeadline(TestStage::Tcp, m_c), {});
    if (outcome == SampleOutcome::Refused) {
        const QString words = isPostgresql() ? QStringLiteral("%1: Connection refused").arg(peer)
                                             : QStringLiteral("%1: Can't connect to server on '%1' (111)").arg(m_sample.address);
        return fail(0.9, words, advice::portClosed(m_c), isPostgresql() ? QString() : QStringLiteral("2002"));
    }
    pass(0.1, QStringLiteral("%1 answers.").arg(peer));
    tls(outcome);
    if (outcome == SampleOutcome::WrongPassword) {
        const QString words = QStringLiteral("FATAL: password authentication failed for user \"%1\"").arg(m_c.username);
        return fail(0.4, words, advice::forSqlState(QStringLiteral("28P01"), words, m_c), QStringLiteral("28P01"));
    }
    inside();
}

void Telling::tls(SampleOutcome outcome)
{
    if (outcome == SampleOutcome::InClear)
        return warn(0.06, QStringLiteral("The session is in clear (sslmode=%1). The server offers no TLS.").arg(mode()), advice::inClear(m_c));
    const QString checked = mode() == u"verify-full" ? QStringLiteral("certificate and host name verified")
                                                     : QStringLiteral("certificate not verified (sslmode=%1)").arg(mode());
    const QString shared = isPostgresql() ? QString() : QStringLiteral(" One time for TLS and login: the client library does not show where one ends.");
    pass(0.28, QStringLiteral("TLSv1.3, TLS_AES_256_GCM_SHA384; %1.%2").arg(checked, shared));
}

void Telling::inside()
{
    pass(0.26, isPostgresql() ? QStringLiteral("%1 is logged in with a password.").arg(m_c.username) : QStringLiteral("%1 is logged in.").arg(m_c.username));
    pass(0.09, isPostgresql() ? QStringLiteral("%1 is open (UTF8, en_US.utf8).").arg(m_c.databaseName)
                              : QStringLiteral("%1 is open (utf8mb4, utf8mb4_general_ci).").arg(m_c.databaseName));
    const int tables = 12 + int(ownNumber(m_c, "tables") % 180);
    const bool replicates = m_c.tags.contains(QLatin1String("cdc"));
    if (isPostgresql())
        pass(0.08, QStringLiteral("%1reads %2 of %2 tables and views.").arg(replicates ? QStringLiteral("replication, ") : QString()).arg(tables));
    else
        pass(0.08, QStringLiteral("%1sees %2 tables and views.").arg(replicates ? QStringLiteral("replication, ") : QString()).arg(tables));
    identify();
}

void Telling::identify()
{
    const bool replica = m_c.tags.contains(QLatin1String("replica"));
    ServerIdentity server;
    server.version = m_sample.server;
    server.address = m_sample.address;
    server.port = port();
    server.database = m_c.databaseName;
    server.inRecovery = replica;
    if (m_test.stages.at(size_t(TestStage::Tls)).status == StageStatus::Pass)
        server.certificateFingerprint = QString::fromLatin1(QCryptographicHash::hash(m_c.host.toUtf8(), QCryptographicHash::Sha256).toHex());
    // A standby has its primary's system identifier; the sample's standbys stand in the same database by name.
    const QString cluster = isPostgresql() ? m_c.databaseName + environments.name(m_c.environment) : m_c.name;
    Connection owner;
    owner.name = cluster;
    const quint64 number = 7'300'000'000'000'000'000ULL + ownNumber(owner, "system") % 100'000'000'000'000'000ULL;
    if (isPostgresql()) {
        server.systemIdentifier = QString::number(number);
        pass(0.06, QStringLiteral("%1 at %2:%3, %4, system identifier %5.")
                       .arg(server.version, server.address)
                       .arg(server.port)
                       .arg(replica ? QStringLiteral("standby") : QStringLiteral("primary"), server.systemIdentifier));
    } else {
        server.systemIdentifier = QStringLiteral("server_id=%1 host=%2").arg(number % 9000 + 1).arg(m_c.host.section(QLatin1Char('.'), 0, 0));
        pass(0.06, QStringLiteral("%1 at %2:%3, %4, %5.")
                       .arg(server.version, server.address)
                       .arg(server.port)
                       .arg(replica ? QStringLiteral("read only") : QStringLiteral("writable"), server.systemIdentifier));
    }
    m_test.identity = server;
    m_test.serverVersion = server.version;
    pass(0.05, QStringLiteral("SELECT 1 in %1 ms.").arg(m_total * 0.05, 0, 'f', 2));
}

void Telling::file()
{
    const QString none = QStringLiteral("A file has none.");
    const qint64 size = QFileInfo(m_c.databaseName).size();
    pass(0.1, QStringLiteral("%1, %2 bytes.").arg(m_c.databaseName).arg(size));
    for (int i = 0; i < 3; ++i) skip(none);
    pass(0.4, QStringLiteral("A SQLite database, delete journal, schema version 8."));
    pass(0.1, m_c.isReadOnly ? QStringLiteral("Read only for this user.") : QStringLiteral("Readable and writable."));
    ServerIdentity server;
    server.version = m_sample.server;
    server.address = m_c.databaseName;
    server.database = QFileInfo(m_c.databaseName).fileName();
    server.systemIdentifier = QStringLiteral("application_id=0 user_version=0");
    m_test.identity = server;
    m_test.serverVersion = server.version;
    pass(0.2, QStringLiteral("%1, %2 pages of 4096 bytes, delete journal, %3.").arg(server.version).arg(size / 4096).arg(server.systemIdentifier));
    pass(0.1, QStringLiteral("SELECT 1 in %1 ms.").arg(m_total * 0.1, 0, 'f', 2));
}

ConnectionTest Telling::finish()
{
    while (m_test.stages.size() < testStages.rows().size()) skip(QStringLiteral("Not reached."));
    m_test.status = overallStatus(m_test.stages);
    m_test.responseTimeMs = rounded(m_total);
    return m_test;
}

}  // namespace

ConnectionTest sampleTest(const SampleConnection &sample, SampleOutcome outcome, double totalMs, SampleRandom &random)
{
    Telling telling(sample, totalMs, random);
    if (sample.connection.databaseType == DatabaseType::Sqlite) telling.file();
    else telling.network(outcome);
    return telling.finish();
}

}  // namespace headgate
