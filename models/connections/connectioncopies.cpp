// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/connectioncopies.h"

#include "models/connections/connectionurl.h"

#include <QJsonDocument>
#include <QRegularExpression>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

QString idOf(UrlDialect dialect)
{
    switch (dialect) {
    case UrlDialect::Url: return u"url"_s;
    case UrlDialect::Keywords: return u"keywords"_s;
    case UrlDialect::Jdbc: return u"jdbc"_s;
    case UrlDialect::SqlAlchemy: return u"sqlalchemy"_s;
    case UrlDialect::Odbc: return u"odbc"_s;
    case UrlDialect::GoDsn: return u"go"_s;
    case UrlDialect::FileUri: break;
    }
    return u"file"_s;
}

QString shellQuoted(QString text) { return u'\'' + text.replace(u'\'', "'\\''"_L1) + u'\''; }

/// What a topic and a file may be called.
QString slug(const QString &name)
{
    static const QRegularExpression others(u"[^A-Za-z0-9_]+"_s);
    const QString plain = QString(name).replace(others, u"_"_s);
    return plain.isEmpty() ? u"connection"_s : plain;
}

/// As Debezium's connector for MySQL spells libpq's modes.
QString mysqlMode(const QString &mode)
{
    if (mode == "disable"_L1) return u"disabled"_s;
    if (mode == "require"_L1) return u"required"_s;
    if (mode == "verify-ca"_L1) return u"verify_ca"_s;
    return mode == "verify-full"_L1 ? u"verify_identity"_s : u"preferred"_s;
}

void addPostgresql(QJsonObject &config, const Connection &c)
{
    config.insert(u"connector.class"_s, u"io.debezium.connector.postgresql.PostgresConnector"_s);
    config.insert(u"plugin.name"_s, u"pgoutput"_s);
    config.insert(u"database.dbname"_s, c.databaseName);
    for (const char *key : {"sslmode", "sslrootcert", "sslcert", "sslkey"})
        if (const QString value = c.config.value(QLatin1String(key)).toString(); !value.isEmpty()) config.insert("database."_L1 + QLatin1String(key), value);
}

void addMysql(QJsonObject &config, const Connection &c)
{
    config.insert(u"connector.class"_s, u"io.debezium.connector.mysql.MySqlConnector"_s);
    config.insert(u"database.server.id"_s, QString::number(5400 + c.id.value % 1000));
    if (!c.databaseName.isEmpty()) config.insert(u"database.include.list"_s, c.databaseName);
    if (const QString mode = c.config.value("sslmode"_L1).toString(); !mode.isEmpty()) config.insert(u"database.ssl.mode"_s, mysqlMode(mode));
}

void addSqlServer(QJsonObject &config, const Connection &c)
{
    config.insert(u"connector.class"_s, u"io.debezium.connector.sqlserver.SqlServerConnector"_s);
    config.insert(u"database.names"_s, c.databaseName);
    if (const QString instance = c.config.value("options"_L1).toObject().value("instance"_L1).toString(); !instance.isEmpty())
        config.insert(u"database.instance"_s, instance);
    const QString mode = c.config.value("sslmode"_L1).toString();
    if (mode.isEmpty()) return;
    const bool encrypts = mode == "require"_L1 || mode.startsWith("verify"_L1);
    config.insert(u"driver.encrypt"_s, encrypts ? u"true"_s : u"false"_s);
    if (encrypts) config.insert(u"driver.trustServerCertificate"_s, mode == "require"_L1 ? u"true"_s : u"false"_s);
}

/// The connector reads the password from a file of its worker, so that it stands in no configuration.
QString debezium(const Connection &c)
{
    const QString name = slug(c.name);
    QJsonObject config{{u"tasks.max"_s, u"1"_s},
                       {u"topic.prefix"_s, name},
                       {u"database.hostname"_s, c.host},
                       {u"database.port"_s, QString::number(c.port.value_or(defaultPort(c.databaseType)))},
                       {u"database.user"_s, c.username},
                       {u"database.password"_s, u"${file:/etc/kafka/secrets/%1.properties:database.password}"_s.arg(name)}};
    if (c.databaseType == DatabaseType::Postgresql) addPostgresql(config, c);
    else if (c.databaseType == DatabaseType::Mysql) addMysql(config, c);
    else addSqlServer(config, c);
    if (c.databaseType != DatabaseType::Postgresql) {
        config.insert(u"schema.history.internal.kafka.bootstrap.servers"_s, u"kafka:9092"_s);
        config.insert(u"schema.history.internal.kafka.topic"_s, name + "_schema_history"_L1);
    }
    const QJsonObject connector{{u"name"_s, name}, {u"config"_s, config}};
    return QString::fromUtf8(QJsonDocument(connector).toJson());
}

}  // namespace

QList<ConnectionCopy> connectionCopies(const Connection &connection)
{
    QList<ConnectionCopy> copies;
    for (UrlDialect dialect : urlDialects(connection.databaseType))
        copies << ConnectionCopy{idOf(dialect), urlDialectLabel(dialect), formatConnectionUrl(connection, dialect)};
    const DatabaseType type = connection.databaseType;
    if (type == DatabaseType::Postgresql) copies << ConnectionCopy{u"psql"_s, u"psql command"_s, "psql "_L1 + shellQuoted(formatConnectionUrl(connection))};
    if (type == DatabaseType::Postgresql || type == DatabaseType::Mysql || type == DatabaseType::Sqlserver)
        copies << ConnectionCopy{u"debezium"_s, u"Debezium connector"_s, debezium(connection)};
    return copies;
}

}  // namespace headgate
