// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace headgate {

/// SQL Server has no read-only transaction, and a batch needs no semicolon between its statements. What is sent is looked
/// at word by word, outside of strings, comments and quoted names: one SELECT (or WITH … SELECT), or EXEC of a procedure
/// of change data capture that only reports. Empty when `sql` is such a batch, else the word that is not allowed.
/// What it does not see, the rollback after each statement undoes.
QString forbiddenInReadOnlyBatch(const QString &sql);

}  // namespace headgate
