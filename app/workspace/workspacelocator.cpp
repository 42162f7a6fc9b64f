// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/workspacelocator.h"

#include "models/connections/connectionurl.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QSettings>
#include <QStandardPaths>

namespace headgate::WorkspaceLocator {

namespace {

Error invalid(const QString &what, const QString &where, const QString &hint)
{
    return {ErrorKind::Invalid, what, where, {}, hint};
}

/// Seconds from "90", "90s", "5m", "1h30m", "500ms" (the spelling of Go programs); throws on anything else.
int seconds(const QString &name, const QString &text)
{
    static const QRegularExpression plain(QStringLiteral("^\\d{1,7}$"));
    if (plain.match(text).hasMatch()) return text.toInt();
    static const QRegularExpression whole(QStringLiteral("^(\\d{1,7}(ms|s|m|h))+$"));
    static const QRegularExpression part(QStringLiteral("(\\d+)(ms|s|m|h)"));
    if (!whole.match(text).hasMatch())
        throw Exception(invalid(QStringLiteral("%1 is not a duration: %2").arg(name, text), name, QStringLiteral("Write seconds, or 30s, 5m, 1h.")));
    double total = 0;
    for (auto it = part.globalMatch(text); it.hasNext();) {
        const auto match = it.next();
        const QString unit = match.captured(2);
        const double factor = unit == u"h" ? 3600 : unit == u"m" ? 60 : unit == u"s" ? 1 : 0.001;
        total += match.captured(1).toDouble() * factor;
    }
    return std::max(1, int(total));
}

int number(const QString &name, const QString &text, int least, int most)
{
    bool ok = false;
    const int value = text.toInt(&ok);
    if (!ok || value < least || value > most)
        throw Exception(invalid(QStringLiteral("%1 is not a number from %2 to %3: %4").arg(name).arg(least).arg(most).arg(text), name, {}));
    return value;
}

class Variables {
public:
    explicit Variables(const QProcessEnvironment &environment) : m_environment(environment) {}
    QString text(const char *name) const { return m_environment.value(QLatin1String(name)).trimmed(); }
    template <typename F>
    void with(const char *name, F use) const
    {
        if (const QString value = text(name); !value.isEmpty()) use(QString::fromLatin1(name), value);
    }

private:
    const QProcessEnvironment &m_environment;
};

void applySettings(WorkspaceAddress &address, const Variables &variables)
{
    PoolSettings &pool = address.pool;
    variables.with("DATABASE_POOL_SIZE", [&](const QString &n, const QString &v) { pool.size = number(n, v, 1, 500); });
    variables.with("DATABASE_MAX_OVERFLOW", [&](const QString &n, const QString &v) { pool.overflow = number(n, v, 0, 500); });
    variables.with("DB_MAX_OPEN_CONNS", [&](const QString &n, const QString &v) {
        const int open = number(n, v, 1, 1000);
        pool.size = std::min(pool.size, open);
        pool.overflow = open - pool.size;
    });
    pool.maxIdle = pool.size;
    variables.with("DB_MAX_IDLE_CONNS", [&](const QString &n, const QString &v) { pool.maxIdle = number(n, v, 0, 1000); });
    variables.with("DB_CONN_MAX_LIFETIME", [&](const QString &n, const QString &v) { pool.recycleSeconds = seconds(n, v); });
    variables.with("DB_CONN_MAX_IDLE_TIME", [&](const QString &n, const QString &v) { pool.idleSeconds = seconds(n, v); });
    variables.with("DB_CONNECT_TIMEOUT", [&](const QString &n, const QString &v) { address.spec.connectTimeoutMs = seconds(n, v) * 1000; });
    variables.with("DB_QUERY_TIMEOUT", [&](const QString &n, const QString &v) { address.spec.statementTimeoutMs = seconds(n, v) * 1000; });
}

WorkspaceAddress fromFile(const QString &path)
{
    WorkspaceAddress address;
    address.spec.kind = Dialect::Kind::Sqlite;
    address.spec.path = QFileInfo(path).absoluteFilePath();
    address.text = address.spec.path;
    return address;
}

WorkspaceAddress fromUrl(const QString &url)
{
    const ParsedUrl parsed = parseConnectionUrl(url).orThrow();
    const Connection &c = parsed.connection;
    if (c.databaseType == DatabaseType::Sqlite) return fromFile(c.databaseName);
    if (c.databaseType != DatabaseType::Postgresql)
        throw Exception(invalid(QStringLiteral("A workspace is kept in SQLite or PostgreSQL"), databaseTypeLabel(c.databaseType),
                                QStringLiteral("Give a file, or a URL that begins with postgresql://.")));
    WorkspaceAddress address;
    ConnectSpec &spec = address.spec;
    spec.kind = Dialect::Kind::Postgresql;
    spec.host = c.host;
    spec.port = c.port ? QString::number(*c.port) : QString();
    spec.database = c.databaseName;
    spec.user = c.username;
    spec.password = parsed.password.value_or(QString()).toUtf8();
    for (const char *key : {"sslmode", "sslrootcert", "sslcert", "sslkey"}) {
        const QString value = c.config.value(QLatin1String(key)).toString();
        if (!value.isEmpty()) spec.options.insert(QLatin1String(key), value);
    }
    const QJsonObject others = c.config.value(QLatin1String("options")).toObject();
    for (auto it = others.begin(); it != others.end(); ++it) spec.options.insert(it.key(), it.value().toVariant().toString());
    if (const int timeout = c.config.value(QLatin1String("connect_timeout")).toInt(); timeout > 0) spec.connectTimeoutMs = timeout * 1000;
    address.text = formatConnectionUrl(c);
    return address;
}

bool looksLikeUrl(const QString &text)
{
    static const QRegularExpression scheme(QStringLiteral("^([a-z][a-z0-9+]*://|sqlite:|file:)"), QRegularExpression::CaseInsensitiveOption);
    return scheme.match(text).hasMatch();
}

WorkspaceAddress fromText(const QString &text) { return looksLikeUrl(text) ? fromUrl(text) : fromFile(text); }

WorkspaceAddress fromDbVariables(const Variables &variables)
{
    WorkspaceAddress address;
    ConnectSpec &spec = address.spec;
    spec.kind = Dialect::Kind::Postgresql;
    spec.host = variables.text("DB_HOST");
    spec.port = variables.text("DB_PORT");
    if (!spec.port.isEmpty()) number(QStringLiteral("DB_PORT"), spec.port, 1, 65535);
    spec.database = variables.text("DB_NAME").isEmpty() ? QStringLiteral("headgate") : variables.text("DB_NAME");
    spec.user = variables.text("DB_USER");
    spec.password = variables.text("DB_PASSWORD").toUtf8();
    if (const QString mode = variables.text("DB_SSLMODE"); !mode.isEmpty()) spec.options.insert(QStringLiteral("sslmode"), mode);
    Connection c;
    c.host = spec.host;
    if (!spec.port.isEmpty()) c.port = spec.port.toInt();
    c.databaseName = spec.database;
    c.username = spec.user;
    address.text = formatConnectionUrl(c);
    return address;
}

WorkspaceAddress choose(const QString &argument, const Variables &variables, const QString &last, const QString &embedded)
{
    using Origin = WorkspaceAddress::Origin;
    // A URL that is kept or shown anywhere has no password in it.
    const auto marked = [&variables](WorkspaceAddress address, Origin origin) {
        if (address.spec.kind == Dialect::Kind::Postgresql && address.spec.password.isEmpty())
            address.spec.password = variables.text("DB_PASSWORD").toUtf8();
        address.origin = origin;
        return address;
    };
    if (!argument.isEmpty()) {
        if (urlHasPassword(argument))
            throw Exception(invalid(QStringLiteral("A password in an argument can be seen by every user of this machine"), QStringLiteral("--workspace"),
                                    QStringLiteral("Put the password into DB_PASSWORD, PGPASSWORD or ~/.pgpass, and leave it out of the URL.")));
        return marked(fromText(argument), Origin::Argument);
    }
    if (const QString url = variables.text("DATABASE_URL"); !url.isEmpty()) return marked(fromText(url), Origin::DatabaseUrl);
    if (!variables.text("DB_HOST").isEmpty()) return marked(fromDbVariables(variables), Origin::DbVariables);
    if (!last.isEmpty() && (looksLikeUrl(last) || QFileInfo::exists(last))) return marked(fromText(last), Origin::LastOpened);
    WorkspaceAddress address = marked(fromFile(embedded), Origin::Embedded);
    address.spec.createFile = true;
    return address;
}

}  // namespace

Result<WorkspaceAddress> resolve(const QString &argument, const QProcessEnvironment &environment, const QString &lastOpened,
                                 const QString &embeddedPath)
{
    try {
        const Variables variables(environment);
        WorkspaceAddress address = choose(argument, variables, lastOpened, embeddedPath);
        applySettings(address, variables);
        return address;
    } catch (const Exception &exception) {
        return exception.error();
    }
}

QString embeddedPath()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/headgate/workspace.sqlite");
}

QString keyFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + QStringLiteral("/headgate/keys");
}

QString stateFolder()
{
    const QString state = qEnvironmentVariable("XDG_STATE_HOME");
    return (QDir::isAbsolutePath(state) ? state : QDir::homePath() + QStringLiteral("/.local/state")) + QStringLiteral("/headgate/trail");
}

namespace {
QSettings settings()
{
    return QSettings(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("headgate"), QStringLiteral("headgate"));
}
}  // namespace

QString lastOpened() { return settings().value(QStringLiteral("workspace/last")).toString(); }
void rememberLastOpened(const QString &text) { settings().setValue(QStringLiteral("workspace/last"), text); }

}  // namespace headgate::WorkspaceLocator
