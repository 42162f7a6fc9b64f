// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/tasks.h"
#include "app/cli/commandline.h"
#include "app/cli/listoutput.h"
#include "app/connections/connectionexport.h"
#include "app/connections/connectionimport.h"
#include "app/connections/connectionservice.h"
#include "models/connections/connectioncopies.h"
#include "models/connections/connectionjson.h"

#include <CLI/CLI.hpp>
#include <QJsonArray>

namespace headgate {

namespace {

struct ImportOptions {
    std::string file;
    std::string onClash = "rename";
    std::string environment;
    bool dryRun = false;
};

struct CloneOptions {
    std::string name;
    std::string newName;
    bool withPassword = false;
};

struct ExportOptions {
    std::string search;
    std::string environment;
    std::string status;
    std::shared_ptr<ListOutput> output = std::make_shared<ListOutput>();
};

QString text(const std::string &value) { return QString::fromStdString(value); }

/// Everything but the password, of which only that there is one.
QJsonObject itemJson(const ImportItem &item)
{
    const Connection &c = item.found.connection;
    return {{QStringLiteral("name"), item.name},
            {QStringLiteral("origin"), item.found.origin},
            {QStringLiteral("line"), item.found.line},
            {QStringLiteral("database_type"), databaseTypes.name(c.databaseType)},
            {QStringLiteral("address"), connectionAddress(c)},
            {QStringLiteral("database_name"), c.databaseName},
            {QStringLiteral("username"), c.username},
            {QStringLiteral("password"), item.found.password ? QJsonValue(QStringLiteral("set")) : QJsonValue()},
            {QStringLiteral("environment"), environments.name(c.environment)},
            {QStringLiteral("clashes_with"), item.existing ? QJsonValue(item.existing->name) : QJsonValue()},
            {QStringLiteral("is_there"), item.isSame},
            {QStringLiteral("refused"), item.refused.isEmpty() ? QJsonValue() : QJsonValue(item.refused)},
            {QStringLiteral("notes"), QJsonArray::fromStringList(item.found.notes)}};
}

QJsonArray problemsJson(const ImportPlan &plan)
{
    QJsonArray array;
    for (const ImportProblem &each : plan.problems)
        array << QJsonObject{{QStringLiteral("line"), each.line}, {QStringLiteral("subject"), each.subject}, {QStringLiteral("why"), each.why}};
    return array;
}

void printRemarks(const ImportPlan &plan)
{
    for (const QString &warning : plan.warnings) Output::remark(QStringLiteral("%1: %2").arg(plan.path, warning));
    for (const ImportProblem &each : plan.problems) Output::remark(QStringLiteral("%1:%2: %3: %4").arg(plan.path).arg(each.line).arg(each.subject, each.why));
}

int showPlan(CommandContext &context, const ImportPlan &plan)
{
    QJsonArray array;
    QList<QStringList> rows;
    for (const ImportItem &item : plan.items) {
        array << itemJson(item);
        const QString fate = !item.refused.isEmpty() ? item.refused : item.choice == ImportItem::Choice::Skip ? QStringLiteral("skipped") : QStringLiteral("added");
        rows << QStringList{item.name, item.found.origin, connectionAddress(item.found.connection), item.found.password ? QStringLiteral("••••") : QString(), fate};
    }
    context.out().object({{QStringLiteral("format"), importFormats.name(plan.format)},
                          {QStringLiteral("plan"), array},
                          {QStringLiteral("problems"), problemsJson(plan)},
                          {QStringLiteral("warnings"), QJsonArray::fromStringList(plan.warnings)}});
    context.out().table({QStringLiteral("name"), QStringLiteral("from"), QStringLiteral("address"), QStringLiteral("password"), QStringLiteral("plan")}, rows);
    return Exit_Done;
}

void choose(ImportPlan &plan, const ImportOptions &o)
{
    for (ImportItem &item : plan.items) {
        if (!o.environment.empty()) item.found.connection.environment = environments.value(text(o.environment)).value_or(Environment::Development);
        if (!item.existing || o.onClash == "rename") continue;
        item.choice = o.onClash == "skip" ? ImportItem::Choice::Skip : ImportItem::Choice::Replace;
        item.name = item.found.connection.name;
    }
}

int import(CommandContext &context, const ImportOptions &o)
{
    ConnectionImport import(context.workspace().connections());
    ImportPlan plan = valueOf(import.read(text(o.file)));
    choose(plan, o);
    printRemarks(plan);
    if (o.dryRun) return showPlan(context, plan);
    QJsonArray array;
    QList<QStringList> rows;
    bool failed = false;
    for (const ImportResult &result : valueOf(import.run(plan.items))) {
        failed = failed || result.outcome == ImportResult::Outcome::Failed || result.outcome == ImportResult::Outcome::Refused;
        array << QJsonObject{{QStringLiteral("name"), result.name}, {QStringLiteral("outcome"), importOutcomes.name(result.outcome)}, {QStringLiteral("message"), result.message}};
        rows << QStringList{result.name, importOutcomes.name(result.outcome), result.message};
    }
    context.out().object({{QStringLiteral("format"), importFormats.name(plan.format)},
                          {QStringLiteral("results"), array},
                          {QStringLiteral("problems"), problemsJson(plan)},
                          {QStringLiteral("warnings"), QJsonArray::fromStringList(plan.warnings)}});
    context.out().table({QStringLiteral("name"), QStringLiteral("outcome"), QStringLiteral("what")}, rows);
    return failed ? Exit_Failed : Exit_Done;
}

int clone(CommandContext &context, const CloneOptions &o)
{
    ConnectionService &service = context.workspace().connections();
    const Connection original = valueOf(service.getByName(text(o.name)));
    const Connection copy = valueOf(service.clone(original.id, text(o.newName), o.withPassword));
    context.out().object({{QStringLiteral("connection"), ConnectionJson::toJson(copy)}});
    context.out().line(QStringLiteral("Added %1 like %2%3.").arg(copy.name, original.name, copy.hasSecret ? QStringLiteral(", with its password") : QString()));
    return Exit_Done;
}

int copyOut(CommandContext &context, const std::string &name, const std::string &format)
{
    const Connection c = valueOf(context.workspace().connections().getByName(text(name)));
    QStringList ids;
    for (const ConnectionCopy &each : connectionCopies(c)) {
        ids << each.id;
        if (each.id != text(format)) continue;
        context.out().object({{QStringLiteral("name"), c.name}, {QStringLiteral("format"), each.id}, {QStringLiteral("text"), each.text}});
        context.out().line(each.text.trimmed());
        return Exit_Done;
    }
    throw Exception({ErrorKind::Invalid, QStringLiteral("%1 has no such form").arg(databaseTypeLabel(c.databaseType)), QStringLiteral("--as"), text(format),
                     QStringLiteral("Use one of %1.").arg(ids.join(QStringLiteral(", ")))});
}

ListQuery queryOf(const ExportOptions &o)
{
    ListQuery query{text(o.search), {}, {}, false};
    if (!o.status.empty()) query.filters << ColumnFilter{QStringLiteral("last_test_status"), ColumnFilter::Op::Equal, {text(o.status)}};
    if (!o.environment.empty()) query.filters << ColumnFilter{QStringLiteral("environment"), ColumnFilter::Op::Equal, {text(o.environment)}};
    return query;
}

int exportList(CommandContext &context, const ExportOptions &o)
{
    return writeList(context, connectionExport(context.workspace().connections()), queryOf(o), *o.output);
}

}  // namespace

void addConnectionTransferCommands(CLI::App &noun, const Choose &choose)
{
    const auto in = std::make_shared<ImportOptions>();
    const auto copy = std::make_shared<CloneOptions>();
    const auto out = std::make_shared<ExportOptions>();
    const auto name = std::make_shared<std::string>();
    const auto form = std::make_shared<std::string>("url");

    CLI::App *verb = noun.add_subcommand("import", "Add the connections of a .env, pg_service.conf, .pgpass or .my.cnf file");
    verb->add_option("FILE", in->file, "File")->required();
    verb->add_flag("--dry-run", in->dryRun, "Show what would be added");
    verb->add_option("--on-clash", in->onClash, "What to do when a name is taken: rename, replace or skip")->check(CLI::IsMember({"rename", "replace", "skip"}));
    verb->add_option("--environment", in->environment, "development, test, staging or production")
        ->check(CLI::IsMember({"development", "test", "staging", "production"}));
    verb->callback([=] { choose([=](CommandContext &context) { return import(context, *in); }); });

    verb = noun.add_subcommand("clone", "Add a connection like another one");
    verb->add_option("NAME", copy->name, "Name")->required();
    verb->add_option("NEW", copy->newName, "Name of the copy")->required();
    verb->add_flag("--with-password", copy->withPassword, "The copy gets the stored password too");
    verb->callback([=] { choose([=](CommandContext &context) { return clone(context, *copy); }); });

    verb = noun.add_subcommand("copy", "Print a connection as another program writes it, without its password");
    verb->add_option("NAME", *name, "Name")->required();
    verb->add_option("--as", *form, "url, keywords, jdbc, sqlalchemy, odbc, go, file, psql or debezium");
    verb->callback([=] { choose([=](CommandContext &context) { return copyOut(context, *name, *form); }); });

    verb = noun.add_subcommand("export", "Write connections without their passwords");
    addListOutput(verb, out->output);
    verb->add_option("--search", out->search, "Part of a name, host or database, or a tag");
    verb->add_option("--status", out->status, "Verdict of the last test: success, warning, failure");
    verb->add_option("--environment", out->environment, "development, test, staging or production");
    verb->callback([=] { choose([=](CommandContext &context) { return exportList(context, *out); }); });
}

}  // namespace headgate
