// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/tasks.h"
#include "app/cli/commandline.h"
#include "app/cli/connectionverbs.h"
#include "app/cli/filteroptions.h"
#include "app/cli/listoutput.h"
#include "app/connections/connectionexport.h"
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
    std::string readOnlyReason;
    std::string active;
    bool dryRun = false;
};

struct ListOptions {
    std::string status;
    std::string environment;
    std::shared_ptr<ListOutput> output = std::make_shared<ListOutput>();
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
    if (!o.readOnlyReason.empty()) c.config.insert(QStringLiteral("read_only_reason"), text(o.readOnlyReason));
    if (!c.isReadOnly) c.config.remove(QStringLiteral("read_only_reason"));
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
    command->add_option("--read-only-reason", o->readOnlyReason, "Why nothing may be written there");
    command->add_option("--active", o->active, "yes or no");
}

int list(CommandContext &context, const ListOptions &o, const FilterOptions &filters)
{
    ListQuery query = filters.query(ConnectionService::filterColumns());
    if (!o.status.empty()) query.filters << ColumnFilter{QStringLiteral("last_test_status"), ColumnFilter::Op::Equal, {text(o.status)}};
    if (!o.environment.empty()) query.filters << ColumnFilter{QStringLiteral("environment"), ColumnFilter::Op::Equal, {text(o.environment)}};
    if (o.output->isWanted()) return writeList(context, connectionExport(context.workspace().connections()), query, *o.output);
    QJsonArray array;
    QList<QStringList> rows;
    for (const Connection &c : allConnections(context.workspace().connections(), query)) {
        array << connectionRow(c);
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
    const QJsonObject json = connectionRow(c);
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
    context.out().object({{QStringLiteral("connection"), connectionRow(stored)}});
    context.out().line(QStringLiteral("Added %1 (%2).").arg(stored.name, connectionAddress(stored)));
    return Exit_Done;
}

/// What an edit would write, and how; nothing is written.
int showPlan(CommandContext &context, const Connection &before, const ConnectionDraft &draft)
{
    const QList<FieldError> errors = ConnectionService::validate(draft);
    if (!errors.isEmpty()) throw Exception({ErrorKind::Invalid, errors.first().message, errors.first().field, {}, {}});
    QJsonArray changes;
    for (const auto &change : ConnectionService::changes(before, draft)) {
        changes << QJsonObject{{QStringLiteral("field"), change.field}, {QStringLiteral("before"), change.before}, {QStringLiteral("after"), change.after}};
        context.out().line(QStringLiteral("%1: %2 → %3").arg(change.field, change.before, change.after));
    }
    QJsonArray statements;
    for (const StatementText &statement : context.workspace().connections().statements(before, draft)) {
        QJsonObject values;
        context.out().line(statement.sql);
        for (const auto &[key, value] : statement.values) {
            values.insert(key, value);
            context.out().line(QStringLiteral("  :%1 = %2").arg(key, value));
        }
        statements << QJsonObject{{QStringLiteral("sql"), statement.sql}, {QStringLiteral("values"), values}};
    }
    context.out().object({{QStringLiteral("changes"), changes}, {QStringLiteral("statements"), statements}});
    return Exit_Done;
}

int edit(CommandContext &context, const std::string &name, const EditOptions &o, int version)
{
    ConnectionService &service = context.workspace().connections();
    ConnectionDraft draft{valueOf(service.getByName(text(name))), std::nullopt};
    const Connection before = draft.connection;
    if (version > 0) draft.connection.version = version;
    apply(draft, o);
    if (o.dryRun) return showPlan(context, before, draft);
    const auto changes = ConnectionService::changes(before, draft);
    const Connection stored = valueOf(service.update(draft));
    context.out().object({{QStringLiteral("connection"), connectionRow(stored)}});
    for (const auto &change : changes) context.out().line(QStringLiteral("%1: %2 → %3").arg(change.field, change.before, change.after));
    context.out().line(QStringLiteral("Saved %1, version %2.").arg(stored.name).arg(stored.version));
    return Exit_Done;
}

}  // namespace

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

void addConnectionCommands(CLI::App &app, const Choose &choose)
{
    CLI::App *noun = app.add_subcommand("connection", "Connections to databases");
    noun->require_subcommand(1);
    noun->fallthrough();

    const auto o = std::make_shared<EditOptions>();
    const auto filter = std::make_shared<ListOptions>();
    const auto filters = std::make_shared<FilterOptions>();
    const auto name = std::make_shared<std::string>();
    const auto names = std::make_shared<std::vector<std::string>>();
    const auto version = std::make_shared<int>(0);

    CLI::App *verb = noun->add_subcommand("list", "List connections");
    addFilterOptions(verb, filters, "Part of a name, host or database, or a tag");
    verb->add_option("--status", filter->status, "Verdict of the last test: success, warning, failure");
    verb->add_option("--environment", filter->environment, "development, test, staging or production");
    addListOutput(verb, filter->output);
    verb->callback([=] { choose([=](CommandContext &context) { return list(context, *filter, *filters); }); });

    verb = noun->add_subcommand("show", "Show one connection");
    verb->add_option("NAME", *name, "Name")->required();
    verb->callback([=] { choose([=](CommandContext &context) { return show(context, *name); }); });

    verb = noun->add_subcommand("add", "Add a connection");
    verb->add_option("--name", o->name, "Name")->required();
    verb->add_option("URL", o->url, "URL or connection string (libpq, JDBC, SQLAlchemy, ODBC, Go) without a password")->required();
    addEditOptions(verb, o);
    verb->callback([=] { choose([=](CommandContext &context) { return add(context, *o); }); });

    verb = noun->add_subcommand("edit", "Change a connection");
    verb->add_option("NAME", *name, "Name")->required();
    verb->add_option("--name", o->name, "New name");
    verb->add_option("--url", o->url, "New address, without a password");
    verb->add_flag("--no-password", o->noPassword, "Forget the stored password");
    verb->add_flag("--dry-run", o->dryRun, "Show the changes and the statements, and write nothing");
    verb->add_option("--if-version", *version, "Fail when the stored version is another");
    addEditOptions(verb, o);
    verb->callback([=] { choose([=](CommandContext &context) { return edit(context, *name, *o, *version); }); });

    addOdbcCommands(*noun, choose);
    addConnectionBulkCommands(*noun, choose);
    addConnectionTransferCommands(*noun, choose);
}

}  // namespace headgate
