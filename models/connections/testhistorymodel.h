// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/recordlistmodel.h"
#include "models/connections/connectiontest.h"

namespace headgate {

/// The tests of one connection, newest first.
class TestHistoryModel final : public RecordListModel<ConnectionTest> {
    Q_OBJECT
public:
    TestHistoryModel(Fetch fetch, Count count, QObject *parent = nullptr);

protected:
    QVariant value(const ConnectionTest &test, int column) const override;
};

}  // namespace headgate
