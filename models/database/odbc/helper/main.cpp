// SPDX-License-Identifier: GPL-3.0-or-later
// The ODBC helper: one session, one caller, over standard input. It lives no longer than its caller, and no request runs
// longer than the caller allowed: a driver that hangs cannot keep the process.
#include "models/database/odbc/helper/odbcconnection.h"

#include <QDeadlineTimer>
#include <QJsonDocument>
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace headgate::odbc;
using namespace Qt::StringLiterals;

namespace {

struct Request {
    QJsonObject json;
    QByteArray password;  ///< of "open"
};

/// Takes requests from the socket on a thread of its own, so that the caller's end, a cancel and a deadline are noticed
/// while a driver is busy. Each of the first and the last ends the process at once.
class Inbox {
public:
    Inbox(int socket, OdbcConnection &connection) : m_socket(socket), m_connection(connection) {}

    void run()
    {
        for (;;) {
            Request request{QJsonDocument::fromJson(nextFrame()).object(), {}};
            const QString what = request.json.value("do"_L1).toString();
            if (what == "cancel"_L1) {
                m_connection.cancel();
                continue;
            }
            if (what == "open"_L1) request.password = nextFrame();
            m_deadlineMs = QDeadlineTimer(request.json.value("timeout_ms"_L1).toInt(10'000)).deadline();
            const std::lock_guard lock(m_mutex);
            m_requests.push_back(std::move(request));
            m_arrived.notify_one();
        }
    }
    Request next()
    {
        std::unique_lock lock(m_mutex);
        m_arrived.wait(lock, [this] { return !m_requests.empty(); });
        Request request = std::move(m_requests.front());
        m_requests.pop_front();
        return request;
    }
    void answered() { m_deadlineMs = 0; }

private:
    QByteArray nextFrame()
    {
        const quint32 length = lengthFrom(receive(headerSize)).value_or(0);
        if (length > maxFrame) ::_exit(EXIT_FAILURE);
        return receive(length);
    }
    QByteArray receive(qsizetype size)
    {
        QByteArray bytes(size, '\0');
        for (qsizetype done = 0; done < size;) {
            awaitInput();
            const ssize_t count = ::recv(m_socket, bytes.data() + done, size_t(size - done), 0);
            if (count <= 0) ::_exit(EXIT_SUCCESS);
            done += count;
        }
        return bytes;
    }
    void awaitInput()
    {
        for (;;) {
            pollfd wait{m_socket, POLLIN, 0};
            if (::poll(&wait, 1, 100) > 0) return;
            const qint64 deadline = m_deadlineMs;
            if (deadline != 0 && QDeadlineTimer::current().deadline() > deadline) ::_exit(EXIT_FAILURE);
        }
    }

    int m_socket;
    OdbcConnection &m_connection;
    std::atomic<qint64> m_deadlineMs = 0;  ///< of the request that runs; 0: none does
    std::mutex m_mutex;
    std::condition_variable m_arrived;
    std::deque<Request> m_requests;
};

void send(int socket, const QByteArray &bytes)
{
    for (qsizetype done = 0; done < bytes.size();) {
        const ssize_t count = ::send(socket, bytes.constData() + done, size_t(bytes.size() - done), MSG_NOSIGNAL);
        if (count < 0) ::_exit(EXIT_FAILURE);
        done += count;
    }
}

QByteArray replyFrame(const QJsonObject &reply)
{
    const QByteArray bytes = frame(reply);
    if (bytes.size() <= qsizetype(maxFrame)) return bytes;
    return frame({{u"errors"_s, QJsonArray{toJson({u"HY001"_s, 0, u"The answer is too long."_s})}}});
}

// FreeTDS takes the authority of certificates from its configuration file only. This one never touches a disk.
void provideFreeTdsConf(const QString &text)
{
    if (text.isEmpty()) return;
    const QByteArray bytes = text.toUtf8();
    const int file = ::memfd_create("freetds.conf", 0);
    if (file < 0 || ::write(file, bytes.constData(), size_t(bytes.size())) != bytes.size()) ::_exit(EXIT_FAILURE);
    ::setenv("FREETDSCONF", ("/proc/self/fd/" + QByteArray::number(file)).constData(), 1);
}

QJsonObject answer(OdbcConnection &connection, Request &request)
{
    const QString what = request.json.value("do"_L1).toString();
    if (what == "drivers"_L1) return connection.drivers();
    if (what == "read"_L1) return connection.read(request.json);
    if (what != "open"_L1) return {{u"errors"_s, QJsonArray{toJson({u"HY000"_s, 0, u"An unknown request."_s})}}};
    provideFreeTdsConf(request.json.value("freetds_conf"_L1).toString());
    return connection.open(request.json, std::move(request.password));
}

/// The socket under another number: whatever a driver prints goes nowhere, and files of the caller are not held open.
int takeSocket()
{
    ::close_range(3, ~0U, 0);
    const int socket = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    const int nowhere = ::open("/dev/null", O_RDWR);
    ::dup2(nowhere, STDIN_FILENO);
    ::dup2(nowhere, STDOUT_FILENO);
    return socket;
}

/// Dies with its caller, leaves no memory image that could hold a password.
void tieTo(pid_t caller)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != caller) ::_exit(EXIT_FAILURE);
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
}

}  // namespace

int main(int argc, char **argv)
{
    if (argc != 2) {
        std::fputs("headgate-odbc is started by headgate.\n", stderr);
        return 2;
    }
    tieTo(pid_t(std::atol(argv[1])));
    const int socket = takeSocket();
    OdbcConnection connection;
    Inbox inbox(socket, connection);
    std::thread([&inbox] { inbox.run(); }).detach();
    for (;;) {
        Request request = inbox.next();
        const QByteArray reply = replyFrame(answer(connection, request));
        inbox.answered();
        send(socket, reply);
    }
}
