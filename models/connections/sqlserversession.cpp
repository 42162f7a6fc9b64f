// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/sqlserversession.h"

#include "models/connections/sqlserveradvice.h"
#include "models/connections/sqlserverbrowser.h"
#include "models/connections/sqlserverguard.h"
#include "models/connections/sqlserverlogin.h"
#include "models/connections/tlspromise.h"

#include <QJsonArray>
#include <QVariant>
#include <algorithm>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

// Longer than the wait gives a statement to be stopped: the helper must not end first.
constexpr int graceMs = 5'000;
constexpr char versionSql[] = "SELECT CAST(SERVERPROPERTY('ProductVersion') AS varchar(128))";

ErrorKind kindOf(const QString &code)
{
    switch (code.toInt()) {
    case 18456: case 18452: case 18470: case 18486: case 18487: case 18488: case 916: case 229: case 230: case 262: case 297: case 300: case 371:
        return ErrorKind::Denied;
    case 4060: case 911: case 208: case 2812: return ErrorKind::NotFound;
    case 1222: return ErrorKind::Locked;
    default: break;
    }
    if (code == "42S02"_L1 || code == "IM002"_L1) return ErrorKind::NotFound;
    return code == "28000"_L1 || code == "42501"_L1 ? ErrorKind::Denied : ErrorKind::Internal;
}

int seconds(int ms)
{
    return std::max(1, (ms + 999) / 1000);
}

}  // namespace

std::unique_ptr<TargetSession> openSqlserverSession(const ProbeTarget &target, const CancelToken &cancel)
{
    return std::make_unique<SqlserverSession>(target, cancel);
}

SqlserverSession::SqlserverSession(const ProbeTarget &target, const CancelToken &cancel)
    : NativeSession(target, cancel), m_helper(wait().function())
{
    if (!targetoptions::sslMode(connection())) fail(ErrorKind::Invalid, u"The sslmode of this connection is not known."_s);
    wait().begin(cancel, target.timeoutMs);
    const int port = portOfServer();
    m_helper.start(wait().remainingMs());
    throwIfStopped(u"Waiting for an ODBC helper process"_s, target.timeoutMs);
    chooseDriver();
    openSession(port);
    readVersion();
}

int SqlserverSession::portOfServer()
{
    const QString instance = sqlServerInstance(connection());
    if (connection().port || instance.isEmpty()) return connection().port.value_or(defaultPort(DatabaseType::Sqlserver));
    for (const QByteArray &address : targetoptions::addresses(connection(), wait())) {
        const SqlServerBrowser answer = SqlServerBrowser::ask(address, instance, wait().remainingMs() / 2, wait().function());
        if (answer.outcome == SqlServerBrowser::Outcome::Found) return answer.port;
    }
    throwIfStopped(u"Connecting"_s, target().timeoutMs);
    fail(ErrorKind::NotFound, u"SQL Server Browser does not tell the port of instance %1."_s.arg(instance), {}, u"Start that service, or give the port."_s);
}

QJsonObject SqlserverSession::ask(const QJsonObject &request, const QByteArray &password)
{
    const OdbcHelper::Reply reply = m_helper.ask(request, wait().remainingMs() + graceMs, password);
    if (reply.outcome == OdbcHelper::Outcome::Answered) return reply.json;
    const QString end = m_helper.end();
    m_helper.kill();
    setOpen(false);
    throwIfStopped(u"The statement"_s, target().timeoutMs);
    fail(ErrorKind::Internal, u"The helper process that runs the ODBC driver ended."_s, end, u"Open the session again; another driver may do better."_s);
}

void SqlserverSession::chooseDriver()
{
    m_driver = odbcDriver(connection());
    if (!m_driver.isEmpty()) return;
    const QStringList installed = ask({{u"do"_s, u"drivers"_s}}).value("drivers"_L1).toVariant().toStringList();
    m_driver = bestOdbcDriver(installed);
    if (m_driver.isEmpty())
        fail(ErrorKind::NotFound, u"No ODBC driver for SQL Server is installed on this machine."_s, {}, advice::odbcDriverMissing({}, installed).hint);
}

void SqlserverSession::openSession(int port)
{
    const SqlServerLogin login = sqlServerLogin(connection(), m_driver, port, *targetoptions::sslMode(connection()), true);
    const QJsonObject reply = ask(login.request(wait().remainingMs(), true), target().password);
    throwIfStopped(u"Connecting"_s, target().timeoutMs);
    if (!reply.value("open"_L1).toBool()) throw Exception(explain(sqlServerResult(reply)));
    setOpen(true);
}

void SqlserverSession::readVersion()
{
    const TextResult result = run(QString::fromLatin1(versionSql), {}, wait().remainingMs());
    throwIfStopped(u"Connecting"_s, target().timeoutMs);
    if (!result.ok) throw Exception(explain(result));
    const QString text = result.text(0, 0);
    setVersion({u"SQL Server "_s + text, versionNumber(text.section(u'.', 0, 1)), false});
}

TextResult SqlserverSession::run(const QString &sql, const QStringList &values, int timeoutMs)
{
    if (const QString word = forbiddenInReadOnlyBatch(sql); !word.isEmpty())
        fail(ErrorKind::Denied, u"Only statements that read are sent to a SQL Server: not %1."_s.arg(word));
    wait().begin(cancelToken(), timeoutMs, [this] { m_helper.requestCancel(); });
    return sqlServerResult(ask({{u"do"_s, u"read"_s},
                                {u"sql"_s, sql},
                                {u"values"_s, QJsonArray::fromStringList(values)},
                                {u"query_s"_s, seconds(timeoutMs) + 1},
                                {u"max_rows"_s, qint64(maxRows)}}));
}

Error SqlserverSession::explain(const TextResult &result) const
{
    const SqlServerRefusal refusal{{result.errorCode, result.errorCode.toInt(), result.errorText}, TestStage::Tls};
    const QString code = result.errorCode.isEmpty() ? QString() : u" (%1)"_s.arg(result.errorCode);
    return {kindOf(result.errorCode), isOpen() ? u"The server refused the statement."_s : u"The server refused the session."_s,
            targetoptions::place(connection()), result.errorText + code, advice::forSqlServer(refusal, m_driver, connection()).hint};
}

}  // namespace headgate
