// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <functional>

namespace headgate {

/// One thing that the command palette can find.
struct PaletteEntry {
    QString text;
    QString detail;  ///< what kind of thing, or its shortcut
    QString icon;
    std::function<void()> run;
};

/// Finds records for the palette. GUI thread; `found` is called once, on the GUI thread, maybe later.
class PaletteSource {
public:
    virtual ~PaletteSource() = default;
    virtual void find(const QString &text, std::function<void(const QList<PaletteEntry> &)> found) = 0;
};

/// How well `text` fits the typed words: each word must occur; the higher the better, -1 = not at all.
int paletteScore(const QString &text, const QString &typed);

}  // namespace headgate
