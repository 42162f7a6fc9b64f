// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/auditexport.h"
#include "app/audit/auditreviewservice.h"
#include "app/audit/auditservice.h"
#include "app/base/tasks.h"
#include "app/cli/auditjson.h"
#include "app/cli/commandline.h"
#include "app/cli/filteroptions.h"
#include "app/cli/listoutput.h"
#include "models/audit/auditjson.h"

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
    std::shared_ptr<ListOutput> output = std::make_shared<ListOutput>();
    bool isUnusual = false;
};

const QString timeColumn = QStringLiteral("occurred_at");
constexpr int kMostAnomalies = 10'000;

/// The newest events of the whole trail with something unusual, as a condition on their ids.
AnomalyStore::Anomalies findAnomalies(CommandContext &context, ListQuery &query)
{
    AuditReviewService &review = context.workspace().auditReview();
    const auto span = valueOf(review.extent());
    // Not only as many as are listed: the other conditions are asked afterwards.
    const auto found = span ? valueOf(review.anomalies(*span, kMostAnomalies)) : AnomalyStore::Anomalies();
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
    if (!o.entity.empty()) query.filters << AuditService::ofType(QString::fromStdString(o.entity));
    const auto found = o.isUnusual ? findAnomalies(context, query) : AnomalyStore::Anomalies();
    if (o.output->isWanted()) return writeList(context, auditExport(context.workspace().audit()), query, *o.output);
    QJsonArray array;
    QList<QStringList> rows;
    for (const AuditRecord &r : valueOf(context.workspace().audit().records(query, {std::nullopt, o.limit})).rows) {
        QJsonObject json = AuditJson::toJson(r);
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
    QJsonObject json = AuditJson::toJson(record);
    context.out().line(QString::fromUtf8(QJsonDocument(json).toJson()).trimmed());
    for (const QString &line : AuditJson::changeLines(changes)) context.out().line(line);
    for (const Anomaly &anomaly : anomalies) context.out().line(QStringLiteral("! ") + anomaly.text);
    json.insert(QStringLiteral("changes"), AuditJson::changes(changes));
    json.insert(QStringLiteral("anomalies"), AuditJson::anomalies(anomalies));
    context.out().object({{QStringLiteral("audit_log"), json}});
    return Exit_Done;
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
    addListOutput(verb, o->output);
    verb->callback([=] { choose([=](CommandContext &context) { return list(context, *o, *filters); }); });

    verb = noun->add_subcommand("show", "One event with its values and hashes, what it changed and what is unusual about it");
    verb->add_option("ID", *id, "Number of the event")->required();
    verb->callback([=] { choose([=](CommandContext &context) { return show(context, *id); }); });

    addIntegrityCommands(*noun, choose);
    addAuditReviewCommands(*noun, choose);
}

}  // namespace headgate
