// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/native/mysqlconnection.h"

// The library's own structures behind MYSQL: the only door to its TLS session.
#define HAVE_TLS
using uchar = unsigned char;
#include <mysql.h>
#include <ma_pvio.h>
#include <ma_tls.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sodium.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

constexpr unsigned wrongArguments = 1210;  // ER_WRONG_ARGUMENTS
constexpr size_t usualLength = 256;
constexpr unsigned long maxPacket = 4 * 1024 * 1024;
constexpr unsigned char errorPacket = 0xff;
constexpr unsigned char protocolVersion = 10;
constexpr unsigned clientSsl = 0x0800;

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

enum class Greeting { Incomplete, Foreign, Error, Plain, OffersTls };

Greeting judgeGreeting(const unsigned char *data, size_t size)
{
    constexpr size_t header = 4;
    if (size < header + 1) return Greeting::Incomplete;
    if (data[header] == errorPacket) return Greeting::Error;
    if (data[3] != 0 || data[header] != protocolVersion) return Greeting::Foreign;
    const void *end = std::memchr(data + header + 1, 0, size - header - 1);
    if (!end) return size < 256 ? Greeting::Incomplete : Greeting::Foreign;
    // Version, thread id (4), salt (8), filler (1), capabilities (2).
    const size_t flags = size_t(static_cast<const unsigned char *>(end) - data) + 1 + 4 + 8 + 1;
    if (size < flags + 2) return Greeting::Incomplete;
    return (unsigned(data[flags]) | unsigned(data[flags + 1]) << 8) & clientSsl ? Greeting::OffersTls : Greeting::Plain;
}

QStringList columnNames(MYSQL_RES *rows)
{
    QStringList names;
    const MYSQL_FIELD *fields = rows ? mysql_fetch_fields(rows) : nullptr;
    for (unsigned i = 0; fields && i < mysql_num_fields(rows); ++i) names.append(QString::fromUtf8(fields[i].name));
    return names;
}

std::vector<MYSQL_BIND> boundValues(const QList<QByteArray> &values)
{
    std::vector<MYSQL_BIND> binds(size_t(values.size()));
    for (size_t i = 0; i < binds.size(); ++i) {
        binds[i].buffer_type = MYSQL_TYPE_STRING;
        binds[i].buffer = const_cast<char *>(values[qsizetype(i)].constData());
        binds[i].buffer_length = static_cast<unsigned long>(values[qsizetype(i)].size());
    }
    return binds;
}

/// One column of the row that a statement has come to; longer texts are fetched again in full.
struct Fetched {
    QByteArray text = QByteArray(usualLength, '\0');
    unsigned long length = 0;
    my_bool isNull = 0;

    MYSQL_BIND bind()
    {
        MYSQL_BIND bind{};
        bind.buffer_type = MYSQL_TYPE_STRING;
        bind.buffer = text.data();
        bind.buffer_length = static_cast<unsigned long>(text.size());
        bind.length = &length;
        bind.is_null = &isNull;
        return bind;
    }
    std::optional<QString> cell(MYSQL_STMT *statement, unsigned column)
    {
        if (isNull) return {};
        if (length <= static_cast<unsigned long>(text.size())) return QString::fromUtf8(text.constData(), qsizetype(length));
        Fetched whole;
        whole.text.resize(qsizetype(length));
        MYSQL_BIND bind = whole.bind();
        mysql_stmt_fetch_column(statement, &bind, column, 0);
        return QString::fromUtf8(whole.text);
    }
};

void fetchRows(MYSQL_STMT *statement, size_t maxRows, TextResult *result)
{
    const std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> metadata(mysql_stmt_result_metadata(statement), &mysql_free_result);
    result->columns = columnNames(metadata.get());
    std::vector<Fetched> columns(size_t(result->columns.size()));
    std::vector<MYSQL_BIND> binds;
    for (Fetched &column : columns) binds.push_back(column.bind());
    if (binds.empty() || mysql_stmt_bind_result(statement, binds.data()) != 0) return;
    while (result->rows.size() < maxRows) {
        const int status = mysql_stmt_fetch(statement);
        if (status != 0 && status != MYSQL_DATA_TRUNCATED) return;
        TextRow &cells = result->rows.emplace_back();
        for (size_t i = 0; i < columns.size(); ++i) cells.push_back(columns[i].cell(statement, unsigned(i)));
    }
}

}  // namespace

MysqlConnection::MysqlConnection(SocketWait wait) : m_wait(std::move(wait)), m_mysql(std::make_unique<MYSQL>())
{
    mysql_init(m_mysql.get());
}

MysqlConnection::~MysqlConnection()
{
    activeConnection = this;
    if (m_mysql->passwd) sodium_memzero(m_mysql->passwd, std::strlen(m_mysql->passwd));
    m_stopped = true;  // closing says goodbye; it must not wait for anybody
    mysql_close(m_mysql.get());
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
    // Without a verified server nobody gets the password in a readable form.
    if (options.tls < Tls::VerifyCa)
        mysql_optionsv(mysql, MARIADB_OPT_RESTRICTED_AUTH,
                       "mysql_native_password,client_ed25519,caching_sha2_password,sha256_password,auth_gssapi_client,parsec");
    if (options.tls == Tls::Off) return;
    mysql_options(mysql, MYSQL_OPT_SSL_ENFORCE, &yes);
    if (!options.ca.isEmpty()) mysql_options(mysql, MYSQL_OPT_SSL_CA, options.ca.constData());
    // Without an authority the library would check nothing; the system's are meant then.
    else if (options.tls >= Tls::VerifyCa) mysql_options(mysql, MYSQL_OPT_SSL_CAPATH, X509_get_default_cert_dir());
    if (!options.fingerprint.isEmpty()) mysql_optionsv(mysql, MARIADB_OPT_TLS_PEER_FP, options.fingerprint.constData());
    else if (options.tls == Tls::VerifyFull) mysql_options(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &yes);
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
    if (connected != WaitResult::Ready || !isConnected(socket)) return connected;
    enter(Phase::Greeting);
    shortenBlocking(socket);
    return awaitGreeting(socket);
}

