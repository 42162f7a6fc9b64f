// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/base/listexporter.h"

namespace headgate {

class AuditService;

/// The events of the trail, for export. The service must outlive it.
ExportSource auditExport(AuditService &service);

}  // namespace headgate
