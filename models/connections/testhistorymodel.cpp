// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/testhistorymodel.h"

namespace headgate {

namespace {

QList<RecordColumn> columnTable(TestHistoryModel::Of scope)
{
    const auto tr = [](const char *text) { return TestHistoryModel::tr(text); };
    const bool all = scope == TestHistoryModel::Of::AllConnections;
    QList<RecordColumn> columns{
        {QStringLiteral("tested_at"), tr("When"), ColumnKind::Time, false, 90},
        {QStringLiteral("status"), tr("Result"), ColumnKind::Status, false, 112},
        {QStringLiteral("response_time_ms"), tr("ms"), ColumnKind::Number, false, all ? 76 : 72},
        {QStringLiteral("finding"), tr("Found"), ColumnKind::Text, false, all ? 94 : 76, true},
    };
    if (all) columns.insert(1, {QStringLiteral("connection"), tr("Connection"), ColumnKind::Text, false, 150});
    return columns;
}

}  // namespace

TestHistoryModel::TestHistoryModel(Of scope, Fetch fetch, Count count, QObject *parent)
    : RecordListModel(columnTable(scope), std::move(fetch), std::move(count), parent)
{
}

QVariant TestHistoryModel::value(const TestRecord &test, int column) const
{
    const QString id = columns()[column].id;
    if (id == u"tested_at") return QVariant::fromValue(test.testedAt);
    if (id == u"connection") return test.connectionName;
    if (id == u"status") return testStatuses.name(test.status);
    if (id == u"response_time_ms") return test.responseTimeMs;
    return test.errorMessage.isEmpty() ? test.serverVersion : test.errorMessage;
}

}  // namespace headgate