// Looks at the greeting before the library reads it: only here can a connection be given up before the login is sent.
WaitResult MysqlConnection::awaitGreeting(int socket)
{
    unsigned char data[512];
    ssize_t seen = 0;
    Greeting greeting = Greeting::Incomplete;
    while (greeting == Greeting::Incomplete) {
        const WaitResult ready = m_wait(socket, false, -1);
        if (ready != WaitResult::Ready) return ready;
        const ssize_t before = seen;
        seen = ::recv(socket, data, sizeof data, MSG_PEEK | MSG_DONTWAIT);
        if (seen <= 0) return WaitResult::Ready;  // closed: the library finds out and says so
        greeting = judgeGreeting(data, size_t(seen));
        // What was looked at stays readable, so a greeting in pieces needs a pause instead of a wait for the socket.
        if (greeting == Greeting::Incomplete && seen == before && m_wait(-1, false, 5) == WaitResult::Stopped)
            return WaitResult::Stopped;
    }
    if (greeting == Greeting::Foreign) return refuse(Outcome::NotMysql);
    if (greeting == Greeting::Plain && m_options.tls >= Tls::Required) return refuse(Outcome::NoTls);
    if (greeting == Greeting::Plain) mysql_options(m_mysql.get(), MYSQL_OPT_SSL_ENFORCE, "\0");
    if (greeting != Greeting::Error) enter(greeting == Greeting::OffersTls && m_options.tls != Tls::Off ? Phase::Tls : Phase::Login);
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
    return (number >= 1000 && number < 2000) || number >= 3000;
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
    return mysql_errno(m_mysql.get());
}

QString MysqlConnection::errorText() const
{
    return QString::fromUtf8(mysql_error(m_mysql.get()));
}

unsigned long MysqlConnection::threadId() const
{
    return mysql_thread_id(m_mysql.get());
}

bool MysqlConnection::finish(unsigned error, const char *text, TextResult *result) const
{
    if (m_stopped) return false;
    result->ok = error == 0;
    if (result->ok) return true;
    *result = {};
    result->errorCode = QString::number(error);
    result->errorText = QString::fromUtf8(text);
    return true;
}

// A server that never ends its rows would keep the thread in the library, which reads them to the end.
void MysqlConnection::leave()
{
    ::shutdown(int(mysql_get_socket(m_mysql.get())), SHUT_RDWR);
}

bool MysqlConnection::query(const char *sql, TextResult *result, size_t maxRows)
{
    *result = {};
    MYSQL *mysql = m_mysql.get();
    activeConnection = this;
    MYSQL_RES *rows = mysql_real_query(mysql, sql, std::strlen(sql)) == 0 ? mysql_use_result(mysql) : nullptr;
    result->columns = columnNames(rows);
    while (rows && result->rows.size() < maxRows) {
        const MYSQL_ROW row = mysql_fetch_row(rows);
        if (!row) break;
        const unsigned long *lengths = mysql_fetch_lengths(rows);
        TextRow &cells = result->rows.emplace_back();
        for (unsigned i = 0; i < mysql_num_fields(rows); ++i)
            cells.push_back(row[i] ? std::optional(QString::fromUtf8(row[i], qsizetype(lengths[i]))) : std::nullopt);
    }
    if (result->rows.size() == maxRows) leave();
    if (rows) mysql_free_result(rows);
    return finish(mysql_errno(mysql), mysql_error(mysql), result);
}

bool MysqlConnection::execute(const QByteArray &sql, const QList<QByteArray> &values, TextResult *result, size_t maxRows)
{
    *result = {};
    activeConnection = this;
    const std::unique_ptr<MYSQL_STMT, decltype(&mysql_stmt_close)> statement(mysql_stmt_init(m_mysql.get()), &mysql_stmt_close);
    MYSQL_STMT *handle = statement.get();
    if (mysql_stmt_prepare(handle, sql.constData(), static_cast<unsigned long>(sql.size())) == 0
        && mysql_stmt_param_count(handle) != static_cast<unsigned long>(values.size()))
        return finish(wrongArguments, "The number of values is not that of the question marks.", result);
    std::vector<MYSQL_BIND> parameters = boundValues(values);
    if (mysql_stmt_errno(handle) == 0) mysql_stmt_bind_param(handle, parameters.data());
    if (mysql_stmt_errno(handle) == 0 && mysql_stmt_execute(handle) == 0) fetchRows(handle, maxRows, result);
    if (result->rows.size() == maxRows) leave();
    return finish(mysql_stmt_errno(handle), mysql_stmt_error(handle), result);
}

}  // namespace headgate
