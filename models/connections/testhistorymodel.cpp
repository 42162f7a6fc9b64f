// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/testhistorymodel.h"

namespace headgate {

namespace {

enum Column { TestedAt, Outcome, Response, Finding };

QList<RecordColumn> columnTable()
{
    const auto tr = [](const char *text) { return TestHistoryModel::tr(text); };
    return {
        {QStringLiteral("tested_at"), tr("When"), ColumnKind::Time, false, 90},
        {QStringLiteral("status"), tr("Result"), ColumnKind::Status, false, 98},
        {QStringLiteral("response_time_ms"), tr("ms"), ColumnKind::Number, false, 64},
        {QStringLiteral("finding"), tr("Found"), ColumnKind::Text, false, 94, true},
    };
}

}  // namespace

TestHistoryModel::TestHistoryModel(Fetch fetch, Count count, QObject *parent)
    : RecordListModel(columnTable(), std::move(fetch), std::move(count), parent)
{
}

QVariant TestHistoryModel::value(const ConnectionTest &test, int column) const
{
    switch (column) {
    case TestedAt: return QVariant::fromValue(test.testedAt);
    case Outcome: return testStatuses.name(test.status);
    case Response: return test.responseTimeMs;
    case Finding: return test.errorMessage.isEmpty() ? test.serverVersion : test.errorMessage;
    default: return {};
    }
}

}  // namespace headgate
