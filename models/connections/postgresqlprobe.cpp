// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/postgresqlprobe.h"

#include <algorithm>
#include <cstring>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

constexpr quint64 maxReceived = 4 * 1024 * 1024;  // a test reads a few thousand bytes

constexpr char databaseSql[] =
    "SELECT pg_catalog.current_database(), pg_catalog.pg_encoding_to_char(encoding), datcollate"
    " FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()";

// Ten thousand tables tell enough; some catalogs hold a million.
constexpr char privilegesSql[] = R"(
SELECT r.rolsuper, r.rolcreatedb, r.rolcreaterole, r.rolreplication,
       pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE'), t.total, t.readable,
       pg_catalog.current_setting('transaction_read_only')
FROM pg_catalog.pg_roles r,
     (SELECT pg_catalog.count(*) AS total,
             pg_catalog.count(*) FILTER (WHERE pg_catalog.has_schema_privilege(c.relnamespace, 'USAGE')
                                           AND pg_catalog.has_any_column_privilege(c.oid, 'SELECT')) AS readable
      FROM (SELECT c.oid, c.relnamespace
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
            LIMIT 10000) c) t
WHERE r.rolname = CURRENT_USER)";

constexpr char identitySql[] = R"(
SELECT pg_catalog.current_setting('server_version'), pg_catalog.host(pg_catalog.inet_server_addr()),
       pg_catalog.inet_server_port(), pg_catalog.current_database(), pg_catalog.pg_is_in_recovery(),
       pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE'))";

constexpr char roundTripSql[] = "SELECT 1";

// A statement of its own: the right to call it is checked before any condition is.
constexpr char systemSql[] = "SELECT system_identifier FROM pg_catalog.pg_control_system()";

QString libpqReason(const QString &text)
{
    const QString line = text.section(u'\n', 0, 0);
    const qsizetype reason = line.lastIndexOf(": "_L1);
    return reason < 0 ? line : line.mid(reason + 2);
}

}  // namespace

PostgresqlProbe::PostgresqlProbe(const ProbeTarget &target, ConnectionProbe::StageCallback onStage, ConnectionProbe::DoneCallback done)
    : ProbeRun(target, std::move(onStage), std::move(done)), m_connection(socketWait())
{
    m_connection.allowClearPassword(targetoptions::mayShowPassword(target.connection));
    m_connection.limitAnswers(maxReceived);
}

QByteArrayList PostgresqlProbe::statements()
{
    return {databaseSql, privilegesSql, identitySql, systemSql, roundTripSql};
}

void PostgresqlProbe::probe()
{
    reach();
    negotiate();
    login();
    readDatabase();
    readPrivileges();
    readIdentity();
    roundTrip();
}

const char *PostgresqlProbe::firstMode() const
{
    switch (sslMode()) {
    case SslMode::Disable: case SslMode::Allow: return "disable";
    case SslMode::Prefer: case SslMode::Require: return "require";
    case SslMode::VerifyCa: return "verify-ca";
    case SslMode::VerifyFull: break;
    }
    return "verify-full";
}

PgConnection::Parameters PostgresqlProbe::parameters(const char *mode) const
{
    return targetoptions::postgresql(target(), mode, m_address);
}

QList<QByteArray> PostgresqlProbe::addresses()
{
    if (targetoptions::isLocal(connection())) {
        pass(TestStage::Resolve, u"%1 is a folder of Unix sockets; nothing to look up."_s.arg(connection().host));
        return {QByteArray()};
    }
    QList<QByteArray> texts;
    for (const QHostAddress &address : resolveHost()) texts.append(address.toString().toLatin1());
    return texts;
}

// Each address gets its share of the time that is left, so that a dead one leaves room for those after it.
void PostgresqlProbe::reach()
{
    const QList<QByteArray> candidates = addresses();
    QStringList failures;
    for (qsizetype i = 0; i < candidates.size(); ++i) {
        const qsizetype left = candidates.size() - i;
        if (tryAddress(candidates[i], left > 1 ? remainingMs() / int(left) : -1, &failures) == Step::Reached) return passTcp(failures);
    }
    const bool refused = failures.last().contains(qt_error_string(ECONNREFUSED)) || failures.last().contains(qt_error_string(ENOENT));
    fail(TestStage::Tcp, failures.join(u"; "_s),
         refused ? advice::portClosed(connection()) : advice::notReached(failures.last()));
}

