// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/tasks.h"
#include "app/catalog/discoveryservice.h"
#include "app/cli/commandline.h"
#include "app/connections/connectionservice.h"

#include <CLI/CLI.hpp>
#include <QJsonArray>
#include <algorithm>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

constexpr int pageSize = 1000;

struct DiscoverOptions {
    std::string name;
    std::string database;
    std::string schema;
    std::string table;
    std::string search;
    int limit = 10'000;
    std::vector<std::string> choose;
    bool chooseNone = false;
};

QString text(const std::string &value) { return QString::fromStdString(value); }

template <typename T>
QJsonValue orNull(const std::optional<T> &value)
{
    return value ? QJsonValue(*value) : QJsonValue();
}

QJsonValue orNull(const QString &value)
{
    return value.isEmpty() ? QJsonValue() : QJsonValue(value);
}

QJsonObject tableJson(const CatalogTable &table)
{
    return {{u"schema"_s, table.name.schema},
            {u"name"_s, table.name.name},
            {u"kind"_s, relationKinds.name(table.kind)},
            {u"row_estimate"_s, orNull(table.rowEstimate)},
            {u"size_bytes"_s, orNull(table.sizeBytes)},
            {u"has_primary_key"_s, table.hasPrimaryKey},
            {u"replica_identity"_s, orNull(table.replicaIdentity)},
            {u"partitions"_s, table.partitions},
            {u"comment"_s, orNull(table.comment)}};
}

QJsonObject detailJson(const TableDetail &detail)
{
    QJsonArray columns;
    for (const CatalogColumn &column : detail.columns)
        columns.append(QJsonObject{{u"name"_s, column.name},
                                   {u"type"_s, column.type},
                                   {u"is_nullable"_s, column.isNullable},
                                   {u"default_value"_s, orNull(column.defaultValue)},
                                   {u"generated"_s, orNull(column.generated)},
                                   {u"comment"_s, orNull(column.comment)}});
    QJsonArray keys;
    for (const CatalogKey &key : detail.keys) {
        QJsonObject json{{u"name"_s, key.name}, {u"kind"_s, keyKinds.name(key.kind)}, {u"columns"_s, QJsonArray::fromStringList(key.columns)}};
        if (key.kind == KeyKind::Foreign)
            json.insert(u"references"_s, QJsonObject{{u"schema"_s, key.references.schema}, {u"name"_s, key.references.name},
                                                     {u"columns"_s, QJsonArray::fromStringList(key.referencedColumns)}});
        keys.append(json);
    }
    QJsonObject json = tableJson(detail.table);
    json.insert(u"columns"_s, columns);
    json.insert(u"keys"_s, keys);
    return json;
}

QStringList tableRow(const CatalogTable &table)
{
    return {table.name.text(), relationKinds.name(table.kind), table.rowEstimate ? u"~ %1"_s.arg(*table.rowEstimate) : QString(),
            table.sizeBytes ? QString::number(*table.sizeBytes) : QString(), table.hasPrimaryKey ? u"primary"_s : QString(), table.replicaIdentity,
            table.partitions > 0 ? QString::number(table.partitions) : QString()};
}

QList<CatalogTable> tablesOf(Discovery &discovery, const QString &schema, int limit)
{
    QList<CatalogTable> tables;
    TablePage page{{}, false};
    while (!page.atEnd && tables.size() < limit) {
        const QString after = tables.isEmpty() ? QString() : tables.last().name.name;
        page = valueOf(discovery.tables(schema, after, std::min(pageSize, limit - int(tables.size()))));
        tables += page.tables;
    }
    return tables;
}

QList<CatalogTable> findTables(Discovery &discovery, const DiscoverOptions &o)
{
    if (!o.search.empty()) return valueOf(discovery.search(text(o.search), o.limit)).tables;
    if (!o.schema.empty()) return tablesOf(discovery, text(o.schema), o.limit);
    QList<CatalogTable> tables;
    for (const CatalogSchema &schema : valueOf(discovery.schemas()))
        if (schema.tables > 0 && tables.size() < o.limit) tables += tablesOf(discovery, schema.name, o.limit - int(tables.size()));
    return tables;
}

/// "schema.table" as the server has it: where dots leave a choice, the first one that is there.
TableName resolved(Discovery &discovery, const QString &name, const QString &schema)
{
    if (!schema.isEmpty()) return valueOf(discovery.table({schema, name})).table.name;
    for (qsizetype dot = name.indexOf(u'.'); dot >= 0; dot = name.indexOf(u'.', dot + 1)) {
        const auto found = discovery.table({name.left(dot), name.mid(dot + 1)}).result();
        if (found.ok()) return found->table.name;
        if (found.error().kind != ErrorKind::NotFound) (void)found.orThrow();
    }
    throw Exception({ErrorKind::NotFound, u"There is no table %1."_s.arg(name), {}, {}, u"Write it as schema.table, or give --schema."_s});
}

