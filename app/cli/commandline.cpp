// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commandline.h"

#include <CLI/CLI.hpp>
#include <QCoreApplication>
#include <QProcessEnvironment>
#include <algorithm>
#include <headgate_version.h>
#include <iostream>
#include <string_view>

namespace headgate {

WorkspaceAddress CommandContext::address() const
{
    return WorkspaceLocator::resolve(QString::fromStdString(m_options.workspace), QProcessEnvironment::systemEnvironment(),
                                     WorkspaceLocator::lastOpened(), WorkspaceLocator::embeddedPath())
        .orThrow();
}

Workspace &CommandContext::workspace()
{
    if (!m_workspace) {
        WorkspaceOptions options;
        options.address = address();
        auto opened = Workspace::open(options);
        if (!opened.ok()) {
            Error error = opened.error();
            if (error.kind != ErrorKind::Invalid) error.kind = ErrorKind::Unreachable;  // exit 3 means the workspace itself
            throw Exception(error);
        }
        m_workspace = std::move(opened.value());
    }
    return *m_workspace;
}

QString CommandContext::passwordFromStdin()
{
    std::string line;
    if (!std::getline(std::cin, line))
        throw Exception({ErrorKind::Invalid, QStringLiteral("Standard input holds no password"), QStringLiteral("--password-stdin"), {},
                         QStringLiteral("Write the password on one line.")});
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const QString password = QString::fromStdString(line);
    line.assign(line.size(), '\0');
    return password;
}

namespace {

int runVerb(int argc, char **argv, const GlobalOptions &options, const Verb &verb)
{
    QCoreApplication application(argc, argv);
    CommandContext context(options);
    try {
        return verb(context);
    } catch (const Exception &exception) {
        return context.out().error(exception.error());
    } catch (const std::exception &exception) {
        return context.out().error({ErrorKind::Internal, QStringLiteral("An unexpected error"), {}, QString::fromLocal8Bit(exception.what()), {}});
    }
}

/// CLI11's own codes (105, 106 …) are ours for wrong use; help and version are not errors.
int reportParseError(const CLI::App &app, const CLI::ParseError &error, bool json)
{
    if (error.get_exit_code() == 0) return app.exit(error);
    if (json) return Output(true).error({ErrorKind::Invalid, QString::fromStdString(error.what()), {}, {}, QStringLiteral("`headgate --help` lists the verbs.")});
    app.exit(error);
    return Exit_Usage;
}

}  // namespace

int runCommandLine(int argc, char **argv, const std::function<int(const WindowOptions &)> &openWindow)
{
    CLI::App app("Console for the administrators of data platforms. Without a verb it opens the window.", "headgate");
    GlobalOptions options;
    std::string screenshots;
    Verb verb;
    app.set_version_flag("--version", "headgate " HEADGATE_VERSION);
    app.add_option("--workspace", options.workspace, "Workspace: an SQLite file or a PostgreSQL URL without a password");
    app.add_flag("--json", options.json, "Print one JSON object on standard output");
    app.add_option("--screenshots", screenshots, "Open the window, write a picture of every page into this folder, leave");
    app.require_subcommand(0, 1);
    app.fallthrough();
    const Choose choose = [&verb](Verb chosen) { verb = std::move(chosen); };
    addWorkspaceCommands(app, choose);
    addConnectionCommands(app, choose);
    addReadinessCommands(app, choose);
    addDiscoveryCommands(app, choose);
    addTestCommands(app, choose);
    addAuditCommands(app, choose);
    addSchemaCommands(app, choose);
    addVaultCommands(app, choose);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        // An error may come before the flag was stored.
        const bool json = std::any_of(argv + 1, argv + argc, [](const char *argument) { return std::string_view(argument) == "--json"; });
        return reportParseError(app, error, json);
    }
    if (verb) return runVerb(argc, argv, options, verb);
    return openWindow({QString::fromStdString(options.workspace), QString::fromStdString(screenshots)});
}

}  // namespace headgate
