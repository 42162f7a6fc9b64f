// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/sqlserverbrowser.h"

#include "models/database/native/netsocket.h"

#include <QList>
#include <sys/socket.h>

namespace headgate {

namespace {

constexpr char unicastInstance = 0x04;
constexpr char response = 0x05;

}  // namespace

SqlServerBrowser SqlServerBrowser::parse(const QByteArray &answer)
{
    // Type, two bytes of length, then name;value;name;value;…;;
    if (answer.size() < 3 || answer[0] != response) return {Outcome::NotUnderstood, 0};
    const QList<QByteArray> words = answer.mid(3).split(';');
    for (qsizetype i = 0; i + 1 < words.size(); i += 2) {
        if (words[i].toLower() != "tcp") continue;
        const int port = words[i + 1].toInt();
        return port >= 1 && port <= 65535 ? SqlServerBrowser{Outcome::Found, port} : SqlServerBrowser{Outcome::NotUnderstood, 0};
    }
    return {Outcome::NoTcp, 0};
}

SqlServerBrowser SqlServerBrowser::ask(const QByteArray &address, const QString &instance, int ms, const SocketWait &wait, int browserPort)
{
    NetSocket socket;
    if (socket.connect(NetSocket::Kind::Udp, address, browserPort, ms, wait) != 0) return {};
    const QByteArray request = unicastInstance + instance.toLocal8Bit() + '\0';
    if (::send(socket.descriptor(), request.constData(), size_t(request.size()), MSG_NOSIGNAL) != request.size()) return {};
    if (wait(socket.descriptor(), false, ms) != WaitResult::Ready) return {};
    char buffer[2048];
    const ssize_t count = ::recv(socket.descriptor(), buffer, sizeof buffer, MSG_DONTWAIT);
    return count > 0 ? parse(QByteArray(buffer, count)) : SqlServerBrowser{};
}

}  // namespace headgate
