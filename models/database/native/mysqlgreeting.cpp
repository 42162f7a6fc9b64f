// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/native/mysqlgreeting.h"

namespace headgate {

namespace {

constexpr int header = 4;  // length and number of the packet
constexpr char errorPacket = char(0xff);
constexpr char protocolVersion = 10;
constexpr unsigned clientSsl = 0x0800;
constexpr int maxVersion = 250;

unsigned number(const QByteArray &data, qsizetype at)
{
    return uchar(data[at]) | unsigned(uchar(data[at + 1])) << 8;
}

}  // namespace

MysqlGreeting MysqlGreeting::read(const QByteArray &packet)
{
    if (packet.size() < header + 1) return {};
    const qsizetype end = header + number(packet, 0);
    if (packet[2] != 0 || packet[3] != 0) return {Kind::Foreign, 0, {}};
    if (packet[header] == errorPacket) {
        if (packet.size() < std::max<qsizetype>(end, header + 3)) return {};
        return {Kind::Error, number(packet, header + 1), QString::fromUtf8(packet.mid(header + 3, end - header - 3))};
    }
    if (packet[header] != protocolVersion) return {Kind::Foreign, 0, {}};
    const qsizetype version = packet.indexOf('\0', header + 1);
    if (version < 0) return {packet.size() < maxVersion ? Kind::Incomplete : Kind::Foreign, 0, {}};
    // Thread id (4), salt (8), filler (1), capabilities (2).
    const qsizetype flags = version + 1 + 4 + 8 + 1;
    if (packet.size() < flags + 2) return {};
    return {number(packet, flags) & clientSsl ? Kind::OffersTls : Kind::Plain, 0, {}};
}

}  // namespace headgate
