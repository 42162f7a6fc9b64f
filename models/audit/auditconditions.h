// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/listsql.h"

namespace headgate::AuditStore {

/// The conditions of a list of events, for other questions about the same events. To be put behind "from audit_logs".
ListWhere conditionsOf(Session &session, const ListQuery &query);

}  // namespace headgate::AuditStore
