// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

struct sqlite3;

namespace headgate {

/// Adds headgate_fold(text): lower case beyond ASCII, which SQLite's own lower() and LIKE leave as it is; and
/// headgate_matches(pattern, text), see ListPattern; an error when a match costs too much. For searching only: no index and no stored expression may use it, other programs do not have it.
void addSqliteFunctions(sqlite3 *handle);

}  // namespace headgate
