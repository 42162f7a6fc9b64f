// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/database/database.h"
#include "models/database/session.h"

#include <QProcessEnvironment>
#include <QString>

namespace headgate {

/// Which workspace is meant, and how to open it.
struct WorkspaceAddress {
    enum class Origin { Argument, DatabaseUrl, DbVariables, LastOpened, Embedded };
    ConnectSpec spec;
    PoolSettings pool;
    Origin origin = Origin::Embedded;
    /// What to remember as last opened: a path or a URL without a password.
    QString text;
};

/// The rule of precedence: --workspace, DATABASE_URL, DB_*, the last one opened, the embedded one.
/// Reads the environment and the settings file; opens nothing. Any thread.
namespace WorkspaceLocator {

/// `lastOpened` and `embeddedPath` come from the caller, so that a test needs no home directory.
Result<WorkspaceAddress> resolve(const QString &argument, const QProcessEnvironment &environment, const QString &lastOpened,
                                 const QString &embeddedPath);

/// $XDG_DATA_HOME/headgate/workspace.sqlite
QString embeddedPath();
/// The key folder of this user: $XDG_CONFIG_HOME/headgate/keys
QString keyFolder();
/// What this computer remembers of the trails of workspaces: $XDG_STATE_HOME/headgate/trail
QString stateFolder();
QString lastOpened();
void rememberLastOpened(const QString &text);

}  // namespace WorkspaceLocator
}  // namespace headgate
