// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/native/mysqlconnection.h"

// The library's own structures behind MYSQL: the only door to its TLS session.
#define HAVE_TLS
using uchar = unsigned char;
#include <mysql.h>
#include <ma_pvio.h>
#include <ma_tls.h>

#include "models/database/native/stranger.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sodium.h>
#include <sys/socket.h>
#include <sys/time.h>

// Exported by the library for its own tests, declared in no installed header. `mode` is 0 for what was read.
extern "C" int ma_pvio_register_callback(my_bool isNew, void (*callback)(int mode, MYSQL *mysql, const uchar *buffer, size_t length));

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

constexpr size_t maxRows = 1000;
constexpr unsigned methodRefused = 5010;  // CR_PLUGIN_NOT_ALLOWED
constexpr unsigned methodUnknown = 2059;  // CR_AUTH_PLUGIN_CANNOT_LOAD
constexpr unsigned long maxPacket = 4 * 1024 * 1024;
constexpr char noFingerprint[] = "00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00";

// The hook has no argument of ours; every fiber of a thread sets this before it calls the library and after each wait.
thread_local MysqlConnection *activeConnection = nullptr;

void *sessionOf(const MYSQL *mysql)
{
    const MARIADB_PVIO *io = mysql->net.pvio;
    return io && io->ctls ? io->ctls->ssl : nullptr;
}

void makeNonBlocking(int socket)
{
    ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK);
}

// Before it begins TLS the library makes the socket blocking, whatever was asked of it. A receive time of a moment brings
// the first read of the handshake back as "would block", and so into the hook, where the socket is made non-blocking.
void shortenBlocking(int socket)
{
    const timeval moment{0, 1000};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &moment, sizeof moment);
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &moment, sizeof moment);
}

bool isConnected(int socket)
{
    sockaddr_storage peer{};
    socklen_t length = sizeof peer;
    return ::getpeername(socket, reinterpret_cast<sockaddr *>(&peer), &length) == 0;
}

/// Why it is not connected; what was connected and is no more was reset.
int errorOf(int socket)
{
    int error = 0;
    socklen_t length = sizeof error;
    ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length);
    return error == 0 ? ECONNRESET : error;
}

bool hasEnded(int socket)
{
    pollfd hangUp{socket, POLLRDHUP, 0};
    return ::poll(&hangUp, 1, 0) == 1;
}

}  // namespace

MysqlConnection::MysqlConnection(SocketWait wait) : m_wait(std::move(wait)), m_mysql(std::make_unique<MYSQL>())
{
    // The library reads for as long as bytes are there and asks nobody; a fast server could keep the thread for ever.
    [[maybe_unused]] static const int registered = ma_pvio_register_callback(1, &MysqlConnection::onTransfer);
    mysql_init(m_mysql.get());
}

void MysqlConnection::onTransfer(int mode, MYSQL *mysql, const uchar *, size_t length)
{
    MysqlConnection *self = activeConnection;
    if (mode != 0 || !self || self->m_mysql.get() != mysql || ssize_t(length) <= 0) return;
    self->m_received += length;
    if (self->m_received > maxReceived) ::shutdown(int(mysql_get_socket(mysql)), SHUT_RDWR);
}

MysqlConnection::~MysqlConnection()
{
    activeConnection = this;
    if (m_mysql->passwd) sodium_memzero(m_mysql->passwd, std::strlen(m_mysql->passwd));
    m_stopped = true;  // closing says goodbye; it must not wait for anybody
    mysql_close(m_mysql.get());
    activeConnection = nullptr;
    sodium_memzero(m_options.password.data(), size_t(m_options.password.size()));
}

