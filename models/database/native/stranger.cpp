// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/native/stranger.h"

namespace headgate {

using namespace Qt::StringLiterals;

QString strangerBehind(const QByteArray &firstBytes)
{
    if (firstBytes.startsWith("SSH-")) return u"an SSH server"_s;
    if (firstBytes.startsWith("HTTP/")) return u"a web server"_s;
    if (firstBytes.startsWith("220 ") || firstBytes.startsWith("220-")) return u"a mail or FTP server"_s;
    // Length, number of the packet, and 10 for the version of the protocol or 255 for an error.
    const bool isMysql = firstBytes.size() > 4 && firstBytes[2] == 0 && firstBytes[3] == 0 && (firstBytes[4] == 10 || firstBytes[4] == char(0xff));
    return isMysql ? u"MySQL or MariaDB"_s : QString();
}

}  // namespace headgate
