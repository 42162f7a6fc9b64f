// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/connectionurl.h"
#include "tests/integration/connections/certificates.h"
#include "tests/integration/connections/probesupport.h"
#include "tests/integration/faults/privateservers.h"
#include "tests/support/testregistry.h"

#include <QFile>
#include <QTest>
#include <libpq-fe.h>
#include <mysql.h>
#include <pwd.h>
#include <unistd.h>

using namespace headgate;
using namespace headgate::test;
using namespace Qt::StringLiterals;

/// Which certificate passes which mode, on real servers that are given one after the other.
class TstCertificates : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void matrix_data();
    void matrix();
    void missingAuthority();
    void cleanupTestCase() { m_servers.reset(); }

private:
    void install(const Certificate &certificate);
    void loadAnew();
    ProbeTarget target(DatabaseType type, const QString &sslmode) const;

    std::unique_ptr<PrivateServers> m_servers;
    QString m_folder;
    QString m_authority;
    QString m_installed;
    QHash<QString, Certificate> m_certificates;
};

namespace {

void put(const QString &path, const QByteArray &text, const char *owner = nullptr)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate)) qFatal("%s cannot be written", qPrintable(path));
    file.write(text);
    file.close();
    file.setPermissions(owner ? QFile::ReadOwner | QFile::WriteOwner : QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup | QFile::ReadOther);
    const passwd *account = owner && ::geteuid() == 0 ? ::getpwnam(owner) : nullptr;
    if (account && ::chown(qPrintable(path), account->pw_uid, account->pw_gid) != 0) qFatal("chown");
}

}  // namespace

void TstCertificates::initTestCase()
{
    m_servers = std::make_unique<PrivateServers>(QStringList{u"--pg"_s, u"--mariadb"_s});
    m_folder = m_servers->variable("HEADGATE_TEST_DIR");
    m_authority = m_folder + u"/own-ca.pem"_s;
    const Certificate authority = Certificate::authority("Test authority");
    put(m_authority, authority.pem());
    m_certificates.insert(u"good"_s, authority.signedFor("localhost"));
    m_certificates.insert(u"expired"_s, authority.signedFor("localhost", {-60, -1}));
    m_certificates.insert(u"not yet valid"_s, authority.signedFor("localhost", {30, 60}));
    m_certificates.insert(u"self-signed"_s, Certificate::selfSigned("localhost"));
    m_certificates.insert(u"wrong host"_s, authority.signedFor("other.example"));
    m_certificates.insert(u"wrong authority"_s, Certificate::authority("Another authority").signedFor("localhost"));
}

void TstCertificates::install(const Certificate &certificate)
{
    put(m_folder + u"/server.pem"_s, certificate.pem());
    put(m_folder + u"/postgres.key"_s, certificate.keyPem(), "postgres");
    put(m_folder + u"/mysql.key"_s, certificate.keyPem(), "mysql");
    loadAnew();
}

void TstCertificates::loadAnew()
{
    PGconn *pg = PQconnectdb(m_servers->variable("HEADGATE_TEST_PG_SUPERUSER_URL").toUtf8().constData());
    PQclear(PQexec(pg, "SELECT pg_reload_conf()"));
    PQfinish(pg);
    const ProbeTarget server = targetFrom(m_servers->variable("HEADGATE_TEST_MARIADB_URL"));
    MYSQL *my = mysql_init(nullptr);
    if (!mysql_real_connect(my, "127.0.0.1", qPrintable(server.connection.username), server.password.constData(), nullptr, unsigned(*server.connection.port), nullptr, 0) ||
        mysql_query(my, "FLUSH SSL") != 0)
        qFatal("%s", mysql_error(my));
    mysql_close(my);
    QTest::qWait(300);  // PostgreSQL's postmaster reads its files when the signal gets to it
}

ProbeTarget TstCertificates::target(DatabaseType type, const QString &sslmode) const
{
    const bool isPg = type == DatabaseType::Postgresql;
    ProbeTarget target = targetFrom(m_servers->variable(isPg ? "HEADGATE_TEST_PG_URL" : "HEADGATE_TEST_MARIADB_URL"));
    target.connection.host = u"localhost"_s;
    target.connection.config.insert(u"sslmode"_s, sslmode);
    if (sslmode.startsWith(u"verify"_s)) target.connection.config.insert(u"sslrootcert"_s, m_authority);
    return target;
}

