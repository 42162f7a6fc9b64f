// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/native/sqlitefunctions.h"

#include "models/base/listpattern.h"

#include <QString>
#include <memory>
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

QString textOf(sqlite3_value *value)
{
    const auto *text = reinterpret_cast<const char *>(sqlite3_value_text(value));
    return QString::fromUtf8(text, sqlite3_value_bytes(value));
}

/// The pattern is compiled once a statement.
void matches(sqlite3_context *context, int, sqlite3_value **values)
{
    if (sqlite3_value_type(values[0]) == SQLITE_NULL || sqlite3_value_type(values[1]) == SQLITE_NULL) return;
    auto *compiled = static_cast<QRegularExpression *>(sqlite3_get_auxdata(context, 0));
    std::unique_ptr<QRegularExpression> made;
    if (!compiled) compiled = (made = std::make_unique<QRegularExpression>(ListPattern::compiled(textOf(values[0])))).get();
    if (const auto found = ListPattern::matches(*compiled, textOf(values[1]))) sqlite3_result_int(context, *found);
    else sqlite3_result_error(context, "the regular expression is too costly for a value that it is matched with", -1);
    if (made) sqlite3_set_auxdata(context, 0, made.release(), [](void *each) { delete static_cast<QRegularExpression *>(each); });
}

}  // namespace

void addSqliteFunctions(sqlite3 *handle)
{
    sqlite3_create_function_v2(handle, "headgate_fold", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, nullptr, fold,
                               nullptr, nullptr, nullptr);
    sqlite3_create_function_v2(handle, "headgate_matches", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, nullptr, matches,
                               nullptr, nullptr, nullptr);
}

}  // namespace headgate
