// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/connections/probesupport.h"

#include "models/connections/connectionurl.h"
#include "tests/support/servers.h"

#include <QJsonDocument>
#include <QUrl>
#include <libpq-fe.h>
#include <mysql.h>

namespace headgate::test {

using namespace Qt::StringLiterals;

QByteArray mysqlGreeting()
{
    return QByteArray::fromHex(
        "6c0000000a31302e31312e342d4d617269614442000800000041424344454647480"
        "0fefe2d0200ff8115000000000000"
        "1d000000494a4b4c4d4e4f505152535455006d7973716c5f6e61746976655f70617373776f726400");
}

ProbeTarget targetFrom(const QString &url)
{
    const auto parsed = parseConnectionUrl(url);
    ProbeTarget target;
    target.connection = parsed.orThrow().connection;
    target.hasPassword = parsed->password.has_value();
    target.password = parsed->password.value_or(QString()).toUtf8();
    target.timeoutMs = 5000;
    return target;
}

ProbeTarget postgresql()
{
    return targetFrom(QString::fromUtf8(serverVariable("HEADGATE_TEST_PG_URL")));
}

ProbeTarget mariadb()
{
    return targetFrom(QString::fromUtf8(serverVariable("HEADGATE_TEST_MARIADB_URL")));
}

ProbeTarget of(DatabaseType type)
{
    return type == DatabaseType::Postgresql ? postgresql() : mariadb();
}

/// A target that reaches the port of a stub.
ProbeTarget stub(DatabaseType type, int port, const QString &sslmode)
{
    ProbeTarget target;
    target.connection.databaseType = type;
    target.connection.host = u"127.0.0.1"_s;
    target.connection.port = port;
    target.connection.databaseName = u"shop"_s;
    target.connection.username = u"anna"_s;
    target.connection.config.insert(u"sslmode"_s, sslmode);
    target.password = "canary-secret";
    target.hasPassword = true;
    target.timeoutMs = shortMs;
    return target;
}

Run::Run(ConnectionProbe &probe, const ProbeTarget &target, const CancelToken &cancel, ConnectionProbe::StageCallback onStage)
{
    m_clock.start();
    probe.start(
        target,
        [this, onStage](const StageResult &stage) {
            m_seen.push_back(stage);
            if (onStage) onStage(stage);
        },
        [this](const ConnectionTest &test) {
            m_elapsed = m_clock.elapsed();
            if (++m_done == 1) m_promise.set_value(test);
        },
        cancel);
}

ConnectionTest testOf(const ProbeTarget &target)
{
    ConnectionProbe probe;
    return Run(probe, target).wait();
}

const StageResult &stageOf(const ConnectionTest &test, TestStage stage)
{
    return test.stages[size_t(stage)];
}

QByteArray describe(const ConnectionTest &test)
{
    return QJsonDocument(stagesToJson(test.stages)).toJson(QJsonDocument::Compact);
}

void postgresqlAdmin(const QByteArray &sql, bool mayFail)
{
    PGconn *admin = PQconnectdb(serverVariable("HEADGATE_TEST_PG_SUPERUSER_URL").constData());
    PGresult *result = PQexec(admin, sql.constData());
    const bool ok = PQresultStatus(result) == PGRES_COMMAND_OK || PQresultStatus(result) == PGRES_TUPLES_OK;
    if (!ok && !mayFail) qFatal("%s: %s", sql.constData(), PQerrorMessage(admin));
    PQclear(result);
    PQfinish(admin);
}

void mariadbAdmin(const QByteArray &sql, bool mayFail)
{
    const QUrl url(QString::fromUtf8(serverVariable("HEADGATE_TEST_MARIADB_URL")));
    MYSQL *admin = mysql_init(nullptr);
    const bool ok = mysql_real_connect(admin, qPrintable(url.host()), qPrintable(url.userName()), qPrintable(url.password()), nullptr, unsigned(url.port()),
                                       nullptr, 0) &&
                    mysql_real_query(admin, sql.constData(), static_cast<unsigned long>(sql.size())) == 0;
    if (!ok && !mayFail) qFatal("%s: %s", sql.constData(), mysql_error(admin));
    mysql_close(admin);
}

}  // namespace headgate::test
