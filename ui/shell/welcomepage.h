// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/page.h"

namespace headgate {

class Theme;

/// The first sight of a workspace without connections: three ways to go on.
class WelcomePage : public Page {
    Q_OBJECT
public:
    explicit WelcomePage(const Theme &theme, QWidget *parent = nullptr);

    QString id() const override { return QStringLiteral("welcome"); }
    QString title() const override { return tr("Welcome"); }
    QString iconName() const override { return QStringLiteral("go-home"); }

    /// While the sample is loaded its button cannot be pressed again.
    void setBusy(bool busy);

Q_SIGNALS:
    void addConnectionRequested();
    void openWorkspaceRequested();
    void sampleRequested();

private:
    QWidget *choice(const QString &icon, const QString &title, const QString &text, const QString &verb, bool primary, void (WelcomePage::*chosen)());

    const Theme &m_theme;
};

}  // namespace headgate
