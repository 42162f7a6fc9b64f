// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/database/odbc/helper/odbcconnection.h"

#include "models/base/error.h"

#include <algorithm>
#include <sql.h>
#include <sqlext.h>
#include <vector>

namespace headgate::odbc {

using namespace Qt::StringLiterals;

namespace {

static_assert(sizeof(SQLWCHAR) == sizeof(char16_t), "the driver manager speaks UTF-16");
constexpr int maxMessages = 20;
constexpr qsizetype maxReplyBytes = 32 * 1024 * 1024;  // JSON may double it; the frame holds it then

SQLWCHAR *wide(const QString &text)
{
    return reinterpret_cast<SQLWCHAR *>(const_cast<QChar *>(text.constData()));
}

QString fromWide(const SQLWCHAR *text, qsizetype length)
{
    return QString::fromUtf16(reinterpret_cast<const char16_t *>(text), length);
}

QJsonArray messages(SQLSMALLINT kind, SQLHANDLE handle)
{
    QJsonArray list;
    for (SQLSMALLINT i = 1; i <= maxMessages; ++i) {
        SQLWCHAR state[6] = {};
        SQLWCHAR text[4096] = {};
        SQLINTEGER native = 0;
        SQLSMALLINT length = 0;
        if (!SQL_SUCCEEDED(SQLGetDiagRecW(kind, handle, i, state, &native, text, SQLSMALLINT(std::size(text)), &length))) break;
        list.append(toJson({fromWide(state, 5), int(native), fromWide(text, std::min<qsizetype>(length, qsizetype(std::size(text)) - 1))}));
    }
    return list;
}

QJsonObject refusal(const QString &state, const QString &text)
{
    return {{u"errors"_s, QJsonArray{toJson({state, 0, text})}}};
}

QJsonObject refusal(SQLSMALLINT kind, SQLHANDLE handle)
{
    const QJsonArray list = messages(kind, handle);
    return list.isEmpty() ? refusal(u"HY000"_s, u"The driver gives no reason."_s) : QJsonObject{{u"errors"_s, list}};
}

/// The statement of one read(), freed whatever happens.
class Statement {
public:
    explicit Statement(SQLHDBC connection) { SQLAllocHandle(SQL_HANDLE_STMT, connection, &m_handle); }
    ~Statement()
    {
        if (m_handle) SQLFreeHandle(SQL_HANDLE_STMT, m_handle);
    }
    Statement(const Statement &) = delete;
    Statement &operator=(const Statement &) = delete;
    SQLHSTMT handle() const { return m_handle; }

private:
    SQLHSTMT m_handle = nullptr;
};

/// Values bound as text; what is bound must stay where it is until the statement ran.
class Binding {
public:
    Binding(SQLHSTMT statement, const QJsonArray &values) : m_lengths(size_t(values.size()))
    {
        for (const QJsonValue &value : values) m_texts.push_back(value.toString());
        for (size_t i = 0; i < m_texts.size(); ++i) {
            const QString &text = m_texts[i];
            m_lengths[i] = SQLLEN(text.size() * 2);
            SQLBindParameter(statement, SQLUSMALLINT(i + 1), SQL_PARAM_INPUT, SQL_C_WCHAR, SQL_WVARCHAR, SQLULEN(std::max<qsizetype>(1, text.size())), 0,
                             wide(text), m_lengths[i], &m_lengths[i]);
        }
    }

private:
    std::vector<QString> m_texts;
    std::vector<SQLLEN> m_lengths;
};

QJsonValue cell(SQLHSTMT statement, SQLUSMALLINT column, bool *ok)
{
    QString text;
    for (;;) {
        SQLWCHAR buffer[2048];
        SQLLEN length = 0;
        const SQLRETURN code = SQLGetData(statement, column, SQL_C_WCHAR, buffer, sizeof buffer, &length);
        if (code == SQL_NO_DATA) return text;
        *ok = SQL_SUCCEEDED(code);
        if (!*ok || length == SQL_NULL_DATA) return {};
        const bool more = code == SQL_SUCCESS_WITH_INFO && (length == SQL_NO_TOTAL || length >= SQLLEN(sizeof buffer));
        text += fromWide(buffer, more ? qsizetype(std::size(buffer)) - 1 : qsizetype(length) / 2);
        if (!more) return text;
    }
}

QJsonArray columnNames(SQLHSTMT statement, SQLSMALLINT count)
{
    QJsonArray names;
    for (SQLUSMALLINT i = 1; i <= count; ++i) {
        SQLWCHAR name[256] = {};
        SQLSMALLINT length = 0;
        SQLDescribeColW(statement, i, name, SQLSMALLINT(std::size(name)), &length, nullptr, nullptr, nullptr, nullptr);
        names.append(fromWide(name, std::min<qsizetype>(length, qsizetype(std::size(name)) - 1)));
    }
    return names;
}

SQLPOINTER number(qintptr value)
{
    return reinterpret_cast<SQLPOINTER>(value);
}

Parameters parametersFrom(const QJsonArray &array)
{
    Parameters parameters;
    for (const QJsonValue &pair : array) parameters.append({pair.toArray().at(0).toString(), pair.toArray().at(1).toString()});
    return parameters;
}

QString driverIn(const Parameters &parameters)
{
    const auto found = std::ranges::find(parameters, u"DRIVER"_s, &QPair<QString, QString>::first);
    return found == parameters.end() ? QString() : found->second;
}

}  // namespace

OdbcConnection::OdbcConnection()
{
    SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &m_environment);
    SQLSetEnvAttr(m_environment, SQL_ATTR_ODBC_VERSION, number(SQL_OV_ODBC3), 0);
}

