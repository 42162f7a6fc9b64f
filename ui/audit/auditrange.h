// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/audithistogram.h"

namespace headgate {

/// The stretch that the conditions of a query leave of a time column, where it has a begin; what is relative is resolved
/// now. None when they say nothing of it, or something else than a stretch.
std::optional<AuditSpan> auditRange(const ListQuery &query, const QString &column);
/// What those conditions leave of a stretch, also where they have no begin; all of it when they are no stretch
/// themselves.
AuditSpan auditRangeIn(const AuditSpan &whole, const ListQuery &query, const QString &column);
/// The condition for a stretch.
ColumnFilter auditRangeFilter(const AuditSpan &span, const QString &column);

}  // namespace headgate
