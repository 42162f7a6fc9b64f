// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/recordlistmodel.h"
#include "models/connections/connection.h"
#include "models/connections/healthrule.h"

namespace headgate {

/// The list of connections. Columns as ConnectionService::page() knows them.
class ConnectionTableModel final : public RecordListModel<Connection> {
    Q_OBJECT
public:
    using HealthOf = std::function<HealthState(ConnectionId)>;

    ConnectionTableModel(Fetch fetch, Count count, QObject *parent = nullptr);

    /// Where the state of watched connections comes from: a mark before the name (decoration) with words (tool tip).
    void setHealthSource(HealthOf source) { m_health = std::move(source); }
    /// States changed: the marks are drawn anew.
    void updateHealth();
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

    bool holdsColumn(const QString &) const override { return true; }
    /// What a column to filter on holds, as the database has it.
    static QVariant filterValueIn(const Connection &connection, const QString &column);

protected:
    QVariant filterValueOf(const Connection &connection, const QString &column) const override { return filterValueIn(connection, column); }
    QVariant value(const Connection &connection, int column) const override;

private:
    QVariant stagedAddress(Connection connection, int role) const;

    HealthOf m_health;
};

}  // namespace headgate
