// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/result.h"
#include "models/connections/connection.h"

#include <QFuture>
#include <QString>
#include <functional>

namespace headgate {

class JobRegistry;
class NotificationCenter;
class Theme;

/// The status bar's figures.
struct ShellHealth {
    QString server;          ///< "PostgreSQL 15.18 primary"
    double pingMs = 0;
    double utilisation = 0;  ///< of the pool, 0 to 1
};

/// What the main window shows of the workspace, and what it shares with the pages. The references outlive the window.
struct ShellContext {
    QString workspaceName;
    QString workspaceAddress;
    Environment environment = Environment::Development;
    QString lockReason;      ///< why nothing can be changed; empty = it can
    QString userName;
    int schemaVersion = 0;
    std::function<QFuture<Result<ShellHealth>>()> health;
    Theme &theme;
    JobRegistry &jobs;
    NotificationCenter &notifications;
};

}  // namespace headgate
