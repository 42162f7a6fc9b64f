// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/tasks.h"
#include "app/cli/commandline.h"
#include "app/schema/schemaservice.h"

#include <CLI/CLI.hpp>
#include <QJsonArray>

namespace headgate {

namespace {

int report(const Output &out, const Migrator::Report &r)
{
    QJsonArray steps;
    for (int step : r.steps) steps << step;
    QJsonObject json{{QStringLiteral("outcome"), outcomeName(r.outcome)}, {QStringLiteral("from"), r.from}, {QStringLiteral("to"), r.to},
                     {QStringLiteral("steps"), steps}, {QStringLiteral("execution_ms"), r.elapsedMs}};
    if (!r.error.what.isEmpty()) return out.error(r.error);
    out.object({{QStringLiteral("schema"), json}});
    out.line(QStringLiteral("%1: version %2 → %3, %4 ms").arg(outcomeName(r.outcome)).arg(r.from).arg(r.to).arg(r.elapsedMs));
    return r.usable() || r.outcome == Migrator::Outcome::Downgraded ? Exit_Done : Exit_Failed;
}

/// "head" is the newest step, "base" none, "-1" one less than now.
int target(const SchemaService &service, const QString &text)
{
    if (text.isEmpty() || text == u"head") return service.head();
    if (text == u"base") return 0;
    bool ok = false;
    const int number = text.toInt(&ok);
    if (!ok)
        throw Exception({ErrorKind::Invalid, QStringLiteral("A revision is a number, head, base or -1"), QStringLiteral("REV"), text, {}});
    return number < 0 ? std::max(0, service.status().current + number) : number;
}

int current(CommandContext &context)
{
    const SchemaStatus status = SchemaService(context.address()).status();
    context.out().object({{QStringLiteral("schema"), QJsonObject{{QStringLiteral("version"), status.current}, {QStringLiteral("head"), status.head},
                                                                 {QStringLiteral("outcome"), outcomeName(status.report.outcome)}}}});
    context.out().line(QStringLiteral("Version %1 of %2 (%3)").arg(status.current).arg(status.head).arg(outcomeName(status.report.outcome)));
    return status.report.usable() ? Exit_Done : Exit_Failed;
}

int history(CommandContext &context)
{
    QJsonArray array;
    QList<QStringList> rows;
    for (const SchemaEvent &e : SchemaService(context.address()).status().history) {
        array << QJsonObject{{QStringLiteral("id"), e.id}, {QStringLiteral("version"), e.version}, {QStringLiteral("name"), e.name},
                             {QStringLiteral("action"), e.action}, {QStringLiteral("checksum"), e.checksum}, {QStringLiteral("occurred_at"), e.occurredAt.toIso()},
                             {QStringLiteral("applied_by"), e.appliedBy}, {QStringLiteral("execution_ms"), e.executionMs}, {QStringLiteral("detail"), e.detail}};
        rows << QStringList{QString::number(e.version), e.name, e.action, e.occurredAt.toIso(), e.appliedBy, QString::number(e.executionMs)};
    }
    context.out().object({{QStringLiteral("schema_history"), array}});
    context.out().table({QStringLiteral("version"), QStringLiteral("name"), QStringLiteral("act"), QStringLiteral("time"), QStringLiteral("by"), QStringLiteral("ms")}, rows);
    return Exit_Done;
}

int pending(CommandContext &context)
{
    const SchemaStatus status = SchemaService(context.address()).status();
    QJsonArray array;
    for (const SchemaStep &step : status.pending) {
        array << QJsonObject{{QStringLiteral("version"), step.version}, {QStringLiteral("name"), step.name}, {QStringLiteral("checksum"), step.checksum}};
        context.out().line(QStringLiteral("%1 %2").arg(step.version, 4, 10, QLatin1Char('0')).arg(step.name));
    }
    context.out().object({{QStringLiteral("pending"), array}});
    if (array.isEmpty()) context.out().line(QStringLiteral("Nothing is pending."));
    return Exit_Done;
}

int verify(CommandContext &context)
{
    const SchemaStatus status = SchemaService(context.address()).status();
    QJsonArray array;
    for (const Migrator::Mismatch &m : status.mismatches) {
        array << QJsonObject{{QStringLiteral("version"), m.version}, {QStringLiteral("stored"), m.stored}, {QStringLiteral("expected"), m.expected}};
        context.out().line(QStringLiteral("step %1: applied as %2, known as %3").arg(m.version).arg(m.stored, m.expected.isEmpty() ? QStringLiteral("nothing") : m.expected));
    }
    context.out().object({{QStringLiteral("mismatches"), array}});
    if (array.isEmpty()) context.out().line(QStringLiteral("Every applied step is the step that this console knows."));
    return array.isEmpty() ? Exit_Done : Exit_Failed;
}

}  // namespace

void addSchemaCommands(CLI::App &app, const Choose &choose)
{
    CLI::App *noun = app.add_subcommand("schema", "The schema of the workspace");
    noun->require_subcommand(1);
    noun->fallthrough();
    const auto revision = std::make_shared<std::string>();
    const auto loss = std::make_shared<bool>(false);

    noun->add_subcommand("current", "Where the schema stands")->callback([=] { choose(current); });
    noun->add_subcommand("history", "Every act on the schema")->callback([=] { choose(history); });
    noun->add_subcommand("pending", "Steps that are not applied")->callback([=] { choose(pending); });
    noun->add_subcommand("verify", "Compare the applied steps with the known ones")->callback([=] { choose(verify); });

    CLI::App *verb = noun->add_subcommand("upgrade", "Apply steps, each in one transaction");
    verb->add_option("REV", *revision, "A number or head (default)");
    verb->callback([=] {
        choose([=](CommandContext &context) {
            SchemaService service(context.address());
            return report(context.out(), service.upgrade(target(service, QString::fromStdString(*revision))));
        });
    });
    verb = noun->add_subcommand("downgrade", "Take steps back, each in one transaction");
    verb->add_option("REV", *revision, "A number, -1 or base")->required();
    verb->add_flag("--allow-data-loss", *loss, "Rows of dropped tables go with them");
    verb->callback([=] {
        choose([=](CommandContext &context) {
            SchemaService service(context.address());
            return report(context.out(), service.downgrade(target(service, QString::fromStdString(*revision)), *loss));
        });
    });
}

}  // namespace headgate
