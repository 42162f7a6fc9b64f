// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/tasks.h"
#include "app/cli/commandline.h"
#include "app/connections/connectionbulk.h"

#include <CLI/CLI.hpp>
#include <QJsonArray>

namespace headgate {

namespace {

struct BulkOptions {
    std::vector<std::string> names;
    std::string addTag;
    std::string removeTag;
    std::string environment;
    std::string active;
    bool dryRun = false;
};

QString text(const std::string &value) { return QString::fromStdString(value); }

QList<ConnectionId> idsOf(CommandContext &context, const std::vector<std::string> &names)
{
    QList<ConnectionId> ids;
    for (const std::string &name : names) {
        const ConnectionId id = valueOf(context.workspace().connections().getByName(text(name))).id;
        if (!ids.contains(id)) ids << id;
    }
    return ids;
}

int showPlan(CommandContext &context, const QList<BulkItem> &plan)
{
    QJsonArray array;
    QList<QStringList> rows;
    bool refused = false;
    for (const BulkItem &item : plan) {
        refused = refused || item.fate == BulkItem::Fate::Refused;
        array << QJsonObject{{QStringLiteral("name"), item.connection.name},
                             {QStringLiteral("environment"), environments.name(item.connection.environment)},
                             {QStringLiteral("plan"), bulkFates.name(item.fate)},
                             {QStringLiteral("message"), item.what}};
        rows << QStringList{item.connection.name, environments.name(item.connection.environment), bulkFates.name(item.fate), item.what};
    }
    context.out().object({{QStringLiteral("plan"), array}});
    context.out().table({QStringLiteral("name"), QStringLiteral("environment"), QStringLiteral("plan"), QStringLiteral("what")}, rows);
    return refused ? Exit_Failed : Exit_Done;
}

int showResults(CommandContext &context, const QList<BulkResult> &results, const BulkAction &action)
{
    QJsonArray array;
    QJsonArray removed;
    QList<QStringList> rows;
    bool failed = false;
    for (const BulkResult &result : results) {
        if (action.kind == BulkAction::Kind::Remove && result.outcome == BulkResult::Outcome::Done) removed << result.connection.name;
        failed = failed || (result.outcome != BulkResult::Outcome::Done && result.outcome != BulkResult::Outcome::Unchanged);
        array << QJsonObject{{QStringLiteral("name"), result.connection.name},
                             {QStringLiteral("outcome"), bulkOutcomes.name(result.outcome)},
                             {QStringLiteral("message"), result.message}};
        rows << QStringList{result.connection.name, bulkOutcomes.name(result.outcome), result.message};
    }
    QJsonObject json{{QStringLiteral("results"), array}};
    if (action.kind == BulkAction::Kind::Remove) json.insert(QStringLiteral("removed"), removed);
    context.out().object(json);
    context.out().table({QStringLiteral("name"), QStringLiteral("outcome"), QStringLiteral("what")}, rows);
    return failed ? Exit_Failed : Exit_Done;
}

int act(CommandContext &context, const BulkOptions &o, const BulkAction &action)
{
    ConnectionBulk bulk(context.workspace().connections());
    const QList<BulkItem> plan = valueOf(bulk.plan(idsOf(context, o.names), action));
    return o.dryRun ? showPlan(context, plan) : showResults(context, valueOf(bulk.run(plan, action)), action);
}

BulkAction wanted(const BulkOptions &o)
{
    const int given = int(!o.addTag.empty()) + int(!o.removeTag.empty()) + int(!o.environment.empty()) + int(!o.active.empty());
    if (given != 1)
        throw Exception({ErrorKind::Invalid, QStringLiteral("Give one of --add-tag, --remove-tag, --environment and --active"), {}, {},
                         QStringLiteral("`headgate connection edit` changes several fields of one connection.")});
    BulkAction action;
    if (!o.addTag.empty()) action = {BulkAction::Kind::AddTag, text(o.addTag)};
    if (!o.removeTag.empty()) action = {BulkAction::Kind::RemoveTag, text(o.removeTag)};
    if (!o.active.empty()) action.kind = o.active == "yes" ? BulkAction::Kind::Activate : BulkAction::Kind::Deactivate;
    if (!o.environment.empty()) action = {BulkAction::Kind::SetEnvironment, {}, environments.value(text(o.environment)).value_or(Environment::Development)};
    return action;
}

}  // namespace

void addConnectionBulkCommands(CLI::App &noun, const Choose &choose)
{
    const auto o = std::make_shared<BulkOptions>();

    CLI::App *verb = noun.add_subcommand("change", "Change one thing on many connections");
    verb->add_option("NAME", o->names, "Names")->required();
    verb->add_option("--add-tag", o->addTag, "A tag that they get");
    verb->add_option("--remove-tag", o->removeTag, "A tag that they lose");
    verb->add_option("--environment", o->environment, "development, test, staging or production")
        ->check(CLI::IsMember({"development", "test", "staging", "production"}));
    verb->add_option("--active", o->active, "yes or no")->check(CLI::IsMember({"yes", "no"}));
    verb->add_flag("--dry-run", o->dryRun, "Show what would happen to each");
    verb->callback([=] { choose([=](CommandContext &context) { return act(context, *o, wanted(*o)); }); });

    verb = noun.add_subcommand("remove", "Remove connections with their test history");
    verb->add_option("NAME", o->names, "Names")->required();
    verb->add_flag("--dry-run", o->dryRun, "Show what would go with each, and which are refused");
    verb->callback([=] { choose([=](CommandContext &context) { return act(context, *o, {BulkAction::Kind::Remove}); }); });
}

}  // namespace headgate
