// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/readiness/readinesscheck.h"

#include <algorithm>

namespace headgate {

using namespace Qt::StringLiterals;

QJsonObject ReadinessCheck::toJson() const
{
    QJsonObject json{{u"check"_s, check}, {u"status"_s, stageStatuses.name(status)}, {u"evidence"_s, evidence},
                     {u"hint"_s, hint},   {u"fix_kind"_s, fixKinds.name(fixKind)},   {u"fix_sql"_s, fixSql}};
    if (!table.isEmpty()) json.insert(u"table"_s, table);
    return json;
}

ReadinessCounts ReadinessReport::counts() const
{
    ReadinessCounts counts;
    for (const ReadinessCheck &each : checks) {
        switch (each.status) {
        case StageStatus::Fail: ++counts.fail; break;
        case StageStatus::Warn: ++counts.warn; break;
        case StageStatus::Skipped: ++counts.skipped; break;
        case StageStatus::Pass: ++counts.pass; break;
        }
    }
    return counts;
}

void ReadinessReport::replace(const QString &check, const QString &table, const std::vector<ReadinessCheck> &lines)
{
    const auto isOld = [&](const ReadinessCheck &each) { return each.check == check && each.table == table; };
    const auto first = std::ranges::find_if(checks, isOld);
    const auto at = first - checks.begin();
    checks.erase(std::remove_if(first, checks.end(), isOld), checks.end());
    checks.insert(checks.begin() + at, lines.begin(), lines.end());
}

QString counted(qint64 number, const char *one, const char *many)
{
    return u"%1 %2"_s.arg(number).arg(QLatin1String(number == 1 ? one : many));
}

QString readinessVerdict(const ReadinessCounts &counts)
{
    QStringList parts;
    if (counts.fail > 0) parts << counted(counts.fail, "check fails", "checks fail");
    if (counts.warn > 0 && counts.fail > 0) parts << counted(counts.warn, "warns", "warn");
    if (counts.warn > 0 && counts.fail == 0) parts << counted(counts.warn, "check warns", "checks warn");
    if (counts.skipped > 0) parts << u"%1 could not be looked at"_s.arg(counts.skipped);
    const QString list = parts.join(u", "_s);
    if (counts.fail > 0) return u"Not ready: "_s + list;
    return list.isEmpty() ? u"Ready"_s : u"Ready, "_s + list;
}

StageStatus readinessStatus(const ReadinessCounts &counts)
{
    if (counts.fail > 0) return StageStatus::Fail;
    return counts.warn > 0 || counts.skipped > 0 ? StageStatus::Warn : StageStatus::Pass;
}

}  // namespace headgate
