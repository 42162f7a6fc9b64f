// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/mysqlprobe.h"

#include <QHash>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

constexpr size_t maxReceived = 4 * 1024 * 1024;  // a test reads a few thousand bytes
constexpr unsigned accessDeniedToDatabase = 1044;
constexpr unsigned unknownDatabase = 1049;

constexpr char databaseSql[] = "SELECT DATABASE(), @@character_set_database, @@collation_database";

// What the user does not see is not in information_schema either.
constexpr char tablesSql[] =
    "SELECT COUNT(*) FROM (SELECT 1 FROM information_schema.tables WHERE table_schema NOT IN"
    " ('information_schema', 'performance_schema', 'mysql', 'sys') AND (DATABASE() IS NULL OR table_schema = DATABASE())"
    " LIMIT 10000) t";

constexpr char identitySql[] = "SELECT @@version, @@version_comment, DATABASE(), CURRENT_USER()";
// The name differs between MySQL, MariaDB and their versions.
constexpr char readOnlySql[] = "SHOW SESSION VARIABLES WHERE Variable_name IN ('tx_read_only', 'transaction_read_only')";
constexpr char variablesSql[] =
    "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('hostname', 'port', 'server_id', 'server_uuid', 'server_uid', 'read_only')";

}  // namespace

bool MysqlProbe::isLocal() const
{
    return targetoptions::isLocal(connection());
}

void MysqlProbe::probe()
{
    connectToServer();
    const TextResult database = query(TestStage::Database, databaseSql);
    pass(TestStage::Database, connection().databaseName.isEmpty()
                                  ? u"No database is named; the login is enough."_s
                                  : u"%1 is open (%2, %3)."_s.arg(database.text(0, 0), database.text(0, 1), database.text(0, 2)));
    if (connection().isReadOnly) query(TestStage::Privileges, "SET SESSION TRANSACTION READ ONLY");
    readPrivileges();
    readIdentity();
    roundTrip();
}

MysqlConnection::Options MysqlProbe::options(const QByteArray &address, int ms) const
{
    MysqlConnection::Options options = targetoptions::mysql(target(), sslMode(), address, ms);
    options.maxReceived = maxReceived;
    return options;
}

QList<QByteArray> MysqlProbe::addresses()
{
    if (isLocal()) {
        pass(TestStage::Resolve, u"%1 is a Unix socket; nothing to look up."_s.arg(connection().host));
        return {connection().host.toUtf8()};
    }
    QList<QByteArray> texts;
    for (const QHostAddress &address : resolveHost()) texts.append(address.toString().toLatin1());
    return texts;
}

// Each address gets its share of the time that is left, so that a dead one leaves room for those after it.
void MysqlProbe::connectToServer()
{
    const QList<QByteArray> candidates = addresses();
    for (qsizetype i = 0; i < candidates.size(); ++i) {
        const qsizetype left = candidates.size() - i;
        const int ms = left > 1 ? remainingMs() / int(left) : -1;
        const Outcome outcome = tryAddress(candidates[i], ms);
        if (outcome == Outcome::Open) return;
        if (m_connection->phase() != Phase::Tcp) failConnect(outcome);
        const bool slow = ms >= 0 && lap() >= ms;
        m_slowAddress = m_slowAddress || slow;
        m_failures.append(u"%1: %2"_s.arg(QString::fromUtf8(m_address), slow ? u"no answer within %1 ms"_s.arg(ms) : m_connection->errorText()));
    }
    const bool reset = m_failures.last().endsWith(qt_error_string(ECONNRESET));
    fail(currentStage(), m_failures.join(u"; "_s), reset ? advice::notReached(m_failures.last()) : advice::portClosed(connection()),
         QString::number(m_connection->errorNumber()));
}

MysqlConnection::Outcome MysqlProbe::tryAddress(const QByteArray &address, int ms)
{
    m_address = address;
    expect(u"%1 port %2%3"_s.arg(QString::fromUtf8(address), QString::number(port()), m_failures.isEmpty() ? QString() : u" ("_s + m_failures.join(u"; "_s) + u')'));
    m_connection = std::make_unique<MysqlConnection>(socketWait());
    const Outcome outcome = m_connection->connect(options(address, ms), [this](Phase phase) { onPhase(phase); });
    if (isStopped()) throw Ended{};
    return outcome;
}

