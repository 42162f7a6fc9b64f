// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/tasks.h"
#include "app/cli/commandline.h"
#include "app/connections/connectionservice.h"
#include "app/connections/readinessreport.h"
#include "app/connections/readinessservice.h"

#include <CLI/CLI.hpp>
#include <cstdio>

namespace headgate {

using namespace Qt::StringLiterals;

namespace {

struct ReadinessOptions {
    std::string name;
    std::vector<std::string> tables;
    std::string check;
    std::string format;
};

ReadinessService::Request requestOf(const ReadinessOptions &o)
{
    ReadinessService::Request request;
    request.check = QString::fromStdString(o.check);
    for (const std::string &table : o.tables) request.tables << QString::fromStdString(table);
    return request;
}

void printDocument(const QString &text)
{
    const QByteArray bytes = text.toUtf8();
    std::fwrite(bytes.constData(), 1, size_t(bytes.size()), stdout);
}

/// For a terminal: what passed on tables is counted, everything else is a line.
void printReport(const Output &out, const ReadinessReport &report)
{
    out.line(u"%1 (%2): %3."_s.arg(report.connection, report.serverVersion, readinessVerdict(report.counts())));
    QList<QStringList> rows;
    int passing = 0;
    for (const ReadinessCheck &check : report.checks) {
        const bool isQuiet = !check.table.isEmpty() && check.status == StageStatus::Pass;
        isQuiet ? void(++passing)
                : void(rows << QStringList{stageStatuses.name(check.status), check.check, check.table, check.evidence});
    }
    out.table({u"status"_s, u"check"_s, u"table"_s, u"found"_s}, rows);
    if (passing > 0) out.line(u"%1 more checks of tables pass."_s.arg(passing));
    for (const ReadinessCheck &check : report.checks) {
        if (check.status == StageStatus::Pass || (check.hint.isEmpty() && check.fixSql.isEmpty())) continue;
        out.line(u"\n%1%2: %3"_s.arg(check.check, check.table.isEmpty() ? QString() : u' ' + check.table, check.hint));
        if (!check.fixSql.isEmpty()) out.line(u"  "_s + check.fixSql);
    }
}

int readiness(CommandContext &context, const ReadinessOptions &o)
{
    const Output out(context.out().json() || o.format == "json");
    try {
        Workspace &workspace = context.workspace();
        const Connection connection = valueOf(workspace.connections().getByName(QString::fromStdString(o.name)));
        const ReadinessReport report = valueOf(workspace.readiness().check(connection.id, requestOf(o)));
        if (out.json())
            out.object(ReadinessExport::toJson(report));
        else if (o.format == "markdown")
            printDocument(ReadinessExport::toMarkdown(report));
        else if (o.format == "html")
            printDocument(ReadinessExport::toHtml(report));
        else
            printReport(out, report);
        return report.counts().fail > 0 ? Exit_Failed : Exit_Done;
    } catch (const Exception &exception) {
        return out.error(exception.error());
    }
}

}  // namespace

void addReadinessCommands(CLI::App &app, const Choose &choose)
{
    const auto o = std::make_shared<ReadinessOptions>();
    CLI::App *verb = app.get_subcommand("connection")
                         ->add_subcommand("readiness", "Is the server ready for change data capture, and each table");
    verb->add_option("NAME", o->name, "Name")->required();
    verb->add_option("--table", o->tables, "Only this table, schema.table; may be given several times");
    verb->add_option("--check", o->check, "Only this check, such as wal_level");
    verb->add_option("--format", o->format, "json, markdown or html (default: for a terminal)")
        ->check(CLI::IsMember({"json", "markdown", "html"}));
    verb->callback([=] { choose([=](CommandContext &context) { return readiness(context, *o); }); });
}

}  // namespace headgate
