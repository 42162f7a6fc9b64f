// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/anomaly.h"
#include "models/base/recordlistmodel.h"

namespace headgate {

/// The audit trail as a list. Columns as AuditService::page() knows them; the time column sorts by `id`. What is unusual
/// about its events comes later and from elsewhere.
class AuditTableModel final : public RecordListModel<AuditRecord> {
    Q_OBJECT
public:
    AuditTableModel(Fetch fetch, Count count, QObject *parent = nullptr);

    void addAnomalies(const QHash<qint64, QList<Anomaly>> &found);
    QList<Anomaly> anomalies(qint64 id) const { return m_anomalies.value(id); }
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    bool holdsColumn(const QString &column) const override;
    /// What a column to filter on holds, as the database has it.
    static QVariant filterValueIn(const AuditRecord &record, const QString &column);

protected:
    QVariant filterValueOf(const AuditRecord &record, const QString &column) const override { return filterValueIn(record, column); }
    QVariant value(const AuditRecord &record, int column) const override;

private:
    QHash<qint64, QList<Anomaly>> m_anomalies;
};

}  // namespace headgate
