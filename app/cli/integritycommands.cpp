// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/audit/auditservice.h"
#include "app/audit/evidencereader.h"
#include "app/audit/integrityjson.h"
#include "app/audit/retentionservice.h"
#include "app/base/tasks.h"
#include "app/cli/commandline.h"
#include "app/cli/filteroptions.h"

#include <CLI/CLI.hpp>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <csignal>
#include <thread>
#include <unistd.h>

namespace headgate {

namespace {

struct VerifyOptions {
    std::string file;
    std::string key;
    bool sinceVerified = false;
    std::optional<qint64> acceptHead;
};

struct ExportOptions {
    std::string output;
    std::string action;
    std::string actor;
    std::string entityType;
};

struct HoldOptions {
    std::string name;
    std::string reason;
    std::string entityType;
    std::string entityId;
    std::string actor;
    std::string from;
    std::string to;
};

struct RetireOptions {
    std::string before;
    std::string output;
    bool dryRun = false;
    std::optional<int> days;
};

const char kDoubt[] = "A restored backup and a file from another computer look like this, and so does a trail that somebody cut or rewrote. "
                      "When you know why: headgate audit verify --accept-head NUMBER, with the number of the event at which the trail ends now.";

const QString timeColumn = QStringLiteral("occurred_at");

std::atomic<bool> interrupted = false;

/// Ctrl-C ends the work in order, whatever it is at: nothing half-written stays. The second one ends the process.
CancelToken cancelledByKeyboard()
{
    const CancelToken token;
    std::signal(SIGINT, [](int) {
        interrupted = true;
        std::signal(SIGINT, SIG_DFL);
    });
    // A signal handler may not touch the token.
    std::thread([token] {
        while (!interrupted) std::this_thread::sleep_for(std::chrono::milliseconds(50));
        token.cancel();
    }).detach();
    return token;
}

/// On a terminal's standard error, at most ten times a second.
class Meter {
public:
    Meter() : m_terminal(::isatty(STDERR_FILENO)) { m_clock.start(); }
    ~Meter()
    {
        if (m_shown) std::fprintf(stderr, "\r\033[K");
    }
    Meter(const Meter &) = delete;
    Meter &operator=(const Meter &) = delete;

