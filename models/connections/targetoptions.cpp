// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/targetoptions.h"

#include "models/base/error.h"
#include "models/connections/probeadvice.h"
#include "models/connections/probeworkers.h"

#include <QHostAddress>
#include <QHostInfo>
#include <condition_variable>
#include <mutex>

namespace headgate::targetoptions {

using namespace Qt::StringLiterals;

namespace {

/// Options of the connection that libpq takes; the rest belongs to other programs.
constexpr const char *passedOptions[] = {"application_name", "options", "target_session_attrs", "channel_binding", "sslcrl",
                                         "ssl_min_protocol_version", "ssl_max_protocol_version", "krbsrvname", "sslsni"};

QByteArray configText(const Connection &connection, const char *key)
{
    return connection.config.value(QLatin1String(key)).toString().toUtf8();
}

int port(const Connection &connection)
{
    return connection.port.value_or(defaultPort(connection.databaseType));
}

MysqlConnection::Tls tlsWanted(const Connection &connection, SslMode mode)
{
    if (isLocal(connection)) return MysqlConnection::Tls::Off;
    switch (mode) {
    case SslMode::Disable: return MysqlConnection::Tls::Off;
    case SslMode::Allow: case SslMode::Prefer: return MysqlConnection::Tls::IfOffered;
    case SslMode::Require: return MysqlConnection::Tls::Required;
    case SslMode::VerifyCa: return MysqlConnection::Tls::VerifyCa;
    case SslMode::VerifyFull: break;
    }
    return MysqlConnection::Tls::VerifyFull;
}

/// A name server's answer, which may come after nobody waits for it.
struct Lookup {
    void set(const QHostInfo &found)
    {
        const std::lock_guard lock(mutex);
        info = found;
        isDone = true;
        done.notify_all();
    }
    bool await()
    {
        std::unique_lock lock(mutex);
        return done.wait_for(lock, std::chrono::milliseconds(20), [this] { return isDone; });
    }

    std::mutex mutex;
    std::condition_variable done;
    QHostInfo info;
    bool isDone = false;
};

}  // namespace

std::optional<SslMode> sslMode(const Connection &connection)
{
    const QString name = connection.config.value("sslmode"_L1).toString();
    return sslModes.value(name.isEmpty() ? u"prefer"_s : name);
}

bool isLocal(const Connection &connection)
{
    const bool postgresql = connection.databaseType == DatabaseType::Postgresql;
    return connection.host.startsWith(u'/') || (postgresql && connection.host.startsWith(u'@'));
}

bool mayShowPassword(const Connection &connection)
{
    return isLocal(connection) || sslMode(connection) == SslMode::Disable;
}

PgConnection::Parameters postgresql(const ProbeTarget &target, const QByteArray &mode, const QByteArray &address)
{
    const Connection &connection = target.connection;
    const bool local = isLocal(connection);
    PgConnection::Parameters list{{"host", connection.host.toUtf8()},
                                  {"port", QByteArray::number(port(connection))},
                                  {"dbname", connection.databaseName.toUtf8()},
                                  {"user", connection.username.toUtf8()},
                                  {"sslmode", local ? "disable" : mode},
                                  {"gssencmode", "disable"},
                                  {"client_encoding", "UTF8"},
                                  {"fallback_application_name", "headgate"}};
    if (!local) list.emplace_back("hostaddr", address);
    if (target.hasPassword) list.emplace_back("password", target.password);
    for (const char *key : {"sslrootcert", "sslcert", "sslkey"})
        if (const QByteArray file = configText(connection, key); !file.isEmpty()) list.emplace_back(key, file);
    QJsonObject options = connection.config.value("options"_L1).toObject();
    if (connection.isReadOnly)
        options.insert("options"_L1, (options.value("options"_L1).toString() + u" -c default_transaction_read_only=on"_s).trimmed());
    for (const char *key : passedOptions)
        if (const QString value = options.value(QLatin1String(key)).toString(); !value.isEmpty()) list.emplace_back(key, value.toUtf8());
    return list;
}

MysqlConnection::Options mysql(const ProbeTarget &target, SslMode mode, const QByteArray &address, int ms)
{
    const Connection &connection = target.connection;
    MysqlConnection::Options options;
    options.address = address;
    options.name = connection.host.toUtf8();
    options.port = port(connection);
    options.user = connection.username.toUtf8();
    options.password = target.password;
    options.database = connection.databaseName.toUtf8();
    options.tls = tlsWanted(connection, mode);
    options.ca = configText(connection, "sslrootcert");
    options.certificate = configText(connection, "sslcert");
    options.key = configText(connection, "sslkey");
    options.tcpMs = ms;
    return options;
}

QString place(const Connection &connection)
{
    return connection.name.isEmpty() ? connectionAddress(connection) : u"%1 (%2)"_s.arg(connection.name, connectionAddress(connection));
}

QList<QByteArray> addresses(const Connection &connection, BlockingWait &wait)
{
    if (isLocal(connection)) return {connection.host.toUtf8()};
    if (connection.host.isEmpty()) throw Exception({ErrorKind::Invalid, u"No host is given."_s, place(connection), {}, {}});
    if (const QHostAddress address(connection.host); !address.isNull()) return {address.toString().toLatin1()};
    const auto answer = std::make_shared<Lookup>();
    probeworkers::run([answer, host = connection.host] { answer->set(QHostInfo::fromName(host)); });
    while (!answer->await())
        if (wait.isOver()) return {};
    if (answer->info.addresses().isEmpty())
        throw Exception({ErrorKind::NotFound, u"The host %1 is not found."_s.arg(connection.host), place(connection), answer->info.errorString(),
                         advice::nameNotFound(connection.host).hint});
    QList<QByteArray> texts;
    for (const QHostAddress &address : answer->info.addresses()) texts.append(address.toString().toLatin1());
    return texts;
}

}  // namespace headgate::targetoptions
