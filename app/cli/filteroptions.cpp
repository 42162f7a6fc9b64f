// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/filteroptions.h"

#include "models/base/error.h"
#include "models/base/timetext.h"
#include "models/filters/filtertext.h"

#include <CLI/CLI.hpp>

namespace headgate {

namespace {

[[noreturn]] void refuse(const QString &what, const QString &where, const QString &evidence, const QString &hint)
{
    throw Exception({ErrorKind::Invalid, what, where, evidence, hint});
}

FilterText::Parsed parsed(const std::string &argument, const QList<FilterColumn> &columns)
{
    const QString text = QString::fromStdString(argument);
    const FilterText::Parsed parsed = FilterText::parseNamed(text, columns);
    if (parsed.fault)
        refuse(QStringLiteral("The filter is not understood at character %1").arg(parsed.fault->position + 1), text, {}, parsed.fault->message);
    return parsed;
}

QString checkedTime(const std::string &argument, const char *option)
{
    const QString text = QString::fromStdString(argument);
    if (!TimeText::resolve(text, TimeText::Clock::of({})))
        refuse(QStringLiteral("%1 is not a time").arg(text), QLatin1String(option), {}, QStringLiteral("Such as 2026-11-21, \"2026-11-21 09:14\", -24h, yesterday."));
    return text;
}

}  // namespace

ListQuery FilterOptions::query(const QList<FilterColumn> &columns, const QString &timeColumn) const
{
    ListQuery query;
    query.search = QString::fromStdString(search);
    query.timeZone = QString::fromStdString(timeZone);
    if (!query.timeZone.isEmpty() && !QTimeZone::isTimeZoneIdAvailable(query.timeZone.toUtf8()))
        refuse(QStringLiteral("There is no time zone %1").arg(query.timeZone), QStringLiteral("--time-zone"), {}, QStringLiteral("Such as Europe/Berlin or UTC."));
    for (const std::string &each : all) parsed(each, columns).addTo(query);
    QList<ColumnFilter> group;
    for (const std::string &each : any) {
        const FilterText::Parsed alternative = parsed(each, columns);
        if (alternative.conditions.size() > 1 && !alternative.isAnyOf)
            refuse(QStringLiteral("Several conditions cannot be one of several"), QStringLiteral("--any"), QString::fromStdString(each), QStringLiteral("Give them to --filter."));
        group << alternative.conditions;
    }
    if (!group.isEmpty()) query.anyOf << group;
    if (!from.empty()) query.filters << ColumnFilter{timeColumn, ColumnFilter::Op::AtLeast, {checkedTime(from, "--from")}};
    if (!to.empty()) query.filters << ColumnFilter{timeColumn, ColumnFilter::Op::AtMost, {checkedTime(to, "--to")}};
    return query;
}

void addFilterOptions(CLI::App *verb, const std::shared_ptr<FilterOptions> &options, const std::string &searchHelp, const QString &timeColumn)
{
    verb->add_option("--search", options->search, searchHelp);
    verb->add_option("--filter", options->all,
                     "COLUMN:EXPRESSION; word, =x, >x, >=x, <x, <=x, x~y, /re/, /re/i, =NULL, <>NULL, a|b, !x; several must all hold")
        ->allow_extra_args(false);
    verb->add_option("--any", options->any, "COLUMN:EXPRESSION; of all that are given at least one must hold")->allow_extra_args(false);
    verb->add_option("--time-zone", options->timeZone, "In which \"today\" is meant: Europe/Berlin, UTC; else this computer's");
    if (timeColumn.isEmpty()) return;
    verb->add_option("--from", options->from, "Time: 2026-11-21, \"2026-11-21 09:14\", -24h, yesterday, \"this month\"");
    verb->add_option("--to", options->to, "Time, included: \"--to yesterday\" goes up to midnight");
}

}  // namespace headgate
