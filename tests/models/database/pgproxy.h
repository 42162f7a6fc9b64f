// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace headgate::test {

/// A TCP proxy in front of a PostgreSQL server (no TLS) that does something to the next COMMIT. Own threads; the
/// destructor closes every connection.
class PgProxy {
public:
    enum class OnCommit {
        Pass,
        CutBefore,  ///< the server never sees it, the client's connection is gone
        CutAfter,   ///< the server commits and answers; the client's connection is gone before the answer
        CutLate,    ///< the client's connection is gone at once; the server sees the COMMIT a second later
        Swallow,    ///< the server commits and answers; the client hears nothing, its connection stays
    };

    PgProxy(const QString &host, quint16 port);
    ~PgProxy();
    PgProxy(const PgProxy &) = delete;
    PgProxy &operator=(const PgProxy &) = delete;

    quint16 port() const { return m_port; }
    /// For one COMMIT, then Pass again.
    void onNextCommit(OnCommit what) { m_next = what; }
    int commits() const { return m_commits; }

private:
    void accept();
    void serve(int client);
    bool forward(int client, int server);
    bool handleCommit(OnCommit what, int client, int server, const std::string &bytes);

    QString m_host;
    quint16 m_serverPort;
    quint16 m_port = 0;
    int m_listener = -1;
    std::atomic<bool> m_stopping = false;
    std::atomic<int> m_commits = 0;
    std::atomic<OnCommit> m_next = OnCommit::Pass;
    std::thread m_acceptor;
    std::vector<std::thread> m_connections;
};

}  // namespace headgate::test
