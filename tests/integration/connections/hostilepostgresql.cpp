// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/connections/hostilecases.h"
#include "tests/integration/connections/wirebytes.h"

#include <openssl/tls1.h>

namespace headgate::test {

using namespace Qt::StringLiterals;

namespace {

constexpr auto pg = DatabaseType::Postgresql;
const QString silent = u"No answer within"_s;
const QString endlessText = u"more than 4 MiB"_s;
const QString look = u"ook at its log"_s;
const QString waits = u"does not answer"_s;
const QString shown = u"Whoever reads the network"_s;
const QString port = u"Check the port"_s;

/// The client's nonce, to which a server adds its own.
QByteArray scramChallenge(const QByteArray &clientFirst, const QByteArray &rounds)
{
    const qsizetype at = clientFirst.indexOf("r=");
    return wire::pgAuth(11, clientFirst.mid(at) + "xyz,s=c2FsdHNhbHQ=,i=" + rounds);
}

ServerScript scram(const QByteArray &rounds)
{
    return {await(), send(wire::pgAuth(10, wire::zeroEnded("SCRAM-SHA-256") + '\0')), await(),
            reply([rounds](const QByteArray &first) { return scramChallenge(first, rounds); })};
}

ServerScript operator+(ServerScript first, const ServerScript &more)
{
    first.insert(first.end(), more.begin(), more.end());
    return first;
}

ServerScript answering(const QByteArray &bytes)
{
    return {await(), send(bytes)};
}

/// No TLS; then the password, please.
QByteArray wantsClearPassword(const QByteArray &asked)
{
    constexpr qsizetype requestForTls = 8;
    return asked.size() == requestForTls ? QByteArray("N") : wire::pgAuth(3);
}

const ServerScript withTls{await(), send("S"), tls()};

}  // namespace

QList<HostileCase> hostilePostgresql()
{
    const TestStage tlsStage = TestStage::Tls;
    const TestStage login = TestStage::Authenticate;
    const TestStage database = TestStage::Database;
    const QString off = u"disable"_s;
    const QString need = u"require"_s;
    const QString prefer = u"prefer"_s;
    QList<HostileCase> cases{
        {"closes at once", pg, need, {close()}, tlsStage, {}, {}},
        {"closes without a word after the login", pg, off, {await(), close()}, login, {}, look},
        {"closes its half", pg, off, {await(), halfClose()}, login, {}, look},
        {"resets at once", pg, need, {reset()}, tlsStage, {}, {}, false, true},
        {"one byte a second", pg, off, {await(), drip(wire::pgWelcome(), 1000)}, login, silent, waits, true},
        {"one byte a second, TLS", pg, need, {await(), drip("SSSSSS", 1000)}, tlsStage, silent, {}, true},
        {"a web server", pg, need, answering("HTTP/1.1 400 Bad Request\r\n\r\n"), tlsStage, u"a web server"_s, port},
        {"a web server, no TLS", pg, off, answering("HTTP/1.1 400 Bad Request\r\n\r\n"), login, u"a web server"_s, port},
        {"an SSH server", pg, need, {send("SSH-2.0-OpenSSH_9.2\r\n")}, tlsStage, u"an SSH server"_s, port},
        {"a mail server, no TLS", pg, off, {send("220 mail.example ESMTP\r\n")}, login, u"a mail or FTP server"_s, port},
        {"MySQL", pg, need, {send(wire::myGreeting())}, tlsStage, u"MySQL or MariaDB"_s, port},
        {"MySQL blocked us", pg, off, {send(wire::myError(0, 1129, "Host is blocked", false))}, login, u"MySQL or MariaDB"_s, port},
        {"zeros", pg, off, answering(QByteArray(4096, '\0')), login, {}, look},
        {"endless garbage", pg, off, {await(), endless(QByteArray(65536, 'x'))}, login, {}, look},
        {"endless answer to the request for TLS", pg, need, {await(), endless(QByteArray(65536, 'S'))}, tlsStage, {}, {}},
        {"no TLS", pg, need, {await(), send("N"), await(), send(wire::pgWelcome())}, tlsStage, u"offers none"_s, u"requires TLS"_s},
        {"no TLS for a verified name", pg, u"verify-full"_s, answering("N"), tlsStage, u"offers none"_s, u"requires TLS"_s},
        {"TLS, then garbage", pg, need, {await(), send("S"), await(), send(QByteArray(300, 'g'))}, tlsStage, {}, {}},
        {"TLS with garbage in the same breath", pg, need, answering("Sgarbage"), tlsStage, u"one letter"_s, port},
        {"TLS, then closes", pg, need, {await(), send("S"), close()}, tlsStage, {}, {}},
        {"TLS, then resets", pg, need, {await(), send("S"), await(), reset()}, tlsStage, {}, {}},
        {"TLS, then silence", pg, need, answering("S"), tlsStage, silent, u"says nothing"_s, true},
        {"an error before TLS", pg, need, answering(wire::pgError("XX000", "could not fork")), tlsStage, u"error response"_s, look},
        {"TLS 1.0 only", pg, need, {await(), send("S"), tls(TLS1_VERSION)}, tlsStage, u"protocol"_s, u"1.2 or newer"_s},
        {"a self-signed certificate", pg, u"verify-ca"_s, withTls, tlsStage, u"certificate"_s, {}},
        {"closes after TLS", pg, need, withTls + ServerScript{await(), close()}, login, {}, look},
        {"wants the password itself, no TLS there", pg, prefer, {await(), reply(wantsClearPassword), await()}, login, u"It was not sent"_s, shown},
        {"wants the password itself, in pieces", pg, u"allow"_s, {await(), drip(wire::pgAuth(3), 20)}, login, u"It was not sent"_s, shown},
        {"wants the password itself after another method", pg, u"allow"_s, {await(), send(wire::pgAuth(5, "salt") + wire::pgAuth(3)), await(), await()}, login,
         u"It was not sent"_s, shown},
        {"MD5, then refuses", pg, off, {await(), send(wire::pgAuth(5, "salt")), await(), send(wire::pgError("28P01", "no"))}, login, u"no"_s, u"Wrong password"_s},
        {"an unknown method", pg, off, answering(wire::pgAuth(99)), login, u"99"_s, look},
        {"GSS", pg, off, answering(wire::pgAuth(7)), login, {}, look},
        {"SASL with unknown mechanisms", pg, off, answering(wire::pgAuth(10, wire::zeroEnded("MAGIC-512") + '\0')), login, u"SASL"_s, look},
        {"SASL without a mechanism", pg, off, answering(wire::pgAuth(10)), login, {}, look},
        {"SCRAM with two thousand million rounds", pg, off, scram("2147483647") + ServerScript{await()}, login, u"rounds of SCRAM"_s, u"So many rounds"_s},
        {"SCRAM with too many rounds, TLS", pg, need, withTls + scram("100001"), login, u"rounds of SCRAM"_s, u"So many rounds"_s},
        {"SCRAM with rounds that are no number", pg, off, scram("many"), login, {}, look},
        {"SCRAM with a wrong signature", pg, off,
         scram("4096") + ServerScript{await(), send(wire::pgAuth(12, "v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=") + wire::pgWelcome())}, login, u"signature"_s,
         look},
        {"SCRAM without proof that it knows the password", pg, off, scram("4096") + ServerScript{await(), send(wire::pgWelcome())}, login, u"without showing"_s, u"stand in"_s},
        {"endless notices", pg, off, {await(), send(wire::pgAuth(0)), endless(wire::pg('N', wire::zeroEnded("SNOTICE") + wire::zeroEnded("M" + QByteArray(2000, 'n')) + '\0'))}, login,
         endlessText, look},
        {"endless parameters", pg, off, {await(), send(wire::pgAuth(0)), endless(wire::pgParameter("name", QByteArray(4000, 'v')))}, login, endlessText, look},
        {"welcomes and says no more", pg, off, answering(wire::pgWelcome()), database, silent, {}, true},
        {"rows without end", pg, off,
         {await(), send(wire::pgWelcome()), await(), send(wire::pg('T', QByteArray("\0\1a\0\0\0\0\0\0\0\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\0", 22))),
          endless(wire::pg('D', QByteArray("\0\1", 2) + wire::big(4000) + QByteArray(4000, 'x')))},
         database, endlessText, {}},
        {"wants data to be copied", pg, off, {await(), send(wire::pgWelcome()), await(), send(wire::pg('G', QByteArray("\0\0\0", 3)))}, database, {}, {}},
        {"a length of nothing", pg, off, answering(wire::pg('R', {}, 0)), login, {}, look},
        {"a text without end", pg, off, answering(wire::pg('E', "SFATAL", 30'000)), login, silent, waits, true},
        {"invalid UTF-8", pg, off, answering(wire::pgError("28000", "\xff\xfe\x80 \x1b[31mred")), login, u"\uFFFD[31mred"_s, {}},
        {"an error of a megabyte", pg, off, answering(wire::pg('E', wire::zeroEnded("SFATAL") + wire::zeroEnded("C28000") + wire::zeroEnded("M" + QByteArray(1 << 20, 'm')) + '\0')),
         login, {}, {}},
        {"starting up", pg, off, answering(wire::pgError("57P03", "the database system is starting up")), login, u"starting up"_s, u"Try again"_s},
    };
    for (const quint32 length : {0x7fffffffU, 0xffffffffU, 0x80000000U, 4U})
        cases.append({"a length of " + QByteArray::number(length), pg, off, answering(wire::pg('R', wire::big(0), length)), login, {}, {}});
    for (const quint32 length : {0x7fffffffU, 0xffffffffU})
        cases.append({"a row description of length " + QByteArray::number(length), pg, off, {await(), send(wire::pgWelcome()), await(), send(wire::pg('T', {}, length))}, database, {}, {}});
    for (const int bytes : {1, 4, 9, 20, 40})
        cases.append({"resets after " + QByteArray::number(bytes) + " bytes", pg, off, {await(), send(wire::pgWelcome().left(bytes)), reset()}, login, {}, look});
    return cases;
}

}  // namespace headgate::test
