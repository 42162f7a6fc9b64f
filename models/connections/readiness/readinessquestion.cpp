// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/readiness/readinessquestion.h"

namespace headgate {

using namespace Qt::StringLiterals;

bool ReadinessFacts::wants(const QString &schema, const QString &table) const
{
    return tables.isEmpty() || tables.contains(schema + u'.' + table) || tables.contains(table);
}

QString ReadinessFacts::option(const char *name, const QString &fallback) const
{
    const QString value = connection.config.value(QLatin1String(name)).toVariant().toString();
    return value.isEmpty() ? fallback : value;
}

namespace readiness {

ReadinessCheck line(const QString &check, StageStatus status, const QString &evidence, const QString &hint,
                    const ReadinessFix &fix)
{
    return {check, {}, status, evidence, hint, fix.kind, fix.text};
}

ReadinessCheck tableLine(const QString &check, const QString &table, StageStatus status, const QString &evidence,
                         const QString &hint, const ReadinessFix &fix)
{
    return {check, table, status, evidence, hint, fix.kind, fix.text};
}

QString cell(const Rows &rows, size_t row, const char *column)
{
    const qsizetype at = rows.columns.indexOf(QLatin1String(column), 0);
    return at < 0 ? QString() : rows.text(row, size_t(at));
}

bool truth(const QString &text)
{
    static const QStringList words{u"t"_s, u"true"_s, u"1"_s, u"on"_s, u"yes"_s};
    return words.contains(text.toLower());
}

QString size(double bytes)
{
    static constexpr const char *units[]{"bytes", "kB", "MB", "GB", "TB"};
    size_t unit = 0;
    for (; bytes >= 1024 && unit + 1 < std::size(units); ++unit) bytes /= 1024;
    const int digits = unit == 0 || bytes >= 10 ? 0 : 1;
    return u"%1 %2"_s.arg(bytes, 0, 'f', digits).arg(QLatin1String(units[unit]));
}

QString literal(const QString &text) { return u'\'' + QString(text).replace(u'\'', u"''"_s) + u'\''; }

Lines missingTables(const ReadinessFacts &facts, const std::function<bool(const QString &)> &isThere)
{
    Lines lines;
    for (const QString &table : facts.tables) {
        if (isThere(table)) continue;
        lines.push_back(tableLine(
            u"table"_s, table, StageStatus::Fail, u"The database shows no table of this name to %1."_s.arg(facts.user),
            u"Correct the name (schema.table, upper and lower case as stored), or let the user see the table."_s));
    }
    return lines;
}

}  // namespace readiness
}  // namespace headgate
