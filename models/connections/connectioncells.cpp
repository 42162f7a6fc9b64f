// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/connectioncells.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <algorithm>

namespace headgate::ConnectionCells {

namespace {

const QString kReason = QStringLiteral("read_only_reason");

QString tr(const char *text) { return QCoreApplication::translate("ConnectionCells", text); }

QVariant textOrNull(const QString &text) { return text.isEmpty() ? QVariant() : QVariant(text); }

/// None for a column that is no plain text.
QString Connection::*textMember(const QString &column)
{
    if (column == u"name") return &Connection::name;
    if (column == u"host") return &Connection::host;
    if (column == u"database_name") return &Connection::databaseName;
    if (column == u"username") return &Connection::username;
    if (column == u"description") return &Connection::description;
    return nullptr;
}

QString putEnvironment(Connection &c, const QVariant &value)
{
    const auto environment = environments.value(value.toString());
    if (!environment) return tr("The environment is development, test, staging or production.");
    c.environment = *environment;
    return {};
}

QString putPort(Connection &c, const QVariant &value)
{
    const bool isNumber = value.typeId() == QMetaType::LongLong || value.typeId() == QMetaType::Int;
    if (value.isValid() && !isNumber) return tr("The port is a number between 1 and 65535.");
    // Clamped, so that what is no port stays none in an int.
    c.port = value.isValid() ? std::optional(int(std::clamp<qint64>(value.toLongLong(), -1, 65536))) : std::nullopt;
    return {};
}

QString putConfig(Connection &c, const QVariant &value)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(value.toString().toUtf8(), &error);
    if (error.error != QJsonParseError::NoError) return tr("The settings are no JSON: %1 at character %2.").arg(error.errorString()).arg(error.offset);
    if (!document.isObject()) return tr("The settings are a JSON object.");
    c.config = document.object();
    return {};
}

}  // namespace

QStringList columns()
{
    return {QStringLiteral("name"),     QStringLiteral("environment"), QStringLiteral("host"),      QStringLiteral("port"),
            QStringLiteral("database_name"), QStringLiteral("username"), QStringLiteral("tags"),    QStringLiteral("is_active"),
            QStringLiteral("is_read_only"), kReason,                   QStringLiteral("description"), QStringLiteral("config")};
}

bool isNullable(const QString &column)
{
    return column == u"host" || column == u"port" || column == u"username" || column == u"description" || column == kReason;
}

QVariant value(const Connection &c, const QString &column)
{
    if (const auto member = textMember(column)) return isNullable(column) ? textOrNull(c.*member) : QVariant(c.*member);
    if (column == u"environment") return environments.name(c.environment);
    if (column == u"port") return c.port ? QVariant(qint64(*c.port)) : QVariant();
    if (column == u"tags") return c.tags;
    if (column == u"is_active") return c.isActive;
    if (column == u"is_read_only") return c.isReadOnly;
    if (column == kReason) return textOrNull(c.config.value(kReason).toString());
    if (column == u"config") return QString::fromUtf8(QJsonDocument(c.config).toJson(QJsonDocument::Compact));
    return {};
}

QString put(Connection &c, const QString &column, const QVariant &value)
{
    if (const auto member = textMember(column)) c.*member = value.toString();
    if (column == u"environment") return putEnvironment(c, value);
    if (column == u"port") return putPort(c, value);
    if (column == u"config") return putConfig(c, value);
    if (column == u"tags") c.tags = value.toStringList();
    if (column == u"is_active") c.isActive = value.toBool();
    if (column == u"is_read_only") c.isReadOnly = value.toBool();
    if (column == kReason && !value.isValid()) c.config.remove(kReason);
    if (column == kReason && value.isValid()) c.config.insert(kReason, value.toString());
    return {};
}

QString toText(const QVariant &value)
{
    return value.typeId() == QMetaType::QStringList ? value.toStringList().join(QStringLiteral(", ")) : value.toString();
}

QVariant fromText(const QString &column, const QString &text)
{
    if (column == u"tags") {
        QStringList tags;
        for (const QString &tag : text.split(QLatin1Char(','), Qt::SkipEmptyParts))
            if (const QString name = tag.trimmed(); !name.isEmpty() && !tags.contains(name)) tags << name;
        return tags;
    }
    if (isNullable(column) && text.isEmpty()) return {};
    if (column != u"port") return text;
    bool isNumber = false;
    const qint64 port = text.trimmed().toLongLong(&isNumber);
    return isNumber ? QVariant(port) : QVariant(text);
}

}  // namespace headgate::ConnectionCells
