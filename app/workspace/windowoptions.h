// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace headgate {

/// What the command line tells the window.
struct WindowOptions {
    QString workspace;          ///< --workspace: a path or a URL; empty = the rule of precedence
    QString screenshotsFolder;  ///< --screenshots: render every page there and leave; empty = normal use
};

}  // namespace headgate
