// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/odbc/odbchelper.h"

#include "models/base/error.h"
#include "models/database/odbc/odbcspawn.h"

#include <QDeadlineTimer>
#include <QFileInfo>
#include <QJsonDocument>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sodium.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

constexpr int endMs = 500;  // a process whose socket is closed has all but ended

/// The free places: a counter that can be waited for like a socket.
int places()
{
    static const int descriptor = ::eventfd(OdbcHelper::maxRunning, EFD_SEMAPHORE | EFD_CLOEXEC | EFD_NONBLOCK);
    return descriptor;
}

bool takePlace()
{
    eventfd_t one = 0;
    return ::eventfd_read(places(), &one) == 0;
}

/// A descriptor of one's own, for the time of a wait: an event loop watches each number only once.
class Duplicate {
public:
    explicit Duplicate(int descriptor) : m_descriptor(::fcntl(descriptor, F_DUPFD_CLOEXEC, 3)) {}
    ~Duplicate() { ::close(m_descriptor); }
    Duplicate(const Duplicate &) = delete;
    Duplicate &operator=(const Duplicate &) = delete;
    int descriptor() const { return m_descriptor; }

private:
    int m_descriptor;
};

QString describe(int status)
{
    if (WIFSIGNALED(status)) return u"signal %1 (%2)"_s.arg(WTERMSIG(status)).arg(QString::fromLocal8Bit(::strsignal(WTERMSIG(status))));
    return u"code %1"_s.arg(WEXITSTATUS(status));
}

OdbcHelper::Outcome outcome(WaitResult result)
{
    return result == WaitResult::Stopped ? OdbcHelper::Outcome::Stopped : OdbcHelper::Outcome::TimedOut;
}

}  // namespace

OdbcHelper::OdbcHelper(SocketWait wait) : m_wait(std::move(wait)) {}

OdbcHelper::~OdbcHelper()
{
    kill();
}

QString OdbcHelper::program()
{
    return QFileInfo(QFileInfo(u"/proc/self/exe"_s).symLinkTarget()).absolutePath() + "/../lib/headgate/headgate-odbc"_L1;
}

WaitResult OdbcHelper::start(int ms)
{
    WaitResult result = WaitResult::Ready;
    if (!awaitPlace(ms, &result)) return result;
    m_hasPlace = true;
    const odbc::Spawned child = odbc::spawn(program());
    if (child.pid <= 0) {
        kill();
        throw Exception({ErrorKind::Internal, u"The ODBC helper cannot be started"_s, program(), QString::fromLocal8Bit(std::strerror(child.error)),
                         u"Install Headgate again."_s});
    }
    m_pid = child.pid;
    m_socket = child.socket;
    return WaitResult::Ready;
}

bool OdbcHelper::awaitPlace(int ms, WaitResult *result)
{
    if (takePlace()) return true;
    const Duplicate mine(places());
    const QDeadlineTimer deadline(ms);
    while (*result == WaitResult::Ready && !deadline.hasExpired()) {
        *result = m_wait(mine.descriptor(), false, int(deadline.remainingTime()));
        if (*result == WaitResult::Ready && takePlace()) return true;
    }
    if (*result == WaitResult::Ready) *result = WaitResult::TimedOut;
    return false;
}

OdbcHelper::Outcome OdbcHelper::send(const QByteArray &bytes, int ms)
{
    const QDeadlineTimer deadline(ms);
    for (qsizetype done = 0; done < bytes.size();) {
        const ssize_t count = ::send(m_socket, bytes.constData() + done, size_t(bytes.size() - done), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count > 0) {
            done += count;
            continue;
        }
        if (count < 0 && errno != EAGAIN && errno != EINTR) return failed();
        const WaitResult result = m_wait(m_socket, true, int(deadline.remainingTime()));
        if (result != WaitResult::Ready) return outcome(result);
    }
    return Outcome::Answered;
}

OdbcHelper::Reply OdbcHelper::ask(const QJsonObject &request, int ms, const QByteArray &password)
{
    if (!isRunning()) return {};
    const QDeadlineTimer deadline(ms);
    QJsonObject message = request;
    message.insert(u"timeout_ms"_s, ms);
    QByteArray bytes = odbc::frame(message);
    const bool opens = request.value("do"_L1) == "open"_L1;
    if (opens) {
        // Reserved first: growing would leave a copy of the password behind.
        bytes.reserve(bytes.size() + odbc::headerSize + password.size());
        bytes += odbc::header(quint32(password.size()));
        bytes += password;
    }
    const Outcome sent = send(bytes, ms);
    sodium_memzero(bytes.data(), size_t(bytes.size()));
    if (sent != Outcome::Answered) return {sent, {}};
    return receive(int(deadline.remainingTime()));
}

OdbcHelper::Reply OdbcHelper::receive(int ms)
{
    const QDeadlineTimer deadline(ms);
    for (;;) {
        const std::optional<quint32> length = odbc::lengthFrom(m_received);
        if (length && *length > odbc::maxFrame) return {failed(), {}};
        if (length && m_received.size() >= odbc::headerSize + qsizetype(*length)) {
            const QJsonDocument json = QJsonDocument::fromJson(m_received.mid(odbc::headerSize, *length));
            m_received.remove(0, odbc::headerSize + qsizetype(*length));
            return {Outcome::Answered, json.object()};
        }
        const WaitResult result = m_wait(m_socket, false, int(deadline.remainingTime()));
        if (result != WaitResult::Ready) return {outcome(result), {}};
        char buffer[65536];
        const ssize_t count = ::recv(m_socket, buffer, sizeof buffer, MSG_DONTWAIT);
        if (count > 0) m_received.append(buffer, count);
        else if (count == 0 || (errno != EAGAIN && errno != EINTR)) return {failed(), {}};
    }
}

void OdbcHelper::requestCancel()
{
    const QByteArray bytes = odbc::frame({{u"do"_s, u"cancel"_s}});
    if (isRunning()) ::send(m_socket, bytes.constData(), size_t(bytes.size()), MSG_NOSIGNAL | MSG_DONTWAIT);
}

OdbcHelper::Outcome OdbcHelper::failed()
{
    int status = 0;
    pid_t ended = 0;
    for (int waited = 0; ended == 0 && waited < endMs; waited += 5) {
        ended = ::waitpid(m_pid, &status, WNOHANG);
        if (ended == 0 && m_wait(-1, false, 5) == WaitResult::Stopped) break;
    }
    if (ended == m_pid) {
        m_end = describe(status);
        m_pid = 0;
    }
    kill();
    return Outcome::Died;
}

void OdbcHelper::kill()
{
    if (m_socket >= 0) ::close(m_socket);
    m_socket = -1;
    const bool hadPlace = std::exchange(m_hasPlace, false);
    const pid_t pid = std::exchange(m_pid, 0);
    if (pid <= 0) {
        if (hadPlace) ::eventfd_write(places(), 1);
        return;
    }
    ::kill(pid, SIGKILL);
    // A process in a dead file system may outlive even this for a while: its place stays taken, and nobody waits here.
    std::thread([pid] {
        ::waitpid(pid, nullptr, 0);
        ::eventfd_write(places(), 1);
    }).detach();
}

}  // namespace headgate