void MysqlConnection::configure(const Options &options)
{
    m_options = options;
    m_options.password = QByteArray(options.password.constData(), options.password.size());
    MYSQL *mysql = m_mysql.get();
    const unsigned off = 0;
    const my_bool yes = 1;
    const unsigned protocol = options.address.startsWith('/') ? MYSQL_PROTOCOL_SOCKET : MYSQL_PROTOCOL_TCP;
    mysql_options(mysql, MYSQL_OPT_PROTOCOL, &protocol);
    mysql_options(mysql, MYSQL_OPT_LOCAL_INFILE, &off);
    mysql_options(mysql, MYSQL_OPT_MAX_ALLOWED_PACKET, &maxPacket);
    mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    mysql_optionsv(mysql, MARIADB_OPT_IO_WAIT, reinterpret_cast<void *>(&MysqlConnection::ioWait));
    // Without a verified server nobody gets the password in a readable form; "dialog" would ask at the terminal.
    const QByteArray safe = "mysql_native_password,client_ed25519,caching_sha2_password,sha256_password,auth_gssapi_client,parsec";
    mysql_optionsv(mysql, MARIADB_OPT_RESTRICTED_AUTH, (options.tls < Tls::VerifyCa ? safe : safe + ",mysql_clear_password").constData());
    if (options.tls == Tls::Off) return;
    mysql_options(mysql, MYSQL_OPT_SSL_ENFORCE, &yes);
    // The library compares names with the number that it connects to, so MysqlTlsCheck verifies. Without its fingerprint
    // no certificate is the right one.
    if (options.tls >= Tls::VerifyCa)
        mysql_optionsv(mysql, MARIADB_OPT_TLS_PEER_FP, options.fingerprint.isEmpty() ? noFingerprint : options.fingerprint.constData());
    if (!options.certificate.isEmpty()) mysql_options(mysql, MYSQL_OPT_SSL_CERT, options.certificate.constData());
    if (!options.key.isEmpty()) mysql_options(mysql, MYSQL_OPT_SSL_KEY, options.key.constData());
}

MysqlConnection::Outcome MysqlConnection::connect(const Options &options, const std::function<void(Phase)> &onPhase)
{
    configure(options);
    m_onPhase = onPhase;
    activeConnection = this;
    const bool path = options.address.startsWith('/');
    const MYSQL *open = mysql_real_connect(m_mysql.get(), path ? nullptr : options.address.constData(), options.user.constData(),
                                           m_options.password.constData(),
                                           options.database.isEmpty() ? nullptr : options.database.constData(),
                                           unsigned(options.port), path ? options.address.constData() : nullptr, 0);
    if (m_stopped) return Outcome::Stopped;
    if (m_phase == Phase::Tcp && (open || isServerError(errorNumber()))) catchUp();
    if (!open) return m_refusal;
    makeNonBlocking(int(mysql_get_socket(m_mysql.get())));
    if (void *session = sessionOf(m_mysql.get()); session && !m_tls) m_tls = tlsFacts(session);
    if (options.tls >= Tls::Required && !m_tls) return Outcome::NoTls;
    enter(Phase::Open);
    return Outcome::Open;
}

int MysqlConnection::ioWait(int socket, char isRead, int)
{
    MysqlConnection *self = activeConnection;
    const WaitResult result = self->onWait(socket, isRead != 0);
    activeConnection = self;
    if (result == WaitResult::Stopped) self->m_stopped = true;
    errno = result == WaitResult::Ready ? 0 : ETIMEDOUT;
    return result == WaitResult::Ready ? 1 : 0;
}

// The library's own limit is not used: in the TLS handshake it passes seconds where milliseconds are meant.
WaitResult MysqlConnection::onWait(int socket, bool isRead)
{
    if (m_stopped) return WaitResult::Stopped;
    // A Unix socket connects at once, so that the first wait is one of the login already.
    if (m_phase == Phase::Tcp && isRead) catchUp();
    if (m_phase != Phase::Tcp) {
        makeNonBlocking(socket);
        watchHandshake();
        return m_wait(socket, !isRead, -1);
    }
    const WaitResult connected = m_wait(socket, true, m_options.tcpMs);
    if (connected != WaitResult::Ready) return connected;
    if (!isConnected(socket)) {
        m_socketError = errorOf(socket);
        return refuse(Outcome::Refused);
    }
    enter(Phase::Greeting);
    shortenBlocking(socket);
    return awaitGreeting(socket);
}

// Looks at the greeting before the library reads it: only here can a connection be given up before the login is sent.
WaitResult MysqlConnection::awaitGreeting(int socket)
{
    using Kind = MysqlGreeting::Kind;
    char data[512];
    ssize_t seen = 0;
    m_greeting = {};
    while (m_greeting.kind == Kind::Incomplete) {
        const WaitResult ready = m_wait(socket, false, -1);
        if (ready != WaitResult::Ready) return ready;
        const bool ended = hasEnded(socket);
        const ssize_t before = seen;
        seen = ::recv(socket, data, sizeof data, MSG_PEEK | MSG_DONTWAIT);
        if (seen <= 0) return WaitResult::Ready;  // closed: the library finds out and says so
        m_greeting = MysqlGreeting::read(QByteArray(data, seen));
        if (m_greeting.kind == Kind::Incomplete && ended) return WaitResult::Ready;
        // What was looked at stays readable, so a greeting in pieces needs a pause instead of a wait for the socket.
        if (m_greeting.kind == Kind::Incomplete && seen == before && m_wait(-1, false, 5) == WaitResult::Stopped)
            return WaitResult::Stopped;
    }
    const Kind kind = m_greeting.kind;
    if (kind == Kind::Foreign) m_stranger = strangerBehind(QByteArray(data, seen));
    if (kind == Kind::Foreign) return refuse(Outcome::NotMysql);
    // Where TLS is wished for, the library hides an error that came before it.
    if (kind == Kind::Error) return refuse(Outcome::Refused);
    if (kind == Kind::Plain && m_options.tls >= Tls::Required) return refuse(Outcome::NoTls);
    if (kind == Kind::Plain) mysql_options(m_mysql.get(), MYSQL_OPT_SSL_ENFORCE, "\0");
    enter(kind == Kind::OffersTls && m_options.tls != Tls::Off ? Phase::Tls : Phase::Login);
    return WaitResult::Ready;
}