void TstCertificates::matrix_data()
{
    QTest::addColumn<QString>("certificate");
    QTest::addColumn<int>("type");
    QTest::addColumn<QString>("sslmode");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("says");
    QTest::addColumn<QString>("advises");
    struct Row {
        const char *certificate;
        StageStatus unverified;
        const char *refusal;   ///< in the message of verify-ca and verify-full; null: verify-ca passes
        const char *name;      ///< in the message of verify-full alone
        const char *advice;
    };
    const Row rows[] = {
        {"good", StageStatus::Pass, nullptr, nullptr, ""},
        {"expired", StageStatus::Warn, "expired", nullptr, "expired"},
        {"not yet valid", StageStatus::Warn, "not yet valid", nullptr, "not valid yet"},
        {"self-signed", StageStatus::Pass, "self-signed", nullptr, "authority"},
        {"wrong host", StageStatus::Pass, nullptr, "host", "another host"},
        {"wrong authority", StageStatus::Pass, "", nullptr, "authority"},
    };
    for (const Row &row : rows)
        for (const auto type : {DatabaseType::Postgresql, DatabaseType::Mysql})
            for (const char *mode : {"disable", "prefer", "require", "verify-ca", "verify-full"}) {
                const bool verifies = qstrncmp(mode, "verify", 6) == 0;
                const bool byName = qstrcmp(mode, "verify-full") == 0;
                const char *refusal = !verifies ? nullptr : row.refusal ? row.refusal : byName ? row.name : nullptr;
                const StageStatus status = qstrcmp(mode, "disable") == 0 ? StageStatus::Skipped : refusal ? StageStatus::Fail : verifies ? StageStatus::Pass : row.unverified;
                QTest::addRow("%s %s %s", row.certificate, qPrintable(databaseTypes.name(type)), mode)
                    << QString::fromLatin1(row.certificate) << int(type) << QString::fromLatin1(mode) << int(status) << QString::fromLatin1(refusal ? refusal : "")
                    << QString::fromLatin1(refusal ? row.advice : "");
            }
}

void TstCertificates::matrix()
{
    QFETCH(QString, certificate);
    QFETCH(int, type);
    QFETCH(QString, sslmode);
    QFETCH(QString, says);
    QFETCH(QString, advises);
    QFETCH(int, status);
    if (m_installed != certificate) install(m_certificates[certificate]);
    m_installed = certificate;
    const ConnectionTest test = testOf(target(DatabaseType(type), sslmode));
    const StageResult &tls = stageOf(test, TestStage::Tls);
    QVERIFY2(int(tls.status) == status, describe(test).constData());
    QVERIFY2(tls.message.contains(says, Qt::CaseInsensitive), describe(test).constData());
    QVERIFY2(tls.hint.contains(advises), describe(test).constData());
    if (tls.status == StageStatus::Fail) VERIFY_FAILS_AT(test, TestStage::Tls, 5000);
    else QVERIFY2(test.status != TestStatus::Failure, describe(test).constData());
}

void TstCertificates::missingAuthority()
{
    for (const auto type : {DatabaseType::Postgresql, DatabaseType::Mysql}) {
        ProbeTarget wrong = target(type, u"verify-ca"_s);
        wrong.connection.config.insert(u"sslrootcert"_s, u"/no/such/ca.pem"_s);
        const ConnectionTest test = testOf(wrong);
        VERIFY_FAILS_AT(test, TestStage::Tls, 5000);
        QVERIFY2(stageOf(test, TestStage::Tls).message.contains(u"/no/such/ca.pem"_s), describe(test).constData());
        QVERIFY2(stageOf(test, TestStage::Tls).fixSql.startsWith(u"sslrootcert="_s), describe(test).constData());
    }
}

HEADGATE_TEST(TstCertificates);
#include "tst_certificates.moc"
