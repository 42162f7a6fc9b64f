// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <arpa/inet.h>
#include <atomic>
#include <fcntl.h>
#include <functional>
#include <mutex>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace headgate::test {

/// A scripted stand-in for a hostile or broken server on 127.0.0.1; real ones cannot be made to behave like that.
/// The script gets each accepted socket; sockets stay open until the stub goes, unless the script closes them.
class StubServer {
public:
    using Script = std::function<void(int socket)>;

    explicit StubServer(Script script) : m_listener(listenOn(&m_port, 128)), m_script(std::move(script))
    {
        m_thread = std::thread([this] { serve(); });
    }
    ~StubServer()
    {
        m_stop = true;
        m_thread.join();
        for (const int socket : m_sockets) ::close(socket);
        ::close(m_listener);
    }
    StubServer(const StubServer &) = delete;
    StubServer &operator=(const StubServer &) = delete;

    int port() const { return m_port; }

    static int listenOn(int *port, int backlog)
    {
        const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::bind(socket, reinterpret_cast<sockaddr *>(&address), sizeof address);
        ::listen(socket, backlog);
        socklen_t length = sizeof address;
        ::getsockname(socket, reinterpret_cast<sockaddr *>(&address), &length);
        *port = ntohs(address.sin_port);
        return socket;
    }
    /// Reads what is there, waiting up to a second.
    static QByteArray receive(int socket)
    {
        pollfd wait{socket, POLLIN, 0};
        char buffer[4096];
        if (::poll(&wait, 1, 1000) != 1) return {};
        const ssize_t count = ::recv(socket, buffer, sizeof buffer, 0);
        return count > 0 ? QByteArray(buffer, count) : QByteArray();
    }
    static void send(int socket, const QByteArray &data) { ::send(socket, data.constData(), size_t(data.size()), MSG_NOSIGNAL); }

private:
    void serve()
    {
        while (!m_stop) {
            pollfd wait{m_listener, POLLIN, 0};
            if (::poll(&wait, 1, 20) != 1) continue;
            const int socket = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
            if (socket < 0) continue;
            m_sockets.push_back(socket);
            m_script(socket);
        }
    }

    int m_port = 0;
    int m_listener;
    Script m_script;
    std::atomic<bool> m_stop = false;
    std::vector<int> m_sockets;
    std::thread m_thread;
};

/// A listener whose queue of new connections is full: further ones get no answer at all.
class FullBacklog {
public:
    FullBacklog() : m_listener(StubServer::listenOn(&m_port, 0))
    {
        for (int i = 0; i < 8; ++i) {
            const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
            sockaddr_in address{};
            address.sin_family = AF_INET;
            address.sin_port = htons(uint16_t(m_port));
            address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            ::connect(socket, reinterpret_cast<sockaddr *>(&address), sizeof address);
            m_sockets.push_back(socket);
        }
        ::usleep(50'000);
    }
    ~FullBacklog()
    {
        for (const int socket : m_sockets) ::close(socket);
        ::close(m_listener);
    }
    FullBacklog(const FullBacklog &) = delete;
    FullBacklog &operator=(const FullBacklog &) = delete;

    int port() const { return m_port; }

private:
    int m_port = 0;
    int m_listener;
    std::vector<int> m_sockets;
};

}  // namespace headgate::test
