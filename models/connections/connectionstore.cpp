// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/connections/connectionstore.h"

#include "models/base/listkeyset.h"

#include <QHash>

namespace headgate::ConnectionStore {

namespace {

const QString kColumns = QStringLiteral(
    "id, name, connection_type, database_type, host, port, database_name, username, secret is not null, {json:config}, "
    "environment, is_read_only, is_active, description, {tags:tags}, owner_user_id, last_test_status, {us:last_tested_at}, "
    "last_response_ms, {us:created_at}, {us:updated_at}, version");

template <typename E, std::size_t N>
E known(const EnumTable<E, N> &table, const QString &text, const char *column)
{
    if (const std::optional<E> value = table.value(text)) return *value;
    throw Exception({ErrorKind::Integrity, QStringLiteral("A connection holds an unknown value"), QLatin1String(column), text,
                     QStringLiteral("A newer Headgate may have written it: use that one.")});
}

Connection readRow(const Query &query)
{
    Connection c;
    c.id = query.getId<ConnectionId>(0);
    c.name = query.get<QString>(1);
    c.role = known(connectionRoles, query.get<QString>(2), "connection_type");
    c.databaseType = known(databaseTypes, query.get<QString>(3), "database_type");
    c.host = query.getOptional<QString>(4).value_or(QString());
    c.port = query.getOptional<int>(5);
    c.databaseName = query.get<QString>(6);
    c.username = query.getOptional<QString>(7).value_or(QString());
    c.hasSecret = query.get<bool>(8);
    c.config = query.get<QJsonObject>(9);
    c.environment = known(environments, query.get<QString>(10), "environment");
    c.isReadOnly = query.get<bool>(11);
    c.isActive = query.get<bool>(12);
    c.description = query.getOptional<QString>(13).value_or(QString());
    c.tags = query.get<QStringList>(14);
    if (!query.isNull(15)) c.ownerUserId = query.getId<UserId>(15);
    if (!query.isNull(16)) c.lastTestStatus = known(testStatuses, query.get<QString>(16), "last_test_status");
    c.lastTestedAt = query.getOptional<Timestamp>(17);
    c.lastResponseMs = query.getOptional<double>(18);
    c.createdAt = query.get<Timestamp>(19);
    c.updatedAt = query.get<Timestamp>(20);
    c.version = query.get<int>(21);
    return c;
}

template <typename E, std::size_t N>
QStringList namesOf(const EnumTable<E, N> &table)
{
    QStringList names;
    for (const auto &[value, name] : table.rows()) names << QString::fromLatin1(name);
    return names;
}

const ListColumns &listColumns()
{
    using Type = ListColumn::Type;
    static const ListColumns columns = [] {
        ListColumns all;
        for (const char *text : {"name", "host", "database_name", "username", "description"}) all.insert(QLatin1String(text), {QLatin1String(text), Type::Text});
        for (const char *searched : {"name", "host", "database_name"}) all[QLatin1String(searched)].searched = true;
        for (const char *number : {"port", "last_response_ms"}) all.insert(QLatin1String(number), {QLatin1String(number), Type::Number});
        for (const char *flag : {"is_active", "is_read_only"}) all.insert(QLatin1String(flag), {QLatin1String(flag), Type::Bool});
        for (const char *time : {"last_tested_at", "created_at", "updated_at"}) all.insert(QLatin1String(time), {QLatin1String(time), Type::Time});
        const auto addEnum = [&all](const QString &id, const QStringList &values) { all.insert(id, {id, Type::Enum, values}); };
        addEnum(QStringLiteral("connection_type"), namesOf(connectionRoles));
        addEnum(QStringLiteral("database_type"), namesOf(databaseTypes));
        addEnum(QStringLiteral("environment"), namesOf(environments));
        addEnum(QStringLiteral("last_test_status"), namesOf(testStatuses));
        all.insert(QStringLiteral("tags"), {QStringLiteral("tags"), Type::Tags, {}, true});
        return all;
    }();
    return columns;
}

/// A sort key never is NULL, so that the row comparison of keyset paging holds.
QString sortExpression(const QString &column)
{
    const auto found = listColumns().constFind(column.isEmpty() ? QStringLiteral("name") : column);
    if (found == listColumns().constEnd())
        throw Exception({ErrorKind::Invalid, QStringLiteral("There is no column %1 to sort by").arg(column), {}, {}, {}});
    switch (found->type) {
    case ListColumn::Type::Number: return QStringLiteral("coalesce(%1, -1)").arg(found->sql);
    case ListColumn::Type::Time: return QStringLiteral("coalesce({us:%1}, 0)").arg(found->sql);
    case ListColumn::Type::Bool: return QStringLiteral("cast(%1 as int)").arg(found->sql);
    case ListColumn::Type::Tags: return QStringLiteral("{tags:%1}").arg(found->sql);
    case ListColumn::Type::Text:
    case ListColumn::Type::Enum: break;
    }
    return QStringLiteral("lower(coalesce(%1, ''))").arg(found->sql);
}

ListWhere whereFor(const ListQuery &query) { return ListSql::where(query, listColumns()); }

ListSource sourceOf(const ListQuery &query)
{
    return {kColumns, QStringLiteral("connections"), whereFor(query),
            {QStringLiteral("id"), sortExpression(query.sortColumn), ListColumn::Type::Text, false, query.descending}};
}

std::optional<QString> textOrNull(const QString &text) { return text.isEmpty() ? std::nullopt : std::optional(text); }

template <typename Statement>
void bindValues(Statement &statement, const Connection &c)
{
    statement.bind("name", c.name)
        .bind("connection_type", connectionRoles.name(c.role))
        .bind("database_type", databaseTypes.name(c.databaseType))
        .bind("host", textOrNull(c.host))
        .bind("port", c.port)
        .bind("database_name", c.databaseName)
        .bind("username", textOrNull(c.username))
        .bind("config", c.config)
        .bind("environment", environments.name(c.environment))
        .bind("is_read_only", c.isReadOnly)
        .bind("is_active", c.isActive)
        .bind("description", textOrNull(c.description))
        .bind("tags", c.tags)
        .bind("owner_user_id", c.ownerUserId);
}

std::optional<Connection> one(Query &query)
{
    return query.first() ? std::optional(readRow(query)) : std::nullopt;
}

const QString kInsertTest = QStringLiteral(R"(
    insert into connection_tests (connection_id, status, response_time_ms, tested_at, tested_by_user_id, server_version,
        server_identity, stages, error_code, error_message)
    values (:connection_id, :status, :ms, {ts:at}, :by, :version, {json_in:identity}, {json_in:stages}, :code, :message))");

void bindTest(Query &query, const ConnectionTest &test)
{
    query.bind("connection_id", test.connectionId)
        .bind("status", testStatuses.name(test.status))
        .bind("ms", test.responseTimeMs)
        .bind("at", test.testedAt)
        .bind("by", test.testedByUserId)
        .bind("version", textOrNull(test.serverVersion))
        .bind("identity", test.identity ? std::optional(test.identity->toJson()) : std::nullopt)
        .bind("stages", stagesToJson(test.stages))
        .bind("code", textOrNull(test.errorCode))
        .bind("message", textOrNull(test.errorMessage));
}

const QString kSelectTest = QStringLiteral(
    "select id, connection_id, status, response_time_ms, {us:tested_at}, tested_by_user_id, server_version, {json:server_identity}, {json:stages}, "
    "error_code, error_message from connection_tests ");

ConnectionTest readTest(const Query &query)
{
    ConnectionTest test;
    test.id = query.getId<ConnectionTestId>(0);
    test.connectionId = query.getId<ConnectionId>(1);
    test.status = known(testStatuses, query.get<QString>(2), "status");
    test.responseTimeMs = query.get<double>(3);
    test.testedAt = query.get<Timestamp>(4);
    if (!query.isNull(5)) test.testedByUserId = query.getId<UserId>(5);
    test.serverVersion = query.getOptional<QString>(6).value_or(QString());
    if (const auto identity = query.getOptional<QJsonObject>(7)) test.identity = ServerIdentity::fromJson(*identity);
    test.stages = stagesFromJson(query.get<QJsonArray>(8));
    test.errorCode = query.getOptional<QString>(9).value_or(QString());
    test.errorMessage = query.getOptional<QString>(10).value_or(QString());
    return test;
}

}  // namespace

ListPage<Connection> page(Session &session, const ListQuery &query, const ListCursor &cursor)
{
    return ListKeyset::read<Connection>(session, sourceOf(query), cursor, readRow);
}

qint64 count(Session &session, const ListQuery &query)
{
    return ListKeyset::count(session, sourceOf(query));
}

qint64 rank(Session &session, const ListQuery &query, const QVariantList &key)
{
    return ListKeyset::rank(session, sourceOf(query), key);
}

QList<FilterColumn> filterColumns() { return ListSql::filterColumns(listColumns()); }

QList<FacetCount> facets(Session &session, const ListQuery &query, const QString &column, int limit)
{
    return ListSql::facets(session, QStringLiteral("connections"), whereFor(query.without(column)), listColumns(), column, limit);
}

QHash<QString, int> statusCounts(Session &session)
{
    QHash<QString, int> counts;
    Query query(session, QStringLiteral("select coalesce(last_test_status, ''), is_active, count(*) from connections group by 1, 2"));
    query.exec();
    while (query.next()) {
        const int n = query.get<int>(2);
        counts[QStringLiteral("total")] += n;
        if (!query.get<bool>(1)) continue;
        counts[QStringLiteral("active")] += n;
        counts[query.get<QString>(0)] += n;
    }
    return counts;
}

std::optional<Connection> get(Session &session, ConnectionId id)
{
    Query query(session, QStringLiteral("select %1 from connections where id = :id").arg(kColumns));
    return one(query.bind("id", id));
}

std::optional<Connection> getByName(Session &session, const QString &name)
{
    Query query(session, QStringLiteral("select %1 from connections where name = :name").arg(kColumns));
    return one(query.bind("name", name));
}

ConnectionId insert(Transaction &transaction, const Connection &connection)
{
    Query query(transaction.session(), QStringLiteral(R"(
        insert into connections (name, connection_type, database_type, host, port, database_name, username, config, environment,
            is_read_only, is_active, description, tags, owner_user_id)
        values (:name, :connection_type, :database_type, :host, :port, :database_name, :username, {json_in:config}, :environment,
            :is_read_only, :is_active, :description, {tags_in:tags}, :owner_user_id)
        returning id)"));
    bindValues(query, connection);
    query.first();
    return query.getId<ConnectionId>(0);
}

BoundStatement updateStatement(const Connection &before, const Connection &after)
{
    BoundStatement was;
    BoundStatement wanted;
    bindValues(was, before);
    bindValues(wanted, after);
    BoundStatement statement;
    QStringList changes;
    const auto change = [&](std::size_t i) {
        const auto &value = wanted.values()[i];
        const QString column = QString::fromLatin1(value.first);
        changes << column + (column == u"config" ? QStringLiteral(" = {json_in:config}") : column == u"tags" ? QStringLiteral(" = {tags_in:tags}") : QStringLiteral(" = :") + column);
        statement.bind(value);
    };
    for (std::size_t i = 0; i < wanted.values().size(); ++i)
        if (was.values()[i].second != wanted.values()[i].second || was.values()[i].second.isNull() != wanted.values()[i].second.isNull()) change(i);
    // The version is looked at, and moves on, when nothing else is new: a password may be.
    if (changes.isEmpty()) change(0);
    statement.setSql(QStringLiteral("update connections set %1 where id = :id and version = :version").arg(changes.join(QStringLiteral(", "))));
    return statement.bind("id", after.id).bind("version", after.version);
}

bool update(Transaction &transaction, const Connection &before, const Connection &after)
{
    return updateStatement(before, after).execOne(transaction.session());
}

bool remove(Transaction &transaction, ConnectionId id, int version)
{
    return Query(transaction.session(), QStringLiteral("delete from connections where id = :id and version = :version"))
        .bind("id", id)
        .bind("version", version)
        .execOne();
}

BoundStatement secretStatement(ConnectionId id, const std::optional<QByteArray> &sealed)
{
    return BoundStatement(QStringLiteral("update connections set secret = :secret where id = :id")).bind("secret", sealed).bind("id", id);
}

void setSecret(Transaction &transaction, ConnectionId id, const std::optional<QByteArray> &sealed)
{
    secretStatement(id, sealed).execOne(transaction.session());
}

std::optional<QByteArray> secret(Session &session, ConnectionId id)
{
    Query query(session, QStringLiteral("select secret from connections where id = :id"));
    return query.bind("id", id).first() ? query.getOptional<QByteArray>(0) : std::nullopt;
}

QList<QPair<QString, qint64>> dependents(Session &session, ConnectionId id)
{
    QList<QPair<QString, qint64>> counts;
    for (const auto &[table, condition] : {std::pair("connection_tests", "connection_id = :id"),
                                           std::pair("catalog_tables", "connection_id = :id"),
                                           std::pair("pipelines", "source_connection_id = :id or target_connection_id = :id"),
                                           std::pair("validation_sessions", "source_connection_id = :id or target_connection_id = :id")}) {
        Query query(session, QStringLiteral("select count(*) from %1 where %2").arg(QLatin1String(table), QLatin1String(condition)));
        query.bind("id", id).first();
        counts << qMakePair(QString::fromLatin1(table), query.get<qint64>(0));
    }
    return counts;
}

QStringList pipelineNames(Session &session, ConnectionId id)
{
    Query query(session, QStringLiteral("select name from pipelines where source_connection_id = :id or target_connection_id = :id order by name"));
    query.bind("id", id).exec();
    QStringList names;
    while (query.next()) names << query.get<QString>(0);
    return names;
}

ConnectionTestId insertTest(Transaction &transaction, const ConnectionTest &test)
{
    Query query(transaction.session(), kInsertTest + QStringLiteral(" returning id"));
    bindTest(query, test);
    query.first();
    const auto id = query.getId<ConnectionTestId>(0);
    Query(transaction.session(), QStringLiteral("update connections set last_test_status = :status, last_tested_at = {ts:at}, "
                                                "last_response_ms = :ms where id = :id"))
        .bind("status", testStatuses.name(test.status))
        .bind("at", test.testedAt)
        .bind("ms", test.responseTimeMs)
        .bind("id", test.connectionId)
        .execOne();
    return id;
}

void insertTests(Transaction &transaction, const std::vector<ConnectionTest> &tests)
{
    Query query(transaction.session(), kInsertTest);
    for (const ConnectionTest &test : tests) {
        bindTest(query, test);
        query.exec();
    }
}

QList<ConnectionId> insertAll(Transaction &transaction, const QList<Connection> &connections)
{
    Query query(transaction.session(), QStringLiteral(R"(
        insert into connections (name, connection_type, database_type, host, port, database_name, username, config, environment,
            is_read_only, is_active, description, tags, owner_user_id, last_test_status, last_tested_at, last_response_ms,
            created_at, updated_at, version)
        values (:name, :connection_type, :database_type, :host, :port, :database_name, :username, {json_in:config}, :environment,
            :is_read_only, :is_active, :description, {tags_in:tags}, :owner_user_id, :status, {ts:tested_at}, :ms,
            {ts:created_at}, {ts:updated_at}, :version)
        returning id)"));
    QList<ConnectionId> ids;
    for (const Connection &c : connections) {
        bindValues(query, c);
        query.bind("status", c.lastTestStatus ? std::optional(testStatuses.name(*c.lastTestStatus)) : std::nullopt)
            .bind("tested_at", c.lastTestedAt)
            .bind("ms", c.lastResponseMs)
            .bind("created_at", c.createdAt)
            .bind("updated_at", c.updatedAt)
            .bind("version", c.version);
        query.first();
        ids << query.getId<ConnectionId>(0);
    }
    return ids;
}

QList<ConnectionTest> history(Session &session, ConnectionId id, int limit)
{
    Query query(session, kSelectTest + QStringLiteral("where connection_id = :id order by tested_at desc, id desc limit %1").arg(limit));
    query.bind("id", id).exec();
    QList<ConnectionTest> tests;
    while (query.next()) tests << readTest(query);
    return tests;
}

std::optional<ConnectionTest> test(Session &session, ConnectionTestId id)
{
    Query query(session, kSelectTest + QStringLiteral("where id = :id"));
    return query.bind("id", id).first() ? std::optional(readTest(query)) : std::nullopt;
}

}  // namespace headgate::ConnectionStore
