// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDir>
#include <QElapsedTimer>
#include <QObject>
#include <QSize>

class QTimer;

namespace headgate {

class MainWindow;
class Theme;

/// Writes a picture of each page, light and dark, large and small, as PAGE[-selected]-THEME-WIDTHxHEIGHT.png: a page with
/// a list as it comes and with a record chosen. A page is taken once it has been idle for a moment. GUI thread.
class Screenshots : public QObject {
    Q_OBJECT
public:
    Screenshots(MainWindow &window, Theme &theme, const QString &folder, QObject *parent = nullptr);

    void start();

Q_SIGNALS:
    /// `failure` is empty when all pictures were written.
    void finished(const QString &failure);

private:
    struct Shot {
        QString page;
        QSize size;
        bool dark;
        bool selected;  ///< with a record of its list chosen
        QString fileName() const;
    };
    void prepare();
    void look();
    void take();

    MainWindow &m_window;
    Theme &m_theme;
    QDir m_folder;
    QList<Shot> m_shots;
    QTimer *m_look;
    QElapsedTimer m_waiting;
    int m_idleLooks = 0;
};

}  // namespace headgate
