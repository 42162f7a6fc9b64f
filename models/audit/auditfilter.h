// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/listsql.h"

namespace headgate {

/// What the trail's list is filtered and sorted by; for the files of this folder.
namespace AuditFilter {

const ListColumns &columns();
/// Search, conditions and groups. Asks the dictionary of names first when there is a search. Throws DbError, and
/// Exception(Invalid) as ListSql::where() does.
ListWhere where(Session &session, ListQuery query);

}  // namespace AuditFilter
}  // namespace headgate