PgConnection::Step PostgresqlProbe::tryAddress(const QByteArray &address, int ms, QStringList *failures)
{
    m_address = address;
    const QString name = address.isEmpty() ? connection().host : QString::fromLatin1(address);
    expect(u"%1 port %2%3"_s.arg(name, QString::number(port()), failures->isEmpty() ? QString() : u" ("_s + failures->join(u"; "_s) + u')'));
    m_connection.begin(parameters(firstMode()));
    const Step step = m_connection.awaitTcp(ms);
    if (step == Step::Stopped) throw Ended{};
    if (step == Step::TimedOut) failures->append(u"%1: no answer within %2 ms"_s.arg(name, QString::number(ms)));
    if (step == Step::Failed) failures->append(u"%1 port %2: %3"_s.arg(name, QString::number(port()), libpqReason(m_connection.errorText())));
    m_slowAddress = m_slowAddress || step == Step::TimedOut;
    return step;
}

void PostgresqlProbe::passTcp(const QStringList &failures)
{
    const QString text = m_address.isEmpty() ? u"The socket in %1 answers."_s.arg(connection().host)
                                             : u"%1 port %2 answers."_s.arg(QLatin1String(m_address), QString::number(port()));
    if (failures.isEmpty()) return pass(TestStage::Tcp, text);
    const QString all = text + u" Before: "_s + failures.join(u"; "_s) + u'.';
    if (!m_slowAddress) return pass(TestStage::Tcp, all);
    warn(TestStage::Tcp, all, advice::hint(u"The name has an address that does not answer: every new session may wait for it."_s));
}

void PostgresqlProbe::negotiate()
{
    if (m_address.isEmpty()) return skip(TestStage::Tls, u"A Unix socket has none."_s);
    if (sslMode() == SslMode::Disable) return skip(TestStage::Tls, u"Not asked for (sslmode=disable)."_s);
    if (sslMode() == SslMode::Allow) return;  // decided by the answer to the login
    const bool secured = startTls();
    m_tlsMs = lap();
    if (secured && sslMode() != SslMode::Prefer) return judgeTls(*m_tls, {}, m_tlsMs);
    if (secured) return;
    failAsStranger();
    if (sslMode() != SslMode::Prefer) failTls();
    m_tlsRemark = m_connection.tlsWasRefused() ? u"The server offers no TLS."_s : m_connection.errorText();
    if (reopen("disable") == Step::Stopped) throw Ended{};
}

bool PostgresqlProbe::startTls()
{
    expect(u"the answer to the request for TLS"_s);
    const Step step = m_connection.awaitTls();
    if (step == Step::Stopped) throw Ended{};
    if (step != Step::Reached || !m_connection.ssl()) return false;
    m_tls = tlsFacts(m_connection.ssl());
    return true;
}

PgConnection::Step PostgresqlProbe::reopen(const char *mode)
{
    m_tls.reset();
    m_connection.begin(parameters(mode));
    return m_connection.awaitTcp(-1);
}

void PostgresqlProbe::failTls()
{
    if (m_connection.tlsWasRefused())
        fail(TestStage::Tls, u"TLS is required (sslmode=%1) and the server offers none."_s.arg(sslModes.name(sslMode())),
             advice::tlsAbsent(connection()));
    fail(TestStage::Tls, m_connection.errorText(), advice::tlsFailed(connection(), m_connection.errorText()), m_connection.sqlState());
}

void PostgresqlProbe::failAsStranger()
{
    if (m_connection.stranger().isEmpty()) return;
    fail(currentStage(), u"What answers at this port is %1, not PostgreSQL."_s.arg(m_connection.stranger()), advice::wrongPort(connection()));
}

// libpq's own rule for `prefer` and `allow`: a login that pg_hba.conf refuses is tried the other way.
bool PostgresqlProbe::retryOtherWay()
{
    if (m_connection.sqlState() != "28000"_L1 || m_address.isEmpty()) return false;
    if (sslMode() == SslMode::Prefer && m_tls) {
        m_tlsRemark = u"The server refuses this login over TLS."_s;
        return reopen("disable") == Step::Reached;
    }
    return sslMode() == SslMode::Allow && reopen("require") == Step::Reached && startTls();
}

void PostgresqlProbe::settleTls()
{
    if (currentStage() != TestStage::Tls) return;
    if (m_tls) return judgeTls(*m_tls, {}, m_tlsMs);
    warn(TestStage::Tls, u"The session is in clear (sslmode=%1). %2"_s.arg(sslModes.name(sslMode()), m_tlsRemark).trimmed(),
         advice::inClear(connection()), m_tlsMs.value_or(0));
}

void PostgresqlProbe::login()
{
    expect(u"the answer to the login"_s);
    Step step = m_connection.awaitOpen();
    if (step == Step::Failed && retryOtherWay()) step = m_connection.awaitOpen();
    settleTls();
    if (step == Step::Stopped) throw Ended{};
    if (step != Step::Reached) failLogin();
    passLogin();
}

