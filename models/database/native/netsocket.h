// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/database/native/socketwait.h"

#include <QByteArray>

namespace headgate {

/// A socket of one's own to a numeric address, closed with the object. Blocks through the wait only.
class NetSocket {
public:
    enum class Kind { Tcp, Udp };

    NetSocket() = default;
    ~NetSocket();
    NetSocket(const NetSocket &) = delete;
    NetSocket &operator=(const NetSocket &) = delete;

    /// 0 when connected, else an errno: ETIMEDOUT after `ms`, ECANCELED when the wait was stopped.
    int connect(Kind kind, const QByteArray &address, int port, int ms, const SocketWait &wait);
    int descriptor() const { return m_descriptor; }

private:
    int m_descriptor = -1;
};

}  // namespace headgate