void MysqlProbe::onPhase(Phase phase)
{
    switch (phase) {
    case Phase::Tcp: break;
    case Phase::Greeting:
        if (currentStage() == TestStage::Tcp) passTcp();
        if (isLocal() || sslMode() == SslMode::Disable) passTls();
        expect(u"the server's greeting"_s);
        break;
    case Phase::Tls: expect(u"the TLS handshake, or the login after it"_s); break;
    case Phase::Login:
        if (currentStage() == TestStage::Tls) passTls();
        expect(u"the answer to the login"_s);
        break;
    case Phase::Open:
        if (currentStage() == TestStage::Tls)
            judgeTls(*m_connection->tls(), u" One time for TLS and login: the client library does not show where one ends."_s);
        pass(TestStage::Authenticate, u"%1 is logged in."_s.arg(connection().username));
        break;
    }
}

void MysqlProbe::passTcp()
{
    const QString text = isLocal() ? u"The socket answers."_s : u"%1 port %2 answers."_s.arg(QLatin1String(m_address), QString::number(port()));
    if (m_failures.isEmpty()) return pass(TestStage::Tcp, text);
    const QString all = text + u" Before: "_s + m_failures.join(u"; "_s) + u'.';
    if (!m_slowAddress) return pass(TestStage::Tcp, all);
    warn(TestStage::Tcp, all, advice::hint(u"The name has an address that does not answer: every new session may wait for it."_s));
}

void MysqlProbe::passTls()
{
    if (m_connection->tls()) return judgeTls(*m_connection->tls());
    if (isLocal()) return skip(TestStage::Tls, u"A Unix socket has none."_s);
    if (sslMode() == SslMode::Disable) return skip(TestStage::Tls, u"Not asked for (sslmode=disable)."_s);
    warn(TestStage::Tls, u"The session is in clear (sslmode=%1). The server offers no TLS."_s.arg(sslModes.name(sslMode())),
         advice::inClear(connection()));
}

void MysqlProbe::failConnect(Outcome outcome)
{
    if (outcome == Outcome::NoTls)
        fail(TestStage::Tls, u"TLS is required (sslmode=%1) and the server offers none. No login was sent."_s.arg(sslModes.name(sslMode())),
             advice::tlsAbsent(connection()));
    const QString stranger = m_connection->stranger();
    if (outcome == Outcome::NotMysql)
        fail(currentStage(), stranger.isEmpty() ? u"What answers at this port does not speak the MySQL protocol."_s
                                                : u"What answers at this port is %1, not MySQL or MariaDB."_s.arg(stranger),
             advice::wrongPort(connection()));
    const unsigned number = m_connection->errorNumber();
    if (MysqlConnection::isServerError(number)) failLogin(number);
    failSilent();
}

// The client library complains, not the server: the connection broke in the stage that was running.
void MysqlProbe::failSilent()
{
    const QString number = QString::number(m_connection->errorNumber());
    const QString text = m_connection->errorText();
    if (m_connection->refusedMethod()) {
        settleTls();
        fail(TestStage::Authenticate, text, advice::forMysqlError(m_connection->errorNumber(), text, connection()), number);
    }
    if (m_connection->phase() == Phase::Tls) fail(TestStage::Tls, text, advice::tlsFailed(connection(), text), number);
    fail(currentStage(), text, advice::hint(u"The server broke off: look at its log, and whether it is MySQL or MariaDB at all."_s), number);
}

void MysqlProbe::failLogin(unsigned number)
{
    settleTls();
    const QString code = QString::number(number);
    const QString text = m_connection->errorText();
    const ProbeAdvice hint = advice::forMysqlError(number, text, connection());
    if (number != unknownDatabase && number != accessDeniedToDatabase) fail(TestStage::Authenticate, text, hint, code);
    pass(TestStage::Authenticate, u"%1 is logged in."_s.arg(connection().username));
    fail(TestStage::Database, text, hint, code);
}

