// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/base/listkeyset.h"

namespace headgate::ListKeyset {

namespace {

bool readsUpwards(const ListOrder &order, const ListCursor &cursor)
{
    return order.descending == cursor.backward;
}

QString keyColumns(const ListOrder &order)
{
    if (order.value.isEmpty()) return order.id;
    const bool isTime = order.type == ListColumn::Type::Time;
    return (isTime ? QStringLiteral("{us:%1}, ") : QStringLiteral("%1, ")).arg(order.value) + order.id;
}

QString orderBy(const ListOrder &order, bool upwards)
{
    const QString direction = upwards ? QStringLiteral(" asc") : QStringLiteral(" desc");
    const QString nulls = !order.nullable ? QString() : upwards ? QStringLiteral(" nulls first") : QStringLiteral(" nulls last");
    const QString first = order.value.isEmpty() ? QString() : order.value + direction + nulls + QStringLiteral(", ");
    return QStringLiteral(" order by ") + first + order.id + direction;
}

/// A row comparison is what an index can answer; where NULL can stand it is spelt out so that an index still can.
QString condition(const ListOrder &order, bool upwards, bool inclusive, bool keyIsNull)
{
    const QString beyond = upwards ? QStringLiteral(">") : QStringLiteral("<");
    const QString reached = inclusive ? beyond + QLatin1Char('=') : beyond;
    const QString byId = QStringLiteral("%1 %2 :after_id").arg(order.id, reached);
    if (order.value.isEmpty()) return byId;
    const QString bound = order.type == ListColumn::Type::Time ? QStringLiteral("{ts:after_value}") : QStringLiteral(":after_value");
    if (!order.nullable) return QStringLiteral("(%1, %2) %3 (%4, :after_id)").arg(order.value, order.id, reached, bound);
    if (keyIsNull && upwards) return QStringLiteral("(%1 is not null or %2)").arg(order.value, byId);
    if (keyIsNull) return QStringLiteral("(%1 is null and %2)").arg(order.value, byId);
    const QString among = QStringLiteral("(%1 %2= %3 and (%1 %2 %3 or %4))").arg(order.value, beyond, bound, byId);
    return upwards ? among : QStringLiteral("(%1 is null or %2)").arg(order.value, among);
}

void addCondition(ListWhere &where, const ListOrder &order, const ListCursor &cursor)
{
    if (!cursor.key) return;
    const bool isKeyNull = !order.value.isEmpty() && Codec::isNull(cursor.key->value(0));
    where.add(condition(order, readsUpwards(order, cursor), cursor.inclusive, isKeyNull), "after_id", cursor.key->last());
    if (!order.value.isEmpty() && !isKeyNull) where.add(QString(), "after_value", cursor.key->value(0));
}

}  // namespace

Statement page(const ListSource &source, const ListCursor &cursor)
{
    ListWhere where = source.where;
    addCondition(where, source.order, cursor);
    return {QStringLiteral("select %1, %2 from %3").arg(source.columns, keyColumns(source.order), source.from) + where.sql() +
                orderBy(source.order, readsUpwards(source.order, cursor)) + QStringLiteral(" limit %1").arg(cursor.limit + 1),
            where};
}

bool arrive(Session &session, const ListSource &source, ListCursor &cursor)
{
    if (cursor.skip <= 0) return true;
    ListWhere where = source.where;
    addCondition(where, source.order, cursor);
    Query query(session, QStringLiteral("select %1 from %2").arg(keyColumns(source.order), source.from) + where.sql() +
                             orderBy(source.order, readsUpwards(source.order, cursor)) + QStringLiteral(" limit 1 offset %1").arg(cursor.skip - 1));
    where.bindTo(query);
    if (!query.first()) return false;
    cursor.key = keyOf(query, source.order);
    cursor.skip = 0;
    cursor.inclusive = false;
    return true;
}

qint64 rank(Session &session, const ListSource &source, const QVariantList &key)
{
    ListSource before = source;
    ListCursor cursor{key};
    cursor.backward = true;
    addCondition(before.where, source.order, cursor);
    return count(session, before);
}

qint64 count(Session &session, const ListSource &source)
{
    Query query(session, QStringLiteral("select count(*) from ") + source.from + source.where.sql());
    source.where.bindTo(query);
    query.first();
    return query.get<qint64>(0);
}

QVariantList keyOf(const Query &query, const ListOrder &order)
{
    const int last = query.columnCount() - 1;
    const QVariant id = query.raw(last);
    return order.value.isEmpty() ? QVariantList{id} : QVariantList{query.raw(last - 1), id};
}

}  // namespace headgate::ListKeyset
