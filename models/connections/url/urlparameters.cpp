// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/url/urlparameters.h"

#include "models/connections/url/urltext.h"

#include <QRegularExpression>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

using Pairs = QList<QPair<QString, QString>>;

/// How a driver spells what every connection has. `modes`: disable, allow, prefer, require, verify-ca, verify-full, each as
/// name=value&name=value; two alike cannot be told apart by the driver, an empty one is its default. No name: not sayable.
struct Spelling {
    DatabaseType type;
    UrlDialect dialect;
    const char *modes[6];
    const char *rootCert;
    const char *cert;
    const char *key;
    const char *timeout;
    const char *timeoutForm = "%1";
};

constexpr Spelling spellings[] = {
    {DatabaseType::Postgresql, UrlDialect::Jdbc,
     {"sslmode=disable", "sslmode=allow", "sslmode=prefer", "sslmode=require", "sslmode=verify-ca", "sslmode=verify-full"},
     "sslrootcert", "sslcert", "sslkey", "connectTimeout"},
    {DatabaseType::Mysql, UrlDialect::Jdbc,
     {"sslMode=DISABLED", "sslMode=PREFERRED", "sslMode=PREFERRED", "sslMode=REQUIRED", "sslMode=VERIFY_CA", "sslMode=VERIFY_IDENTITY"},
     nullptr, nullptr, nullptr, "connectTimeout", "%1000"},
    {DatabaseType::Mysql, UrlDialect::SqlAlchemy,
     {"ssl_disabled=true", "", "", "ssl_check_hostname=false", "ssl_check_hostname=false", "ssl_check_hostname=true"},
     "ssl_ca", "ssl_cert", "ssl_key", "connect_timeout"},
    {DatabaseType::Mysql, UrlDialect::Odbc,
     {"SSLMODE=DISABLED", "SSLMODE=PREFERRED", "SSLMODE=PREFERRED", "SSLMODE=REQUIRED", "SSLMODE=VERIFY_CA", "SSLMODE=VERIFY_IDENTITY"},
     "SSLCA", "SSLCERT", "SSLKEY", nullptr},
    {DatabaseType::Mysql, UrlDialect::GoDsn,
     {"tls=false", "tls=preferred", "tls=preferred", "tls=skip-verify", "tls=true", "tls=true"}, nullptr, nullptr, nullptr, "timeout", "%1s"},
    {DatabaseType::Sqlserver, UrlDialect::Url,
     {"encrypt=disable", "encrypt=false", "encrypt=false", "encrypt=true&TrustServerCertificate=true", "encrypt=true&TrustServerCertificate=false",
      "encrypt=true&TrustServerCertificate=false"},
     nullptr, nullptr, nullptr, "connection timeout"},
    {DatabaseType::Sqlserver, UrlDialect::Jdbc,
     {"encrypt=false", "encrypt=false", "encrypt=false", "encrypt=true&trustServerCertificate=true", "encrypt=true&trustServerCertificate=false",
      "encrypt=true&trustServerCertificate=false"},
     nullptr, nullptr, nullptr, "loginTimeout"},
    {DatabaseType::Sqlserver, UrlDialect::SqlAlchemy,
     {"Encrypt=no", "Encrypt=optional", "Encrypt=optional", "Encrypt=yes&TrustServerCertificate=yes", "Encrypt=yes&TrustServerCertificate=no",
      "Encrypt=yes&TrustServerCertificate=no"},
     nullptr, nullptr, nullptr, nullptr},
    {DatabaseType::Sqlserver, UrlDialect::Odbc,
     {"Encrypt=no", "Encrypt=optional", "Encrypt=optional", "Encrypt=yes&TrustServerCertificate=yes", "Encrypt=yes&TrustServerCertificate=no",
      "Encrypt=yes&TrustServerCertificate=no"},
     nullptr, nullptr, nullptr, nullptr},
};

