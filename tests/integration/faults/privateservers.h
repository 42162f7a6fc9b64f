// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <QProcessEnvironment>
#include <QString>
#include <csignal>
#include <memory>

namespace headgate::test {

/// Servers for one test alone, as with-servers starts them: the shared ones are stopped for nobody.
class PrivateServers {
public:
    /// The options of with-servers: --pg, --mariadb, --no-tls.
    explicit PrivateServers(const QStringList &options);
    ~PrivateServers();
    PrivateServers(const PrivateServers &) = delete;
    PrivateServers &operator=(const PrivateServers &) = delete;

    /// A variable of with-servers, e.g. HEADGATE_TEST_PG_URL.
    QString variable(const char *name) const { return m_environment.value(QString::fromLatin1(name)); }

    /// SIGQUIT is PostgreSQL's immediate shutdown: it comes back through recovery. Waits until it is gone.
    void stopPostgresql(int signal = SIGQUIT);
    /// On the same port. Waits until it answers.
    void startPostgresql();

    /// Waits until it is gone.
    void stopMariadb();
    /// On the same port and data, with these lines in its configuration. Waits until it answers.
    void startMariadb(const QStringList &configuration);

private:
    qint64 postgresqlPid() const;

    QProcess m_holder;
    std::unique_ptr<QProcess> m_postgresql;
    std::unique_ptr<QProcess> m_mariadb;
    QProcessEnvironment m_environment;
};

}  // namespace headgate::test
