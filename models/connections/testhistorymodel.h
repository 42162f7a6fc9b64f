// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/recordlistmodel.h"
#include "models/connections/testhistory.h"

namespace headgate {

/// Past tests, newest first: of one connection, or of all with the connection's name in front.
class TestHistoryModel final : public RecordListModel<TestRecord> {
    Q_OBJECT
public:
    enum class Of { OneConnection, AllConnections };
    TestHistoryModel(Of scope, Fetch fetch, Count count, QObject *parent = nullptr);

protected:
    QVariant value(const TestRecord &test, int column) const override;
};

}  // namespace headgate
