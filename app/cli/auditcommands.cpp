// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/auditexport.h"
#include "app/audit/auditservice.h"
#include "app/base/tasks.h"
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
};

const QString timeColumn = QStringLiteral("occurred_at");

int list(CommandContext &context, const ListOptions &o, const FilterOptions &filters)
{
    ListQuery query = filters.query(AuditService::filterColumns(), timeColumn);
    const auto filter = [&query](const char *column, const std::string &value) {
        if (!value.empty()) query.filters << ColumnFilter{QLatin1String(column), ColumnFilter::Op::Equal, {QString::fromStdString(value)}};
    };
    filter("action", o.action);
    filter("actor", o.actor);
    filter("entity_type", o.entity);
    if (o.output->isWanted()) return writeList(context, auditExport(context.workspace().audit()), query, *o.output);
    QJsonArray array;
    QList<QStringList> rows;
    for (const AuditRecord &r : valueOf(context.workspace().audit().records(query, {std::nullopt, o.limit})).rows) {
        array << AuditJson::toJson(r);
        rows << QStringList{QString::number(r.id.value), r.occurredAt.toIso(), r.actor, r.action, r.entityType, r.entityName,
                            r.success ? QStringLiteral("success") : QStringLiteral("failure")};
    }
    context.out().object({{QStringLiteral("audit_logs"), array}});
    context.out().table({QStringLiteral("id"), QStringLiteral("time"), QStringLiteral("actor"), QStringLiteral("action"), QStringLiteral("entity"),
                         QStringLiteral("name"), QStringLiteral("result")},
                        rows);
    return Exit_Done;
}

int show(CommandContext &context, qint64 id)
{
    const QJsonObject json = AuditJson::toJson(valueOf(context.workspace().audit().get({id})));
    context.out().object({{QStringLiteral("audit_log"), json}});
    context.out().line(QString::fromUtf8(QJsonDocument(json).toJson()).trimmed());
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
    addFilterOptions(verb, filters, "Part of an entity's name", timeColumn);
    addListOutput(verb, o->output);
    verb->callback([=] { choose([=](CommandContext &context) { return list(context, *o, *filters); }); });

    verb = noun->add_subcommand("show", "One event with its values and hashes");
    verb->add_option("ID", *id, "Number of the event")->required();
    verb->callback([=] { choose([=](CommandContext &context) { return show(context, *id); }); });

    verb = noun->add_subcommand("verify", "Seal external changes and recompute the whole chain");
    verb->callback([=] { choose([](CommandContext &context) { return verify(context); }); });
}

}  // namespace headgate
