// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/connections/scriptedserver.h"

#include <csignal>
#include <openssl/ssl.h>

namespace headgate::test {

/// One accepted connection.
class ScriptedServer::Peer {
public:
    Peer(ScriptedServer &server, int socket) : m_server(server), m_socket(socket) {}
    ~Peer()
    {
        SSL_free(m_ssl);
        SSL_CTX_free(m_context);
        ::close(m_socket);
    }
    Peer(const Peer &) = delete;
    Peer &operator=(const Peer &) = delete;

    void run()
    {
        for (const ServerStep &step : m_server.m_script)
            if (!carryOut(step)) return;
        while (!m_server.m_stop && receive()) {}
    }

private:
    bool carryOut(const ServerStep &step)
    {
        using Kind = ServerStep::Kind;
        switch (step.kind) {
        case Kind::Send: return write(step.bytes);
        case Kind::Reply: return write(step.reply(m_last));
        case Kind::Await: return receive(step.number);
        case Kind::Drip: return dripBytes(step);
        case Kind::Endless: while (!m_server.m_stop && write(step.bytes)) {} return false;
        case Kind::Tls: return shakeHands(step.maxTlsVersion);
        case Kind::HalfClose: ::shutdown(m_socket, SHUT_WR); return true;
        case Kind::Close: return false;
        case Kind::Reset: break;
        }
        const linger hard{1, 0};
        ::setsockopt(m_socket, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        return false;
    }

    bool dripBytes(const ServerStep &step)
    {
        for (const char byte : step.bytes) {
            if (m_server.m_stop || !write(QByteArray(1, byte))) return false;
            ::usleep(useconds_t(step.number) * 1000);
        }
        return true;
    }

    bool write(const QByteArray &bytes)
    {
        qsizetype sent = 0;
        while (sent < bytes.size() && !m_server.m_stop) {
            pollfd ready{m_socket, POLLOUT, 0};
            if (::poll(&ready, 1, 50) == 0) continue;
            const int left = int(bytes.size() - sent);
            const ssize_t count = m_ssl ? SSL_write(m_ssl, bytes.constData() + sent, left)
                                        : ::send(m_socket, bytes.constData() + sent, size_t(left), MSG_NOSIGNAL);
            if (count <= 0) return false;
            sent += count;
        }
        return sent == bytes.size();
    }

    /// False when the client is gone or the server stops.
    bool receive(int most = 16384)
    {
        char buffer[16384];
        pollfd ready{m_socket, POLLIN, 0};
        while (!(m_ssl && SSL_pending(m_ssl) > 0) && ::poll(&ready, 1, 50) == 0)
            if (m_server.m_stop) return false;
        const ssize_t count = m_ssl ? SSL_read(m_ssl, buffer, most) : ::recv(m_socket, buffer, size_t(most), 0);
        if (count <= 0) return false;
        m_last = QByteArray(buffer, count);
        const std::lock_guard lock(m_server.m_mutex);
        (m_ssl ? m_server.m_tls : m_server.m_clear) += m_last;
        return true;
    }

    bool shakeHands(int maxVersion)
    {
        m_context = SSL_CTX_new(TLS_server_method());
        SSL_CTX_set_security_level(m_context, 0);
        SSL_CTX_set_min_proto_version(m_context, TLS1_VERSION);
        if (maxVersion) SSL_CTX_set_max_proto_version(m_context, maxVersion);
        m_server.m_certificate.use(m_context);
        SSL *ssl = SSL_new(m_context);
        SSL_set_fd(ssl, m_socket);
        const timeval limit{5, 0};
        ::setsockopt(m_socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        const bool done = SSL_accept(ssl) == 1;
        if (done) m_ssl = ssl;
        else SSL_free(ssl);
        return done;
    }

    ScriptedServer &m_server;
    int m_socket;
    SSL_CTX *m_context = nullptr;
    SSL *m_ssl = nullptr;
    QByteArray m_last;
};

ScriptedServer::ScriptedServer(ServerScript script)
    : m_script(std::move(script)), m_certificate(Certificate::selfSigned("127.0.0.1")), m_listener(StubServer::listenOn(&m_port, 128))
{
    m_thread = std::thread([this] { accept(); });
}

ScriptedServer::~ScriptedServer()
{
    m_stop = true;
    m_thread.join();
    for (std::thread &peer : m_peers) peer.join();
    ::close(m_listener);
}

void ScriptedServer::accept()
{
    // OpenSSL writes to sockets that the client has closed.
    sigset_t signal;
    sigemptyset(&signal);
    sigaddset(&signal, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signal, nullptr);
    while (!m_stop) {
        pollfd wait{m_listener, POLLIN, 0};
        if (::poll(&wait, 1, 20) != 1) continue;
        const int socket = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket >= 0) m_peers.emplace_back([this, socket] { Peer(*this, socket).run(); });
    }
}

QByteArray ScriptedServer::receivedInClear() const
{
    const std::lock_guard lock(m_mutex);
    return m_clear;
}

QByteArray ScriptedServer::receivedInTls() const
{
    const std::lock_guard lock(m_mutex);
    return m_tls;
}

}  // namespace headgate::test
