// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/integration/connections/certificates.h"
#include "tests/integration/connections/stubserver.h"

#include <optional>

namespace headgate::test {

/// What a broken server does, step by step, on each connection that it accepts.
struct ServerStep {
    enum class Kind {
        Send,    ///< `bytes`
        Reply,   ///< what `reply` makes of the bytes read last
        Await,   ///< until the client has sent something; `number` is the most bytes to take
        Drip,    ///< `bytes`, one each `number` milliseconds
        Endless, ///< `bytes` again and again, until the client is gone
        Tls,     ///< the server's part of a handshake; what follows goes through it
        HalfClose,
        Close,
        Reset,   ///< SO_LINGER 0: the client gets an RST
    };
    Kind kind = Kind::Send;
    QByteArray bytes = {};
    int number = 0;
    std::function<QByteArray(const QByteArray &)> reply = {};
    int maxTlsVersion = 0;  ///< OpenSSL's number; 0 = any
};
using ServerScript = std::vector<ServerStep>;

inline ServerStep send(const QByteArray &bytes) { return {ServerStep::Kind::Send, bytes}; }
inline ServerStep reply(std::function<QByteArray(const QByteArray &)> make) { return {ServerStep::Kind::Reply, {}, 0, std::move(make)}; }
inline ServerStep await(int mostBytes = 16384) { return {ServerStep::Kind::Await, {}, mostBytes}; }
inline ServerStep drip(const QByteArray &bytes, int ms) { return {ServerStep::Kind::Drip, bytes, ms}; }
inline ServerStep endless(const QByteArray &bytes) { return {ServerStep::Kind::Endless, bytes}; }
inline ServerStep tls(int maxVersion = 0) { return {ServerStep::Kind::Tls, {}, 0, {}, maxVersion}; }
inline ServerStep halfClose() { return {ServerStep::Kind::HalfClose}; }
inline ServerStep close() { return {ServerStep::Kind::Close}; }
inline ServerStep reset() { return {ServerStep::Kind::Reset}; }

/// A broken server on 127.0.0.1 that follows a script, a thread for each connection. After its script it stays silent
/// until the client leaves. It keeps what clients sent in clear.
class ScriptedServer {
public:
    explicit ScriptedServer(ServerScript script);
    ~ScriptedServer();
    ScriptedServer(const ScriptedServer &) = delete;
    ScriptedServer &operator=(const ScriptedServer &) = delete;

    int port() const { return m_port; }
    /// All that came in clear so far, of all connections.
    QByteArray receivedInClear() const;
    /// All that came through TLS.
    QByteArray receivedInTls() const;

private:
    class Peer;
    void accept();

    ServerScript m_script;
    Certificate m_certificate;
    int m_port = 0;
    int m_listener;
    std::atomic<bool> m_stop = false;
    mutable std::mutex m_mutex;
    QByteArray m_clear;
    QByteArray m_tls;
    std::vector<std::thread> m_peers;
    std::thread m_thread;
};

}  // namespace headgate::test