    void operator()(qint64 done, qint64 total)
    {
        if (!m_terminal || m_clock.elapsed() < m_next) return;
        m_next = m_clock.elapsed() + 100;
        const double perSecond = double(done) * 1000 / double(std::max<qint64>(1, m_clock.elapsed()));
        std::fprintf(stderr, "\r\033[K%lld of %lld events, %.0f/s, %.0f s left", done, total, perSecond, perSecond > 0 ? double(total - done) / perSecond : 0.0);
        m_shown = true;
    }

private:
    bool m_terminal;
    bool m_shown = false;
    qint64 m_next = 200;
    QElapsedTimer m_clock;
};

std::function<void(qint64, qint64)> meter()
{
    return [shared = std::make_shared<Meter>()](qint64 done, qint64 total) { (*shared)(done, total); };
}

/// A day in UTC begins at midnight; as an end it is meant whole.
std::optional<Timestamp> timeOf(const std::string &text, const char *option, bool isEnd = false)
{
    if (text.empty()) return std::nullopt;
    const auto time = Timestamp::fromIso(QString::fromStdString(text));
    const QDate day = QDate::fromString(QString::fromStdString(text), Qt::ISODate);
    if (day.isValid()) return Timestamp::fromDateTime(day.addDays(isEnd ? 1 : 0).startOfDay(Qt::UTC));
    if (!time)
        throw Exception({ErrorKind::Invalid, QStringLiteral("This is no time: %1").arg(QString::fromStdString(text)), QLatin1String(option), {},
                         QStringLiteral("Write 2026-11-21 or 2026-11-21T09:14:53Z.")});
    return time;
}

void printFindings(const Output &out, const QList<AuditFinding> &findings, qint64 count)
{
    qint64 shown = 0;
    for (const AuditFinding &finding : findings) {
        const QString where = eventsText(finding);
        out.line(where.isEmpty() ? QStringLiteral("%1: %2").arg(finding.kind, finding.text) : QStringLiteral("%1: %2 (%3)").arg(where, finding.text, finding.kind));
        shown += std::max<qint64>(1, finding.lastId - finding.id + 1);
    }
    if (count > shown) out.line(QStringLiteral("… and %1 more").arg(count - shown));
}

// verify ------------------------------------------------------------------------------------------------------------------

QByteArray pinnedKey(const std::string &text)
{
    if (text.empty()) return {};
    QFile file(QString::fromStdString(text));
    const QByteArray key = SigningKey::fromText(file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray::fromStdString(text));
    if (key.isEmpty())
        throw Exception({ErrorKind::Invalid, QStringLiteral("This is no public key"), QStringLiteral("--key"), QString::fromStdString(text),
                         QStringLiteral("Give 64 hexadecimal digits, or a PEM file as it stands in the archive.")});
    return key;
}

int verifyFile(CommandContext &context, const VerifyOptions &o)
{
    const CancelToken cancel = cancelledByKeyboard();
    const EvidenceCheck check = checkEvidence(QString::fromStdString(o.file), pinnedKey(o.key), cancel, meter());
    const Output &out = context.out();
    out.object({{QStringLiteral("evidence"), evidenceJson(check)}});
    printFindings(out, check.findings, check.findingCount);
    if (!check.ok()) {
        out.line(QStringLiteral("The archive is not what was signed: %1 findings.").arg(check.findingCount));
        return Exit_Failed;
    }
    const QJsonObject &manifest = check.manifest;
    out.line(QStringLiteral("The archive is whole: %1 events, %2 links of the chain, from workspace %3, exported by %4 on %5.")
                 .arg(check.events)
                 .arg(check.links)
                 .arg(manifest[u"workspace"][u"name"].toString(), manifest[u"created_by"].toString(), manifest[u"created_at"].toString()));
    out.line(QStringLiteral("Signed with the key %1.").arg(QString::fromLatin1(check.publicKey.toHex())));
    if (o.key.empty()) out.line(QStringLiteral("Ask the signer by another way whether this is the key, or give it with --key."));
    return Exit_Done;
}

int acceptHead(CommandContext &context, qint64 id)
{
    const TrailPoint head = valueOf(context.workspace().integrity().acceptHead(id));
    context.out().object({{QStringLiteral("accepted"), QJsonObject{{QStringLiteral("id"), head.id}, {QStringLiteral("hash"), QString::fromLatin1(head.hash.toHex())}}}});
    context.out().line(QStringLiteral("This computer remembers the trail up to event %1 now. The trail tells that you decided so.").arg(head.id));
    return Exit_Done;
}

int verify(CommandContext &context, const VerifyOptions &o)
{
    if (!o.file.empty()) return verifyFile(context, o);
    if (o.acceptHead) return acceptHead(context, *o.acceptHead);
    const CancelToken cancel = cancelledByKeyboard();
    const auto scope = o.sinceVerified ? IntegrityService::Scope::SinceVerified : IntegrityService::Scope::Whole;
    const AuditVerification result = valueOf(context.workspace().integrity().verify(scope, meter(), cancel));
    const Output &out = context.out();
    out.object({{QStringLiteral("verification"), verificationJson(result)}});
    printFindings(out, result.findings, result.findingCount);
    if (result.unsealedExternal > 0)
        out.line(QStringLiteral("%1 changes made outside are not sealed into the trail.").arg(result.unsealedExternal));
    if (!result.remark.isEmpty()) out.line(result.remark);
    const QString rate = QStringLiteral("%1 events in %2 s (%3/s)").arg(result.rows).arg(result.seconds, 0, 'f', 1).arg(result.rowsPerSecond(), 0, 'f', 0);
    if (result.ok() && result.incremental && result.rows == 0) {
        out.line(QStringLiteral("Nothing is new since the last verification: the trail ends at event %1, hash %2.").arg(result.lastId).arg(QString::fromLatin1(result.headHash.toHex())));
        return Exit_Done;
    }
    if (result.ok()) {
        out.line(QStringLiteral("The chain is whole: %1 from event %2 to %3, no gaps. Head %4.")
                     .arg(rate)
                     .arg(result.start.id + 1)
                     .arg(result.lastId)
                     .arg(QString::fromLatin1(result.headHash.toHex())));
        return Exit_Done;
    }
    out.line(QStringLiteral("The chain is broken: %1 findings in %2.").arg(result.findingCount).arg(rate));
    if (std::ranges::any_of(result.findings, contradictsMemory)) out.line(QLatin1String(kDoubt));
    return Exit_Failed;
}

// export ------------------------------------------------------------------------------------------------------------------

ListQuery queryOf(const ExportOptions &o, const FilterOptions &filters)
{
    ListQuery query = filters.query(AuditService::filterColumns(), timeColumn);
    const auto equal = [&query](const char *column, const std::string &value) {
        if (!value.empty()) query.filters << ColumnFilter{QLatin1String(column), ColumnFilter::Op::Equal, {QString::fromStdString(value)}};
    };
    equal("action", o.action);
    equal("actor", o.actor);
    if (!o.entityType.empty()) query.filters << AuditService::ofType(QString::fromStdString(o.entityType));
    return query;
}

QJsonObject fileJson(const EvidenceFile &file)
{
    return {{QStringLiteral("file"), file.path}, {QStringLiteral("sha256"), QString::fromLatin1(file.sha256.toHex())}, {QStringLiteral("events"), file.events},
            {QStringLiteral("links"), file.links}, {QStringLiteral("public_key"), QString::fromLatin1(file.publicKey.toHex())}};
}

int exportEvidence(CommandContext &context, const ExportOptions &o, const FilterOptions &filters)
{
    const CancelToken cancel = cancelledByKeyboard();
    const EvidenceFile file = valueOf(context.workspace().integrity().exportEvidence(queryOf(o, filters), QString::fromStdString(o.output), meter(), cancel));
    QJsonObject json = fileJson(file);
    json.insert(QStringLiteral("finding_count"), file.findings);
    context.out().object({{QStringLiteral("export"), json}});
    context.out().line(QStringLiteral("Wrote %1 events and %2 links of the chain to %3.").arg(file.events).arg(file.links).arg(file.path));
    context.out().line(QStringLiteral("Signed with the key %1.").arg(QString::fromLatin1(file.publicKey.toHex())));
    if (file.findings > 0) context.out().line(QStringLiteral("The trail itself does not verify: %1 findings stand in the archive's report.").arg(file.findings));
    return Exit_Done;
}

// hold --------------------------------------------------------------------------------------------------------------------

QString covers(const AuditHold &hold)
{
    QStringList parts;
    if (hold.from) parts << QStringLiteral("from %1").arg(hold.from->toIso().left(16));
    if (hold.to) parts << QStringLiteral("before %1").arg(hold.to->toIso().left(16));
    if (!hold.entityType.isEmpty()) parts << hold.entityType;
    if (!hold.entityId.isEmpty()) parts << hold.entityId;
    if (!hold.actor.isEmpty()) parts << QStringLiteral("by %1").arg(hold.actor);
    return parts.isEmpty() ? QStringLiteral("everything") : parts.join(QStringLiteral(", "));
}

int addHold(CommandContext &context, const HoldOptions &o)
{
    AuditHold hold;
    hold.name = QString::fromStdString(o.name);
    hold.reason = QString::fromStdString(o.reason);
    hold.entityType = QString::fromStdString(o.entityType);
    hold.entityId = QString::fromStdString(o.entityId);
    hold.actor = QString::fromStdString(o.actor);
    hold.from = timeOf(o.from, "--from");
    hold.to = timeOf(o.to, "--to", true);
    const AuditHold added = valueOf(context.workspace().retention().addHold(hold));
    // It holds by now, whether they can be counted or not.
    const Result<qint64> events = context.workspace().retention().heldEvents(added.name).result();
    context.out().object({{QStringLiteral("hold"), holdJson(added)},
                          {QStringLiteral("events"), events.ok() ? QJsonValue(*events) : QJsonValue()}});
    context.out().line(QStringLiteral("The hold %1 keeps %2.").arg(added.name, covers(added)));
    if (events.ok()) context.out().line(QStringLiteral("It covers %1 events so far.").arg(*events));
    return Exit_Done;
}

int listHolds(CommandContext &context)
{
    QJsonArray array;
    QList<QStringList> rows;
    for (const AuditHold &hold : valueOf(context.workspace().retention().holds())) {
        array << holdJson(hold);
        rows << QStringList{hold.name, hold.releasedAt ? QStringLiteral("released") : QStringLiteral("holds"), covers(hold), hold.createdBy, hold.reason};
    }
    context.out().object({{QStringLiteral("holds"), array}});
    context.out().table({QStringLiteral("name"), QStringLiteral("state"), QStringLiteral("covers"), QStringLiteral("ordered by"), QStringLiteral("reason")}, rows);
    return Exit_Done;
}

int releaseHold(CommandContext &context, const std::string &name)
{
    const AuditHold hold = valueOf(context.workspace().retention().releaseHold(QString::fromStdString(name)));
    context.out().object({{QStringLiteral("hold"), holdJson(hold)}});
    context.out().line(QStringLiteral("Released the hold %1.").arg(hold.name));
    return Exit_Done;
}

// retire ------------------------------------------------------------------------------------------------------------------

void printPlan(const Output &out, const RetentionPlan &plan)
{
    QList<QStringList> rows;
    for (const TrailMonth &month : plan.months) rows << QStringList{month.name(), QString::number(month.firstId), QString::number(month.lastId), QString::number(month.events())};
    if (!rows.isEmpty()) out.table({QStringLiteral("month"), QStringLiteral("first event"), QStringLiteral("last event"), QStringLiteral("events")}, rows);
    for (const HeldEvents &held : plan.held)
        out.line(QStringLiteral("The hold %1 covers %2 of the events that are old enough, from event %3 on.").arg(held.hold).arg(held.events).arg(held.firstId));
    out.line(QStringLiteral("%1 events may go; %2 stay because of holds, %3 because they are younger than %4 (kept for %5 days).")
                 .arg(plan.events())
                 .arg(plan.keptByHolds)
                 .arg(plan.young)
                 .arg(plan.cutoff.toIso().left(10))
                 .arg(plan.retentionDays));
}

int retire(CommandContext &context, const RetireOptions &o)
{
    const std::optional<Timestamp> wanted = timeOf(o.before, "--before");
    if (!wanted) throw Exception({ErrorKind::Invalid, QStringLiteral("This is no time: it is empty"), QStringLiteral("--before"), {}, QStringLiteral("Write 2026-11-21 or 2026-11-21T09:14:53Z.")});
    const Timestamp before = *wanted;
    RetentionService &retention = context.workspace().retention();
    const Output &out = context.out();
    const CancelToken cancel = cancelledByKeyboard();
    const RetentionPlan plan = valueOf(retention.plan(before, cancel));
    if (o.dryRun) {
        out.object({{QStringLiteral("plan"), planJson(plan)}});
        printPlan(out, plan);
        return Exit_Done;
    }
    QJsonArray files;
    qint64 events = 0;
    for (const RetiredMonth &month : valueOf(retention.retire(before, QString::fromStdString(o.output), meter(), cancel))) {
        files << fileJson(month.file);
        events += month.month.events();
        out.line(QStringLiteral("%1: %2 events to %3").arg(month.month.name()).arg(month.month.events()).arg(month.file.path));
    }
    out.object({{QStringLiteral("retired"), QJsonObject{{QStringLiteral("events"), events}, {QStringLiteral("archives"), files}, {QStringLiteral("plan"), planJson(plan)}}}});
    out.line(QStringLiteral("%1 events left the trail. Keep the archives: the chain goes on from the last of them.").arg(events));
    return Exit_Done;
}

int setRetention(CommandContext &context, int days)
{
    (void)valueOf(context.workspace().retention().setRetentionDays(days));
    context.out().object({{QStringLiteral("retention_days"), days}});
    context.out().line(QStringLiteral("Events stay for %1 days.").arg(days));
    return Exit_Done;
}

}  // namespace

void addIntegrityCommands(CLI::App &noun, const Choose &choose)
{
    const auto v = std::make_shared<VerifyOptions>();
    CLI::App *verb = noun.add_subcommand("verify", "Recompute the whole chain, or check an evidence archive without a workspace");
    verb->add_option("FILE", v->file, "An archive that `audit export` or `audit retire` wrote");
    verb->add_option("--key", v->key, "With FILE: the signer's public key, in hexadecimal or as a PEM file");
    verb->add_flag("--since-verified", v->sinceVerified, "Only from the newest head that was verified on this computer");
    verb->add_option("--accept-head", v->acceptHead, "After a restored backup: the number of the event at which the trail ends now");
    verb->callback([=] { choose([=](CommandContext &context) { return verify(context, *v); }); });

    const auto e = std::make_shared<ExportOptions>();
    verb = noun.add_subcommand("export", "Write signed evidence: events, chain and report in one archive");
    verb->add_option("--output", e->output, "The archive to write (.tar)")->required();
    verb->add_option("--action", e->action, "CREATE, UPDATE, DELETE …");
    verb->add_option("--actor", e->actor, "Who");
    verb->add_option("--entity-type", e->entityType, "connection, user, schema …");
    const auto filters = std::make_shared<FilterOptions>();
    addFilterOptions(verb, filters, "Part of an entity's name", timeColumn);
    verb->callback([=] { choose([=](CommandContext &context) { return exportEvidence(context, *e, *filters); }); });

    const auto h = std::make_shared<HoldOptions>();
    CLI::App *hold = noun.add_subcommand("hold", "Legal holds: what they cover is not removed");
    hold->require_subcommand(1);
    hold->fallthrough();
    verb = hold->add_subcommand("add", "Hold what fits all conditions; without one, everything");
    verb->add_option("NAME", h->name, "Name of the hold")->required();
    verb->add_option("--reason", h->reason, "The case or the order")->required();
    verb->add_option("--entity-type", h->entityType, "connection, user …");
    verb->add_option("--entity-id", h->entityId, "Which one");
    verb->add_option("--actor", h->actor, "What this one did");
    verb->add_option("--from", h->from, "From this time on (ISO 8601, UTC)");
    verb->add_option("--to", h->to, "Up to this time (ISO 8601, UTC); a day is meant to its end");
    verb->callback([=] { choose([=](CommandContext &context) { return addHold(context, *h); }); });
    hold->add_subcommand("list", "All holds, also the released ones")->callback([=] { choose(listHolds); });
    verb = hold->add_subcommand("release", "End a hold");
    verb->add_option("NAME", h->name, "Name of the hold")->required();
    verb->callback([=] { choose([=](CommandContext &context) { return releaseHold(context, h->name); }); });

    const auto r = std::make_shared<RetireOptions>();
    verb = noun.add_subcommand("retire", "Move old months into signed archives and out of the trail");
    verb->add_option("--before", r->before, "Events before this time (ISO 8601, UTC)")->required();
    verb->add_option("--output", r->output, "The folder for the archives");
    verb->add_flag("--dry-run", r->dryRun, "Only tell what would go and what stays");
    verb->callback([=] {
        if (r->output.empty() && !r->dryRun) throw CLI::RequiredError("--output");
        choose([=](CommandContext &context) { return retire(context, *r); });
    });

    verb = noun.add_subcommand("retention", "Set how many days an event stays");
    verb->add_option("DAYS", r->days, "At least 2190 (six years); the default is 2557 (seven)")->required();
    verb->callback([=] { choose([=](CommandContext &context) { return setRetention(context, *r->days); }); });
}

}  // namespace headgate
