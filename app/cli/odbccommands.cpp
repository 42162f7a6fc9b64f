// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/tasks.h"
#include "app/cli/commandline.h"
#include "app/connections/connectionservice.h"

#include <CLI/CLI.hpp>
#include <QJsonArray>

namespace headgate {

namespace {

int drivers(CommandContext &context)
{
    const QStringList names = valueOf(context.workspace().connections().odbcDrivers());
    QList<QStringList> rows;
    for (const QString &name : names) rows << QStringList{name};
    context.out().object({{QStringLiteral("drivers"), QJsonArray::fromStringList(names)}});
    context.out().table({QStringLiteral("driver")}, rows);
    return Exit_Done;
}

}  // namespace

void addOdbcCommands(CLI::App &connection, const Choose &choose)
{
    connection.add_subcommand("drivers", "List the ODBC drivers of this machine, for SQL Server")->callback([=] { choose(drivers); });
}

}  // namespace headgate
