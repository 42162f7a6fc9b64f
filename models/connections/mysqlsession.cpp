// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/mysqlsession.h"

#include <csignal>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

constexpr int killMs = 1'500;

// OpenSSL writes to sockets that a server may have closed; the signal would end the program.
void blockBrokenPipe()
{
    sigset_t signal;
    sigemptyset(&signal);
    sigaddset(&signal, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signal, nullptr);
}

ErrorKind kindOf(unsigned number)
{
    switch (number) {
    case 1044: case 1045: case 1130: case 1142: case 1143: case 1227: case 1290: case 1698: case 1792: case 3159: case 4151: return ErrorKind::Denied;
    case 1049: case 1146: return ErrorKind::NotFound;
    case 1317: case 1969: case 3024: return ErrorKind::Timeout;
    default: return ErrorKind::Internal;
    }
}

}  // namespace

MysqlSession::MysqlSession(const ProbeTarget &target, const CancelToken &cancel) : NativeSession(target, cancel)
{
    wait().begin(cancel, target.timeoutMs);
    connectToServer();
    prepareSession();
}

// Each address gets its share of the time that is left, so that a dead one leaves room for those after it.
void MysqlSession::connectToServer()
{
    blockBrokenPipe();
    if (!targetoptions::sslMode(connection())) fail(ErrorKind::Invalid, u"The sslmode of this connection is not known."_s);
    const QList<QByteArray> candidates = targetoptions::addresses(connection(), wait());
    Error failure;
    for (qsizetype i = 0; i < candidates.size() && !m_server; ++i) {
        const qsizetype left = candidates.size() - i;
        m_address = candidates[i];
        m_server = connectTo(m_address, left > 1 ? wait().remainingMs() / int(left) : -1, wait(), &failure);
        if (!m_server && failure.kind != ErrorKind::NotFound) break;
    }
    throwIfStopped(u"Connecting"_s, target().timeoutMs);
    if (!m_server) throw Exception(failure);
    setOpen(true);
}

MysqlSession::Server MysqlSession::connectTo(const QByteArray &address, int ms, BlockingWait &wait, Error *failure) const
{
    const MysqlConnection::Options options = targetoptions::mysql(target(), *targetoptions::sslMode(connection()), address, ms);
    Server server = std::make_unique<MysqlConnection>(wait.function());
    const MysqlConnection::Outcome outcome = server->connect(options, {});
    if (outcome == MysqlConnection::Outcome::Open) return server;
    *failure = refusal(*server, outcome);
    return {};
}

Error MysqlSession::refusal(const MysqlConnection &server, MysqlConnection::Outcome outcome) const
{
    using Outcome = MysqlConnection::Outcome;
    const QString place = targetoptions::place(connection());
    const QString text = server.errorText();
    if (outcome == Outcome::NoTls)
        return {ErrorKind::Denied, u"TLS is required and the server offers none. No login was sent."_s, place, {}, advice::tlsAbsent(connection()).hint};
    if (server.refusedCertificate())
        return {ErrorKind::Denied, u"The server's certificate is not accepted."_s, place, text, advice::tlsFailed(connection(), text).hint};
    if (outcome == Outcome::NotMysql)
        return {ErrorKind::Internal, u"What answers at this port does not speak the MySQL protocol."_s, place, {}, advice::wrongPort(connection()).hint};
    if (MysqlConnection::isServerError(server.errorNumber()))
        return explain({{}, {}, false, QString::number(server.errorNumber()), text});
    if (server.phase() == MysqlConnection::Phase::Tcp)
        return {ErrorKind::NotFound, u"The server cannot be reached."_s, place, text, advice::portClosed(connection()).hint};
    const bool tls = server.phase() == MysqlConnection::Phase::Tls;
    return {ErrorKind::Denied, u"The session could not be opened."_s, place, text,
            tls ? advice::tlsFailed(connection(), text).hint : u"Test the connection: its stages tell where it ends."_s};
}

void MysqlSession::prepareSession()
{
    TextResult result;
    for (const char *sql : {"SET SESSION TRANSACTION READ ONLY", "SELECT VERSION()"}) {
        m_server->query(sql, &result);
        throwIfStopped(u"Connecting"_s, target().timeoutMs);
        if (!result.ok) throw Exception(explain(result));
    }
    const QString text = result.text(0, 0);
    const bool mariaDb = text.contains("MariaDB"_L1, Qt::CaseInsensitive);
    const QString number = text.section(u'-', 0, 0);
    setVersion({(mariaDb ? u"MariaDB "_s : u"MySQL "_s) + number, versionNumber(number), mariaDb});
}

// Runs in the middle of the statement's own wait, on the same thread.
void MysqlSession::interrupt() const
{
    BlockingWait wait;
    wait.begin({}, killMs);
    Error failure;
    const Server second = connectTo(m_address, -1, wait, &failure);
    TextResult result;
    if (second) second->query(("KILL QUERY " + QByteArray::number(qulonglong(m_server->threadId()))).constData(), &result);
}

TextResult MysqlSession::run(const QString &sql, const QStringList &values, int timeoutMs)
{
    blockBrokenPipe();
    QList<QByteArray> bytes;
    for (const QString &value : values) bytes.append(value.toUtf8());
    TextResult result;
    wait().begin(cancelToken(), timeoutMs, [this] { interrupt(); });
    const bool ended = bytes.isEmpty() ? m_server->query(sql.toUtf8().constData(), &result, maxRows)
                                       : m_server->execute(sql.toUtf8(), bytes, &result, maxRows);
    const bool lost = !result.ok && !MysqlConnection::isServerError(result.errorCode.toUInt());
    if (!ended || lost || result.rows.size() >= maxRows) setOpen(false);
    return result;
}

Error MysqlSession::explain(const TextResult &result) const
{
    const unsigned number = result.errorCode.toUInt();
    return {kindOf(number), isOpen() ? u"The server refused the statement."_s : u"The server refused the session."_s,
            targetoptions::place(connection()), u"%1 (error %2)"_s.arg(result.errorText, result.errorCode),
            advice::forMysqlError(number, result.errorText, connection()).hint};
}

}  // namespace headgate