WaitResult MysqlConnection::refuse(Outcome outcome)
{
    m_refusal = outcome;
    return WaitResult::TimedOut;
}

void MysqlConnection::watchHandshake()
{
    void *session = sessionOf(m_mysql.get());
    if (m_tls || !session || SSL_is_init_finished(static_cast<SSL *>(session)) == 0) return;
    m_tls = tlsFacts(session);
    if (m_phase == Phase::Tls) enter(Phase::Login);
}

void MysqlConnection::catchUp()
{
    enter(Phase::Greeting);
    enter(m_options.tls == Tls::Off ? Phase::Login : Phase::Tls);
}

bool MysqlConnection::isServerError(unsigned number)
{
    const bool isOfTheWire = number >= 1152 && number <= 1161;  // what the library says of broken packets
    return ((number >= 1000 && number < 2000) || (number >= 3000 && number < 5000)) && !isOfTheWire;
}

void MysqlConnection::enter(Phase phase)
{
    m_phase = phase;
    if (m_onPhase) m_onPhase(phase);
}

MysqlConnection::Phase MysqlConnection::phase() const
{
    return m_phase;
}

const std::optional<TlsFacts> &MysqlConnection::tls() const
{
    return m_tls;
}

unsigned MysqlConnection::errorNumber() const
{
    return m_greeting.kind == MysqlGreeting::Kind::Error ? m_greeting.errorNumber : mysql_errno(m_mysql.get());
}

bool MysqlConnection::refusedMethod() const
{
    return errorNumber() == methodRefused || errorNumber() == methodUnknown;
}

QString MysqlConnection::errorText() const
{
    if (m_received > maxReceived) return u"The server sent more than %1 MiB and no end."_s.arg(maxReceived >> 20);
    if (m_greeting.kind == MysqlGreeting::Kind::Error) return m_greeting.errorText;
    // The library's own text shows bytes of the login where the name of the method should be.
    if (refusedMethod())
        return u"The server asks for a login method that would show the password or that is not known here. Nothing was sent."_s;
    return m_socketError != 0 ? qt_error_string(m_socketError) : QString::fromUtf8(mysql_error(m_mysql.get()));
}

TextResult MysqlConnection::failed() const
{
    TextResult result;
    result.errorCode = QString::number(errorNumber());
    result.errorText = errorText();
    return result;
}

bool MysqlConnection::query(const char *sql, TextResult *result)
{
    *result = {};
    MYSQL *mysql = m_mysql.get();
    activeConnection = this;
    MYSQL_RES *rows = mysql_real_query(mysql, sql, std::strlen(sql)) == 0 ? mysql_use_result(mysql) : nullptr;
    while (rows && result->rows.size() < maxRows) {
        const MYSQL_ROW row = mysql_fetch_row(rows);
        if (!row) break;
        const unsigned long *lengths = mysql_fetch_lengths(rows);
        TextRow &cells = result->rows.emplace_back();
        for (unsigned i = 0; i < mysql_num_fields(rows); ++i)
            cells.push_back(row[i] ? std::optional(QString::fromUtf8(row[i], qsizetype(lengths[i]))) : std::nullopt);
    }
    // A server that never ends its rows would keep the thread in the library, which reads them to the end.
    if (result->rows.size() == maxRows) ::shutdown(int(mysql_get_socket(mysql)), SHUT_RDWR);
    if (rows) mysql_free_result(rows);
    if (m_stopped) return false;
    if (mysql_errno(mysql) != 0) *result = failed();
    else result->ok = true;
    return true;
}

}  // namespace headgate
