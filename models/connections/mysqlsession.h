// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/nativesession.h"

namespace headgate {

/// A session on MySQL or MariaDB. Statements without values are sent as text, others are prepared. A statement is
/// stopped with KILL QUERY over a second connection like the first.
class MysqlSession : public NativeSession {
public:
    MysqlSession(const ProbeTarget &target, const CancelToken &cancel);

private:
    using Server = std::unique_ptr<MysqlConnection>;

    void connectToServer();
    /// Null when stopped or not reached, which `failure` tells. TLS and the host name are checked as the connection says.
    Server connectTo(const QByteArray &address, int ms, BlockingWait &wait, Error *failure) const;
    Error refusal(const MysqlConnection &server, MysqlConnection::Outcome outcome) const;
    void prepareSession();
    void interrupt() const;
    TextResult run(const QString &sql, const QStringList &values, int timeoutMs) override;
    Error explain(const TextResult &result) const override;

    QByteArray m_address;
    Server m_server;
};

}  // namespace headgate
