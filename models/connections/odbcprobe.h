// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/proberun.h"
#include "models/connections/sqlserveradvice.h"
#include "models/database/native/textrow.h"
#include "models/database/odbc/odbchelper.h"

namespace headgate {

/// The staged test of a SQL Server. Name and port are tried from here; what needs the ODBC driver runs in a helper
/// process that is killed when the test ends. ODBC shows neither where TLS nor where the login ends: they get one time,
/// and the message says so.
class OdbcProbe : public ProbeRun {
public:
    OdbcProbe(const ProbeTarget &target, ConnectionProbe::StageCallback onStage, ConnectionProbe::DoneCallback done);

private:
    void probe() override;
    void reach();
    int askBrowser(const QByteArray &address);
    void passTcp(const QString &text);
    void chooseDriver();
    void login();
    [[noreturn]] void failLogin(const QJsonObject &reply);
    void judgeSession(const QJsonObject &reply, double ms);
    void readDatabase();
    void readPrivileges();
    void readIdentity();
    void roundTrip();

    QJsonObject ask(const QJsonObject &request, const QByteArray &password = {});
    TextResult run(const char *sql);
    TextResult query(TestStage stage, const char *sql);
    QString tlsMessage() const;

    OdbcHelper m_helper;
    QString m_driver;
    QByteArray m_address;
    int m_port = 0;
    QStringList m_failures;  ///< of addresses before the present one
    bool m_slowAddress = false;
};

}  // namespace headgate
