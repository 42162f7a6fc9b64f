// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/connections/hostilecases.h"
#include "tests/integration/connections/wirebytes.h"

#include <openssl/tls1.h>

namespace headgate::test {

using namespace Qt::StringLiterals;

namespace {

constexpr auto my = DatabaseType::Mysql;
const QString silent = u"No answer within"_s;
const QString endlessText = u"more than 4 MiB"_s;
const QString method = u"login method"_s;
const QString port = u"Check the port"_s;
const QString protocol = u"does not follow the protocol"_s;

constexpr int requestForTls = 36;  // its packet; the handshake may come in the same breath

const QByteArray plain = wire::myGreeting();
const QByteArray secure = wire::myGreeting({.offersTls = true});
const QByteArray nativePassword = wire::myGreeting({.plugin = "mysql_native_password"});

ServerScript welcomed(const ServerScript &more)
{
    ServerScript script{send(nativePassword), await(), send(wire::myOk(2)), await()};
    script.insert(script.end(), more.begin(), more.end());
    return script;
}

/// A field of a result: catalog def, no names, a text.
const QByteArray field = QByteArray("\3def\0\0\0\0\0\x0c\x2d\0\xff\0\0\0\xfd\0\0\0\0\0", 22);

}  // namespace

QList<HostileCase> hostileMysql()
{
    const TestStage tlsStage = TestStage::Tls;
    const TestStage login = TestStage::Authenticate;
    const TestStage database = TestStage::Database;
    const QString off = u"disable"_s;
    const QString need = u"require"_s;
    const QString prefer = u"prefer"_s;
    QList<HostileCase> cases{
        {"closes at once", my, need, {close()}, tlsStage, {}, {}},
        {"closes its half", my, off, {halfClose()}, login, {}, {}},
        {"resets at once", my, need, {reset()}, tlsStage, {}, {}, false, true},
        {"never speaks", my, off, {}, login, silent, {}, true},
        {"waits for us, as PostgreSQL does", my, need, {await()}, tlsStage, silent, u"PostgreSQL"_s, true},
        {"one byte a second", my, need, {drip(secure, 1000)}, tlsStage, silent, {}, true},
        {"a web server", my, need, {send("HTTP/1.1 400 Bad Request\r\n\r\n")}, tlsStage, u"a web server"_s, port},
        {"an SSH server", my, off, {send("SSH-2.0-OpenSSH_9.2\r\n")}, login, u"an SSH server"_s, port},
        {"zeros", my, need, {send(QByteArray(4096, '\0'))}, tlsStage, u"does not speak"_s, port},
        {"endless garbage", my, off, {endless(QByteArray(65536, 'x'))}, login, u"does not speak"_s, port},
        {"endless version", my, off, {send(wire::my(0, "\x0a")), endless(QByteArray(65536, 'v'))}, login, {}, {}},
        {"protocol 9", my, need, {send(wire::myGreeting({.protocol = 9}))}, tlsStage, u"does not speak"_s, port},
        {"a greeting without an end", my, off, {send(plain.left(20))}, login, {}, {}, true},
        {"a packet of nothing", my, off, {send(wire::my(0, {}))}, login, {}, {}, true},
        {"a packet of 16 MB", my, off, {send(nativePassword), await(), send(wire::my(2, QByteArray(1 << 20, 'x'), 0xfffffe)), endless(QByteArray(65536, 'x'))}, login, {},
         {}},
        {"packets out of order", my, off, {send(nativePassword), await(), send(wire::myOk(7))}, database, {}, {}, true},
        {"blocked", my, need, {send(wire::myError(0, 1129, "Host 'x' is blocked because of many connection errors", false))}, login, u"is blocked"_s, u"has blocked"_s},
        {"too many sessions", my, prefer, {send(wire::myError(0, 1040, "Too many connections", false))}, login, u"Too many"_s, u"limit of sessions"_s},
        {"not from this machine", my, off, {send(wire::myError(0, 1130, "Host 'x' is not allowed to connect", false))}, login, u"not allowed"_s, u"may come from"_s},
        {"no TLS", my, need, {send(plain), await(), send(wire::myOk(2))}, tlsStage, u"offers none"_s, u"requires TLS"_s},
        {"no TLS for a verified authority", my, u"verify-ca"_s, {send(plain), await(), send(wire::myOk(2))}, tlsStage, u"offers none"_s, u"requires TLS"_s},
        {"TLS, then garbage", my, need, {send(secure), await(), send(QByteArray(300, 'g'))}, tlsStage, {}, {}},
        {"TLS, then closes", my, need, {send(secure), await(), close()}, tlsStage, {}, {}},
        {"TLS, then resets", my, need, {send(secure), await(), reset()}, tlsStage, {}, {}},
        {"TLS, then silence", my, need, {send(secure)}, tlsStage, silent, {}, true},
        {"the answer of the login in place of TLS", my, need, {send(secure), await(), send(wire::myOk(2))}, tlsStage, {}, {}},
        {"a self-signed certificate", my, u"verify-full"_s, {send(secure), await(requestForTls), tls()}, tlsStage, u"self-signed"_s, u"authority"_s},
        {"the password itself, TLS but not verified", my, need, {send(secure), await(requestForTls), tls(), await(), send(wire::mySwitch(3, "mysql_clear_password")), await()}, login, {},
         method},
        {"the password itself", my, prefer, {send(plain), await(), send(wire::mySwitch(2, "mysql_clear_password")), await()}, login, {}, method},
        {"the old password method", my, off, {send(plain), await(), send(wire::mySwitch(2, "mysql_old_password")), await()}, login, {}, method},
        {"the old password method in one byte", my, off, {send(nativePassword), await(), send(wire::my(2, "\xfe")), await()}, login, {}, {}},
        {"a dialogue at the terminal", my, prefer, {send(plain), await(), send(wire::mySwitch(2, "dialog")), await()}, login, {}, method},
        {"a method with a path", my, prefer, {send(plain), await(), send(wire::mySwitch(2, "../../../tmp/x")), await()}, login, {}, method},
        {"MySQL 8 wants a full login without TLS", my, prefer,
         {send(plain), await(), send(wire::my(2, "\1\4")), await(), send(wire::my(4, "\1garbage that is no key")), await()}, login, {}, method},
        {"MySQL 8 wants a full login without TLS, its key is garbage", my, off,
         {send(plain), await(), send(wire::my(2, "\1\4")), await(), send(wire::my(4, "\1garbage that is no key")), await()}, login, {}, {}},
        {"wants a local file at the login", my, off, {send(nativePassword), await(), send(wire::my(2, "\xfb/etc/passwd")), await()}, login, {}, {}},
        {"wants a local file for a query", my, off, welcomed({send(wire::my(1, "\xfb/etc/passwd")), await()}), database, {}, {}, true},
        {"reports progress without end", my, off, {send(nativePassword), await(), endless(wire::my(2, "\xff\xff\xff\1\1\2\1\1\1\xfa" + QByteArray(250, 'w')))}, login, {}, {}},
        {"a result of four thousand million columns", my, off, welcomed({send(wire::my(1, QByteArray("\xfe\xff\xff\xff\xff\0\0\0\0", 9)))}), database, {}, {}, true},
        {"columns without end", my, off, welcomed({send(wire::my(1, "\xfd\xff\xff\xff")), endless(wire::my(2, QByteArray(4000, '\xfb')))}), database, {}, {}},
        {"rows without end", my, off,
         welcomed({send(wire::my(1, "\1") + wire::my(2, field) + wire::my(3, QByteArray("\xfe\0\0\2\0", 5))), endless(wire::my(4, "\xfc\xa0\x0f" + QByteArray(4000, 'x')))}),
         database, {}, {}},
        {"an error of a megabyte", my, off, {send(nativePassword), await(), send(wire::myError(2, 1045, QByteArray(1 << 20, 'm')))}, login, {}, {}},
        {"invalid UTF-8", my, off, {send(nativePassword), await(), send(wire::myError(2, 1045, "\xff\xfe\x80 \x1b[31mred"))}, login, u"\uFFFD[31mred"_s, u"Wrong user"_s},
        {"welcomes and says no more", my, off, welcomed({}), database, silent, {}, true},
        {"TLS 1.0 only", my, need, {send(secure), await(requestForTls), tls(TLS1_VERSION)}, tlsStage, {}, {}},
    };
    for (const int bytes : {1, 4, 30, 70})
        cases.append({"resets after " + QByteArray::number(bytes) + " bytes", my, off, {send(nativePassword.left(bytes)), reset()}, login, {}, {}, false, true});
    return cases;
}

}  // namespace headgate::test
