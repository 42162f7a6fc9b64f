// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/output.h"
#include "app/workspace/windowoptions.h"
#include "app/workspace/workspace.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace headgate {

/// The options that every verb has.
struct GlobalOptions {
    std::string workspace;
    bool json = false;
};

/// What a verb works with: the workspace is opened when the verb asks for it, and its failure is exit code 3.
class CommandContext {
public:
    explicit CommandContext(const GlobalOptions &options) : m_options(options), m_output(options.json) {}
    const Output &out() const { return m_output; }
    /// Throws Exception.
    WorkspaceAddress address() const;
    Workspace &workspace();
    /// One line from standard input without its line end; throws Exception(Invalid) when there is none.
    static QString passwordFromStdin();

private:
    const GlobalOptions &m_options;
    Output m_output;
    std::unique_ptr<Workspace> m_workspace;
};

/// A verb returns its exit code and throws Exception.
using Verb = std::function<int(CommandContext &)>;
/// Called by a subcommand that was chosen; the verb runs after parsing.
using Choose = std::function<void(Verb)>;

/// Each adds its noun with its verbs.
void addWorkspaceCommands(CLI::App &app, const Choose &choose);
void addConnectionCommands(CLI::App &app, const Choose &choose);
/// Adds to the noun `connection`, which is there already.
void addReadinessCommands(CLI::App &app, const Choose &choose);
void addDiscoveryCommands(CLI::App &app, const Choose &choose);
/// More verbs of `connection`, after it: test, history, health, accept-server.
void addTestCommands(CLI::App &app, const Choose &choose);
/// Verbs of the noun "connection": change, remove; clone, copy, import, export.
void addConnectionBulkCommands(CLI::App &noun, const Choose &choose);
void addConnectionTransferCommands(CLI::App &noun, const Choose &choose);
void addAuditCommands(CLI::App &app, const Choose &choose);
/// Verbs of the noun "audit": verify, export, hold, retire.
void addIntegrityCommands(CLI::App &noun, const Choose &choose);
/// Verbs of the noun "audit": state, restore.
void addAuditReviewCommands(CLI::App &noun, const Choose &choose);
void addSchemaCommands(CLI::App &app, const Choose &choose);
void addVaultCommands(CLI::App &app, const Choose &choose);

/// Adds its verbs to the noun `connection`.
void addOdbcCommands(CLI::App &connection, const Choose &choose);

/// Parses the arguments. Either runs a verb and returns its exit code, or, when no verb was given, calls `openWindow`.
int runCommandLine(int argc, char **argv, const std::function<int(const WindowOptions &)> &openWindow);

}  // namespace headgate
