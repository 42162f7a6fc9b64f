// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QtEndian>

/// Messages of the two protocols as bytes, right ones and wrong ones.
namespace headgate::test::wire {

inline QByteArray big(quint32 value)
{
    const quint32 bytes = qToBigEndian(value);
    return QByteArray(reinterpret_cast<const char *>(&bytes), 4);
}

inline QByteArray little(quint32 value, int bytes)
{
    const quint32 ordered = qToLittleEndian(value);
    return QByteArray(reinterpret_cast<const char *>(&ordered), bytes);
}

inline QByteArray zeroEnded(const QByteArray &text)
{
    return text + '\0';
}

/// A PostgreSQL message; `length` lies about its length.
inline QByteArray pg(char type, const QByteArray &body, std::optional<quint32> length = {})
{
    return QByteArray(1, type) + big(length.value_or(quint32(body.size()) + 4)) + body;
}

/// The request R of the server: 0 accepted, 3 clear text, 5 MD5, 7 GSS, 10 SASL, 11 and 12 its further messages.
inline QByteArray pgAuth(quint32 kind, const QByteArray &body = {})
{
    return pg('R', big(kind) + body);
}

inline QByteArray pgError(const QByteArray &state, const QByteArray &text)
{
    return pg('E', zeroEnded("SFATAL") + zeroEnded("VFATAL") + zeroEnded("C" + state) + zeroEnded("M" + text) + '\0');
}

inline QByteArray pgParameter(const QByteArray &name, const QByteArray &value)
{
    return pg('S', zeroEnded(name) + zeroEnded(value));
}

inline QByteArray pgReady()
{
    return pg('Z', "I");
}

/// Logged in, with nothing asked.
inline QByteArray pgWelcome()
{
    return pgAuth(0) + pgParameter("server_version", "15.1") + pg('K', big(1) + big(2)) + pgReady();
}

/// A MySQL packet; `length` lies about its length.
inline QByteArray my(int number, const QByteArray &body, std::optional<quint32> length = {})
{
    return little(length.value_or(quint32(body.size())), 3) + char(number) + body;
}

struct Greeting {
    int protocol = 10;
    QByteArray version = "8.0.36";
    QByteArray plugin = "caching_sha2_password";
    bool offersTls = false;
    quint32 capabilities = 0xffff'f7ff;
};

inline QByteArray myGreeting(const Greeting &greeting = {})
{
    quint32 flags = greeting.capabilities & ~quint32(0x0800 | 0x0020);  // TLS, compression
    if (greeting.offersTls) flags |= 0x0800;
    const QByteArray low = little(flags & 0xffff, 2);
    const QByteArray high = little(flags >> 16, 2);
    const QByteArray body = QByteArray(1, char(greeting.protocol)) + zeroEnded(greeting.version) + little(8, 4) + "ABCDEFGH" + '\0' + low + '\x2d' +
                            little(2, 2) + high + char(21) + QByteArray(10, '\0') + zeroEnded("IJKLMNOPQRST") + zeroEnded(greeting.plugin);
    return my(0, body);
}

inline QByteArray myError(int packet, int number, const QByteArray &text, bool withState = true)
{
    return my(packet, '\xff' + little(quint32(number), 2) + (withState ? "#HY000" : "") + text);
}

inline QByteArray myOk(int packet)
{
    return my(packet, QByteArray::fromHex("00000002000000"));
}

/// Asks the client to log in by another method.
inline QByteArray mySwitch(int packet, const QByteArray &plugin)
{
    return my(packet, '\xfe' + zeroEnded(plugin) + zeroEnded("ABCDEFGHIJKLMNOPQRST"));
}

}  // namespace headgate::test::wire
