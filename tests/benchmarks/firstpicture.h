// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QProcess>

struct xcb_connection_t;

namespace headgate::test {

/// An X server of one's own, and the moment at which a program's window stands on it.
class FirstPicture {
public:
    FirstPicture();
    ~FirstPicture();
    FirstPicture(const FirstPicture &) = delete;
    FirstPicture &operator=(const FirstPicture &) = delete;

    /// ":99", for DISPLAY.
    QString display() const { return m_display; }
    /// Starts the process and waits until a window of at least 600 x 400 is mapped and holds more than one colour.
    /// Milliseconds since the start, or -1 after 30 s. The process is killed.
    double measure(QProcess &process) const;

private:
    bool hasPicture() const;

    QProcess m_server;
    QString m_display;
    xcb_connection_t *m_connection = nullptr;
    unsigned m_root = 0;
};

}  // namespace headgate::test