OdbcConnection::~OdbcConnection()
{
    if (m_connection) {
        SQLDisconnect(m_connection);
        SQLFreeHandle(SQL_HANDLE_DBC, m_connection);
    }
    SQLFreeHandle(SQL_HANDLE_ENV, m_environment);
}

QJsonObject OdbcConnection::drivers() const
{
    QStringList names;
    SQLWCHAR name[512];
    SQLWCHAR attributes[2048];
    SQLSMALLINT length = 0;
    SQLSMALLINT ignored = 0;
    SQLUSMALLINT direction = SQL_FETCH_FIRST;
    while (SQL_SUCCEEDED(SQLDriversW(m_environment, direction, name, SQLSMALLINT(std::size(name)), &length, attributes,
                                     SQLSMALLINT(std::size(attributes)), &ignored))) {
        names.append(fromWide(name, std::min<qsizetype>(length, qsizetype(std::size(name)) - 1)));
        direction = SQL_FETCH_NEXT;
    }
    names.removeDuplicates();
    names.sort();
    return {{u"drivers"_s, QJsonArray::fromStringList(names)}};
}

// A path instead of a name would load any file as code: what is not listed is not loaded.
bool OdbcConnection::hasDriver(const QString &name) const
{
    return drivers().value("drivers"_L1).toArray().contains(name);
}

QString OdbcConnection::info(quint16 what) const
{
    SQLWCHAR text[256] = {};
    SQLSMALLINT bytes = 0;
    if (!SQL_SUCCEEDED(SQLGetInfoW(m_connection, what, text, SQLSMALLINT(sizeof text), &bytes))) return {};
    return fromWide(text, std::min<qsizetype>(bytes / 2, qsizetype(std::size(text)) - 1));
}

