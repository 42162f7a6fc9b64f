// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/database/pgproxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace headgate::test {

namespace {

sockaddr_in loopback(quint16 port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

std::string receive(int socket)
{
    char buffer[65536];
    const ssize_t size = ::recv(socket, buffer, sizeof buffer, 0);
    return size > 0 ? std::string(buffer, size_t(size)) : std::string();
}

bool sendAll(int socket, const std::string &bytes)
{
    return ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) == ssize_t(bytes.size());
}

}  // namespace

PgProxy::PgProxy(const QString &host, quint16 port)
    : m_host(host), m_serverPort(port), m_listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    sockaddr_in address = loopback(0);
    socklen_t length = sizeof address;
    ::bind(m_listener, reinterpret_cast<sockaddr *>(&address), length);
    ::listen(m_listener, 64);
    ::getsockname(m_listener, reinterpret_cast<sockaddr *>(&address), &length);
    m_port = ntohs(address.sin_port);
    m_acceptor = std::thread([this] { accept(); });
}

PgProxy::~PgProxy()
{
    m_stopping = true;
    m_acceptor.join();
    for (auto &connection : m_connections) connection.join();
    ::close(m_listener);
}

void PgProxy::accept()
{
    while (!m_stopping) {
        pollfd waiting{m_listener, POLLIN, 0};
        if (::poll(&waiting, 1, 50) <= 0) continue;
        const int client = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
        m_connections.emplace_back([this, client] { serve(client); });
    }
}

void PgProxy::serve(int client)
{
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(m_serverPort);
    bool open = ::connect(server, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0;
    while (open && !m_stopping) {
        pollfd both[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
        if (::poll(both, 2, 50) <= 0) continue;
        if (both[0].revents) open = forward(client, server);
        if (open && both[1].revents) {
            const std::string bytes = receive(server);
            open = !bytes.empty() && sendAll(client, bytes);
        }
    }
    ::close(server);
    ::close(client);
}

bool PgProxy::forward(int client, int server)
{
    const std::string bytes = receive(client);
    if (bytes.empty()) return false;
    // The simple-query message of the one word.
    if (bytes.find(std::string("COMMIT\0", 7)) == std::string::npos) return sendAll(server, bytes);
    ++m_commits;
    return handleCommit(m_next.exchange(OnCommit::Pass), client, server, bytes);
}

bool PgProxy::handleCommit(OnCommit what, int client, int server, const std::string &bytes)
{
    switch (what) {
    case OnCommit::Pass: return sendAll(server, bytes);
    case OnCommit::CutBefore: return false;
    case OnCommit::CutAfter:
        sendAll(server, bytes);
        receive(server);
        return false;
    case OnCommit::CutLate:
        ::shutdown(client, SHUT_RDWR);
        ::sleep(1);
        sendAll(server, bytes);
        receive(server);
        return false;
    case OnCommit::Swallow:
        sendAll(server, bytes);
        receive(server);
        return true;
    }
    return false;
}

}  // namespace headgate::test
