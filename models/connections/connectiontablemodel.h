// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/recordlistmodel.h"
#include "models/connections/connection.h"

namespace headgate {

/// The list of connections. Columns as ConnectionService::page() knows them.
class ConnectionTableModel final : public RecordListModel<Connection> {
    Q_OBJECT
public:
    ConnectionTableModel(Fetch fetch, Count count, QObject *parent = nullptr);

protected:
    QVariant value(const Connection &connection, int column) const override;
};

}  // namespace headgate
