// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audit/auditchanges.h"

#include "models/audit/jsondiff.h"
#include "models/audit/redaction.h"

#include <algorithm>
#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>

namespace headgate {

namespace {

QString tr(const char *text) { return QCoreApplication::translate("AuditChanges", text); }

std::optional<QString> side(const QJsonValue &value)
{
    return value.isUndefined() ? std::nullopt : std::optional(auditValueText(value));
}

/// What came or went as a whole is told field by field.
void flatten(const QString &path, const QJsonValue &value, bool added, QList<ChangeLine> &lines)
{
    const QJsonObject object = value.toObject();
    if (object.isEmpty()) return (void)(lines << (added ? ChangeLine{path, std::nullopt, side(value)} : ChangeLine{path, side(value), std::nullopt}));
    for (auto it = object.begin(); it != object.end(); ++it) flatten(path + QLatin1Char('.') + it.key(), *it, added, lines);
}

bool isLongText(const QJsonValue &value) { return value.toString().contains(u'\n'); }

/// The lines of one side: its own with their sign, and those around them.
QString linesOf(const QList<TextLine> &lines, char sign)
{
    QStringList shown;
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const auto differs = [&lines](qsizetype at) { return at >= 0 && at < lines.size() && lines[at].sign != ' '; };
        if (lines[i].sign == sign) shown << QStringLiteral("%1 %2").arg(QLatin1Char(sign)).arg(lines[i].text);
        else if (lines[i].sign == ' ' && (differs(i - 1) || differs(i + 1))) shown << QStringLiteral("  ") + lines[i].text;
        else if (lines[i].sign == ' ' && (shown.isEmpty() || shown.last() != u"…")) shown << QStringLiteral("…");
    }
    return shown.join(u'\n');
}

QString listText(const QJsonValue &identities)
{
    QStringList texts;
    for (const QJsonValue &identity : identities.toArray()) texts << identity.toVariant().toString();
    return texts.join(QStringLiteral(", "));
}

void addLines(const JsonChange &change, QList<ChangeLine> &lines)
{
    const QString path = JsonDiff::pathText(change.path);
    if (change.path.last().kind == JsonStep::Kind::Order) {
        lines << ChangeLine{tr("%1 (order)").arg(path), listText(change.before), listText(change.after)};
    } else if (change.isAdded() || change.isRemoved()) {
        flatten(path, change.isAdded() ? change.after : change.before, change.isAdded(), lines);
    } else if (isLongText(change.before) || isLongText(change.after)) {
        const QList<TextLine> text = diffLines(change.before.toString(), change.after.toString());
        lines << ChangeLine{path, linesOf(text, '-'), linesOf(text, '+')};
    } else {
        lines << ChangeLine{path, side(change.before), side(change.after)};
    }
}

QString elided(const QString &text)
{
    const QString line = text.simplified();
    return line.size() <= 40 ? line : line.left(39) + QStringLiteral("…");
}

QString summaryOf(const ChangeLine &line)
{
    if (!line.before) return QStringLiteral("+ %1 %2").arg(line.field, elided(*line.after));
    if (!line.after) return QStringLiteral("− %1 %2").arg(line.field, elided(*line.before));
    return QStringLiteral("%1 %2 → %3").arg(line.field, elided(*line.before), elided(*line.after));
}

}  // namespace

QString auditValueText(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Null: return QStringLiteral("NULL");
    case QJsonValue::String: return value.toString();
    case QJsonValue::Bool: return value.toBool() ? QStringLiteral("true") : QStringLiteral("false");
    case QJsonValue::Double: return value.toVariant().toString();
    case QJsonValue::Array: return QString::fromUtf8(QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact));
    case QJsonValue::Object: return QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
    case QJsonValue::Undefined: break;
    }
    return {};
}

QList<ChangeLine> auditChanges(const std::optional<QJsonObject> &before, const std::optional<QJsonObject> &after)
{
    QList<ChangeLine> lines;
    for (const JsonChange &change : JsonDiff::changes(before.value_or(QJsonObject()), after.value_or(QJsonObject()))) addLines(change, lines);
    return lines;
}

QList<ChangeLine> auditChanges(const AuditRecord &record)
{
    QList<ChangeLine> lines = auditChanges(record.oldValues, record.newValues);
    if (!record.metadata.value(QLatin1String("credentials_changed")).toBool()) return lines;
    // Of a change from outside it is known which.
    const QJsonArray named = record.metadata.value(QLatin1String("set_anew")).toArray();
    for (const QJsonValue &field : named.isEmpty() ? QJsonArray{QStringLiteral("password")} : named)
        if (std::ranges::find(lines, field.toString(), &ChangeLine::field) == lines.end())
            lines << ChangeLine{field.toString(), Redaction::mask(), tr("%1 set anew").arg(Redaction::mask())};
    return lines;
}

QString changeSummary(const AuditRecord &record)
{
    if (!record.success) return record.errorMessage.isEmpty() ? tr("failed") : elided(record.errorMessage);
    if (!record.oldValues && record.newValues) return tr("made with %1 fields").arg(record.newValues->size());
    if (record.oldValues && !record.newValues) return tr("gone with its %1 fields").arg(record.oldValues->size());
    QStringList parts;
    for (const ChangeLine &line : auditChanges(record))
        if (line.field != u"version" && line.field != u"updated_at") parts << summaryOf(line);
    if (parts.size() > 3) parts = parts.mid(0, 2) << tr("%1 more").arg(parts.size() - 2);
    if (parts.isEmpty())
        for (auto it = record.metadata.begin(); it != record.metadata.end() && parts.size() < 3; ++it)
            parts << QStringLiteral("%1 %2").arg(it.key(), elided(auditValueText(*it)));
    return parts.join(QStringLiteral(", "));
}

}  // namespace headgate
