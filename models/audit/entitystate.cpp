// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/entitystate.h"

#include "models/audit/redaction.h"

#include <QJsonDocument>

namespace headgate {

namespace {

enum class Act { Make, Remove, Change };

Act actOf(const AuditRecord &record)
{
    const QString operation = record.metadata.value(QLatin1String("operation")).toString();
    const bool external = record.action == u"EXTERNAL";
    if (record.action == u"CREATE" || (external && operation == u"INSERT")) return Act::Make;
    if (record.action == u"DELETE" || (external && operation == u"DELETE")) return Act::Remove;
    return Act::Change;
}

/// What the table keeps about its own rows, and the results of tests.
bool isBookkeeping(const QString &column)
{
    return column.endsWith(QLatin1String("_at")) || column.startsWith(QLatin1String("last_")) || column == u"version";
}

/// The row of a table, told by its triggers, in the words of the trail.
QJsonObject translated(const QJsonObject &row)
{
    QJsonObject result;
    for (auto it = row.begin(); it != row.end(); ++it) {
        if (isBookkeeping(it.key())) continue;
        if (it.key() == u"secret")
            result.insert(QStringLiteral("password"), it->isNull() ? QJsonValue() : QJsonValue(QStringLiteral("set")));
        else if (it.key().startsWith(QLatin1String("is_")) && it->isDouble()) result.insert(it.key(), it->toInt() != 0);
        else result.insert(it.key(), *it);
    }
    return result;
}

struct Values {
    QJsonObject old;
    QJsonObject current;
};

Values valuesOf(const AuditRecord &record)
{
    Values values{record.oldValues.value_or(QJsonObject()), record.newValues.value_or(QJsonObject())};
    if (record.action != u"EXTERNAL") return values;
    values = {translated(values.old), translated(values.current)};
    if (actOf(record) != Act::Change) return values;
    for (const QString &key : values.old.keys()) {
        if (values.old.value(key) != values.current.value(key)) continue;
        values.old.remove(key);
        values.current.remove(key);
    }
    return values;
}

bool holdsMask(const QJsonValue &value)
{
    if (value.isString()) return value.toString().contains(Redaction::mask());
    const QJsonDocument document = value.isArray() ? QJsonDocument(value.toArray()) : QJsonDocument(value.toObject());
    return QString::fromUtf8(document.toJson(QJsonDocument::Compact)).contains(Redaction::mask());
}

}  // namespace

QStringList EntityKey::types() const
{
    if (type == u"schema" || type == u"audit" || type == u"workspace") return {type};
    const QString own = type.endsWith(u's') ? type.chopped(1) : type;
    return {own, own + u's'};
}

bool EntityMoment::includes(const AuditRecord &record) const
{
    return event ? record.id.value <= event->value : !time || record.occurredAt <= *time;
}

QJsonObject EntityState::values() const
{
    QJsonObject object;
    for (auto it = fields.begin(); it != fields.end(); ++it)
        if (!it->isHidden) object.insert(it.key(), it->value);
    return object;
}

QStringList EntityState::remarks() const
{
    QStringList list;
    if (!firstEvent.isValid()) return {QStringLiteral("No event of the trail tells its fields.")};
    if (!exists) list << QStringLiteral("It did not exist at that time.");
    if (!isFromBegin)
        list << QStringLiteral("The trail does not tell of its making: what no event mentions is not known (the first is event %1).").arg(firstEvent.value);
    QStringList later;
    QStringList hidden;
    for (auto it = fields.begin(); it != fields.end(); ++it) {
        if (it->isLater) later << it.key();
        if (it->isHidden) hidden << it.key();
    }
    if (!later.isEmpty()) list << QStringLiteral("Told by later events, as the value before: %1.").arg(later.join(QStringLiteral(", ")));
    if (!hidden.isEmpty()) list << QStringLiteral("Secrets are not in the trail: of %1 only whether there was one.").arg(hidden.join(QStringLiteral(", ")));
    return list + contradictions;
}

EntityReplay::EntityReplay(EntityKey entity, EntityMoment moment) : m_moment(std::move(moment))
{
    m_state.entity = std::move(entity);
}

void EntityReplay::add(const AuditRecord &record)
{
    if (!record.success || m_isClosed || (!record.oldValues && !record.newValues)) return;
    if (!m_state.firstEvent.isValid()) m_state.firstEvent = record.id;
    m_moment.includes(record) ? forward(record) : backward(record);
}

void EntityReplay::forward(const AuditRecord &record)
{
    const auto [old, current] = valuesOf(record);
    m_state.lastEvent = record.id;
    m_state.lastAt = record.occurredAt;
    if (!record.entityName.isEmpty()) m_state.name = record.entityName;
    switch (actOf(record)) {
    case Act::Make:
        m_state.fields.clear();
        m_state.isFromBegin = true;
        break;
    case Act::Remove:
        m_state.exists = false;
        for (auto it = old.begin(); it != old.end(); ++it) set(it.key(), *it, record.id, false);
        return;
    case Act::Change: compare(record, old); break;
    }
    m_state.exists = true;
    for (const QString &field : old.keys())
        if (record.newValues && !current.contains(field)) m_state.fields.remove(field);
    for (auto it = current.begin(); it != current.end(); ++it) set(it.key(), *it, record.id, false);
}

void EntityReplay::backward(const AuditRecord &record)
{
    m_isClosed = actOf(record) == Act::Make;
    if (m_isClosed) return;
    // It is told of later and was not made in between: it was there, unless it had gone.
    if (!m_state.lastEvent.isValid()) m_state.exists = true;
    const QJsonObject old = valuesOf(record).old;
    for (auto it = old.begin(); it != old.end(); ++it)
        if (!m_state.fields.contains(it.key())) set(it.key(), *it, record.id, true);
    if (m_state.name.isEmpty()) m_state.name = record.entityName;
}

void EntityReplay::set(const QString &field, const QJsonValue &value, AuditId from, bool later)
{
    const bool hidden = holdsMask(value) || (!value.isNull() && Redaction::isSecretName(field));
    m_state.fields.insert(field, {value, from, later, hidden});
}

void EntityReplay::compare(const AuditRecord &record, const QJsonObject &old)
{
    for (auto it = old.begin(); it != old.end(); ++it) {
        const auto known = m_state.fields.constFind(it.key());
        if (known == m_state.fields.constEnd() || known->value == *it || isBookkeeping(it.key())) continue;
        m_state.contradictions << QStringLiteral("Event %1 found another %2 than event %3 had left: a change in between is not in the trail.")
                                      .arg(record.id.value).arg(it.key()).arg(known->from.value);
    }
}

}  // namespace headgate
