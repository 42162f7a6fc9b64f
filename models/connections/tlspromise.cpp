// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/tlspromise.h"

#include <QRegularExpression>
#include <array>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array modes{"disable", "allow", "prefer", "require", "verify-ca", "verify-full"};

/// In the order of `modes`.
using Promises = std::array<const char *, modes.size()>;

constexpr Promises postgresqlPromises{
    "No TLS: data and, depending on the login method, the password go in clear.",
    "In clear, unless the server insists on TLS; then nothing about it is checked.",
    "TLS when the server offers it, else in clear; the certificate is not checked.",
    "Always TLS; the certificate is not checked, so the server may be another one.",
    "Always TLS; the certificate must be signed by the authority. The host name is not checked.",
    "Always TLS; the certificate must be signed by the authority and name this host."};
constexpr Promises mysqlPromises{
    "No TLS: data goes in clear.",
    "As prefer: this client knows no other way.",
    "TLS when the server offers it, else in clear; the certificate is not checked.",
    "Always TLS; the certificate is not checked, so the server may be another one.",
    "Always TLS; the certificate must be signed by the authority. The host name is not checked.",
    "Always TLS; the certificate must be signed by the authority and name this host."};
constexpr Promises freeTdsPromises{
    "FreeTDS is told not to encrypt: data goes in clear.",
    "As prefer: FreeTDS knows no other way.",
    "FreeTDS encrypts the session only when the server insists; the certificate is not checked.",
    "FreeTDS insists on TLS; the certificate is not checked, so the server may be another one.",
    "FreeTDS insists on TLS; the certificate must be signed by the authority. The host name is not checked.",
    "FreeTDS insists on TLS; the certificate must be signed by the authority and name this host."};
constexpr Promises microsoftPromises{
    "Encrypt=no: data goes in clear unless the server insists on TLS.",
    "As disable: Microsoft's driver knows no other way.",
    "As disable: Microsoft's driver encrypts always, or only when the server insists.",
    "Encrypt=yes, TrustServerCertificate=yes: always TLS; the certificate is not checked.",
    "Always TLS, checked against the system's authorities and the host name: Microsoft's driver does not do one without the other.",
    "Always TLS; the certificate must be signed by one of the system's authorities and name this host."};
constexpr const char *otherDriver = "What this ODBC driver does about TLS is not known here: it is decided by its own options.";

const Promises *promisesOf(DatabaseType type, const QString &driver)
{
    if (type == DatabaseType::Postgresql) return &postgresqlPromises;
    if (type == DatabaseType::Mysql) return &mysqlPromises;
    if (type != DatabaseType::Sqlserver) return nullptr;
    const OdbcDriverKind kind = odbcDriverKind(driver);
    if (kind == OdbcDriverKind::FreeTds) return &freeTdsPromises;
    return kind == OdbcDriverKind::Microsoft ? &microsoftPromises : nullptr;
}

}  // namespace

OdbcDriverKind odbcDriverKind(const QString &driver)
{
    static const QRegularExpression microsoft(u"^ODBC Driver \\d+ for SQL Server$"_s, QRegularExpression::CaseInsensitiveOption);
    if (driver.contains("freetds"_L1, Qt::CaseInsensitive)) return OdbcDriverKind::FreeTds;
    return microsoft.match(driver).hasMatch() ? OdbcDriverKind::Microsoft : OdbcDriverKind::Other;
}

QString odbcDriver(const Connection &connection)
{
    return connection.config.value("odbc_driver"_L1).toString();
}

QString sqlServerInstance(const Connection &connection)
{
    return connection.config.value("options"_L1).toObject().value("instance"_L1).toString();
}

QString bestOdbcDriver(const QStringList &installed)
{
    QString best;
    int bestNumber = 0;
    for (const QString &name : installed) {
        const bool microsoft = odbcDriverKind(name) == OdbcDriverKind::Microsoft;
        const int number = microsoft ? name.section(u' ', 2, 2).toInt() : odbcDriverKind(name) == OdbcDriverKind::FreeTds ? 1 : 0;
        if (number <= bestNumber) continue;
        best = name;
        bestNumber = number;
    }
    return best;
}

QString tlsPromise(DatabaseType type, const QString &driver, const QString &sslmode)
{
    const QString mode = sslmode.isEmpty() ? u"prefer"_s : sslmode;
    const auto found = std::find_if(modes.begin(), modes.end(), [&mode](const char *name) { return mode == QLatin1String(name); });
    if (found == modes.end()) return {};
    if (const Promises *promises = promisesOf(type, driver)) return QString::fromLatin1((*promises)[size_t(found - modes.begin())]);
    return type == DatabaseType::Sqlserver ? QString::fromLatin1(otherDriver) : QString();
}

}  // namespace headgate
