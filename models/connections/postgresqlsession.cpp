// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/postgresqlsession.h"

#include <thread>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

// Compiling a statement for a catalogue takes longer than running it.
constexpr char settingsSql[] =
    "SELECT pg_catalog.set_config('default_transaction_read_only', 'on', false), pg_catalog.set_config('search_path', 'pg_catalog', false),"
    " pg_catalog.current_setting('server_version'), pg_catalog.current_setting('server_version_num'),"
    " CASE WHEN pg_catalog.current_setting('server_version_num')::int >= 110000 THEN pg_catalog.set_config('jit', 'off', false) END";

ErrorKind kindOf(const QString &state)
{
    if (state.startsWith("28"_L1) || state == "42501"_L1 || state == "25006"_L1) return ErrorKind::Denied;
    if (state == "3D000"_L1 || state == "42P01"_L1) return ErrorKind::NotFound;
    return state == "57014"_L1 ? ErrorKind::Timeout : ErrorKind::Internal;
}

}  // namespace

PostgresqlSession::PostgresqlSession(const ProbeTarget &target, const CancelToken &cancel)
    : NativeSession(target, cancel), m_server(wait().function())
{
    wait().begin(cancel, target.timeoutMs);
    m_server.allowClearPassword(targetoptions::mayShowPassword(target.connection));
    connectToServer();
    prepareSession();
}

// Each address gets its share of the time that is left, so that a dead one leaves room for those after it.
void PostgresqlSession::connectToServer()
{
    if (!targetoptions::sslMode(connection())) fail(ErrorKind::Invalid, u"The sslmode of this connection is not known."_s);
    const QByteArray mode = sslModes.name(*targetoptions::sslMode(connection())).toLatin1();
    const QList<QByteArray> candidates = targetoptions::addresses(connection(), wait());
    bool answered = false;
    for (qsizetype i = 0; i < candidates.size() && !answered; ++i) {
        const qsizetype left = candidates.size() - i;
        answered = tryAddress(mode, candidates[i], left > 1 ? wait().remainingMs() / int(left) : -1) == PgConnection::Step::Reached;
    }
    if (!answered || m_server.awaitOpen() != PgConnection::Step::Reached) failConnect(answered);
    setOpen(true);
}

PgConnection::Step PostgresqlSession::tryAddress(const QByteArray &mode, const QByteArray &address, int ms)
{
    m_server.begin(targetoptions::postgresql(target(), mode, address));
    return m_server.awaitTcp(ms);
}

void PostgresqlSession::failConnect(bool answered) const
{
    throwIfStopped(u"Connecting"_s, target().timeoutMs);
    const QString text = m_server.errorText();
    const QString state = m_server.sqlState();
    if (!state.isEmpty()) throw Exception(explain({{}, {}, false, state, text}));
    if (!answered) fail(ErrorKind::NotFound, u"The server cannot be reached."_s, text, advice::portClosed(connection()).hint);
    if (m_server.passwordIsMissing()) fail(ErrorKind::Denied, u"The server asks for a password."_s, text, advice::passwordMissing().hint);
    if (m_server.tlsWasRefused()) fail(ErrorKind::Denied, u"The server offers no TLS."_s, text, advice::tlsAbsent(connection()).hint);
    fail(ErrorKind::Denied, u"The session could not be opened."_s, text, u"Test the connection: its stages tell where it ends."_s);
}

void PostgresqlSession::prepareSession()
{
    TextResult result;
    const PgConnection::Step step = m_server.query(settingsSql, {}, &result);
    throwIfStopped(u"Connecting"_s, target().timeoutMs);
    if (step != PgConnection::Step::Reached || !result.ok) throw Exception(explain(result));
    setVersion({u"PostgreSQL "_s + result.text(0, 2).section(u' ', 0, 0), result.text(0, 3).toInt(), false});
}

// libpq's cancel waits for the server, which may hang: never on the thread that keeps the deadline.
void PostgresqlSession::interrupt()
{
    if (m_isCancelling->exchange(true)) return;
    std::thread([cancel = m_server.canceller(), running = m_isCancelling] {
        cancel();
        *running = false;
    }).detach();
}

TextResult PostgresqlSession::run(const QString &sql, const QStringList &values, int timeoutMs)
{
    QList<QByteArray> bytes;
    for (const QString &value : values) bytes.append(value.toUtf8());
    TextResult result;
    wait().begin(cancelToken(), timeoutMs, [this] { interrupt(); });
    if (m_server.query(sql.toUtf8(), bytes, &result) == PgConnection::Step::Stopped) setOpen(false);
    // A cancel still on its way would hit the next statement.
    while (*m_isCancelling && isOpen())
        if (wait().wait(-1, false, 1) == WaitResult::Stopped) setOpen(false);
    if (!m_server.isOpen()) setOpen(false);
    return result;
}

Error PostgresqlSession::explain(const TextResult &result) const
{
    const ProbeAdvice advice = advice::forSqlState(result.errorCode, result.errorText, connection());
    const QString code = result.errorCode.isEmpty() ? QString() : u" (SQLSTATE %1)"_s.arg(result.errorCode);
    return {kindOf(result.errorCode), isOpen() ? u"The server refused the statement."_s : u"The server refused the session."_s,
            targetoptions::place(connection()), result.errorText + code, advice.hint};
}

}  // namespace headgate