/// libpq's own names, which most others of its family read too.
constexpr Spelling plainSpelling{DatabaseType::Postgresql, UrlDialect::Url,
                                 {"sslmode=disable", "sslmode=allow", "sslmode=prefer", "sslmode=require", "sslmode=verify-ca", "sslmode=verify-full"},
                                 "sslrootcert", "sslcert", "sslkey", "connect_timeout"};

const Spelling &spellingOf(DatabaseType type, UrlDialect dialect)
{
    for (const Spelling &each : spellings)
        if (each.type == type && each.dialect == dialect) return each;
    return plainSpelling;
}

void addMode(Pairs &pairs, const QString &mode, const Spelling &spelling)
{
    static const QStringList names{u"disable"_s, u"allow"_s, u"prefer"_s, u"require"_s, u"verify-ca"_s, u"verify-full"_s};
    const qsizetype index = names.indexOf(mode);
    if (index < 0) return;
    for (const QString &pair : QString::fromLatin1(spelling.modes[index]).split(u'&', Qt::SkipEmptyParts))
        pairs << qMakePair(pair.section(u'=', 0, 0), pair.section(u'=', 1));
}

void add(Pairs &pairs, const char *name, const QString &value)
{
    if (name && !value.isEmpty()) pairs << qMakePair(QString::fromLatin1(name), value);
}

/// Where names cannot be escaped, only words will do.
bool isWritable(const QString &name, UrlDialect dialect)
{
    static const QRegularExpression word(u"^[A-Za-z_][A-Za-z_]*$"_s);
    static const QRegularExpression words(u"^[A-Za-z_][A-Za-z0-9_ ]*$"_s);
    switch (dialect) {
    case UrlDialect::Keywords: return word.match(name).hasMatch();
    case UrlDialect::Odbc:
    case UrlDialect::Jdbc: return words.match(name).hasMatch();
    default: return !name.isEmpty();
    }
}

}  // namespace

QList<QPair<QString, QString>> urlParameters(const Connection &connection, UrlDialect dialect)
{
    Pairs pairs;
    const QJsonObject &config = connection.config;
    const Spelling &spelling = spellingOf(connection.databaseType, dialect);
    const auto text = [&config](const char *key) { return config.value(QLatin1String(key)).toVariant().toString(); };
    if (connection.databaseType == DatabaseType::Sqlserver && dialect == UrlDialect::SqlAlchemy) pairs << qMakePair(u"driver"_s, writtenOdbcDriver(connection));
    addMode(pairs, text("sslmode"), spelling);
    add(pairs, spelling.rootCert, text("sslrootcert"));
    add(pairs, spelling.cert, text("sslcert"));
    add(pairs, spelling.key, text("sslkey"));
    if (spelling.timeout && config.contains("connect_timeout"_L1))
        add(pairs, spelling.timeout, QString::fromLatin1(spelling.timeoutForm).replace("%1"_L1, text("connect_timeout")));
    const QJsonObject options = config.value("options"_L1).toObject();
    for (auto it = options.begin(); it != options.end(); ++it) {
        const bool inAddress = connection.databaseType == DatabaseType::Sqlserver && it.key() == "instance"_L1;
        const QString value = it->toVariant().toString();
        if (!inAddress && !value.isEmpty() && !UrlText::isSecretName(it.key()) && isWritable(it.key(), dialect)) pairs << qMakePair(it.key(), value);
    }
    return pairs;
}

QString writtenOdbcDriver(const Connection &connection)
{
    const QString chosen = connection.config.value("odbc_driver"_L1).toString();
    if (!chosen.isEmpty()) return chosen;
    switch (connection.databaseType) {
    case DatabaseType::Postgresql: return u"PostgreSQL Unicode"_s;
    case DatabaseType::Mysql: return u"MySQL ODBC 8.0 Unicode Driver"_s;
    case DatabaseType::Sqlite: return u"SQLite3"_s;
    default: return u"ODBC Driver 18 for SQL Server"_s;
    }
}

}  // namespace headgate
