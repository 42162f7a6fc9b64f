// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QKeySequence>
#include <QString>
#include <functional>

namespace headgate {

/// An action as data: menus, buttons, shortcuts and the palette are made from it. `enabled` is asked when it is shown or
/// about to run; empty = always.
struct Command {
    QString id;
    QString text;
    QString icon;
    QKeySequence shortcut;
    std::function<void()> execute;
    std::function<bool()> enabled;

    bool isEnabled() const { return !enabled || enabled(); }
};

}  // namespace headgate
