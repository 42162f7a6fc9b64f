// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/vault/keyslotstore.h"

#include "models/base/error.h"

namespace headgate::KeySlotStore {

namespace {

/// Every table with a `secret` column, and what the context of its blobs is made of.
struct SecretTable {
    const char *table;
    const char *entity;
    const char *field;
};
constexpr SecretTable kSecretTables[] = {{"connections", "connection", "password"},
                                         {"pipelines", "pipeline", "secret"},
                                         {"alert_rules", "alert_rule", "secret"},
                                         {"connector_profiles", "connector_profile", "secret"}};

KeySlot readRow(const Query &query)
{
    KeySlot slot;
    slot.id = query.getId<KeySlotId>(0);
    slot.holder = query.get<QString>(1);
    const QString kind = query.get<QString>(2);
    const auto known = keySlotKinds.value(kind);
    if (!known) throw Exception({ErrorKind::Integrity, QStringLiteral("Unknown kind of key slot"), QStringLiteral("key_slots"), kind, {}});
    slot.kind = *known;
    slot.parameters = query.get<QJsonObject>(3);
    slot.wrappedKey = query.getOptional<QByteArray>(4).value_or(QByteArray());
    slot.keyCheck = query.get<QByteArray>(5);
    slot.createdAt = query.get<Timestamp>(6);
    slot.updatedAt = query.get<Timestamp>(7);
    slot.version = query.get<int>(8);
    return slot;
}

struct Sealed {
    QVariant key;
    QByteArray blob;
};

QList<Sealed> lockSecrets(Session &session, const SecretTable &table)
{
    QList<Sealed> rows;
    Query query(session, QStringLiteral("select id, secret from %1 where secret is not null order by id {for_update}")
                             .arg(QLatin1String(table.table)));
    query.exec();
    while (query.next()) rows << Sealed{query.raw(0), query.get<QByteArray>(1)};
    return rows;
}

}  // namespace

QList<KeySlot> all(Session &session)
{
    QList<KeySlot> found;
    Query query(session, QStringLiteral("select id, holder, kind, {json:parameters}, wrapped_key, key_check, {us:created_at}, "
                                        "{us:updated_at}, version from key_slots order by id"));
    query.exec();
    while (query.next()) found << readRow(query);
    return found;
}

bool anySecret(Session &session)
{
    QStringList parts;
    for (const SecretTable &table : kSecretTables)
        parts << QStringLiteral("exists (select 1 from %1 where secret is not null)").arg(QLatin1String(table.table));
    Query query(session, QStringLiteral("select ") + parts.join(QStringLiteral(" or ")));
    return query.first() && query.get<bool>(0);
}

void lock(Transaction &transaction)
{
    Query query(transaction.session(), QStringLiteral("select id from workspace {for_update}"));
    query.exec();
}

KeySlotId insert(Transaction &transaction, const KeySlot &slot)
{
    Query query(transaction.session(), QStringLiteral(R"(
        insert into key_slots (holder, kind, parameters, wrapped_key, key_check)
        values (:holder, :kind, {json_in:parameters}, :wrapped_key, :key_check) returning id)"));
    query.bind("holder", slot.holder)
        .bind("kind", keySlotKinds.name(slot.kind))
        .bind("parameters", slot.parameters)
        .bind("wrapped_key", slot.wrappedKey)
        .bind("key_check", slot.keyCheck);
    query.first();
    return query.getId<KeySlotId>(0);
}

void rewrap(Transaction &transaction, const KeySlot &slot)
{
    Query(transaction.session(), QStringLiteral("update key_slots set wrapped_key = :wrapped_key, key_check = :key_check where id = :id"))
        .bind("wrapped_key", slot.wrappedKey)
        .bind("key_check", slot.keyCheck)
        .bind("id", slot.id)
        .execOne();
}

void remove(Transaction &transaction, KeySlotId id)
{
    Query(transaction.session(), QStringLiteral("delete from key_slots where id = :id")).bind("id", id).execOne();
}

bool holdCurrent(Transaction &transaction, const QByteArray &keyCheck)
{
    // Who changes the data key rewrites every slot, so a lock on one row holds that off.
    Query query(transaction.session(), QStringLiteral("select id from key_slots where key_check = :key_check order by id limit 1 {for_update}"));
    query.bind("key_check", keyCheck);
    return query.first();
}

int reseal(Transaction &transaction, const std::function<QByteArray(const QByteArray &, const QByteArray &)> &change)
{
    int count = 0;
    for (const SecretTable &table : kSecretTables) {
        const QList<Sealed> rows = lockSecrets(transaction.session(), table);
        Query update(transaction.session(), QStringLiteral("update %1 set secret = :secret where id = :id").arg(QLatin1String(table.table)));
        for (const Sealed &row : rows) {
            const QByteArray context = QByteArray(table.entity) + ':' + row.key.toString().toUtf8() + ':' + table.field;
            update.bind("secret", change(context, row.blob)).bindVariant("id", row.key).execOne();
            ++count;
        }
    }
    return count;
}

}  // namespace headgate::KeySlotStore
