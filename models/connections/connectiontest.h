// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/connection.h"

#include <QJsonArray>
#include <vector>

namespace headgate {

enum class TestStage { Resolve, Tcp, Tls, Authenticate, Database, Privileges, Identity, RoundTrip };
enum class StageStatus { Pass, Warn, Fail, Skipped };
enum class FixKind { None, Sql, ServerConfig, ClientConfig };

inline constexpr auto testStages = makeEnumTable<TestStage>({{TestStage::Resolve, "resolve"},
                                                             {TestStage::Tcp, "tcp"},
                                                             {TestStage::Tls, "tls"},
                                                             {TestStage::Authenticate, "authenticate"},
                                                             {TestStage::Database, "database"},
                                                             {TestStage::Privileges, "privileges"},
                                                             {TestStage::Identity, "identity"},
                                                             {TestStage::RoundTrip, "round_trip"}});
inline constexpr auto stageStatuses = makeEnumTable<StageStatus>(
    {{StageStatus::Pass, "pass"}, {StageStatus::Warn, "warn"}, {StageStatus::Fail, "fail"}, {StageStatus::Skipped, "skipped"}});
inline constexpr auto fixKinds = makeEnumTable<FixKind>({{FixKind::None, ""},
                                                         {FixKind::Sql, "sql"},
                                                         {FixKind::ServerConfig, "server_config"},
                                                         {FixKind::ClientConfig, "client_config"}});

/// The verdict of one stage. `message` is what was found, in the server's own words where it spoke.
struct StageResult {
    TestStage stage = TestStage::Resolve;
    StageStatus status = StageStatus::Skipped;
    double ms = 0;        ///< wall time of this stage; 0 when skipped
    QString message;
    QString hint;         ///< what to do; empty when nothing is wrong
    FixKind fixKind = FixKind::None;
    QString fixSql;       ///< one statement, or one configuration line
    QString errorCode;    ///< SQLSTATE or error number, when there is one

    bool operator==(const StageResult &) const = default;
};

/// Which server answered.
struct ServerIdentity {
    QString version;           ///< as the server says it, short: "PostgreSQL 15.18", "10.11.19-MariaDB", "SQLite 3.40.1"
    QString address;           ///< the server's own address as seen from inside, else the peer address
    int port = 0;
    QString database;
    QString systemIdentifier;  ///< PostgreSQL system identifier, MariaDB server_uid/server_uuid + server_id, SQLite application/user id and inode
    std::optional<bool> inRecovery;  ///< PostgreSQL standby; MariaDB read_only replica
    QString certificateFingerprint;  ///< SHA-256 of the server certificate, hex, when TLS was used

    bool operator==(const ServerIdentity &) const = default;
    QJsonObject toJson() const;
    static ServerIdentity fromJson(const QJsonObject &json);
};

/// A row of `connection_tests`.
struct ConnectionTest {
    ConnectionTestId id;
    ConnectionId connectionId;
    TestStatus status = TestStatus::Failure;
    double responseTimeMs = 0;   ///< of the whole test
    Timestamp testedAt;
    std::optional<UserId> testedByUserId;
    QString serverVersion;
    std::optional<ServerIdentity> identity;
    std::vector<StageResult> stages;  ///< all eight, in order
    QString errorCode;
    QString errorMessage;

    bool operator==(const ConnectionTest &) const = default;
};

/// failure when a stage failed, warning when one warned, else success.
TestStatus overallStatus(const std::vector<StageResult> &stages);
QJsonArray stagesToJson(const std::vector<StageResult> &stages);
std::vector<StageResult> stagesFromJson(const QJsonArray &json);
/// "Resolve", "TCP", "TLS", "Authenticate", "Database", "Privileges", "Identity", "Round trip".
QString stageLabel(TestStage stage);

}  // namespace headgate
