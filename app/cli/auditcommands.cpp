// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/auditreviewservice.h"
#include "app/audit/auditservice.h"
#include "app/base/tasks.h"
#include "app/cli/auditjson.h"
#include "app/cli/commandline.h"
#include "app/cli/filteroptions.h"

#include <CLI/CLI.hpp>
#include <QJsonArray>
#include <QJsonDocument>

namespace headgate {

namespace {

struct ListOptions {
    int limit = 100;
    std::string action;
    std::string actor;
    std::string entity;
    bool isUnusual = false;
};

QJsonValue textOrNull(const QString &text) { return text.isEmpty() ? QJsonValue() : QJsonValue(text); }

QJsonObject recordJson(const AuditRecord &r)
{
    return {{QStringLiteral("id"), qint64(r.id.value)},
            {QStringLiteral("occurred_at"), r.occurredAt.toIso()},
            {QStringLiteral("user_id"), r.userId ? QJsonValue(qint64(r.userId->value)) : QJsonValue()},
            {QStringLiteral("actor"), r.actor},
            {QStringLiteral("action"), r.action},
            {QStringLiteral("entity_type"), r.entityType},
            {QStringLiteral("entity_id"), textOrNull(r.entityId)},
            {QStringLiteral("entity_name"), textOrNull(r.entityName)},
            {QStringLiteral("status"), r.success ? QStringLiteral("success") : QStringLiteral("failure")},
            {QStringLiteral("ip_address"), textOrNull(r.ipAddress)},
            {QStringLiteral("user_agent"), textOrNull(r.userAgent)},
            {QStringLiteral("old_values"), r.oldValues ? QJsonValue(*r.oldValues) : QJsonValue()},
            {QStringLiteral("new_values"), r.newValues ? QJsonValue(*r.newValues) : QJsonValue()},
            {QStringLiteral("error_message"), textOrNull(r.errorMessage)},
            {QStringLiteral("metadata"), r.metadata},
            {QStringLiteral("op_id"), r.operationId.toString(QUuid::WithoutBraces)},
            {QStringLiteral("previous_hash"), QString::fromLatin1(r.previousHash.toHex())},
            {QStringLiteral("hash"), QString::fromLatin1(r.hash.toHex())}};
}

const QString timeColumn = QStringLiteral("occurred_at");

/// The newest events of the whole trail with something unusual, as a condition on their ids.
AnomalyStore::Anomalies findAnomalies(CommandContext &context, const ListOptions &o, ListQuery &query)
{
    AuditReviewService &review = context.workspace().auditReview();
    const auto span = valueOf(review.extent());
    const auto found = span ? valueOf(review.anomalies(*span, std::min(o.limit, 10'000))) : AnomalyStore::Anomalies();
    QVariantList ids{-1};  // no event has this id: nothing found is an empty list
    for (const qint64 id : found.keys()) ids << id;
    query.filters << ColumnFilter{QStringLiteral("id"), ColumnFilter::Op::In, ids};
    return found;
}

int list(CommandContext &context, const ListOptions &o, const FilterOptions &filters)
{
    ListQuery query = filters.query(AuditService::filterColumns(), timeColumn);
    const auto filter = [&query](const char *column, const std::string &value) {
        if (!value.empty()) query.filters << ColumnFilter{QLatin1String(column), ColumnFilter::Op::Equal, {QString::fromStdString(value)}};
    };
    filter("action", o.action);
    filter("actor", o.actor);
    filter("entity_type", o.entity);
    const auto found = o.isUnusual ? findAnomalies(context, o, query) : AnomalyStore::Anomalies();
    QJsonArray array;
    QList<QStringList> rows;
    for (const AuditRecord &r : valueOf(context.workspace().audit().records(query, {std::nullopt, o.limit})).rows) {
        QJsonObject json = recordJson(r);
        const QList<Anomaly> anomalies = found.value(r.id.value);
        if (o.isUnusual) json.insert(QStringLiteral("anomalies"), AuditJson::anomalies(anomalies));
        array << json;
        rows << QStringList{QString::number(r.id.value), r.occurredAt.toIso(), r.actor, r.action, r.entityType, r.entityName,
                            r.success ? QStringLiteral("success") : QStringLiteral("failure")};
        for (const Anomaly &anomaly : anomalies) rows.last() << QStringLiteral("! ") + anomaly.text;
    }
    context.out().object({{QStringLiteral("audit_logs"), array}});
    context.out().table({QStringLiteral("id"), QStringLiteral("time"), QStringLiteral("actor"), QStringLiteral("action"), QStringLiteral("entity"),
                         QStringLiteral("name"), QStringLiteral("result"), QStringLiteral("unusual")},
                        rows);
    return Exit_Done;
}

int show(CommandContext &context, qint64 id)
{
    const AuditRecord record = valueOf(context.workspace().audit().get({id}));
    const QList<JsonChange> changes = JsonDiff::changes(record.oldValues.value_or(QJsonObject()), record.newValues.value_or(QJsonObject()));
    const QList<Anomaly> anomalies = valueOf(context.workspace().auditReview().anomaliesOf({{id}})).value(id);
    QJsonObject json = recordJson(record);
    context.out().line(QString::fromUtf8(QJsonDocument(json).toJson()).trimmed());
    for (const QString &line : AuditJson::changeLines(changes)) context.out().line(line);
    for (const Anomaly &anomaly : anomalies) context.out().line(QStringLiteral("! ") + anomaly.text);
    json.insert(QStringLiteral("changes"), AuditJson::changes(changes));
    json.insert(QStringLiteral("anomalies"), AuditJson::anomalies(anomalies));
    context.out().object({{QStringLiteral("audit_log"), json}});
    return Exit_Done;
}

int verify(CommandContext &context)
{
    const AuditVerification result = valueOf(context.workspace().audit().verify());
    QJsonArray findings;
    for (const AuditFinding &finding : result.findings) {
        findings << QJsonObject{{QStringLiteral("id"), finding.id}, {QStringLiteral("kind"), finding.kind}, {QStringLiteral("message"), finding.text}};
        context.out().line(QStringLiteral("event %1: %2 (%3)").arg(finding.id).arg(finding.text, finding.kind));
    }
    context.out().object({{QStringLiteral("verification"), QJsonObject{{QStringLiteral("ok"), result.ok()},
                                                                      {QStringLiteral("rows"), result.rows},
                                                                      {QStringLiteral("last_id"), result.lastId},
                                                                      {QStringLiteral("head_hash"), QString::fromLatin1(result.headHash.toHex())},
                                                                      {QStringLiteral("finding_count"), result.findingCount},
                                                                      {QStringLiteral("unsealed_external_changes"), result.unsealedExternal},
                                                                      {QStringLiteral("findings"), findings}}}});
    context.out().line(result.ok() ? QStringLiteral("The chain is whole: %1 events, no gaps. Head %2.").arg(result.rows).arg(QString::fromLatin1(result.headHash.toHex()))
                                   : QStringLiteral("The chain is broken: %1 findings in %2 events.").arg(result.findingCount).arg(result.rows));
    return result.ok() ? Exit_Done : Exit_Failed;
}

}  // namespace

void addAuditCommands(CLI::App &app, const Choose &choose)
{
    CLI::App *noun = app.add_subcommand("audit", "The audit trail");
    noun->require_subcommand(1);
    noun->fallthrough();
    const auto o = std::make_shared<ListOptions>();
    const auto filters = std::make_shared<FilterOptions>();
    const auto id = std::make_shared<qint64>(0);

    CLI::App *verb = noun->add_subcommand("list", "Newest events first");
    verb->add_option("--limit", o->limit, "How many")->check(CLI::Range(1, 1000000));
    verb->add_option("--action", o->action, "CREATE, UPDATE, DELETE, TEST, EXTERNAL …");
    verb->add_option("--actor", o->actor, "Who");
    verb->add_option("--entity-type", o->entity, "connection, user, schema …");
    verb->add_flag("--anomalies", o->isUnusual, "Only events with something unusual, and why");
    addFilterOptions(verb, filters, "Part of an entity's name", timeColumn);
    verb->callback([=] { choose([=](CommandContext &context) { return list(context, *o, *filters); }); });

    verb = noun->add_subcommand("show", "One event with its values and hashes, what it changed and what is unusual about it");
    verb->add_option("ID", *id, "Number of the event")->required();
    verb->callback([=] { choose([=](CommandContext &context) { return show(context, *id); }); });

    addAuditReviewCommands(*noun, choose);

    verb = noun->add_subcommand("verify", "Seal external changes and recompute the whole chain");
    verb->callback([=] { choose([](CommandContext &context) { return verify(context); }); });
}

}  // namespace headgate
