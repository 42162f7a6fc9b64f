// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/native/pgconnection.h"

#include "models/database/native/stranger.h"

#include <QDeadlineTimer>
#include <QRegularExpression>
#include <QtEndian>
#include <libpq-fe.h>
#include <linux/tcp.h>
#include <memory>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

PgConnection::Step stepOf(WaitResult result)
{
    switch (result) {
    case WaitResult::Ready: return PgConnection::Step::Reached;
    case WaitResult::TimedOut: return PgConnection::Step::TimedOut;
    case WaitResult::Stopped: break;
    }
    return PgConnection::Step::Stopped;
}

// The word before the code is translated by the server, the code is not; "FATAL" has five letters, but no digit.
const QRegularExpression &codePattern()
{
    static const QRegularExpression pattern(u":\\s+((?=[A-Z]*[0-9])[0-9A-Z]{5}): "_s);
    return pattern;
}

constexpr int lengthEnd = 5;
constexpr int headerSize = 9;          // of a request of the server: 'R', length, kind
constexpr int maxRequest = 2000;       // libpq's own limit
constexpr quint32 askClearPassword = 3;
constexpr quint32 accepted = 0;
constexpr quint32 askScramProof = 11;
constexpr quint32 giveScramProof = 12;

/// What the next read will give: of TLS the present record, which is all that one read of libpq's takes. None: nothing yet.
std::optional<QByteArray> peek(int socket, void *session)
{
    char buffer[8192];
    if (!session) {
        const ssize_t count = ::recv(socket, buffer, sizeof buffer, MSG_PEEK | MSG_DONTWAIT);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) return {};
        return QByteArray(buffer, std::max<ssize_t>(0, count));
    }
    auto *ssl = static_cast<SSL *>(session);
    ERR_clear_error();
    const int count = SSL_peek(ssl, buffer, sizeof buffer);
    const bool nothingYet = count <= 0 && SSL_get_error(ssl, count) == SSL_ERROR_WANT_READ;
    ERR_clear_error();
    if (nothingYet) return {};
    return QByteArray(buffer, std::max(0, count));
}

/// i=… of the server's first SCRAM message; 0 when it is not there.
qint64 scramIterations(const QByteArray &message)
{
    for (const QByteArray &part : message.split(','))
        if (part.startsWith("i=")) return std::max(0LL, part.mid(2, 18).toLongLong());
    return 0;
}

/// Where the call into libpq that this thread is in wants to have the reason.
thread_local int *certificateError = nullptr;

int verifyAndTell(X509_STORE_CTX *store, void *error)
{
    const int verdict = X509_verify_cert(store);
    if (verdict <= 0) *static_cast<int *>(error) = X509_STORE_CTX_get_error(store);
    return verdict;
}

// libpq says that a certificate was not accepted, and not why. The verdict stays OpenSSL's.
void onNewSession(void *session, void *, CRYPTO_EX_DATA *, int, long, void *)
{
    if (certificateError) SSL_CTX_set_cert_verify_callback(SSL_get_SSL_CTX(static_cast<SSL *>(session)), &verifyAndTell, certificateError);
}

}  // namespace

PgConnection::PgConnection(SocketWait wait) : m_wait(std::move(wait)) {}

PgConnection::~PgConnection()
{
    PQfinish(m_connection);
}

void PgConnection::begin(const Parameters &parameters)
{
    std::vector<const char *> names;
    std::vector<const char *> values;
    for (const auto &[name, value] : parameters) {
        names.push_back(name.constData());
        values.push_back(value.constData());
    }
    names.push_back(nullptr);
    values.push_back(nullptr);
    PQfinish(m_connection);
    m_connection = PQconnectStartParams(names.data(), values.data(), 0);
    m_wantsRead = false;
    m_tlsRefused = false;
    m_clearPasswordAsked = false;
    m_proofIsDue = false;
    m_certificateError = 0;
    m_receivedBefore = 0;
    m_refusal = Refusal::None;
    m_stranger.clear();
    // libpq prints notices, and a server may send any number.
    if (m_connection) PQsetNoticeReceiver(m_connection, [](void *, const PGresult *) {}, nullptr);
    // Only the verbose form carries the SQLSTATE of a refused connection.
    if (m_connection) PQsetErrorVerbosity(m_connection, PQERRORS_VERBOSE);
}

