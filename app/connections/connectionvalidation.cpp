// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/connections/connectionservice.h"
#include "models/audit/redaction.h"
#include "models/base/error.h"
#include "models/connections/sqlserverlogin.h"
#include "models/connections/tlspromise.h"
#include "models/connections/healthrule.h"

#include <QFileInfo>

namespace headgate {

namespace {

/// Collects the messages, one per field: the first one counts.
class Checker {
public:
    void require(bool ok, const char *field, const QString &message)
    {
        const QString name = QLatin1String(field);
        for (const FieldError &error : m_errors)
            if (error.field == name) return;
        if (!ok) m_errors << FieldError{name, message};
    }
    QList<FieldError> errors() const { return m_errors; }

private:
    QList<FieldError> m_errors;
};

bool hasControlCharacters(const QString &text)
{
    return std::any_of(text.begin(), text.end(), [](QChar c) { return c.category() == QChar::Other_Control; });
}

void checkText(Checker &check, const char *field, const QString &text, const QString &label)
{
    check.require(text.size() <= 255, field, QStringLiteral("%1 is at most 255 characters long.").arg(label));
    check.require(!hasControlCharacters(text), field, QStringLiteral("%1 holds a line break or another control character.").arg(label));
    check.require(text == text.trimmed(), field, QStringLiteral("%1 begins or ends with a blank.").arg(label));
}

void checkFile(Checker &check, const char *field, const QString &path)
{
    if (path.isEmpty() || path == u"system") return;
    const QFileInfo file(path);
    check.require(file.exists(), field, QStringLiteral("There is no such file."));
    check.require(file.isFile(), field, QStringLiteral("This is no file."));
    check.require(file.isReadable(), field, QStringLiteral("The file cannot be read by this user."));
    // libpq's own rule: root's key may be readable by its group, anybody else's by nobody else.
    const QFile::Permissions open = file.ownerId() == 0 ? QFile::ReadOther | QFile::WriteOther | QFile::WriteGroup
                                                        : QFile::ReadOther | QFile::WriteOther | QFile::ReadGroup | QFile::WriteGroup;
    check.require(QLatin1String(field) != QLatin1String("sslkey") || (file.permissions() & open) == 0, field,
                  QStringLiteral("Others may read this key, and then it is not used: take their rights away (chmod 600)."));
}

void checkSqlServer(Checker &check, const Connection &c)
{
    const QString driver = odbcDriver(c);
    check.require(!driver.contains(QLatin1Char('/')) && !hasControlCharacters(driver), "odbc_driver",
                  QStringLiteral("Enter a driver's name as odbcinst.ini lists it, not a file."));
    checkText(check, "instance", sqlServerInstance(c), QStringLiteral("The instance"));
    try {
        const SslMode mode = targetoptions::sslMode(c).value_or(SslMode::Prefer);
        sqlServerLogin(c, driver.isEmpty() ? QStringLiteral("FreeTDS") : driver, c.port.value_or(defaultPort(c.databaseType)), mode, c.isReadOnly);
    } catch (const Exception &exception) {
        const QByteArray field = exception.error().where.toLatin1();
        check.require(false, field.constData(), exception.error().what + QStringLiteral(". ") + exception.error().hint);
    }
}

void checkNetwork(Checker &check, const Connection &c)
{
    check.require(!c.host.isEmpty(), "host", QStringLiteral("Enter the host name or address of the server."));
    check.require(!c.host.contains(QLatin1String("://")), "host", QStringLiteral("This is a URL: paste it into the URL field instead."));
    check.require(!c.host.contains(QLatin1Char(' ')), "host", QStringLiteral("A host name holds no blanks."));
    check.require(!c.port || (*c.port >= 1 && *c.port <= 65535), "port", QStringLiteral("The port is between 1 and 65535."));
    check.require(!c.username.isEmpty(), "username", QStringLiteral("Enter the user to sign in as."));
    check.require(c.databaseType == DatabaseType::Mysql || !c.databaseName.isEmpty(), "database_name", QStringLiteral("Enter the database to connect to."));
    const QString mode = c.config.value(QLatin1String("sslmode")).toString(QStringLiteral("prefer"));
    static const QStringList modes{QStringLiteral("disable"),   QStringLiteral("allow"),     QStringLiteral("prefer"),
                                   QStringLiteral("require"),   QStringLiteral("verify-ca"), QStringLiteral("verify-full")};
    check.require(modes.contains(mode), "sslmode", QStringLiteral("The TLS mode is one of %1.").arg(modes.join(QStringLiteral(", "))));
    for (const char *field : {"sslrootcert", "sslcert", "sslkey"}) checkFile(check, field, c.config.value(QLatin1String(field)).toString());
    const bool certificate = c.config.contains(QLatin1String("sslcert"));
    check.require(certificate == c.config.contains(QLatin1String("sslkey")), certificate ? "sslkey" : "sslcert",
                  QStringLiteral("A client certificate and its key go together."));
}

}  // namespace

QList<FieldError> ConnectionService::validate(const ConnectionDraft &draft)
{
    const Connection &c = draft.connection;
    Checker check;
    check.require(!c.name.isEmpty(), "name", QStringLiteral("Enter a name."));
    checkText(check, "name", c.name, QStringLiteral("The name"));
    checkText(check, "host", c.host, QStringLiteral("The host"));
    checkText(check, "username", c.username, QStringLiteral("The user"));
    checkText(check, "database_name", c.databaseName, QStringLiteral("The database"));
    if (c.databaseType == DatabaseType::Sqlite)
        check.require(!c.databaseName.isEmpty(), "database_name", QStringLiteral("Choose the database file."));
    else
        checkNetwork(check, c);
    if (c.databaseType == DatabaseType::Sqlserver) checkSqlServer(check, c);
    const QJsonValue timeout = c.config.value(QLatin1String("connect_timeout"));
    check.require(timeout.isUndefined() || (timeout.isDouble() && timeout.toInt() >= 1 && timeout.toInt() <= 600), "connect_timeout",
                  QStringLiteral("The time limit is between 1 and 600 seconds."));
    const QString healthFault = HealthRule::of(c.config).fault();
    check.require(healthFault.isEmpty(), "health", healthFault);
    for (const QString &tag : c.tags)
        check.require(!tag.trimmed().isEmpty() && tag.size() <= 100 && !hasControlCharacters(tag), "tags",
                      QStringLiteral("A tag has 1 to 100 characters."));
    check.require(!c.isReadOnly || !c.config.value(QLatin1String("read_only_reason")).toString().trimmed().isEmpty(), "read_only_reason",
                  QStringLiteral("Say why nothing may be written there."));
    check.require(Redaction::redact(c.config) == c.config, "options",
                  QStringLiteral("The options hold a password or another secret: enter it in the password field."));
    check.require(!draft.password || !draft.password->contains(QChar(u'\0')), "password", QStringLiteral("A password holds no NUL character."));
    return check.errors();
}

}  // namespace headgate
