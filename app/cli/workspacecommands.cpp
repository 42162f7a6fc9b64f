// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/tasks.h"
#include "app/cli/commandline.h"
#include "app/sample/sampleworkspace.h"

#include <CLI/CLI.hpp>

namespace headgate {

namespace {

struct InitOptions {
    std::string name;
    std::string environment = "development";
    bool sample = false;
    std::string at;
};

int init(CommandContext &context, const InitOptions &o)
{
    WorkspaceOptions options;
    options.address = context.address();
    options.create = true;
    options.name = QString::fromStdString(o.name);
    const auto environment = environments.value(QString::fromStdString(o.environment));
    if (!environment)
        throw Exception({ErrorKind::Invalid, QStringLiteral("The environment is development, test, staging or production"), QStringLiteral("--environment"),
                         QString::fromStdString(o.environment), {}});
    options.environment = *environment;
    const auto at = o.at.empty() ? std::optional(Timestamp::now()) : Timestamp::fromIso(QString::fromStdString(o.at));
    if (!at) throw Exception({ErrorKind::Invalid, QStringLiteral("The time is not ISO 8601"), QStringLiteral("--at"), QString::fromStdString(o.at), {}});
    if (o.sample) options.madeAt = SampleWorkspace::beginOf(*at);
    auto opened = Workspace::open(options);
    Workspace &workspace = *opened.orThrow();
    if (o.sample) SampleWorkspace::fill(workspace, *at);
    const QString what = workspace.isNew() ? QStringLiteral("Made the workspace") : QStringLiteral("The workspace is there already:");
    context.out().object({{QStringLiteral("workspace"), QJsonObject{{QStringLiteral("uuid"), workspace.info().uuid.toString(QUuid::WithoutBraces)},
                                                                    {QStringLiteral("name"), workspace.info().name},
                                                                    {QStringLiteral("environment"), environments.name(workspace.info().environment)},
                                                                    {QStringLiteral("schema_version"), workspace.schemaVersion()},
                                                                    {QStringLiteral("created"), workspace.isNew()}}}});
    context.out().line(QStringLiteral("%1 %2 (%3), schema %4.").arg(what, workspace.info().name, workspace.address().spec.display()).arg(workspace.schemaVersion()));
    return Exit_Done;
}

}  // namespace

void addWorkspaceCommands(CLI::App &app, const Choose &choose)
{
    const auto o = std::make_shared<InitOptions>();
    CLI::App *verb = app.add_subcommand("init", "Make a workspace");
    verb->add_option("--name", o->name, "Name shown in the window");
    verb->add_option("--environment", o->environment, "development, test, staging or production");
    verb->add_flag("--sample", o->sample, "Fill it with sample data");
    verb->add_option("--at", o->at, "The sample's present time, ISO 8601 (default: now)");
    verb->callback([=] { choose([=](CommandContext &context) { return init(context, *o); }); });
}

}  // namespace headgate
