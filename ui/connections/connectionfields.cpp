// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/connectionfields.h"

#include "models/database/boundstatement.h"
#include "ui/base/celldelegate.h"

#include <QCoreApplication>
#include <QJsonDocument>

namespace headgate {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("ConnectionFields", text);
}

QString yesNo(bool value)
{
    return value ? tr("yes") : tr("no");
}

const QStringList &configKeys()
{
    static const QStringList keys{QStringLiteral("sslmode"), QStringLiteral("sslrootcert"), QStringLiteral("sslcert"),
                                  QStringLiteral("sslkey"), QStringLiteral("connect_timeout"), QStringLiteral("odbc_driver"),
                                  QStringLiteral("options"), QStringLiteral("read_only_reason")};
    return keys;
}

QString valueText(const QJsonValue &value)
{
    if (!value.isObject()) return value.toVariant().toString();
    const QJsonObject object = value.toObject();
    return object.isEmpty() ? QString() : QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

QJsonObject otherConfig(const QJsonObject &config)
{
    QJsonObject rest = config;
    for (const QString &key : configKeys()) rest.remove(key);
    return rest;
}

template <typename Member>
ConnectionField textField(const char *id, const QString &label, Member Connection::*member, bool fixedFont = false)
{
    return {QString::fromLatin1(id), label, [member](const Connection &c) { return QString(c.*member); },
            [member](const Connection &from, Connection &to) { to.*member = from.*member; }, fixedFont};
}

template <typename Member, typename Text>
ConnectionField valueField(const char *id, const QString &label, Member Connection::*member, Text text)
{
    return {QString::fromLatin1(id), label, [member, text](const Connection &c) { return text(c.*member); },
            [member](const Connection &from, Connection &to) { to.*member = from.*member; }};
}

ConnectionField configField(const QString &key, const QString &label)
{
    return {key, label, [key](const Connection &c) { return valueText(c.config.value(key)); },
            [key](const Connection &from, Connection &to) {
                if (from.config.contains(key))
                    to.config.insert(key, from.config.value(key));
                else
                    to.config.remove(key);
            },
            true};
}

ConnectionField otherConfigField()
{
    return {QStringLiteral("config"), tr("Other settings"),
            [](const Connection &c) { return valueText(otherConfig(c.config)); },
            [](const Connection &from, Connection &to) {
                QJsonObject merged = otherConfig(from.config);
                for (const QString &key : configKeys())
                    if (to.config.contains(key)) merged.insert(key, to.config.value(key));
                to.config = merged;
            },
            true};
}

QList<ConnectionField> makeFields()
{
    return {
        textField("name", tr("Name"), &Connection::name),
        valueField("environment", tr("Environment"), &Connection::environment, environmentLabel),
        valueField("database_type", tr("Database"), &Connection::databaseType, databaseTypeLabel),
        valueField("connection_type", tr("Used as"), &Connection::role, roleLabel),
        textField("host", tr("Host"), &Connection::host, true),
        valueField("port", tr("Port"), &Connection::port,
                   [](const std::optional<int> &port) { return port ? QString::number(*port) : QString(); }),
        textField("database_name", tr("Database name"), &Connection::databaseName, true),
        textField("username", tr("User"), &Connection::username, true),
        configField(QStringLiteral("sslmode"), tr("TLS mode")),
        configField(QStringLiteral("sslrootcert"), tr("CA certificate")),
        configField(QStringLiteral("sslcert"), tr("Client certificate")),
        configField(QStringLiteral("sslkey"), tr("Client key")),
        configField(QStringLiteral("connect_timeout"), tr("Connect timeout, s")),
        configField(QStringLiteral("odbc_driver"), tr("ODBC driver")),
        configField(QStringLiteral("options"), tr("Driver options")),
        otherConfigField(),
        valueField("is_read_only", tr("Read-only"), &Connection::isReadOnly, yesNo),
        configField(QStringLiteral("read_only_reason"), tr("Read-only because")),
        valueField("is_active", tr("Active"), &Connection::isActive, yesNo),
        valueField("tags", tr("Tags"), &Connection::tags, [](const QStringList &tags) { return tags.join(QStringLiteral(", ")); }),
        textField("description", tr("Description"), &Connection::description),
    };
}

}  // namespace

const QList<ConnectionField> &connectionFields()
{
    static const QList<ConnectionField> fields = makeFields();
    return fields;
}

QString connectionFieldLabel(const QString &id)
{
    const QString plain = id.startsWith(QLatin1String("config.")) ? id.mid(7) : id;
    if (plain == QLatin1String("secret") || plain == QLatin1String("password")) return tr("Password");
    for (const ConnectionField &field : connectionFields())
        if (field.id == plain) return field.label;
    return id;
}

QString statementsText(const QList<StatementText> &statements)
{
    QStringList lines;
    for (const StatementText &statement : statements) {
        lines << statement.sql + QLatin1Char(';');
        for (const auto &[name, value] : statement.values) lines << QStringLiteral("  :%1 = %2").arg(name, value);
    }
    return lines.join(QLatin1Char('\n'));
}

QString roleLabel(ConnectionRole role)
{
    switch (role) {
    case ConnectionRole::Source: return tr("source");
    case ConnectionRole::Target: return tr("target");
    case ConnectionRole::Both: break;
    }
    return tr("source and target");
}

QString environmentLabel(Environment environment)
{
    switch (environment) {
    case Environment::Development: return tr("development");
    case Environment::Test: return tr("test");
    case Environment::Staging: return tr("staging");
    case Environment::Production: break;
    }
    return tr("production");
}

QString connectionsText(qint64 count)
{
    return count == 1 ? tr("1 connection") : tr("%1 connections").arg(CellDelegate::groupedNumber(count));
}

QString onProduction(qint64 count, qint64 production)
{
    if (production <= 0) return connectionsText(count);
    if (production == count) return tr("%1 on production").arg(connectionsText(count));
    return tr("%1, %2 of them on production").arg(connectionsText(count), CellDelegate::groupedNumber(production));
}

QString testStatusLabel(const std::optional<TestStatus> &status)
{
    if (!status) return tr("not tested");
    switch (*status) {
    case TestStatus::Success: return tr("success");
    case TestStatus::Warning: return tr("warning");
    case TestStatus::Failure: return tr("failure");
    case TestStatus::Cancelled: break;
    }
    return tr("cancelled");
}

}  // namespace headgate
