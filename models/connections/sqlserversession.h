// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/nativesession.h"
#include "models/database/odbc/odbchelper.h"

namespace headgate {

/// A session on SQL Server, in an ODBC helper process of its own. ApplicationIntent=ReadOnly, only statements that read
/// (sqlserverguard.h), and a rollback after each: the server itself has no read-only session.
class SqlserverSession : public NativeSession {
public:
    SqlserverSession(const ProbeTarget &target, const CancelToken &cancel);

private:
    int portOfServer();
    void chooseDriver();
    void openSession(int port);
    void readVersion();
    QJsonObject ask(const QJsonObject &request, const QByteArray &password = {});
    TextResult run(const QString &sql, const QStringList &values, int timeoutMs) override;
    Error explain(const TextResult &result) const override;

    OdbcHelper m_helper;
    QString m_driver;
};

std::unique_ptr<TargetSession> openSqlserverSession(const ProbeTarget &target, const CancelToken &cancel);

}  // namespace headgate
