// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/auditreviewservice.h"
#include "app/base/tasks.h"
#include "app/cli/auditjson.h"
#include "app/cli/commandline.h"
#include "models/base/timetext.h"

#include <CLI/CLI.hpp>
#include <QJsonArray>

namespace headgate {

namespace {

struct Options {
    std::string entity;
    std::string at;
    qint64 event = 0;
    std::vector<std::string> fields;
    bool isDryRun = false;
};

/// A day or a minute is meant to its end.
EntityMoment momentOf(const Options &o)
{
    if (o.event > 0) return {std::nullopt, AuditId{o.event}};
    const QString text = QString::fromStdString(o.at);
    const auto span = TimeText::resolve(text, TimeText::Clock::of({}));
    if (!span)
        throw Exception({ErrorKind::Invalid, QStringLiteral("This is not a time"), QStringLiteral("--at"), text,
                         QStringLiteral("For example: 2026-11-21 09:14, yesterday, -7d.")});
    return {Timestamp{span->to - 1}, std::nullopt};
}

QJsonObject stateJson(const EntityState &state)
{
    QJsonObject fields;
    QJsonObject events;
    for (auto it = state.fields.begin(); it != state.fields.end(); ++it) {
        fields.insert(it.key(), it->value);
        events.insert(it.key(), it->from.value);
    }
    return {{QStringLiteral("entity_type"), state.entity.type},
            {QStringLiteral("entity_id"), state.entity.id},
            {QStringLiteral("entity_name"), state.name},
            {QStringLiteral("exists"), state.exists},
            {QStringLiteral("last_event"), state.lastEvent.isValid() ? QJsonValue(state.lastEvent.value) : QJsonValue()},
            {QStringLiteral("last_event_at"), state.lastEvent.isValid() ? QJsonValue(state.lastAt.toIso()) : QJsonValue()},
            {QStringLiteral("fields"), fields},
            {QStringLiteral("told_by"), events},
            {QStringLiteral("remarks"), QJsonArray::fromStringList(state.remarks())}};
}

int showState(CommandContext &context, const Options &o)
{
    AuditReviewService &review = context.workspace().auditReview();
    const EntityState state = valueOf(review.state(valueOf(review.resolve(QString::fromStdString(o.entity))), momentOf(o)));
    QList<QStringList> rows;
    for (auto it = state.fields.begin(); it != state.fields.end(); ++it)
        rows << QStringList{it.key(), AuditJson::text(it->value), it->isLater ? QStringLiteral("event %1 (later)").arg(it->from.value) : QStringLiteral("event %1").arg(it->from.value)};
    context.out().object({{QStringLiteral("state"), stateJson(state)}});
    context.out().table({QStringLiteral("field"), QStringLiteral("value"), QStringLiteral("told by")}, rows);
    for (const QString &remark : state.remarks()) context.out().line(remark);
    return Exit_Done;
}

/// All that differ, or those named; one that is named and cannot be put back is an error.
QStringList chosenFields(const RestorePlan &plan, const Options &o)
{
    QStringList fields;
    for (const RestorePlan::Field &field : plan.fields) fields << field.name;
    if (o.fields.empty()) return fields;
    QStringList chosen;
    for (const std::string &name : o.fields) {
        chosen << QString::fromStdString(name);
        if (!fields.contains(chosen.last()))
            throw Exception({ErrorKind::Invalid, QStringLiteral("%1 cannot be put back").arg(chosen.last()), QStringLiteral("--field"), plan.notes.join(QLatin1Char(' ')),
                             QStringLiteral("It has that value already, the trail does not know it, or it is a secret. --dry-run lists what can be.")});
    }
    return chosen;
}

int restore(CommandContext &context, const Options &o)
{
    AuditReviewService &review = context.workspace().auditReview();
    const RestorePlan plan = valueOf(review.planRestore(valueOf(review.resolve(QString::fromStdString(o.entity))), momentOf(o)));
    const QStringList fields = chosenFields(plan, o);
    QJsonArray changes;
    for (const RestorePlan::Field &field : plan.fields) {
        if (!fields.contains(field.name)) continue;
        changes << QJsonObject{{QStringLiteral("field"), field.name}, {QStringLiteral("before"), field.now}, {QStringLiteral("after"), field.then}};
        context.out().line(QStringLiteral("~ %1: %2 → %3").arg(field.name, AuditJson::text(field.now), AuditJson::text(field.then)));
    }
    for (const QString &note : plan.notes) context.out().line(note);
    const bool isDone = !o.isDryRun && !changes.isEmpty();
    const QString id = isDone ? valueOf(review.restore(plan, fields)) : plan.state.entity.id;
    context.out().object({{QStringLiteral("restore"), QJsonObject{{QStringLiteral("entity_type"), plan.state.entity.type},
                                                                 {QStringLiteral("entity_id"), id},
                                                                 {QStringLiteral("restored_from"), plan.from.isValid() ? QJsonValue(plan.from.value) : QJsonValue()},
                                                                 {QStringLiteral("restored"), isDone},
                                                                 {QStringLiteral("changes"), changes},
                                                                 {QStringLiteral("notes"), QJsonArray::fromStringList(plan.notes)}}}});
    // What stood there before the first event is told by what that event replaced.
    const QString source = plan.from.isValid() ? QStringLiteral("event %1").arg(plan.from.value) : QStringLiteral("before the first event");
    context.out().line(isDone            ? QStringLiteral("Restored %1 fields from %2.").arg(changes.size()).arg(source)
                       : changes.isEmpty() ? QStringLiteral("Nothing differs.")
                                           : QStringLiteral("Nothing was changed (--dry-run)."));
    return Exit_Done;
}

void addMoment(CLI::App *verb, const std::shared_ptr<Options> &o)
{
    verb->add_option("ENTITY", o->entity, "TYPE/ID or TYPE/NAME, for example connection/orders-primary")->required();
    CLI::Option_group *moment = verb->add_option_group("moment", "When");
    moment->add_option("--at", o->at, "A time: 2026-11-21 09:14, yesterday, -7d; a day is meant to its end");
    moment->add_option("--event", o->event, "Right after this event")->check(CLI::PositiveNumber);
    moment->require_option(1);
}

}  // namespace

void addAuditReviewCommands(CLI::App &noun, const Choose &choose)
{
    const auto o = std::make_shared<Options>();
    CLI::App *verb = noun.add_subcommand("state", "A record as it was, rebuilt from the trail");
    addMoment(verb, o);
    verb->callback([=] { choose([=](CommandContext &context) { return showState(context, *o); }); });

    verb = noun.add_subcommand("restore", "Put a record, or some of its fields, back as it was; never its secrets");
    addMoment(verb, o);
    verb->add_option("--field", o->fields, "Only this field; may be given several times");
    verb->add_flag("--dry-run", o->isDryRun, "Only tell what would change");
    verb->callback([=] { choose([=](CommandContext &context) { return restore(context, *o); }); });
}

}  // namespace headgate
