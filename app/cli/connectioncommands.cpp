// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/tasks.h"
#include "app/cli/commandline.h"
#include "app/connections/connectionservice.h"
#include "models/connections/connectionjson.h"
#include "models/connections/connectionurl.h"

#include <CLI/CLI.hpp>
#include <QJsonArray>

namespace headgate {

namespace {

/// The options of `add` and `edit`; an option that was not given changes nothing.
struct EditOptions {
    std::string name;
    std::string url;
    bool passwordStdin = false;
    bool noPassword = false;
    std::string environment;
    std::string role;
    std::string description;
    std::vector<std::string> tags;
    std::string sslmode;
    std::string sslrootcert;
    std::string odbcDriver;
    int timeout = 0;
    std::string readOnly;
    std::string active;
};

struct ListOptions {
    std::string search;
    std::string status;
    std::string environment;
};

QString text(const std::string &value) { return QString::fromStdString(value); }

template <typename E, std::size_t N>
E parsed(const EnumTable<E, N> &table, const std::string &value, const char *option)
{
    if (const auto found = table.value(text(value))) return *found;
    QStringList names;
    for (const auto &row : table.rows()) names << QLatin1String(row.second);
    throw Exception({ErrorKind::Invalid, QStringLiteral("%1 is one of %2").arg(QLatin1String(option), names.join(QStringLiteral(", "))),
                     QLatin1String(option), text(value), {}});
}

ParsedUrl parsedArgument(const std::string &url)
{
    if (urlHasPassword(text(url)))
        throw Exception({ErrorKind::Invalid, QStringLiteral("A password in an argument can be seen by every user of this machine"),
                         QStringLiteral("URL"), redactUrl(text(url)), QStringLiteral("Leave it out and use --password-stdin.")});
    return parseConnectionUrl(text(url)).orThrow();
}

void applyUrl(Connection &c, const std::string &url)
{
    const ParsedUrl parsed = parsedArgument(url);
    for (const QString &note : parsed.notes) Output::remark(note);
    c.databaseType = parsed.connection.databaseType;
    c.host = parsed.connection.host;
    c.port = parsed.connection.port;
    c.databaseName = parsed.connection.databaseName;
    c.username = parsed.connection.username;
    c.config = parsed.connection.config;
}

bool truth(const std::string &value, const char *option)
{
    if (value == "yes" || value == "true") return true;
    if (value == "no" || value == "false") return false;
    throw Exception({ErrorKind::Invalid, QStringLiteral("%1 is yes or no").arg(QLatin1String(option)), QLatin1String(option), text(value), {}});
}

void apply(ConnectionDraft &draft, const EditOptions &o)
{
    Connection &c = draft.connection;
    if (!o.url.empty()) applyUrl(c, o.url);
    if (!o.name.empty()) c.name = text(o.name);
    if (!o.environment.empty()) c.environment = parsed(environments, o.environment, "--environment");
    if (!o.role.empty()) c.role = parsed(connectionRoles, o.role, "--role");
    if (!o.description.empty()) c.description = text(o.description);
    if (!o.tags.empty()) c.tags.clear();
    for (const std::string &tag : o.tags)
        if (!tag.empty()) c.tags << text(tag);
    if (!o.sslmode.empty()) c.config.insert(QStringLiteral("sslmode"), text(o.sslmode));
    if (!o.sslrootcert.empty()) c.config.insert(QStringLiteral("sslrootcert"), text(o.sslrootcert));
    if (!o.odbcDriver.empty()) c.config.insert(QStringLiteral("odbc_driver"), text(o.odbcDriver));
    if (o.timeout != 0) c.config.insert(QStringLiteral("connect_timeout"), o.timeout);
    if (!o.readOnly.empty()) c.isReadOnly = truth(o.readOnly, "--read-only");
    if (!o.active.empty()) c.isActive = truth(o.active, "--active");
    if (o.passwordStdin) draft.password = CommandContext::passwordFromStdin();
    if (o.noPassword) draft.password = QString();
}

void addEditOptions(CLI::App *command, const std::shared_ptr<EditOptions> &o)
{
    command->add_flag("--password-stdin", o->passwordStdin, "Read the password from standard input");
    command->add_option("--environment", o->environment, "development, test, staging or production");
    command->add_option("--role", o->role, "source, target or both");
    command->add_option("--description", o->description, "What it is for");
    command->add_option("--tag", o->tags, "A tag; may be given several times");
    command->add_option("--sslmode", o->sslmode, "disable, allow, prefer, require, verify-ca or verify-full");
    command->add_option("--sslrootcert", o->sslrootcert, "File with the certificate authority");
    command->add_option("--odbc-driver", o->odbcDriver, "ODBC driver of a SQL Server, as `connection drivers` lists it");
    command->add_option("--timeout", o->timeout, "Time limit of a test in seconds")->check(CLI::Range(1, 600));
    command->add_option("--read-only", o->readOnly, "yes or no");
    command->add_option("--active", o->active, "yes or no");
}

QJsonObject listJson(const Connection &c)
{
    QJsonObject json = ConnectionJson::toJson(c);
    json.insert(QStringLiteral("last_test_status"), c.lastTestStatus ? QJsonValue(testStatuses.name(*c.lastTestStatus)) : QJsonValue());
    json.insert(QStringLiteral("last_tested_at"), c.lastTestedAt ? QJsonValue(c.lastTestedAt->toIso()) : QJsonValue());
    json.insert(QStringLiteral("last_response_ms"), c.lastResponseMs ? QJsonValue(*c.lastResponseMs) : QJsonValue());
    json.insert(QStringLiteral("created_at"), c.createdAt.toIso());
    json.insert(QStringLiteral("updated_at"), c.updatedAt.toIso());
    return json;
}

QJsonObject testJson(const QString &name, const ConnectionTest &test)
{
    return {{QStringLiteral("name"), name},
            {QStringLiteral("status"), testStatuses.name(test.status)},
            {QStringLiteral("response_time_ms"), test.responseTimeMs},
            {QStringLiteral("tested_at"), test.testedAt.toIso()},
            {QStringLiteral("server_version"), test.serverVersion.isEmpty() ? QJsonValue() : QJsonValue(test.serverVersion)},
            {QStringLiteral("server_identity"), test.identity ? QJsonValue(test.identity->toJson()) : QJsonValue()},
            {QStringLiteral("stages"), stagesToJson(test.stages)},
            {QStringLiteral("error_code"), test.errorCode.isEmpty() ? QJsonValue() : QJsonValue(test.errorCode)},
            {QStringLiteral("error_message"), test.errorMessage.isEmpty() ? QJsonValue() : QJsonValue(test.errorMessage)}};
}

void printTest(const Output &out, const QString &name, const ConnectionTest &test)
{
    out.line(QStringLiteral("%1: %2, %3 ms %4").arg(name, testStatuses.name(test.status)).arg(test.responseTimeMs, 0, 'f', 1).arg(test.serverVersion));
    QList<QStringList> rows;
    for (const StageResult &stage : test.stages) {
        const bool skipped = stage.status == StageStatus::Skipped;
        rows << QStringList{QStringLiteral("  ") + stageStatuses.name(stage.status), stageLabel(stage.stage),
                            skipped ? QString() : QString::number(stage.ms, 'f', 1), stage.message};
        if (!stage.hint.isEmpty()) rows << QStringList{QString(), QString(), QString(), QStringLiteral("→ ") + stage.hint};
        if (!stage.fixSql.isEmpty()) rows << QStringList{QString(), QString(), QString(), QStringLiteral("  ") + stage.fixSql};
    }
    out.table({QStringLiteral("  verdict"), QStringLiteral("stage"), QStringLiteral("ms"), QStringLiteral("found")}, rows);
}

QList<Connection> allConnections(ConnectionService &service, const ListQuery &query)
{
    QList<Connection> all;
    ListCursor cursor{std::nullopt, 500};
    for (bool atEnd = false; !atEnd;) {
        const ListPage<Connection> page = valueOf(service.page(query, cursor));
        all += page.rows;
        atEnd = page.atEnd;
        cursor.key = page.lastKey;
    }
    return all;
}

int list(CommandContext &context, const ListOptions &o)
{
    ListQuery query{text(o.search), {}, {}, false};
    if (!o.status.empty()) query.filters << ColumnFilter{QStringLiteral("last_test_status"), ColumnFilter::Op::Equal, {text(o.status)}};
    if (!o.environment.empty()) query.filters << ColumnFilter{QStringLiteral("environment"), ColumnFilter::Op::Equal, {text(o.environment)}};
    QJsonArray array;
    QList<QStringList> rows;
    for (const Connection &c : allConnections(context.workspace().connections(), query)) {
        array << listJson(c);
        rows << QStringList{c.name, environments.name(c.environment), databaseTypeLabel(c.databaseType), connectionAddress(c),
                            c.lastTestStatus ? testStatuses.name(*c.lastTestStatus) : QStringLiteral("untested")};
    }
    context.out().object({{QStringLiteral("connections"), array}});
    context.out().table({QStringLiteral("name"), QStringLiteral("environment"), QStringLiteral("type"), QStringLiteral("address"), QStringLiteral("last test")}, rows);
    return Exit_Done;
}

int show(CommandContext &context, const std::string &name)
{
    const Connection c = valueOf(context.workspace().connections().getByName(text(name)));
    const QJsonObject json = listJson(c);
    context.out().object({{QStringLiteral("connection"), json}});
    QList<QStringList> rows;
    for (const QString &field : ConnectionJson::fields()) rows << QStringList{field, ConnectionJson::display(json.value(field))};
    context.out().table({QStringLiteral("field"), QStringLiteral("value")}, rows);
    return Exit_Done;
}

int add(CommandContext &context, const EditOptions &o)
{
    ConnectionDraft draft;
    apply(draft, o);
    const Connection stored = valueOf(context.workspace().connections().add(draft));
    context.out().object({{QStringLiteral("connection"), listJson(stored)}});
    context.out().line(QStringLiteral("Added %1 (%2).").arg(stored.name, connectionAddress(stored)));
    return Exit_Done;
}

int edit(CommandContext &context, const std::string &name, const EditOptions &o, int version)
{
    ConnectionService &service = context.workspace().connections();
    ConnectionDraft draft{valueOf(service.getByName(text(name))), std::nullopt};
    const Connection before = draft.connection;
    if (version > 0) draft.connection.version = version;
    apply(draft, o);
    const auto changes = ConnectionService::changes(before, draft);
    const Connection stored = valueOf(service.update(draft));
    context.out().object({{QStringLiteral("connection"), listJson(stored)}});
    for (const auto &change : changes) context.out().line(QStringLiteral("%1: %2 → %3").arg(change.field, change.before, change.after));
    context.out().line(QStringLiteral("Saved %1, version %2.").arg(stored.name).arg(stored.version));
    return Exit_Done;
}

int remove(CommandContext &context, const std::vector<std::string> &names)
{
    ConnectionService &service = context.workspace().connections();
    QJsonArray removed;
    for (const std::string &name : names) {
        const Connection c = valueOf(service.getByName(text(name)));
        QStringList also;
        for (const auto &[table, count] : valueOf(service.dependents(c.id)))
            if (count > 0) also << QStringLiteral("%1 %2").arg(count).arg(table);
        (void)valueOf(service.remove(c.id, c.version));
        removed << c.name;
        context.out().line(QStringLiteral("Removed %1%2.").arg(c.name, also.isEmpty() ? QString() : QStringLiteral(" with ") + also.join(QStringLiteral(", "))));
    }
    context.out().object({{QStringLiteral("removed"), removed}});
    return Exit_Done;
}

int test(CommandContext &context, const std::vector<std::string> &names, bool all)
{
    ConnectionService &service = context.workspace().connections();
    QList<Connection> chosen;
    if (all) {
        for (const Connection &c : allConnections(service, {}))
            if (c.isActive) chosen << c;
    }
    for (const std::string &name : names) chosen << valueOf(service.getByName(text(name)));
    if (chosen.isEmpty() && !all)
        throw Exception({ErrorKind::Invalid, QStringLiteral("Name the connections to test, or give --all"), {}, {}, {}});
    QList<QFuture<Result<ConnectionTest>>> running;
    for (const Connection &c : chosen) running << service.test(c.id);
    QJsonArray array;
    bool failed = false;
    for (qsizetype i = 0; i < running.size(); ++i) {
        const ConnectionTest test = valueOf(running.at(i));
        failed = failed || test.status == TestStatus::Failure || test.status == TestStatus::Cancelled;
        array << testJson(chosen.at(i).name, test);
        printTest(context.out(), chosen.at(i).name, test);
    }
    context.out().object({{QStringLiteral("connections"), array}});
    return failed ? Exit_Failed : Exit_Done;
}

int history(CommandContext &context, const std::string &name, int limit)
{
    ConnectionService &service = context.workspace().connections();
    const Connection c = valueOf(service.getByName(text(name)));
    QJsonArray array;
    QList<QStringList> rows;
    for (const ConnectionTest &test : valueOf(service.history(c.id, limit))) {
        array << testJson(c.name, test);
        rows << QStringList{test.testedAt.toIso(), testStatuses.name(test.status), QString::number(test.responseTimeMs, 'f', 1), test.serverVersion, test.errorMessage};
    }
    context.out().object({{QStringLiteral("connection_tests"), array}});
    context.out().table({QStringLiteral("tested at"), QStringLiteral("status"), QStringLiteral("ms"), QStringLiteral("server"), QStringLiteral("error")}, rows);
    return Exit_Done;
}

}  // namespace

void addConnectionCommands(CLI::App &app, const Choose &choose)
{
    CLI::App *noun = app.add_subcommand("connection", "Connections to databases");
    noun->require_subcommand(1);
    noun->fallthrough();

    const auto o = std::make_shared<EditOptions>();
    const auto filter = std::make_shared<ListOptions>();
    const auto name = std::make_shared<std::string>();
    const auto names = std::make_shared<std::vector<std::string>>();
    const auto version = std::make_shared<int>(0);
    const auto limit = std::make_shared<int>(60);
    const auto all = std::make_shared<bool>(false);

    CLI::App *verb = noun->add_subcommand("list", "List connections");
    verb->add_option("--search", filter->search, "Part of a name, host or database, or a tag");
    verb->add_option("--status", filter->status, "Verdict of the last test: success, warning, failure");
    verb->add_option("--environment", filter->environment, "development, test, staging or production");
    verb->callback([=] { choose([=](CommandContext &context) { return list(context, *filter); }); });

    verb = noun->add_subcommand("show", "Show one connection");
    verb->add_option("NAME", *name, "Name")->required();
    verb->callback([=] { choose([=](CommandContext &context) { return show(context, *name); }); });

    verb = noun->add_subcommand("add", "Add a connection");
    verb->add_option("--name", o->name, "Name")->required();
    verb->add_option("URL", o->url, "postgresql://, mysql:// or sqlite: URL, or a libpq string, without a password")->required();
    addEditOptions(verb, o);
    verb->callback([=] { choose([=](CommandContext &context) { return add(context, *o); }); });

    verb = noun->add_subcommand("edit", "Change a connection");
    verb->add_option("NAME", *name, "Name")->required();
    verb->add_option("--name", o->name, "New name");
    verb->add_option("--url", o->url, "New address, without a password");
    verb->add_flag("--no-password", o->noPassword, "Forget the stored password");
    verb->add_option("--if-version", *version, "Fail when the stored version is another");
    addEditOptions(verb, o);
    verb->callback([=] { choose([=](CommandContext &context) { return edit(context, *name, *o, *version); }); });

    verb = noun->add_subcommand("remove", "Remove connections with their test history");
    verb->add_option("NAME", *names, "Names")->required();
    verb->callback([=] { choose([=](CommandContext &context) { return remove(context, *names); }); });

    addOdbcCommands(*noun, choose);
    verb = noun->add_subcommand("test", "Test connections stage by stage");
    verb->add_option("NAME", *names, "Names");
    verb->add_flag("--all", *all, "Every active connection");
    verb->callback([=] { choose([=](CommandContext &context) { return test(context, *names, *all); }); });

    verb = noun->add_subcommand("history", "Past tests of one connection, newest first");
    verb->add_option("NAME", *name, "Name")->required();
    verb->add_option("--limit", *limit, "How many")->check(CLI::Range(1, 100000));
    verb->callback([=] { choose([=](CommandContext &context) { return history(context, *name, *limit); }); });
}

}  // namespace headgate
