// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/native/netsocket.h"

#include <cerrno>
#include <memory>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

namespace headgate {

NetSocket::~NetSocket()
{
    if (m_descriptor >= 0) ::close(m_descriptor);
}

int NetSocket::connect(Kind kind, const QByteArray &address, int port, int ms, const SocketWait &wait)
{
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    hints.ai_socktype = kind == Kind::Tcp ? SOCK_STREAM : SOCK_DGRAM;
    addrinfo *found = nullptr;
    if (::getaddrinfo(address.constData(), QByteArray::number(port).constData(), &hints, &found) != 0) return EADDRNOTAVAIL;
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> info(found, &::freeaddrinfo);
    m_descriptor = ::socket(info->ai_family, info->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (m_descriptor < 0) return errno;
    if (::connect(m_descriptor, info->ai_addr, info->ai_addrlen) == 0) return 0;
    if (errno != EINPROGRESS) return errno;
    const WaitResult result = wait(m_descriptor, true, ms);
    if (result != WaitResult::Ready) return result == WaitResult::TimedOut ? ETIMEDOUT : ECANCELED;
    int error = 0;
    socklen_t length = sizeof error;
    return ::getsockopt(m_descriptor, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

}  // namespace headgate
