// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/servers.h"

#include <QProcess>
#include <QUrl>
#include <QUrlQuery>
#include <QUuid>

namespace headgate::test {

namespace {

void runPgDatabase(const QString &action, const QString &name)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(QStringLiteral(HEADGATE_TEST_SUPPORT "/pg-database"), {action, name});
    if (!process.waitForFinished(30'000) || process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0)
        qFatal("pg-database %s %s failed: %s", qPrintable(action), qPrintable(name), process.readAll().constData());
}

}  // namespace

QByteArray serverVariable(const char *name)
{
    QByteArray value = qgetenv(name);
    if (value.isEmpty()) qFatal("%s is not set: run this test under tests/support/with-servers", name);
    return value;
}

ConnectSpec specFromUrl(const QString &text)
{
    const QUrl url(text, QUrl::StrictMode);
    if (!url.isValid()) qFatal("not a server URL: %s", qPrintable(url.errorString()));
    ConnectSpec spec;
    spec.kind = url.scheme() == QStringLiteral("mysql") ? Dialect::Kind::Mysql : Dialect::Kind::Postgresql;
    spec.host = url.host();
    spec.port = QString::number(url.port());
    spec.database = url.path().mid(1);
    spec.user = url.userName();
    spec.password = url.password().toUtf8();
    const auto items = QUrlQuery(url).queryItems();
    for (const auto &[key, value] : items) spec.options.insert(key, value);
    return spec;
}

QString serverUrl(const char *variable, const QString &database)
{
    QUrl url(QString::fromLatin1(serverVariable(variable)));
    if (!database.isEmpty()) url.setPath(QLatin1Char('/') + database);
    return url.toString(QUrl::FullyEncoded);
}

ConnectSpec mariadbSpec()
{
    return specFromUrl(serverUrl("HEADGATE_TEST_MARIADB_URL"));
}

PgDatabase::PgDatabase() : m_name(QStringLiteral("hg_") + QUuid::createUuid().toString(QUuid::Id128).left(12))
{
    serverVariable("HEADGATE_TEST_PG_SUPERUSER_URL");
    runPgDatabase(QStringLiteral("create"), m_name);
}

PgDatabase::~PgDatabase()
{
    runPgDatabase(QStringLiteral("drop"), m_name);
}

}  // namespace headgate::test