int PgConnection::advance()
{
    static const int hook = SSL_get_ex_new_index(0, nullptr, &onNewSession, nullptr, nullptr);
    certificateError = hook < 0 ? nullptr : &m_certificateError;
    const PostgresPollingStatusType status = PQconnectPoll(m_connection);
    certificateError = nullptr;
    return status;
}

template <typename Reached>
PgConnection::Step PgConnection::poll(Reached reached, int ms)
{
    const QDeadlineTimer deadline(ms < 0 ? QDeadlineTimer(QDeadlineTimer::Forever) : QDeadlineTimer(ms));
    while (m_connection && PQstatus(m_connection) != CONNECTION_BAD) {
        if (reached()) return Step::Reached;
        const Step waited = stepOf(m_wait(PQsocket(m_connection), !m_wantsRead, int(deadline.remainingTime())));
        if (waited != Step::Reached) return waited;
        const Look look = lookAhead();
        if (look == Look::GiveUp) break;
        if (look == Look::Wait) continue;
        const int status = advance();
        if (status == PGRES_POLLING_FAILED) break;
        if (status == PGRES_POLLING_OK) return Step::Reached;
        m_wantsRead = status == PGRES_POLLING_READING;
    }
    return Step::Failed;
}

// libpq decides alone what it answers to a server. What must not be answered is recognised before libpq reads it. Without
// TLS a message that arrives in that very moment is missed; with TLS libpq reads just the record that was seen here.
PgConnection::Look PgConnection::lookAhead()
{
    const ConnStatusType status = PQstatus(m_connection);
    if (isEndless()) return giveUp(Refusal::Endless);
    if (!m_wantsRead || status == CONNECTION_STARTED) return Look::GoOn;
    // The answer to the request for TLS is one letter. libpq says "no" only in the words of the user's language.
    const bool asksTls = status == CONNECTION_SSL_STARTUP && !PQgetssl(m_connection);
    if (status != CONNECTION_AWAITING_RESPONSE && !asksTls) return Look::GoOn;
    pollfd hangUp{PQsocket(m_connection), POLLRDHUP, 0};
    const bool hasEnded = ::poll(&hangUp, 1, 0) == 1;
    const std::optional<QByteArray> data = peek(PQsocket(m_connection), PQgetssl(m_connection));
    if (!data) return Look::Wait;
    if (m_stranger.isEmpty() && !PQgetssl(m_connection)) m_stranger = strangerBehind(*data);
    if (asksTls) m_tlsRefused = data->startsWith('N');
    // libpq would begin TLS and wait for an answer that has gone by.
    if (asksTls && data->size() > 1 && data->startsWith('S')) return giveUp(Refusal::Stranger);
    return asksTls ? Look::GoOn : judgeMessages(*data, hasEnded);
}

PgConnection::Look PgConnection::judgeMessages(const QByteArray &data, bool hasEnded)
{
    for (qsizetype at = 0; at < data.size() && data[at] == 'R';) {
        const QByteArray rest = data.mid(at);
        const quint32 length = rest.size() < lengthEnd ? maxRequest : qFromBigEndian<quint32>(rest.constData() + 1);
        if (length < 8 || length > maxRequest) return Look::GoOn;  // libpq gives it up
        const bool isWhole = quint32(rest.size()) > length;
        if (!isWhole && hasEnded && !PQgetssl(m_connection)) return Look::GoOn;
        // What was looked at stays readable, so a message in pieces needs a pause instead of a wait for the socket.
        if (!isWhole) m_wait(-1, false, 5);
        if (!isWhole) return Look::Wait;
        if (const Look look = judgeRequest(rest.left(length + 1)); look != Look::GoOn) return look;
        at += length + 1;
    }
    return Look::GoOn;
}