void PostgresqlProbe::passLogin()
{
    const QString way = m_connection.passwordWasAsked() ? u" with a password"_s : u"; no password was asked"_s;
    const QString text = u"%1 is logged in%2."_s.arg(connection().username, way);
    const bool isSafe = !m_connection.clearPasswordWasAsked() || m_address.isEmpty() || (m_tls && sslMode() >= SslMode::VerifyCa);
    if (isSafe) return pass(TestStage::Authenticate, text);
    warn(TestStage::Authenticate, text + u" The server asked for the password itself and got it "_s +
         (m_tls ? u"without its certificate being verified."_s : u"over a connection in clear."_s), advice::passwordShown(connection()));
}

void PostgresqlProbe::failLogin()
{
    const QString code = m_connection.sqlState();
    const QString text = m_connection.errorText();
    if (code.isEmpty() && m_connection.passwordIsMissing())
        fail(TestStage::Authenticate, text, advice::passwordMissing());
    if (m_connection.refusal() == PgConnection::Refusal::ClearPassword) fail(TestStage::Authenticate, text, advice::passwordShown(connection()));
    if (m_connection.refusal() == PgConnection::Refusal::NoProof) fail(TestStage::Authenticate, text, advice::noProof());
    if (m_connection.refusal() == PgConnection::Refusal::Iterations) fail(TestStage::Authenticate, text, advice::tooManyRounds(connection()));
    failAsStranger();
    if (code.isEmpty())
        fail(TestStage::Authenticate, text, advice::hint(u"The server broke off: look at its log, and whether it is PostgreSQL at all."_s));
    const ProbeAdvice hint = advice::forSqlState(code, text, connection());
    // These come after the login, except that a server without a free session says so before it asks for the password.
    const bool late = code == "3D000"_L1 || code == "42501"_L1 || code == "55000"_L1 || (code == "53300"_L1 && m_connection.passwordWasAsked());
    if (!late) fail(TestStage::Authenticate, text, hint, code);
    pass(TestStage::Authenticate, u"%1 is logged in."_s.arg(connection().username));
    fail(TestStage::Database, text, hint, code);
}

TextResult PostgresqlProbe::query(TestStage stage, const char *sql)
{
    proceed();
    expect(u"the answer to a query"_s);
    TextResult result;
    if (m_connection.query(sql, &result) == Step::Stopped) throw Ended{};
    if (!result.ok) fail(stage, result.errorText, advice::forSqlState(result.errorCode, result.errorText, connection()), result.errorCode);
    return result;
}

void PostgresqlProbe::readDatabase()
{
    const TextResult result = query(TestStage::Database, databaseSql);
    pass(TestStage::Database, u"%1 is open (%2, %3)."_s.arg(result.text(0, 0), result.text(0, 1), result.text(0, 2)));
}

void PostgresqlProbe::readPrivileges()
{
    const TextResult result = query(TestStage::Privileges, privilegesSql);
    constexpr const char *names[] = {"superuser", "may create databases", "may create roles", "replication", "may create schemas"};
    QStringList facts;
    for (size_t i = 0; i < std::size(names); ++i)
        if (result.text(0, i) == "t"_L1) facts.append(QLatin1String(names[i]));
    const QString readable = result.text(0, 6);
    facts.append(u"reads %1 of %2 tables and views"_s.arg(readable, result.text(0, 5)));
    const QString text = facts.join(u", "_s) + u'.' + readOnlyRemark(result.text(0, 7) == "on"_L1, u"default_transaction_read_only"_s);
    if (readable == "0"_L1 && result.text(0, 5) != "0"_L1)
        return warn(TestStage::Privileges, text, advice::nothingReadable(connection()));
    pass(TestStage::Privileges, text);
}

void PostgresqlProbe::readIdentity()
{
    const TextResult result = query(TestStage::Identity, identitySql);
    ServerIdentity &server = identity();
    server.version = u"PostgreSQL "_s + result.text(0, 0).section(u' ', 0, 0);
    server.address = result.text(0, 1).isEmpty() ? connection().host : result.text(0, 1);
    server.port = result.text(0, 2).isEmpty() ? port() : result.text(0, 2).toInt();
    server.database = result.text(0, 3);
    server.inRecovery = result.text(0, 4) == "t"_L1;
    if (result.text(0, 5) == "t"_L1) server.systemIdentifier = query(TestStage::Identity, systemSql).text(0, 0);
    pass(TestStage::Identity, u"%1 at %2:%3, %4, system identifier %5."_s.arg(server.version, server.address, QString::number(server.port),
                                  *server.inRecovery ? u"standby"_s : u"primary"_s,
                                       server.systemIdentifier.isEmpty() ? u"not shown to this user"_s : server.systemIdentifier));
}

void PostgresqlProbe::roundTrip()
{
    query(TestStage::RoundTrip, roundTripSql);
    const double ms = lap();
    pass(TestStage::RoundTrip, u"SELECT 1 in %1 ms."_s.arg(ms, 0, 'f', 2), ms);
}

}  // namespace headgate
