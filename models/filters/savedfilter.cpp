// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/filters/savedfilter.h"

#include "models/base/enumtable.h"
#include "models/database/query.h"
#include "models/database/session.h"
#include "models/database/transaction.h"

#include <QJsonArray>

namespace headgate {

namespace {

using Op = ColumnFilter::Op;
constexpr auto ops = makeEnumTable<Op>({{Op::Equal, "equal"},
                                        {Op::NotEqual, "not_equal"},
                                        {Op::In, "in"},
                                        {Op::Contains, "contains"},
                                        {Op::NotContains, "not_contains"},
                                        {Op::AtLeast, "at_least"},
                                        {Op::AtMost, "at_most"},
                                        {Op::Greater, "greater"},
                                        {Op::Less, "less"},
                                        {Op::Between, "between"},
                                        {Op::NotBetween, "not_between"},
                                        {Op::Regex, "regex"},
                                        {Op::NotRegex, "not_regex"}});

QJsonArray filtersToJson(const QList<ColumnFilter> &filters)
{
    QJsonArray array;
    for (const ColumnFilter &filter : filters)
        array << QJsonObject{{QStringLiteral("column"), filter.column},
                             {QStringLiteral("op"), ops.name(filter.op)},
                             {QStringLiteral("values"), QJsonArray::fromVariantList(filter.values)}};
    return array;
}

QList<ColumnFilter> filtersFromJson(const QJsonArray &array)
{
    QList<ColumnFilter> filters;
    for (const QJsonValue &each : array) {
        const auto op = ops.value(each[QLatin1String("op")].toString());
        if (!op) {
            // Of a newer console. Without it more rows would be shown, and acted on: without a value it is refused.
            filters << ColumnFilter{each[QLatin1String("column")].toString(), Op::Equal, {}};
            continue;
        }
        QVariantList values;
        for (const QJsonValue &value : each[QLatin1String("values")].toArray()) values << (value.isNull() ? QVariant() : value.toVariant());
        filters << ColumnFilter{each[QLatin1String("column")].toString(), *op, values};
    }
    return filters;
}

}  // namespace

QJsonObject listQueryToJson(const ListQuery &query)
{
    QJsonObject json{{QStringLiteral("search"), query.search},
                     {QStringLiteral("filters"), filtersToJson(query.filters)},
                     {QStringLiteral("sort"), query.sortColumn},
                     {QStringLiteral("descending"), query.descending}};
    QJsonArray groups;
    for (const QList<ColumnFilter> &group : query.anyOf) groups << filtersToJson(group);
    if (!groups.isEmpty()) json.insert(QStringLiteral("any_of"), groups);
    if (!query.timeZone.isEmpty()) json.insert(QStringLiteral("time_zone"), query.timeZone);
    return json;
}

ListQuery listQueryFromJson(const QJsonObject &json)
{
    ListQuery query;
    query.search = json.value(QLatin1String("search")).toString();
    query.sortColumn = json.value(QLatin1String("sort")).toString();
    query.descending = json.value(QLatin1String("descending")).toBool();
    query.timeZone = json.value(QLatin1String("time_zone")).toString();
    query.filters = filtersFromJson(json.value(QLatin1String("filters")).toArray());
    for (const QJsonValue &group : json.value(QLatin1String("any_of")).toArray())
        if (const auto filters = filtersFromJson(group.toArray()); !filters.isEmpty()) query.anyOf << filters;
    return query;
}

QStringList rowTints() { return {QStringLiteral("amber"), QStringLiteral("red"), QStringLiteral("green"), QStringLiteral("blue")}; }

QJsonObject savedFilterToJson(const SavedFilter &filter)
{
    QJsonObject json = listQueryToJson(filter.query);
    if (!filter.tint.isEmpty()) json.insert(QStringLiteral("tint"), filter.tint);
    return json;
}

namespace SavedFilterStore {

namespace {

const QString kColumns = QStringLiteral("id, page, name, {json:filter}");
const QString kOwn = QStringLiteral("coalesce(user_id, 0) = :user");

qint64 owner(const std::optional<UserId> &user) { return user ? user->value : 0; }

SavedFilter readRow(const Query &query)
{
    const auto json = query.get<QJsonObject>(3);
    return {query.getId<SavedFilterId>(0), query.get<QString>(1), query.get<QString>(2), listQueryFromJson(json), json.value(QLatin1String("tint")).toString()};
}

}  // namespace

QList<SavedFilter> all(Session &session, const std::optional<UserId> &user, const QString &page)
{
    Query query(session, QStringLiteral("select %1 from saved_filters where %2 and page = :page order by lower(name), id").arg(kColumns, kOwn));
    query.bind("user", owner(user)).bind("page", page).exec();
    QList<SavedFilter> filters;
    while (query.next()) filters << readRow(query);
    return filters;
}

std::optional<SavedFilter> get(Session &session, const std::optional<UserId> &user, SavedFilterId id)
{
    Query query(session, QStringLiteral("select %1 from saved_filters where %2 and id = :id").arg(kColumns, kOwn));
    return query.bind("user", owner(user)).bind("id", id).first() ? std::optional(readRow(query)) : std::nullopt;
}

SavedFilterId insert(Transaction &transaction, const std::optional<UserId> &user, const SavedFilter &filter)
{
    Query query(transaction.session(), QStringLiteral("insert into saved_filters (user_id, page, name, filter) values (:user, :page, :name, {json_in:filter}) returning id"));
    query.bind("user", user).bind("page", filter.page).bind("name", filter.name).bind("filter", savedFilterToJson(filter));
    query.first();
    return query.getId<SavedFilterId>(0);
}

bool update(Transaction &transaction, const SavedFilter &filter)
{
    QJsonObject json = savedFilterToJson(filter);
    Query before(transaction.session(), QStringLiteral("select {json:filter} from saved_filters where id = :id"));
    if (!before.bind("id", filter.id).first()) return false;
    // A new name or colour alone leaves what a newer console has written as it is.
    if (auto there = before.get<QJsonObject>(0); listQueryFromJson(there) == filter.query) {
        there.remove(QLatin1String("tint"));
        if (!filter.tint.isEmpty()) there.insert(QStringLiteral("tint"), filter.tint);
        json = there;
    }
    Query query(transaction.session(), QStringLiteral("update saved_filters set name = :name, filter = {json_in:filter} where id = :id"));
    return query.bind("name", filter.name).bind("filter", json).bind("id", filter.id).execOne();
}

bool remove(Transaction &transaction, SavedFilterId id)
{
    return Query(transaction.session(), QStringLiteral("delete from saved_filters where id = :id")).bind("id", id).execOne();
}

}  // namespace SavedFilterStore
}  // namespace headgate
