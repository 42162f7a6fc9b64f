// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/palettesource.h"

#include <QDialog>
#include <QTimer>

class QLineEdit;
class QListWidget;

namespace headgate {

class Theme;

/// Ctrl+K: any page, any action, any record, by parts of words. Pages and actions are there at once, records follow.
class CommandPalette : public QDialog {
    Q_OBJECT
public:
    CommandPalette(const QList<PaletteEntry> &entries, const QList<PaletteSource *> &sources, const Theme &theme, QWidget *parent);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void showMatches();
    void askSources();
    void list(const QList<PaletteEntry> &entries);
    void runCurrent();

    const QList<PaletteEntry> m_entries;
    const QList<PaletteSource *> m_sources;
    const Theme &m_theme;
    QLineEdit *m_input;
    QListWidget *m_list;
    QList<PaletteEntry> m_shown;
    QList<PaletteEntry> m_records;
    QTimer m_pause;
    int m_generation = 0;
};

}  // namespace headgate
