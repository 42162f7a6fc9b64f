// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/native/sqlitefunctions.h"

#include <QString>
#include <sqlite3.h>

namespace headgate {

namespace {

void fold(sqlite3_context *context, int, sqlite3_value **values)
{
    const auto *text = reinterpret_cast<const char *>(sqlite3_value_text(values[0]));
    if (!text) return;  // NULL stays NULL
    const QByteArray folded = QString::fromUtf8(text, sqlite3_value_bytes(values[0])).toLower().toUtf8();
    sqlite3_result_text(context, folded.constData(), int(folded.size()), SQLITE_TRANSIENT);
}

}  // namespace

void addSqliteFunctions(sqlite3 *handle)
{
    sqlite3_create_function_v2(handle, "headgate_fold", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, nullptr, fold,
                               nullptr, nullptr, nullptr);
}

}  // namespace headgate
