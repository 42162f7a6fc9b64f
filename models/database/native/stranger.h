// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

namespace headgate {

/// What speaks at a port, judged by the first bytes that it sends: "an SSH server", "a web server", "MySQL or MariaDB",
/// "a mail or FTP server"; empty when they tell nothing. Any thread.
QString strangerBehind(const QByteArray &firstBytes);

}  // namespace headgate
