// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/native/pgconnection.h"

#include <QDeadlineTimer>
#include <QRegularExpression>
#include <libpq-fe.h>
#include <memory>
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
    // Only the verbose form carries the SQLSTATE of a refused connection.
    if (m_connection) PQsetErrorVerbosity(m_connection, PQERRORS_VERBOSE);
}

template <typename Reached>
PgConnection::Step PgConnection::poll(Reached reached, int ms)
{
    const QDeadlineTimer deadline(ms < 0 ? QDeadlineTimer(QDeadlineTimer::Forever) : QDeadlineTimer(ms));
    while (m_connection && PQstatus(m_connection) != CONNECTION_BAD) {
        if (reached()) return Step::Reached;
        const Step waited = stepOf(m_wait(PQsocket(m_connection), !m_wantsRead, int(deadline.remainingTime())));
        if (waited != Step::Reached) return waited;
        watchTlsAnswer();
        const PostgresPollingStatusType status = PQconnectPoll(m_connection);
        if (status == PGRES_POLLING_FAILED) break;
        if (status == PGRES_POLLING_OK) return Step::Reached;
        m_wantsRead = status == PGRES_POLLING_READING;
    }
    return Step::Failed;
}

// libpq says "no TLS" only in the words of the user's language.
void PgConnection::watchTlsAnswer()
{
    char answer = 0;
    if (PQstatus(m_connection) != CONNECTION_SSL_STARTUP || PQgetssl(m_connection)) return;
    if (::recv(PQsocket(m_connection), &answer, 1, MSG_PEEK | MSG_DONTWAIT) == 1) m_tlsRefused = answer == 'N';
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
    Step step = sent ? flush() : Step::Failed;
    while (step == Step::Reached) {
        while (step == Step::Reached && PQisBusy(m_connection)) {
            step = stepOf(m_wait(PQsocket(m_connection), false, -1));
            if (step == Step::Reached && PQconsumeInput(m_connection) == 0) step = Step::Failed;
        }
        if (step != Step::Reached) break;
        const std::unique_ptr<PGresult, decltype(&PQclear)> answer(PQgetResult(m_connection), &PQclear);
        if (!answer) return result->ok ? Step::Reached : Step::Failed;
        *result = read(answer.get());
    }
    if (step == Step::Failed) result->errorText = errorText();
    return step;
}

TextResult PgConnection::read(const void *answer)
{
    const auto *data = static_cast<const PGresult *>(answer);
    TextResult result;
    result.ok = PQresultStatus(data) == PGRES_TUPLES_OK || PQresultStatus(data) == PGRES_COMMAND_OK;
    if (!result.ok) {
        result.errorCode = QString::fromLatin1(PQresultErrorField(data, PG_DIAG_SQLSTATE));
        result.errorText = QString::fromUtf8(PQresultErrorField(data, PG_DIAG_MESSAGE_PRIMARY));
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
    static const QRegularExpression position(u"\\n[^\\n]*:\\s+\\w+, [\\w./]+:\\d+\\s*$"_s);
    QString text = m_connection ? QString::fromUtf8(PQerrorMessage(m_connection)).trimmed() : u"out of memory"_s;
    text.remove(position);
    const QRegularExpressionMatch code = codePattern().match(text);
    return code.hasMatch() ? text.mid(code.capturedEnd()) : text;
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
