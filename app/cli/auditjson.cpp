// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/auditjson.h"

#include <QJsonDocument>

namespace headgate::AuditJson {

QString text(const QJsonValue &value)
{
    if (value.isUndefined()) return QStringLiteral("–");
    if (value.isNull()) return QStringLiteral("NULL");
    if (value.isArray()) return QString::fromUtf8(QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact));
    if (value.isObject()) return QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
    return value.toVariant().toString();
}

QJsonArray changes(const QList<JsonChange> &changes)
{
    QJsonArray array;
    for (const JsonChange &change : changes) {
        QJsonObject object{{QStringLiteral("path"), JsonDiff::pathText(change.path)}};
        if (change.path.last().kind == JsonStep::Kind::Order) object.insert(QStringLiteral("what"), QStringLiteral("order"));
        if (!change.isAdded()) object.insert(QStringLiteral("before"), change.before);
        if (!change.isRemoved()) object.insert(QStringLiteral("after"), change.after);
        array << object;
    }
    return array;
}

QStringList changeLines(const QList<JsonChange> &changes)
{
    QStringList lines;
    for (const JsonChange &change : changes) {
        const QString path = JsonDiff::pathText(change.path);
        if (change.isAdded()) lines << QStringLiteral("+ %1: %2").arg(path, text(change.after));
        else if (change.isRemoved()) lines << QStringLiteral("− %1: %2").arg(path, text(change.before));
        else lines << QStringLiteral("~ %1: %2 → %3").arg(path, text(change.before), text(change.after));
    }
    return lines;
}

QJsonArray anomalies(const QList<Anomaly> &anomalies)
{
    QJsonArray array;
    for (const Anomaly &anomaly : anomalies) array << QJsonObject{{QStringLiteral("kind"), anomalyKinds.name(anomaly.kind)}, {QStringLiteral("message"), anomaly.text}};
    return array;
}

}  // namespace headgate::AuditJson
