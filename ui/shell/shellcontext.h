// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/base/intent.h"
#include "ui/shell/command.h"

#include <QList>

class QSettings;

namespace headgate {

class JobRegistry;
class NotificationCenter;
class PaletteSource;
class Theme;
class WorkspaceStatus;

/// What the window stands on besides its pages. All of it outlives the window.
struct ShellContext {
    Theme &theme;
    NotificationCenter &notifications;
    JobRegistry &jobs;
    WorkspaceStatus &status;
    QSettings &settings;
    QList<PaletteSource *> sources;
    EntityRef health;         ///< opened by the health dot
    QList<Command> commands;  ///< of the program, beside those of the window and the pages
};

}  // namespace headgate
