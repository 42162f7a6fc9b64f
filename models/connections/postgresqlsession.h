// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/nativesession.h"

#include <atomic>

namespace headgate {

/// A session on PostgreSQL with nothing but pg_catalog on its search path: objects of other schemas are written with
/// their schema, and nobody's function is called by mistake.
class PostgresqlSession : public NativeSession {
public:
    PostgresqlSession(const ProbeTarget &target, const CancelToken &cancel);

private:
    void connectToServer();
    PgConnection::Step tryAddress(const QByteArray &mode, const QByteArray &address, int ms);
    [[noreturn]] void failConnect(bool answered) const;
    void prepareSession();
    void interrupt();
    TextResult run(const QString &sql, const QStringList &values, int timeoutMs) override;
    Error explain(const TextResult &result) const override;

    PgConnection m_server;
    std::shared_ptr<std::atomic<bool>> m_isCancelling = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace headgate
