// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QSize>
#include <QString>
#include <functional>
#include <vector>

namespace headgate {

class MainWindow;
class Theme;

/// Walks every page, light and dark, at 1440 × 900 and 1024 × 700, and writes a PNG of each. GUI thread.
class Screenshots : public QObject {
    Q_OBJECT
public:
    Screenshots(MainWindow &window, Theme &theme, const QString &folder, QObject *parent = nullptr);
    void start();

Q_SIGNALS:
    /// `error` is empty when every picture was written.
    void finished(const QString &error);

private:
    struct Shot {
        QString page;
        bool dark;
        QSize size;
        QString suffix;
    };
    void next();
    void prepare(const Shot &shot);
    void write(const Shot &shot);

    MainWindow &m_window;
    Theme &m_theme;
    QString m_folder;
    std::vector<Shot> m_shots;
    std::size_t m_index = 0;
    QString m_error;
};

}  // namespace headgate
