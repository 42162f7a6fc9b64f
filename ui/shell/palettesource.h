// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/base/canceltoken.h"
#include "ui/base/intent.h"

#include <QList>
#include <QString>
#include <functional>

namespace headgate {

/// One line of the command palette. Choosing it runs `act`, or opens `target` when there is none.
struct PaletteItem {
    QString text;
    QString detail;  ///< what tells it from others of that text: a host, a page
    QString kind;    ///< "Page", "Action", "Connection"
    QString icon;    ///< theme name
    QString shortcut;
    EntityRef target;
    std::function<void()> act;
};

/// Finds records for the command palette. Called on the GUI thread; calls `found` on it, at once or later, and need not
/// when `cancel` was cancelled meanwhile.
class PaletteSource {
public:
    using Found = std::function<void(const QList<PaletteItem> &)>;
    virtual ~PaletteSource() = default;
    virtual void find(const QString &words, int limit, const CancelToken &cancel, Found found) = 0;
};

/// How well the words, each a part of a word in any order, fit a text: 0 = not at all. Beginnings of words count most.
int paletteScore(const QString &text, const QString &words);
/// The same for what is called `name` and has more to be found by: whose name is the words, or begins with them, comes first.
int paletteScore(const QString &name, const QString &more, const QString &words);

}  // namespace headgate
