// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QKeySequence>
#include <QString>
#include <functional>

namespace headgate {

/// An action as data: a menu entry, a shortcut while its page is shown, an entry of the command palette.
/// `enabled` is asked whenever it is shown and again before it is executed; empty = always.
struct Command {
    QString id;    ///< "connections.add"
    QString text;  ///< a verb; names what it acts on when that is not the page
    QString icon;  ///< theme name
    QKeySequence shortcut;
    std::function<void()> execute;
    std::function<bool()> enabled;
    bool destructive = false;

    bool isEnabled() const { return !enabled || enabled(); }
    void run() const
    {
        if (isEnabled()) execute();
    }
};

}  // namespace headgate
