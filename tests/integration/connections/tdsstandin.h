// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/integration/connections/stubserver.h"

#include <QList>
#include <QPair>
#include <QString>
#include <QtEndian>
#include <atomic>
#include <mutex>

namespace headgate::test {

/// A stand-in for SQL Server that speaks the beginning of its protocol (MS-TDS): answers the first packet, reads the
/// login, refuses it with the given error messages. It has no TLS, and says so.
class TdsStandIn {
public:
    struct Login {
        QString user;
        QString password;
        QString database;
        QString application;
        bool readOnlyIntent = false;
    };
    using Errors = QList<QPair<int, QString>>;

    explicit TdsStandIn(Errors errors) : m_errors(std::move(errors)), m_server([this](int socket) { serve(socket); }) {}

    int port() const { return m_server.port(); }
    int logins() const { return m_logins; }
    Login login()
    {
        const std::lock_guard lock(m_mutex);
        return m_login;
    }
    /// The answer to the first packet: version 16, no encryption.
    static QByteArray prelogin()
    {
        const QByteArray body = QByteArray::fromHex("00000b0006" "0100110001" "ff" "100010270000" "02");
        return packet(body);
    }

private:
    static constexpr char tabularResult = 0x04;
    static constexpr qsizetype headerSize = 8;

    static QByteArray packet(const QByteArray &body)
    {
        QByteArray head(headerSize, '\0');
        head[0] = tabularResult;
        head[1] = 1;
        qToBigEndian(quint16(headerSize + body.size()), head.data() + 2);
        return head + body;
    }
    template <typename T>
    static QByteArray little(T value)
    {
        QByteArray bytes(sizeof(T), '\0');
        qToLittleEndian(value, bytes.data());
        return bytes;
    }
    static QByteArray wide(const QString &text) { return QByteArray(reinterpret_cast<const char *>(text.utf16()), text.size() * 2); }
    static QByteArray errorToken(int number, const QString &text)
    {
        const QString server = QStringLiteral("STANDIN");
        const QByteArray body = little(qint32(number)) + char(1) + char(14) + little(quint16(text.size())) + wide(text) + char(server.size())
            + wide(server) + char(0) + little(qint32(1));
        return char(0xaa) + little(quint16(body.size())) + body;
    }
    /// A whole message: packets up to the one marked as the last.
    static QByteArray message(int socket)
    {
        QByteArray body;
        for (QByteArray data;;) {
            while (data.size() < headerSize || data.size() < qFromBigEndian<quint16>(data.constData() + 2)) {
                const QByteArray more = StubServer::receive(socket);
                if (more.isEmpty()) return {};
                data += more;
            }
            const qsizetype length = qFromBigEndian<quint16>(data.constData() + 2);
            body += data.mid(headerSize, length - headerSize);
            if (data[1] & 1) return body;
            data.remove(0, length);
        }
    }
    static QByteArray field(const QByteArray &login, qsizetype at)
    {
        if (login.size() < at + 4) return {};
        return login.mid(qFromLittleEndian<quint16>(login.constData() + at), qFromLittleEndian<quint16>(login.constData() + at + 2) * 2);
    }
    static QString text(const QByteArray &bytes) { return QString::fromUtf16(reinterpret_cast<const char16_t *>(bytes.constData()), bytes.size() / 2); }
    static QByteArray decoded(QByteArray password)
    {
        for (char &byte : password) {
            const auto plain = uchar(uchar(byte) ^ 0xa5);
            byte = char((plain << 4) | (plain >> 4));
        }
        return password;
    }
    void serve(int socket)
    {
        message(socket);
        StubServer::send(socket, prelogin());
        const QByteArray login = message(socket);
        if (login.isEmpty()) return;
        {
            const std::lock_guard lock(m_mutex);
            m_login = {text(field(login, 40)), text(decoded(field(login, 44))), text(field(login, 68)), text(field(login, 48)), (login[26] & 0x20) != 0};
        }
        ++m_logins;
        QByteArray answer;
        for (const auto &[number, words] : m_errors) answer += errorToken(number, words);
        answer += char(0xfd) + little(quint16(2)) + little(quint16(0)) + little(quint64(0));
        StubServer::send(socket, packet(answer));
    }

    Errors m_errors;
    std::mutex m_mutex;
    Login m_login;
    std::atomic<int> m_logins = 0;
    StubServer m_server;
};

}  // namespace headgate::test