void MysqlProbe::settleTls()
{
    if (currentStage() != TestStage::Tls) return;
    if (m_connection->phase() == Phase::Tls) pass(TestStage::Tls, u"TLS is up: the login was answered through it. One time for both."_s);
    else skip(TestStage::Tls, u"The server refused before TLS could begin."_s);
}

TextResult MysqlProbe::query(TestStage stage, const char *sql)
{
    proceed();
    expect(u"the answer to a query"_s);
    TextResult result;
    if (!m_connection->query(sql, &result)) throw Ended{};
    if (!result.ok) fail(stage, result.errorText, advice::forMysqlError(result.errorCode.toUInt(), result.errorText, connection()), result.errorCode);
    return result;
}

void MysqlProbe::readPrivileges()
{
    const TextResult grants = query(TestStage::Privileges, "SHOW GRANTS FOR CURRENT_USER()");
    QString all;
    // Only the rights are read: the rest of a grant may hold the hash of the password.
    for (const TextRow &row : grants.rows) all += row.empty() ? QString() : row[0].value_or(QString()).section(" TO "_L1, 0, 0) + u'\n';
    QStringList facts;
    if (all.contains("ALL PRIVILEGES ON *.*"_L1)) facts.append(u"all privileges"_s);
    for (const char *right : {"REPLICATION SLAVE", "REPLICATION CLIENT", "BINLOG MONITOR", "RELOAD", "SUPER"})
        if (all.contains(QLatin1String(right))) facts.append(QString::fromLatin1(right).toLower());
    const QString tables = query(TestStage::Privileges, tablesSql).text(0, 0);
    facts.append(u"sees %1 tables and views"_s.arg(tables));
    const bool reads = all.contains("SELECT"_L1) || all.contains("ALL PRIVILEGES"_L1) || all.contains("GRANT `"_L1);
    const QString text = facts.join(u", "_s) + u'.' + readOnlySession();
    if (tables == "0"_L1 && !reads) return warn(TestStage::Privileges, text, advice::nothingReadable(connection()));
    pass(TestStage::Privileges, text);
}

QString MysqlProbe::readOnlySession()
{
    if (!connection().isReadOnly) return {};
    const TextResult setting = query(TestStage::Privileges, readOnlySql);
    return readOnlyRemark(setting.text(0, 1) == "ON"_L1, setting.text(0, 0));
}

void MysqlProbe::readIdentity()
{
    const TextResult basics = query(TestStage::Identity, identitySql);
    QHash<QString, QString> variables;
    const TextResult globals = query(TestStage::Identity, variablesSql);
    for (size_t i = 0; i < globals.rows.size(); ++i) variables.insert(globals.text(i, 0), globals.text(i, 1));
    ServerIdentity &server = identity();
    const QString version = basics.text(0, 0).section(u'-', 0, 0);
    server.version = basics.text(0, 0).contains("MariaDB"_L1) ? version + u"-MariaDB"_s : u"MySQL "_s + version;
    server.address = isLocal() ? connection().host : QString::fromLatin1(m_address);
    server.port = variables.value(u"port"_s).toInt();
    server.database = basics.text(0, 2);
    const QString unique = variables.value(u"server_uuid"_s, variables.value(u"server_uid"_s));
    server.systemIdentifier = u"server_id=%1 host=%2"_s.arg(variables.value(u"server_id"_s), variables.value(u"hostname"_s));
    if (!unique.isEmpty()) server.systemIdentifier += u" server_uid="_s + unique;
    server.inRecovery = variables.value(u"read_only"_s) != "OFF"_L1 && variables.value(u"read_only"_s) != "0"_L1;
    pass(TestStage::Identity, u"%1 at %2:%3, %4, %5."_s.arg(server.version, server.address, QString::number(server.port),
                                  *server.inRecovery ? u"read only"_s : u"writable"_s, server.systemIdentifier));
}

void MysqlProbe::roundTrip()
{
    query(TestStage::RoundTrip, "SELECT 1");
    const double ms = lap();
    pass(TestStage::RoundTrip, u"SELECT 1 in %1 ms."_s.arg(ms, 0, 'f', 2), ms);
}

}  // namespace headgate
