// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/auditrecord.h"
#include "models/base/recordlistmodel.h"

namespace headgate {

/// The audit trail as a list. Columns as AuditService::page() knows them; the time column sorts by `id`.
class AuditTableModel final : public RecordListModel<AuditRecord> {
    Q_OBJECT
public:
    AuditTableModel(Fetch fetch, Count count, QObject *parent = nullptr);

    bool holdsColumn(const QString &column) const override;
    /// What a column to filter on holds, as the database has it.
    static QVariant filterValueIn(const AuditRecord &record, const QString &column);

protected:
    QVariant filterValueOf(const AuditRecord &record, const QString &column) const override { return filterValueIn(record, column); }
    QVariant value(const AuditRecord &record, int column) const override;
};

}  // namespace headgate
