// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/testdifference.h"

#include <algorithm>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

StageResult stageOf(const ConnectionTest &test, TestStage stage)
{
    const auto found = std::ranges::find(test.stages, stage, &StageResult::stage);
    if (found != test.stages.end()) return *found;
    StageResult none;
    none.stage = stage;
    return none;
}

QJsonObject sideToJson(const StageResult &stage)
{
    return {{u"status"_s, stageStatuses.name(stage.status)}, {u"ms"_s, stage.ms}, {u"message"_s, stage.message}};
}

}  // namespace

TestDifference differenceBetween(const ConnectionTest &good, const ConnectionTest &test)
{
    TestDifference difference{good.testedAt, test.testedAt, {}, {}};
    for (const auto &[stage, name] : testStages.rows()) difference.stages.push_back({stageOf(good, stage), stageOf(test, stage)});
    if (good.identity && test.identity) difference.identity = compareIdentity(*good.identity, *test.identity).changes;
    return difference;
}

QJsonObject differenceToJson(const TestDifference &difference)
{
    QJsonArray stages;
    for (const StageDifference &stage : difference.stages)
        stages << QJsonObject{{u"stage"_s, testStages.name(stage.after.stage)},
                              {u"changed"_s, stage.statusChanged() || stage.messageChanged()},
                              {u"before"_s, sideToJson(stage.before)},
                              {u"after"_s, sideToJson(stage.after)}};
    QJsonArray identity;
    for (const IdentityChange &change : difference.identity)
        identity << QJsonObject{{u"field"_s, change.field}, {u"before"_s, change.before}, {u"after"_s, change.after}};
    return {{u"last_good_at"_s, difference.goodAt.toIso()}, {u"tested_at"_s, difference.testedAt.toIso()}, {u"stages"_s, stages}, {u"identity"_s, identity}};
}

}  // namespace headgate
