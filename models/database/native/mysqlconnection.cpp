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
#include <unistd.h>

// Exported by the library for its own tests, declared in no installed header. `mode` is 0 for what was read.
extern "C" int ma_pvio_register_callback(my_bool isNew, void (*callback)(int mode, MYSQL *mysql, const uchar *buffer, size_t length));

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

constexpr unsigned methodRefused = 5010;  // CR_PLUGIN_NOT_ALLOWED
constexpr unsigned methodUnknown = 2059;  // CR_AUTH_PLUGIN_CANNOT_LOAD
constexpr unsigned wrongArguments = 1210;  // ER_WRONG_ARGUMENTS
constexpr size_t usualLength = 256;
constexpr unsigned long maxPacket = 4 * 1024 * 1024;

// The hooks have no argument of ours: whose call into the library this thread is in. Null while a fiber waits, so that
// nobody else's TLS is taken for ours.
thread_local MysqlConnection *activeConnection = nullptr;

class Active {
public:
    explicit Active(MysqlConnection *connection) { activeConnection = connection; }
    ~Active() { activeConnection = nullptr; }
    Active(const Active &) = delete;
    Active &operator=(const Active &) = delete;
};

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

int acceptAny(int, X509_STORE_CTX *store)
{
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
}

}  // namespace

/// The library verifies a certificate against the number that it connects to, or leaves the name alone, and says not
/// what is wrong. OpenSSL tells us of each session that is made, and lets us say what is to be verified.
struct MysqlTlsHook {
    static int index()
    {
        static const int index = SSL_get_ex_new_index(0, nullptr, &MysqlTlsHook::onNew, nullptr, nullptr);
        return index;
    }
    static void onNew(void *session, void *, CRYPTO_EX_DATA *, int, long, void *)
    {
        if (activeConnection) activeConnection->prepareTls(session);
    }
    static int onVerdict(int verdict, X509_STORE_CTX *store)
    {
        if (verdict == 0 && activeConnection) activeConnection->m_certificateError = X509_STORE_CTX_get_error(store);
        return verdict;
    }
};

void MysqlConnection::prepareTls(void *session)
{
    auto *ssl = static_cast<SSL *>(session);
    if (m_options.tls < Tls::VerifyCa) return SSL_set_verify(ssl, SSL_VERIFY_PEER, &acceptAny);
    SSL_set_verify(ssl, SSL_VERIFY_PEER, &MysqlTlsHook::onVerdict);
    if (m_options.tls == Tls::VerifyCa || X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), m_options.name.constData()) == 1) return;
    // An empty name would let any pass.
    SSL_set1_host(ssl, m_options.name.isEmpty() ? "." : m_options.name.constData());
    SSL_set_tlsext_host_name(ssl, m_options.name.constData());
}

MysqlConnection::MysqlConnection(SocketWait wait) : m_wait(std::move(wait)), m_mysql(std::make_unique<MYSQL>())
{
    // The library reads for as long as bytes are there and asks nobody; a fast server could keep the thread for ever.
    [[maybe_unused]] static const int registered = ma_pvio_register_callback(1, &MysqlConnection::onTransfer);
    if (MysqlTlsHook::index() < 0) throw std::bad_alloc();
    mysql_init(m_mysql.get());
}

void MysqlConnection::onTransfer(int mode, MYSQL *mysql, const uchar *, size_t length)
{
    MysqlConnection *self = activeConnection;
    if (mode != 0 || !self || self->m_mysql.get() != mysql || ssize_t(length) <= 0) return;
    self->m_received += length;
    if (self->m_received > self->m_options.maxReceived) ::shutdown(int(mysql_get_socket(mysql)), SHUT_RDWR);
}

MysqlConnection::~MysqlConnection()
{
    const Active active(this);
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
    // Without a verified server nobody gets the password in a readable form; "dialog" would ask at the terminal.
    const QByteArray safe = "mysql_native_password,client_ed25519,caching_sha2_password,sha256_password,auth_gssapi_client,parsec";
    mysql_optionsv(mysql, MARIADB_OPT_RESTRICTED_AUTH, (options.tls < Tls::VerifyCa ? safe : safe + ",mysql_clear_password").constData());
    if (options.tls == Tls::Off) return;
    mysql_options(mysql, MYSQL_OPT_SSL_ENFORCE, &yes);
    // Where none is named the library reads all authorities of the system, which takes it 20 ms; nobody needs them then.
    const char *folder = options.tls >= Tls::VerifyCa ? X509_get_default_cert_dir() : "/dev/null";
    if (options.ca.isEmpty() || options.tls < Tls::VerifyCa) mysql_options(mysql, MYSQL_OPT_SSL_CAPATH, folder);
    else mysql_options(mysql, MYSQL_OPT_SSL_CA, options.ca.constData());
    if (!options.certificate.isEmpty()) mysql_options(mysql, MYSQL_OPT_SSL_CERT, options.certificate.constData());
    if (!options.key.isEmpty()) mysql_options(mysql, MYSQL_OPT_SSL_KEY, options.key.constData());
}

MysqlConnection::Outcome MysqlConnection::connect(const Options &options, const std::function<void(Phase)> &onPhase)
{
    configure(options);
    m_onPhase = onPhase;
    const Active active(this);
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
    activeConnection = nullptr;
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
    if (kind == Kind::Plain && m_options.tls != Tls::Off) giveUpTls();
    enter(kind == Kind::OffersTls && m_options.tls != Tls::Off ? Phase::Tls : Phase::Login);
    return WaitResult::Ready;
}

// For as long as any of these is set the library's login methods believe that there is TLS, and show the password. What
// would send it sealed with a key that the server names is left out as well: anybody may have taken the TLS away.
void MysqlConnection::giveUpTls()
{
    for (const mysql_option option : {MYSQL_OPT_SSL_CA, MYSQL_OPT_SSL_CAPATH, MYSQL_OPT_SSL_CERT, MYSQL_OPT_SSL_KEY})
        mysql_options(m_mysql.get(), option, nullptr);
    mysql_options(m_mysql.get(), MYSQL_OPT_SSL_ENFORCE, "\0");
    mysql_optionsv(m_mysql.get(), MARIADB_OPT_RESTRICTED_AUTH, "mysql_native_password,client_ed25519,auth_gssapi_client,parsec");
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
    if (m_received > m_options.maxReceived) return u"The server sent more than %1 MiB and no end."_s.arg(m_options.maxReceived >> 20);
    if (m_greeting.kind == MysqlGreeting::Kind::Error) return m_greeting.errorText;
    // The library's own text shows bytes of the login where the name of the method should be.
    if (refusedMethod())
        return u"The server asks for a login method that would show the password or that is not known here. Nothing was sent."_s;
    if (m_phase == Phase::Tls && !m_options.ca.isEmpty() && ::access(m_options.ca.constData(), R_OK) != 0)
        return u"The file of authorities %1 cannot be read."_s.arg(QString::fromUtf8(m_options.ca));
    if (m_phase == Phase::Tls && m_certificateError != 0)
        return u"The server's certificate is not accepted: %1"_s.arg(QString::fromLatin1(X509_verify_cert_error_string(m_certificateError)));
    return m_socketError != 0 ? qt_error_string(m_socketError) : QString::fromUtf8(mysql_error(m_mysql.get()));
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
    result->errorText = m_received > m_options.maxReceived ? errorText() : QString::fromUtf8(text);
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
    const Active active(this);
    m_received = 0;
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
    const Active active(this);
    m_received = 0;
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
