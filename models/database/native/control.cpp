// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/native/control.h"

#include <libpq-fe.h>
#include <mysql.h>
#include <sodium.h>
#include <sqlite3.h>
#include <sys/socket.h>
#include <thread>

namespace headgate {

/// The way in that the session took: the same address or socket, TLS as it has it, and nothing weaker.
struct Session::Control::MysqlDoor {
    QByteArray host;
    QByteArray socket;
    QByteArray user;
    QByteArray password;
    unsigned port = 0;
    unsigned long thread = 0;
    bool hasTls = false;
    std::vector<std::pair<mysql_option, QByteArray>> options;

    MysqlDoor(const ConnectSpec &spec, MYSQL *session);
    ~MysqlDoor() { sodium_memzero(password.data(), size_t(password.size())); }
    MysqlDoor(const MysqlDoor &) = delete;
    MysqlDoor &operator=(const MysqlDoor &) = delete;

    void killQuery() const;
};

Session::Control::MysqlDoor::MysqlDoor(const ConnectSpec &spec, MYSQL *session)
    : host(spec.host.toUtf8()),
      socket(session->unix_socket),
      user(spec.user.toUtf8()),
      password(spec.password.constData(), spec.password.size()),
      port(session->port),
      thread(mysql_thread_id(session)),
      hasTls(mysql_get_ssl_cipher(session) != nullptr)
{
    for (const mysql_option option : {MYSQL_OPT_SSL_CA, MYSQL_OPT_SSL_CAPATH, MYSQL_OPT_SSL_CERT, MYSQL_OPT_SSL_KEY, MYSQL_OPT_SSL_CIPHER}) {
        const char *value = nullptr;
        if (mysql_get_option(session, option, &value) == 0 && value) options.emplace_back(option, value);
    }
}

void Session::Control::MysqlDoor::killQuery() const
{
    MYSQL *control = mysql_init(nullptr);
    const unsigned timeout = 2;
    const my_bool yes = 1;
    mysql_options(control, MYSQL_OPT_CONNECT_TIMEOUT, &timeout);
    mysql_options(control, MYSQL_OPT_READ_TIMEOUT, &timeout);
    for (const auto &[option, value] : options) mysql_options(control, option, value.constData());
    // Required once the session has it: the password of a session under TLS does not go out in clear to stop a query.
    if (hasTls) mysql_options(control, MYSQL_OPT_SSL_ENFORCE, &yes);
    if (mysql_real_connect(control, host.constData(), user.constData(), password.constData(), nullptr, port,
                           socket.isEmpty() ? nullptr : socket.constData(), 0)) {
        const QByteArray statement = "KILL QUERY " + QByteArray::number(qulonglong(thread));
        mysql_real_query(control, statement.constData(), static_cast<unsigned long>(statement.size()));
    }
    mysql_close(control);
    mysql_thread_end();
}

Session::Control::Control(const ConnectSpec &spec, void *handle)
    : watchdog(Watchdog::shared()), m_kind(spec.kind), m_handle(handle), m_cancelRunning(std::make_shared<std::atomic<bool>>(false))
{
    if (m_kind == Dialect::Kind::Postgresql && handle) {
        m_cancel = std::shared_ptr<void>(PQgetCancel(static_cast<PGconn *>(handle)),
                                         [](void *cancel) { PQfreeCancel(static_cast<PGcancel *>(cancel)); });
    } else if (m_kind == Dialect::Kind::Mysql && handle) {
        m_door = std::make_shared<MysqlDoor>(spec, static_cast<MYSQL *>(handle));
    }
}

Session::Control::~Control() = default;

bool Session::Control::inTransaction(Dialect::Kind kind, void *handle)
{
    if (!handle) return false;
    if (kind == Dialect::Kind::Sqlite) return sqlite3_get_autocommit(static_cast<sqlite3 *>(handle)) == 0;
    if (kind == Dialect::Kind::Postgresql) {
        const PGTransactionStatusType status = PQtransactionStatus(static_cast<PGconn *>(handle));
        return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || status == PQTRANS_ACTIVE;
    }
    if (kind != Dialect::Kind::Mysql) return false;
    unsigned int status = 0;
    mariadb_get_infov(static_cast<MYSQL *>(handle), MARIADB_CONNECTION_SERVER_STATUS, &status);
    return (status & SERVER_STATUS_IN_TRANS) != 0;
}

void Session::Control::interrupt()
{
    const std::lock_guard lock(m_mutex);
    if (!m_handle) return;
    if (m_kind == Dialect::Kind::Sqlite) {
        sqlite3_interrupt(static_cast<sqlite3 *>(m_handle));
        return;
    }
    // Both cancels open a connection of their own and wait for the server, which may be hung: never on this thread.
    if (m_cancelRunning->exchange(true)) return;
    if (m_kind == Dialect::Kind::Postgresql) {
        std::thread([cancel = m_cancel, running = m_cancelRunning] {
            char text[256];
            PQcancel(static_cast<PGcancel *>(cancel.get()), text, sizeof text);
            *running = false;
        }).detach();
    } else if (m_kind == Dialect::Kind::Mysql) {
        std::thread([door = m_door, running = m_cancelRunning] {
            door->killQuery();
            *running = false;
        }).detach();
    }
}

void Session::Control::waitForLateCancel() const
{
    for (int waited = 0; *m_cancelRunning && waited < 2'000; ++waited)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

void Session::Control::kill()
{
    const std::lock_guard lock(m_mutex);
    if (!m_handle) return;
    int socket = -1;
    if (m_kind == Dialect::Kind::Postgresql) socket = PQsocket(static_cast<PGconn *>(m_handle));
    if (m_kind == Dialect::Kind::Mysql) socket = mysql_get_socket(static_cast<MYSQL *>(m_handle));
    // The blocked exec() returns at once with an error; closing stays with the owner.
    if (socket >= 0) ::shutdown(socket, SHUT_RDWR);
    if (m_kind == Dialect::Kind::Sqlite) sqlite3_interrupt(static_cast<sqlite3 *>(m_handle));
}

void Session::Control::close()
{
    const std::lock_guard lock(m_mutex);
    m_handle = nullptr;
}

}  // namespace headgate
