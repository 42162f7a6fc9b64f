// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QFrame;

namespace headgate {

class Theme;

/// What a fresh workspace shows: three ways to begin. Emits intents. GUI thread.
class Welcome : public QWidget {
    Q_OBJECT
public:
    explicit Welcome(const Theme &theme, QWidget *parent = nullptr);

Q_SIGNALS:
    void addConnectionRequested();
    void openWorkspaceRequested();
    void loadSampleRequested();

private:
    QFrame *way(const QString &icon, const QString &title, const QString &text, const QString &verb, bool primary, void (Welcome::*intent)());

    const Theme &m_theme;
};

}  // namespace headgate
