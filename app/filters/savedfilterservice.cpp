// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/filters/savedfilterservice.h"

#include "models/audit/auditstore.h"
#include "models/database/database.h"

#include <algorithm>

namespace headgate {

namespace {

QString checkedName(const QString &text)
{
    const QString name = text.trimmed();
    if (name.isEmpty() || name.size() > 255)
        throw Exception({ErrorKind::Invalid, QStringLiteral("The name of a filter has 1 to 255 characters"), QStringLiteral("name"), {}, QStringLiteral("Type another name.")});
    return name;
}

SavedFilter require(const std::optional<SavedFilter> &filter)
{
    if (!filter)
        throw Exception({ErrorKind::NotFound, QStringLiteral("This filter is no longer there"), QStringLiteral("saved_filters"), {}, QStringLiteral("It may have been removed meanwhile.")});
    return *filter;
}

QJsonObject valuesOf(const SavedFilter &filter)
{
    return {{QStringLiteral("page"), filter.page}, {QStringLiteral("name"), filter.name}, {QStringLiteral("filter"), savedFilterToJson(filter)}};
}

void record(Transaction &transaction, const Actor &actor, const char *action, const std::optional<SavedFilter> &before, const std::optional<SavedFilter> &after)
{
    const SavedFilter &named = after ? *after : *before;
    AuditEntry entry;
    entry.actor = actor;
    entry.action = QLatin1String(action);
    entry.entityType = QStringLiteral("saved_filter");
    entry.entityId = QString::number(named.id.value);
    entry.entityName = named.name;
    if (before) entry.oldValues = valuesOf(*before);
    if (after) entry.newValues = valuesOf(*after);
    AuditStore::record(transaction, entry);
}

}  // namespace

QFuture<Result<QList<SavedFilter>>> SavedFilterService::list(const QString &page)
{
    return m_database.read([user = m_actor().userId, page](Session &session) { return SavedFilterStore::all(session, user, page); });
}

QFuture<Result<SavedFilter>> SavedFilterService::save(const QString &page, const QString &name, const ListQuery &query)
{
    return m_database.write([actor = m_actor(), page, name, query](Transaction &transaction) {
        SavedFilter filter{{}, page, checkedName(name), query};
        const QList<SavedFilter> there = SavedFilterStore::all(transaction.session(), actor.userId, page);
        const auto same = std::ranges::find(there, filter.name, &SavedFilter::name);
        if (same == there.end()) {
            filter.id = SavedFilterStore::insert(transaction, actor.userId, filter);
            record(transaction, actor, "CREATE", std::nullopt, filter);
            return filter;
        }
        filter.id = same->id;
        filter.tint = same->tint;
        SavedFilterStore::update(transaction, filter);
        record(transaction, actor, "UPDATE", *same, filter);
        return filter;
    });
}

QFuture<Result<SavedFilter>> SavedFilterService::change(SavedFilterId id, std::function<void(Session &, SavedFilter &)> edit)
{
    return m_database.write([actor = m_actor(), id, edit = std::move(edit)](Transaction &transaction) {
        const SavedFilter before = require(SavedFilterStore::get(transaction.session(), actor.userId, id));
        SavedFilter after = before;
        edit(transaction.session(), after);
        SavedFilterStore::update(transaction, after);
        record(transaction, actor, "UPDATE", before, after);
        return after;
    });
}

QFuture<Result<SavedFilter>> SavedFilterService::rename(SavedFilterId id, const QString &name)
{
    return change(id, [user = m_actor().userId, name](Session &session, SavedFilter &filter) {
        filter.name = checkedName(name);
        for (const SavedFilter &each : SavedFilterStore::all(session, user, filter.page))
            if (each.name == filter.name && each.id != filter.id)
                throw Exception({ErrorKind::Invalid, QStringLiteral("There is a filter named %1 already").arg(filter.name), QStringLiteral("name"), {}, QStringLiteral("Choose another name.")});
    });
}

QFuture<Result<SavedFilter>> SavedFilterService::setTint(SavedFilterId id, const QString &tint)
{
    return change(id, [tint](Session &, SavedFilter &filter) {
        if (!tint.isEmpty() && !rowTints().contains(tint))
            throw Exception({ErrorKind::Invalid, QStringLiteral("There is no colour %1 for rows").arg(tint), QStringLiteral("tint"), {}, QStringLiteral("There is %1.").arg(rowTints().join(QLatin1String(", ")))});
        filter.tint = tint;
    });
}

QFuture<Result<Done>> SavedFilterService::remove(SavedFilterId id)
{
    return m_database.write([actor = m_actor(), id](Transaction &transaction) {
        const SavedFilter before = require(SavedFilterStore::get(transaction.session(), actor.userId, id));
        SavedFilterStore::remove(transaction, id);
        record(transaction, actor, "DELETE", before, std::nullopt);
        return Done{};
    });
}

}  // namespace headgate