PgConnection::Look PgConnection::judgeRequest(const QByteArray &message)
{
    const quint32 kind = qFromBigEndian<quint32>(message.constData() + 5);
    m_clearPasswordAsked = m_clearPasswordAsked || kind == askClearPassword;
    // This libpq lets a server in that never showed that it knows the password.
    if (kind == askScramProof || kind == giveScramProof) m_proofIsDue = kind == askScramProof;
    if (kind == accepted && m_proofIsDue) return giveUp(Refusal::NoProof);
    if (kind == askClearPassword && !m_clearPasswordAllowed && !PQgetssl(m_connection)) return giveUp(Refusal::ClearPassword);
    if (kind == askScramProof && scramIterations(message.mid(headerSize)) > maxScramIterations) return giveUp(Refusal::Iterations);
    return Look::GoOn;
}

PgConnection::Look PgConnection::giveUp(Refusal refusal)
{
    m_refusal = refusal;
    return Look::GiveUp;
}

quint64 PgConnection::received() const
{
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(PQsocket(m_connection), IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return 0;  // a Unix socket
    return info.tcpi_bytes_received;
}

PgConnection::Step PgConnection::awaitTcp(int ms)
{
    return poll([this] { return PQstatus(m_connection) != CONNECTION_STARTED && PQstatus(m_connection) != CONNECTION_NEEDED; }, ms);
}

PgConnection::Step PgConnection::awaitTls()
{
    const auto settled = [this] {
        const ConnStatusType status = PQstatus(m_connection);
        if (status == CONNECTION_MADE) return PQsslInUse(m_connection) == 1;
        return status == CONNECTION_AWAITING_RESPONSE || status == CONNECTION_AUTH_OK || status == CONNECTION_OK;
    };
    return poll(settled, -1);
}

PgConnection::Step PgConnection::awaitOpen()
{
    const Step step = poll([this] { return PQstatus(m_connection) == CONNECTION_OK; }, -1);
    if (step == Step::Reached) PQsetnonblocking(m_connection, 1);
    return step;
}

PgConnection::Step PgConnection::flush()
{
    int left = 0;
    while ((left = PQflush(m_connection)) == 1) {
        const Step waited = stepOf(m_wait(PQsocket(m_connection), true, -1));
        if (waited != Step::Reached) return waited;
    }
    return left == 0 ? Step::Reached : Step::Failed;
}

PgConnection::Step PgConnection::query(const char *sql, TextResult *result)
{
    return answer(PQsendQuery(m_connection, sql) == 1, result);
}

PgConnection::Step PgConnection::query(const QByteArray &sql, const QList<QByteArray> &values, TextResult *result)
{
    std::vector<const char *> texts;
    for (const QByteArray &value : values) texts.push_back(value.constData());
    const int sent = PQsendQueryParams(m_connection, sql.constData(), int(texts.size()), nullptr, texts.data(), nullptr, nullptr, 0);
    return answer(sent == 1, result);
}

std::function<void()> PgConnection::canceller() const
{
    const std::shared_ptr<PGcancel> cancel(PQgetCancel(m_connection), &PQfreeCancel);
    return [cancel] {
        char text[256];
        PQcancel(cancel.get(), text, sizeof text);
    };
}

bool PgConnection::isOpen() const
{
    return m_connection && PQstatus(m_connection) == CONNECTION_OK;
}

PgConnection::Step PgConnection::answer(bool sent, TextResult *result)
{
    *result = {};
    m_receivedBefore = received();
    Step step = sent ? flush() : Step::Failed;
    while (step == Step::Reached) {
        while (step == Step::Reached && PQisBusy(m_connection)) {
            step = stepOf(m_wait(PQsocket(m_connection), false, -1));
            if (step == Step::Reached && isEndless()) giveUp(Refusal::Endless);
            if (step == Step::Reached && (m_refusal != Refusal::None || PQconsumeInput(m_connection) == 0)) step = Step::Failed;
        }
        if (step != Step::Reached) break;
        const std::unique_ptr<PGresult, decltype(&PQclear)> answer(PQgetResult(m_connection), &PQclear);
        if (!answer) return result->ok ? Step::Reached : Step::Failed;
        const ExecStatusType status = PQresultStatus(answer.get());
        // libpq would report the state of copying for ever.
        if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) step = Step::Failed;
        else *result = read(answer.get());
    }
    if (step != Step::Failed) return step;
    result->ok = false;
    result->errorText = errorText();
    if (result->errorText.isEmpty()) result->errorText = u"The server's answer is none to a query."_s;
    return step;
}

