// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/proberun.h"
#include "models/database/native/pgconnection.h"

namespace headgate {

/// The staged test of a PostgreSQL server. `prefer` and `allow` are carried out here, attempt by attempt, because libpq
/// would try a refused login again the other way and mix up what belongs to which stage.
class PostgresqlProbe : public ProbeRun {
public:
    PostgresqlProbe(const ProbeTarget &target, ConnectionProbe::StageCallback onStage, ConnectionProbe::DoneCallback done);

    /// What a test that passes asks the server, in order.
    static QByteArrayList statements();

private:
    using Step = PgConnection::Step;

    void probe() override;
    void reach();
    void negotiate();
    void login();
    void readDatabase();
    void readPrivileges();
    void readIdentity();
    void roundTrip();

    QList<QByteArray> addresses();
    Step tryAddress(const QByteArray &address, int ms, QStringList *failures);
    void passTcp(const QStringList &failures);
    bool startTls();
    Step reopen(const char *mode);
    bool retryOtherWay();
    void settleTls();
    [[noreturn]] void failTls();
    [[noreturn]] void failLogin();
    /// Fails the present stage when something else than PostgreSQL was recognised.
    void failAsStranger();
    void passLogin();
    TextResult query(TestStage stage, const char *sql);
    PgConnection::Parameters parameters(const char *mode) const;
    const char *firstMode() const;

    PgConnection m_connection;
    QByteArray m_address;  ///< numeric; empty for a Unix socket
    bool m_slowAddress = false;
    std::optional<TlsFacts> m_tls;
    std::optional<double> m_tlsMs;
    QString m_tlsRemark;   ///< why the session is in clear although TLS was tried
};

}  // namespace headgate
