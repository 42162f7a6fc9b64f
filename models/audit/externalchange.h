// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/audit/auditrecord.h"
#include "models/database/query.h"

namespace headgate {

/// A change made outside Headgate, as the triggers recorded it in external_changes, and the EXTERNAL event that seals
/// it. Whatever stands in the row, an event comes out that can be stored: nobody can delete a row that could not, and
/// all changes behind it would stay out of the chain. Session's thread; throws DbError.
namespace ExternalChange {

/// What is selected for read(), the id first.
QString columns();

/// Characters that no event may hold become U+FFFD; text is cut at the event's length; values that cannot be taken
/// apart are kept as text under "unreadable". A secret column is NULL or masked; those that were set anew are named
/// in the metadata: {"credentials_changed": true, "set_anew": ["password_hash"]}.
AuditEntry read(const Query &query, const Actor &sealer);

}  // namespace ExternalChange
}  // namespace headgate