TextResult PgConnection::read(const void *answer)
{
    const auto *data = static_cast<const PGresult *>(answer);
    TextResult result;
    result.ok = PQresultStatus(data) == PGRES_TUPLES_OK || PQresultStatus(data) == PGRES_COMMAND_OK;
    if (!result.ok) {
        result.errorCode = QString::fromLatin1(PQresultErrorField(data, PG_DIAG_SQLSTATE));
        const char *primary = PQresultErrorField(data, PG_DIAG_MESSAGE_PRIMARY);
        result.errorText = QString::fromUtf8(primary ? primary : PQresultErrorMessage(data)).trimmed();
        return result;
    }
    for (int column = 0; column < PQnfields(data); ++column) result.columns.append(QString::fromUtf8(PQfname(data, column)));
    for (int row = 0; row < PQntuples(data); ++row) {
        TextRow &cells = result.rows.emplace_back();
        for (int column = 0; column < PQnfields(data); ++column)
            cells.push_back(PQgetisnull(data, row, column) ? std::optional<QString>()
                                                           : QString::fromUtf8(PQgetvalue(data, row, column)));
    }
    return result;
}

QString PgConnection::errorText() const
{
    if (m_refusal == Refusal::ClearPassword) return u"The server asks for the password itself, over a connection without TLS. It was not sent."_s;
    if (m_refusal == Refusal::Iterations)
        return u"The server asks for more than %1 rounds of SCRAM. They were not calculated."_s.arg(maxScramIterations);
    if (m_refusal == Refusal::NoProof) return u"The server let the login pass without showing that it knows the password."_s;
    if (m_refusal == Refusal::Stranger) return u"The answer to the request for TLS is not the one letter that PostgreSQL gives."_s;
    if (m_refusal == Refusal::Endless) return u"The server sent more than %1 MiB and no end."_s.arg(m_maxReceived >> 20);
    static const QRegularExpression position(u"\\n[^\\n]*:\\s+\\w+, [\\w./]+:\\d+\\s*$"_s);
    QString text = m_connection ? QString::fromUtf8(PQerrorMessage(m_connection)).trimmed() : u"out of memory"_s;
    text.remove(position);
    // With a code they are the server's own words, which a certificate that nobody asked to verify has no part in.
    if (const QRegularExpressionMatch code = codePattern().match(text); code.hasMatch()) return text.mid(code.capturedEnd());
    if (m_certificateError != 0) text += u": "_s + QString::fromLatin1(X509_verify_cert_error_string(m_certificateError));
    return text;
}

QString PgConnection::sqlState() const
{
    return m_connection ? codePattern().match(QString::fromUtf8(PQerrorMessage(m_connection))).captured(1) : QString();
}

bool PgConnection::passwordWasAsked() const
{
    return m_connection && PQconnectionUsedPassword(m_connection) == 1;
}

bool PgConnection::passwordIsMissing() const
{
    return m_connection && PQconnectionNeedsPassword(m_connection) == 1;
}

void *PgConnection::ssl() const
{
    return m_connection ? PQgetssl(m_connection) : nullptr;
}

}  // namespace headgate
