// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/native/mysqltlscheck.h"

#include "models/database/native/mysqlgreeting.h"

#include <memory>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace headgate {

namespace {

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using Session = std::unique_ptr<SSL, decltype(&SSL_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

class Socket {
public:
    explicit Socket(int descriptor) : m_descriptor(descriptor) {}
    ~Socket()
    {
        if (m_descriptor >= 0) ::close(m_descriptor);
    }
    Socket(const Socket &) = delete;
    Socket &operator=(const Socket &) = delete;
    int get() const { return m_descriptor; }

private:
    int m_descriptor;
};

bool connectTo(const addrinfo *address, const Socket &socket, int ms, const SocketWait &wait)
{
    if (socket.get() < 0) return false;
    if (::connect(socket.get(), address->ai_addr, address->ai_addrlen) == 0) return true;
    if (errno != EINPROGRESS || wait(socket.get(), true, ms) != WaitResult::Ready) return false;
    int error = 0;
    socklen_t length = sizeof error;
    return ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error == 0;
}

/// Reads the first packet, whole, of a server that offers TLS; empty for any other.
QByteArray readGreeting(int socket, const SocketWait &wait)
{
    using Kind = MysqlGreeting::Kind;
    QByteArray data;
    char buffer[512];
    for (;;) {
        const Kind kind = MysqlGreeting::read(data).kind;
        if (kind != Kind::Incomplete && kind != Kind::OffersTls) return {};
        if (kind == Kind::OffersTls && data.size() >= 4 + (uchar(data[0]) | uchar(data[1]) << 8)) return data;
        if (wait(socket, false, -1) != WaitResult::Ready) return {};
        const ssize_t count = ::recv(socket, buffer, sizeof buffer, MSG_DONTWAIT);
        if (count <= 0 || data.size() > 4096) return {};
        data.append(buffer, count);
    }
}

/// Asks for TLS: protocol 4.1, TLS, secure connection and login plugins; packet size; character set; filler.
bool requestTls(int socket)
{
    QByteArray packet = QByteArray::fromHex("20000001" "008a0800" "00000001" "2d");
    packet.resize(4 + 32, '\0');
    return ::send(socket, packet.constData(), size_t(packet.size()), MSG_NOSIGNAL | MSG_DONTWAIT) == packet.size();
}

Context makeContext(const QByteArray &caFile)
{
    Context context(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    if (caFile.isEmpty()) SSL_CTX_set_default_verify_paths(context.get());
    else SSL_CTX_load_verify_locations(context.get(), caFile.constData(), nullptr);
    return context;
}

void expectName(SSL *session, const QByteArray &name)
{
    if (name.isEmpty() || X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), name.constData()) == 1) return;
    SSL_set1_host(session, name.constData());
    SSL_set_tlsext_host_name(session, name.constData());
}

/// False when stopped or refused; `error` is set in the second case.
bool shakeHands(SSL *session, int socket, const SocketWait &wait, QString *error)
{
    int result = 0;
    ERR_clear_error();
    while ((result = SSL_connect(session)) != 1) {
        const int reason = SSL_get_error(session, result);
        const bool waits = reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE;
        if (waits && wait(socket, reason == SSL_ERROR_WANT_WRITE, -1) == WaitResult::Ready) continue;
        if (waits) return false;
        const long verdict = SSL_get_verify_result(session);
        const char *text = verdict != X509_V_OK ? X509_verify_cert_error_string(verdict) : ERR_reason_error_string(ERR_peek_error());
        *error = QString::fromLatin1(text ? text : "the server broke off the TLS handshake");
        return false;
    }
    return true;
}

QByteArray sha1(SSL *session)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    const Certificate certificate(SSL_get1_peer_certificate(session), &X509_free);
    if (!certificate || X509_digest(certificate.get(), EVP_sha1(), digest, &length) != 1) return {};
    return QByteArray(reinterpret_cast<const char *>(digest), int(length)).toHex(':').toUpper();
}

}  // namespace

MysqlTlsCheck MysqlTlsCheck::run(const QByteArray &address, int port, const QByteArray &hostName, const QByteArray &caFile, int ms,
                                 const SocketWait &wait, const std::function<void()> &onConnected)
{
    MysqlTlsCheck check;
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo *found = nullptr;
    if (::getaddrinfo(address.constData(), QByteArray::number(port).constData(), &hints, &found) != 0) return check;
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> info(found, &::freeaddrinfo);
    const Socket socket(::socket(info->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!connectTo(info.get(), socket, ms, wait)) return check;
    onConnected();
    if (readGreeting(socket.get(), wait).isEmpty() || !requestTls(socket.get())) return check;

    const Context context = makeContext(caFile);
    if (!caFile.isEmpty() && ::access(caFile.constData(), R_OK) != 0) {
        check.outcome = Outcome::Rejected;
        check.error = QStringLiteral("%1 cannot be read").arg(QString::fromUtf8(caFile));
        return check;
    }
    const Session session(SSL_new(context.get()), &SSL_free);
    SSL_set_fd(session.get(), socket.get());
    expectName(session.get(), hostName);
    if (!shakeHands(session.get(), socket.get(), wait, &check.error)) {
        if (!check.error.isEmpty()) check.outcome = Outcome::Rejected;
        return check;
    }
    check.outcome = Outcome::Verified;
    check.facts = tlsFacts(session.get());
    check.fingerprint = sha1(session.get());
    return check;
}

}  // namespace headgate
