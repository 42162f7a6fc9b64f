// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/connectiontest.h"

#include <algorithm>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

bool anyStage(const std::vector<StageResult> &stages, StageStatus status)
{
    return std::any_of(stages.begin(), stages.end(), [status](const StageResult &stage) { return stage.status == status; });
}

QJsonObject stageToJson(const StageResult &stage)
{
    return {{u"stage"_s, testStages.name(stage.stage)}, {u"status"_s, stageStatuses.name(stage.status)},
            {u"ms"_s, stage.ms},                        {u"message"_s, stage.message},
            {u"hint"_s, stage.hint},                    {u"fix_kind"_s, fixKinds.name(stage.fixKind)},
            {u"fix_sql"_s, stage.fixSql},               {u"error_code"_s, stage.errorCode}};
}

StageResult stageFromJson(const QJsonObject &json)
{
    StageResult stage;
    stage.stage = testStages.value(json.value("stage"_L1).toString()).value_or(TestStage::Resolve);
    stage.status = stageStatuses.value(json.value("status"_L1).toString()).value_or(StageStatus::Skipped);
    stage.ms = json.value("ms"_L1).toDouble();
    stage.message = json.value("message"_L1).toString();
    stage.hint = json.value("hint"_L1).toString();
    stage.fixKind = fixKinds.value(json.value("fix_kind"_L1).toString()).value_or(FixKind::None);
    stage.fixSql = json.value("fix_sql"_L1).toString();
    stage.errorCode = json.value("error_code"_L1).toString();
    return stage;
}

}  // namespace

TestStatus overallStatus(const std::vector<StageResult> &stages)
{
    if (anyStage(stages, StageStatus::Fail)) return TestStatus::Failure;
    return anyStage(stages, StageStatus::Warn) ? TestStatus::Warning : TestStatus::Success;
}

QJsonArray stagesToJson(const std::vector<StageResult> &stages)
{
    QJsonArray array;
    for (const StageResult &stage : stages) array.append(stageToJson(stage));
    return array;
}

std::vector<StageResult> stagesFromJson(const QJsonArray &json)
{
    std::vector<StageResult> stages;
    stages.reserve(size_t(json.size()));
    for (const auto &value : json) stages.push_back(stageFromJson(value.toObject()));
    return stages;
}

QString stageLabel(TestStage stage)
{
    switch (stage) {
    case TestStage::Resolve: return u"Resolve"_s;
    case TestStage::Tcp: return u"TCP"_s;
    case TestStage::Tls: return u"TLS"_s;
    case TestStage::Authenticate: return u"Authenticate"_s;
    case TestStage::Database: return u"Database"_s;
    case TestStage::Privileges: return u"Privileges"_s;
    case TestStage::Identity: return u"Identity"_s;
    case TestStage::RoundTrip: return u"Round trip"_s;
    }
    return {};
}

QJsonObject ServerIdentity::toJson() const
{
    return {{u"version"_s, version},
            {u"address"_s, address},
            {u"port"_s, port},
            {u"database"_s, database},
            {u"system_identifier"_s, systemIdentifier.isEmpty() ? QJsonValue() : QJsonValue(systemIdentifier)},
            {u"in_recovery"_s, inRecovery ? QJsonValue(*inRecovery) : QJsonValue()},
            {u"certificate_fingerprint"_s, certificateFingerprint.isEmpty() ? QJsonValue() : QJsonValue(certificateFingerprint)}};
}

ServerIdentity ServerIdentity::fromJson(const QJsonObject &json)
{
    ServerIdentity identity;
    identity.version = json.value("version"_L1).toString();
    identity.address = json.value("address"_L1).toString();
    identity.port = json.value("port"_L1).toInt();
    identity.database = json.value("database"_L1).toString();
    identity.systemIdentifier = json.value("system_identifier"_L1).toString();
    if (json.value("in_recovery"_L1).isBool()) identity.inRecovery = json.value("in_recovery"_L1).toBool();
    identity.certificateFingerprint = json.value("certificate_fingerprint"_L1).toString();
    return identity;
}

}  // namespace headgate