QJsonObject OdbcConnection::open(const QJsonObject &request, QByteArray password)
{
    Parameters parameters = parametersFrom(request.value("parameters"_L1).toArray());
    const QString driver = driverIn(parameters);
    if (!hasDriver(driver)) {
        QJsonObject reply = refusal(u"IM002"_s, u"The ODBC driver \"%1\" is not installed."_s.arg(driver));
        reply.insert(u"drivers"_s, drivers().value("drivers"_L1));
        return reply;
    }
    SQLAllocHandle(SQL_HANDLE_DBC, m_environment, &m_connection);
    SQLSetConnectAttr(m_connection, SQL_ATTR_LOGIN_TIMEOUT, number(request.value("login_s"_L1).toInt(10)), 0);
    if (request.value("read_only"_L1).toBool()) SQLSetConnectAttr(m_connection, SQL_ATTR_ACCESS_MODE, number(SQL_MODE_READ_ONLY), 0);
    if (!password.isEmpty()) parameters.append({u"PWD"_s, QString::fromUtf8(password)});
    password.fill('\0');
    QString text;
    try {
        text = connectionString(parameters, request.value("braces_doubled"_L1).toBool(true) ? Braces::Doubled : Braces::UpToSemicolon);
    } catch (const Exception &exception) {
        return refusal(u"HY024"_s, exception.error().what);
    }
    const SQLRETURN code = SQLDriverConnectW(m_connection, nullptr, wide(text), SQLSMALLINT(text.size()), nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT);
    text.fill(u'\0');
    if (!SQL_SUCCEEDED(code)) return refusal(SQL_HANDLE_DBC, m_connection);
    const QJsonArray remarks = messages(SQL_HANDLE_DBC, m_connection);
    SQLSetConnectAttr(m_connection, SQL_ATTR_AUTOCOMMIT, number(SQL_AUTOCOMMIT_OFF), 0);
    return {{u"open"_s, true},
            {u"driver"_s, info(SQL_DRIVER_NAME)},
            {u"driver_version"_s, info(SQL_DRIVER_VER)},
            {u"dbms"_s, info(SQL_DBMS_NAME)},
            {u"dbms_version"_s, info(SQL_DBMS_VER)},
            {u"messages"_s, remarks}};
}

QJsonObject OdbcConnection::fetch(void *statement, int maxRows) const
{
    SQLSMALLINT count = 0;
    SQLNumResultCols(statement, &count);
    QJsonArray rows;
    qsizetype bytes = 0;
    bool truncated = false;
    while (count > 0) {
        const SQLRETURN code = SQLFetch(statement);
        if (code == SQL_NO_DATA) break;
        if (!SQL_SUCCEEDED(code)) return refusal(SQL_HANDLE_STMT, statement);
        truncated = rows.size() >= maxRows || bytes > maxReplyBytes;
        if (truncated) break;
        QJsonArray row;
        for (SQLUSMALLINT i = 1; i <= count; ++i) {
            bool ok = true;
            row.append(cell(statement, i, &ok));
            if (!ok) return refusal(SQL_HANDLE_STMT, statement);
            bytes += row.last().toString().size() * 2;
        }
        rows.append(row);
    }
    return {{u"columns"_s, columnNames(statement, count)}, {u"rows"_s, rows}, {u"truncated"_s, truncated}};
}

QJsonObject OdbcConnection::read(const QJsonObject &request)
{
    if (!m_connection) return refusal(u"08003"_s, u"No session is open."_s);
    const Statement statement(m_connection);
    if (!statement.handle()) return refusal(SQL_HANDLE_DBC, m_connection);
    SQLSetStmtAttr(statement.handle(), SQL_ATTR_QUERY_TIMEOUT, number(request.value("query_s"_L1).toInt(10)), 0);
    const Binding binding(statement.handle(), request.value("values"_L1).toArray());
    const QString sql = request.value("sql"_L1).toString();
    {
        const std::lock_guard lock(m_mutex);
        m_statement = statement.handle();
    }
    const SQLRETURN code = SQLExecDirectW(statement.handle(), wide(sql), SQLINTEGER(sql.size()));
    QJsonObject reply = SQL_SUCCEEDED(code) || code == SQL_NO_DATA ? fetch(statement.handle(), request.value("max_rows"_L1).toInt(100'000))
                                                                   : refusal(SQL_HANDLE_STMT, statement.handle());
    {
        const std::lock_guard lock(m_mutex);
        m_statement = nullptr;
    }
    SQLFreeStmt(statement.handle(), SQL_CLOSE);
    SQLEndTran(SQL_HANDLE_DBC, m_connection, SQL_ROLLBACK);
    return reply;
}

void OdbcConnection::cancel()
{
    const std::lock_guard lock(m_mutex);
    if (m_statement) SQLCancel(m_statement);
}

}  // namespace headgate::odbc
