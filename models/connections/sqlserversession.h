// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/connections/targetsession.h"

namespace headgate {

/// A session on SQL Server. Throws Exception(Invalid): this program has no way to SQL Server yet.
std::unique_ptr<TargetSession> openSqlserverSession(const ProbeTarget &target, const CancelToken &cancel);

}  // namespace headgate
