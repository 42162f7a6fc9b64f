// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QObject>
#include <QPalette>
#include <QString>

class QApplication;

namespace headgate {

/// The one source of colours, fonts, icons and distances. Fusion with our own palette, light and dark; what a palette
/// cannot say stands in a small style sheet. GUI thread.
class Theme : public QObject {
    Q_OBJECT
public:
    enum Role { Window, Base, Alternate, Text, Muted, Border, Accent, OnAccent, Success, Warning, Error, Info, Neutral };
    enum class Mode { System, Light, Dark };

    // Distances in device-independent pixels.
    static constexpr int Tight = 4;
    static constexpr int Gap = 8;
    static constexpr int CardPadding = 12;
    static constexpr int PageMargin = 16;
    static constexpr int RowHeight = 28;
    static constexpr int Radius = 6;

    enum class Sheet { Now, Later };

    /// Takes over style, palette and style sheet of the application; its palette before tells what the desktop shows.
    /// Later leaves the style sheet to applySheet(): under one, each step of putting a window together styles anew all
    /// that is already inside, which is a sixth of the time that a start takes.
    explicit Theme(QApplication &application, Sheet sheet = Sheet::Now, QObject *parent = nullptr);
    /// Before the first widget is shown; once is enough.
    void applySheet();

    Mode mode() const { return m_mode; }
    void setMode(Mode mode);
    bool isDark() const { return m_dark; }

    QColor color(Role role) const;
    /// A quiet ground in that colour, for chips, banners and diffs; opaque. Text in that colour keeps a contrast of 4.5 on it.
    QColor ground(Role role) const;
    /// That colour, nearer to the text's as far as it must be readable on that ground.
    QColor ink(Role role, const QColor &ground) const;
    /// The accent at low opacity over that ground: selected rows, the current page.
    QColor selection(Role on = Base) const;
    QColor hover() const;
    QColor chartColor(int index) const;
    /// development, test, staging, production; muted for anything else.
    QColor environmentColor(const QString &environment) const;
    /// success, warning, failure … as stored; pass, warn, fail of a stage.
    static Role statusRole(const QString &status);
    QColor statusColor(const QString &status) const { return color(statusRole(status)); }

    QFont titleFont() const;
    QFont sectionFont() const;
    QFont fixedFont() const;
    QFont semibold() const;
    /// By theme name (breeze), tinted with a colour; an empty icon when the icon theme is not installed.
    QIcon icon(const QString &name) const { return icon(name, Text); }
    QIcon icon(const QString &name, Role role) const;

Q_SIGNALS:
    void changed();

private:
    void apply();
    QPalette palette() const;
    QString styleSheet() const;

    QApplication &m_application;
    Mode m_mode = Mode::System;
    bool m_systemIsDark = false;
    bool m_dark = false;
    bool m_hasSheet;
};

/// WCAG 2.1 contrast ratio, 1 to 21.
double contrast(const QColor &a, const QColor &b);

}  // namespace headgate
