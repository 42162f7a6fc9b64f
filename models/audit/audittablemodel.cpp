// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/audit/audittablemodel.h"

#include "models/audit/auditstore.h"

namespace headgate {

namespace {

enum Column { Time, ActorName, Action, EntityType, Name, Outcome, Notable };

QList<RecordColumn> columnTable()
{
    const auto tr = [](const char *text) { return AuditTableModel::tr(text); };
    QList<RecordColumn> columns{
        {QStringLiteral("id"), tr("Time"), ColumnKind::Time, true, 92},
        {QStringLiteral("actor"), tr("Actor"), ColumnKind::Text, true, 92},
        {QStringLiteral("action"), tr("Action"), ColumnKind::Badge, true, 100},
        {QStringLiteral("entity_type"), tr("Entity"), ColumnKind::Text, true, 90},
        {QStringLiteral("entity_name"), tr("Name"), ColumnKind::Text, true, 104, true},
        {QStringLiteral("status"), tr("Result"), ColumnKind::Status, true, 94},
        {QStringLiteral("notable"), tr("Notable"), ColumnKind::Notice, false, 184},
    };
    for (RecordColumn &column : columns) column.sortIndexed = AuditStore::isSortIndexed(column.id);
    return columns;
}

QString notable(const AuditRecord &record, const QList<Anomaly> &anomalies)
{
    QStringList words;
    if (record.action == u"EXTERNAL") words << AuditTableModel::tr("external");
    for (const Anomaly &anomaly : anomalies) words << anomalyWords(anomaly.kind);
    return words.join(QStringLiteral(", "));
}

}  // namespace

AuditTableModel::AuditTableModel(Fetch fetch, Count count, QObject *parent)
    : RecordListModel(columnTable(), std::move(fetch), std::move(count), parent)
{
}

void AuditTableModel::addAnomalies(const QHash<qint64, QList<Anomaly>> &found)
{
    m_anomalies.insert(found);
    for (const qint64 id : found.keys())
        if (const int row = rowOf(id); row >= 0) Q_EMIT dataChanged(index(row, Notable), index(row, Notable));
}

QVariant AuditTableModel::data(const QModelIndex &index, int role) const
{
    if (role != Qt::ToolTipRole || index.column() != Notable) return RecordListModel::data(index, role);
    QStringList lines;
    if (index.siblingAtColumn(Action).data().toString() == u"EXTERNAL") lines << tr("Changed outside Headgate.");
    for (const Anomaly &anomaly : m_anomalies.value(idAt(index.row()))) lines << anomaly.text;
    return lines.isEmpty() ? RecordListModel::data(index, role) : lines.join(QLatin1Char('\n'));
}

QVariant AuditTableModel::value(const AuditRecord &record, int column) const
{
    switch (column) {
    case Time: return QVariant::fromValue(record.occurredAt);
    case ActorName: return record.actor;
    case Action: return record.action;
    case EntityType: return record.entityType;
    case Name: return record.entityName.isEmpty() ? record.entityId : record.entityName;
    case Outcome: return record.success ? QStringLiteral("success") : QStringLiteral("failure");
    case Notable: return notable(record, m_anomalies.value(record.id.value));
    default: return {};
    }
}

bool AuditTableModel::holdsColumn(const QString &column) const
{
    static const QStringList held{QStringLiteral("id"), QStringLiteral("occurred_at"), QStringLiteral("user_id"), QStringLiteral("actor"), QStringLiteral("action"), QStringLiteral("entity_type"),
                                  QStringLiteral("entity_id"), QStringLiteral("entity_name"), QStringLiteral("status"), QStringLiteral("ip_address")};
    return held.contains(column);
}

QVariant AuditTableModel::filterValueIn(const AuditRecord &record, const QString &column)
{
    const auto text = [](const QString &value) { return value.isEmpty() ? QVariant() : QVariant(value); };  // stored as NULL
    if (column == u"id") return record.id.value;
    if (column == u"occurred_at") return QVariant::fromValue(record.occurredAt);
    if (column == u"user_id") return record.userId ? QVariant(record.userId->value) : QVariant();
    if (column == u"actor") return record.actor;
    if (column == u"action") return record.action;
    if (column == u"entity_type") return record.entityType;
    if (column == u"entity_id") return text(record.entityId);
    if (column == u"entity_name") return text(record.entityName);
    if (column == u"ip_address") return text(record.ipAddress);
    return record.success ? QStringLiteral("success") : QStringLiteral("failure");
}

}  // namespace headgate
