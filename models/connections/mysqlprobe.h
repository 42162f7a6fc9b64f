// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/proberun.h"
#include "models/database/native/mysqlconnection.h"

namespace headgate {

/// The staged test of a MySQL or MariaDB server. `allow` is taken as `prefer`. Where the client library does not show
/// the moment between TLS and login, both get one time and the message says so.
class MysqlProbe : public ProbeRun {
public:
    using ProbeRun::ProbeRun;

private:
    using Phase = MysqlConnection::Phase;
    using Outcome = MysqlConnection::Outcome;

    void probe() override;
    void connectToServer();
    void readPrivileges();
    QString readOnlySession();
    void readIdentity();
    void roundTrip();

    QList<QByteArray> addresses();
    Outcome tryAddress(const QByteArray &address, int ms);
    MysqlConnection::Options options(const QByteArray &address, int ms) const;
    void onPhase(Phase phase);
    void passTcp();
    void passTls();
    [[noreturn]] void failConnect(Outcome outcome);
    [[noreturn]] void failSilent();
    [[noreturn]] void failLogin(unsigned number);
    /// Ends the stages before Authenticate that have no verdict yet, when the server spoke about the login itself.
    void settleTls();
    bool isLocal() const;
    TextResult query(TestStage stage, const char *sql);

    std::unique_ptr<MysqlConnection> m_connection;
    QByteArray m_address;
    QStringList m_failures;  ///< of addresses before the present one
    bool m_slowAddress = false;
};

}  // namespace headgate