int printTable(CommandContext &context, const TableDetail &detail)
{
    const Output &out = context.out();
    out.object({{u"tables"_s, QJsonArray{detailJson(detail)}}});
    out.table({u"table"_s, u"kind"_s, u"rows"_s, u"bytes"_s, u"key"_s, u"replica identity"_s, u"partitions"_s}, {tableRow(detail.table)});
    QList<QStringList> columns;
    for (const CatalogColumn &column : detail.columns)
        columns << QStringList{column.name, column.type, column.isNullable ? QString() : u"not null"_s, column.defaultValue.value_or(QString()), column.generated, column.comment};
    out.table({u"column"_s, u"type"_s, u"null"_s, u"default"_s, u"generated"_s, u"comment"_s}, columns);
    QList<QStringList> keys;
    for (const CatalogKey &key : detail.keys)
        keys << QStringList{key.name, keyKinds.name(key.kind), key.columns.join(u", "_s),
                            key.kind == KeyKind::Foreign ? u"%1 (%2)"_s.arg(key.references.text(), key.referencedColumns.join(u", "_s)) : QString()};
    out.table({u"key"_s, u"kind"_s, u"columns"_s, u"references"_s}, keys);
    return Exit_Done;
}

int choose(CommandContext &context, Discovery &discovery, const Connection &connection, const DiscoverOptions &o)
{
    QList<TableName> tables;
    for (const std::string &name : o.choose) tables << resolved(discovery, text(name), text(o.schema));
    std::sort(tables.begin(), tables.end());
    tables.erase(std::unique(tables.begin(), tables.end()), tables.end());
    (void)valueOf(context.workspace().discovery().choose(connection.id, tables));
    context.out().object({{u"chosen_tables"_s, chosentables::toJson(tables)}, {u"table_include_list"_s, chosentables::includeList(tables)}});
    context.out().line(tables.isEmpty() ? u"No table is chosen."_s : u"table.include.list=%1"_s.arg(chosentables::includeList(tables)));
    return Exit_Done;
}

int discover(CommandContext &context, const DiscoverOptions &o)
{
    const Connection connection = valueOf(context.workspace().connections().getByName(text(o.name)));
    const std::unique_ptr<Discovery> discovery = context.workspace().discovery().look(connection);
    if (!o.choose.empty() || o.chooseNone) return choose(context, *discovery, connection, o);
    discovery->setDatabase(text(o.database));
    if (!o.table.empty()) return printTable(context, valueOf(discovery->table(resolved(*discovery, text(o.table), text(o.schema)))));
    QJsonArray array;
    QList<QStringList> rows;
    for (const CatalogTable &table : findTables(*discovery, o)) {
        array.append(tableJson(table));
        rows << tableRow(table);
    }
    const QList<TableName> chosen = DiscoveryService::chosenTables(connection);
    context.out().object({{u"tables"_s, array}, {u"chosen_tables"_s, chosentables::toJson(chosen)}});
    context.out().table({u"table"_s, u"kind"_s, u"rows"_s, u"bytes"_s, u"key"_s, u"replica identity"_s, u"partitions"_s}, rows);
    if (!chosen.isEmpty()) context.out().line(u"Chosen: table.include.list=%1"_s.arg(chosentables::includeList(chosen)));
    return Exit_Done;
}

}  // namespace

void addDiscoveryCommands(CLI::App &app, const Choose &choose)
{
    const auto o = std::make_shared<DiscoverOptions>();
    CLI::App *verb = app.get_subcommand("connection")->add_subcommand("discover", "Tables of a database, from its catalogue");
    verb->add_option("NAME", o->name, "Name of the connection")->required();
    verb->add_option("--database", o->database, "Another database of the same server");
    verb->add_option("--schema", o->schema, "Only this schema");
    CLI::Option *table = verb->add_option("--table", o->table, "One table (schema.table) with its columns and keys");
    verb->add_option("--search", o->search, "Tables whose schema.table contains this text")->excludes(table);
    verb->add_option("--limit", o->limit, "At most so many tables")->check(CLI::Range(1, 1'000'000));
    CLI::Option *chosen = verb->add_option("--choose", o->choose, "Keep these tables for a pipeline to come, and no others; may be given several times");
    verb->add_flag("--choose-none", o->chooseNone, "Keep no table")->excludes(chosen);
    verb->callback([=] { choose([=](CommandContext &context) { return discover(context, *o); }); });
}

}  // namespace headgate
